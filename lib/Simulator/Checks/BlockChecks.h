//===- BlockChecks.h - what is looked for beyond every access ---*- C++ -*-===//
//
// With all checks on, each op of a block runs by way of `BlockChecks::run`,
// which looks at what the op is about to do: it finds reads of memory that
// nothing has written, and accesses that race with others of the same launch.
// An access that is wrong in itself (out of bounds, misaligned) is left to the
// op, which reports it.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_CHECKS_BLOCKCHECKS_H
#define THEANO_SIMULATOR_CHECKS_BLOCKCHECKS_H

#include "Checks/Clocks.h"
#include "Checks/PendingProducts.h"
#include "Checks/Shadow.h"
#include "Machine/Image.h"
#include "Memory/AddressSpace.h"

#include <map>
#include <string_view>
#include <thread>
#include <unordered_map>

namespace theano::sim {

class Block;
class Cluster;
class Warp;

/// What strong writes have published, by address.
using PublishedAt = std::unordered_map<uint64_t, Published>;

/// A lock that is given in the order in which it was asked for: threads that
/// spin on a flag ask all the time, and must not keep it from who sets the
/// flag.
class FairMutex {
public:
  void lock() {
    uint64_t mine = next_++;
    while (served_ != mine)
      std::this_thread::yield();
  }
  void unlock() { ++served_; }

private:
  std::atomic<uint64_t> next_ = 0, served_ = 0;
};

/// What the blocks of a launch share.
class LaunchChecks {
public:
  ZeroArena arena; ///< of all shadows
  AllocationShadow &shadowOf(const Allocation &allocation);

  /// Held while a strong access of global memory is made, so that what a thread
  /// learns from it is what came with the value that it reads.
  FairMutex strong;
  PublishedAt published; ///< under `strong`

private:
  /// Further reads of a cell that are remembered, 256 MB of them.
  static constexpr int64_t readBudget = (256 << 20) / 20;

  std::mutex mutex_;
  std::atomic<int64_t> budget_ = readBudget;
  std::map<uint64_t, std::unique_ptr<AllocationShadow>> shadows_; ///< by begin
};

class BlockChecks {
public:
  BlockChecks(Block &block, LaunchChecks &launch);
  ~BlockChecks();

  /// The block starts, or starts again as another.
  void start();

  /// Looks at `op` and runs it.
  const Op *run(Warp &warp, const Op &op);

  // Told by the block and its warps.
  void met(const Warp &warp, uint32_t lanes);
  void entered(const Warp &warp, uint32_t lanes, uint32_t localBase,
               uint32_t localBytes);
  void arrived(const Warp &warp, unsigned barrier) {
    clocks_.arrive(warpIndex(warp), barrier);
  }
  void completed(unsigned barrier, uint32_t waiting, uint32_t exited) {
    clocks_.complete(barrier, waiting, exited);
  }

  /// Lanes arrive at the barrier of the cluster; its phase ends, for all blocks
  /// together; lanes go on behind it.
  void arrivedAtCluster(const Warp &warp, uint32_t lanes, bool releases);
  static void completedCluster(Cluster &cluster);
  void passedCluster(const Warp &warp, uint32_t lanes);
  /// Can the lane know that the block runs, whose memory it is about to use?
  /// False after a finding.
  bool knowsStarted(Warp &warp, const Op &op, unsigned lane,
                    const Block &owner);
  /// All threads of the block have exited; false after a finding.
  bool ended();

  /// Something else than a store has written memory: a copy, a matrix.
  void wrote(Space space, uint64_t address, uint64_t bytes);
  /// A copy to shared memory is on its way: nothing is there before somebody
  /// has waited for it.
  void awaits(uint64_t address, uint64_t bytes) {
    sharedWritten_.clear(address, bytes);
  }
  /// The same of a copy to global memory.
  void awaitsGlobal(uint64_t address, uint64_t bytes);
  /// A lane, perhaps of another block, has arrived at the mbarrier at
  /// `address`, or has seen that all have.
  void arrivedAt(const Warp &warp, unsigned lane, uint32_t address,
                 const Ordering &ordering);
  void passed(const Warp &warp, unsigned lane, uint32_t address,
              const Ordering &ordering);
  /// malloc of a lane has made [address, address + bytes): memory that nobody
  /// else may use before the lane has told them.
  void allocated(Warp &warp, const Op &op, unsigned lane, uint64_t address,
                 uint64_t bytes);
  /// A lane frees what malloc has made: with that an access that nothing orders
  /// races. False after a finding.
  bool released(Warp &warp, const Op &op, unsigned lane,
                const Allocation &allocation);
  /// Of wgmma, of a warp.
  PendingProducts &productsOf(const Warp &warp) {
    return products_[warpIndex(warp)];
  }
  /// Looks at a read that is no load: of a copy, of a matrix. False after a
  /// finding.
  bool reads(Warp &warp, const Op &op, unsigned lane, Space space,
             uint64_t address, uint32_t bytes);

private:
  class Access;
  struct Region;

  static unsigned warpIndex(const Warp &warp);
  /// Of the end of the block: false after a finding.
  bool areProductsAwaited();
  bool isMemoryAwaited();
  const Op *runUnguarded(Warp &warp, const Op &op);
  bool enter(Access &access);
  void date(Access &access);
  Region heapRegion(const Allocation &allocation);
  bool enterHeap(Access &access, unsigned lane, const Allocation &allocation);
  void lookUp(Access &access) const;
  bool enterLanes(Access &access);
  bool enterBytes(Access &access);
  bool enterShared(Access &access, BlockChecks &owner);
  bool enterCluster(Access &access);
  void noteRemote(const AccessRecord &record);
  bool enterLocal(Access &access);
  bool enterGlobal(Access &access);
  uint32_t enterRows(Access &access);
  static ShadowCells &cellsOf(Access &access, const Region &region);
  bool enterCells(Access &access, ShadowCells &cells, uint32_t at);
  /// Checks a read, or notes a write of memory of the block's own, `at` bytes
  /// into what `written` is of.
  bool enterWritten(Access &access, WrittenBytes &written, uint64_t at,
                    std::string_view where);
  void synchronize(const Access &access, PublishedAt &published);
  Region &regionOf(const Access &access);

  Block &block_;
  LaunchChecks &launch_;
  const Image &image_;
  Clocks clocks_;
  WrittenBytes sharedWritten_;
  ShadowCells sharedCells_;
  PublishedAt sharedPublished_;
  PublishedAt arrivals_; ///< what came with them, by mbarrier
  /// The last access of each warp of other blocks to the shared memory.
  std::unordered_map<uint64_t, AccessRecord> remote_;
  std::vector<std::unique_ptr<WrittenBytes>> localWritten_; ///< of each warp
  std::vector<Region> regions_;           ///< by slot of an op
  std::vector<PendingProducts> products_; ///< of each warp
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_CHECKS_BLOCKCHECKS_H
