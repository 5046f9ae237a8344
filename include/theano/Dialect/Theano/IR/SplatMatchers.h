//===- SplatMatchers.h - expressions with a constant ------------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_SPLATMATCHERS_H
#define THEANO_DIALECT_THEANO_IR_SPLATMATCHERS_H

#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

/// Whether all elements of `value` are this number: a constant, or a dimshuffle
/// or alloc of one.
bool isSplatOf(mlir::Value value, double number);

/// The bool that all elements of `value` are, in the same way.
std::optional<bool> getSplatBool(mlir::Value value);

/// Whether the shape and type of the elementwise op `op` are those of its
/// operand number `operand`, whatever the other operands hold: then the op can
/// give way to an expression in that operand alone without losing a check.
bool hasShapeOfOperand(mlir::Operation *op, unsigned operand);

/// The operand `x` of a binary op of the form `x op number`, if the op has the
/// shape of x.
mlir::Value matchRightSplat(mlir::Operation *op, double number);
/// The same for `number op x`.
mlir::Value matchLeftSplat(mlir::Operation *op, double number);
/// The same in any order.
mlir::Value matchSplat(mlir::Operation *op, double number);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_SPLATMATCHERS_H
