//===- Reduction.h - builds reductions --------------------------*- C++ -*-===//

#ifndef LIB_CONVERSION_THEANOTOLINALG_REDUCTION_H
#define LIB_CONVERSION_THEANOTOLINALG_REDUCTION_H

#include "LinalgBuilder.h"

namespace theano {

/// One operand reduced over `axes`, in the host function.
class Reduction {
public:
  /// The new accumulators, given an element in memory and the accumulators.
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;

  Reduction(LinalgBuilder &b, mlir::Value input, llvm::ArrayRef<int64_t> axes);

  mlir::Value getSize(int64_t dim) const { return sizes[dim]; }
  /// The dimensions that are not reduced, and their sizes.
  llvm::ArrayRef<int64_t> getKept() const { return kept; }
  llvm::ArrayRef<mlir::Value> getKeptSizes() const { return keptSizes; }
  /// The type of what is reduced, without the reduced dimensions.
  mlir::RankedTensorType getType(mlir::Type element) const;

  /// The number of elements of each reduction, an index.
  mlir::Value count() {
    llvm::SmallVector<mlir::Value> factors;
    for (int64_t axis : axes)
      factors.push_back(sizes[axis]);
    return b.product(factors);
  }
  /// The accumulators before the first element.
  mlir::Value fill(mlir::TypedAttr identity);
  /// The generic; one result for each of `initial`.
  llvm::SmallVector<mlir::Value> reduce(mlir::ValueRange initial, Body body);
  /// `reduced` as `type`, whose rank says whether reduced dimensions are kept
  /// with size 1, changed by `body` if there is one.
  mlir::Value finish(mlir::RankedTensorType type, mlir::Value reduced,
                     ElementBody body = {});
  /// That no reduction is over nothing.
  void checkNotEmpty();

private:
  LinalgBuilder &b;
  mlir::Value input;
  llvm::SmallVector<int64_t> axes, kept;
  llvm::SmallVector<mlir::Value> sizes, keptSizes;
};

} // namespace theano

#endif // LIB_CONVERSION_THEANOTOLINALG_REDUCTION_H
