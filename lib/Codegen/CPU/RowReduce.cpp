//===- RowReduce.cpp - reductions along rows on a CPU ---------------------===//
//
// One row at a time: each reduction of the kernel runs over the row with
// several vectors of partial results, which are combined in a fixed order, so
// that the result depends on nothing but the row; then the outputs of the row
// are written. A softmax is a maximum, a sum and a pass that writes.
//
//===----------------------------------------------------------------------===//

#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

/// The operation that joins a new value with the accumulator, if the body is of
/// that form.
static Operation *findCombiner(linalg::LinalgOp op) {
  Block &body = *op.getBlock();
  Operation *combiner = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!combiner || combiner->getNumOperands() != 2 ||
      combiner->getNumResults() != 1)
    return nullptr;
  Value accumulator = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  if (!accumulator.hasOneUse() ||
      !llvm::is_contained(combiner->getOperands(), accumulator))
    return nullptr;
  return isa<arith::AddFOp, arith::AddIOp, arith::MulFOp, arith::MulIOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
             arith::MinNumFOp, arith::MaxSIOp, arith::MaxUIOp, arith::MinSIOp,
             arith::MinUIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(
             combiner)
             ? combiner
             : nullptr;
}

/// `combiner` on two values of any one shape.
static Value combine(OpBuilder &builder, Operation *combiner, Value a,
                     Value b) {
  OperationState state(combiner->getLoc(), combiner->getName());
  state.addOperands({a, b});
  state.addTypes(a.getType());
  state.propertiesAttr = combiner->getPropertiesAsAttribute();
  return builder.create(state)->getResult(0);
}

/// Joins the lanes of a vector in halves.
static Value combineLanes(OpBuilder &builder, Operation *combiner,
                          Value vector) {
  Location loc = combiner->getLoc();
  int64_t lanes = cast<VectorType>(vector.getType()).getDimSize(0);
  while (lanes > 1) {
    lanes /= 2;
    Value low = vector::ExtractStridedSliceOp::create(
        builder, loc, vector, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{lanes},
        ArrayRef<int64_t>{1});
    Value high = vector::ExtractStridedSliceOp::create(
        builder, loc, vector, ArrayRef<int64_t>{lanes},
        ArrayRef<int64_t>{lanes}, ArrayRef<int64_t>{1});
    vector = combine(builder, combiner, low, high);
  }
  return vector::ExtractOp::create(builder, loc, vector, int64_t(0));
}

FailureOr<Value> CpuKernel::reduceRow(linalg::LinalgOp op,
                                      ArrayRef<Lanes> row) {
  Operation *combiner = findCombiner(op);
  int64_t lanes = combiner ? schedule.getVector() : 1;
  int64_t unroll = lanes > 1 ? schedule.getUnroll() : 1;

  Value init = op.getDpsInitOperand(0)->get();
  emitter->setLanes(1);
  FailureOr<Lanes> identity =
      emitter->emit(builder, init, indicesOf(init, row));
  if (failed(identity))
    return failure();

  // The state: `unroll` vectors, then a scalar for what is left of each row.
  SmallVector<Value> initial;
  if (lanes > 1) {
    emitter->setLanes(lanes);
    initial.append(unroll, emitter->materialize(builder, loc, *identity));
  }
  initial.push_back(identity->value);

  Value zero = constant(0), one = constant(1);
  SmallVector<Range> outer;
  SmallVector<Value> outerSteps;
  ArrayRef<unsigned> loops = space.reduction;
  for (unsigned loop : loops.empty() ? loops : loops.drop_back()) {
    outer.push_back({zero, sizeOfLoop(loop)});
    outerSteps.push_back(one);
  }
  Value length = loops.empty() ? one : sizeOfLoop(loops.back());

  auto step = [&](ArrayRef<Value> leading, Lanes last, Value accumulator,
                  Lanes::Kind kind) -> FailureOr<Value> {
    SmallVector<Lanes> reduction;
    for (Value index : leading)
      reduction.push_back(Lanes::uniform(index));
    if (!loops.empty())
      reduction.push_back(last);
    FailureOr<SmallVector<Lanes>> next = emitter->emitBody(
        builder, op, loopsOf(op, row, reduction), Lanes{accumulator, kind});
    if (failed(next))
      return failure();
    return emitter->materialize(builder, loc, next->front());
  };

  auto body = [&](ArrayRef<Value> leading,
                  ValueRange carried) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> state(carried);
    Value done = zero;
    if (lanes > 1) {
      // Whole groups of `unroll` vectors, then single vectors.
      for (int64_t group : {unroll, int64_t(1)}) {
        Value width = constant(group * lanes);
        Value left = arith::SubIOp::create(builder, loc, length, done);
        Value rest = arith::RemUIOp::create(builder, loc, left, width);
        Value split = arith::SubIOp::create(builder, loc, length, rest);
        emitter->setLanes(lanes);
        FailureOr<SmallVector<Value>> next = reduceLoops(
            Range{done, split}, width,
            SmallVector<Value>(ArrayRef(state).take_front(group)),
            [&](ArrayRef<Value> index,
                ValueRange values) -> FailureOr<SmallVector<Value>> {
              SmallVector<Value> result;
              for (int64_t u = 0; u < group; ++u) {
                Value at = u == 0
                               ? index[0]
                               : arith::AddIOp::create(builder, loc, index[0],
                                                       constant(u * lanes))
                                     .getResult();
                FailureOr<Value> value = step(leading, Lanes::consecutive(at),
                                              values[u], Lanes::Kind::Varying);
                if (failed(value))
                  return failure();
                result.push_back(*value);
              }
              return result;
            });
        if (failed(next))
          return failure();
        llvm::copy(*next, state.begin());
        done = split;
        if (unroll == 1)
          break;
      }
    }
    emitter->setLanes(1);
    FailureOr<SmallVector<Value>> next =
        reduceLoops(Range{done, length}, one, {state.back()},
                    [&](ArrayRef<Value> index,
                        ValueRange values) -> FailureOr<SmallVector<Value>> {
                      FailureOr<Value> value =
                          step(leading, Lanes::uniform(index[0]), values[0],
                               Lanes::Kind::Uniform);
                      if (failed(value))
                        return failure();
                      return SmallVector<Value>{*value};
                    });
    if (failed(next))
      return failure();
    state.back() = next->front();
    return state;
  };
  FailureOr<SmallVector<Value>> state =
      reduceLoops(outer, outerSteps, initial, body);
  if (failed(state))
    return failure();
  if (lanes == 1)
    return state->back();
  SmallVector<Value> vectors(ArrayRef(*state).drop_back());
  while (vectors.size() > 1) {
    SmallVector<Value> half;
    for (unsigned i = 0; i + 1 < vectors.size(); i += 2)
      half.push_back(combine(builder, combiner, vectors[i], vectors[i + 1]));
    if (vectors.size() % 2)
      half.push_back(vectors.back());
    vectors = half;
  }
  Value joined = combineLanes(builder, combiner, vectors.front());
  return combine(builder, combiner, joined, state->back());
}

LogicalResult CpuKernel::emitRowReduce() {
  auto terminator = kernel.getBody().front().getTerminator();
  // A result has a value for each row, or one for each element of the row.
  SmallVector<unsigned> perRow, perElement;
  for (auto [i, value] : llvm::enumerate(terminator->getOperands())) {
    auto op = value.getDefiningOp<linalg::LinalgOp>();
    bool row = (op && op.getNumReductionLoops() != 0) ||
               countRealDims(value) == space.parallel.size();
    (row ? perRow : perElement).push_back(i);
  }

  return forEach({firstBlock, endBlock}, constant(1), [&](Value block) {
    Range rows, columns;
    locateBlock(block, rows, columns);
    return forEach(rows, constant(1), [&](Value number) -> LogicalResult {
      SmallVector<Lanes> row = delinearize(number, space.parallel);
      for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>()) {
        if (op.getNumReductionLoops() == 0)
          continue;
        FailureOr<Value> value = reduceRow(op, row);
        if (failed(value))
          return failure();
        Value scalar = *value;
        emitter->provide(op->getResult(0),
                         [scalar](OpBuilder &, ArrayRef<Lanes>) {
                           return Lanes::uniform(scalar);
                         });
      }
      emitter->setLanes(1);
      for (unsigned i : perRow)
        if (failed(storeResult(i, row)))
          return failure();
      if (perElement.empty())
        return success();

      // The loops over the elements of the row, the last one in vectors.
      SmallVector<Lanes> indices = row;
      std::function<LogicalResult(ArrayRef<unsigned>)> nest =
          [&](ArrayRef<unsigned> loops) -> LogicalResult {
        Range range = {constant(0), sizeOfLoop(loops.front())};
        auto element = [&](Lanes index) -> LogicalResult {
          indices.push_back(index);
          for (unsigned i : perElement)
            if (failed(storeResult(i, indices)))
              return failure();
          indices.pop_back();
          return success();
        };
        if (loops.size() == 1)
          return forEachVector(range, element);
        return forEach(range, constant(1), [&](Value index) {
          indices.push_back(Lanes::uniform(index));
          LogicalResult result = nest(loops.drop_front());
          indices.pop_back();
          return result;
        });
      };
      return nest(space.reduction);
    });
  });
}
