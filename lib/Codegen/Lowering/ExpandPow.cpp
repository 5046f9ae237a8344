//===- ExpandPow.cpp - pow ------------------------------------------------===//
//
// pow(x, y) = 2^(y log2 x). The product reaches 1075, so its relative error is
// magnified that often: the logarithm is formed in double-word arithmetic with
// an error of about 2^-33 (f32) and 2^-68 (f64).
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"

namespace theano {
namespace {
Pair pairOf(MathBuilder &b, const coefficients::Coefficients &words) {
  return {b.word(words, 0), b.word(words, 1)};
}

/// a / b: the quotient of the high words, and what its exact remainder adds.
Pair divide(Float a, Pair b) {
  Float quotient = a / b.high;
  Float rest = fma(-quotient, b.high, a);
  return fastTwoSum(quotient, fma(-quotient, b.low, rest) / b.high);
}

// log(1 + f) = 2 s + s z (2/3 + z (2/5 + z (2/7 + ...))), s = f / (2 + f),
// z = s^2. The leading coefficients count in both words.
Pair log1POfFraction(Float f) {
  MathBuilder &b = *f.builder;
  Pair s = divide(f, fastTwoSum(b.constant(2), f));
  Pair z = s * s;
  Float zHigh = z.high;
  Float tail = zHigh * polynomial(zHigh, coefficients::powTail);
  auto add = [&](const coefficients::Coefficients &words, Pair rest) {
    return pairOf(b, words) + rest;
  };
  Pair sum;
  if (b.isF64()) {
    sum = add(coefficients::twoSevenths, {tail, b.constant(0)});
    sum = add(coefficients::twoFifths, z * sum);
  } else {
    sum = add(coefficients::twoFifths, {tail, b.constant(0)});
  }
  sum = add(coefficients::twoThirds, z * sum);
  Pair twice = {s.high + s.high, s.low + s.low};
  return twice + (s * z) * sum;
}

/// 2^(y log2 x) for positive finite x and finite y.
Float powOfPositive(Float x, Float y) {
  MathBuilder &b = *x.builder;
  auto [exponent, f] = splitFloat(x);
  Pair log2 = log1POfFraction(f);
  log2 = log2 * pairOf(b, coefficients::log2e);
  Pair sum = twoSum(exponent, log2.high);
  log2 = fastTwoSum(sum.high, sum.low + log2.low);
  Pair product = twoProduct(log2.high, y);
  Float low = fma(log2.low, y, product.low);
  // Where the result over- or underflows for certain the low word counts no
  // more, and may be NaN.
  double lowest = b.pick(-160.0, -1100.0), highest = b.pick(140.0, 1040.0);
  Float high = clamp(product.high, lowest, highest);
  low = select(high == product.high, low, 0.0);
  return exp2OfPair(fastTwoSum(high, low));
}
} // namespace

Float expandPow(Float x, Float y) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x), infinity = b.infinity();
  Float value = powOfPositive(magnitude, y);

  // |x| is 0 or infinite, or y is: 0 or infinity, by whether |x| grows.
  Mask isAboveOne = magnitude > 1.0, isPositive = y > 0.0;
  Mask grows = !(isAboveOne ^ isPositive);
  Float limit = select(grows, infinity, b.constant(0));
  Mask isZero = magnitude == 0.0, isInfinite = magnitude == infinity;
  Mask extreme = isZero | isInfinite;
  extreme = extreme | (abs(y) == infinity);
  value = select(extreme, limit, value);
  value = select(magnitude == 1.0, 1.0, value);

  // Negative bases (-0 too) want an integer, whose parity is the sign.
  Float half = y * 0.5;
  Mask isInteger = trunc(y) == y;
  Mask isOdd = isInteger & !(trunc(half) == half);
  Mask isNegative = bitsOf(x) < 0;
  Mask flips = isNegative & isOdd;
  value = select(flips, -value, value);
  Mask isBelowZero = x < 0.0;
  Mask isFiniteBelowZero = isBelowZero & (x > -infinity);
  Mask hasNoValue = isFiniteBelowZero & !isInteger;
  value = select(hasNoValue, b.nan(), value);
  Mask isAnyNaN = isUnordered(x, y);
  value = select(isAnyNaN, b.nan(), value);
  Mask isPowerZero = y == 0.0, isBaseOne = x == 1.0;
  return select(isPowerZero | isBaseOne, 1.0, value);
}

} // namespace theano
