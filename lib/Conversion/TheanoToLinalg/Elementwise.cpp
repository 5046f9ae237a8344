//===- Elementwise.cpp - elementwise ops ----------------------------------===//

#include "Rewriters.h"
#include "Scalars.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace theano;

/// The size of each dimension of the result. Sizes that are combined must be
/// equal, also where they are only known at run time: a size that happens to be
/// 1 does not broadcast.
static SmallVector<Value> checkSizes(Operation *op, LinalgBuilder &b) {
  SmallVector<Value> sizes;
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim) {
    Value size;
    for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
      if (isBroadcast(op, number, dim))
        continue;
      Value own = b.size(b.get(operand), dim);
      size = size ? b.checkEqual(dim, size, own) : own;
    }
    sizes.push_back(size ? size : b.index(1));
  }
  return sizes;
}

/// How each operand is read: at the loops, but at 0 where it broadcasts to
/// something larger than itself.
static SmallVector<AffineMap>
getOperandMaps(Operation *op, ArrayRef<Value> sizes, LinalgBuilder &b) {
  SmallVector<AffineMap> maps;
  for (unsigned number = 0; number < op->getNumOperands(); ++number) {
    SmallVector<int64_t> dims;
    for (int64_t dim = 0, rank = sizes.size(); dim < rank; ++dim) {
      bool broadcast =
          isBroadcast(op, number, dim) && getConstantIntValue(sizes[dim]) != 1;
      dims.push_back(broadcast ? -1 : dim);
    }
    maps.push_back(b.projection(sizes.size(), dims));
  }
  return maps;
}

static LogicalResult rewriteElementwise(Operation *op, LinalgBuilder &b) {
  Type resultType = op->getResult(0).getType();
  Type element = getElementTypeOrSelf(resultType);
  SmallVector<Value> sizes = checkSizes(op, b);
  SmallVector<Value> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(b.get(operand));
  bool known = true;
  Value result = b.generic(
      getStorageTensor(resultType), sizes, inputs, getOperandMaps(op, sizes, b),
      [&](ValueRange stored) -> Value {
        SmallVector<Value> elements;
        for (auto [value, operand] : llvm::zip_equal(stored, op->getOperands()))
          elements.push_back(
              load(b, value, getElementTypeOrSelf(operand.getType())));
        Value computed = emitScalarOp(b, op, elements);
        known = static_cast<bool>(computed);
        return known ? store(b, computed, element)
                     : constant(b, getStorageType(element), 0);
      });
  if (!known)
    return op->emitOpError("has no conversion to linalg");
  b.set(op->getResult(0), result);
  return success();
}

/// A cast that changes no bit is no computation.
static LogicalResult rewriteCast(CastOp op, LinalgBuilder &b) {
  Type from = op.getOperand().getType().getElementType();
  Type to = op.getType().getElementType();
  if (from != to && (isBool(from) || isBool(to) ||
                     getStorageType(from) != getStorageType(to)))
    return rewriteElementwise(op, b);
  b.set(op, b.get(op.getOperand()));
  return success();
}

template <typename... Ops> static void addElementwise(Rewriters &rewriters) {
  (rewriters.add<Ops>(rewriteElementwise), ...);
}

void theano::populateElementwiseRewriters(Rewriters &rewriters) {
  addElementwise<AddOp, SubOp, MulOp, TrueDivOp, IntDivOp, ModOp, PowOp,
                 MaximumOp, MinimumOp>(rewriters);
  addElementwise<LtOp, GtOp, LeOp, GeOp, EqOp, NeqOp>(rewriters);
  addElementwise<AndOp, OrOp, XorOp, InvertOp>(rewriters);
  addElementwise<ExpOp, Exp2Op, Expm1Op, LogOp, Log2Op, Log10Op, Log1pOp,
                 SqrtOp, TanhOp, SigmoidOp, SoftplusOp, SinOp, CosOp, TanOp,
                 ErfOp, InvOp, FloorOp, CeilOp, TruncOp, RoundOp>(rewriters);
  addElementwise<SqrOp, AbsOp, NegOp, SgnOp, IsNanOp, IsInfOp>(rewriters);
  addElementwise<SwitchOp, ClipOp>(rewriters);
  rewriters.add<CastOp>(rewriteCast);
}
