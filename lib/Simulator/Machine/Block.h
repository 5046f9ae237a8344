//===- Block.h - a thread block while it runs -------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_BLOCK_H
#define THEANO_SIMULATOR_MACHINE_BLOCK_H

#include "Machine/Counters.h"
#include "Machine/Fault.h"
#include "Machine/Mbarriers.h"
#include "Machine/PrintedBlocks.h"
#include "Machine/Warp.h"
#include "Machine/Warpgroups.h"

#include <functional>
#include <memory>

namespace theano::sim {

class BlockChecks;
class Cluster;
class LaunchChecks;

/// One kernel launch.
struct LaunchSpec {
  const Image *image = nullptr;
  const FunctionCode *kernel = nullptr;
  std::array<uint32_t, 3> grid = {1, 1, 1}, block = {1, 1, 1};
  uint32_t dynamicShared = 0;
  std::vector<char> parameters;
  AddressSpace *memory = nullptr;
  uint64_t number = 0; ///< %gridid
  /// All blocks run at the same time, so that they may wait for each other;
  /// where their barrier is, which the kernel finds in %envreg1 and 2.
  bool cooperative = false;
  uint64_t gridWorkspace = 0;
  /// Blocks of a cluster, which divide the grid; and whether anybody asked for
  /// clusters, rather than each block's being one.
  std::array<uint32_t, 3> cluster = {1, 1, 1};
  bool explicitCluster = false;
  /// Gives a condition of a graph a value, from any host thread; false where
  /// there is no such handle.
  std::function<bool(uint64_t handle, uint32_t value)> setConditional;

  uint32_t threads() const { return block[0] * block[1] * block[2]; }
  uint64_t blocks() const { return uint64_t(grid[0]) * grid[1] * grid[2]; }
  uint32_t clusterSize() const { return cluster[0] * cluster[1] * cluster[2]; }
  /// Whether blocks are run cluster by cluster.
  bool hasClusters() const { return clusterSize() > 1 || image->usesClusters; }
  /// All that a block has; of which the kernel asked for the first part.
  uint32_t sharedBytes() const {
    return image->usesReservedShared ? reservedStart() + reservedShared
                                     : askedShared();
  }
  uint32_t askedShared() const { return dynamicStart() + dynamicShared; }
  /// Dynamic shared memory follows the static.
  uint32_t dynamicStart() const { return (kernel->sharedBytes + 15) / 16 * 16; }
  /// What the system has for itself, which the headers of cooperative groups
  /// use, lies apart from what is the kernel's.
  static constexpr uint32_t reservedShared = 1 << 10, reservedGap = 128;
  uint32_t reservedStart() const {
    return (askedShared() + reservedGap + 127) / 128 * 128;
  }
};

/// What a launch runs under.
struct LaunchOptions {
  uint32_t threads = 1; ///< host threads
  uint64_t seed = 0;    ///< of the order in which warps run; 0: ascending
  /// Warp instructions of the whole launch, after which it is stopped.
  uint64_t instructionLimit = 2'000'000'000;
  bool count = false; ///< whether Counters are kept
  /// Whether reads of memory that nothing wrote, and races, are looked for.
  bool deepChecks = false;
  PrintFunction print; ///< where kernels print; standard output without one
};

enum class BlockStatus : uint8_t {
  Done,
  Yielded,
  Waiting, ///< only other blocks of its cluster can let it go on
  Faulted,
};

/// The warps, barriers and shared memory of one block. It is used again for
/// block after block of a launch. One host thread runs it, in steps, so that
/// several blocks may take turns on a thread.
class Block {
public:
  static constexpr unsigned barriers = 16;

  /// Counts in `counters` and checks more by `checks`, where there are any. One
  /// of a `cluster` always has the same rank.
  Block(const LaunchSpec &launch, const LaunchOptions &options,
        Counters *counters, LaunchChecks *checks = nullptr,
        Cluster *cluster = nullptr, uint32_t rank = 0);
  ~Block();

  /// Sets up block number `index` in launch order: x fastest, cluster by
  /// cluster.
  void start(uint64_t index);

  /// Runs each warp that can run until it waits, ends or yields.
  BlockStatus step();

  const LaunchSpec &launch() const { return launch_; }
  const std::array<uint32_t, 3> &id() const { return id_; }
  /// The id of block number `index`.
  std::array<uint32_t, 3> idOf(uint64_t index) const;
  uint64_t index() const { return index_; }
  /// Warp instructions since last asked.
  uint64_t takeExecuted();
  /// What is too much in one turn is lost, as on a device.
  void print(std::string_view text) {
    if (printed_.size() < mostPrinted)
      printed_ += text;
  }
  /// What it has printed since last asked.
  std::string takePrinted() { return std::exchange(printed_, {}); }

  char *shared() { return shared_.data(); }
  uint64_t sharedBytes() const { return shared_.size() - sharedPadding; }
  std::vector<Warp::Hit> &hits() { return hits_; }
  Mbarriers &mbarriers() { return mbarriers_; }
  Warpgroups &warpgroups() { return warpgroups_; }
  BlockChecks *checks() const { return checks_.get(); }

  Cluster *cluster() const { return cluster_; }
  uint32_t rank() const { return rank_; }
  /// The block of that rank in its cluster; null where there is none.
  Block *peer(uint32_t rank);
  const Warp &warp(uint32_t index) const { return *warps_[index]; }
  template <typename Visitor> void forEachWarp(Visitor &&visit) const {
    for (const auto &warp : warps_)
      visit(*warp);
  }
  /// Have all its threads exited? Then its shared memory is gone.
  bool hasEnded() const { return liveWarps_ == 0; }
  /// The phase of the cluster's barrier has ended.
  void releaseCluster();
  /// Nothing of the whole cluster can run.
  void reportClusterDeadlock();

  const Fault &fault() const { return fault_; }
  /// Records a finding; the first one counts.
  void report(const Warp &warp, unsigned lane, uint32_t pc, cuda::Result result,
              std::string message);
  std::array<uint32_t, 3> threadId(uint32_t warp, unsigned lane) const;

  // Called by warps.
  /// All live lanes of `warp` wait at `barrier`, which completes when
  /// `expected` threads (0: all) have arrived. False after a fault.
  bool arrive(Warp &warp, uint32_t barrier, uint32_t expected);
  /// The same without waiting.
  bool arriveOnly(Warp &warp, const Op &op, uint32_t barrier,
                  uint32_t expected);
  void warpDone();

private:
  struct Barrier {
    uint32_t arrived = 0;  ///< threads, a warp counting as 32
    uint32_t expected = 0; ///< 0: all
    uint32_t waiting = 0;  ///< a bit for each warp
    bool active = false;
  };
  static constexpr size_t sharedPadding = 64;
  static constexpr size_t mostPrinted = 16 << 20;

  /// All threads have exited: what is still to happen, and whether it still
  /// can; false after a finding.
  bool finish();
  void noteArrival(const Warp &warp, uint32_t barrier);
  void noteCompletion(const Barrier &barrier);
  void completeIfDue(Barrier &barrier);
  void reduce(const Barrier &barrier);
  void reportDeadlock(const std::vector<const Block *> &stuck);
  bool waitsForCluster() const;
  bool isStuck(bool idled, bool tested);
  /// What the warps of the cluster that only sleep would do next, as sums.
  std::vector<uint64_t> sleepers() const;
  void endProbe();
  void setCounters(Counters *counters);

  const LaunchSpec &launch_;
  const LaunchOptions &options_;
  std::vector<std::unique_ptr<Warp>> warps_;
  std::vector<uint32_t> order_;
  std::array<Barrier, barriers> barriers_;
  Mbarriers mbarriers_{*this};
  Warpgroups warpgroups_{*this};
  Counters *counters_;
  /// Steps in which nothing was done but to test mbarriers, and how often these
  /// had changed before; once there are many, what as many more do.
  uint32_t idleSteps_ = 0;
  uint64_t seenChanges_ = 0;
  bool hasTested_ = false;         ///< in these steps
  std::vector<uint64_t> sleepers_; ///< as they were when there were many
  std::unique_ptr<Counters> probe_;
  std::vector<char> shared_;
  std::vector<Warp::Hit> hits_;
  std::unique_ptr<BlockChecks> checks_; ///< null without deep checks
  std::array<uint32_t, 3> id_ = {};
  uint64_t index_ = 0;
  Cluster *cluster_; ///< null where blocks run one by one
  uint32_t rank_;
  uint32_t liveWarps_ = 0;
  std::string printed_;
  Fault fault_;
  bool faulted_ = false;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_BLOCK_H
