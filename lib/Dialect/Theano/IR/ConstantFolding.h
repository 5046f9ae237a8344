//===- ConstantFolding.h - folds that several families share ----*- C++ -*-===//

#ifndef THEANO_LIB_DIALECT_THEANO_IR_CONSTANTFOLDING_H
#define THEANO_LIB_DIALECT_THEANO_IR_CONSTANTFOLDING_H

#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

/// Tensors of more elements are left to run time unless all are equal: their
/// text would outgrow the program that computes them.
inline constexpr int64_t kMaxFoldedElements = 64;

/// Elements of a constant as attributes in row-major order; a splat gives one.
/// Empty, with failure, for a constant that is too large or no constant.
mlir::FailureOr<llvm::SmallVector<mlir::Attribute>>
getFoldableElements(mlir::Attribute constant);

/// The fold of every elementwise op: constants are computed, and what one
/// operand alone decides (x + 0 on integers, x * 1, switch on a constant, ...)
/// becomes that operand. Exact, NaN and -0 included.
mlir::OpFoldResult foldElementwise(mlir::Operation *op,
                                   llvm::ArrayRef<mlir::Attribute> operands);

/// The constant whose elements are those of `constant`, of static shape, at
/// the places that `source` names for each element of a result of type `type`:
/// it maps an index of the result to one of the operand.
mlir::Attribute
foldSelection(mlir::Attribute constant, mlir::RankedTensorType type,
              llvm::function_ref<void(llvm::ArrayRef<int64_t>,
                                      llvm::MutableArrayRef<int64_t>)>
                  source);

} // namespace theano

#endif // THEANO_LIB_DIALECT_THEANO_IR_CONSTANTFOLDING_H
