//===- Axes.cpp - lists of dimensions -------------------------------------===//

#include "theano/Dialect/Theano/IR/Axes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

SmallVector<int64_t> theano::getAllAxes(int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(0, rank));
}

FailureOr<SmallVector<int64_t>> theano::normalizeAxes(ArrayRef<int64_t> axes,
                                                      int64_t rank) {
  SmallVector<int64_t> result;
  for (int64_t axis : axes) {
    if (axis < -rank || axis >= rank)
      return failure();
    result.push_back(axis < 0 ? axis + rank : axis);
  }
  llvm::sort(result);
  if (llvm::adjacent_find(result) != result.end())
    return failure();
  return result;
}

DenseI64ArrayAttr theano::getAxesAttr(Value operand,
                                      std::optional<ArrayRef<int64_t>> axes) {
  int64_t rank = cast<RankedTensorType>(operand.getType()).getRank();
  MLIRContext *context = operand.getContext();
  if (!axes)
    return DenseI64ArrayAttr::get(context, getAllAxes(rank));
  FailureOr<SmallVector<int64_t>> normal = normalizeAxes(*axes, rank);
  return DenseI64ArrayAttr::get(
      context, succeeded(normal) ? ArrayRef<int64_t>(*normal) : *axes);
}
