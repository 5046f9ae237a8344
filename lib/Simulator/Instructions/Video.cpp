//===- Video.cpp - absolute differences of parts of a word ----------------===//
//
// Of the video instructions those that nvcc writes. For the others it writes
// what they are made of; a device has no others, either.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Lanes.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// The part at bit `at` of a word, as a signed or unsigned T.
template <typename T> int64_t part(uint32_t word, unsigned at) {
  return static_cast<T>(word >> at);
}

/// Each part of d is |a - b| of the parts of A and B; what does not fit a part
/// is cut off. No part of c is left, as all of d are made.
template <typename A, typename B> struct Difference {
  static constexpr unsigned bits = 8 * sizeof(A);
  static constexpr uint32_t mask = (1u << bits) - 1;

  static int64_t of(uint32_t a, uint32_t b, unsigned at) {
    int64_t difference = part<A>(a, at) - part<B>(b, at);
    return difference < 0 ? -difference : difference;
  }
  static uint32_t merge(uint32_t a, uint32_t b, uint32_t) {
    uint32_t all = 0;
    for (unsigned at = 0; at < 32; at += bits)
      all |= (static_cast<uint32_t>(of(a, b, at)) & mask) << at;
    return all;
  }
  static uint32_t sum(uint32_t a, uint32_t b, uint32_t c) {
    for (unsigned at = 0; at < 32; at += bits)
      c += static_cast<uint32_t>(of(a, b, at));
    return c;
  }
};

template <typename A, typename B> Handler pickResult(const Match &match) {
  return match.has("add") ? map<&Difference<A, B>::sum>
                          : map<&Difference<A, B>::merge>;
}

/// By the signs of A and B, which the second and third type say.
template <typename Signed, typename Unsigned>
Handler pickDifference(const Match &match) {
  bool a = match.type(1) == ScalarType::S32,
       b = match.type(2) == ScalarType::S32;
  return a ? (b ? pickResult<Signed, Signed>(match)
                : pickResult<Signed, Unsigned>(match))
           : (b ? pickResult<Unsigned, Signed>(match)
                : pickResult<Unsigned, Unsigned>(match));
}

} // namespace

void addVideo(FormTable &table) {
  table.add("vabsdiff2.{u32|s32}.{u32|s32}.{u32|s32}{.add} "
            "=d:b32, a:b32, b:b32, c:b32",
            pickDifference<int16_t, uint16_t>);
  table.add("vabsdiff4.{u32|s32}.{u32|s32}.{u32|s32}{.add} "
            "=d:b32, a:b32, b:b32, c:b32",
            pickDifference<int8_t, uint8_t>);
}

} // namespace theano::sim::THEANO_SIM_ISA
