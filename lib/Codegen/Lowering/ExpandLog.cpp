//===- ExpandLog.cpp - log, log2, log10, log1p ----------------------------===//
//
// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) is f plus a
// correction `tail`: in f32 a polynomial, in f64 by atanh(f / (2 + f)), which
// needs a division but far fewer terms.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"

namespace theano {
namespace {
/// log(1 + f) - f.
Float logTail(Float f) {
  MathBuilder &b = *f.builder;
  if (!b.isF64()) {
    Float tail = polynomial(f, coefficients::logTail);
    Float square = f * f;
    return square * fma(f, tail, b.constant(-0.5));
  }
  // log(1 + f) = 2 s + s R with s = f / (2 + f), and 2 s = f - f^2/2 + s f^2/2.
  Float s = f / (2 + f);
  Float z = s * s;
  Float halfSquare = f * f * 0.5;
  Float rest = fma(z, polynomial(z, coefficients::atanhTail), halfSquare);
  return fma(s, rest, -halfSquare);
}

Float logOfSplit(SplitFloat x) {
  MathBuilder &b = *x.fraction.builder;
  Float ln2Low = b.word(coefficients::ln2, 1);
  Float low = fma(x.exponent, ln2Low, logTail(x.fraction));
  Float ln2High = b.word(coefficients::ln2, 0);
  return fma(x.exponent, ln2High, x.fraction + low);
}

/// The values at `pole` (-inf), below it (NaN), at infinity and NaN.
Float withLogLimits(Float x, double pole, Float value) {
  MathBuilder &b = *x.builder;
  value = select(x < b.infinity(), value, x);
  Mask below = x < pole;
  value = select(below, b.nan(), value);
  Mask atPole = x == pole;
  return select(atPole, -b.infinity(), value);
}

/// Splits bits into the exponent k and what to subtract from them to get the
/// mantissa in [sqrt(1/2), sqrt(2)). The exponent field stays biased, and so
/// positive, until it is shifted (see scale()).
std::pair<Int, Int> splitBits(Int bits) {
  MathBuilder &b = *bits.builder;
  int64_t rootHalf = b.pick<int64_t>(0x3f3504f3, 0x3fe6a09e667f3bcd);
  int64_t one = static_cast<int64_t>(b.bias()) << b.fractionBits();
  Int biased = bits + (one - rootHalf);
  Int k = shiftRightLogical(biased, b.fractionBits()) - b.bias();
  return {k, (biased & b.infinityBits()) - one};
}

Float log1POfSum(Float x, Float sum) {
  MathBuilder &b = *x.builder;
  auto [k, shift] = splitBits(bitsOf(sum));
  // The fraction of 1 + x with one rounding, where that of the sum has two.
  Float one = b.constant(1);
  Float factor = scale(one, b.integer(0) - k);
  Float f = fma(factor, x, factor - 1);
  return logOfSplit({toFloat(k), f});
}
} // namespace

SplitFloat splitFloat(Float x) {
  MathBuilder &b = *x.builder;
  Mask subnormal = x < b.pick(0x1p-126, 0x1p-1022);
  Float normal = select(subnormal, x * b.pick(0x1p24, 0x1p54), x);
  Int bits = bitsOf(normal);
  auto [k, shift] = splitBits(bits);
  Float exponent = toFloat(k);
  exponent = select(subnormal, exponent - b.pick(24.0, 54.0), exponent);
  return {exponent, fromBits(bits - shift) - 1};
}

Float expandLog(Float x) {
  return withLogLimits(x, 0, logOfSplit(splitFloat(x)));
}

Float expandLog2(Float x) {
  MathBuilder &b = *x.builder;
  auto [exponent, f] = splitFloat(x);
  Pair log = fastTwoSum(f, logTail(f));
  log = log *
        Pair{b.word(coefficients::log2e, 0), b.word(coefficients::log2e, 1)};
  Pair sum = twoSum(exponent, log.high);
  return withLogLimits(x, 0, sum.high + (sum.low + log.low));
}

Float expandLog10(Float x) {
  MathBuilder &b = *x.builder;
  auto [exponent, f] = splitFloat(x);
  Pair log = fastTwoSum(f, logTail(f));
  log = log *
        Pair{b.word(coefficients::log10e, 0), b.word(coefficients::log10e, 1)};
  Pair power = Pair{b.word(coefficients::log10Of2, 0),
                    b.word(coefficients::log10Of2, 1)} *
               exponent;
  Pair sum = power + log;
  return withLogLimits(x, 0, sum.high + sum.low);
}

Float log1POfUnit(Float x) { return log1POfSum(x, 1 + x); }

Float expandLog1P(Float x) {
  Float value = withLogLimits(x, -1, log1POfSum(x, 1 + x));
  return select(x == 0.0, x, value); // the sign of zero
}

} // namespace theano
