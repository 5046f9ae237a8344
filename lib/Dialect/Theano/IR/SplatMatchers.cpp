//===- SplatMatchers.cpp - expressions with a constant --------------------===//

#include "theano/Dialect/Theano/IR/SplatMatchers.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace theano;

/// The constant behind `value`, looking through ops that repeat or move
/// elements; null if there is none or its elements differ.
static DenseElementsAttr getSplat(Value value) {
  while (true) {
    if (auto dimshuffle = value.getDefiningOp<DimshuffleOp>())
      value = dimshuffle.getOperand();
    else if (auto alloc = value.getDefiningOp<AllocOp>())
      value = alloc.getValue();
    else
      break;
  }
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return {};
  return elements;
}

std::optional<bool> theano::getSplatBool(Value value) {
  DenseElementsAttr elements = getSplat(value);
  if (!elements || !isBool(elements.getElementType()))
    return std::nullopt;
  return elements.getSplatValue<bool>();
}

bool theano::isSplatOf(Value value, double number) {
  DenseElementsAttr elements = getSplat(value);
  if (!elements)
    return false;
  Type type = elements.getElementType();
  if (isFloat(type))
    return elements.getSplatValue<APFloat>().convertToDouble() == number;
  if (!isInteger(type))
    return false;
  APInt integer = elements.getSplatValue<APInt>();
  return isUnsignedInteger(type) ? integer.roundToDouble(false) == number
                                 : integer.signedRoundToDouble() == number;
}

bool theano::hasShapeOfOperand(Operation *op, unsigned operand) {
  auto type = cast<RankedTensorType>(op->getOperand(operand).getType());
  if (op->getResult(0).getType() != type)
    return false;
  for (OpOperand &other : op->getOpOperands()) {
    if (other.get() == op->getOperand(operand))
      continue;
    auto otherType = cast<RankedTensorType>(other.get().getType());
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      bool isKnownEqual = !type.isDynamicDim(dim) &&
                          type.getDimSize(dim) == otherType.getDimSize(dim);
      if (!isKnownEqual && !isBroadcast(op, other.getOperandNumber(), dim))
        return false;
    }
  }
  return true;
}

Value theano::matchRightSplat(Operation *op, double number) {
  if (op && isSplatOf(op->getOperand(1), number) && hasShapeOfOperand(op, 0))
    return op->getOperand(0);
  return {};
}

Value theano::matchLeftSplat(Operation *op, double number) {
  if (op && isSplatOf(op->getOperand(0), number) && hasShapeOfOperand(op, 1))
    return op->getOperand(1);
  return {};
}

Value theano::matchSplat(Operation *op, double number) {
  Value operand = matchRightSplat(op, number);
  return operand ? operand : matchLeftSplat(op, number);
}
