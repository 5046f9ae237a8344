//===- Axes.h - lists of dimensions -----------------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_AXES_H
#define THEANO_DIALECT_THEANO_IR_AXES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include <optional>

namespace theano {

/// 0, 1, ..., rank - 1.
llvm::SmallVector<int64_t> getAllAxes(int64_t rank);

/// The axes of a tensor of `rank` dimensions sorted, with those below 0 counted
/// from the end; fails for one out of range or named twice.
mlir::FailureOr<llvm::SmallVector<int64_t>>
normalizeAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);

/// The attribute `axes` of a reduction of `operand`: the given ones normalised,
/// or all of them. Axes that cannot be normalised are kept as they are, for the
/// verifier to refuse.
mlir::DenseI64ArrayAttr
getAxesAttr(mlir::Value operand,
            std::optional<llvm::ArrayRef<int64_t>> axes = std::nullopt);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_AXES_H
