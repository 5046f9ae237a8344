//===- Copies.h - copies of every shape -------------------------*- C++ -*-===//
//
// Every copy is a box of rows: one of a line of bytes has one row.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_COPIES_H
#define THEANO_SIMULATOR_DRIVER_COPIES_H

#include "Driver/State.h"

namespace theano::cuda {

/// One side of a copy, found in memory.
struct CopySide {
  uint64_t address = 0;
  size_t pitch = 0, slice = 0; ///< bytes from a row, and a slice, to the next
  /// Where it is memory that a context knows.
  ContextData *owner = nullptr;
  /// Pinned memory, which a copy may still read when the call has returned.
  bool isPinned = false;
  bool isDevice = false;
};

struct CopyPlan {
  CopySide to, from;
  size_t bytes = 0, rows = 0, slices = 0; ///< of a row, a slice and all
  bool isEmpty() const { return bytes == 0 || rows == 0 || slices == 0; }
};

/// Checks a copy and finds both sides; InvalidValue where there is no such
/// memory.
Result planCopy(ContextData &context, const Copy3D &copy, CopyPlan &plan);
/// How many bytes it has copied.
uint64_t runCopy(const CopyPlan &plan);

/// Gives a copy to a stream; with `wait`, returns when it is done if the host
/// has a part in it.
Result enqueueCopy(ContextCall &context, StreamData &stream, const Copy3D &copy,
                   bool wait);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_COPIES_H
