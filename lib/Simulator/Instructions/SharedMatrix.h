//===- SharedMatrix.h - matrices of wgmma in shared memory ------*- C++ -*-===//
//
// A descriptor of 64 bits says where a matrix is:
//
//   bits 0 to 13    its start, over 16
//   bits 16 to 29   the leading offset, over 16
//   bits 32 to 45   the stride offset, over 16
//   bits 49 to 51   the line of 128 bytes, of eight, that the pattern starts at
//   bits 62 and 63  the swizzle: none, or 128, 64 or 32 bytes wide
//
// A matrix has lines of M or N and columns of K. It consists of groups of 16
// bytes: along K, or where it is transposed, of 8 elements along M or N. With a
// swizzle such groups stand side by side in rows as wide as that, eight rows
// below each other.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_SHAREDMATRIX_H
#define THEANO_SIMULATOR_INSTRUCTIONS_SHAREDMATRIX_H

#include "Instructions/Lanes.h"
#include "Memory/TensorMap.h"

namespace theano::sim::THEANO_SIM_ISA {

class SharedMatrix {
public:
  static constexpr uint32_t groupBytes = 16;

  SharedMatrix(uint64_t descriptor, bool transposed)
      : start_(field(descriptor, 0)), leading_(field(descriptor, 16)),
        stride_(field(descriptor, 32)),
        firstLine_(static_cast<uint32_t>(descriptor >> 49 & 7)),
        transposed_(transposed) {
    constexpr uint32_t widths[] = {16, 128, 64, 32};
    width_ = widths[descriptor >> 62];
    mask_ = width_ / groupBytes - 1;
  }

  /// Where a group is: of line `line` the `group`-th along K, or transposed, of
  /// column `line` of K the `group`-th along M or N.
  uint32_t addressOf(uint32_t line, uint32_t group) const {
    uint32_t at = start_ + line % 8 * width_;
    if (!transposed_)
      at += line / 8 * stride_ + group * (mask_ ? groupBytes : leading_);
    else if (mask_)
      at += line / 8 * stride_ + (group & mask_) * groupBytes +
            group / (mask_ + 1) * leading_;
    else
      at += line / 8 * leading_ + group * stride_;
    return swizzled(at, (at >> 7) - firstLine_, mask_);
  }

private:
  static uint32_t field(uint64_t descriptor, unsigned bit) {
    return static_cast<uint32_t>(descriptor >> bit & 0x3fff) << 4;
  }

  uint32_t start_, leading_, stride_, firstLine_;
  bool transposed_;
  uint32_t width_ = 0, mask_ = 0;
};

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_SHAREDMATRIX_H
