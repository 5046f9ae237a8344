//===- Floats.h - what every float family shares ----------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_FLOATS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_FLOATS_H

#include "Instructions/Rounding.h"

#include <cmath>

namespace theano::sim::THEANO_SIM_ISA {

/// `.ftz`: a subnormal number becomes the zero of its sign.
THEANO_SIM_INLINE float flush(float x) {
  auto bits = std::bit_cast<uint32_t>(x);
  return std::bit_cast<float>(bits & 0x7f800000 ? bits : bits & 0x80000000);
}
template <bool ftz> THEANO_SIM_INLINE float flushIf(float x) {
  return ftz ? flush(x) : x;
}

/// Single precision results that are no number have one bit pattern.
THEANO_SIM_INLINE float canonical(float x) {
  // On the bits: a compiler may take one NaN for another.
  auto bits = std::bit_cast<uint32_t>(x);
  return std::bit_cast<float>((bits & 0x7fffffff) > 0x7f800000 ? 0x7fffffff
                                                               : bits);
}
/// Those of double precision keep their operands' payload.
THEANO_SIM_INLINE double canonical(double x) { return x; }

/// `.sat`: [0, 1], and 0 for what is no number.
template <typename T> THEANO_SIM_INLINE T saturate(T x) {
  return x > T(0) ? (x < T(1) ? x : T(1)) : T(0);
}

/// The smaller or the larger; -0 is smaller than +0, and a NaN loses unless
/// `nan`.
template <bool greater, bool nan, typename T>
THEANO_SIM_INLINE T pickOf(T a, T b) {
  using Bits = Cell<T>;
  constexpr unsigned sign = 8 * sizeof(T) - 1;
  bool aNegative = std::bit_cast<Bits>(a) >> sign;
  bool aFirst = greater ? (a > b || (a == b && !aNegative))
                        : (a < b || (a == b && aNegative));
  T picked = aFirst ? a : b;
  if (nan)
    return std::isnan(a) ? a : std::isnan(b) ? b : picked;
  return std::isnan(a) ? b : std::isnan(b) ? a : picked;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_FLOATS_H
