//===- AsyncCopies.h - copies that nobody has waited for --------*- C++ -*-===//
//
// A device may complete an asynchronous copy at any time between its issue and
// the wait for it. Here it happens as late as can be: the bytes are read when
// the copy is issued, and are written to shared memory when the lane that
// issued it waits. So a kernel that forgets to wait sees what was there before.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_ASYNCCOPIES_H
#define THEANO_SIMULATOR_MACHINE_ASYNCCOPIES_H

#include "Machine/Op.h"

#include <array>
#include <vector>

namespace theano::sim {

class Warp;

/// What one cp.async moves, for each of its lanes.
struct AsyncCopy {
  static constexpr unsigned maxBytes = 16;

  uint32_t lanes = 0; ///< those whose bytes have not been written
  uint32_t bytes = 0; ///< of a lane
  std::array<uint32_t, warpSize> to;    ///< places in shared memory, checked
  std::array<uint32_t, warpSize> group; ///< how many its lane had committed
  std::array<std::array<char, maxBytes>, warpSize> data;
  uint64_t serial = 0;
};

/// The copies that the lanes of `warp`, always the same, have issued, in order.
class AsyncCopies {
public:
  void clear();

  /// A new copy, for the caller to fill in but for group and serial.
  AsyncCopy &issue(Warp &warp);
  /// What each of `lanes` has issued since its last group becomes a group.
  void commit(uint32_t lanes);
  /// Completes the groups of each of `lanes` but its last `pending`.
  void wait(Warp &warp, uint32_t lanes, uint64_t pending);
  /// Completes everything that `lanes` issued before `serial`.
  void completeBefore(Warp &warp, uint32_t lanes, uint64_t serial);
  /// The number of the copy that is issued next.
  uint64_t nextSerial() const { return serial_; }

private:
  static void write(Warp &warp, AsyncCopy &copy, uint32_t lanes);
  void dropCompleted();

  std::vector<AsyncCopy> pending_;
  std::array<uint32_t, warpSize> committed_ = {}; ///< groups of each lane
  uint64_t serial_ = 0;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_ASYNCCOPIES_H
