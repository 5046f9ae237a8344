//===- AsyncCopies.cpp - copies that nobody has waited for ----------------===//

#include "Machine/AsyncCopies.h"

#include "Checks/BlockChecks.h"
#include "Machine/Warp.h"

#include <bit>
#include <cstring>

namespace theano::sim {

/// Copies that a warp may have outstanding. No pipeline has as many; a kernel
/// that never waits must not use up the host's memory.
static constexpr size_t maxPending = 1024;

void AsyncCopies::clear() {
  pending_.clear();
  committed_.fill(0);
  serial_ = 0;
}

AsyncCopy &AsyncCopies::issue(Warp &warp) {
  if (pending_.size() == maxPending) {
    for (size_t i = 0; i < maxPending / 2; ++i)
      write(warp, pending_[i], fullMask);
    dropCompleted();
  }
  AsyncCopy &copy = pending_.emplace_back();
  copy.group = committed_;
  copy.serial = serial_++;
  return copy;
}

void AsyncCopies::commit(uint32_t lanes) {
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    ++committed_[static_cast<unsigned>(std::countr_zero(rest))];
}

void AsyncCopies::wait(Warp &warp, uint32_t lanes, uint64_t pending) {
  for (AsyncCopy &copy : pending_) {
    uint32_t ready = 0;
    for (unsigned lane = 0; lane < warpSize; ++lane)
      ready |= uint32_t(copy.group[lane] + pending < committed_[lane]) << lane;
    write(warp, copy, lanes & ready);
  }
  dropCompleted();
}

void AsyncCopies::completeBefore(Warp &warp, uint32_t lanes, uint64_t serial) {
  for (AsyncCopy &copy : pending_)
    if (copy.serial < serial)
      write(warp, copy, lanes);
  dropCompleted();
}

void AsyncCopies::write(Warp &warp, AsyncCopy &copy, uint32_t lanes) {
  lanes &= copy.lanes;
  copy.lanes &= ~lanes;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    std::memcpy(warp.shared + copy.to[lane], copy.data[lane].data(),
                copy.bytes);
    if (warp.checks)
      warp.checks->wrote(Space::Shared, copy.to[lane], copy.bytes);
  }
}

void AsyncCopies::dropCompleted() {
  std::erase_if(pending_, [](const AsyncCopy &copy) { return !copy.lanes; });
}

} // namespace theano::sim
