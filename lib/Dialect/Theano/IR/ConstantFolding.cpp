//===- ConstantFolding.cpp - folds that several families share ------------===//

#include "ConstantFolding.h"

#include "ScalarSemantics.h"
#include "theano/Dialect/Theano/IR/SplatMatchers.h"

using namespace mlir;
using namespace theano;

/// Steps to the next index of a tensor in row-major order.
static void increment(MutableArrayRef<int64_t> index, ArrayRef<int64_t> shape) {
  for (int64_t dim = index.size() - 1; dim >= 0; --dim) {
    if (++index[dim] < shape[dim])
      return;
    index[dim] = 0;
  }
}

static int64_t linearize(ArrayRef<int64_t> index, ArrayRef<int64_t> shape) {
  int64_t offset = 0;
  for (auto [i, size] : llvm::zip(index, shape))
    offset = offset * size + i;
  return offset;
}

FailureOr<SmallVector<Attribute>>
theano::getFoldableElements(Attribute constant) {
  auto elements = dyn_cast_or_null<DenseElementsAttr>(constant);
  if (!elements)
    return failure();
  if (elements.isSplat())
    return SmallVector<Attribute>{elements.getSplatValue<Attribute>()};
  if (elements.getNumElements() > kMaxFoldedElements)
    return failure();
  return llvm::to_vector(elements.getValues<Attribute>());
}

Attribute theano::foldSelection(
    Attribute constant, RankedTensorType type,
    function_ref<void(ArrayRef<int64_t>, MutableArrayRef<int64_t>)> source) {
  FailureOr<SmallVector<Attribute>> elements = getFoldableElements(constant);
  if (failed(elements) || !type.hasStaticShape())
    return {};
  auto from =
      cast<RankedTensorType>(cast<DenseElementsAttr>(constant).getType());
  if (type.getNumElements() == 0)
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  if (elements->size() == 1)
    return DenseElementsAttr::get(type, elements->front());
  if (type.getNumElements() > kMaxFoldedElements)
    return {};
  SmallVector<Attribute> result;
  SmallVector<int64_t> index(type.getRank(), 0), place(from.getRank(), 0);
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    source(index, place);
    result.push_back((*elements)[linearize(place, from.getShape())]);
    increment(index, type.getShape());
  }
  return DenseElementsAttr::get(type, result);
}

/// The constant that an elementwise op computes from constants.
static Attribute computeElementwise(Operation *op,
                                    ArrayRef<Attribute> operands) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!type.hasStaticShape())
    return {};
  SmallVector<SmallVector<Attribute>> elements;
  bool areSplats = true;
  for (Attribute operand : operands) {
    FailureOr<SmallVector<Attribute>> own = getFoldableElements(operand);
    if (failed(own))
      return {};
    areSplats &= own->size() == 1;
    elements.push_back(std::move(*own));
  }
  int64_t count = type.getNumElements();
  if (areSplats)
    count = std::min<int64_t>(count, 1);
  if (count > kMaxFoldedElements)
    return {};
  SmallVector<Attribute> result;
  SmallVector<int64_t> index(type.getRank(), 0);
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<Attribute> scalars;
    for (auto [number, own] : llvm::enumerate(elements)) {
      if (own.size() == 1) {
        scalars.push_back(own.front());
        continue;
      }
      SmallVector<int64_t> place(index);
      for (int64_t dim : broadcastDims(op, number))
        place[dim] = 0;
      auto shape =
          cast<ShapedType>(op->getOperand(number).getType()).getShape();
      scalars.push_back(own[linearize(place, shape)]);
    }
    Attribute scalar = evaluateScalar(op, scalars, type.getElementType());
    if (!scalar)
      return {};
    result.push_back(scalar);
    increment(index, type.getShape());
  }
  return DenseElementsAttr::get(type, result);
}

/// The operand that the op equals, if it is known to be one.
static Value findEqualOperand(Operation *op) {
  auto only = [&](unsigned operand) {
    return hasShapeOfOperand(op, operand) ? op->getOperand(operand) : Value();
  };
  bool isExactZero = !isFloat(getElementTypeOrSelf(op->getOperand(0)));
  // x + 0 turns -0 into 0, so it is x on integers alone.
  if (isa<AddOp, OrOp, XorOp>(op) && isExactZero)
    return matchSplat(op, 0);
  if (isa<SubOp>(op) && isExactZero)
    return matchRightSplat(op, 0);
  if (isa<MulOp>(op))
    return matchSplat(op, 1);
  if (isa<TrueDivOp, IntDivOp>(op) && (isa<TrueDivOp>(op) || isExactZero))
    return matchRightSplat(op, 1);
  if (isa<AndOp, OrOp, MaximumOp, MinimumOp>(op) &&
      op->getOperand(0) == op->getOperand(1))
    return only(0);
  if (isa<SwitchOp>(op)) {
    if (op->getOperand(1) == op->getOperand(2))
      return only(1);
    std::optional<bool> condition = getSplatBool(op->getOperand(0));
    return condition ? only(*condition ? 1 : 2) : Value();
  }
  // -(-x), ~(~x)
  Operation *inner = op->getOperand(0).getDefiningOp();
  if (isa<NegOp, InvertOp>(op) && inner && inner->getName() == op->getName() &&
      inner->getOperand(0).getType() == op->getResult(0).getType())
    return inner->getOperand(0);
  return {};
}

/// A cast that does nothing, or undoes one that lost nothing; a cast of such a
/// cast skips it.
static OpFoldResult foldCast(CastOp cast) {
  if (cast.getOperand().getType() == cast.getType())
    return cast.getOperand();
  auto inner = cast.getOperand().getDefiningOp<CastOp>();
  if (!inner)
    return {};
  Type from = getElementTypeOrSelf(inner.getOperand());
  Type through = getElementTypeOrSelf(inner);
  Type to = getElementTypeOrSelf(cast);
  if (!isValuePreserving(from, through))
    return {};
  // Integers wrap but floats saturate: a detour through floats must not be cut
  // short unless nothing is lost at its end either.
  if (isBoolOrInteger(from) && isFloat(through) && isInteger(to) &&
      !isValuePreserving(from, to))
    return {};
  if (inner.getOperand().getType() == cast.getType())
    return inner.getOperand();
  cast.getOperandMutable().assign(inner.getOperand());
  return cast.getResult();
}

OpFoldResult theano::foldElementwise(Operation *op,
                                     ArrayRef<Attribute> operands) {
  if (llvm::all_of(operands, [](Attribute operand) { return !!operand; }))
    if (Attribute constant = computeElementwise(op, operands))
      return constant;
  if (auto cast = dyn_cast<CastOp>(op))
    return foldCast(cast);
  if (Value operand = findEqualOperand(op))
    return operand;
  return {};
}
