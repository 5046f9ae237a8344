//===- Block.cpp - a thread block while it runs ---------------------------===//

#include "Machine/Block.h"

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Barrier.h"
#include "Machine/Cluster.h"
#include "Machine/Shuffle.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace theano::sim {

Block::Block(const LaunchSpec &launch, const LaunchOptions &options,
             Counters *counters, LaunchChecks *checks, Cluster *cluster,
             uint32_t rank)
    : launch_(launch), options_(options), counters_(counters),
      shared_(launch.sharedBytes() + sharedPadding),
      hits_(launch.image->hitSlots), cluster_(cluster), rank_(rank) {
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
  uint64_t cluster = index / launch_.clusterSize();
  uint64_t rank = index % launch_.clusterSize();
  std::array<uint32_t, 3> id = {};
  for (size_t i = 0; i < id.size(); ++i) {
    uint32_t size = launch_.cluster[i], count = launch_.grid[i] / size;
    id[i] = static_cast<uint32_t>(cluster % count * size + rank % size);
    cluster /= count;
    rank /= size;
  }
  return id;
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
  shuffle(order_, options_.seed, index);
}

bool Block::finish() {
  if (!warpgroups_.finish())
    return false;
  for (auto &warp : warps_)
    if (!warp->bulkGroups.finish(*warp))
      return false;
  auto late = [&](const AsyncIssuer *issuer, const std::string &what) {
    if (issuer)
      report(*issuer->warp, issuer->lane, issuer->pc,
             cuda::Result::LaunchFailed,
             "ended block: " + what + " shared memory of block " +
                 tripleText(id_) +
                 " may still go on, as nobody has waited for it when the last "
                 "of the block's threads exits");
    return issuer == nullptr;
  };
  if (!late(mbarriers_.firstFromOthers(), "the write to"))
    return false;
  for (uint32_t rank = 0; cluster_ && rank < cluster_->size(); ++rank)
    if (Block &other = cluster_->block(rank);
        &other != this &&
        !late(other.mbarriers_.firstReading(*this), "the copy from"))
      return false;
  return !checks_ || checks_->ended();
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
  if (faulted_) {
    endProbe();
    return BlockStatus::Faulted;
  }
  if (liveWarps_ == 0) {
    endProbe();
    return finish() ? BlockStatus::Done : BlockStatus::Faulted;
  }
  if (!progress && waitsForCluster())
    return BlockStatus::Waiting;
  if (cluster_ && !idled)
    cluster_->noteWork();
  if (!progress || isStuck(idled, tested)) {
    reportDeadlock({this});
    return BlockStatus::Faulted;
  }
  return BlockStatus::Yielded;
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
  // It may be another's of the cluster, which did something to this one.
  fault_.block = warp.block().id();
  fault_.blockIndex = warp.block().index();
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
  uint64_t changes = cluster_ ? cluster_->changes() : mbarriers_.changes();
  if (!idled || changes != seenChanges_) {
    seenChanges_ = changes;
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
    sleepers_ = sleepers();
    probe_ = std::make_unique<Counters>(*launch_.image);
    setCounters(probe_.get());
  }
  if (idleSteps_ < 2 * patience)
    return false;
  // As many steps did nothing that this or another block could see, and read
  // nothing that another could write?
  bool isSeen = probe_->loaded().size() || probe_->stored().size();
  // And did those that only sleep come back to where they were? Else they count
  // how often they do, or look at a clock, and will wake up for good.
  isSeen |= sleepers() != sleepers_;
  const Image &image = *launch_.image;
  for (size_t pc = 0; pc < image.info.size(); ++pc)
    // Other blocks of a cluster may write what it reads of shared memory.
    isSeen |=
        probe_->ops()[pc].wavefronts &&
        (cluster_ || image.info[pc].access.kind != MemoryAccess::Kind::Load);
  endProbe();
  idleSteps_ = 0;
  return !isSeen;
}

std::vector<uint64_t> Block::sleepers() const {
  std::vector<uint64_t> sums;
  auto look = [&](const Block &block) {
    for (const auto &warp : block.warps_)
      sums.push_back(warp->sleeping() ? warp->stateSum() : 0);
  };
  if (!cluster_)
    look(*this);
  for (uint32_t rank = 0; cluster_ && rank < cluster_->size(); ++rank)
    look(cluster_->block(rank));
  return sums;
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

bool Block::waitsForCluster() const {
  return std::ranges::any_of(
      warps_, [](const auto &warp) { return warp->atCluster() != 0; });
}

void Block::reportClusterDeadlock() {
  std::vector<const Block *> stuck = {this};
  for (uint32_t rank = 0; rank < cluster_->size(); ++rank)
    if (const Block &other = cluster_->block(rank);
        &other != this && !other.hasEnded())
      stuck.push_back(&other);
  reportDeadlock(stuck);
}

/// Nothing of these blocks can run: names one thread of each kind that waits.
void Block::reportDeadlock(const std::vector<const Block *> &stuck) {
  const Warp *first = nullptr;
  unsigned firstLane = 0;
  uint32_t firstPc = 0;
  uint32_t atBarrier = 0, atCluster = 0, inMeeting = 0, testing = 0,
           multiplying = 0, sleeping = 0;
  std::string where;
  std::vector<uint32_t> seen;
  auto look = [&](const Warp &warp, unsigned lane) {
    bool tests = warp.running() >> lane & 1;
    bool sleeps = warp.sleeping() >> lane & 1;
    uint32_t pc =
        tests && !sleeps && warp.hasTested() ? warp.stalledAt() : warp.pc(lane);
    const Instruction *instruction = launch_.image->info[pc].instruction;
    bool multiplies = tests && instruction && instruction->opcode == "wgmma";
    (multiplies                     ? multiplying
     : sleeps                       ? sleeping
     : tests                        ? testing
     : warp.waitsInMeeting(lane)    ? inMeeting
     : warp.atCluster() >> lane & 1 ? atCluster
                                    : atBarrier) += 1;
    if (!first) {
      first = &warp;
      firstLane = lane;
      firstPc = pc;
    }
    if (std::ranges::find(seen, pc) != seen.end() || seen.size() == 4)
      return;
    seen.push_back(pc);
    Fault at;
    locate(at, *launch_.image, pc);
    where += (where.empty() ? "" : "; ") + std::string("PTX line ") +
             std::to_string(at.ptxLine) + " (" + at.instruction + ")";
  };
  for (const Block *block : stuck)
    for (const auto &warp : block->warps_)
      for (uint32_t lanes = warp->alive(); lanes; lanes &= lanes - 1)
        look(*warp, static_cast<unsigned>(std::countr_zero(lanes)));
  if (first)
    report(*first, firstLane, firstPc, cuda::Result::LaunchFailed,
           "deadlock: " + std::to_string(atBarrier) +
               " threads wait at a barrier and " + std::to_string(inMeeting) +
               " for other lanes of their warp" +
               (atCluster ? ", " + std::to_string(atCluster) +
                                " wait at the barrier of the cluster"
                          : "") +
               (testing ? ", " + std::to_string(testing) +
                              " test an mbarrier whose phase does not end"
                        : "") +
               (sleeping ? ", " + std::to_string(sleeping) +
                               " sleep and do the same again"
                         : "") +
               (multiplying ? ", " + std::to_string(multiplying) +
                                  " for other warps of their warpgroup"
                            : "") +
               ", and none can go on; they wait at " + where);
}

//===----------------------------------------------------------------------===//
// The cluster
//===----------------------------------------------------------------------===//

Block *Block::peer(uint32_t rank) {
  if (cluster_)
    return rank < cluster_->size() ? &cluster_->block(rank) : nullptr;
  return rank == 0 ? this : nullptr;
}

void Block::releaseCluster() {
  for (auto &warp : warps_)
    warp->releaseCluster();
}

} // namespace theano::sim
