//===- ElementTypes.h - element types of the theano dialect -----*- C++ -*-===//
//
// bool is i1; i8 to i64 are signed (signless in MLIR's words), ui8 to ui64
// unsigned; floats are f16, bf16, f32, f64.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_ELEMENTTYPES_H
#define THEANO_DIALECT_THEANO_IR_ELEMENTTYPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringRef.h"

namespace theano {

/// Each predicate looks at an element type, not at a tensor.
bool isBool(mlir::Type type);
bool isSignedInteger(mlir::Type type);
bool isUnsignedInteger(mlir::Type type);
/// Signed or unsigned, not bool.
bool isInteger(mlir::Type type);
bool isBoolOrInteger(mlir::Type type);
bool isInt64(mlir::Type type);
bool isFloat(mlir::Type type);
/// An integer or a float, not bool.
bool isNumeric(mlir::Type type);
/// Any element type of the dialect.
bool isDtype(mlir::Type type);

/// Whether `type` is a ranked tensor without an encoding whose element type
/// satisfies `predicate`.
bool isTensorOf(mlir::Type type, bool (*predicate)(mlir::Type));

/// `tensor<i64>`, the type of sizes and indices known at run time.
mlir::RankedTensorType getSizeType(mlir::MLIRContext *context);
bool isSizeType(mlir::Type type);

/// NumPy's name of an element type ("bool", "int8", ..., "float64"), with
/// "bfloat16" besides; empty for a type that is none of the dialect.
llvm::StringRef getDtypeName(mlir::Type elementType);
/// The element type of that name; null for an unknown one.
mlir::Type getTypeOfDtype(mlir::MLIRContext *context, llvm::StringRef name);

/// The tensor type `type` with another element type.
mlir::RankedTensorType withElementType(mlir::Type type, mlir::Type elementType);

/// Theano's default element type of a sum or product: 64 bits for bool and
/// integers (unsigned for unsigned ones), floats keep theirs.
mlir::Type getDefaultSumType(mlir::Type elementType);
/// Theano's default element type of a mean: f64 for bool and integers.
mlir::Type getDefaultMeanType(mlir::Type elementType);
/// Theano's default type for adding up values of this type: f16 and bf16 in
/// f32, f32 in f64, integers in 64 bits.
mlir::Type getDefaultAccumulator(mlir::Type elementType);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_ELEMENTTYPES_H
