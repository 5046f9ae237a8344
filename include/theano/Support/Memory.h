//===- Memory.h - how much memory the host has ------------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_MEMORY_H
#define THEANO_SUPPORT_MEMORY_H

#include <cstddef>

namespace theano {

/// Bytes of physical memory, or the largest size where the system does not
/// say. Allocations beyond it are refused: the system may promise more than it
/// has and end the process when the memory is used.
size_t physicalMemory();

} // namespace theano

#endif // THEANO_SUPPORT_MEMORY_H
