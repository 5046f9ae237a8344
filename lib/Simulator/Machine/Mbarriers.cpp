//===- Mbarriers.cpp - barrier objects in shared memory -------------------===//

#include "Machine/Mbarriers.h"

#include "Checks/BlockChecks.h"
#include "Machine/Block.h"
#include "Memory/TensorMap.h"

#include <cstring>

namespace theano::sim {

/// What may be held back; the oldest completes when there is more, so that a
/// kernel that never waits does not use up the host's memory.
static constexpr size_t maxHeld = 4096;
static constexpr uint64_t maxHeldBytes = 4 << 20;

static constexpr unsigned expectedAt = 20, transactionsAt = 40, parityAt = 61;
static constexpr uint64_t valid = uint64_t(2) << 62;
static constexpr unsigned transactionBits = parityAt - transactionsAt;

void Mbarriers::clear() {
  live_.clear();
  held_.clear();
  heldBytes_ = 0;
}

//===----------------------------------------------------------------------===//
// The state
//===----------------------------------------------------------------------===//

std::string Mbarriers::read(uint32_t at, State &state) const {
  if (!live_.contains(at))
    return "no mbarrier is initialised at shared address " + std::to_string(at);
  uint64_t bits = 0;
  std::memcpy(&bits, block_.shared() + at, sizeof(bits));
  if (bits >> 62 != valid >> 62)
    return "the mbarrier at shared address " + std::to_string(at) +
           " has been overwritten";
  state.pending = pendingOf(bits);
  state.expected = bits >> expectedAt & maxCount;
  // The sign is the field's highest bit.
  state.transactions =
      static_cast<int64_t>(bits << (64 - parityAt)) >> (64 - transactionBits);
  state.parity = parityOf(bits);
  return "";
}

void Mbarriers::write(uint32_t at, State state) {
  uint64_t transactions = static_cast<uint64_t>(state.transactions) &
                          ((uint64_t(1) << transactionBits) - 1);
  uint64_t bits = valid | uint64_t(state.parity) << parityAt |
                  transactions << transactionsAt |
                  uint64_t(state.expected) << expectedAt | state.pending;
  std::memcpy(block_.shared() + at, &bits, sizeof(bits));
  ++changes_;
}

void Mbarriers::update(uint32_t at, State state) {
  if (state.pending == 0 && state.transactions == 0) {
    state.parity = !state.parity;
    state.pending = state.expected;
  }
  write(at, state);
}

std::string Mbarriers::init(uint32_t at, uint32_t count) {
  if (count == 0 || count > maxCount)
    return "an mbarrier is initialised with a count of 1 to " +
           std::to_string(maxCount) + ", not " + std::to_string(count);
  // What was to come to another in its place comes to nobody.
  std::erase_if(held_, [&](const Completion &completion) {
    if (completion.at != at)
      return false;
    heldBytes_ -= completion.bytes.size();
    return true;
  });
  live_.insert(at);
  write(at, {count, count, 0, false});
  return "";
}

std::string Mbarriers::invalidate(uint32_t at) {
  State state;
  if (std::string wrong = read(at, state); !wrong.empty())
    return wrong;
  // What has not been waited for has happened by now, or there will be a
  // finding.
  if (!held_.empty())
    completeAllOf(at);
  live_.erase(at);
  uint64_t nothing = 0;
  std::memcpy(block_.shared() + at, &nothing, sizeof(nothing));
  ++changes_;
  return "";
}

std::string Mbarriers::arrive(uint32_t at, const MbarrierArrival &how,
                              uint64_t &before) {
  State state;
  if (std::string wrong = read(at, state); !wrong.empty())
    return wrong;
  std::memcpy(&before, block_.shared() + at, sizeof(before));
  if (how.count == 0 || how.count > state.pending ||
      (how.drop && how.count > state.expected))
    return std::to_string(how.count) +
           " arrive at an mbarrier that waits for " +
           std::to_string(state.pending) + " more";
  state.transactions += how.transactions;
  if (state.transactions > int64_t(maxCount))
    return "an mbarrier waits for " + std::to_string(state.transactions) +
           " bytes, more than " + std::to_string(maxCount);
  state.pending -= how.count;
  if (how.drop)
    state.expected -= how.count;
  if (!how.completes && state.pending == 0)
    return "an arrival with .noComplete is the last of its phase";
  update(at, state);
  return "";
}

std::string Mbarriers::addTransactions(uint32_t at, int64_t bytes) {
  State state;
  if (std::string wrong = read(at, state); !wrong.empty())
    return wrong;
  state.transactions += bytes;
  if (state.transactions > int64_t(maxCount) ||
      state.transactions < -int64_t(maxCount))
    return "an mbarrier waits for " + std::to_string(state.transactions) +
           " bytes, which is beyond " + std::to_string(maxCount);
  // Expecting bytes never ends a phase.
  if (bytes < 0)
    update(at, state);
  else
    write(at, state);
  return "";
}

MbarrierTest Mbarriers::test(uint32_t at, bool parity, std::string &wrong) {
  State state;
  wrong = read(at, state);
  if (wrong.empty() && state.parity == parity && !held_.empty()) {
    if (!completeAllOf(at))
      return MbarrierTest::Faulted;
    wrong = read(at, state);
  }
  if (!wrong.empty())
    return MbarrierTest::Faulted;
  return state.parity != parity ? MbarrierTest::Ended : MbarrierTest::Pending;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

std::string Mbarriers::arriveAfterCopies(uint32_t at, const AsyncIssuer &issuer,
                                         bool counts) {
  State state;
  if (std::string wrong = read(at, state); !wrong.empty())
    return wrong;
  if (counts) {
    if (state.pending == maxCount)
      return "an mbarrier waits for more than " + std::to_string(maxCount) +
             " arrivals";
    ++state.pending;
    write(at, state);
  }
  Completion completion;
  completion.at = at;
  completion.issuer = issuer;
  completion.copiesBefore = issuer.warp->copies.nextSerial();
  hold(std::move(completion));
  return "";
}

std::string Mbarriers::bulkWrite(uint32_t at, const AsyncIssuer &issuer,
                                 const AsyncWrite &write) {
  State state;
  if (std::string wrong = read(at, state); !wrong.empty())
    return wrong;
  if (block_.checks() && !write.combine)
    forPieces(write.to, write.size, write.swizzle,
              [&](uint32_t place, uint32_t, uint32_t bytes) {
                block_.checks()->awaits(place, bytes);
              });
  Completion completion;
  completion.at = at;
  completion.issuer = issuer;
  completion.isBulk = true;
  completion.fromShared = write.fromShared;
  completion.to = write.to;
  completion.swizzle = write.swizzle;
  completion.combine = write.combine;
  completion.bytes.assign(write.bytes, write.bytes + write.size);
  hold(std::move(completion));
  return "";
}

const AsyncIssuer *Mbarriers::firstFromOthers() const {
  auto found = std::ranges::find_if(held_, [&](const Completion &completion) {
    return completion.isBulk && &completion.issuer.warp->block() != &block_;
  });
  return found == held_.end() ? nullptr : &found->issuer;
}

const AsyncIssuer *Mbarriers::firstReading(const Block &block) const {
  auto found = std::ranges::find_if(held_, [&](const Completion &completion) {
    return completion.fromShared && &completion.issuer.warp->block() == &block;
  });
  return found == held_.end() ? nullptr : &found->issuer;
}

void Mbarriers::hold(Completion completion) {
  heldBytes_ += completion.bytes.size();
  held_.push_back(std::move(completion));
  ++changes_;
  while (held_.size() > maxHeld || heldBytes_ > maxHeldBytes) {
    Completion oldest = std::move(held_.front());
    held_.pop_front();
    heldBytes_ -= oldest.bytes.size();
    complete(oldest);
  }
}

bool Mbarriers::complete(const Completion &completion) {
  const AsyncIssuer &issuer = completion.issuer;
  std::string wrong;
  if (completion.isBulk) {
    forPieces(completion.to, static_cast<uint32_t>(completion.bytes.size()),
              completion.swizzle,
              [&](uint32_t place, uint32_t offset, uint32_t bytes) {
                combine(completion.combine, block_.shared() + place,
                        completion.bytes.data() + offset, bytes);
                if (block_.checks())
                  block_.checks()->wrote(Space::Shared, place, bytes);
              });
    wrong = addTransactions(completion.at,
                            -static_cast<int64_t>(completion.bytes.size()));
  } else {
    issuer.warp->copies.completeBefore(*issuer.warp, 1u << issuer.lane,
                                       completion.copiesBefore);
    uint64_t before = 0;
    wrong = arrive(completion.at, {}, before);
  }
  if (wrong.empty())
    return true;
  block_.report(*issuer.warp, issuer.lane, issuer.pc,
                cuda::Result::LaunchFailed, "on completion, " + wrong);
  return false;
}

bool Mbarriers::completeAllOf(uint32_t at) {
  std::deque<Completion> due, others;
  for (Completion &completion : held_)
    (completion.at == at ? due : others).push_back(std::move(completion));
  held_ = std::move(others);
  for (const Completion &completion : due) {
    heldBytes_ -= completion.bytes.size();
    if (!complete(completion))
      return false;
  }
  return true;
}

} // namespace theano::sim
