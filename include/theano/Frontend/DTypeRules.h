//===- DTypeRules.h - Theano's rules for dtypes -----------------*- C++ -*-===//

#ifndef THEANO_FRONTEND_DTYPERULES_H
#define THEANO_FRONTEND_DTYPERULES_H

#include "theano/Support/DType.h"

#include <optional>
#include <span>

namespace theano {

/// NumPy's promotion of two array dtypes: the smallest dtype that holds all
/// values of both, where int64 with uint64, and integers of 32 bits and more
/// with float32, meet in float64. (NumPy has no bfloat16: it promotes like
/// float16, and the two of them meet in float32.)
DType upcast(DType a, DType b);
/// Of one or more.
DType upcast(std::span<const DType> dtypes);

/// The float that Theano computes a function such as `exp` in: float32 for bool
/// and integers below 32 bits, float64 for longer ones, floats keep theirs.
/// Independent of floatX.
DType upgradeToFloat(DType dtype);

/// Theano's dtype of a Python integer: the smallest signed one that holds it.
DType autocast(int64_t number);

/// Theano's dtype of a Python float: float32 when floatX is float32, else the
/// shortest of float16 (only where that is floatX), float32 and float64 that
/// holds it exactly. NaN equals nothing, so it takes float64.
DType autocast(double number, DType floatX);

/// Whether every value of `from` may stand for one of `to` without being asked:
/// what an array given for an argument is converted by.
bool isSafeCast(DType from, DType to);

} // namespace theano

#endif // THEANO_FRONTEND_DTYPERULES_H
