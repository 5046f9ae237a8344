//===- ExpandConversion.h - f16 and bf16 from and to f32, f64 ---*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_LOWERING_EXPANDCONVERSION_H
#define THEANO_LIB_CODEGEN_LOWERING_EXPANDCONVERSION_H

#include "mlir/IR/Builders.h"

namespace theano {

/// Converts a scalar or vector of floats (f16, bf16, f32, f64) to the element
/// type `to`, rounding once, to nearest even. bf16 goes by integer code; f16
/// and f32 too if `expandF16`, else they keep arith.extf and arith.truncf.
mlir::Value convertFloat(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value value, mlir::Type to, bool expandF16);

/// Converts integers of at most 64 bits to f16 or bf16, rounding once.
mlir::Value convertInteger(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, bool isSigned, mlir::Type to,
                           bool expandF16);

} // namespace theano

#endif // THEANO_LIB_CODEGEN_LOWERING_EXPANDCONVERSION_H
