//===- Reduction.cpp - inference and verification of reductions -----------===//

#include "TypeInference.h"

using namespace mlir;
using namespace theano;

LogicalResult inference::inferReduction(std::optional<Location> location,
                                        StringRef op, Type operand,
                                        ArrayRef<int64_t> axes, bool keepdims,
                                        Type resultElement,
                                        SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(operand);
  // (c1)
  int64_t previous = -1;
  for (int64_t axis : axes) {
    if (axis <= previous || axis >= type.getRank())
      return inferenceError(location, op,
                            "axes must be strictly increasing dimensions of "
                            "the operand of type " +
                                text(type) + ", got " + Twine(axis));
    previous = axis;
  }
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    if (!llvm::is_contained(axes, static_cast<int64_t>(dim)))
      shape.push_back(size);
    else if (keepdims)
      shape.push_back(1);
  }
  types.push_back(RankedTensorType::get(shape, resultElement));
  return success();
}

LogicalResult inference::verifyAccumulator(Operation *op, Type acc) {
  Type operand = getElementTypeOrSelf(op->getOperand(0));
  Type result = getElementTypeOrSelf(op->getResult(0));
  // (c3)
  if (!isNumeric(acc) || isFloat(acc) != isFloat(result))
    return op->emitOpError("accumulates in ")
           << text(acc) << ", which cannot give a result of type "
           << op->getResult(0).getType() << "; take "
           << (isFloat(result) ? "a float type" : "an integer type");
  // (c4)
  if (isFloat(operand) && !isFloat(result))
    return op->emitOpError("operand of type ")
           << op->getOperand(0).getType()
           << " holds floats but the result has type "
           << op->getResult(0).getType() << "; cast the operand first";
  return success();
}

/// Whether the reduction is known to have elements to reduce for each element
/// of its result.
static bool isKnownNotEmpty(RankedTensorType type, ArrayRef<int64_t> axes) {
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    bool reduced = llvm::is_contained(axes, static_cast<int64_t>(dim));
    if (reduced && (ShapedType::isDynamic(size) || size == 0))
      return false;
  }
  return true;
}

Speculation::Speculatability MaxOp::getSpeculatability() {
  return inference::speculatableIf(
      isKnownNotEmpty(getOperand().getType(), getAxes()));
}

Speculation::Speculatability MinOp::getSpeculatability() {
  return inference::speculatableIf(
      isKnownNotEmpty(getOperand().getType(), getAxes()));
}

Speculation::Speculatability ArgmaxOp::getSpeculatability() {
  return inference::speculatableIf(
      isKnownNotEmpty(getOperand().getType(), getAxes()));
}
