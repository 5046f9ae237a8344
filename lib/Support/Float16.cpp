//===- Float16.cpp - half and bfloat16 as bits ----------------------------===//

#include "theano/Support/Float16.h"

#include <bit>
#include <cmath>

using namespace theano;

// Rounds `value` to a format with `mantissaBits` explicit mantissa bits and the
// exponent range of `exponentBits`. Scaling by a power of two is exact in
// double and nearbyint rounds to even, so the only rounding is the wanted one.
static uint16_t encode(double value, int mantissaBits, int exponentBits) {
  const int bias = (1 << (exponentBits - 1)) - 1;
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 1u << 15 : 0u);
  const auto infinity =
      static_cast<uint16_t>(((1u << exponentBits) - 1) << mantissaBits);
  if (std::isnan(value))
    return static_cast<uint16_t>(sign | infinity | (1u << (mantissaBits - 1)));
  double magnitude = std::fabs(value);
  if (std::isinf(magnitude))
    return static_cast<uint16_t>(sign | infinity);
  if (magnitude == 0)
    return sign;
  // The exponent of the unit in the last place, held at the subnormal range.
  int exponent = std::ilogb(magnitude);
  if (exponent < 1 - bias)
    exponent = 1 - bias;
  double units = std::nearbyint(std::ldexp(magnitude, mantissaBits - exponent));
  // `units` carries the implicit bit (or not, when subnormal); adding it to
  // the biased exponent minus one lets a carry move into the exponent.
  auto bits = static_cast<uint64_t>(units) +
              (static_cast<uint64_t>(exponent + bias - 1) << mantissaBits);
  if (exponent > bias || bits >= infinity)
    return static_cast<uint16_t>(sign | infinity);
  return static_cast<uint16_t>(sign | bits);
}

uint16_t theano::doubleToHalf(double value) { return encode(value, 10, 5); }
uint16_t theano::floatToHalf(float value) { return encode(value, 10, 5); }
uint16_t theano::doubleToBFloat16(double value) { return encode(value, 7, 8); }

uint16_t theano::floatToBFloat16(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return static_cast<uint16_t>((bits >> 16) | 0x40);
  bits += 0x7fff + ((bits >> 16) & 1);
  return static_cast<uint16_t>(bits >> 16);
}

float theano::halfToFloat(uint16_t bits) {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  uint32_t exponent = (bits >> 10) & 0x1f;
  uint32_t mantissa = bits & 0x3ff;
  if (exponent == 0x1f)
    return std::bit_cast<float>(sign | 0x7f800000 | (mantissa << 13));
  if (exponent == 0) {
    float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) |
                              (mantissa << 13));
}

float theano::bfloat16ToFloat(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}
