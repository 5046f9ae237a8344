//===- ExpandTrig.cpp - sin, cos, tan -------------------------------------===//

#include "MathExpansions.h"

namespace theano {
namespace {
Pair sinOfRest(Pair r) {
  Float z = r.high * r.high;
  Float tail = polynomial(z, coefficients::sinTail);
  return {r.high, fma(r.high * z, tail, r.low)};
}

// 1 - z/2 is split into its rounded value and the rounding error, which goes to
// the small terms.
Pair cosOfRest(Pair r) {
  Float z = r.high * r.high;
  Float halfSquare = z * 0.5;
  Float rounded = 1 - halfSquare;
  Float error = (1 - rounded) - halfSquare;
  Float tail = polynomial(z, coefficients::cosTail);
  Float square = z * z;
  return {rounded, error + fma(square, tail, -(r.high * r.low))};
}

Pair select(Mask condition, Pair ifTrue, Pair ifFalse) {
  return {select(condition, ifTrue.high, ifFalse.high),
          select(condition, ifTrue.low, ifFalse.low)};
}

Float roundPair(Pair value) { return value.high + value.low; }

Float negateIf(Int bit1, Float value) {
  int width = value.builder->isF64() ? 64 : 32;
  Int bits = bitsOf(value);
  return fromBits(bits ^ ((bit1 & 2) << (width - 2)));
}

Float notFiniteIsNaN(Float x, Float value) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x);
  Mask isFinite = magnitude < b.infinity();
  return select(isFinite, value, b.nan());
}
} // namespace

Float expandSin(Float x) {
  auto [rest, quadrant] = reduceTrig(x);
  Mask odd = (quadrant & 1) != 0;
  Pair cosine = cosOfRest(rest), sine = sinOfRest(rest);
  Float value = roundPair(select(odd, cosine, sine));
  value = notFiniteIsNaN(x, negateIf(quadrant, value));
  return select(x == 0.0, x, value); // the sign of zero
}

Float expandCos(Float x) {
  auto [rest, quadrant] = reduceTrig(x);
  Mask odd = (quadrant & 1) != 0;
  Pair sine = sinOfRest(rest), cosine = cosOfRest(rest);
  Float value = roundPair(select(odd, sine, cosine));
  return notFiniteIsNaN(x, negateIf(quadrant + 1, value));
}

// sin / cos, or -cos / sin, with one step of correction for what the rounding
// of the quotient and the low words leave.
Float expandTan(Float x) {
  auto [rest, quadrant] = reduceTrig(x);
  Pair sine = sinOfRest(rest), cosine = cosOfRest(rest);
  Mask odd = (quadrant & 1) != 0;
  Pair above = select(odd, Pair{-cosine.high, -cosine.low}, sine);
  Pair below = select(odd, sine, cosine);
  Float inverse = 1 / (below.high + below.low);
  Float quotient = above.high * inverse;
  Float missingHigh = fma(-quotient, below.high, above.high);
  Float missing = missingHigh + fma(-quotient, below.low, above.low);
  Float value = notFiniteIsNaN(x, fma(missing, inverse, quotient));
  return select(x == 0.0, x, value); // the sign of zero
}

} // namespace theano
