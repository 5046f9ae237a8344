//===- Shape.cpp - ops that change or ask for shapes ----------------------===//

#include "Rewriters.h"
#include "Scalars.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace theano;
using arith::CmpIPredicate;

static LogicalResult rewriteConstant(ConstantOp op, LinalgBuilder &b) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!elements)
    return op.emitOpError("has no conversion to linalg for a value of ")
           << op.getValue().getType()
           << " that is not dense; expected dense<...>";
  RankedTensorType type = getStorageTensor(op.getType());
  if (type != elements.getType()) {
    if (isBool(elements.getElementType()))
      elements = cast<DenseIntElementsAttr>(elements).mapValues(
          b.getI8Type(), [](const APInt &value) { return value.zext(8); });
    else
      elements = elements.bitcast(type.getElementType());
  }
  b.set(op, arith::ConstantOp::create(b, type, elements));
  return success();
}

static LogicalResult rewriteDimshuffle(DimshuffleOp op, LinalgBuilder &b) {
  ArrayRef<int64_t> order = op.getOrder();
  Value operand = b.get(op.getOperand());
  int64_t rank = op.getOperand().getType().getRank();
  SmallVector<Value> sizes;
  SmallVector<int64_t> places(rank, -1);
  for (auto [place, dim] : llvm::enumerate(order)) {
    bool isNew = dim == DimshuffleOp::kNewDim;
    sizes.push_back(isNew ? b.index(1) : b.size(operand, dim));
    if (!isNew)
      places[dim] = place;
  }
  AffineMap map = b.projection(order.size(), places);
  b.set(op, map.isIdentity()
                ? operand
                : b.view(getStorageTensor(op.getType()), sizes, operand, map));
  return success();
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

/// The elements in one dimension, an alias.
static Value flatten(Value tensor, LinalgBuilder &b) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value count = b.product(b.sizes(tensor));
  if (type.getRank() == 1)
    return tensor;
  Value result;
  if (type.getRank() == 0) {
    result = tensor::ExpandShapeOp::create(
        b, RankedTensorType::get({1}, type.getElementType()), tensor,
        ArrayRef<ReassociationIndices>(),
        ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  } else {
    ReassociationIndices all;
    llvm::append_range(all, llvm::seq<int64_t>(0, type.getRank()));
    result = tensor::CollapseShapeOp::create(
        b, tensor, ArrayRef<ReassociationIndices>(all));
  }
  b.setSizes(result, count);
  return result;
}

/// A vector whose number of elements is the product of `sizes` as a tensor of
/// that shape, an alias.
static Value unflatten(Value vector, RankedTensorType type,
                       ArrayRef<Value> sizes, LinalgBuilder &b) {
  Type element = type.getElementType();
  int64_t count = ShapedType::kDynamic;
  if (type.hasStaticShape())
    count = type.getNumElements();
  vector = b.cast(vector, RankedTensorType::get({count}, element));
  if (type.getRank() == 1)
    return vector;
  Value result;
  if (type.getRank() == 0) {
    result = tensor::CollapseShapeOp::create(b, type, vector,
                                             ArrayRef<ReassociationIndices>());
  } else {
    ReassociationIndices all;
    llvm::append_range(all, llvm::seq<int64_t>(0, type.getRank()));
    SmallVector<OpFoldResult> shape;
    for (auto [known, size] : llvm::zip_equal(type.getShape(), sizes))
      shape.push_back(ShapedType::isDynamic(known)
                          ? OpFoldResult(size)
                          : OpFoldResult(b.getIndexAttr(known)));
    result = tensor::ExpandShapeOp::create(
        b, type, vector, ArrayRef<ReassociationIndices>(all), shape);
  }
  b.setSizes(result, sizes);
  return result;
}

/// The sizes that `shape` asks for, with a -1 replaced by what makes the
/// numbers of elements equal; checks that there is such a shape.
static SmallVector<Value> resolveShape(Value shape, Value count,
                                       LinalgBuilder &b) {
  Value zero = b.index(0), one = b.index(1), minusOne = b.index(-1);
  int64_t rank = cast<RankedTensorType>(shape.getType()).getDimSize(0);
  SmallVector<Value> asked, isOpen;
  for (int64_t dim = 0; dim < rank; ++dim) {
    asked.push_back(b.readIndex(shape, dim));
    isOpen.push_back(b.compare(CmpIPredicate::eq, asked[dim], minusOne));
  }
  SmallVector<Value> factors;
  for (auto [size, open] : llvm::zip_equal(asked, isOpen))
    factors.push_back(b.select(open, one, size));
  Value known = b.product(factors);
  Value isDivisible = b.compare(CmpIPredicate::ne, known, zero);
  Value divisor = b.select(isDivisible, known, one);
  Value rest = b.createOrFold<arith::DivSIOp>(count, divisor);

  SmallVector<Value> sizes;
  Value hasOpen = arith::ConstantOp::create(b, b.getBoolAttr(false));
  Value no = hasOpen;
  for (auto [size, open] : llvm::zip_equal(asked, isOpen)) {
    // Only the first -1 is free, and only where the others are not empty.
    Value isFirst = b.select(hasOpen, no, isDivisible);
    Value isFree = b.both(open, isFirst);
    Value isSize = b.compare(CmpIPredicate::sge, size, zero);
    b.check(b.either(isSize, isFree), kernel::Error::NegativeSize, size);
    hasOpen = b.either(hasOpen, open);
    sizes.push_back(b.select(open, rest, size));
  }
  Value total = b.product(sizes);
  b.check(b.compare(CmpIPredicate::eq, count, total),
          kernel::Error::ReshapeMismatch, {count, total});
  return sizes;
}

/// That sizes are what a type says of them.
static void checkStatedSizes(RankedTensorType type,
                             MutableArrayRef<Value> sizes, LinalgBuilder &b) {
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (type.isDynamicDim(dim))
      continue;
    Value stated = b.index(type.getDimSize(dim));
    Value isStated = b.compare(CmpIPredicate::eq, sizes[dim], stated);
    b.check(isStated, kernel::Error::SpecifyShape,
            {b.index(dim), stated, sizes[dim]});
    sizes[dim] = stated;
  }
}

static LogicalResult rewriteReshape(ReshapeOp op, LinalgBuilder &b) {
  Value operand = b.get(op.getOperand());
  RankedTensorType type = getStorageTensor(op.getType());
  Value count = b.product(b.sizes(operand));
  SmallVector<Value> sizes = resolveShape(op.getShape(), count, b);
  checkStatedSizes(type, sizes, b);
  // Nothing is made of nothing: an alias would let upstream's folding of
  // reshapes derive sizes from the product, which 0 elements do not determine.
  if (getConstantIntValue(count) == 0)
    b.set(op, b.generic(type, sizes, {}, {}, [&](ValueRange) {
      return constant(b, type.getElementType(), 0);
    }));
  else
    b.set(op, unflatten(flatten(operand, b), type, sizes, b));
  return success();
}

static LogicalResult rewriteFlatten(FlattenOp op, LinalgBuilder &b) {
  Value operand = b.get(op.getOperand());
  int64_t rank = op.getOperand().getType().getRank();
  int64_t last = static_cast<int64_t>(op.getNdim()) - 1;
  if (rank == last + 1) {
    b.set(op, operand);
    return success();
  }
  if (rank == 0) {
    b.set(op, flatten(operand, b));
    return success();
  }
  SmallVector<Value> sizes = b.sizes(operand);
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim <= last; ++dim)
    groups.push_back({dim});
  for (int64_t dim = last + 1; dim < rank; ++dim)
    groups.back().push_back(dim);
  Value result = tensor::CollapseShapeOp::create(b, operand, groups);
  sizes[last] = b.product(ArrayRef(sizes).drop_front(last));
  b.setSizes(result, ArrayRef(sizes).take_front(last + 1));
  b.set(op, result);
  return success();
}

//===----------------------------------------------------------------------===//
// Shapes as values
//===----------------------------------------------------------------------===//

static LogicalResult rewriteShape(ShapeOp op, LinalgBuilder &b) {
  SmallVector<Value> numbers;
  for (Value size : b.sizes(b.get(op.getOperand())))
    numbers.push_back(b.createOrFold<arith::IndexCastOp>(b.getI64Type(), size));
  int64_t length = numbers.size();
  b.set(op, b.generic(RankedTensorType::get({length}, b.getI64Type()),
                      b.index(length), {}, {}, [&](ValueRange) -> Value {
                        if (numbers.empty())
                          return constant(b, b.getI64Type(), 0);
                        Value result = numbers.back();
                        Value place = b.loop(0);
                        for (int64_t i = length - 2; i >= 0; --i)
                          result = arith::SelectOp::create(
                              b,
                              arith::CmpIOp::create(b, CmpIPredicate::eq, place,
                                                    b.index(i)),
                              numbers[i], result);
                        return result;
                      }));
  return success();
}

static LogicalResult rewriteSpecifyShape(SpecifyShapeOp op, LinalgBuilder &b) {
  Value operand = b.get(op.getOperand());
  RankedTensorType type = getStorageTensor(op.getType());
  SmallVector<Value> sizes = b.sizes(operand);
  for (auto [dim, size] : llvm::enumerate(op.getMixedSizes())) {
    if (size.isNone())
      continue;
    Value expected = b.readSize(size);
    Value isExpected = b.compare(CmpIPredicate::eq, sizes[dim], expected);
    b.check(isExpected, kernel::Error::SpecifyShape,
            {b.index(dim), expected, sizes[dim]});
  }
  b.set(op, b.cast(operand, type));
  return success();
}

static LogicalResult rewriteAlloc(AllocOp op, LinalgBuilder &b) {
  Value value = b.get(op.getValue());
  int64_t rank = op.getType().getRank();
  int64_t valueRank = op.getValue().getType().getRank();
  SmallVector<Value> sizes;
  for (const Size &size : op.getMixedSizes()) {
    sizes.push_back(b.readSize(size));
    b.check(b.compare(CmpIPredicate::sge, sizes.back(), b.index(0)),
            kernel::Error::NegativeSize, sizes.back());
  }
  SmallVector<int64_t> places;
  for (int64_t dim = 0; dim < valueRank; ++dim) {
    int64_t place = rank - valueRank + dim;
    if (isBroadcast(op, 0, dim)) {
      places.push_back(getConstantIntValue(sizes[place]) == 1 ? place : -1);
      continue;
    }
    places.push_back(place);
    sizes[place] = b.checkEqual(place, sizes[place], b.size(value, dim));
  }
  b.set(op, b.view(getStorageTensor(op.getType()), sizes, value,
                   b.projection(rank, places)));
  return success();
}

//===----------------------------------------------------------------------===//
// Join
//===----------------------------------------------------------------------===//

/// Reads the part that holds `place` along the axis: a nest of conditions,
/// since a part may be empty, of which nothing may be read.
static Value readPart(ArrayRef<Value> parts, ArrayRef<Value> ends, Value start,
                      ArrayRef<Value> indices, int64_t axis, LinalgBuilder &b) {
  auto read = [&] {
    SmallVector<Value> local(indices);
    local[axis] = b.sub(indices[axis], start);
    return tensor::ExtractOp::create(b, parts.front(), local);
  };
  if (parts.size() == 1)
    return read();
  Value isHere =
      arith::CmpIOp::create(b, CmpIPredicate::slt, indices[axis], ends.front());
  Type element = getElementTypeOrSelf(parts.front().getType());
  auto branch = scf::IfOp::create(b, element, isHere, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, ValueRange(read()));
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, readPart(parts.drop_front(), ends.drop_front(),
                                   ends.front(), indices, axis, b));
  return branch.getResult(0);
}

static LogicalResult rewriteJoin(JoinOp op, LinalgBuilder &b) {
  int64_t axis = op.getAxis();
  RankedTensorType type = getStorageTensor(op.getType());
  SmallVector<Value> parts, ends, sizes;
  for (Value operand : op.getOperands()) {
    Value part = b.get(operand);
    SmallVector<Value> own = b.sizes(part);
    if (parts.empty()) {
      sizes = own;
    } else {
      for (auto [dim, size] : llvm::enumerate(own))
        sizes[dim] = static_cast<int64_t>(dim) == axis
                         ? b.add(sizes[dim], size)
                         : b.checkEqual(dim, sizes[dim], size);
    }
    parts.push_back(part);
    ends.push_back(sizes[axis]);
  }
  if (parts.size() == 1) {
    b.set(op, parts.front());
    return success();
  }
  Value start = b.index(0);
  b.set(op, b.generic(type, sizes, {}, {}, [&](ValueRange) -> Value {
    SmallVector<Value> indices;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      indices.push_back(b.loop(dim));
    return readPart(parts, ends, start, indices, axis, b);
  }));
  return success();
}

void theano::populateShapeRewriters(Rewriters &rewriters) {
  rewriters.add<ConstantOp>(rewriteConstant);
  rewriters.add<DimshuffleOp>(rewriteDimshuffle);
  rewriters.add<ReshapeOp>(rewriteReshape);
  rewriters.add<FlattenOp>(rewriteFlatten);
  rewriters.add<ShapeOp>(rewriteShape);
  rewriters.add<SpecifyShapeOp>(rewriteSpecifyShape);
  rewriters.add<AllocOp>(rewriteAlloc);
  rewriters.add<JoinOp>(rewriteJoin);
}
