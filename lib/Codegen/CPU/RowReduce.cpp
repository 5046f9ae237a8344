//===- RowReduce.cpp - reductions along rows on a CPU ---------------------===//
//
// One row at a time: each reduction of the kernel runs over the row with
// several vectors of partial results, which are combined in a fixed order, so
// that the result depends on nothing but the row; then the outputs of the row
// are written. A softmax is a maximum, a sum and a pass that writes.
//
// Of a reduction of everything in two steps, the first is here too: a block
// reduces a stretch of the elements, in order, as if they were its row.
//
//===----------------------------------------------------------------------===//

#include "Combiner.h"
#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

/// Elements that each lane of each accumulator takes before they are joined
/// with those before, where joining rounds: no chain is longer than this and
/// the number of such stretches together.
static constexpr int64_t kStretch = 256;

/// Turns of a loop that 32 bits are left to count.
static constexpr int64_t kTurns = int64_t(1) << 30;

FailureOr<SmallVector<Value>>
CpuKernel::reduceRow(linalg::LinalgOp op, ArrayRef<Lanes> row,
                     std::optional<Range> elements) {
  Combiner combiner(op);
  int64_t lanes = combiner ? schedule.getVector() : 1;
  int64_t unroll = lanes > 1 ? schedule.getUnroll() : 1;

  // The state: `unroll` times a vector for each accumulator of the op, then
  // scalars for what is left of each row.
  unsigned results = op->getNumResults();
  SmallVector<Value> identities;
  for (Value init : op.getDpsInits()) {
    emitter->setLanes(1);
    FailureOr<Lanes> identity =
        emitter->emit(builder, init, indicesOf(init, row));
    if (failed(identity))
      return failure();
    identities.push_back(identity->value);
  }
  SmallVector<Value> initial;
  if (lanes > 1) {
    emitter->setLanes(lanes);
    SmallVector<Value> vectors;
    for (Value identity : identities)
      vectors.push_back(
          emitter->materialize(builder, loc, Lanes::uniform(identity)));
    for (int64_t u = 0; u < unroll; ++u)
      llvm::append_range(initial, vectors);
  }
  initial.append(identities);

  Value zero = constant(0), one = constant(1);
  ArrayRef<unsigned> loops = space.reduction;
  ArrayRef<unsigned> outerLoops = loops.empty() ? loops : loops.drop_back();
  Value length = loops.empty() ? one : sizeOfLoop(loops.back());

  auto step = [&](ArrayRef<Value> leading, Lanes last, ValueRange accumulators,
                  Lanes::Kind kind) -> FailureOr<SmallVector<Value>> {
    SmallVector<Lanes> reduction, before;
    for (Value index : leading)
      reduction.push_back(Lanes::uniform(index));
    if (!loops.empty())
      reduction.push_back(last);
    for (Value accumulator : accumulators)
      before.push_back({accumulator, kind});
    FailureOr<SmallVector<Lanes>> next =
        emitter->emitBody(builder, op, loopsOf(op, row, reduction), before);
    if (failed(next))
      return failure();
    SmallVector<Value> values;
    for (Lanes value : *next)
      values.push_back(emitter->materialize(builder, loc, value));
    return values;
  };
  // Joins states of equal length.
  auto combineAll = [&](ValueRange a, ValueRange b) {
    SmallVector<Value> joined;
    for (unsigned i = 0; i < a.size(); i += results)
      llvm::append_range(joined, combiner.combine(builder, a.slice(i, results),
                                                  b.slice(i, results)));
    return joined;
  };

  // A stretch of the last loop in vectors, `group` at a time.
  auto stretch = [&](ArrayRef<Value> leading, Range range, int64_t group,
                     ArrayRef<Value> from) {
    emitter->setLanes(lanes);
    return reduceLoops(
        range, constant(group * lanes), from,
        [&](ArrayRef<Value> index,
            ValueRange values) -> FailureOr<SmallVector<Value>> {
          SmallVector<Value> result;
          for (int64_t u = 0; u < group; ++u) {
            Value at = u == 0 ? index[0]
                              : arith::AddIOp::create(builder, loc, index[0],
                                                      constant(u * lanes))
                                    .getResult();
            FailureOr<SmallVector<Value>> value =
                step(leading, Lanes::consecutive(at),
                     values.slice(u * results, results), Lanes::Kind::Varying);
            if (failed(value))
              return failure();
            llvm::append_range(result, *value);
          }
          return result;
        });
  };

  // The same for an element with its index, where a lane remembers not the
  // index but in which turn of the loop its element came: a number as narrow as
  // the elements, the same in all lanes. The index is worked out after the
  // loop.
  std::optional<kernel::Combination::Followed> followed =
      combiner.getFollowed();
  auto follow = [&](ArrayRef<Value> leading, Range range, int64_t group,
                    ValueRange from) -> FailureOr<SmallVector<Value>> {
    emitter->setLanes(lanes);
    auto type = VectorType::get({lanes}, builder.getI32Type());
    auto splat = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(
          builder, loc,
          DenseElementsAttr::get(type, builder.getI32IntegerAttr(value)));
    };
    auto loopsAt = [&](Lanes last) {
      SmallVector<Lanes> reduction = llvm::map_to_vector(
          leading, [](Value index) { return Lanes::uniform(index); });
      reduction.push_back(last);
      return loopsOf(op, row, reduction);
    };
    Value never = splat(-1);
    // For each vector the best elements and their turns; then this turn.
    SmallVector<Value> before;
    for (int64_t u = 0; u < group; ++u)
      before.append({from[u * results], never});
    before.push_back(splat(0));
    Value width = constant(group * lanes);
    FailureOr<SmallVector<Value>> found = reduceLoops(
        range, width, before,
        [&](ArrayRef<Value> index,
            ValueRange values) -> FailureOr<SmallVector<Value>> {
          SmallVector<Value> next;
          Value turn = values.back();
          for (int64_t u = 0; u < group; ++u) {
            Value at = arith::AddIOp::create(builder, loc, index[0],
                                             constant(u * lanes));
            Value best = values[2 * u];
            FailureOr<SmallVector<Lanes>> body = emitter->emitValues(
                builder, op, loopsAt(Lanes::consecutive(at)),
                {Lanes::varying(best), Lanes()},
                {followed->condition, followed->element});
            if (failed(body))
              return failure();
            Value wins = emitter->materialize(builder, loc, body->front());
            Value element = emitter->materialize(builder, loc, body->back());
            next.push_back(
                arith::SelectOp::create(builder, loc, wins, element, best));
            next.push_back(arith::SelectOp::create(builder, loc, wins, turn,
                                                   values[2 * u + 1]));
          }
          next.push_back(arith::AddIOp::create(builder, loc, turn, splat(1)));
          return next;
        });
    if (failed(found))
      return failure();
    emitter->setLanes(lanes);
    SmallVector<Value> state;
    for (int64_t u = 0; u < group; ++u) {
      Value turn = (*found)[2 * u + 1];
      Value first =
          arith::AddIOp::create(builder, loc, range.begin, constant(u * lanes));
      Value distance = arith::IndexCastOp::create(
          builder, loc, VectorType::get({lanes}, builder.getIndexType()), turn);
      distance = arith::MulIOp::create(
          builder, loc, distance,
          emitter->materialize(builder, loc, Lanes::uniform(width)));
      Value last = arith::AddIOp::create(
          builder, loc, distance,
          emitter->materialize(builder, loc, Lanes::consecutive(first)));
      FailureOr<SmallVector<Lanes>> index = emitter->emitValues(
          builder, op, loopsAt(Lanes::varying(last)), {}, followed->index);
      if (failed(index))
        return failure();
      Value old = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        turn, never);
      state.push_back((*found)[2 * u]);
      state.push_back(arith::SelectOp::create(
          builder, loc, old, from[u * results + 1],
          emitter->materialize(builder, loc, index->front())));
    }
    return state;
  };

  // The elements [done, end) of the last loop.
  auto line = [&](ArrayRef<Value> leading, Value done, Value end,
                  ValueRange carried) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> state(carried);
    // Whole groups of `unroll` vectors, then single vectors.
    SmallVector<int64_t> groups;
    if (lanes > 1)
      groups = unroll > 1 ? SmallVector<int64_t>{unroll, 1}
                          : SmallVector<int64_t>{1};
    for (int64_t group : groups) {
      Value width = constant(group * lanes);
      Value left = arith::SubIOp::create(builder, loc, end, done);
      Value rest = arith::RemUIOp::create(builder, loc, left, width);
      Value split = arith::SubIOp::create(builder, loc, end, rest);
      Range range{done, split};
      unsigned count = group * results;
      SmallVector<Value> from(ArrayRef<Value>(state).take_front(count));
      FailureOr<SmallVector<Value>> next;
      bool follows = followed && !loops.empty();
      if (group == unroll && (combiner.rounds() || follows)) {
        Value extent = constant((follows ? kTurns : kStretch) * group * lanes);
        next = reduceLoops(
            range, extent, from,
            [&](ArrayRef<Value> index,
                ValueRange values) -> FailureOr<SmallVector<Value>> {
              Value stop =
                  arith::AddIOp::create(builder, loc, index[0], extent);
              stop = arith::MinUIOp::create(builder, loc, stop, split);
              Range part{index[0], stop};
              if (follows)
                return follow(leading, part, group, values);
              FailureOr<SmallVector<Value>> sums = stretch(
                  leading, part, group,
                  SmallVector<Value>(ArrayRef(initial).take_front(count)));
              if (failed(sums))
                return failure();
              return combineAll(values, *sums);
            });
      } else {
        next = stretch(leading, range, group, from);
      }
      if (failed(next))
        return failure();
      llvm::copy(*next, state.begin());
      done = split;
    }
    // What is left, one by one; apart from the other rows where that rounds.
    emitter->setLanes(1);
    bool apart = combiner.rounds() && !leading.empty();
    ArrayRef<Value> before = ArrayRef(state).take_back(results);
    FailureOr<SmallVector<Value>> next = reduceLoops(
        Range{done, end}, one, apart ? identities : SmallVector<Value>(before),
        [&](ArrayRef<Value> index, ValueRange values) {
          return step(leading, Lanes::uniform(index[0]), values,
                      Lanes::Kind::Uniform);
        });
    if (failed(next))
      return failure();
    SmallVector<Value> after = apart ? combineAll(before, *next) : *next;
    state.truncate(state.size() - results);
    state.append(after);
    return state;
  };

  FailureOr<SmallVector<Value>> state;
  if (!elements) {
    SmallVector<Range> ranges = rangesOf(loops);
    if (!ranges.empty())
      ranges.pop_back();
    state = reduceLoops(ranges, SmallVector<Value>(ranges.size(), one), initial,
                        [&](ArrayRef<Value> leading, ValueRange carried) {
                          return line(leading, zero, length, carried);
                        });
  } else if (outerLoops.empty()) {
    state = line({}, elements->begin, elements->end, initial);
  } else {
    // The lines that hold some of the elements, the first and last in part.
    Value size = arith::MaxUIOp::create(builder, loc, length, one);
    Range lines{arith::DivUIOp::create(builder, loc, elements->begin, size),
                arith::CeilDivUIOp::create(builder, loc, elements->end, size)};
    state = reduceLoops(
        lines, one, initial, [&](ArrayRef<Value> number, ValueRange carried) {
          SmallVector<Value> leading =
              llvm::map_to_vector(delinearize(number[0], outerLoops),
                                  [](Lanes index) { return index.value; });
          Value start = arith::MulIOp::create(builder, loc, number[0], length);
          Value stop = arith::AddIOp::create(builder, loc, start, length);
          Value from =
              arith::MaxUIOp::create(builder, loc, elements->begin, start);
          Value to = arith::MinUIOp::create(builder, loc, elements->end, stop);
          from = arith::SubIOp::create(builder, loc, from, start);
          to = arith::SubIOp::create(builder, loc, to, start);
          return line(leading, from, to, carried);
        });
  }
  if (failed(state) || lanes == 1)
    return state;
  SmallVector<Value> vectors(ArrayRef<Value>(*state).drop_back(results));
  while (vectors.size() > results) {
    // Neighbours join in pairs; an odd one waits for the next turn.
    SmallVector<Value> half;
    ArrayRef<Value> left = vectors;
    for (; left.size() >= 2 * results; left = left.drop_front(2 * results))
      llvm::append_range(half,
                         combiner.combine(builder, left.take_front(results),
                                          left.slice(results, results)));
    llvm::append_range(half, left);
    vectors = half;
  }
  SmallVector<Value> joined = combiner.combineLanes(builder, vectors);
  return combiner.combine(builder, joined,
                          ArrayRef<Value>(*state).take_back(results));
}

LogicalResult CpuKernel::emitRowReduce() {
  Operation *terminator = kernel.getBody().front().getTerminator();
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
        FailureOr<SmallVector<Value>> values = reduceRow(op, row);
        if (failed(values))
          return failure();
        for (auto [result, scalar] : llvm::zip(op->getResults(), *values))
          emitter->provide(result, [scalar](OpBuilder &, ArrayRef<Lanes>) {
            return Lanes::uniform(scalar);
          });
      }
      emitter->setLanes(1);
      if (failed(storeResults(perRow, row)))
        return failure();
      if (perElement.empty())
        return success();

      // The loops over the elements of the row, the last one in vectors.
      SmallVector<Lanes> indices = row;
      std::function<LogicalResult(ArrayRef<Range>)> nest =
          [&](ArrayRef<Range> loops) -> LogicalResult {
        Range range = loops.front();
        auto element = [&](Lanes index) -> LogicalResult {
          indices.push_back(index);
          LogicalResult result = storeResults(perElement, indices);
          indices.pop_back();
          return result;
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
      return nest(rangesOf(space.reduction));
    });
  });
}

LogicalResult CpuKernel::emitPartialReduce() {
  linalg::LinalgOp op = space.leader;
  auto returned = kernel.getBody().front().getTerminator()->getOperands();
  if (!space.parallel.empty() || !llvm::all_of(returned, [&](Value value) {
        auto parts = value.getDefiningOp<kernel::PartialsOp>();
        return parts && parts.getTotal().getDefiningOp() == op.getOperation();
      }))
    return kernel.emitOpError("is the first step of a full reduction; expected "
                              "the parts of one reduction of everything");

  // Each block has as many neighbouring elements, in whole rounds of the loop
  // over vectors; the last ones may be left with fewer, or none. How many there
  // are depends on the number of parts, which the host has from the sizes.
  Value total = constant(1);
  for (unsigned loop : space.reduction)
    total = arith::MulIOp::create(builder, loc, total, sizeOfLoop(loop));
  Value parts = emitter->getSize(builder, loc, kernel.getDestination(0), 0);
  Value round = constant(schedule.getVector() * schedule.getUnroll());
  Value perBlock = arith::CeilDivUIOp::create(
      builder, loc, total, arith::MulIOp::create(builder, loc, parts, round));
  perBlock = arith::MulIOp::create(builder, loc, perBlock, round);

  return forEach({firstBlock, endBlock}, constant(1), [&](Value block) {
    Value begin = arith::MulIOp::create(builder, loc, block, perBlock);
    Value end = arith::AddIOp::create(builder, loc, begin, perBlock);
    Range elements{arith::MinUIOp::create(builder, loc, begin, total),
                   arith::MinUIOp::create(builder, loc, end, total)};
    FailureOr<SmallVector<Value>> values = reduceRow(op, {}, elements);
    if (failed(values))
      return failure();
    emitter->setLanes(1);
    for (auto [i, value] : llvm::enumerate(returned)) {
      auto result =
          cast<OpResult>(value.getDefiningOp<kernel::PartialsOp>().getTotal());
      emitter->store(
          builder, loc, Lanes::uniform((*values)[result.getResultNumber()]),
          kernel.getDestination(i).getArgNumber(), Lanes::uniform(block));
    }
    return success();
  });
}
