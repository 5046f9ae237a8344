//===- KnownSizes.cpp - what is known of computed sizes -------------------===//

#include "theano/Dialect/Theano/IR/KnownSizes.h"

#include "mlir/IR/Matchers.h"
#include "theano/Dialect/Theano/IR/Theano.h"

using namespace mlir;
using namespace theano;

std::optional<int64_t> theano::getKnownNumber(Value scalar) {
  auto type = cast<RankedTensorType>(scalar.getType());
  DenseElementsAttr elements;
  if (matchPattern(scalar, m_Constant(&elements)) &&
      isInt64(elements.getElementType()))
    return *elements.getValues<int64_t>().begin();
  if (auto subtensor = scalar.getDefiningOp<SubtensorOp>()) {
    SmallVector<IndexEntry> entries = subtensor.getEntries();
    Value operand = subtensor.getOperand();
    if (entries.size() != 1 || !entries[0].isIndex ||
        !isInt64(type.getElementType()))
      return std::nullopt;
    std::optional<int64_t> index = entries[0].start.getNumber();
    SmallVector<int64_t> known = getKnownEntries(operand);
    int64_t count = known.size();
    if (!index || *index < -count || *index >= count)
      return std::nullopt;
    int64_t number = known[*index < 0 ? *index + count : *index];
    if (!ShapedType::isDynamic(number))
      return number;
  }
  return std::nullopt;
}

SmallVector<int64_t> theano::getKnownEntries(Value vector) {
  auto type = cast<RankedTensorType>(vector.getType());
  if (type.getRank() != 1 || type.isDynamicDim(0))
    return {};
  SmallVector<int64_t> unknown(type.getDimSize(0), ShapedType::kDynamic);
  if (!isInt64(type.getElementType()))
    return unknown;
  DenseElementsAttr elements;
  if (matchPattern(vector, m_Constant(&elements)))
    return llvm::to_vector(elements.getValues<int64_t>());
  if (auto shape = vector.getDefiningOp<ShapeOp>())
    return llvm::to_vector(shape.getOperand().getType().getShape());
  if (auto join = vector.getDefiningOp<JoinOp>()) {
    SmallVector<int64_t> known;
    for (Value part : join.getOperands())
      llvm::append_range(known, getKnownEntries(part));
    return known.size() == unknown.size() ? known : unknown;
  }
  auto dimshuffle = vector.getDefiningOp<DimshuffleOp>();
  if (dimshuffle && dimshuffle.getOperand().getType().getRank() == 0)
    if (std::optional<int64_t> number = getKnownNumber(dimshuffle.getOperand()))
      return {*number};
  return unknown;
}
