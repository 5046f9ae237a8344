//===- ExpandClassification.cpp - isnan, isinf, isfinite, isnormal --------===//

#include "MathExpansions.h"

namespace theano {

Mask expandIsNaN(Float x, double) { return isUnordered(x, x); }

Mask expandIsInf(Float x, double) {
  Float magnitude = abs(x);
  return magnitude == x.builder->infinity();
}

Mask expandIsFinite(Float x, double) {
  Float magnitude = abs(x);
  return magnitude < x.builder->infinity();
}

Mask expandIsNormal(Float x, double smallestNormal) {
  Mask isNormalOrMore = abs(x) >= smallestNormal;
  return isNormalOrMore & expandIsFinite(x, smallestNormal);
}

} // namespace theano
