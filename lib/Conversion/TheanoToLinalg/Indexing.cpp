//===- Indexing.cpp - ops that select elements ----------------------------===//

#include "Rewriters.h"
#include "Scalars.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace theano;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Basic indexing, resolved on the host
//===----------------------------------------------------------------------===//

namespace {
/// The elements `start + k * step` for 0 <= k < length, all index values.
struct Slice {
  Value start, step, length;
};
} // namespace

/// An index from either end; 0 where it is out of range, which fails the call.
static Value resolveIndex(const Size &entry, Value size, LinalgBuilder &b) {
  Value zero = b.index(0);
  Value index = b.readSize(entry);
  Value isNegative = b.compare(CmpIPredicate::slt, index, zero);
  Value place = b.select(isNegative, b.add(index, size), index);
  Value isAfterStart = b.compare(CmpIPredicate::sge, place, zero);
  Value isBeforeEnd = b.compare(CmpIPredicate::slt, place, size);
  Value inRange = b.both(isAfterStart, isBeforeEnd);
  b.check(inRange, kernel::Error::IndexOutOfRange, {index, size});
  return b.select(inRange, place, zero);
}

/// Python's `slice.indices`.
static Slice resolveSlice(const IndexEntry &entry, Value size,
                          LinalgBuilder &b) {
  Value zero = b.index(0), one = b.index(1);
  Value step = one;
  if (!entry.step.isNone()) {
    step = b.readSize(entry.step);
    Value isNonzero = b.compare(CmpIPredicate::ne, step, zero);
    b.check(isNonzero, kernel::Error::ZeroStep);
    step = b.select(isNonzero, step, one);
    // No dimension is that long, and the negative of it exists.
    Value least = b.index(-std::numeric_limits<int64_t>::max());
    step = b.max(step, least);
  }
  Value isBackward = b.compare(CmpIPredicate::slt, step, zero);
  // Where bounds are clipped to: going backwards, "before the first" is -1.
  Value lowest = b.select(isBackward, b.index(-1), zero);
  Value highest = b.select(isBackward, b.sub(size, one), size);
  auto clip = [&](const Size &given) {
    Value bound = b.readSize(given);
    // No dimension is shorter than 0.
    if (getConstantIntValue(bound) == 0 && getConstantIntValue(step) > 0)
      return bound;
    Value isNegative = b.compare(CmpIPredicate::slt, bound, zero);
    Value fromEnd = b.max(b.add(b.min(bound, zero), size), lowest);
    return b.select(isNegative, fromEnd, b.min(bound, highest));
  };
  Value first = entry.start.isNone() ? b.select(isBackward, highest, lowest)
                                     : clip(entry.start);
  Value last = entry.stop.isNone() ? b.select(isBackward, lowest, highest)
                                   : clip(entry.stop);
  Value backward = b.sub(first, last), forward = b.sub(last, first);
  Value distance = b.select(isBackward, backward, forward);
  Value length;
  if (getConstantIntValue(step) == 1) {
    bool fromStart = getConstantIntValue(first) == 0;
    length = fromStart ? last : b.max(distance, zero);
  } else {
    Value stride = b.select(isBackward, b.sub(zero, step), step);
    Value count = b.add(b.createOrFold<arith::DivSIOp>(
                            b.sub(b.max(distance, one), one), stride),
                        one);
    Value isEmpty = b.compare(CmpIPredicate::sle, distance, zero);
    length = b.select(isEmpty, zero, count);
  }
  return {first, step, length};
}

static LogicalResult rewriteSubtensor(SubtensorOp op, LinalgBuilder &b) {
  Value source = b.get(op.getOperand());
  SmallVector<IndexEntry> entries = op.getEntries();
  int64_t rank = op.getOperand().getType().getRank();
  bool isWhole = true;
  SmallVector<std::optional<Slice>> slices;
  SmallVector<Value> places, sizes;
  for (int64_t dim = 0; dim < rank; ++dim) {
    Value size = b.size(source, dim);
    places.push_back({});
    slices.push_back(std::nullopt);
    if (dim >= static_cast<int64_t>(entries.size()) || entries[dim].isWhole()) {
      sizes.push_back(size);
      continue;
    }
    isWhole = false;
    if (entries[dim].isIndex) {
      places.back() = resolveIndex(entries[dim].start, size, b);
    } else {
      slices.back() = resolveSlice(entries[dim], size, b);
      sizes.push_back(slices.back()->length);
    }
  }
  if (isWhole) {
    b.set(op, source);
    return success();
  }
  auto body = [&](ValueRange) -> Value {
    SmallVector<Value> indices;
    int64_t loop = 0;
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (places[dim]) {
        indices.push_back(places[dim]);
        continue;
      }
      Value place = b.loop(loop++);
      // A step of 1 keeps the form `index + start`, which emitters load as
      // vectors.
      if (slices[dim])
        place = b.add(b.mul(slices[dim]->step, place), slices[dim]->start);
      indices.push_back(place);
    }
    return tensor::ExtractOp::create(b, source, indices);
  };
  b.set(op, b.generic(getStorageTensor(op.getType()), sizes, {}, {}, body));
  return success();
}

//===----------------------------------------------------------------------===//
// Indices that are elements
//===----------------------------------------------------------------------===//

/// The index that an element stands for in a dimension of `size`, in the body
/// of a generic. Where it is out of range the call fails, and 0 is read.
static Value emitIndex(Value element, Type elementType, Value size,
                       LinalgBuilder &b) {
  Value zero = b.index(0);
  Value place;
  Value given;
  if (isUnsignedInteger(elementType)) {
    place = given = arith::IndexCastUIOp::create(b, b.getIndexType(), element);
  } else {
    given = arith::IndexCastOp::create(b, b.getIndexType(), element);
    Value isNegative =
        arith::CmpIOp::create(b, CmpIPredicate::slt, given, zero);
    place = arith::SelectOp::create(
        b, isNegative, arith::AddIOp::create(b, given, size), given);
  }
  // Compared without a sign what is still negative is too large.
  Value inRange = arith::CmpIOp::create(b, CmpIPredicate::ult, place, size);
  kernel::CheckOp::create(b, inRange, kernel::Error::IndexOutOfRange,
                          ValueRange{given, size});
  return arith::SelectOp::create(b, inRange, place, zero);
}

/// That there is an element 0 to read where anything is read.
static void checkHasElements(Value size, ArrayRef<Value> resultSizes,
                             LinalgBuilder &b) {
  Value zero = b.index(0);
  Value fine = b.compare(CmpIPredicate::ne, size, zero);
  for (Value resultSize : resultSizes)
    fine = b.either(fine, b.compare(CmpIPredicate::eq, resultSize, zero));
  b.check(fine, kernel::Error::IndexOutOfRange, {zero, size});
}

static LogicalResult rewriteTake(TakeOp op, LinalgBuilder &b) {
  Value source = b.get(op.getOperand());
  Value indices = b.get(op.getIndices());
  int64_t axis = op.getAxis();
  int64_t rank = op.getOperand().getType().getRank();
  int64_t indexRank = op.getIndices().getType().getRank();
  int64_t resultRank = rank - 1 + indexRank;

  SmallVector<Value> sizes = b.sizes(source);
  Value axisSize = sizes[axis];
  SmallVector<Value> indexSizes = b.sizes(indices);
  sizes.erase(sizes.begin() + axis);
  sizes.insert(sizes.begin() + axis, indexSizes.begin(), indexSizes.end());
  checkHasElements(axisSize, sizes, b);

  SmallVector<int64_t> indexLoops;
  llvm::append_range(indexLoops, llvm::seq<int64_t>(axis, axis + indexRank));
  Type indexType = op.getIndices().getType().getElementType();
  auto body = [&](ValueRange elements) -> Value {
    Value picked = emitIndex(elements[0], indexType, axisSize, b);
    SmallVector<Value> places;
    for (int64_t dim = 0; dim < rank; ++dim)
      places.push_back(dim == axis
                           ? picked
                           : b.loop(dim < axis ? dim : dim - 1 + indexRank));
    return tensor::ExtractOp::create(b, source, places);
  };
  b.set(op, b.generic(getStorageTensor(op.getType()), sizes, indices,
                      b.projection(resultRank, indexLoops), body));
  return success();
}

static LogicalResult rewritePick(PickOp op, LinalgBuilder &b) {
  Value source = b.get(op.getOperand());
  Value indices = b.get(op.getIndices());
  int64_t rank = op.getOperand().getType().getRank();
  SmallVector<Value> sizes = b.sizes(source);
  Value rows = sizes[0], columns = sizes[1];
  Value count = b.size(indices, 0);
  Value areEnough = b.compare(CmpIPredicate::sle, count, rows);
  b.check(areEnough, kernel::Error::IndexOutOfRange,
          {b.sub(count, b.index(1)), rows});
  sizes[0] = count;
  sizes.erase(sizes.begin() + 1);
  checkHasElements(columns, sizes, b);

  Type indexType = op.getIndices().getType().getElementType();
  auto body = [&](ValueRange elements) -> Value {
    Value picked = emitIndex(elements[0], indexType, columns, b);
    SmallVector<Value> places = {b.loop(0), picked};
    for (int64_t dim = 2; dim < rank; ++dim)
      places.push_back(b.loop(dim - 1));
    return tensor::ExtractOp::create(b, source, places);
  };
  b.set(op, b.generic(getStorageTensor(op.getType()), sizes, indices,
                      b.projection(rank - 1, {0}), body));
  return success();
}

void theano::populateIndexingRewriters(Rewriters &rewriters) {
  rewriters.add<SubtensorOp>(rewriteSubtensor);
  rewriters.add<TakeOp>(rewriteTake);
  rewriters.add<PickOp>(rewritePick);
}
