//===- Float16.h - half and bfloat16 as bits --------------------*- C++ -*-===//
//
// Conversions by value between float and the two 16-bit formats, rounding to
// nearest even; a NaN stays a NaN (quiet), a value too large becomes infinity.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_FLOAT16_H
#define THEANO_SUPPORT_FLOAT16_H

#include <cstdint>

namespace theano {

/// IEEE binary16 bits of `value`.
uint16_t floatToHalf(float value);
/// Same from double, rounded once.
uint16_t doubleToHalf(double value);
/// The value of IEEE binary16 bits, exact.
float halfToFloat(uint16_t bits);

/// bfloat16 bits of `value`.
uint16_t floatToBFloat16(float value);
/// Same from double, rounded once.
uint16_t doubleToBFloat16(double value);
/// The value of bfloat16 bits, exact.
float bfloat16ToFloat(uint16_t bits);

} // namespace theano

#endif // THEANO_SUPPORT_FLOAT16_H
