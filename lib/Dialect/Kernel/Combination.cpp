//===- Combination.cpp - joining two parts of a reduction -----------------===//

#include "theano/Dialect/Kernel/Combination.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace theano::kernel;

/// `type`, or a vector of it as long as `like` is.
static Type getTypeLike(Type type, Type like) {
  if (auto vector = dyn_cast<VectorType>(like))
    return VectorType::get(vector.getShape(), type);
  return type;
}

/// The operations that compute `value` from `leaves` alone, in order; false
/// when something else is needed.
static bool collect(Value value, ValueRange leaves,
                    SmallVectorImpl<Operation *> &operations) {
  if (llvm::is_contained(leaves, value))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !op->hasTrait<OpTrait::Elementwise>() || op->getNumOperands() == 0)
    return false;
  if (llvm::is_contained(operations, op))
    return true;
  for (Value operand : op->getOperands())
    if (!collect(operand, leaves, operations))
      return false;
  operations.push_back(op);
  return true;
}

std::optional<Combination> Combination::of(linalg::LinalgOp op) {
  Combination result;
  if (op.getNumDpsInits() == 1) {
    SmallVector<Operation *> combiners;
    if (!matchReduction(op.getRegionOutputArgs(), 0, combiners) ||
        combiners.size() != 1 ||
        !combiners.front()->hasTrait<OpTrait::IsCommutative>())
      return std::nullopt;
    result.operation = combiners.front();
    return result;
  }
  if (op.getNumDpsInits() != 2)
    return std::nullopt;
  Operation *yield = op.getBlock()->getTerminator();
  for (unsigned i = 0; i < 2; ++i) {
    auto select = yield->getOperand(i).getDefiningOp<arith::SelectOp>();
    Value best = op.getRegionOutputArgs()[i];
    if (!select || select.getFalseValue() != best)
      return std::nullopt;
    if (i != 0 && select.getCondition() != result.condition)
      return std::nullopt;
    result.condition = select.getCondition();
    result.candidates.push_back(select.getTrueValue());
    result.bests.push_back(best);
  }
  if (!result.bests[1].getType().isInteger())
    return std::nullopt;
  SmallVector<Value> leaves = result.candidates;
  leaves.append(result.bests);
  if (!collect(result.condition, leaves, result.conditionOps))
    return std::nullopt;
  return result;
}

bool Combination::isIdempotent() const {
  // Of the second form the element and its index are those that joined before.
  return !operation ||
         isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
             arith::MinNumFOp, arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp,
             arith::MinUIOp, arith::AndIOp, arith::OrIOp>(operation);
}

/// Whether `value` is computed in its block from constants, loop indices and
/// what is defined outside.
static bool isOfLoops(Value value, Block *body) {
  if (value.getParentBlock() != body)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumRegions() != 0 || !isPure(op) ||
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<ShapedType>))
    return false;
  return llvm::all_of(op->getOperands(),
                      [&](Value operand) { return isOfLoops(operand, body); });
}

std::optional<Combination::Followed> Combination::getFollowed() const {
  if (getNumAccumulators() != 2)
    return std::nullopt;
  for (Operation *op : conditionOps)
    if (llvm::is_contained(op->getOperands(), candidates[1]) ||
        llvm::is_contained(op->getOperands(), bests[1]))
      return std::nullopt;
  Value best = bests[1];
  if (!isOfLoops(candidates[1], best.getParentBlock()))
    return std::nullopt;
  return Followed{condition, candidates[0], candidates[1]};
}

Value Combination::isBetter(OpBuilder &builder, Location loc,
                            ValueRange candidate, ValueRange best) const {
  IRMapping values;
  values.map(candidates, candidate);
  values.map(bests, best);
  for (Operation *op : conditionOps) {
    OperationState state(loc, op->getName());
    for (Value operand : op->getOperands())
      state.operands.push_back(values.lookup(operand));
    state.types = {getTypeLike(op->getResult(0).getType(),
                               state.operands.front().getType())};
    state.attributes = op->getDiscardableAttrDictionary();
    state.propertiesAttr = op->getPropertiesAsAttribute();
    values.map(op->getResult(0), builder.create(state)->getResult(0));
  }
  return values.lookup(condition);
}

SmallVector<Value> Combination::combine(OpBuilder &builder, Location loc,
                                        ValueRange a, ValueRange b) const {
  if (operation) {
    OperationState state(operation->getLoc(), operation->getName());
    state.operands = {a[0], b[0]};
    state.types = {a[0].getType()};
    state.attributes = operation->getDiscardableAttrDictionary();
    state.propertiesAttr = operation->getPropertiesAsAttribute();
    return {builder.create(state)->getResult(0)};
  }
  // b where it is better, or as good and first.
  Value isWorse = isBetter(builder, loc, a, b);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                        b[1], a[1]);
  // Not worse and first: of two bits, the first below the second. A constant
  // would keep the combination from being taken for one again.
  Value wins = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     isWorse, isFirst);
  wins = arith::OrIOp::create(builder, loc, isBetter(builder, loc, b, a), wins);
  SmallVector<Value> result;
  for (auto [x, y] : llvm::zip(a, b))
    result.push_back(arith::SelectOp::create(builder, loc, wins, y, x));
  return result;
}
