//===- CheckedMath.h - integer arithmetic that notices overflow -*- C++ -*-===//
//
// Every function gives nothing when the result does not fit 64 signed bits (or
// when it divides by zero).
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_CHECKEDMATH_H
#define THEANO_SUPPORT_CHECKEDMATH_H

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace theano {

inline std::optional<int64_t> checkedAdd(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_add_overflow(a, b, &result))
    return std::nullopt;
  return result;
}

inline std::optional<int64_t> checkedSub(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_sub_overflow(a, b, &result))
    return std::nullopt;
  return result;
}

inline std::optional<int64_t> checkedMul(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_mul_overflow(a, b, &result))
    return std::nullopt;
  return result;
}

/// Truncating division, as C's `/`.
inline std::optional<int64_t> checkedDivTrunc(int64_t a, int64_t b) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min()))
    return std::nullopt;
  return a / b;
}

/// The remainder of truncating division, as C's `%`; 0 for a divisor of -1.
inline std::optional<int64_t> checkedRemTrunc(int64_t a, int64_t b) {
  if (b == 0)
    return std::nullopt;
  return b == -1 ? 0 : a % b;
}

/// Division rounding towards minus infinity, as Python's `//`.
inline std::optional<int64_t> checkedFloorDiv(int64_t a, int64_t b) {
  std::optional<int64_t> quotient = checkedDivTrunc(a, b);
  if (quotient && *quotient * b != a && (a < 0) != (b < 0))
    --*quotient;
  return quotient;
}

/// Division rounding towards plus infinity.
inline std::optional<int64_t> checkedCeilDiv(int64_t a, int64_t b) {
  std::optional<int64_t> quotient = checkedDivTrunc(a, b);
  if (quotient && *quotient * b != a && (a < 0) == (b < 0))
    ++*quotient;
  return quotient;
}

/// The remainder with the sign of the divisor, as Python's `%`.
inline std::optional<int64_t> checkedFloorMod(int64_t a, int64_t b) {
  std::optional<int64_t> rest = checkedRemTrunc(a, b);
  if (rest && *rest != 0 && (*rest < 0) != (b < 0))
    *rest += b;
  return rest;
}

/// The number of elements of `shape` times `elementSize`, in bytes. A zero
/// anywhere makes 0, whatever the other sizes. Negative sizes give nothing.
inline std::optional<int64_t> checkedByteCount(std::span<const int64_t> shape,
                                               int64_t elementSize) {
  for (int64_t size : shape)
    if (size < 0)
      return std::nullopt;
  for (int64_t size : shape)
    if (size == 0)
      return 0;
  std::optional<int64_t> bytes = elementSize;
  for (int64_t size : shape) {
    bytes = checkedMul(*bytes, size);
    if (!bytes)
      return std::nullopt;
  }
  return bytes;
}

} // namespace theano

#endif // THEANO_SUPPORT_CHECKEDMATH_H
