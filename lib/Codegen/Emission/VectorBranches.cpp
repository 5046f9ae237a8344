//===- VectorBranches.cpp - branches in bodies, on vectors ----------------===//
//
// A join reads one operand or another, by a comparison of an index. On a vector
// of neighbours the comparison is nearly always the same in every lane, since
// the index is: along another axis it is one scalar, and along the axis of the
// join the lanes of a vector differ only across the border of two operands. So
// a branch stays a branch:
//
// - on a scalar condition, its arms yield vectors;
// - on a condition that compares neighbouring indices with a scalar, one test
//   asks whether any comparison of the branch and of those nested in it differs
//   between the first and the last lane. If none does, the first lane decides
//   for all; else the lanes are computed one by one;
// - on any other condition the lanes are computed one by one.
//
// An arm runs only where its condition holds, so that a guarded access stays
// guarded.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/RegionUtils.h"
#include "theano/Codegen/Emission/ElementEmitter.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace theano::emission;
using arith::CmpIPredicate;

/// Whether a comparison of numbers that rise by one from lane to lane with a
/// scalar changes at most once along the lanes. An unsigned one may change
/// twice, where the numbers cross zero.
static bool isOrder(CmpIPredicate predicate) {
  return predicate == CmpIPredicate::slt || predicate == CmpIPredicate::sle ||
         predicate == CmpIPredicate::sgt || predicate == CmpIPredicate::sge;
}

/// Whether `value` can be had before `op`: it was emitted, or is a scalar of
/// the kernel, defined outside the body.
static bool isKnownBefore(Value value, scf::IfOp op,
                          const DenseMap<Value, Lanes> &values) {
  Operation *body = op->getParentOfType<linalg::LinalgOp>();
  return values.contains(value) ||
         !body->isAncestor(value.getParentRegion()->getParentOp());
}

/// The comparisons that decide `op` and the branches nested in it, or nothing
/// where some condition is no comparison of indices that is known before `op`.
static SmallVector<arith::CmpIOp>
collectComparisons(scf::IfOp op, const DenseMap<Value, Lanes> &values) {
  SmallVector<arith::CmpIOp> comparisons;
  WalkResult result = op->walk<WalkOrder::PreOrder>([&](scf::IfOp branch) {
    auto comparison = branch.getCondition().getDefiningOp<arith::CmpIOp>();
    if (!comparison || !comparison.getLhs().getType().isIndex() ||
        !isOrder(comparison.getPredicate()) ||
        !llvm::all_of(comparison->getOperands(), [&](Value operand) {
          return isKnownBefore(operand, op, values);
        }))
      return WalkResult::interrupt();
    comparisons.push_back(comparison);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    comparisons.clear();
  return comparisons;
}

/// Whether the first and the last lane of `comparison` differ, or null where
/// its operands are not neighbouring numbers and a scalar.
FailureOr<Value>
ElementEmitter::emitDisagreement(OpBuilder &builder, arith::CmpIOp comparison,
                                 DenseMap<Value, Lanes> &values) {
  Location loc = comparison.getLoc();
  SmallVector<Value> first, last;
  unsigned rising = 0;
  for (Value operand : comparison->getOperands()) {
    FailureOr<Lanes> value = getValue(builder, operand, values);
    if (failed(value))
      return failure();
    if (value->kind == Lanes::Kind::Varying)
      return Value();
    first.push_back(value->value);
    last.push_back(value->value);
    if (value->kind == Lanes::Kind::Consecutive) {
      ++rising;
      Value distance = arith::ConstantIndexOp::create(builder, loc, lanes - 1);
      last.back() = arith::AddIOp::create(builder, loc, value->value, distance);
    }
  }
  if (rising > 1)
    return Value();
  auto compare = [&](ValueRange operands) -> Value {
    return arith::CmpIOp::create(builder, loc, comparison.getPredicate(),
                                 operands[0], operands[1]);
  };
  Value atFirst = compare(first);
  return arith::XOrIOp::create(builder, loc, atFirst, compare(last))
      .getResult();
}

/// The branch as one, on a scalar condition; its results, as vectors where
/// there are several lanes.
FailureOr<SmallVector<Value>>
ElementEmitter::emitBranches(OpBuilder &builder, scf::IfOp op, Value condition,
                             DenseMap<Value, Lanes> &values,
                             ArrayRef<Lanes> loopIndices) {
  Location loc = op.getLoc();
  SmallVector<Type> types(op.getResultTypes());
  if (lanes != 1)
    for (Type &type : types)
      type = VectorType::get({lanes}, type);
  auto emitted = scf::IfOp::create(builder, loc, types, condition,
                                   !op.getElseRegion().empty());
  for (auto [from, to] : llvm::zip(op->getRegions(), emitted->getRegions())) {
    if (from.empty())
      continue;
    // What is computed under the condition does not leave it.
    auto outside = known;
    DenseMap<Value, Lanes> inside = values;
    OpBuilder inner = OpBuilder::atBlockBegin(&to.front());
    if (failed(emitBlock(inner, from.front(), inside, loopIndices)))
      return failure();
    SmallVector<Value> yielded;
    for (Value value : from.front().getTerminator()->getOperands()) {
      FailureOr<Lanes> lane = getValue(inner, value, inside);
      if (failed(lane))
        return failure();
      yielded.push_back(materialize(inner, loc, *lane));
    }
    if (!to.front().empty() &&
        to.front().back().hasTrait<OpTrait::IsTerminator>())
      to.front().back().erase();
    inner.setInsertionPointToEnd(&to.front());
    scf::YieldOp::create(inner, loc, yielded);
    known = std::move(outside);
  }
  return SmallVector<Value>(emitted.getResults());
}

/// The results of the branch as vectors, made by a loop over the lanes.
FailureOr<SmallVector<Value>>
ElementEmitter::emitLaneByLane(OpBuilder &builder, scf::IfOp op,
                               DenseMap<Value, Lanes> &values,
                               ArrayRef<Lanes> loopIndices) {
  Location loc = op.getLoc();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  SmallVector<Value> initial;
  for (Type type : op.getResultTypes()) {
    auto vector = VectorType::get({lanes}, type);
    initial.push_back(
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vector)));
  }
  Value from = index(0), to = index(lanes), step = index(1);
  auto loop = scf::ForOp::create(builder, loc, from, to, step, initial);
  OpBuilder inner = OpBuilder::atBlockBegin(loop.getBody());
  Value lane = loop.getInductionVar();
  auto pick = [&](Lanes value) {
    switch (value.kind) {
    case Lanes::Kind::Uniform:
      break;
    case Lanes::Kind::Consecutive: {
      Value offset = lane;
      if (!value.value.getType().isIndex())
        offset = arith::IndexCastOp::create(inner, loc, value.value.getType(),
                                            offset);
      return Lanes::uniform(
          arith::AddIOp::create(inner, loc, value.value, offset));
    }
    case Lanes::Kind::Varying:
      return Lanes::uniform(
          vector::ExtractOp::create(inner, loc, value.value, lane));
    }
    return value;
  };

  // What the branch reads, in this lane.
  SetVector<Value> read;
  getUsedValuesDefinedAbove(op->getRegions(), read);
  read.insert(op.getCondition());
  auto comparison = op.getCondition().getDefiningOp<arith::CmpIOp>();
  if (comparison)
    read.insert(comparison->operand_begin(), comparison->operand_end());
  DenseMap<Value, Lanes> inside;
  for (Value value : read)
    if (auto it = values.find(value); it != values.end())
      inside[value] = pick(it->second);
  SmallVector<Lanes> indices = llvm::map_to_vector(loopIndices, pick);

  int64_t outerLanes = std::exchange(lanes, 1);
  auto outerKnown = std::exchange(known, {});
  llvm::scope_exit restore([&] {
    lanes = outerLanes;
    known = std::move(outerKnown);
  });
  // Comparing again is cheaper than taking a bit out of a vector.
  if (comparison && failed(emitOp(inner, *comparison, inside, indices)))
    return failure();
  FailureOr<Lanes> condition = getValue(inner, op.getCondition(), inside);
  if (failed(condition))
    return failure();
  FailureOr<SmallVector<Value>> results =
      emitBranches(inner, op, condition->value, inside, indices);
  if (failed(results))
    return failure();
  SmallVector<Value> next;
  for (auto [value, vector] : llvm::zip(*results, loop.getRegionIterArgs()))
    next.push_back(vector::InsertOp::create(inner, loc, value, vector, lane));
  scf::YieldOp::create(inner, loc, next);
  return SmallVector<Value>(loop.getResults());
}

LogicalResult ElementEmitter::emitIf(OpBuilder &builder, scf::IfOp op,
                                     Lanes condition,
                                     DenseMap<Value, Lanes> &values,
                                     ArrayRef<Lanes> loopIndices) {
  Location loc = op.getLoc();
  auto finish = [&](FailureOr<SmallVector<Value>> results) -> LogicalResult {
    if (failed(results))
      return failure();
    for (auto [from, to] : llvm::zip(op.getResults(), *results))
      values[from] = lanes == 1 ? Lanes::uniform(to) : Lanes::varying(to);
    return success();
  };
  if (lanes == 1 || condition.kind == Lanes::Kind::Uniform)
    return finish(
        emitBranches(builder, op, condition.value, values, loopIndices));
  if (op.getNumResults() == 0)
    return op.emitOpError("cannot be emitted on vectors");

  SmallVector<arith::CmpIOp> comparisons = collectComparisons(op, values);
  Value differs;
  for (arith::CmpIOp comparison : comparisons) {
    FailureOr<Value> here = emitDisagreement(builder, comparison, values);
    if (failed(here))
      return failure();
    if (!*here) {
      comparisons.clear();
      break;
    }
    differs =
        differs ? arith::OrIOp::create(builder, loc, differs, *here) : *here;
  }
  if (comparisons.empty())
    return finish(emitLaneByLane(builder, op, values, loopIndices));

  SmallVector<Type> types;
  for (Type type : op.getResultTypes())
    types.push_back(VectorType::get({lanes}, type));
  auto emitted = scf::IfOp::create(builder, loc, types, differs,
                                   /*withElseRegion=*/true);
  OpBuilder border = emitted.getThenBodyBuilder();
  FailureOr<SmallVector<Value>> apart =
      emitLaneByLane(border, op, values, loopIndices);
  if (failed(apart))
    return failure();
  scf::YieldOp::create(border, loc, *apart);

  OpBuilder whole = emitted.getElseBodyBuilder();
  agreeing.insert(comparisons.begin(), comparisons.end());
  auto outside = known;
  DenseMap<Value, Lanes> inside = values;
  if (failed(emitOp(whole, *comparisons.front(), inside, loopIndices)))
    return failure();
  FailureOr<SmallVector<Value>> together = emitBranches(
      whole, op, inside.lookup(op.getCondition()).value, inside, loopIndices);
  known = std::move(outside);
  for (arith::CmpIOp comparison : comparisons)
    agreeing.erase(comparison);
  if (failed(together))
    return failure();
  scf::YieldOp::create(whole, loc, *together);
  return finish(SmallVector<Value>(emitted.getResults()));
}
