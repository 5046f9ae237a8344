//===- ExpandRound.cpp - round half away from zero, rsqrt -----------------===//

#include "MathExpansions.h"

namespace theano {

// x - trunc(x) is exact; adding a half first would not be.
Float expandRound(Float x) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x);
  Float whole = trunc(magnitude);
  Mask goesUp = magnitude - whole >= 0.5;
  Float step = select(goesUp, b.constant(1), 0.0);
  return copysign(whole + step, x);
}

Float expandRsqrt(Float x) { return 1 / sqrt(x); }

} // namespace theano
