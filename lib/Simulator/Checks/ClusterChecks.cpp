//===- ClusterChecks.cpp - what orders the blocks of a cluster ------------===//

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Cluster.h"

namespace theano::sim {

//===----------------------------------------------------------------------===//
// The barrier of the cluster
//===----------------------------------------------------------------------===//

void BlockChecks::arrivedAtCluster(const Warp &warp, uint32_t lanes,
                                   bool releases) {
  if (releases)
    clocks_.arriveAtCluster(warp.index(), lanes, lanes == warp.alive());
  else
    clocks_.arriveAtClusterRelaxed(warp.index(), lanes);
}

void BlockChecks::completedCluster(Cluster &cluster) {
  GridKnowledge all;
  for (uint32_t rank = 0; rank < cluster.size(); ++rank) {
    BlockChecks &checks = *cluster.block(rank).checks();
    // Threads that have exited take part.
    cluster.block(rank).forEachWarp([&](const Warp &warp) {
      if (!warp.alive())
        checks.clocks_.arriveAtCluster(warp.index(), 0, /*all=*/true);
    });
    all = all.with(checks.clocks_.takeClusterArrivals());
  }
  for (uint32_t rank = 0; rank < cluster.size(); ++rank)
    cluster.block(rank).checks()->clocks_.completeCluster(all);
}

void BlockChecks::passedCluster(const Warp &warp, uint32_t lanes) {
  clocks_.passCluster(warp.index(), lanes, lanes == warp.alive());
}

//===----------------------------------------------------------------------===//
// mbarriers
//===----------------------------------------------------------------------===//

void BlockChecks::arrivedAt(const Warp &warp, unsigned lane, uint32_t address,
                            const Ordering &ordering) {
  Published mine = warp.checks->clocks_.release(warp.index(), lane, ordering);
  Published &all = arrivals_[address];
  all.blockIndex = static_cast<uint32_t>(block_.index());
  all.cluster = all.cluster.with(mine.cluster);
  // Of another block, it is for that block alone.
  if (&warp.block() == &block_)
    all.block = all.block.with(mine.block);
}

void BlockChecks::passed(const Warp &warp, unsigned lane, uint32_t address,
                         const Ordering &ordering) {
  if (auto found = arrivals_.find(address); found != arrivals_.end())
    clocks_.acquire(warp.index(), lane, ordering, found->second);
}

//===----------------------------------------------------------------------===//
// How long a block is there
//===----------------------------------------------------------------------===//

bool BlockChecks::knowsStarted(Warp &warp, const Op &op, unsigned lane,
                               const Block &owner) {
  if (block_.cluster()->phase() ||
      clocks_.knowsOf(warp.index(), lane, static_cast<uint32_t>(owner.index())))
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed,
             "block that may not run yet: the shared memory of block " +
                 tripleText(owner.id()) +
                 " is used before the first barrier of the cluster, and "
                 "nothing else says that it is there");
  return false;
}

void BlockChecks::noteRemote(const AccessRecord &record) {
  AccessRecord &last = remote_[uint64_t(record.block) << 5 | record.warp];
  if (last.time == record.time)
    last.lanes |= record.lanes;
  else
    last = record;
}

bool BlockChecks::isMemoryAwaited() {
  // The lowest first, whatever the order of the table.
  const AccessRecord *first = nullptr;
  for (const auto &[key, record] : remote_)
    if (!clocks_.doesAnyKnow(record.block, record.warp, record.lanes,
                             record.time) &&
        (!first || record.block < first->block ||
         (record.block == first->block && record.warp < first->warp)))
      first = &record;
  if (!first)
    return true;
  const Block &other = *block_.peer(first->block % block_.cluster()->size());
  bool isWrite = image_.info[first->pc].access.kind != MemoryAccess::Kind::Load;
  block_.report(other.warp(first->warp),
                static_cast<unsigned>(std::countr_zero(first->lanes)),
                first->pc, cuda::Result::LaunchFailed,
                std::string("ended block: ") +
                    (isWrite ? "write to" : "read of") +
                    " shared memory of block " + tripleText(block_.id()) +
                    ", whose threads do not wait for it before they exit");
  return false;
}

} // namespace theano::sim
