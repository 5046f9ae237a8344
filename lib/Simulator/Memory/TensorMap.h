//===- TensorMap.h - what a tensor map says ---------------------*- C++ -*-===//
//
// A tensor map is 128 bytes that a program gets from the driver, copies around
// and hands to instructions that copy boxes of an array. What is in them is up
// to us: the fields, and a sum over them by which memory that is no map is
// known.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MEMORY_TENSORMAP_H
#define THEANO_SIMULATOR_MEMORY_TENSORMAP_H

#include "theano/DriverAbi/TensorMap.h"

#include <array>
#include <optional>

namespace theano::sim {

inline constexpr uint32_t tensorMapBytes = sizeof(cuda::TensorMap);
inline constexpr unsigned maxTensorRank = 5;

struct TensorMap {
  cuda::TensorMapDataType type = cuda::TensorMapDataType::Uint8;
  cuda::TensorMapSwizzle swizzle = cuda::TensorMapSwizzle::None;
  cuda::TensorMapL2Promotion promotion = cuda::TensorMapL2Promotion::None;
  cuda::TensorMapFill fill = cuda::TensorMapFill::Zeros;
  unsigned rank = 0;
  uint64_t address = 0;
  // Dimension 0 is the one whose elements lie side by side. Those beyond the
  // rank have one element, as has their box.
  std::array<uint64_t, maxTensorRank> sizes = {1, 1, 1, 1, 1}; ///< in elements
  std::array<uint64_t, maxTensorRank> strides = {}; ///< in bytes; 0 of none
  std::array<uint32_t, maxTensorRank> box = {1, 1, 1, 1, 1};
  /// A box takes every so many-th element of a dimension; of dimension 0 all.
  std::array<uint32_t, maxTensorRank> steps = {1, 1, 1, 1, 1};

  unsigned elementBytes() const;
  /// How many elements of a dimension a box takes.
  uint32_t boxCount(unsigned dimension) const {
    return dimension
               ? (box[dimension] + steps[dimension] - 1) / steps[dimension]
               : box[0];
  }
  uint64_t rowBytes() const { return uint64_t(box[0]) * elementBytes(); }
  /// What a box takes in shared memory.
  uint64_t boxBytes() const;

  /// Whether the driver makes a map of it: sizes, strides, boxes and kinds are
  /// all within their limits and fit each other.
  bool isValid() const;

  cuda::TensorMap encode() const;
  /// Nothing where the bytes are none that `encode` made.
  static std::optional<TensorMap> decode(const void *bytes);
};

/// Bytes of one element; 0 of those that are packed in fewer than 8 bits.
unsigned bytesOf(cuda::TensorMapDataType type);
bool isFloat(cuda::TensorMapDataType type);

//===----------------------------------------------------------------------===//
// Swizzles
//===----------------------------------------------------------------------===//

/// The bits of the number of a line that a swizzle looks at. 16 bytes change
/// their place within their line of 128, so that those which stand above each
/// other in eight (four, two) lines are in different banks.
constexpr uint32_t swizzleMask(cuda::TensorMapSwizzle swizzle) {
  switch (swizzle) {
  case cuda::TensorMapSwizzle::Bytes32:
    return 1;
  case cuda::TensorMapSwizzle::Bytes64:
    return 3;
  case cuda::TensorMapSwizzle::Bytes128:
    return 7;
  default:
    return 0;
  }
}
/// Where a byte of shared memory goes, `line` being the number of its line in
/// the pattern.
constexpr uint32_t swizzled(uint32_t address, uint32_t line, uint32_t mask) {
  return address ^ (line & mask) << 4;
}
/// The pattern starts where shared memory does.
constexpr uint32_t swizzled(uint32_t address, uint32_t mask) {
  return swizzled(address, address >> 7, mask);
}

/// Calls `visit(place, offset, bytes)` for the pieces of [start, start + bytes)
/// of shared memory that stay together.
template <typename F>
void forPieces(uint32_t start, uint32_t bytes, uint32_t mask, F &&visit) {
  if (!mask) {
    visit(start, uint32_t(0), bytes);
    return;
  }
  constexpr uint32_t unit = 16;
  for (uint32_t offset = 0; offset < bytes;) {
    uint32_t address = start + offset;
    uint32_t size = unit - address % unit;
    if (size > bytes - offset)
      size = bytes - offset;
    visit(swizzled(address, mask), offset, size);
    offset += size;
  }
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MEMORY_TENSORMAP_H
