//===- RolledFunctions.cpp - functions of several elements, written once --===//
//
// A thread that keeps several vectors of a row in registers needs, say, the
// exponentials of them all. Unrolled they would be most of the kernel's code,
// and of the time that it takes to compile. So they are computed in a loop, and
// since registers have no index, the values move: each turn takes the first of
// a list, and the result joins at the end.
//
//   for 4 turns, with (x0, x1, x2, x3):
//     yield (x1, x2, x3, f(x0))
//
// Where rows are shorter than the registers could hold, the last turns only
// move.
//
// ptxas unrolls the loop where that pays, and then nothing moves.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "theano/Codegen/Emission/ElementEmitter.h"
#include "theano/Dialect/Kernel/Kernel.h"

using namespace mlir;
using namespace theano;
using namespace theano::emission;

/// Whether expand-math makes many instructions of `op`.
static bool isFunction(Operation &op) {
  return isa<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp,
             math::Log2Op, math::Log10Op, math::Log1pOp, math::PowFOp,
             math::TanhOp, math::SinOp, math::CosOp, math::TanOp, math::ErfOp,
             kernel::SigmoidOp, kernel::SoftplusOp, arith::RemFOp>(op);
}

bool emission::computesFunctions(linalg::LinalgOp op) {
  return op.getNumReductionLoops() == 0 &&
         llvm::any_of(*op.getBlock(), isFunction);
}

/// Whether the body of `op` depends on nothing but the elements of its inputs.
static bool isOfElements(linalg::LinalgOp op) {
  Block &body = *op.getBlock();
  return llvm::all_of(
             op.getRegionOutputArgs(),
             [](BlockArgument output) { return output.use_empty(); }) &&
         llvm::all_of(body.without_terminator(), [](Operation &inner) {
           return isPure(&inner) && inner.getNumRegions() == 0 &&
                  !isa<linalg::IndexOp>(inner) &&
                  llvm::none_of(inner.getOperandTypes(),
                                llvm::IsaPred<ShapedType>);
         });
}

namespace {
/// What moves through the loop: the values of an argument of the body, which
/// make room for a result, or a result's alone.
struct MovingList {
  SmallVector<Value> values;
  std::optional<unsigned> argument, result;
};
} // namespace

LogicalResult ElementEmitter::emitAtEach(OpBuilder &builder,
                                         linalg::LinalgOp op,
                                         ArrayRef<SmallVector<Lanes>> indices,
                                         Value wanted) {
  size_t count = indices.size();
  if (llvm::all_of(indices, [&](const SmallVector<Lanes> &at) {
        return known.values.count(getElement(op->getResult(0), at)) != 0;
      }))
    return success();
  if (count < 2 || !computesFunctions(op) || !isOfElements(op)) {
    for (const SmallVector<Lanes> &at : indices)
      if (failed(emit(builder, op->getResult(0), at)))
        return failure();
    return success();
  }

  Location loc = op.getLoc();
  Block &body = *op.getBlock();
  SmallVector<DenseMap<Value, Lanes>> bound;
  for (const SmallVector<Lanes> &at : indices) {
    FailureOr<SmallVector<Lanes>> loops = getLoopIndices(op, 0, at);
    if (failed(loops))
      return failure();
    auto values =
        bindArguments(builder, op, *loops, {}, [](BlockArgument argument) {
          return !argument.use_empty();
        });
    if (failed(values))
      return failure();
    bound.push_back(std::move(*values));
  }

  // What is the same at all indices stays outside of the loop.
  DenseMap<Value, Lanes> values = bound.front();
  SmallVector<MovingList> lists;
  for (BlockArgument argument : op.getRegionInputArgs()) {
    if (argument.use_empty() ||
        llvm::all_of(bound, [&](DenseMap<Value, Lanes> &other) {
          return other.lookup(argument) == values.lookup(argument);
        }))
      continue;
    MovingList &list = lists.emplace_back();
    list.argument = argument.getArgNumber();
    for (DenseMap<Value, Lanes> &other : bound)
      list.values.push_back(materialize(builder, loc, other.lookup(argument)));
  }
  if (lists.empty()) {
    // The same everywhere: once will do.
    FailureOr<SmallVector<Lanes>> loops =
        getLoopIndices(op, 0, indices.front());
    FailureOr<SmallVector<Lanes>> yielded = emitBody(builder, op, *loops, {});
    if (failed(yielded))
      return failure();
    for (const SmallVector<Lanes> &at : indices)
      for (auto [result, value] : llvm::zip(op->getResults(), *yielded))
        known.values[getElement(result, at)] = value;
    return success();
  }
  for (OpResult result : op->getResults()) {
    Type element = getElementTypeOrSelf(result.getType());
    Type type = lanes == 1 ? element : VectorType::get({lanes}, element);
    auto *list = llvm::find_if(lists, [&](const MovingList &list) {
      return !list.result && list.values.front().getType() == type;
    });
    if (list == lists.end()) {
      Value nothing = ub::PoisonOp::create(builder, loc, type);
      lists.push_back({SmallVector<Value>(count, nothing), {}, {}});
      list = &lists.back();
    }
    list->result = result.getResultNumber();
  }

  SmallVector<Value> initial;
  for (const MovingList &list : lists)
    llvm::append_range(initial, list.values);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value from = constant(0), to = constant(count), step = constant(1);
  auto loop = scf::ForOp::create(builder, loc, from, to, step, initial);
  auto wrap = [&](Value value) {
    return lanes == 1 ? Lanes::uniform(value) : Lanes::varying(value);
  };
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    for (auto [i, list] : llvm::enumerate(lists))
      if (list.argument)
        values[body.getArgument(*list.argument)] =
            wrap(loop.getRegionIterArg(i * count));
    Emitted outside = takeEmitted();
    scf::IfOp branch;
    if (wanted) {
      Value isWanted =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                loop.getInductionVar(), wanted);
      SmallVector<Type> types;
      for (const MovingList &list : lists)
        if (list.result)
          types.push_back(list.values.front().getType());
      branch = scf::IfOp::create(builder, loc, types, isWanted,
                                 /*withElseRegion=*/true);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    if (failed(emitBlock(builder, body, values, {})))
      return failure();
    SmallVector<Value> results;
    for (const MovingList &list : lists) {
      if (!list.result)
        continue;
      FailureOr<Lanes> result = getValue(
          builder, body.getTerminator()->getOperand(*list.result), values);
      if (failed(result))
        return failure();
      results.push_back(materialize(builder, loc, *result));
    }
    if (branch) {
      scf::YieldOp::create(builder, loc, results);
      builder.setInsertionPointToStart(branch.elseBlock());
      SmallVector<Value> others;
      for (auto [i, list] : llvm::enumerate(lists))
        if (list.result && list.argument)
          others.push_back(loop.getRegionIterArg(i * count));
        else if (list.result)
          others.push_back(arith::ConstantOp::create(
              builder, loc,
              builder.getZeroAttr(list.values.front().getType())));
      scf::YieldOp::create(builder, loc, others);
      builder.setInsertionPointAfter(branch);
      results.assign(branch.result_begin(), branch.result_end());
    }
    SmallVector<Value> moved;
    auto *next = results.begin();
    for (auto [i, list] : llvm::enumerate(lists)) {
      auto arguments = loop.getRegionIterArgs().slice(i * count, count);
      llvm::append_range(moved, arguments.drop_front());
      moved.push_back(list.result ? *next++ : arguments.back());
    }
    scf::YieldOp::create(builder, loc, moved);
    resume(std::move(outside));
  }
  for (auto [i, list] : llvm::enumerate(lists))
    for (size_t at = 0; list.result && at < count; ++at)
      known.values[getElement(op->getResult(*list.result), indices[at])] =
          wrap(loop.getResult(i * count + at));
  return success();
}
