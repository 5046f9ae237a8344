//===- Broadcast.h - what broadcasts ----------------------------*- C++ -*-===//
//
// What broadcasts is decided when an op is built, from the statically-1
// dimensions of its operands, and kept in the attribute `broadcast`. Nothing
// adds to it later: learning that a dimension is 1 must not turn an error into
// a broadcast.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_BROADCAST_H
#define THEANO_DIALECT_THEANO_IR_BROADCAST_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace theano {

/// The dimensions of a ranked tensor type that are statically 1.
llvm::SmallVector<int64_t> getStaticUnitDims(mlir::Type type);

/// The attribute `broadcast` of an op built on these operands.
mlir::ArrayAttr getStaticBroadcast(mlir::MLIRContext *context,
                                   mlir::ValueRange operands);
mlir::ArrayAttr getStaticBroadcast(mlir::MLIRContext *context,
                                   mlir::TypeRange operands);

/// The dimensions of operand number `operand` along which an elementwise op or
/// an alloc (operand 0, in dimensions of the value) broadcasts; empty for an
/// op that never does.
llvm::ArrayRef<int64_t> broadcastDims(mlir::Operation *op, unsigned operand);

/// Whether the op broadcasts dimension `dim` of that operand.
bool isBroadcast(mlir::Operation *op, unsigned operand, int64_t dim);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_BROADCAST_H
