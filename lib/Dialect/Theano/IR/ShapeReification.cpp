//===- ShapeReification.cpp - sizes of results as expressions -------------===//
//
// What upstream's interface asks for: the sizes of a result without the result.
// A size that inference knows is a number; any other is an expression in the
// sizes, and the values, of the operands. An expression means something where
// the op itself succeeds: it checks nothing.
//
//===----------------------------------------------------------------------===//

#include "TypeInference.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano;
using arith::CmpIPredicate;

namespace {
/// Writes the expressions for one op.
class ShapeReifier {
public:
  ShapeReifier(OpBuilder &builder, Location location)
      : builder(builder), location(location) {}

  /// The size of dimension `dim` of the op's result, which is not known when
  /// compiling.
  Value getSize(Operation *op, int64_t dim);

private:
  Value number(int64_t value) {
    return arith::ConstantIndexOp::create(builder, location, value);
  }
  Value sizeOf(Value tensor, int64_t dim) {
    return getValueOrCreateConstantIndexOp(
        builder, location,
        tensor::getMixedSize(builder, location, tensor, dim));
  }
  template <typename OpTy> Value make(Value x, Value y) {
    return builder.createOrFold<OpTy>(location, x, y);
  }
  Value compare(CmpIPredicate predicate, Value x, Value y) {
    return builder.createOrFold<arith::CmpIOp>(location, predicate, x, y);
  }
  Value select(Value condition, Value x, Value y) {
    return builder.createOrFold<arith::SelectOp>(location, condition, x, y);
  }
  /// An element of a tensor of i64 as an index.
  Value element(Value tensor, ValueRange place) {
    return arith::IndexCastOp::create(
        builder, location, builder.getIndexType(),
        tensor::ExtractOp::create(builder, location, tensor, place));
  }
  Value read(const Size &size) {
    return size.isNumber() ? number(*size.getNumber())
                           : element(size.getValue(), {});
  }

  Value ofElementwise(Operation *op, int64_t dim);
  Value ofReshape(ReshapeOp op, int64_t dim);
  Value ofFlatten(FlattenOp op, int64_t dim);
  Value ofJoin(JoinOp op, int64_t dim);
  Value ofSubtensor(SubtensorOp op, int64_t dim);
  Value ofSlice(const IndexEntry &slice, Value size);

  OpBuilder &builder;
  Location location;
};
} // namespace

/// The dimension of the operand that dimension `dim` of a reduction's result
/// is; those that are reduced have known sizes or are gone.
static int64_t getKeptDim(ArrayRef<int64_t> axes, bool keepdims, int64_t dim) {
  if (keepdims)
    return dim;
  for (int64_t axis : axes)
    if (axis <= dim)
      ++dim;
  return dim;
}

Value ShapeReifier::ofElementwise(Operation *op, int64_t dim) {
  for (OpOperand &operand : op->getOpOperands())
    if (!isBroadcast(op, operand.getOperandNumber(), dim))
      return sizeOf(operand.get(), dim);
  return number(1);
}

/// What is asked for; of the -1 what makes the numbers of elements equal.
Value ShapeReifier::ofReshape(ReshapeOp op, int64_t dim) {
  Value one = number(1), minusOne = number(-1), count = one, others = one;
  RankedTensorType type = op.getOperand().getType();
  for (int64_t i = 0; i < type.getRank(); ++i)
    count = make<arith::MulIOp>(count, sizeOf(op.getOperand(), i));
  for (int64_t i = 0; i < op.getType().getRank(); ++i) {
    Value asked = element(op.getShape(), number(i));
    Value isOpen = compare(CmpIPredicate::eq, asked, minusOne);
    others = make<arith::MulIOp>(others, select(isOpen, one, asked));
  }
  // Division by 0 would be undefined even where its result is not chosen.
  Value isEmpty = compare(CmpIPredicate::eq, others, number(0));
  Value rest = make<arith::DivSIOp>(count, select(isEmpty, one, others));
  Value asked = element(op.getShape(), number(dim));
  return select(compare(CmpIPredicate::eq, asked, minusOne), rest, asked);
}

Value ShapeReifier::ofFlatten(FlattenOp op, int64_t dim) {
  if (dim < static_cast<int64_t>(op.getNdim()) - 1)
    return sizeOf(op.getOperand(), dim);
  Value count = number(1);
  for (int64_t i = dim; i < op.getOperand().getType().getRank(); ++i)
    count = make<arith::MulIOp>(count, sizeOf(op.getOperand(), i));
  return count;
}

Value ShapeReifier::ofJoin(JoinOp op, int64_t dim) {
  Value total = sizeOf(op.getOperand(0), dim);
  if (dim == static_cast<int64_t>(op.getAxis()))
    for (Value operand : llvm::drop_begin(op.getOperands()))
      total = make<arith::AddIOp>(total, sizeOf(operand, dim));
  return total;
}

/// Python's `slice.indices`, the length alone.
Value ShapeReifier::ofSlice(const IndexEntry &slice, Value size) {
  if (slice.isWhole())
    return size;
  Value zero = number(0), one = number(1);
  Value step = slice.step.isNone() ? one : read(slice.step);
  Value isBackward = compare(CmpIPredicate::slt, step, zero);
  Value lowest = select(isBackward, number(-1), zero);
  Value highest = select(isBackward, make<arith::SubIOp>(size, one), size);
  auto clip = [&](const Size &given, Value otherwise) {
    if (given.isNone())
      return otherwise;
    Value bound = read(given);
    Value isNegative = compare(CmpIPredicate::slt, bound, zero);
    Value fromEnd =
        make<arith::AddIOp>(make<arith::MinSIOp>(bound, zero), size);
    Value below = make<arith::MaxSIOp>(fromEnd, lowest);
    Value above = make<arith::MinSIOp>(bound, highest);
    return select(isNegative, below, above);
  };
  Value first = clip(slice.start, select(isBackward, highest, lowest));
  Value last = clip(slice.stop, select(isBackward, lowest, highest));
  Value backward = make<arith::SubIOp>(first, last);
  Value forward = make<arith::SubIOp>(last, first);
  Value distance = select(isBackward, backward, forward);
  // A step of 0 fails the op; the size is not asked for then.
  Value least = number(-std::numeric_limits<int64_t>::max());
  Value stride = make<arith::MaxSIOp>(step, least);
  stride = select(isBackward, make<arith::SubIOp>(zero, stride), stride);
  stride = make<arith::MaxSIOp>(stride, one);
  Value beyondFirst =
      make<arith::SubIOp>(make<arith::MaxSIOp>(distance, one), one);
  Value count =
      make<arith::AddIOp>(make<arith::DivSIOp>(beyondFirst, stride), one);
  return select(compare(CmpIPredicate::sgt, distance, zero), count, zero);
}

Value ShapeReifier::ofSubtensor(SubtensorOp op, int64_t dim) {
  SmallVector<IndexEntry> entries = op.getEntries();
  // An index drops its dimension.
  int64_t left = dim, place = 0;
  for (int64_t count = entries.size(); place < count; ++place)
    if (!entries[place].isIndex && left-- == 0)
      return ofSlice(entries[place], sizeOf(op.getOperand(), place));
  return sizeOf(op.getOperand(), place + left);
}

Value ShapeReifier::getSize(Operation *op, int64_t dim) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<ElementwiseOpInterface>(
          [&](Operation *op) { return ofElementwise(op, dim); })
      .Case([&](DimshuffleOp op) {
        return sizeOf(op.getOperand(), op.getOrder()[dim]);
      })
      .Case([&](ReshapeOp op) { return ofReshape(op, dim); })
      .Case([&](FlattenOp op) { return ofFlatten(op, dim); })
      .Case([&](AllocOp op) { return read(op.getMixedSizes()[dim]); })
      .Case([&](JoinOp op) { return ofJoin(op, dim); })
      .Case([&](SubtensorOp op) { return ofSubtensor(op, dim); })
      .Case([&](TakeOp op) {
        int64_t place = dim - static_cast<int64_t>(op.getAxis());
        int64_t rank = op.getIndices().getType().getRank();
        if (place >= 0 && place < rank)
          return sizeOf(op.getIndices(), place);
        return sizeOf(op.getOperand(), place < 0 ? dim : dim - rank + 1);
      })
      .Case([&](PickOp op) {
        return dim == 0 ? sizeOf(op.getIndices(), 0)
                        : sizeOf(op.getOperand(), dim + 1);
      })
      .Case([&](DotOp op) {
        int64_t left = op.getLhs().getType().getRank() - 1;
        if (dim < left)
          return sizeOf(op.getLhs(), dim);
        // The last but one dimension of the right operand is summed over.
        int64_t place = dim - left;
        bool isLast = place == op.getRhs().getType().getRank() - 2;
        return sizeOf(op.getRhs(), isLast ? place + 1 : place);
      })
      .Case([&](BatchedDotOp op) {
        int64_t left = op.getLhs().getType().getRank() - 1;
        return dim < left ? sizeOf(op.getLhs(), dim) : sizeOf(op.getRhs(), 2);
      })
      .Case<SumOp, ProdOp, MeanOp, MaxOp, MinOp, AnyOp, AllOp, ArgmaxOp>(
          [&](auto op) {
            return sizeOf(op.getOperand(),
                          getKeptDim(op.getAxes(), op.getKeepdims(), dim));
          })
      .Case<SpecifyShapeOp, SoftmaxOp, LogSoftmaxOp>(
          [&](auto op) { return sizeOf(op.getOperand(), dim); })
      .Default([](Operation *) { return Value(); });
}

LogicalResult inference::reifyShape(Operation *op, OpBuilder &builder,
                                    ReifiedRankedShapedTypeDims &shapes) {
  // Inference may know what the stated type leaves open, and the reverse.
  auto stated = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<Type> types;
  if (failed(cast<InferTypeOpInterface>(op).inferReturnTypes(
          op->getContext(), std::nullopt, op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  auto inferred = cast<RankedTensorType>(types.front());
  ShapeReifier reifier(builder, op->getLoc());
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim = 0; dim < stated.getRank(); ++dim) {
    int64_t known = stated.getDimSize(dim);
    if (ShapedType::isDynamic(known))
      known = inferred.getDimSize(dim);
    if (ShapedType::isDynamic(known))
      sizes.push_back(reifier.getSize(op, dim));
    else
      sizes.push_back(builder.getIndexAttr(known));
  }
  shapes.push_back(std::move(sizes));
  return success();
}
