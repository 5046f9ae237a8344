//===- QuadMath.h - functions of constants in 113 bits ----------*- C++ -*-===//
//
// Folding exp(2) must give the same constant on every machine. A C library does
// not promise that: its functions are not correctly rounded and choose other
// code on other processors. These are series in APFloat's software arithmetic
// with the 113 bits of IEEE binary128. They are right to about 2^-100, so
// rounding them once to f64, or to a narrower type, errs by half an ulp and a
// trifle: well inside the bounds that docs/math.md publishes for run time.
//
// Arguments and results are in binary128; limits, NaN and signs of zeros are
// those of Annex F of C99.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_DIALECT_THEANO_IR_QUADMATH_H
#define THEANO_LIB_DIALECT_THEANO_IR_QUADMATH_H

#include "llvm/ADT/APFloat.h"
#include <optional>

namespace theano::quad {

using llvm::APFloat;

/// `value` in binary128, which holds every number of the dialect's formats.
APFloat widen(APFloat value);
/// `value` rounded once, to nearest even; overflow gives inf.
APFloat round(APFloat value, const llvm::fltSemantics &semantics);

APFloat exp(const APFloat &x);
APFloat exp2(const APFloat &x);
APFloat expm1(const APFloat &x);
APFloat log(const APFloat &x);
APFloat log2(const APFloat &x);
APFloat log10(const APFloat &x);
APFloat log1p(const APFloat &x);
APFloat tanh(const APFloat &x);
APFloat sigmoid(const APFloat &x);
APFloat softplus(const APFloat &x);
APFloat erf(const APFloat &x);
APFloat pow(const APFloat &x, const APFloat &y);

/// Nothing for a finite argument of 2^30 or more, whose reduction would need
/// more of pi than the three words kept here: run time has all of it.
std::optional<APFloat> sin(const APFloat &x);
std::optional<APFloat> cos(const APFloat &x);
std::optional<APFloat> tan(const APFloat &x);

} // namespace theano::quad

#endif // THEANO_LIB_DIALECT_THEANO_IR_QUADMATH_H
