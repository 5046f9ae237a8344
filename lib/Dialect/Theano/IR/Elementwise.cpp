//===- Elementwise.cpp - inference of elementwise ops ---------------------===//

#include "TypeInference.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace theano;

/// (c4) One strictly increasing list for each operand, of dimensions that are
/// statically 1.
static LogicalResult checkBroadcast(std::optional<Location> location,
                                    StringRef op, ValueRange operands,
                                    ArrayAttr broadcast) {
  if (broadcast.size() != operands.size())
    return inference::inferenceError(location, op,
                                     "has " + Twine(broadcast.size()) +
                                         " lists of broadcast dimensions for " +
                                         Twine(operands.size()) + " operands");
  for (auto [number, operand] : llvm::enumerate(operands)) {
    auto type = cast<RankedTensorType>(operand.getType());
    int64_t previous = -1;
    for (int64_t dim :
         cast<DenseI64ArrayAttr>(broadcast[number]).asArrayRef()) {
      if (dim <= previous || dim >= type.getRank())
        return inference::inferenceError(
            location, op,
            "broadcast list of operand #" + Twine(number) +
                " must be strictly increasing dimensions of " +
                inference::text(type));
      if (type.getDimSize(dim) != 1)
        return inference::inferenceError(
            location, op,
            "operand #" + Twine(number) + " cannot broadcast dimension " +
                Twine(dim) + " of " + inference::text(type) +
                ": only a static size of 1 broadcasts");
      previous = dim;
    }
  }
  return success();
}

LogicalResult inference::inferElementwise(std::optional<Location> location,
                                          StringRef op, ValueRange operands,
                                          ArrayAttr broadcast,
                                          ResultElement resultElement,
                                          SmallVectorImpl<Type> &types) {
  MLIRContext *context = operands[0].getContext();
  if (!broadcast)
    broadcast = getStaticBroadcast(context, operands);
  unsigned firstCounted = resultElement == ResultElement::Last ? 1 : 0;
  auto first = cast<RankedTensorType>(operands[0].getType());
  auto counted = cast<RankedTensorType>(operands[firstCounted].getType());
  for (auto [number, operand] : llvm::enumerate(operands)) {
    auto type = cast<RankedTensorType>(operand.getType());
    // (c2)
    if (number >= firstCounted &&
        type.getElementType() != counted.getElementType())
      return inferenceError(
          location, op,
          "operand #" + Twine(number) + " of type " + text(type) +
              " has another element type than operand #" + Twine(firstCounted) +
              " of type " + text(counted) + "; cast one of them first");
    // (c3)
    if (type.getRank() != first.getRank())
      return inferenceError(
          location, op,
          "operand #" + Twine(number) + " of type " + text(type) +
              " has another rank than operand #0 of type " + text(first) +
              "; add dimensions with theano.dimshuffle first");
  }
  if (failed(checkBroadcast(location, op, operands, broadcast)))
    return failure();

  SmallVector<int64_t> shape;
  for (int64_t dim = 0; dim < first.getRank(); ++dim) {
    // What does not broadcast decides the size; if all do, it is 1.
    int64_t size = 1;
    std::optional<unsigned> decider;
    for (auto [number, operand] : llvm::enumerate(operands)) {
      auto list = cast<DenseI64ArrayAttr>(broadcast[number]).asArrayRef();
      if (llvm::is_contained(list, dim))
        continue;
      int64_t own = cast<RankedTensorType>(operand.getType()).getDimSize(dim);
      bool known = decider && !ShapedType::isDynamic(size);
      // (c5)
      if (known && !ShapedType::isDynamic(own) && own != size)
        return inferenceError(location, op,
                              "operand #" + Twine(number) + " of type " +
                                  text(operand.getType()) +
                                  " does not match operand #" +
                                  Twine(*decider) + " of type " +
                                  text(operands[*decider].getType()) +
                                  " in dimension " + Twine(dim));
      if (!known) {
        size = own;
        decider = number;
      }
    }
    shape.push_back(size);
  }
  Type element = resultElement == ResultElement::Bool
                     ? IntegerType::get(context, 1)
                     : counted.getElementType();
  types.push_back(RankedTensorType::get(shape, element));
  return success();
}

/// Whether an integer division by `divisor` may divide by zero.
static bool mayBeZero(Value divisor) {
  DenseElementsAttr elements;
  if (!matchPattern(divisor, m_Constant(&elements)))
    return true;
  return llvm::any_of(elements.getValues<APInt>(),
                      [](const APInt &value) { return value.isZero(); });
}

Speculation::Speculatability
inference::elementwiseSpeculatability(Operation *op) {
  if (isa<IntDivOp, ModOp>(op) &&
      isInteger(getElementTypeOrSelf(op->getOperand(1))) &&
      mayBeZero(op->getOperand(1)))
    return Speculation::NotSpeculatable;
  int64_t rank = cast<RankedTensorType>(op->getOperand(0).getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim) {
    // Sizes that must be equal: fine if there is one of them, or all are known.
    unsigned count = 0, unknown = 0;
    for (OpOperand &operand : op->getOpOperands()) {
      if (isBroadcast(op, operand.getOperandNumber(), dim))
        continue;
      ++count;
      unknown +=
          cast<RankedTensorType>(operand.get().getType()).isDynamicDim(dim);
    }
    if (count > 1 && unknown > 0)
      return Speculation::NotSpeculatable;
  }
  return Speculation::Speculatable;
}
