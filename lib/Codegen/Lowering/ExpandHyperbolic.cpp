//===- ExpandHyperbolic.cpp - tanh, sigmoid, softplus ---------------------===//

#include "MathExpansions.h"

namespace theano {

// tanh |x| = h / (h + 1) with h = expm1(2 |x|) / 2. Where h is small the
// roundings of sum and quotient would count most, as the quotient's binade may
// be the next smaller one; there h - h q is the same number, and only the part
// h of the error of the quotient q is in it.
Float expandTanh(Float x) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x);
  // Above the limit the result is 1.
  Float h = halfExpM1OfTwice(atMost(magnitude, b.pick(10.0, 20.0)));
  Float quotient = h / (h + 1);
  Float near = fma(-h, quotient, h);
  return copysign(select(magnitude < 0.35, near, quotient), x);
}

// With e = exp(-|x|), which cannot overflow: 1 / (1 + e) for x >= 0 and
// e / (1 + e) below, where the tail is e, down to subnormals. An error of e can
// count double in the quotient, whose binade may be the next smaller one: e
// must be good, and a step of correction takes out the roundings of sum and
// quotient.
Float expandSigmoid(Float x) {
  MathBuilder &b = *x.builder;
  Float e = accurateExp(-abs(x));
  Float above = select(x < 0.0, e, 1.0);
  Pair below = fastTwoSum(b.constant(1), e);
  Float inverse = 1 / below.high;
  Float quotient = above * inverse;
  Float negated = -quotient;
  Float missing = fma(negated, below.high, above);
  missing = fma(negated, below.low, missing);
  return fma(missing, inverse, quotient);
}

Float expandSoftplus(Float x) {
  Float e = expandExp(-abs(x));
  Float positive = select(x > 0.0, x, 0.0);
  return positive + log1POfUnit(e);
}

} // namespace theano
