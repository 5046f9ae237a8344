//===- Block.cpp - a thread block while it runs ---------------------------===//

#include "Machine/Block.h"

#include "Checks/BlockChecks.h"
#include "Machine/Barrier.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>

namespace theano::sim {

Block::Block(const LaunchSpec &launch, const LaunchOptions &options,
             Counters *counters, LaunchChecks *checks)
    : launch_(launch), options_(options), counters_(counters),
      shared_(launch.sharedBytes() + sharedPadding),
      hits_(launch.image->hitSlots) {
  if (checks)
    checks_ = std::make_unique<BlockChecks>(*this, *checks);
  uint32_t warps = (launch.threads() + warpSize - 1) / warpSize;
  for (uint32_t i = 0; i < warps; ++i) {
    warps_.push_back(std::make_unique<Warp>(*this, i));
    warps_.back()->prepare(*launch.kernel);
    warps_.back()->counters = counters;
    warps_.back()->checks = checks_.get();
    order_.push_back(i);
  }
}

Block::~Block() = default;

std::array<uint32_t, 3> Block::idOf(uint64_t index) const {
  return {static_cast<uint32_t>(index % launch_.grid[0]),
          static_cast<uint32_t>(index / launch_.grid[0] % launch_.grid[1]),
          static_cast<uint32_t>(index / launch_.grid[0] / launch_.grid[1])};
}

void Block::start(uint64_t index) {
  index_ = index;
  id_ = idOf(index);
  barriers_.fill({});
  mbarriers_.clear();
  warpgroups_.clear();
  idleSteps_ = 0;
  hasTested_ = false;
  liveWarps_ = static_cast<uint32_t>(warps_.size());
  for (auto &warp : warps_)
    warp->start();
  if (checks_)
    checks_->start();
  if (launch_.image->usesReservedShared) {
    // The system has set up its own: the barriers of groups start as zeros.
    uint32_t at = launch_.reservedStart(), bytes = LaunchSpec::reservedShared;
    std::memset(shared_.data() + at, 0, bytes);
    if (checks_)
      checks_->wrote(Space::Shared, at, bytes);
  }
  if (options_.seed == 0)
    return;
  // A Fisher-Yates shuffle over splitmix64, so that every host agrees; from the
  // ascending order, as the blocks that ran before are up to the host's
  // threads.
  std::iota(order_.begin(), order_.end(), 0u);
  uint64_t state = options_.seed * 0x9e3779b97f4a7c15 + index;
  auto random = [&state] {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  for (size_t i = order_.size(); i > 1; --i)
    std::swap(order_[i - 1], order_[random() % i]);
}

BlockStatus Block::step() {
  bool progress = false, idled = true, tested = false;
  for (uint32_t index : order_) {
    Warp &warp = *warps_[index];
    if (!warp.running())
      continue;
    progress = true;
    WarpStatus status = warp.run();
    if (status == WarpStatus::Faulted || faulted_) {
      endProbe();
      return BlockStatus::Faulted;
    }
    idled &= status == WarpStatus::Yielded && warp.idled();
    tested |= warp.tested();
  }
  if (liveWarps_ == 0) {
    endProbe();
    return finish() ? BlockStatus::Done : BlockStatus::Faulted;
  }
  if (!progress || isStuck(idled, tested)) {
    reportDeadlock();
    return BlockStatus::Faulted;
  }
  return BlockStatus::Yielded;
}

bool Block::finish() {
  return warpgroups_.finish() &&
         std::ranges::all_of(warps_, [](const std::unique_ptr<Warp> &warp) {
           return warp->bulkGroups.isEmpty() || warp->bulkGroups.finish(*warp);
         });
}

uint64_t Block::takeExecuted() {
  uint64_t sum = 0;
  for (auto &warp : warps_)
    sum += warp->takeExecuted();
  return sum;
}

std::array<uint32_t, 3> Block::threadId(uint32_t warp, unsigned lane) const {
  uint32_t linear = warp * warpSize + lane;
  return {linear % launch_.block[0],
          linear / launch_.block[0] % launch_.block[1],
          linear / launch_.block[0] / launch_.block[1]};
}

void Block::report(const Warp &warp, unsigned lane, uint32_t pc,
                   cuda::Result result, std::string message) {
  if (faulted_)
    return;
  faulted_ = true;
  fault_.result = result;
  fault_.message = std::move(message);
  fault_.kernel = launch_.kernel->ast->name;
  fault_.block = id_;
  fault_.blockIndex = index_;
  fault_.thread = threadId(warp.index(), lane);
  fault_.hasThread = true;
  locate(fault_, *launch_.image, pc);
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

bool Block::arrive(Warp &warp, uint32_t barrier, uint32_t expected) {
  Barrier &state = barriers_[barrier];
  unsigned lane = static_cast<unsigned>(std::countr_zero(warp.alive()));
  if (state.active && state.expected != expected) {
    auto say = [](uint32_t count) {
      return count ? std::to_string(count) + " threads" : "all threads";
    };
    report(warp, lane, warp.pc(lane), cuda::Result::LaunchFailed,
           "impossible barrier: barrier " + std::to_string(barrier) +
               " is waited for by " + say(expected) + " here and by " +
               say(state.expected) + " elsewhere");
    return false;
  }
  state.active = true;
  state.expected = expected;
  state.arrived += warpSize;
  state.waiting |= 1u << warp.index();
  noteArrival(warp, barrier);
  completeIfDue(state);
  return !faulted_;
}

bool Block::arriveOnly(Warp &warp, const Op &op, uint32_t barrier,
                       uint32_t expected) {
  Barrier &state = barriers_[barrier];
  if (warp.mask != warp.alive()) {
    report(warp, static_cast<unsigned>(std::countr_zero(warp.mask)),
           warp.pcOf(op), cuda::Result::LaunchFailed,
           "divergent barrier: not all threads of the warp arrive together");
    return false;
  }
  state.active = true;
  state.expected = expected;
  state.arrived += warpSize;
  noteArrival(warp, barrier);
  completeIfDue(state);
  return !faulted_;
}

void Block::noteArrival(const Warp &warp, uint32_t barrier) {
  if (checks_)
    checks_->arrived(warp, barrier);
}

void Block::noteCompletion(const Barrier &barrier) {
  if (!checks_)
    return;
  // A barrier of all threads has those, too, that have exited.
  uint32_t exited = 0;
  for (const auto &warp : warps_)
    exited |= uint32_t(barrier.expected == 0 && !warp->alive())
              << warp->index();
  checks_->completed(static_cast<unsigned>(&barrier - barriers_.data()),
                     barrier.waiting, exited);
}

void Block::completeIfDue(Barrier &barrier) {
  if (!barrier.active)
    return;
  uint32_t due = barrier.expected ? barrier.expected : liveWarps_ * warpSize;
  if (barrier.arrived < due)
    return;
  reduce(barrier);
  noteCompletion(barrier);
  uint32_t waiting = barrier.waiting;
  barrier = {};
  for (; waiting; waiting &= waiting - 1)
    warps_[std::countr_zero(waiting)]->releaseBarrier();
}

void Block::reduce(const Barrier &barrier) {
  // Every waiting lane reads and writes by its own instruction.
  uint32_t count = 0, all = 1, any = 0;
  auto forEach = [&](auto &&visit) {
    for (uint32_t rest = barrier.waiting; rest; rest &= rest - 1) {
      Warp &warp = *warps_[std::countr_zero(rest)];
      for (uint32_t lanes = warp.atBarrier(); lanes; lanes &= lanes - 1) {
        auto lane = static_cast<unsigned>(std::countr_zero(lanes));
        const Op &op = launch_.image->code[warp.pc(lane)];
        if (static_cast<BarrierKind>(op.aux) != BarrierKind::Sync)
          visit(op, warp.regsOf(lane), lane);
      }
    }
  };
  auto word = [](char *regs, uint32_t at) {
    return reinterpret_cast<uint32_t *>(regs + at);
  };
  forEach([&](const Op &op, char *regs, unsigned lane) {
    uint32_t bit = *word(regs, op.at[3]) >> lane & 1;
    count += bit;
    all &= bit;
    any |= bit;
  });
  forEach([&](const Op &op, char *regs, unsigned lane) {
    if (static_cast<BarrierKind>(op.aux) == BarrierKind::Count) {
      word(regs, op.at[2])[lane] = count;
      return;
    }
    uint32_t bit =
        static_cast<BarrierKind>(op.aux) == BarrierKind::And ? all : any;
    uint32_t &row = *word(regs, op.at[2]);
    row = (row & ~(1u << lane)) | bit << lane;
  });
}

void Block::warpDone() {
  --liveWarps_;
  for (Barrier &barrier : barriers_)
    if (barrier.active && barrier.expected == 0 && liveWarps_)
      completeIfDue(barrier);
}

//===----------------------------------------------------------------------===//
// Deadlock
//===----------------------------------------------------------------------===//

/// Threads that test an mbarrier again and again can run, and yet wait for
/// something that may never come.
bool Block::isStuck(bool idled, bool tested) {
  // Longer than any loop with a limit of its own should take.
  constexpr uint32_t patience = 10'000;
  if (!idled || mbarriers_.changes() != seenChanges_) {
    seenChanges_ = mbarriers_.changes();
    idleSteps_ = 0;
    hasTested_ = false;
    endProbe();
  }
  // Threads that only sleep will wake up.
  hasTested_ |= tested;
  if (!idled || !hasTested_)
    return false;
  ++idleSteps_;
  if (idleSteps_ == patience) {
    probe_ = std::make_unique<Counters>(*launch_.image);
    setCounters(probe_.get());
  }
  if (idleSteps_ < 2 * patience)
    return false;
  // As many steps did nothing that this or another block could see, and read
  // nothing that another could write?
  bool isSeen = probe_->loaded().size() || probe_->stored().size();
  const Image &image = *launch_.image;
  for (size_t pc = 0; pc < image.info.size(); ++pc)
    isSeen |= probe_->ops()[pc].wavefronts &&
              image.info[pc].access.kind != MemoryAccess::Kind::Load;
  endProbe();
  idleSteps_ = 0;
  return !isSeen;
}

/// What it counted counts as everything else.
void Block::endProbe() {
  if (!probe_)
    return;
  if (counters_)
    counters_->add(*probe_);
  probe_.reset();
  setCounters(counters_);
}

void Block::setCounters(Counters *counters) {
  for (auto &warp : warps_)
    warp->counters = counters;
}

void Block::reportDeadlock() {
  // Nothing of this block can run: name one thread of each kind that waits.
  const Warp *first = nullptr;
  unsigned firstLane = 0;
  uint32_t firstPc = 0;
  uint32_t atBarrier = 0, inMeeting = 0, testing = 0, multiplying = 0;
  std::string where;
  std::vector<uint32_t> seen;
  for (const auto &warp : warps_)
    for (uint32_t lanes = warp->alive(); lanes; lanes &= lanes - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(lanes));
      bool tests = warp->running() >> lane & 1;
      uint32_t pc =
          tests && warp->hasTested() ? warp->stalledAt() : warp->pc(lane);
      bool meeting = warp->waitsInMeeting(lane);
      const Instruction *instruction = launch_.image->info[pc].instruction;
      bool multiplies = tests && instruction && instruction->opcode == "wgmma";
      (multiplies ? multiplying
       : tests    ? testing
       : meeting  ? inMeeting
                  : atBarrier) += 1;
      if (!first) {
        first = warp.get();
        firstLane = lane;
        firstPc = pc;
      }
      if (std::ranges::find(seen, pc) != seen.end() || seen.size() == 4)
        continue;
      seen.push_back(pc);
      Fault at;
      locate(at, *launch_.image, pc);
      where += (where.empty() ? "" : "; ") + std::string("PTX line ") +
               std::to_string(at.ptxLine) + " (" + at.instruction + ")";
    }
  if (first)
    report(*first, firstLane, firstPc, cuda::Result::LaunchFailed,
           "deadlock: " + std::to_string(atBarrier) +
               " threads wait at a barrier and " + std::to_string(inMeeting) +
               " for other lanes of their warp" +
               (testing ? ", " + std::to_string(testing) +
                              " test an mbarrier whose phase does not end"
                        : "") +
               (multiplying ? ", " + std::to_string(multiplying) +
                                  " for other warps of their warpgroup"
                            : "") +
               ", and none can go on; they wait at " + where);
}

} // namespace theano::sim
