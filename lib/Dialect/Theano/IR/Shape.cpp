//===- Shape.cpp - inference of ops that change or ask for shapes ---------===//

#include "TypeInference.h"

using namespace mlir;
using namespace theano;

/// The product of static sizes; nothing if one is unknown or it overflows.
static std::optional<int64_t> getCount(ArrayRef<int64_t> sizes) {
  int64_t count = 1;
  for (int64_t size : sizes)
    if (ShapedType::isDynamic(size) || llvm::MulOverflow(count, size, count))
      return std::nullopt;
  return count;
}

//===----------------------------------------------------------------------===//
// ConstantOp
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location>,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getValue().getType());
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===----------------------------------------------------------------------===//
// DimshuffleOp
//===----------------------------------------------------------------------===//

LogicalResult DimshuffleOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  StringRef name = getOperationName();
  SmallVector<bool> named(type.getRank(), false);
  SmallVector<int64_t> shape;
  for (int64_t entry : adaptor.getOrder()) {
    if (entry == kNewDim) {
      shape.push_back(1);
      continue;
    }
    // (c1)
    if (entry < 0 || entry >= type.getRank())
      return inference::inferenceError(location, name,
                                       "order names dimension " + Twine(entry) +
                                           ", which the operand of type " +
                                           inference::text(type) +
                                           " does not have");
    // (c2)
    if (named[entry])
      return inference::inferenceError(location, name,
                                       "order names dimension " + Twine(entry) +
                                           " of the operand of type " +
                                           inference::text(type) + " twice");
    named[entry] = true;
    shape.push_back(type.getDimSize(entry));
  }
  // (c3)
  for (auto [dim, isNamed] : llvm::enumerate(named))
    if (!isNamed && type.getDimSize(dim) != 1)
      return inference::inferenceError(
          location, name,
          "order drops dimension " + Twine(dim) + " of the operand of type " +
              inference::text(type) +
              ": only a static size of 1 can be dropped");
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

//===----------------------------------------------------------------------===//
// ReshapeOp
//===----------------------------------------------------------------------===//

/// Static sizes of a reshape to `known`, where a -1 becomes what the number of
/// elements says. What would fail at run time is left open.
static SmallVector<int64_t> inferReshape(ArrayRef<int64_t> operand,
                                         SmallVector<int64_t> known) {
  std::optional<unsigned> rest;
  int64_t others = 1;
  bool allKnown = true;
  for (auto [dim, size] : llvm::enumerate(known)) {
    if (size == -1 && !rest)
      rest = dim;
    else if (size < 0 || llvm::MulOverflow(others, size, others))
      allKnown = false;
    if (size < 0)
      size = ShapedType::kDynamic;
  }
  std::optional<int64_t> count = getCount(operand);
  if (rest && allKnown && count && others != 0 && *count % others == 0)
    known[*rest] = *count / others;
  return known;
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> location,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  auto shape = cast<RankedTensorType>(adaptor.getShape().getType());
  // (c1)
  if (shape.getRank() != 1 || shape.isDynamicDim(0))
    return inference::inferenceError(
        location, getOperationName(),
        "shape of type " + inference::text(shape) +
            " is no vector of static length, which is the rank of the result");
  types.push_back(RankedTensorType::get(
      inferReshape(type.getShape(), getKnownEntries(adaptor.getShape())),
      type.getElementType()));
  return success();
}

Speculation::Speculatability ReshapeOp::getSpeculatability() {
  // The sizes that run time will ask for must be those of the types.
  RankedTensorType result = getType();
  bool agrees = llvm::equal(getKnownEntries(getShape()), result.getShape());
  return inference::speculatableIf(
      agrees && result.hasStaticShape() &&
      getCount(result.getShape()) ==
          getCount(getOperand().getType().getShape()));
}

//===----------------------------------------------------------------------===//
// FlattenOp
//===----------------------------------------------------------------------===//

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> location,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  auto ndim = static_cast<int64_t>(adaptor.getNdim());
  // (c1)
  if (ndim < 1 || ndim > std::max<int64_t>(type.getRank(), 1))
    return inference::inferenceError(location, getOperationName(),
                                     "cannot flatten the operand of type " +
                                         inference::text(type) + " to " +
                                         Twine(ndim) + " dimensions");
  if (type.getRank() == 0) {
    types.push_back(RankedTensorType::get({1}, type.getElementType()));
    return success();
  }
  SmallVector<int64_t> shape(type.getShape().take_front(ndim - 1));
  ArrayRef<int64_t> joined = type.getShape().drop_front(ndim - 1);
  // An empty dimension decides, whatever the others are.
  if (llvm::is_contained(joined, 0))
    shape.push_back(0);
  else
    shape.push_back(getCount(joined).value_or(ShapedType::kDynamic));
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

//===----------------------------------------------------------------------===//
// AllocOp
//===----------------------------------------------------------------------===//

void AllocOp::build(OpBuilder &builder, OperationState &state, Value value,
                    ArrayRef<Size> sizes) {
  SmallVector<int64_t> numbers;
  SmallVector<Value> values;
  splitSizes(sizes, numbers, values);
  build(builder, state, value, values, numbers,
        getStaticUnitDims(value.getType()));
}

SmallVector<Size> AllocOp::getMixedSizes() {
  return mergeSizes(getStaticSizes(), getSizes());
}

/// (c1) of alloc and specify_shape: as many values as the attribute asks for.
static LogicalResult checkSizeOperands(std::optional<Location> location,
                                       StringRef op, ArrayRef<int64_t> numbers,
                                       ValueRange values) {
  auto wanted = static_cast<size_t>(llvm::count(numbers, Size::kValue));
  if (wanted == values.size())
    return success();
  return inference::inferenceError(
      location, op,
      "has " + Twine(values.size()) +
          " size operands, but static_sizes asks for " + Twine(wanted));
}

LogicalResult AllocOp::inferReturnTypes(MLIRContext *,
                                        std::optional<Location> location,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getValue().getType());
  StringRef name = getOperationName();
  ArrayRef<int64_t> numbers = adaptor.getStaticSizes();
  if (failed(checkSizeOperands(location, name, numbers, adaptor.getSizes())))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [dim, number] : llvm::enumerate(numbers)) {
    // (c2)
    if (number < 0 && number != Size::kValue)
      return inference::inferenceError(
          location, name,
          number == Size::kNone
              ? "size " + Twine(dim) + " is missing"
              : "size " + Twine(dim) + " is negative: " + Twine(number));
    shape.push_back(number == Size::kValue ? ShapedType::kDynamic : number);
  }
  // (c3)
  auto rank = static_cast<int64_t>(shape.size());
  if (type.getRank() > rank)
    return inference::inferenceError(location, name,
                                     "value of type " + inference::text(type) +
                                         " has more dimensions than there are "
                                         "sizes (" +
                                         Twine(rank) + ")");
  // (c4)
  int64_t previous = -1;
  for (int64_t dim : adaptor.getBroadcast()) {
    if (dim <= previous || dim >= type.getRank() || type.getDimSize(dim) != 1)
      return inference::inferenceError(
          location, name,
          "broadcast must be strictly increasing dimensions of static size 1 "
          "of the value of type " +
              inference::text(type));
    previous = dim;
  }
  // (c5)
  int64_t padding = rank - type.getRank();
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    if (llvm::is_contained(adaptor.getBroadcast(), static_cast<int64_t>(dim)))
      continue;
    int64_t &asked = shape[dim + padding];
    if (ShapedType::isDynamic(asked))
      asked = size;
    else if (!ShapedType::isDynamic(size) && asked != size)
      return inference::inferenceError(
          location, name,
          "value of type " + inference::text(type) + " does not fit size " +
              Twine(asked) + " asked for in dimension " + Twine(dim + padding));
  }
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

Speculation::Speculatability AllocOp::getSpeculatability() {
  ArrayRef<int64_t> value = getValue().getType().getShape();
  bool unknown = !getSizes().empty();
  for (auto [dim, size] : llvm::enumerate(value))
    unknown |= ShapedType::isDynamic(size);
  return inference::speculatableIf(!unknown);
}

//===----------------------------------------------------------------------===//
// ShapeOp
//===----------------------------------------------------------------------===//

LogicalResult ShapeOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  types.push_back(
      RankedTensorType::get({type.getRank()}, IntegerType::get(context, 64)));
  return success();
}

//===----------------------------------------------------------------------===//
// SpecifyShapeOp
//===----------------------------------------------------------------------===//

void SpecifyShapeOp::build(OpBuilder &builder, OperationState &state,
                           Value operand, ArrayRef<Size> sizes) {
  SmallVector<int64_t> numbers;
  SmallVector<Value> values;
  splitSizes(sizes, numbers, values);
  build(builder, state, operand, values, numbers);
}

SmallVector<Size> SpecifyShapeOp::getMixedSizes() {
  return mergeSizes(getStaticSizes(), getSizes());
}

LogicalResult SpecifyShapeOp::inferReturnTypes(MLIRContext *,
                                               std::optional<Location> location,
                                               Adaptor adaptor,
                                               SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  StringRef name = getOperationName();
  ArrayRef<int64_t> numbers = adaptor.getStaticSizes();
  // (c1)
  if (static_cast<int64_t>(numbers.size()) != type.getRank())
    return inference::inferenceError(location, name,
                                     "has " + Twine(numbers.size()) +
                                         " sizes for an operand of type " +
                                         inference::text(type));
  if (failed(checkSizeOperands(location, name, numbers, adaptor.getSizes())))
    return failure();
  SmallVector<int64_t> shape(type.getShape());
  for (auto [dim, number] : llvm::enumerate(numbers)) {
    if (number == Size::kValue || number == Size::kNone)
      continue;
    // (c2)
    if (number < 0)
      return inference::inferenceError(location, name,
                                       "size " + Twine(dim) +
                                           " is negative: " + Twine(number));
    // (c3)
    if (!ShapedType::isDynamic(shape[dim]) && shape[dim] != number)
      return inference::inferenceError(
          location, name,
          "asks for size " + Twine(number) + " in dimension " + Twine(dim) +
              " of the operand of type " + inference::text(type));
    shape[dim] = number;
  }
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

Speculation::Speculatability SpecifyShapeOp::getSpeculatability() {
  bool unknown = !getSizes().empty();
  for (auto [number, size] :
       llvm::zip(getStaticSizes(), getOperand().getType().getShape()))
    unknown |= number != Size::kNone && ShapedType::isDynamic(size);
  return inference::speculatableIf(!unknown);
}

//===----------------------------------------------------------------------===//
// JoinOp
//===----------------------------------------------------------------------===//

LogicalResult JoinOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> location,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  ValueRange operands = adaptor.getOperands();
  auto axis = static_cast<int64_t>(adaptor.getAxis());
  // (c1)
  if (operands.empty())
    return inference::inferenceError(location, name, "has no operands to join");
  auto first = cast<RankedTensorType>(operands[0].getType());
  // (c3), (c4)
  if (axis < 0 || axis >= first.getRank())
    return inference::inferenceError(
        location, name,
        "axis " + Twine(axis) + " is no dimension of operand #0 of type " +
            inference::text(first));
  SmallVector<int64_t> shape(first.getShape());
  for (auto [number, operand] : llvm::enumerate(operands.drop_front())) {
    auto type = cast<RankedTensorType>(operand.getType());
    // (c2), (c3)
    if (type.getElementType() != first.getElementType() ||
        type.getRank() != first.getRank())
      return inference::inferenceError(
          location, name,
          "operand #" + Twine(number + 1) + " of type " +
              inference::text(type) +
              " has another element type or rank than operand #0 of type " +
              inference::text(first));
    for (auto [dim, size] : llvm::enumerate(type.getShape())) {
      int64_t &joined = shape[dim];
      if (static_cast<int64_t>(dim) == axis) {
        if (ShapedType::isDynamic(joined) || ShapedType::isDynamic(size) ||
            llvm::AddOverflow(joined, size, joined))
          joined = ShapedType::kDynamic;
      } else if (ShapedType::isDynamic(joined)) {
        joined = size;
        // (c5)
      } else if (!ShapedType::isDynamic(size) && size != joined) {
        return inference::inferenceError(
            location, name,
            "operand #" + Twine(number + 1) + " of type " +
                inference::text(type) + " does not match the size " +
                Twine(joined) + " of the operands before it in dimension " +
                Twine(dim) + "; operand #0 has type " + inference::text(first));
      }
    }
  }
  types.push_back(RankedTensorType::get(shape, first.getElementType()));
  return success();
}

Speculation::Speculatability JoinOp::getSpeculatability() {
  for (int64_t dim = 0; dim < getType().getRank(); ++dim)
    for (Value operand : getOperands())
      if (getNumOperands() > 1 && dim != static_cast<int64_t>(getAxis()) &&
          cast<RankedTensorType>(operand.getType()).isDynamicDim(dim))
        return Speculation::NotSpeculatable;
  return Speculation::Speculatable;
}
