//===- BulkGroups.h - copies out of shared memory ---------------*- C++ -*-===//
//
// A device may do a bulk copy out of shared memory at any time between its
// issue and the wait for its group. Here it happens as late as can be: shared
// memory is read when the lane that issued the copy waits for that
// (wait_group.read) or for all of it, and global memory is written when it
// waits for all of it, or when the block ends. So a kernel that changes the
// memory too early, or reads the result, gets it wrong.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_BULKGROUPS_H
#define THEANO_SIMULATOR_MACHINE_BULKGROUPS_H

#include "Machine/Combine.h"
#include "Machine/Op.h"

#include <array>
#include <vector>

namespace theano::sim {

class Warp;

/// One copy of a lane: pieces of global memory, checked, and where their bytes
/// are in shared memory.
struct BulkStore {
  struct Piece {
    uint32_t from = 0;
    uint32_t bytes = 0;
    char *to = nullptr;
    /// The number of the allocation where malloc has made it, else 0.
    uint64_t allocation = 0;
  };

  unsigned lane = 0;
  uint32_t pc = 0;
  Combine combine = nullptr;
  std::vector<Piece> pieces;
  uint32_t group = 0;  ///< how many its lane had committed
  bool isRead = false; ///< then `data` has the bytes of the pieces
  std::vector<char> data;
  std::vector<char> atIssue; ///< the same as they were then; with all checks
};

/// The copies that the lanes of a warp have issued, in order: those by tensor
/// maps and those without, which share their groups.
class BulkGroups {
public:
  void clear();

  /// Takes a copy over, whose group and data it fills in. False after a
  /// finding.
  bool issue(Warp &warp, BulkStore store);
  /// What each of `lanes` has issued since its last group becomes a group.
  void commit(uint32_t lanes);
  /// Completes the groups of each of `lanes` but its last `pending`, or with
  /// `readOnly` reads their memory. False after a finding.
  bool wait(Warp &warp, uint32_t lanes, uint64_t pending, bool readOnly);
  /// The block ends: what was read is written. A copy whose memory goes before
  /// anybody has waited is a finding; false then.
  bool finish(Warp &warp);

private:
  static bool read(Warp &warp, BulkStore &store);
  static bool write(Warp &warp, const BulkStore &store);

  std::vector<BulkStore> pending_;
  std::array<uint32_t, warpSize> committed_ = {}; ///< groups of each lane
  uint64_t pendingBytes_ = 0;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_BULKGROUPS_H
