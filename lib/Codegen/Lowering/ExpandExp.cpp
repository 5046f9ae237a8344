//===- ExpandExp.cpp - exp, exp2, expm1 -----------------------------------===//
//
// exp(x) = 2^k exp(r) with k the integer nearest x / ln 2 and |r| <= ln(2) / 2
// (W. J. Cody and W. Waite, 1980); exp(r) is a minimax polynomial.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"

namespace theano {
namespace {
struct ExpReduction {
  Pair r;
  Int k;
};

/// The rest comes out as a pair; whoever needs only its high word leaves the
/// other to dead code elimination.
ExpReduction reduceExp(Float x) {
  MathBuilder &b = *x.builder;
  // A number so large that its neighbours are 1 apart; with the bias in it that
  // `scale` wants, which then costs no instruction.
  Float shift = b.constant(b.pick(0x1.8p23, 0x1.8p52) + 2 * b.bias());
  Float shifted = fma(x, b.word(coefficients::log2e, 0), shift);
  Float n = shifted - shift;
  Int shiftedBits = bitsOf(shifted), shiftBits = bitsOf(shift);
  Int k = shiftedBits - shiftBits;
  Float ln2High = b.word(coefficients::ln2, 0);
  Float ln2Low = b.word(coefficients::ln2, 1);
  // Exact: n * ln2High and x are multiples of one ulp and nearly cancel.
  Float first = fma(n, -ln2High, x);
  Float minusLow = -ln2Low;
  Float high = fma(n, minusLow, first);
  Float low = fma(n, minusLow, first - high);
  return {{high, low}, k};
}

Float expOfReduced(Float r) {
  Float tail = polynomial(r, coefficients::expTail);
  MathBuilder &b = *r.builder;
  Float one = b.constant(1);
  return fma(fma(tail, r, one), r, one);
}
/// With an error of hardly more than the final rounding: 1 + r goes in two
/// words.
Float expOfReduced(Pair r) {
  MathBuilder &b = *r.high.builder;
  Float tail = polynomial(r.high, coefficients::expTail);
  Pair sum = fastTwoSum(b.constant(1), r.high);
  Float low = sum.low + r.low;
  return sum.high + fma(r.high * r.high, tail, low);
}

// Where the result has long become infinite or 0.
Float clampForExp(Float x) {
  MathBuilder &b = *x.builder;
  return clamp(x, b.pick(-104.0, -746.0), b.pick(89.0, 710.0));
}
} // namespace

Float expInNormalRange(Float x) {
  ExpReduction reduced = reduceExp(x);
  Float fraction = expOfReduced(reduced.r.high);
  return fraction * powerOfTwo(reduced.k);
}

Float expandExp(Float x) {
  ExpReduction reduced = reduceExp(clampForExp(x));
  return scale(expOfReduced(reduced.r.high), reduced.k);
}

Float accurateExp(Float x) {
  ExpReduction reduced = reduceExp(clampForExp(x));
  return scale(expOfReduced(reduced.r), reduced.k);
}

Float exp2OfPair(Pair x) {
  MathBuilder &b = *x.high.builder;
  auto [n, k] = roundToInteger(x.high);
  // x - n is exact; exp of it times ln 2.
  Pair rest = fastTwoSum(x.high - n, x.low);
  Pair r =
      rest * Pair{b.word(coefficients::ln2, 0), b.word(coefficients::ln2, 1)};
  return scale(expOfReduced(r), k);
}

Float expandExp2(Float x) {
  MathBuilder &b = *x.builder;
  x = clamp(x, b.pick(-151.0, -1076.0), b.pick(129.0, 1025.0));
  return exp2OfPair({x, b.constant(0)});
}

// expm1(x) = 2^k (r + q) + (2^k - 1), where r + q = expm1(r). Half of that is
// formed, as 2^k itself may be out of range, and in two words, as the sum
// cancels for k = 1.
Float expandExpM1(Float x) {
  MathBuilder &b = *x.builder;
  // Below the lower limit the result is -1.
  Float limited = clamp(x, b.pick(-20.0, -40.0), b.pick(89.0, 710.0));
  auto [r, k] = reduceExp(limited);
  Float tail = polynomial(r.high, coefficients::expTail);
  Float q = fma(r.high * r.high, tail, r.low);
  Float half = powerOfTwo(k - 1);
  Float constant = half - 0.5, linear = half * r.high;
  Pair sum = fastTwoSum(constant, linear);
  Float value = (sum.high + fma(half, q, sum.low)) * 2;
  // Keeps subnormals and the sign of zero.
  return select(abs(x) < b.pick(0x1p-30, 0x1p-60), x, value);
}

// As expandExpM1, with 2 x = k ln 2 + 2 r. For k = 0 this is the polynomial
// alone, which keeps what is small. For k = 1 the last sum cancels somewhat, so
// that the second word of ln 2 counts: in f64, as the first word of f32 happens
// to be good to 28 bits.
Float halfExpM1OfTwice(Float x) {
  MathBuilder &b = *x.builder;
  Float shift = b.constant(b.pick(0x1.8p23, 0x1.8p52) + b.bias());
  Float shifted = fma(x, b.constant(2 * b.pick(coefficients::log2e)[0]), shift);
  Float n = shifted - shift;
  llvm::ArrayRef<double> ln2 = b.pick(coefficients::ln2);
  Float r = fma(n, b.constant(-ln2[0] / 2), x);
  if (b.isF64())
    r = fma(n, b.constant(-ln2[1] / 2), r);
  Float part = fma(r * r, polynomial(r, coefficients::halfExpM1Tail), r);
  // 2^k: the bias is in the number already, above it are bits that fall out.
  Float power = fromBits(bitsOf(shifted) << b.fractionBits());
  Float half = b.constant(0.5);
  return fma(power, part, fma(power, half, -half));
}

} // namespace theano
