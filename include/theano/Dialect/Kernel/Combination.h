//===- Combination.h - joining two parts of a reduction ---------*- C++ -*-===//
//
// The body of a reduction says how an element joins an accumulator. Several
// threads, or several kernels, need more: how two accumulators join, each of
// which stands for elements of its own. This finds it from the body.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DIALECT_KERNEL_COMBINATION_H
#define THEANO_DIALECT_KERNEL_COMBINATION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace theano::kernel {

/// How the accumulators of a reduction join. Both forms commute and, integers
/// and NaN included, do not depend on which part comes first; sums of floats
/// depend on how elements are spread over the parts.
class Combination {
public:
  /// The combination of `op`, or none when its body has neither form:
  /// - one accumulator, and one operation on it that commutes (a sum, a
  ///   maximum);
  /// - two, an element and its index, both selected by a comparison of the
  ///   element with the best so far (argmax). The parts are compared likewise,
  ///   and of equal elements that with the lower index wins.
  static std::optional<Combination> of(mlir::linalg::LinalgOp op);

  /// Whether an element that joins a second time, after the first and with
  /// others in between, changes nothing: true of extremes, false of sums.
  bool isIdempotent() const;

  unsigned getNumAccumulators() const { return conditionOps.empty() ? 1 : 2; }

  /// Of an element that is compared without its index, where the index is
  /// computed from those of the loops alone: what is needed to follow the
  /// element and to work out the index later. Values of the body.
  struct Followed {
    mlir::Value condition; ///< whether the element replaces the best so far
    mlir::Value element;
    mlir::Value index;
  };
  std::optional<Followed> getFollowed() const;

  /// The accumulators `a` and `b`, scalars or vectors of one length, joined.
  llvm::SmallVector<mlir::Value> combine(mlir::OpBuilder &builder,
                                         mlir::Location loc, mlir::ValueRange a,
                                         mlir::ValueRange b) const;

private:
  mlir::Value isBetter(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::ValueRange candidate, mlir::ValueRange best) const;

  /// The operation of the first form.
  mlir::Operation *operation = nullptr;
  /// The second form: what computes the condition, in order, from the values
  /// of the candidate and of the best so far.
  llvm::SmallVector<mlir::Operation *> conditionOps;
  mlir::Value condition;
  llvm::SmallVector<mlir::Value> candidates, bests;
};

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_COMBINATION_H
