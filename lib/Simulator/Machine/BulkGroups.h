//===- BulkGroups.h - bulk copies to global memory --------------*- C++ -*-===//
//
// As with the copies of AsyncCopies.h, everything happens as late as can be:
// shared memory is read when the lane waits until it may be written again, and
// global memory is written when the lane waits for that.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_BULKGROUPS_H
#define THEANO_SIMULATOR_MACHINE_BULKGROUPS_H

#include "Machine/Mbarriers.h"
#include "Machine/Op.h"

#include <array>

namespace theano::sim {

/// What one lane copies, or with `combine` adds to what is there.
struct BulkStore {
  unsigned lane = 0;
  uint32_t pc = 0;
  uint32_t from = 0; ///< in shared memory, checked
  uint64_t to = 0;
  uint32_t bytes = 0;
  Combine combine = nullptr;
  uint32_t group = 0; ///< how many its lane had committed
  bool hasRead = false;
  std::vector<char> data;
};

/// Those that the lanes of a warp have issued, in order.
class BulkGroups {
public:
  void clear();
  void issue(Warp &warp, BulkStore store);
  /// What each of `lanes` has issued since its last group becomes a group.
  void commit(uint32_t lanes);
  /// Completes the groups of each of `lanes` but its last `pending`, or of
  /// those only what reads shared memory.
  void wait(Warp &warp, uint32_t lanes, uint64_t pending, bool onlyReads);
  /// The block ends, and its shared memory; false after a finding.
  bool finish(Warp &warp);

private:
  static void read(Warp &warp, BulkStore &store);
  static void write(Warp &warp, BulkStore &store);

  std::vector<BulkStore> pending_;
  std::array<uint32_t, warpSize> committed_ = {}; ///< groups of each lane
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_BULKGROUPS_H
