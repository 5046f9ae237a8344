//===- ExpandRound.cpp - round half away from zero, rsqrt -----------------===//

#include "MathExpansions.h"

namespace theano {

// x - trunc(x) is exact; adding a half first would not be.
Float expandRound(Float x) {
  MathBuilder &b = *x.builder;
  Float magnitude = abs(x);
  Float whole = trunc(magnitude);
  Float step = select(magnitude - whole >= 0.5, b.constant(1), b.constant(0));
  return copysign(whole + step, x);
}

Float expandRsqrt(Float x) { return 1 / sqrt(x); }

} // namespace theano
