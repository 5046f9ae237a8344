//===- Indexing.cpp - inference of ops that select elements ---------------===//

#include "TypeInference.h"

using namespace mlir;
using namespace theano;

//===----------------------------------------------------------------------===//
// SubtensorOp
//===----------------------------------------------------------------------===//

void SubtensorOp::build(OpBuilder &builder, OperationState &state,
                        Value operand, ArrayRef<IndexEntry> entries) {
  SmallVector<bool> isIndex;
  SmallVector<int64_t> starts, stops, steps;
  SmallVector<Value> values;
  for (const IndexEntry &entry : entries) {
    isIndex.push_back(entry.isIndex);
    splitSizes(entry.start, starts, values);
    splitSizes(entry.stop, stops, values);
    splitSizes(entry.step, steps, values);
  }
  build(builder, state, operand, values, isIndex, starts, stops, steps);
}

/// The entries that the attributes and operands of a subtensor describe.
static SmallVector<IndexEntry> makeEntries(ArrayRef<bool> isIndex,
                                           ArrayRef<int64_t> starts,
                                           ArrayRef<int64_t> stops,
                                           ArrayRef<int64_t> steps,
                                           ValueRange values) {
  // Operands stand in reading order: start, stop, step of each entry.
  SmallVector<int64_t> numbers;
  for (auto [start, stop, step] : llvm::zip(starts, stops, steps))
    numbers.append({start, stop, step});
  SmallVector<Size> parts = mergeSizes(numbers, values);
  SmallVector<IndexEntry> entries;
  for (size_t i = 0; i < isIndex.size() && 3 * i < parts.size(); ++i)
    entries.push_back(
        {isIndex[i], parts[3 * i], parts[3 * i + 1], parts[3 * i + 2]});
  return entries;
}

SmallVector<IndexEntry> SubtensorOp::getEntries() {
  return makeEntries(getIsIndex(), getStarts(), getStops(), getSteps(),
                     getIndices());
}

/// What is known of a part of a slice: a number, nothing where it is left out,
/// or failure.
static FailureOr<std::optional<int64_t>> getKnownPart(const Size &part) {
  if (!part.isValue())
    return part.getNumber();
  std::optional<int64_t> number = getKnownNumber(part.getValue());
  if (!number)
    return failure();
  return number;
}

/// Whether a slice selects nothing of a dimension of any size: its bounds count
/// from the same end and do not leave room.
static bool isAlwaysEmpty(std::optional<int64_t> start,
                          std::optional<int64_t> stop, int64_t step) {
  if (!start || !stop || (*start < 0) != (*stop < 0))
    return false;
  return step > 0 ? *start >= *stop : *start <= *stop;
}

/// The static size that a slice leaves of a dimension, if it can be told.
static int64_t inferSliceSize(const IndexEntry &slice, int64_t size) {
  if (size == 0)
    return 0;
  FailureOr<std::optional<int64_t>> start = getKnownPart(slice.start);
  FailureOr<std::optional<int64_t>> stop = getKnownPart(slice.stop);
  FailureOr<std::optional<int64_t>> givenStep = getKnownPart(slice.step);
  // A step of 0 is an error at run time, which has no size.
  if (failed(start) || failed(stop) || failed(givenStep) || *givenStep == 0)
    return ShapedType::kDynamic;
  int64_t step = givenStep->value_or(1);
  // All of it, forwards or backwards.
  if (!*start && !*stop && (step == 1 || step == -1))
    return size;
  if (!ShapedType::isDynamic(size))
    return resolveSlice(*start, *stop, step, size).length;
  return isAlwaysEmpty(*start, *stop, step) ? 0 : ShapedType::kDynamic;
}

LogicalResult SubtensorOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> location,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  StringRef name = getOperationName();
  ArrayRef<bool> isIndex = adaptor.getIsIndex();
  // (c1)
  if (static_cast<int64_t>(isIndex.size()) > type.getRank())
    return inference::inferenceError(location, name,
                                     "has " + Twine(isIndex.size()) +
                                         " entries for an operand of type " +
                                         inference::text(type));
  // (c2)
  int64_t marked = 0;
  for (ArrayRef<int64_t> part :
       {adaptor.getStarts(), adaptor.getStops(), adaptor.getSteps()}) {
    marked += llvm::count(part, Size::kValue);
    if (part.size() != isIndex.size())
      return inference::inferenceError(
          location, name,
          "has attributes of different lengths: is_index, starts, stops and "
          "steps describe one entry each");
  }
  if (marked != static_cast<int64_t>(adaptor.getIndices().size()))
    return inference::inferenceError(
        location, name,
        "has " + Twine(adaptor.getIndices().size()) +
            " index operands, but its attributes ask for " + Twine(marked));

  SmallVector<IndexEntry> entries =
      makeEntries(isIndex, adaptor.getStarts(), adaptor.getStops(),
                  adaptor.getSteps(), adaptor.getIndices());
  SmallVector<int64_t> shape;
  for (auto [dim, entry] : llvm::enumerate(entries)) {
    int64_t size = type.getDimSize(dim);
    if (!entry.isIndex) {
      // (c3)
      if (entry.step.getNumber() == 0)
        return inference::inferenceError(
            location, name, "the step of entry " + Twine(dim) + " is 0");
      shape.push_back(inferSliceSize(entry, size));
      continue;
    }
    // (c2)
    if (entry.start.isNone() || !entry.stop.isNone() || !entry.step.isNone())
      return inference::inferenceError(
          location, name,
          "entry " + Twine(dim) + " is an index and needs a start alone");
    // (c4)
    std::optional<int64_t> index = entry.start.getNumber();
    if (index && !ShapedType::isDynamic(size) &&
        (*index < -size || *index >= size))
      return inference::inferenceError(
          location, name,
          "index " + Twine(*index) + " is out of range in dimension " +
              Twine(dim) + " of the operand of type " + inference::text(type));
  }
  llvm::append_range(shape, type.getShape().drop_front(entries.size()));
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

Speculation::Speculatability SubtensorOp::getSpeculatability() {
  for (auto [dim, entry] : llvm::enumerate(getEntries())) {
    // A constant index was found in range by the verifier if the size is known.
    if (entry.isIndex &&
        (entry.start.isValue() || getOperand().getType().isDynamicDim(dim)))
      return Speculation::NotSpeculatable;
    if (entry.step.isValue())
      return Speculation::NotSpeculatable;
  }
  return Speculation::Speculatable;
}

//===----------------------------------------------------------------------===//
// TakeOp
//===----------------------------------------------------------------------===//

LogicalResult TakeOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> location,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  auto indices = cast<RankedTensorType>(adaptor.getIndices().getType());
  auto axis = static_cast<int64_t>(adaptor.getAxis());
  // (c2)
  if (axis < 0 || axis >= type.getRank())
    return inference::inferenceError(
        location, getOperationName(),
        "axis " + Twine(axis) + " is no dimension of the operand of type " +
            inference::text(type));
  SmallVector<int64_t> shape(type.getShape().take_front(axis));
  llvm::append_range(shape, indices.getShape());
  llvm::append_range(shape, type.getShape().drop_front(axis + 1));
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

Speculation::Speculatability TakeOp::getSpeculatability() {
  return inference::speculatableIf(getIndices().getType().hasStaticShape() &&
                                   getIndices().getType().getNumElements() ==
                                       0);
}

//===----------------------------------------------------------------------===//
// PickOp
//===----------------------------------------------------------------------===//

LogicalResult PickOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> location,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getOperand().getType());
  auto indices = cast<RankedTensorType>(adaptor.getIndices().getType());
  StringRef name = getOperationName();
  // (c1)
  if (indices.getRank() != 1)
    return inference::inferenceError(
        location, name,
        "indices of type " + inference::text(indices) + " are no vector");
  // (c2)
  if (type.getRank() < 2)
    return inference::inferenceError(
        location, name,
        "operand of type " + inference::text(type) +
            " has no rows: it needs two dimensions");
  // (c3)
  int64_t rows = type.getDimSize(0), count = indices.getDimSize(0);
  if (!ShapedType::isDynamic(rows) && !ShapedType::isDynamic(count) &&
      count > rows)
    return inference::inferenceError(
        location, name,
        "has more indices, of type " + inference::text(indices) +
            ", than there are rows in the operand of type " +
            inference::text(type));
  SmallVector<int64_t> shape = {count};
  llvm::append_range(shape, type.getShape().drop_front(2));
  types.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

Speculation::Speculatability PickOp::getSpeculatability() {
  return inference::speculatableIf(getIndices().getType().getDimSize(0) == 0);
}
