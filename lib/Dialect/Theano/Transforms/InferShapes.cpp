//===- InferShapes.cpp - static sizes, and shapes without values ----------===//

#include "theano/Dialect/Theano/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_INFERSHAPES
#include "theano/Dialect/Theano/Transforms/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;

#define DEBUG_TYPE "theano-infer-shapes"
ALWAYS_ENABLED_STATISTIC(refined, "Number of results with a more static type");
ALWAYS_ENABLED_STATISTIC(numbers, "Number of sizes and indices made numbers");
ALWAYS_ENABLED_STATISTIC(shapes, "Number of theano.shape ops replaced");

/// The one result type that an op of the dialect infers now; null, without a
/// diagnostic, if its operands contradict each other.
static RankedTensorType inferType(Operation *op) {
  SmallVector<Type> types;
  if (failed(cast<InferTypeOpInterface>(op).inferReturnTypes(
          op->getContext(), std::nullopt, op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return {};
  return cast<RankedTensorType>(types.front());
}

/// `type` with the sizes of `inferred` where it leaves them open.
static RankedTensorType refine(RankedTensorType type,
                               RankedTensorType inferred) {
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, known] : llvm::zip(shape, inferred.getShape()))
    if (ShapedType::isDynamic(size))
      size = known;
  return RankedTensorType::get(shape, type.getElementType());
}

static bool isTheano(Operation *op) {
  return isa_and_nonnull<TheanoDialect>(op->getDialect());
}

/// Whether an op of the dialect may stand with the result type that it states.
static bool isValid(Operation *op) {
  RankedTensorType inferred = inferType(op);
  return inferred && cast<InferTypeOpInterface>(op).isCompatibleReturnTypes(
                         TypeRange(inferred), op->getResultTypes());
}

/// Gives `value` the more static type if that contradicts none of its users;
/// those of other dialects get the old one back by a cast.
static bool trySetType(Value value, RankedTensorType type) {
  auto old = cast<RankedTensorType>(value.getType());
  if (old == type)
    return false;
  value.setType(type);
  for (Operation *user : value.getUsers()) {
    if (!isTheano(user) || isValid(user))
      continue;
    value.setType(old);
    return false;
  }
  Value cast;
  for (OpOperand &use : llvm::make_early_inc_range(value.getUses())) {
    if (isTheano(use.getOwner()) || isa<tensor::DimOp>(use.getOwner()))
      continue;
    if (!cast) {
      OpBuilder builder(value.getContext());
      builder.setInsertionPointAfterValue(value);
      cast = tensor::CastOp::create(builder, value.getLoc(), old, value);
    }
    if (use.getOwner() != cast.getDefiningOp())
      use.set(cast);
  }
  return true;
}

/// Replaces values that are known by numbers; returns how many.
static unsigned foldSizes(SmallVectorImpl<Size> &sizes,
                          bool (*accept)(int64_t) = nullptr) {
  unsigned count = 0;
  for (Size &size : sizes) {
    if (!size.isValue())
      continue;
    std::optional<int64_t> number = getKnownNumber(size.getValue());
    // A number that fails at run time must go on to do so.
    if (!number || (accept && !accept(*number)))
      continue;
    size = Size(*number);
    ++count;
  }
  return count;
}

static bool isSize(int64_t number) { return number >= 0; }

/// Puts `attempt`, a copy of `op` with more known, in its place if it is valid.
static bool replaceIfValid(Operation *op, Operation *attempt) {
  if (!isValid(attempt)) {
    attempt->erase();
    return false;
  }
  op->getResult(0).replaceAllUsesWith(attempt->getResult(0));
  op->erase();
  return true;
}

/// Makes an op of `OpTy` on other sizes, without the check of its builder that
/// they fit.
template <typename OpTy>
static Operation *withSizes(OpTy op, ArrayRef<Size> sizes) {
  SmallVector<int64_t> numbers;
  SmallVector<Value> values;
  splitSizes(sizes, numbers, values);
  OpBuilder builder(op);
  auto copy = cast<OpTy>(builder.clone(*op));
  copy.getSizesMutable().assign(values);
  copy.setStaticSizes(numbers);
  return copy;
}

static SubtensorOp withEntries(SubtensorOp op, ArrayRef<IndexEntry> entries) {
  SmallVector<int64_t> starts, stops, steps;
  SmallVector<Value> values;
  for (const IndexEntry &entry : entries) {
    splitSizes(entry.start, starts, values);
    splitSizes(entry.stop, stops, values);
    splitSizes(entry.step, steps, values);
  }
  OpBuilder builder(op);
  auto copy = cast<SubtensorOp>(builder.clone(*op));
  copy.getIndicesMutable().assign(values);
  copy.setStarts(starts);
  copy.setStops(stops);
  copy.setSteps(steps);
  return copy;
}

/// The vector that holds the shape of `x` without computing `x`, if there is
/// one that is easier to have: a constant, or the shape of another value.
static Value findShape(ShapeOp shape) {
  Value x = shape.getOperand();
  auto type = cast<RankedTensorType>(x.getType());
  OpBuilder builder(shape);
  if (type.hasStaticShape()) {
    auto value = DenseElementsAttr::get(shape.getType(), type.getShape());
    return ConstantOp::create(builder, shape.getLoc(), value);
  }
  Operation *producer = x.getDefiningOp();
  if (!producer ||
      !isa<ElementwiseOpInterface, SoftmaxOp, LogSoftmaxOp>(producer))
    return {};
  for (OpOperand &operand : producer->getOpOperands()) {
    if (broadcastDims(producer, operand.getOperandNumber()).empty())
      return ShapeOp::create(builder, shape.getLoc(), operand.get());
    // A dimension of size 1 in the result as well stands for both.
    auto operandType = cast<RankedTensorType>(operand.get().getType());
    bool hasResultSizes = true;
    for (auto [own, size] : llvm::zip(operandType.getShape(), type.getShape()))
      hasResultSizes &= own != 1 || size == 1;
    if (hasResultSizes)
      return ShapeOp::create(builder, shape.getLoc(), operand.get());
  }
  return {};
}

namespace {
struct InferShapes : theano::impl::InferShapesBase<InferShapes> {
  using InferShapesBase::InferShapesBase;

  void runOnOperation() override {
    // Producers come before users, so one walk reaches the fixed point, except
    // for shapes replaced on the way, whose users come later still.
    getOperation()->walk([&](Operation *op) {
      if (!isTheano(op))
        return;
      op = makeNumbers(op);
      if (auto shape = dyn_cast<ShapeOp>(op)) {
        replaceShape(shape);
        return;
      }
      RankedTensorType inferred = inferType(op);
      if (!inferred)
        return;
      auto type = cast<RankedTensorType>(op->getResult(0).getType());
      refined += trySetType(op->getResult(0), refine(type, inferred));
    });
  }

private:
  /// The op itself, or the one in its place with more numbers.
  Operation *makeNumbers(Operation *op) {
    Operation *attempt = nullptr;
    unsigned count = 0;
    if (auto alloc = dyn_cast<AllocOp>(op)) {
      SmallVector<Size> sizes = alloc.getMixedSizes();
      if ((count = foldSizes(sizes, isSize)))
        attempt = withSizes(alloc, sizes);
    } else if (auto specify = dyn_cast<SpecifyShapeOp>(op)) {
      SmallVector<Size> sizes = specify.getMixedSizes();
      if ((count = foldSizes(sizes, isSize)))
        attempt = withSizes(specify, sizes);
    } else if (auto subtensor = dyn_cast<SubtensorOp>(op)) {
      SmallVector<IndexEntry> entries = subtensor.getEntries();
      for (IndexEntry &entry : entries) {
        SmallVector<Size> parts = {entry.start, entry.stop, entry.step};
        count += foldSizes(parts);
        entry = {entry.isIndex, parts[0], parts[1], parts[2]};
      }
      if (count)
        attempt = withEntries(subtensor, entries);
    }
    if (!attempt || !replaceIfValid(op, attempt))
      return op;
    numbers += count;
    return attempt;
  }

  void replaceShape(ShapeOp shape) {
    // Through a chain of elementwise ops.
    while (Value replacement = findShape(shape)) {
      shape.getResult().replaceAllUsesWith(replacement);
      shape.erase();
      ++shapes;
      shape = replacement.getDefiningOp<ShapeOp>();
      if (!shape)
        return;
    }
  }
};
} // namespace
