//===- TensorBox.h - the rows of a box of an array --------------*- C++ -*-===//
//
// A box of a tensor map lies in shared memory row after row, dimension 0 being
// within a row and the others following each other, without gaps. What of it is
// outside of the array is nowhere in global memory.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_TENSORBOX_H
#define THEANO_SIMULATOR_MACHINE_TENSORBOX_H

#include "Memory/TensorMap.h"

#include <algorithm>

namespace theano::sim {

/// Where a box starts in each dimension; the rest is 0.
using TensorCoordinates = std::array<int32_t, maxTensorRank>;

/// The part of a row that is inside of the array: nothing where `bytes` is 0.
struct TensorRow {
  uint64_t offset = 0;  ///< of the part, in bytes from the start of the box
  uint64_t address = 0; ///< in global memory
  uint64_t bytes = 0;
};

/// Calls `visit(row)` for each row of the box until it answers false; then so
/// does this.
template <typename F>
bool forTensorRows(const TensorMap &map, const TensorCoordinates &start,
                   F &&visit) {
  uint64_t elementBytes = map.elementBytes(), rowBytes = map.rowBytes();
  auto size = static_cast<int64_t>(map.sizes[0]);
  // Elements [first, end) of each row are inside in dimension 0.
  int64_t first = std::max<int64_t>(0, -int64_t(start[0]));
  int64_t end = std::min<int64_t>(map.box[0], size - start[0]);
  std::array<uint32_t, maxTensorRank> at = {};
  for (uint64_t row = 0;; ++row) {
    TensorRow part;
    part.offset = row * rowBytes;
    bool isInside = first < end;
    // Addresses wrap around: where they lead is checked like any other.
    uint64_t address = map.address;
    for (unsigned i = 1; i < map.rank; ++i) {
      int64_t index = start[i] + int64_t(at[i]) * map.steps[i];
      isInside &= index >= 0 && index < static_cast<int64_t>(map.sizes[i]);
      address += static_cast<uint64_t>(index) * map.strides[i];
    }
    if (isInside) {
      part.offset += static_cast<uint64_t>(first) * elementBytes;
      part.address =
          address + static_cast<uint64_t>(start[0] + first) * elementBytes;
      part.bytes = static_cast<uint64_t>(end - first) * elementBytes;
    }
    if (!visit(part))
      return false;
    unsigned i = 1;
    for (; i < map.rank && ++at[i] == map.boxCount(i); ++i)
      at[i] = 0;
    if (i >= map.rank)
      return true;
  }
}

/// Makes a box of what outside elements are.
void fillTensorBox(const TensorMap &map, char *box, uint64_t bytes);
/// What a load does to elements on the way: rounds or flushes them, where the
/// type says so.
void convertTensorElements(cuda::TensorMapDataType type, char *elements,
                           uint64_t bytes);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_TENSORBOX_H
