//===- HostIntegers.cpp - integers that the host computes -----------------===//
//
// Sizes and bounds of slices are themselves tensors in the theano dialect, such
// as `x.shape[0] // 2`. Here they are traced back to constants, sizes and
// inputs.
//
//===----------------------------------------------------------------------===//

#include "Scalars.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano;

static int64_t rankOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

static bool isSigned(Value tensor) {
  return isSignedInteger(getElementTypeOrSelf(tensor.getType()));
}

/// Which entry of its operand, a vector of known length, the op picks.
static std::optional<int64_t> getPickedEntry(SubtensorOp op, int64_t entry) {
  auto type = op.getOperand().getType();
  SmallVector<IndexEntry> entries = op.getEntries();
  if (type.getRank() != 1 || !type.hasStaticShape() || entries.size() > 1)
    return std::nullopt;
  int64_t size = type.getDimSize(0), place = entry;
  if (!entries.empty()) {
    const IndexEntry &only = entries.front();
    if (only.start.isValue() || only.stop.isValue() || only.step.isValue())
      return std::nullopt;
    if (only.isIndex) {
      place = *only.start.getNumber();
      place = place < 0 ? place + size : place;
    } else {
      int64_t step = only.step.getNumber().value_or(1);
      if (step == 0)
        return std::nullopt;
      SliceExtent extent = resolveSlice(only.start.getNumber(),
                                        only.stop.getNumber(), step, size);
      place = extent.start + entry * extent.step;
    }
  }
  if (place < 0 || place >= size)
    return std::nullopt;
  return place;
}

/// Whether the host's signed arithmetic can do the op on scalars.
static bool isHostArithmetic(Operation *op) {
  if (!isa<AddOp, SubOp, MulOp, IntDivOp, ModOp, MaximumOp, MinimumOp, NegOp,
           AbsOp, SqrOp, LtOp, GtOp, LeOp, GeOp, EqOp, NeqOp, SwitchOp, ClipOp,
           CastOp>(op))
    return false;
  ValueRange numbers = op->getOperands();
  if (isa<SwitchOp>(op))
    numbers = numbers.drop_front();
  else if (isa<CastOp>(op) && !isSigned(op->getResult(0)))
    return false;
  return llvm::all_of(numbers, isSigned);
}

Value LinalgBuilder::computeNumber(Value original, int64_t entry) {
  LinalgBuilder &b = *this;
  Type element = getElementTypeOrSelf(original.getType());
  auto read = [&](Value tensor, int64_t place) {
    return rankOf(tensor) <= 1 ? readNumber(tensor, place) : Value();
  };
  auto fromOp = [&](Operation *op) {
    return TypeSwitch<Operation *, Value>(op)
        .Case([&](ConstantOp constant) -> Value {
          auto elements =
              llvm::dyn_cast<DenseIntElementsAttr>(constant.getValue());
          if (!elements || entry >= elements.getNumElements())
            return {};
          return constantInt(b, getComputeType(element),
                             elements.getValues<APInt>()[entry]);
        })
        .Case([&](ShapeOp shape) -> Value {
          return createOrFold<arith::IndexCastOp>(
              getI64Type(), size(get(shape.getOperand()), entry));
        })
        .Case([&](DimshuffleOp view) {
          return read(view.getOperand(), rankOf(original) == 0 ? 0 : entry);
        })
        .Case([&](SpecifyShapeOp op) { return read(op.getOperand(), entry); })
        .Case([&](SubtensorOp op) -> Value {
          std::optional<int64_t> place = getPickedEntry(op, entry);
          return place ? read(op.getOperand(), *place) : Value();
        })
        .Case([&](JoinOp join) -> Value {
          int64_t place = entry;
          for (Value part : join.getOperands()) {
            auto type = llvm::cast<RankedTensorType>(part.getType());
            if (!type.hasStaticShape())
              return {};
            if (place < type.getDimSize(0))
              return read(part, place);
            place -= type.getDimSize(0);
          }
          return {};
        })
        .Case<SumOp, ProdOp>([&](auto reduction) -> Value {
          Value operand = reduction.getOperand();
          auto type = llvm::cast<RankedTensorType>(operand.getType());
          if (type.getRank() != 1 || !type.hasStaticShape() ||
              reduction.getAxes().size() != 1 ||
              !isInt64(type.getElementType()) || !isInt64(element) ||
              !isInt64(reduction.getAcc()))
            return {};
          bool isSum = isa<SumOp>(reduction.getOperation());
          Value result = constant(b, element, isSum ? 0 : 1);
          for (int64_t place = 0; place < type.getDimSize(0); ++place) {
            Value next = read(operand, place);
            result = isSum ? add(result, next) : mul(result, next);
          }
          return result;
        })
        .Default([&](Operation *op) -> Value {
          if (!isHostArithmetic(op))
            return {};
          SmallVector<Value> operands;
          for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
            int64_t place =
                rankOf(operand) == 0 || isBroadcast(op, number, 0) ? 0 : entry;
            operands.push_back(read(operand, place));
            if (!operands.back())
              return {};
          }
          return emitScalarOp(b, op, operands);
        });
  };
  if (Operation *op = original.getDefiningOp())
    if (isa<TheanoDialect>(op->getDialect()))
      if (Value number = fromOp(op))
        return number;

  Value tensor = get(original);
  if (rankOf(original) == 1) {
    // The host reads 0-d tensors only.
    Value vector = tensor;
    tensor =
        generic(RankedTensorType::get({}, getStorageType(element)), {}, {}, {},
                [&](ValueRange) -> Value {
                  return tensor::ExtractOp::create(b, vector, index(entry));
                });
  }
  return load(b, tensor::ExtractOp::create(b, tensor, ValueRange()), element);
}

Value LinalgBuilder::readNumber(Value original, int64_t entry) {
  if (Value known = numbers.lookup({original, entry}))
    return known;
  Value number = computeNumber(original, entry);
  numbers[{original, entry}] = number;
  return number;
}

Value LinalgBuilder::readIndex(Value original, int64_t entry) {
  return createOrFold<arith::IndexCastOp>(getIndexType(),
                                          readNumber(original, entry));
}

Value LinalgBuilder::readSize(const Size &size) {
  return size.isNumber() ? index(*size.getNumber())
                         : readIndex(size.getValue());
}
