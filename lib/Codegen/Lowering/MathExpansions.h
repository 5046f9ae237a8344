//===- MathExpansions.h - the functions that expand-math knows --*- C++ -*-===//
//
// One function for each function of the everyday list; each returns the value
// for every argument as C99 Annex F defines it. Bounds: docs/math.md.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_LOWERING_MATHEXPANSIONS_H
#define THEANO_LIB_CODEGEN_LOWERING_MATHEXPANSIONS_H

#include "MathBuilder.h"

namespace theano {

// ExpandExp.cpp
Float expandExp(Float x);
Float expandExp2(Float x);
Float expandExpM1(Float x);
/// exp(x) with an error of hardly more than half an ulp, at three more
/// operations.
Float accurateExp(Float x);
/// exp(x) where no result is subnormal or overflows; does not check.
Float expInNormalRange(Float x);
/// expm1(2 x) / 2 for 0 <= x <= 10 (f32) or 20 (f64), also subnormal.
Float halfExpM1OfTwice(Float x);
/// 2^x for a pair x; x.high is limited to where results are finite and not 0,
/// give or take a rounding.
Float exp2OfPair(Pair x);

// ExpandLog.cpp
Float expandLog(Float x);
Float expandLog2(Float x);
Float expandLog10(Float x);
Float expandLog1P(Float x);
/// log(1 + x) for 0 <= x <= 1 or NaN.
Float log1POfUnit(Float x);
/// x = m * 2^exponent with m in [sqrt(1/2), sqrt(2)); fraction is m - 1, exact.
/// For positive finite x, also subnormal.
struct SplitFloat {
  Float exponent, fraction;
};
SplitFloat splitFloat(Float x);

// ExpandPow.cpp
Float expandPow(Float x, Float y);

// ExpandHyperbolic.cpp
Float expandTanh(Float x);
Float expandSigmoid(Float x);
Float expandSoftplus(Float x);

// ExpandErf.cpp
Float expandErf(Float x);

// ExpandTrig.cpp
Float expandSin(Float x);
Float expandCos(Float x);
Float expandTan(Float x);

// ReduceTrig.cpp
/// x = quadrant * pi / 2 + rest, |rest| <= pi / 4 and a little. NaN gives NaN;
/// the value for an infinity has no meaning.
struct TrigReduction {
  Pair rest;
  Int quadrant;
};
TrigReduction reduceTrig(Float x);

// ExpandRemainder.cpp
/// C's fmod: exact, with the sign of x.
Float expandRemainder(Float x, Float y);

// ExpandClassification.cpp
/// Of numbers whose format, which may be narrower than that of `x`, has this
/// smallest normal one.
Mask expandIsNaN(Float x, double smallestNormal);
Mask expandIsInf(Float x, double smallestNormal);
Mask expandIsFinite(Float x, double smallestNormal);
Mask expandIsNormal(Float x, double smallestNormal);

// ExpandRound.cpp
/// To an integer, halves away from zero.
Float expandRound(Float x);
Float expandRsqrt(Float x);

/// Whether a lane is set, as a scalar i1 (loops and slow paths hang on it).
mlir::Value anyLane(Mask mask);

} // namespace theano

#endif // THEANO_LIB_CODEGEN_LOWERING_MATHEXPANSIONS_H
