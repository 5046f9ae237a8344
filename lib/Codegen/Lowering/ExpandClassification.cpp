//===- ExpandClassification.cpp - isnan, isinf, isfinite, isnormal --------===//

#include "MathExpansions.h"

namespace theano {

Mask expandIsNaN(Float x, double) { return isUnordered(x, x); }

Mask expandIsInf(Float x, double) { return abs(x) == x.builder->infinity(); }

Mask expandIsFinite(Float x, double) { return abs(x) < x.builder->infinity(); }

Mask expandIsNormal(Float x, double smallestNormal) {
  return (abs(x) >= smallestNormal) & expandIsFinite(x, smallestNormal);
}

} // namespace theano
