//===- Clocks.h - what the threads of a block know --------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_CHECKS_CLOCKS_H
#define THEANO_SIMULATOR_CHECKS_CLOCKS_H

#include "Checks/Knowledge.h"
#include "Machine/Op.h"
#include "Machine/Ordering.h"

#include <array>
#include <bit>

namespace theano::sim {

/// What a strong write to a place hands to those who read it: to threads of
/// every block, and to those of the one cluster and block that it is limited
/// to.
struct Published {
  GridKnowledge device;
  GridKnowledge cluster;
  GridKnowledge block;
  uint32_t blockIndex = 0; ///< of `block`, and in `cluster`

  bool empty() const {
    return device.empty() && cluster.empty() && block.empty();
  }
};

/// The clocks of the warps of one block and what each lane knows, kept up to
/// date at everything that orders accesses.
class Clocks {
public:
  static constexpr unsigned barriers = 16;

  Clocks(unsigned warps, uint32_t clusterSize)
      : clusterSize_(clusterSize), warps_(warps) {}

  /// Forgets everything, for block number `block`.
  void start(uint32_t block);

  /// The time of an access of `warp` that is made now.
  Time now(unsigned warp) {
    warps_[warp].isUsed = true;
    return warps_[warp].time;
  }
  /// Does `lane` of warp `who` know what `lanes` of `warp` of `block` did at
  /// `time`?
  bool knows(unsigned who, unsigned lane, uint32_t block, unsigned warp,
             uint32_t lanes, Time time) const {
    const Knowledge &mine = of(warps_[who], lane);
    return block == block_ ? mine.own.covers(warp, lanes, time)
                           : knowsOther(mine, block, warp, lanes, time);
  }
  /// The same of all lanes of the block's own warps, by the number of the warp,
  /// until the lane learns anything.
  const Time *known(unsigned warp, unsigned lane) const {
    return of(warps_[warp], lane).own.warps();
  }
  /// Does it know anything of other blocks?
  bool knowsOthers(unsigned warp, unsigned lane) const {
    return !of(warps_[warp], lane).others.empty();
  }
  /// Do all lanes of the warp know the same, but for what they did themselves?
  bool isUniform(unsigned warp) const { return warps_[warp].apart == 0; }

  /// The lanes of `mask` have waited for each other; `all`: they are all that
  /// have not exited.
  void meet(unsigned warp, uint32_t mask, bool all);

  /// All lanes of `warp` have arrived at a barrier of the block.
  void arrive(unsigned warp, unsigned barrier);
  /// The barrier is complete. The warps with a bit in `waiting` go on behind
  /// it; those in `exited` take part by having ended.
  void complete(unsigned barrier, uint32_t waiting, uint32_t exited);

  /// Lanes of `warp` arrive at the barrier of the cluster; `all`: that is all
  /// of its lanes that have not exited.
  void arriveAtCluster(unsigned warp, uint32_t lanes, bool all);
  /// The same by threads that publish only what their fences say.
  void arriveAtClusterRelaxed(unsigned warp, uint32_t lanes);
  /// What came with the arrivals of the block in the phase that ends.
  GridKnowledge takeClusterArrivals();
  /// The phase has ended with what came from all blocks of the cluster.
  void completeCluster(const GridKnowledge &arrived);
  /// Lanes go on behind it.
  void passCluster(unsigned warp, uint32_t lanes, bool all);

  /// Does any thread of the block know the access of another block?
  bool doesAnyKnow(uint32_t block, unsigned warp, uint32_t lanes,
                   Time time) const;
  /// Does the lane know of anything in another block?
  bool knowsOf(unsigned warp, unsigned lane, uint32_t block) const {
    return of(warps_[warp], lane).others.find(block) != nullptr;
  }

  /// A fence of one thread.
  void fence(unsigned warp, unsigned lane, const Ordering &ordering);
  /// A thread has read from a place what `published` came with.
  void acquire(unsigned warp, unsigned lane, const Ordering &ordering,
               const Published &published);
  /// What a thread publishes by a strong write.
  Published release(unsigned warp, unsigned lane, const Ordering &ordering);

private:
  using KnowledgePtr = std::shared_ptr<Knowledge>;

  /// What a fence has set apart, of one lane: what later relaxed writes
  /// publish, and what relaxed reads have found and a later fence takes over.
  struct Fenced {
    KnowledgePtr device, cluster, block;
    Time deviceTime = 0, clusterTime = 0, blockTime = 0;
    GridKnowledge foundByDevice, foundByCluster, foundByBlock;
  };
  struct WarpClock {
    Time time = 1;
    bool isUsed = false; ///< whether an access has this time
    /// Whether nothing was learned since it arrived at the cluster's barrier.
    bool isInCluster = false;
    uint32_t apart = 0; ///< lanes that know other things than `common`
    KnowledgePtr common;
    std::array<KnowledgePtr, warpSize> own; ///< of the lanes in `apart`
    std::unique_ptr<std::array<Fenced, warpSize>> fenced;
  };

  static const Knowledge &of(const WarpClock &clock, unsigned lane) {
    return clock.apart >> lane & 1 ? *clock.own[lane] : *clock.common;
  }
  static bool knowsOther(const Knowledge &mine, uint32_t block, unsigned warp,
                         uint32_t lanes, Time time);
  /// Of those of a warp that know different things, each once.
  template <typename F>
  static void forEachKnowledge(const WarpClock &clock, F &&visit);
  Knowledge *common(WarpClock &clock);
  static void unite(WarpClock &clock);
  static Fenced &fencedOf(WarpClock &clock, unsigned lane);

  /// Of an access or fence: where a cluster is a block, the block.
  Ordering::Scope scopeOf(const Ordering &ordering) const {
    bool isAlone =
        clusterSize_ == 1 && ordering.scope == Ordering::Scope::Cluster;
    return isAlone ? Ordering::Scope::Block : ordering.scope;
  }
  bool isOfSameCluster(uint32_t block) const {
    return block / clusterSize_ == block_ / clusterSize_;
  }
  /// Ends a warp's time: answers the last that an access can have had.
  static Time endTime(WarpClock &clock);
  void learn(WarpClock &clock, unsigned lane, const GridKnowledge &found);
  GridKnowledge snapshot(const Knowledge &knowledge, unsigned warp,
                         unsigned lane, Time time) const;

  uint32_t block_ = 0;
  uint32_t clusterSize_;
  std::vector<WarpClock> warps_;
  std::array<Knowledge, barriers> arrived_;
  /// At the barrier of the cluster: of this phase, and from the last.
  Knowledge inCluster_;
  GridKnowledge publishedInCluster_;
  KnowledgePtr fromCluster_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_CHECKS_CLOCKS_H
