//===- QuadMath.cpp - functions of constants in 113 bits ------------------===//

#include "QuadMath.h"

#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/StringRef.h"

using namespace llvm;
using namespace theano;

static constexpr RoundingMode kNearest = RoundingMode::NearestTiesToEven;

/// log(2) and log(10), rounded to 113 bits.
static constexpr StringLiteral kLog2 = "0x162e42fefa39ef35793c7673007e6p-113";
static constexpr StringLiteral kLog10 = "0x126bb1bbb5551582dd4adac5705a6p-111";

static APFloat number(double value) { return quad::widen(APFloat(value)); }

/// A constant in C's hexadecimal notation.
static APFloat hex(StringRef text) {
  return APFloat(APFloat::IEEEquad(), text);
}

static APFloat makeNaN() { return APFloat::getNaN(APFloat::IEEEquad()); }
static APFloat makeInf(bool isNegative = false) {
  return APFloat::getInf(APFloat::IEEEquad(), isNegative);
}

/// The nearest integer to a number below 2^62.
static int64_t toInteger(const APFloat &x) {
  APSInt result(64, /*isUnsigned=*/false);
  bool isExact = false;
  x.convertToInteger(result, kNearest, &isExact);
  return result.getExtValue();
}

/// Whether adding `term` to `sum` changes nothing that matters.
static bool isNegligible(const APFloat &term, const APFloat &sum) {
  return term.isZero() || ilogb(term) < ilogb(sum) - 118;
}

/// exp(x) - 1 for |x| < 1/2, x not 0: x + x^2/2! + x^3/3! + ...
static APFloat expm1Series(const APFloat &x) {
  APFloat sum = x, term = x;
  for (int n = 2; !isNegligible(term, sum); ++n) {
    term = term * x / number(n);
    sum = sum + term;
  }
  return sum;
}

/// 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...) for small s that is not 0.
static APFloat twiceAtanh(const APFloat &s) {
  APFloat square = s * s, power = s, sum = s, term = s;
  for (int n = 3; !isNegligible(term, sum); n += 2) {
    power = power * square;
    term = power / number(n);
    sum = sum + term;
  }
  return sum + sum;
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

APFloat quad::widen(APFloat value) {
  bool losesInfo = false;
  value.convert(APFloat::IEEEquad(), kNearest, &losesInfo);
  return value;
}

APFloat quad::round(APFloat value, const fltSemantics &semantics) {
  bool losesInfo = false;
  value.convert(semantics, kNearest, &losesInfo);
  return value;
}

//===----------------------------------------------------------------------===//
// Exponentials and logarithms
//===----------------------------------------------------------------------===//

APFloat quad::exp(const APFloat &x) {
  if (x.isNaN())
    return x;
  // Far beyond what the widest format of the dialect can hold.
  APFloat limit = number(8192);
  if (x > limit)
    return makeInf();
  if (x < -limit)
    return number(0);
  // 2^k exp(r). k has 14 bits, so r is right to 2^-98.
  APFloat ln2 = hex(kLog2);
  int64_t k = toInteger(x / ln2);
  APFloat r = x - number(static_cast<double>(k)) * ln2;
  APFloat result = number(1);
  if (!r.isZero())
    result = result + expm1Series(r);
  return scalbn(result, static_cast<int>(k), kNearest);
}

/// A whole power is exact: 2^x = 2^k exp(f log(2)) with |f| <= 1/2.
APFloat quad::exp2(const APFloat &x) {
  if (x.isNaN())
    return x;
  APFloat limit = number(16000);
  if (x > limit)
    return makeInf();
  if (x < -limit)
    return number(0);
  int64_t k = toInteger(x);
  APFloat rest = x - number(static_cast<double>(k));
  return scalbn(exp(rest * hex(kLog2)), static_cast<int>(k), kNearest);
}

APFloat quad::expm1(const APFloat &x) {
  if (x.isNaN() || x.isZero())
    return x;
  if (llvm::abs(x) < number(0.5))
    return expm1Series(x);
  return exp(x) - number(1);
}

APFloat quad::log(const APFloat &x) {
  if (x.isNaN())
    return x;
  if (x.isZero())
    return makeInf(/*isNegative=*/true);
  if (x.isNegative())
    return makeNaN();
  if (x.isInfinity())
    return x;
  // x = 2^e m with m in [0.7, 1.4]: no cancellation where the result is small.
  int e = ilogb(x);
  APFloat m = scalbn(x, -e, kNearest);
  if (m > number(1.4)) {
    m = scalbn(m, -1, kNearest);
    ++e;
  }
  APFloat ln2 = hex(kLog2);
  APFloat result = number(e) * ln2;
  APFloat s = (m - number(1)) / (m + number(1));
  // log(1) is +0.
  return s.isZero() ? result : result + twiceAtanh(s);
}

/// A whole power of two has an exact logarithm, and that
/// should not depend on how a quotient rounds.
APFloat quad::log2(const APFloat &x) {
  if (x.isFiniteNonZero() && !x.isNegative()) {
    int e = ilogb(x);
    if (scalbn(x, -e, kNearest) == number(1))
      return number(e);
  }
  return log(x) / hex(kLog2);
}

APFloat quad::log10(const APFloat &x) { return log(x) / hex(kLog10); }

APFloat quad::log1p(const APFloat &x) {
  if (x.isNaN() || x.isZero())
    return x;
  if (llvm::abs(x) < number(0.25))
    return twiceAtanh(x / (number(2) + x));
  return log(number(1) + x);
}

APFloat quad::tanh(const APFloat &x) {
  if (x.isNaN() || x.isZero())
    return x;
  // 1 - 2 exp(-2 |x|) is 1 in 113 bits.
  if (llvm::abs(x) > number(50))
    return number(x.isNegative() ? -1 : 1);
  APFloat e = expm1(x + x);
  return e / (e + number(2));
}

APFloat quad::sigmoid(const APFloat &x) {
  return number(1) / (number(1) + exp(-x));
}

APFloat quad::softplus(const APFloat &x) {
  if (x.isNaN())
    return x;
  APFloat tail = log1p(exp(-llvm::abs(x)));
  return x.isNegative() ? tail : x + tail;
}

APFloat quad::erf(const APFloat &x) {
  if (x.isNaN() || x.isZero())
    return x;
  // 1 - erf(9) is 4e-37, less than half of the last bit of 1.
  if (llvm::abs(x) > number(9))
    return number(x.isNegative() ? -1 : 1);
  // 2/sqrt(pi) exp(-x^2) (x + 2 x^3/3 + 4 x^5/(3 5) + ...): terms of one sign.
  APFloat square = x * x, term = x, sum = x;
  for (int n = 3; n < 9 || !isNegligible(term, sum); n += 2) {
    term = term * (square + square) / number(n);
    sum = sum + term;
  }
  return hex("0x120dd750429b6d11ae3a914fed7fep-112") * exp(-square) * sum;
}

//===----------------------------------------------------------------------===//
// Powers
//===----------------------------------------------------------------------===//

/// |x| ** y where x is neither 0 nor infinite, nor y infinite.
static APFloat magnitudeOfPower(const APFloat &x, const APFloat &y) {
  // |y log x| below 8192 is what matters, so the product is right to 2^-99.
  return quad::exp(y * quad::log(llvm::abs(x)));
}

APFloat quad::pow(const APFloat &x, const APFloat &y) {
  APFloat one = number(1), zero = number(0);
  if (y.isZero() || x == one)
    return one;
  if (x.isNaN() || y.isNaN())
    return makeNaN();
  APFloat size = llvm::abs(x);
  if (y.isInfinity()) {
    if (size == one)
      return one;
    return (size > one) == y.isNegative() ? zero : makeInf();
  }
  bool isInteger = y.isInteger();
  bool isOdd = isInteger && !(y * number(0.5)).isInteger();
  bool isNegative = x.isNegative() && isOdd;
  if (x.isZero() || x.isInfinity()) {
    bool isInf = x.isZero() == y.isNegative();
    APFloat result = isInf ? makeInf() : zero;
    return isNegative ? -result : result;
  }
  if (x.isNegative() && !isInteger)
    return makeNaN();
  APFloat result = magnitudeOfPower(x, y);
  return isNegative ? -result : result;
}

//===----------------------------------------------------------------------===//
// Sine and cosine
//===----------------------------------------------------------------------===//

/// An angle in [-pi/4, pi/4] and how many quarter turns were taken off.
struct ReducedAngle {
  APFloat rest;
  int64_t quarters;
};

static ReducedAngle reduce(const APFloat &x) {
  APFloat twoOverPi = hex("0x145f306dc9c882a53f84eafa3ea6ap-113");
  int64_t quarters = toInteger(x * twoOverPi);
  APFloat k = number(static_cast<double>(quarters));
  // pi/2 in words of 80 bits, so that the first two products, with k below
  // 2^31, are exact. Of 273 bits cancellation leaves more than 113.
  APFloat rest = x - k * hex("0xc90fdaa22168c234c4c6p-79");
  rest = rest - k * hex("0xc51701b839a252049c11p-160");
  rest = rest - k * hex("0x14cf98e804177d4c76273644a2941p-276");
  return {rest, quarters};
}

/// x - x^3/3! + x^5/5! - ... from its first term on, or the same of cosine: the
/// terms before `next` are in `sum`, the last of which is `term`.
static APFloat alternate(APFloat sum, APFloat term, const APFloat &x,
                         int next) {
  APFloat square = x * x;
  for (; !isNegligible(term, sum); next += 2) {
    term = -(term * square / number(static_cast<double>(next) * (next - 1)));
    sum = sum + term;
  }
  return sum;
}

/// sin(x + quarters pi/2).
static std::optional<APFloat> sineOf(const APFloat &x, int64_t shift) {
  if (!x.isFinite())
    return makeNaN();
  if (llvm::abs(x) >= number(0x1p30))
    return std::nullopt;
  auto [rest, quarters] = reduce(x);
  int64_t quadrant = (quarters + shift) & 3;
  APFloat result = number(1);
  if (quadrant & 1)
    result = alternate(number(1), number(1), rest, 2);
  else
    result = rest.isZero() ? rest : alternate(rest, rest, rest, 3);
  return quadrant & 2 ? -result : result;
}

std::optional<APFloat> quad::sin(const APFloat &x) {
  // The sign of zero is lost in the reduction.
  if (x.isZero())
    return x;
  return sineOf(x, 0);
}

std::optional<APFloat> quad::cos(const APFloat &x) { return sineOf(x, 1); }

std::optional<APFloat> quad::tan(const APFloat &x) {
  std::optional<APFloat> sine = sin(x), cosine = cos(x);
  if (!sine || !cosine)
    return std::nullopt;
  return *sine / *cosine;
}
