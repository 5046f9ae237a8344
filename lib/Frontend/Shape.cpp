//===- Shape.cpp - shapes, allocation and joins by Theano's rules ---------===//

#include "CreateChecked.h"

using namespace mlir;
using namespace theano;

namespace {
/// Sizes as an op of the dialect keeps them.
struct SplitSizes {
  explicit SplitSizes(ArrayRef<Size> sizes) {
    splitSizes(sizes, numbers, values);
  }
  SmallVector<int64_t> numbers;
  SmallVector<Value> values;
};
} // namespace

static std::string axisMessage(StringRef name, int64_t axis, int64_t rank) {
  return (name + ": axis " + llvm::Twine(axis) +
          " is out of range for a tensor with " + llvm::Twine(rank) +
          " dimensions")
      .str();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

Expected<Size> GraphBuilder::toSize(Value x, StringRef what) {
  DType dtype = dtypeOf(x);
  if (!isInteger(dtype) || rankOf(x) != 0)
    return typeError(
        (what + ": expected an integer scalar, got " + formatType(x)).str());
  Expected<Value> wide = cast(x, DType::Int64);
  if (!wide)
    return wide.takeStatus();
  if (std::optional<int64_t> number = getKnownNumber(*wide))
    return Size(*number);
  return Size(*wide);
}

Expected<Value> GraphBuilder::shape(Value x) {
  return createChecked<ShapeOp>(*this, x);
}

Expected<Size> GraphBuilder::sizeOf(Value x, int64_t axis) {
  int64_t rank = rankOf(x);
  if (axis < -rank || axis >= rank)
    return invalidArgument(axisMessage("shape", axis, rank));
  axis = axis < 0 ? axis + rank : axis;
  if (int64_t size = typeOf(x).getDimSize(axis); !ShapedType::isDynamic(size))
    return Size(size);
  Expected<Value> sizes = shape(x);
  if (!sizes)
    return sizes.takeStatus();
  IndexItem item;
  item.entry = IndexEntry::index(axis);
  Expected<Value> size = index(*sizes, item);
  if (!size)
    return size.takeStatus();
  return Size(*size);
}

Expected<Value> GraphBuilder::shapeVector(ArrayRef<Size> sizes) {
  auto wide = IntegerType::get(&context_, 64);
  auto vectorOf = [&](ArrayRef<int64_t> numbers) {
    auto type =
        RankedTensorType::get({static_cast<int64_t>(numbers.size())}, wide);
    return createConstant(*this, DenseElementsAttr::get(type, numbers));
  };
  SmallVector<Value> parts;
  SmallVector<int64_t> numbers;
  for (Size size : sizes) {
    if (std::optional<int64_t> number = size.getNumber()) {
      numbers.push_back(*number);
      continue;
    }
    if (!numbers.empty())
      parts.push_back(vectorOf(numbers));
    numbers.clear();
    Expected<Value> part = padLeft(size.getValue(), 1);
    if (!part)
      return part;
    parts.push_back(*part);
  }
  if (!numbers.empty() || parts.empty())
    parts.push_back(vectorOf(numbers));
  return parts.size() == 1 ? Expected<Value>(parts.front()) : join(0, parts);
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

Expected<Value> GraphBuilder::dimshuffle(Value x, ArrayRef<int64_t> order) {
  int64_t rank = rankOf(x);
  llvm::SmallBitVector used(rank);
  for (int64_t entry : order) {
    if (entry == DimshuffleOp::kNewDim)
      continue;
    if (entry < 0 || entry >= rank)
      return invalidArgument(axisMessage("dimshuffle", entry, rank));
    if (used.test(entry))
      return invalidArgument("dimshuffle: dimension " + std::to_string(entry) +
                             " is named twice");
    used.set(entry);
  }
  for (int64_t dim : llvm::seq(rank))
    if (!used.test(dim) && typeOf(x).getDimSize(dim) != 1)
      return invalidArgument(
          "dimshuffle: dimension " + std::to_string(dim) + " of a " +
          formatType(x) +
          " is not broadcastable, so it cannot be dropped; keep it in the "
          "pattern, or take an element of it");
  if (llvm::equal(order, llvm::seq(rank)))
    return x;
  DimshuffleOp::Properties properties;
  properties.order = DenseI64ArrayAttr::get(&context_, order);
  return createChecked<DimshuffleOp>(*this, x, properties);
}

Expected<Value> GraphBuilder::reshape(Value x, ArrayRef<Size> sizes) {
  for (Size size : sizes)
    if (std::optional<int64_t> number = size.getNumber();
        number && *number < -1)
      return invalidArgument("reshape: expected sizes of 0 or more, or one -1, "
                             "got " +
                             std::to_string(*number));
  if (llvm::count_if(sizes, [](Size size) { return size.getNumber() == -1; }) >
      1)
    return invalidArgument("reshape: only one size may be -1");
  Expected<Value> vector = shapeVector(sizes);
  if (!vector)
    return vector;
  return createChecked<ReshapeOp>(*this, {x, *vector});
}

Expected<Value> GraphBuilder::reshape(Value x, Value shape,
                                      std::optional<int64_t> ndim) {
  if (rankOf(shape) != 1 || !isInteger(dtypeOf(shape)))
    return typeError("reshape: expected a vector of integers for the shape, "
                     "got " +
                     formatType(shape));
  Expected<Value> vector = cast(shape, DType::Int64);
  if (!vector)
    return vector;
  int64_t length = typeOf(shape).getDimSize(0);
  if (ndim &&
      (*ndim < 0 || (!ShapedType::isDynamic(length) && *ndim != length)))
    return invalidArgument("reshape: ndim is " + std::to_string(*ndim) +
                           ", but the shape has " + std::to_string(length) +
                           " entries");
  if (ShapedType::isDynamic(length)) {
    if (!ndim)
      return invalidArgument("reshape: the length of the shape vector is not "
                             "known when the graph is built; give ndim=");
    vector = specifyShape(*vector, Size(*ndim));
    if (!vector)
      return vector;
  }
  return createChecked<ReshapeOp>(*this, {x, *vector});
}

Expected<Value> GraphBuilder::flatten(Value x, int64_t ndim) {
  int64_t most = std::max<int64_t>(rankOf(x), 1);
  if (ndim < 1 || ndim > most)
    return invalidArgument("flatten: expected ndim from 1 to " +
                           std::to_string(most) + ", got " +
                           std::to_string(ndim));
  if (rankOf(x) == ndim)
    return x;
  FlattenOp::Properties properties;
  properties.ndim = IntegerAttr::get(IntegerType::get(&context_, 64), ndim);
  return createChecked<FlattenOp>(*this, x, properties);
}

Expected<Value> GraphBuilder::specifyShape(Value x, ArrayRef<Size> sizes) {
  if (static_cast<int64_t>(sizes.size()) != rankOf(x))
    return invalidArgument("specify_shape: expected " +
                           std::to_string(rankOf(x)) + " sizes, got " +
                           std::to_string(sizes.size()));
  SplitSizes split(sizes);
  SmallVector<Value> operands = {x};
  llvm::append_range(operands, split.values);
  SpecifyShapeOp::Properties properties;
  properties.static_sizes = DenseI64ArrayAttr::get(&context_, split.numbers);
  return createChecked<SpecifyShapeOp>(*this, operands, properties);
}

//===----------------------------------------------------------------------===//
// Allocation
//===----------------------------------------------------------------------===//

Expected<Value> GraphBuilder::alloc(Value value, ArrayRef<Size> sizes) {
  SplitSizes split(sizes);
  SmallVector<Value> operands = {value};
  llvm::append_range(operands, split.values);
  AllocOp::Properties properties;
  properties.static_sizes = DenseI64ArrayAttr::get(&context_, split.numbers);
  return createChecked<AllocOp>(*this, operands, properties);
}

Expected<Value> GraphBuilder::fill(Value model, Value value) {
  if (rankOf(value) > rankOf(model))
    return invalidArgument("fill: the value has more dimensions than " +
                           formatType(model));
  SmallVector<Size> sizes;
  for (int64_t axis : llvm::seq(rankOf(model))) {
    Expected<Size> size = sizeOf(model, axis);
    if (!size)
      return size.takeStatus();
    sizes.push_back(*size);
  }
  return alloc(value, sizes);
}

//===----------------------------------------------------------------------===//
// Joins
//===----------------------------------------------------------------------===//

Expected<Value> GraphBuilder::join(int64_t axis, ValueRange given) {
  if (given.empty())
    return invalidArgument("join: expected at least one tensor");
  int64_t rank = rankOf(given.front());
  SmallVector<DType> dtypes;
  for (Value operand : given) {
    if (rankOf(operand) == 0)
      return typeError("join: scalars cannot be joined, use T.stack");
    if (rankOf(operand) != rank)
      return typeError("join: expected tensors of one rank, got " +
                       formatType(given.front()) + " and " +
                       formatType(operand));
    dtypes.push_back(dtypeOf(operand));
  }
  if (axis < -rank || axis >= rank)
    return {Failure{
        ErrorKind::IndexError, axisMessage("join", axis, rank), {}, {}}};
  SmallVector<Value> operands;
  for (Value operand : given) {
    Expected<Value> value = cast(operand, upcast(dtypes));
    if (!value)
      return value;
    operands.push_back(*value);
  }
  if (operands.size() == 1)
    return operands.front();
  JoinOp::Properties properties;
  properties.axis = IntegerAttr::get(IntegerType::get(&context_, 64),
                                     axis < 0 ? axis + rank : axis);
  return createChecked<JoinOp>(*this, operands, properties);
}

Expected<Value> GraphBuilder::stack(int64_t axis, ValueRange given) {
  if (given.empty())
    return invalidArgument("stack: expected at least one tensor");
  int64_t rank = rankOf(given.front());
  if (axis < -(rank + 1) || axis > rank)
    return {Failure{
        ErrorKind::IndexError, axisMessage("stack", axis, rank + 1), {}, {}}};
  axis = axis < 0 ? axis + rank + 1 : axis;
  SmallVector<Value> operands;
  for (Value operand : given) {
    if (rankOf(operand) != rank)
      return typeError("stack: expected tensors of one rank, got " +
                       formatType(given.front()) + " and " +
                       formatType(operand));
    auto order = llvm::to_vector(llvm::seq(rank));
    order.insert(order.begin() + axis, DimshuffleOp::kNewDim);
    Expected<Value> value = dimshuffle(operand, order);
    if (!value)
      return value;
    operands.push_back(*value);
  }
  return join(axis, operands);
}
