//===- ExpandErf.cpp - the error function ---------------------------------===//

#include "MathExpansions.h"

namespace theano {

// An odd polynomial up to 1. Beyond, 1 - erfc |x| with erfc as the exponential
// of a polynomial: erfc is at most 0.16 there, so its error hardly counts.
Float expandErf(Float x) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x);
  Float near =
      fma(magnitude, polynomial(magnitude * magnitude, coefficients::erfNear),
          magnitude);
  // Above the limit the result is 1.
  Float limited = clamp(magnitude, 1, b.pick(4.0, 6.0));
  Float exponent = polynomial(limited - 1, coefficients::erfFar);
  Float far = 1 - expInNormalRange(-exponent);
  return copysign(select(magnitude < 1.0, near, far), x);
}

} // namespace theano
