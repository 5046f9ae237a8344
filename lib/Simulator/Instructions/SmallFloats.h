//===- SmallFloats.h - f16 and bf16 to double and back ----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_SMALLFLOATS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_SMALLFLOATS_H

#include "Instructions/Floats.h"

namespace theano::sim::THEANO_SIM_ISA {

template <typename T> struct SmallFormat;
template <> struct SmallFormat<Half> {
  static constexpr int mantissa = 10, exponent = 5;
};
template <> struct SmallFormat<BFloat> {
  static constexpr int mantissa = 7, exponent = 8;
};

THEANO_SIM_INLINE double toDouble(double x) { return x; }
THEANO_SIM_INLINE double toDouble(float x) { return x; }
THEANO_SIM_INLINE double toDouble(BFloat x) {
  return std::bit_cast<float>(uint32_t(x.bits) << 16);
}
THEANO_SIM_INLINE double toDouble(Half x) {
  uint32_t magnitude = x.bits & 0x7fff;
  // As a float of the same digits, whose exponent is 112 too small.
  float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
  if (magnitude >= 0x7c00)
    scaled = std::bit_cast<float>(0x7f800000 | (magnitude & 0x3ff) << 13);
  return x.bits & 0x8000 ? -scaled : scaled;
}

/// `.ftz` of a small float.
template <typename T> THEANO_SIM_INLINE T flushSmall(T x) {
  constexpr uint16_t exponent = 0x7fff ^ ((1 << SmallFormat<T>::mantissa) - 1);
  return {static_cast<uint16_t>(x.bits & exponent ? x.bits : x.bits & 0x8000)};
}
/// The T nearest to `x` in the direction of `round`. A NaN becomes the
/// canonical one.
template <typename T>
THEANO_SIM_INLINE T toSmall(double x, Round round = Round::Nearest) {
  constexpr int mantissa = SmallFormat<T>::mantissa;
  constexpr int bias = (1 << (SmallFormat<T>::exponent - 1)) - 1;
  constexpr uint64_t infinity = uint64_t(2 * bias + 1) << mantissa;
  auto bits = std::bit_cast<uint64_t>(x);
  auto sign = static_cast<uint16_t>(bits >> 63 << 15);
  uint64_t magnitude = bits & ~(uint64_t(1) << 63);
  if (magnitude > 0x7ff0000000000000)
    return {0x7fff};
  if (magnitude == 0x7ff0000000000000)
    return {static_cast<uint16_t>(sign | infinity)};
  if (magnitude == 0)
    return {sign};
  int exponent = static_cast<int>(magnitude >> 52) - 1023;
  uint64_t digits = (magnitude & 0xfffffffffffff) | uint64_t(1) << 52;
  // Digits below the last one of T are dropped; a subnormal T has fewer.
  int drop = 52 - mantissa;
  bool subnormal = exponent < 1 - bias;
  if (subnormal)
    drop += 1 - bias - exponent;
  if (drop > 54)
    drop = 54; // less than half of the least T, whatever it is
  uint64_t kept = digits >> drop, rest = digits & ((uint64_t(1) << drop) - 1);
  uint64_t half = uint64_t(1) << (drop - 1);
  bool away = false;
  if (round == Round::Nearest)
    away = rest > half || (rest == half && (kept & 1));
  else if (round != Round::Zero)
    away = rest && (round == Round::Up) == (sign == 0);
  kept += away;
  // A carry out of the digits raises the exponent, as it should.
  uint64_t encoded =
      subnormal ? kept : (uint64_t(exponent + bias - 1) << mantissa) + kept;
  if (!subnormal && exponent > bias)
    encoded = infinity;
  if (encoded >= infinity) {
    bool stays = round == Round::Zero || (round == Round::Up && sign) ||
                 (round == Round::Down && !sign);
    encoded = stays ? infinity - 1 : infinity;
  }
  return {static_cast<uint16_t>(sign | encoded)};
}

/// a * b + c of small floats, rounded once. The product is exact in double; the
/// sum may not be, and is then rounded to odd, which a second rounding to fewer
/// digits cannot tell from the true value.
THEANO_SIM_INLINE double oddFma(double a, double b, double c) {
  double product = a * b, sum = product + c;
  double shadow = sum - product;
  double error = (product - (sum - shadow)) + (c - shadow);
  auto bits = std::bit_cast<uint64_t>(sum);
  bool inexact = error != 0 && error == error;
  if (inexact && !(bits & 1))
    bits += (error > 0) == (sum > 0) ? 1 : ~uint64_t(0);
  return std::bit_cast<double>(bits);
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_SMALLFLOATS_H
