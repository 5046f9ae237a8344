//===- Cluster.h - thread blocks that run together --------------*- C++ -*-===//
//
// One host thread runs all blocks of a cluster, in turns, so that they may use
// each other's shared memory without locks.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_CLUSTER_H
#define THEANO_SIMULATOR_MACHINE_CLUSTER_H

#include "Machine/Block.h"

namespace theano::sim {

/// The blocks and the barrier of one cluster. It is used again for cluster
/// after cluster of a launch.
class Cluster {
public:
  Cluster(const LaunchSpec &launch, const LaunchOptions &options,
          Counters *counters, LaunchChecks *checks);
  ~Cluster();

  /// Sets up cluster number `index` in launch order, x fastest.
  void start(uint64_t index);

  uint32_t size() const { return static_cast<uint32_t>(blocks_.size()); }
  Block &block(uint32_t rank) { return *blocks_[rank]; }
  /// The ranks of its blocks as they take turns.
  const std::vector<uint32_t> &order() const { return order_; }

  // The barrier. A thread arrives once in each phase, and waits for the phase
  // in which it arrived.
  uint64_t phase() const { return phase_; }
  void arrive(uint32_t lanes);
  /// Threads have exited, some of which have arrived.
  void exited(uint32_t lanes, uint32_t arrived);

  /// Goes up whenever a block does more than to test mbarriers in vain.
  uint64_t changes() const;
  void noteWork() { ++work_; }

private:
  void completeIfDue();

  const LaunchOptions &options_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<uint32_t> order_;
  uint64_t phase_ = 0, work_ = 0;
  uint32_t live_ = 0;    ///< threads that have not exited
  uint32_t pending_ = 0; ///< those of which the phase still waits for
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_CLUSTER_H
