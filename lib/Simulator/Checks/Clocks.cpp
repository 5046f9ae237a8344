//===- Clocks.cpp - what the threads of a block know ----------------------===//

#include "Checks/Clocks.h"

#include <utility>

namespace theano::sim {

void Clocks::start(uint32_t block) {
  block_ = block;
  auto nothing = std::make_shared<Knowledge>();
  nothing->own = BlockKnowledge(warps_.size());
  for (WarpClock &clock : warps_) {
    clock = WarpClock();
    clock.common = nothing;
  }
  arrived_.fill(*nothing);
  inCluster_ = *nothing;
  publishedInCluster_ = {};
  fromCluster_ = nothing;
}

bool Clocks::knowsOther(const Knowledge &mine, uint32_t block, unsigned warp,
                        uint32_t lanes, Time time) {
  const BlockKnowledge *other = mine.others.find(block);
  return other && other->covers(warp, lanes, time);
}

//===----------------------------------------------------------------------===//
// The knowledge of a warp
//===----------------------------------------------------------------------===//

template <typename F>
void Clocks::forEachKnowledge(const WarpClock &clock, F &&visit) {
  if (clock.apart != fullMask)
    visit(*clock.common);
  for (uint32_t rest = clock.apart; rest; rest &= rest - 1)
    visit(*clock.own[static_cast<unsigned>(std::countr_zero(rest))]);
}

/// The common knowledge, to be changed: a copy where others have it, too.
Knowledge *Clocks::common(WarpClock &clock) {
  if (clock.common.use_count() > 1)
    clock.common = std::make_shared<Knowledge>(*clock.common);
  return clock.common.get();
}

/// All lanes learn what any of them knows.
void Clocks::unite(WarpClock &clock) {
  if (!clock.apart)
    return;
  auto all = std::make_shared<Knowledge>(*clock.common);
  forEachKnowledge(clock, [&](const Knowledge &one) { all->learn(one); });
  clock.common = std::move(all);
  clock.own.fill(nullptr);
  clock.apart = 0;
}

Clocks::Fenced &Clocks::fencedOf(WarpClock &clock, unsigned lane) {
  if (!clock.fenced)
    clock.fenced = std::make_unique<std::array<Fenced, warpSize>>();
  return (*clock.fenced)[lane];
}

Time Clocks::endTime(WarpClock &clock) {
  return std::exchange(clock.isUsed, false) ? clock.time++ : clock.time - 1;
}

//===----------------------------------------------------------------------===//
// Waiting for each other
//===----------------------------------------------------------------------===//

void Clocks::meet(unsigned warp, uint32_t mask, bool all) {
  WarpClock &clock = warps_[warp];
  clock.isInCluster = false;
  if (all) {
    // Usually nothing has happened since the last time.
    if (!clock.isUsed && !clock.apart &&
        clock.common->own.covers(warp, fullMask, clock.time - 1))
      return;
    Time time = endTime(clock);
    unite(clock);
    common(clock)->own.learnWarp(warp, time);
    return;
  }
  Time time = endTime(clock);
  auto together = std::make_shared<Knowledge>(
      of(clock, static_cast<unsigned>(std::countr_zero(mask))));
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (clock.apart & mask)
      together->learn(of(clock, lane));
    together->own.learnLane(warp, lane, time);
  }
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    clock.own[static_cast<unsigned>(std::countr_zero(rest))] = together;
  clock.apart |= mask;
}

void Clocks::arrive(unsigned warp, unsigned barrier) {
  WarpClock &clock = warps_[warp];
  Time time = endTime(clock);
  Knowledge &arrived = arrived_[barrier];
  forEachKnowledge(clock, [&](const Knowledge &one) { arrived.learn(one); });
  arrived.own.learnWarp(warp, time);
}

void Clocks::complete(unsigned barrier, uint32_t waiting, uint32_t exited) {
  for (uint32_t rest = exited; rest; rest &= rest - 1)
    arrive(static_cast<unsigned>(std::countr_zero(rest)), barrier);
  auto together = std::make_shared<Knowledge>(std::move(arrived_[barrier]));
  arrived_[barrier] = Knowledge();
  arrived_[barrier].own = BlockKnowledge(warps_.size());
  for (uint32_t rest = waiting; rest; rest &= rest - 1) {
    WarpClock &clock = warps_[static_cast<unsigned>(std::countr_zero(rest))];
    clock.common = together;
    clock.own.fill(nullptr);
    clock.apart = 0;
    clock.isInCluster = false;
  }
}

//===----------------------------------------------------------------------===//
// The barrier of the cluster
//===----------------------------------------------------------------------===//

void Clocks::arriveAtCluster(unsigned warp, uint32_t lanes, bool all) {
  WarpClock &clock = warps_[warp];
  Time time = endTime(clock);
  if (all) {
    forEachKnowledge(clock,
                     [&](const Knowledge &one) { inCluster_.learn(one); });
    inCluster_.own.learnWarp(warp, time);
    clock.isInCluster = true;
    return;
  }
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    inCluster_.learn(of(clock, lane));
    inCluster_.own.learnLane(warp, lane, time);
  }
}

void Clocks::arriveAtClusterRelaxed(unsigned warp, uint32_t lanes) {
  Ordering ordering;
  ordering.scope = Ordering::Scope::Cluster;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    Published mine =
        release(warp, static_cast<unsigned>(std::countr_zero(rest)), ordering);
    // Of a cluster that is the block alone there is no other part.
    publishedInCluster_ =
        publishedInCluster_.with(clusterSize_ == 1 ? mine.block : mine.cluster);
  }
}

GridKnowledge Clocks::takeClusterArrivals() {
  GridKnowledge all = inCluster_.others.with(block_, std::move(inCluster_.own))
                          .with(publishedInCluster_);
  inCluster_ = Knowledge();
  inCluster_.own = BlockKnowledge(warps_.size());
  publishedInCluster_ = {};
  return all;
}

void Clocks::completeCluster(const GridKnowledge &arrived) {
  fromCluster_ = std::make_shared<Knowledge>();
  fromCluster_->own = *arrived.find(block_);
  fromCluster_->others = arrived;
}

void Clocks::passCluster(unsigned warp, uint32_t lanes, bool all) {
  WarpClock &clock = warps_[warp];
  if (all && clock.isInCluster) {
    clock.common = fromCluster_;
    clock.own.fill(nullptr);
    clock.apart = 0;
    return;
  }
  if (all && !clock.apart) {
    common(clock)->learn(*fromCluster_);
    return;
  }
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    learn(clock, static_cast<unsigned>(std::countr_zero(rest)),
          fromCluster_->others);
}

bool Clocks::doesAnyKnow(uint32_t block, unsigned warp, uint32_t lanes,
                         Time time) const {
  bool isKnown = false;
  for (const WarpClock &clock : warps_)
    forEachKnowledge(clock, [&](const Knowledge &one) {
      isKnown |= knowsOther(one, block, warp, lanes, time);
    });
  return isKnown;
}

//===----------------------------------------------------------------------===//
// One thread telling another
//===----------------------------------------------------------------------===//

GridKnowledge Clocks::snapshot(const Knowledge &knowledge, unsigned warp,
                               unsigned lane, Time time) const {
  BlockKnowledge own = knowledge.own;
  own.learnLane(warp, lane, time);
  return knowledge.others.with(block_, std::move(own));
}

void Clocks::learn(WarpClock &clock, unsigned lane,
                   const GridKnowledge &found) {
  const Knowledge &old = of(clock, lane);
  const BlockKnowledge *own = found.find(block_);
  GridKnowledge others = old.others.with(found);
  // Threads that spin find the same again and again.
  if (others == old.others && (!own || old.own.covers(*own)))
    return;
  clock.isInCluster = false;
  auto known = std::make_shared<Knowledge>(old);
  known->others = std::move(others);
  if (own)
    known->own.learn(*own);
  clock.own[lane] = std::move(known);
  clock.apart |= 1u << lane;
}

void Clocks::fence(unsigned warp, unsigned lane, const Ordering &ordering) {
  using Scope = Ordering::Scope;
  WarpClock &clock = warps_[warp];
  Scope scope = scopeOf(ordering);
  if (ordering.acquires && clock.fenced) {
    Fenced &fenced = fencedOf(clock, lane);
    learn(clock, lane, fenced.foundByBlock);
    fenced.foundByBlock = {};
    if (scope >= Scope::Cluster)
      learn(clock, lane, std::exchange(fenced.foundByCluster, {}));
    if (scope == Scope::Device)
      learn(clock, lane, std::exchange(fenced.foundByDevice, {}));
  }
  if (!ordering.releases)
    return;
  Fenced &fenced = fencedOf(clock, lane);
  fenced.block = clock.apart >> lane & 1 ? clock.own[lane] : clock.common;
  fenced.blockTime = endTime(clock);
  if (scope >= Scope::Cluster && clusterSize_ > 1) {
    fenced.cluster = fenced.block;
    fenced.clusterTime = fenced.blockTime;
  }
  if (scope == Scope::Device) {
    fenced.device = fenced.block;
    fenced.deviceTime = fenced.blockTime;
  }
}

void Clocks::acquire(unsigned warp, unsigned lane, const Ordering &ordering,
                     const Published &published) {
  using Scope = Ordering::Scope;
  WarpClock &clock = warps_[warp];
  Scope scope = scopeOf(ordering);
  // Both sides must be in the scope of each other.
  GridKnowledge byDevice =
      scope == Scope::Device ? published.device : GridKnowledge();
  GridKnowledge byCluster =
      scope >= Scope::Cluster && isOfSameCluster(published.blockIndex)
          ? published.cluster
          : GridKnowledge();
  GridKnowledge byBlock =
      published.blockIndex == block_ ? published.block : GridKnowledge();
  if (byDevice.empty() && byCluster.empty() && byBlock.empty())
    return;
  if (ordering.acquires) {
    learn(clock, lane, byDevice);
    learn(clock, lane, byCluster);
    learn(clock, lane, byBlock);
    return;
  }
  Fenced &fenced = fencedOf(clock, lane);
  fenced.foundByDevice = fenced.foundByDevice.with(byDevice);
  fenced.foundByCluster = fenced.foundByCluster.with(byCluster);
  fenced.foundByBlock = fenced.foundByBlock.with(byBlock);
}

Published Clocks::release(unsigned warp, unsigned lane,
                          const Ordering &ordering) {
  using Scope = Ordering::Scope;
  WarpClock &clock = warps_[warp];
  Scope scope = scopeOf(ordering);
  bool isWide = scope >= Scope::Cluster && clusterSize_ > 1;
  Published published;
  published.blockIndex = block_;
  if (ordering.releases) {
    GridKnowledge all = snapshot(of(clock, lane), warp, lane, endTime(clock));
    if (scope == Scope::Device)
      published.device = all;
    if (isWide)
      published.cluster = all;
    published.block = std::move(all);
    return published;
  }
  if (!clock.fenced)
    return published;
  const Fenced &fenced = (*clock.fenced)[lane];
  if (fenced.device && scope == Scope::Device)
    published.device = snapshot(*fenced.device, warp, lane, fenced.deviceTime);
  if (fenced.cluster && isWide)
    published.cluster =
        snapshot(*fenced.cluster, warp, lane, fenced.clusterTime);
  if (fenced.block)
    published.block = snapshot(*fenced.block, warp, lane, fenced.blockTime);
  return published;
}

} // namespace theano::sim
