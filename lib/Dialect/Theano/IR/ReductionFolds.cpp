//===- ReductionFolds.cpp - folds of reductions ---------------------------===//

#include "theano/Dialect/Theano/IR/Theano.h"

using namespace mlir;
using namespace theano;

/// A reduction over no axis gives its operand back, if the types are equal.
template <typename OpTy> static OpFoldResult foldNoAxes(OpTy op) {
  if (op.getAxes().empty() && op.getType() == op.getOperand().getType())
    return op.getOperand();
  return {};
}

/// What is converted to a narrower accumulator on the way is rounded.
template <typename OpTy> static OpFoldResult foldAccumulating(OpTy op) {
  if (op.getAcc() != getElementTypeOrSelf(op.getType()))
    return {};
  return foldNoAxes(op);
}

OpFoldResult SumOp::fold(FoldAdaptor) { return foldAccumulating(*this); }
OpFoldResult ProdOp::fold(FoldAdaptor) { return foldAccumulating(*this); }
OpFoldResult MeanOp::fold(FoldAdaptor) { return foldAccumulating(*this); }
OpFoldResult MaxOp::fold(FoldAdaptor) { return foldNoAxes(*this); }
OpFoldResult MinOp::fold(FoldAdaptor) { return foldNoAxes(*this); }
OpFoldResult AnyOp::fold(FoldAdaptor) { return foldNoAxes(*this); }
OpFoldResult AllOp::fold(FoldAdaptor) { return foldNoAxes(*this); }
