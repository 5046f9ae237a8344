//===- Memory.h - how much memory the host has ------------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_MEMORY_H
#define THEANO_SUPPORT_MEMORY_H

#include "theano/Support/Status.h"

#include <cstddef>
#include <string>
#include <vector>

namespace theano {

/// Bytes of physical memory, or the largest size where the system does not
/// say. Allocations beyond it are refused: the system may promise more than it
/// has and end the process when the memory is used.
size_t physicalMemory();

/// Whether `count` blocks of `size` bytes could be had at this moment: within
/// physical memory, and an allocation that may fail succeeds.
bool memoryIsThere(size_t count, size_t size);

/// vector.reserve(count), or OutOfMemory where the memory for it is not there.
/// Our code has no exceptions, so that a vector that grows past what there is
/// ends the process: whatever takes its size from a file or a command line asks
/// here first. `what` is "for ..." or "to ..." in the message.
template <typename T>
Status tryReserve(std::vector<T> &vector, size_t count,
                  const std::string &what) {
  if (count <= vector.capacity())
    return Status::success();
  if (!memoryIsThere(count, sizeof(T)))
    return outOfMemory(
        "out of memory: cannot allocate " + std::to_string(count) +
        (sizeof(T) == 1 ? " bytes "
                        : " x " + std::to_string(sizeof(T)) + " bytes ") +
        what + ". The host has " + std::to_string(physicalMemory()) + " bytes");
  vector.reserve(count);
  return Status::success();
}

} // namespace theano

#endif // THEANO_SUPPORT_MEMORY_H
