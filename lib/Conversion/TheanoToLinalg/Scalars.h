//===- Scalars.h - elements in registers ------------------------*- C++ -*-===//
//
// An element has three types: that of the theano dialect (i1, ui8, bf16, ...),
// that in memory (i8, i8, bf16), and that in which bodies compute it (i1, i8,
// f32). f16 and bf16 are computed in f32 and rounded once for each op, which
// gives the correctly rounded result for + - * / and sqrt and needs no
// arithmetic of the narrow type from a target.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_THEANOTOLINALG_SCALARS_H
#define LIB_CONVERSION_THEANOTOLINALG_SCALARS_H

#include "LinalgBuilder.h"

namespace theano {

/// The type in which bodies compute elements of this type.
mlir::Type getComputeType(mlir::Type elementType);

/// The element in its compute type, from the one in memory.
mlir::Value load(LinalgBuilder &builder, mlir::Value stored,
                 mlir::Type elementType);
/// The reverse.
mlir::Value store(LinalgBuilder &builder, mlir::Value computed,
                  mlir::Type elementType);

/// A constant of a signless integer or float type.
mlir::Value constantInt(LinalgBuilder &builder, mlir::Type type,
                        const llvm::APInt &value);
mlir::Value constant(LinalgBuilder &builder, mlir::Type type, double value);

/// `value`, computed for element type `from`, as it is computed for `to`, by
/// the rules of theano.cast. Unlike C, a float that is NaN or does not fit an
/// integer has a defined result: 0, or the nearest end of the range.
mlir::Value convert(LinalgBuilder &builder, mlir::Value value, mlir::Type from,
                    mlir::Type to);

/// The result of an elementwise op on scalars of compute type: one for each
/// operand. Null for an op that is not known.
mlir::Value emitScalarOp(LinalgBuilder &builder, mlir::Operation *op,
                         mlir::ValueRange operands);

} // namespace theano

#endif // LIB_CONVERSION_THEANOTOLINALG_SCALARS_H
