//===- Contract.cpp - products of matrices on a CPU -----------------------===//
//
// Every result keeps an accumulator in a register while the reduction loops
// run; neighbouring results are the lanes of a vector, and a tile of rows and
// vectors shares what it loads.
//
//===----------------------------------------------------------------------===//

#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

LogicalResult CpuKernel::emitTile(Value row, int64_t rows, Value column,
                                  int64_t vectors, int64_t lanes) {
  linalg::LinalgOp op = space.leader;
  unsigned results = op->getNumResults();
  emitter->setLanes(lanes);

  // The parallel indices of each part of the tile.
  SmallVector<SmallVector<Lanes>> parts;
  for (int64_t i = 0; i < rows; ++i) {
    SmallVector<Lanes> leading;
    if (space.parallel.size() > 1) {
      Value at = i == 0 ? row
                        : arith::AddIOp::create(builder, loc, row, constant(i))
                              .getResult();
      leading = delinearize(at, ArrayRef(space.parallel).drop_back());
    }
    for (int64_t j = 0; j < vectors; ++j) {
      SmallVector<Lanes> indices = leading;
      if (!space.parallel.empty()) {
        Value at = j == 0 ? column
                          : arith::AddIOp::create(builder, loc, column,
                                                  constant(j * lanes))
                                .getResult();
        indices.push_back(lanes == 1 ? Lanes::uniform(at)
                                     : Lanes::consecutive(at));
      }
      parts.push_back(indices);
    }
  }

  SmallVector<Value> initial;
  for (ArrayRef<Lanes> part : parts)
    for (unsigned r = 0; r < results; ++r) {
      Value init = op.getDpsInitOperand(r)->get();
      FailureOr<Lanes> value =
          emitter->emit(builder, init, indicesOf(init, part));
      if (failed(value))
        return failure();
      initial.push_back(emitter->materialize(builder, loc, *value));
    }

  SmallVector<Range> ranges = rangesOf(space.reduction);
  SmallVector<Value> steps(ranges.size(), constant(1));
  auto kind = lanes == 1 ? Lanes::Kind::Uniform : Lanes::Kind::Varying;
  auto body = [&](ArrayRef<Value> indices,
                  ValueRange carried) -> FailureOr<SmallVector<Value>> {
    SmallVector<Lanes> reduction;
    for (Value index : indices)
      reduction.push_back(Lanes::uniform(index));
    SmallVector<Value> next;
    for (auto [p, part] : llvm::enumerate(parts)) {
      SmallVector<Lanes> accumulators;
      for (Value value : carried.slice(p * results, results))
        accumulators.push_back({value, kind});
      FailureOr<SmallVector<Lanes>> yielded = emitter->emitBody(
          builder, op, loopsOf(op, part, reduction), accumulators);
      if (failed(yielded))
        return failure();
      for (Lanes value : *yielded)
        next.push_back(emitter->materialize(builder, loc, value));
    }
    return next;
  };
  FailureOr<SmallVector<Value>> reduced =
      reduceLoops(ranges, steps, initial, body);
  if (failed(reduced))
    return failure();

  for (auto [p, part] : llvm::enumerate(parts)) {
    for (unsigned r = 0; r < results; ++r) {
      Lanes value = {(*reduced)[p * results + r], kind};
      emitter->provide(op->getResult(r),
                       [value](OpBuilder &, ArrayRef<Lanes>) { return value; });
    }
    emitter->forget();
    if (failed(storeResults(part)))
      return failure();
  }
  return success();
}

LogicalResult CpuKernel::emitContract() {
  int64_t lanes = schedule.getVector();
  int64_t unroll = schedule.getUnroll();
  int64_t tileRows = schedule.getTile()[2];

  // Runs `body` in steps of `step` as far as whole steps go, and returns where
  // it stopped.
  auto stepped = [&](Range &range, int64_t step, Body body) -> LogicalResult {
    Value width = constant(step);
    Value split = range.end;
    if (step != 1) {
      Value count = arith::SubIOp::create(builder, loc, range.end, range.begin);
      Value rest = arith::RemUIOp::create(builder, loc, count, width);
      split = arith::SubIOp::create(builder, loc, range.end, rest);
    }
    LogicalResult result = forEach({range.begin, split}, width, body);
    range.begin = split;
    return result;
  };
  auto columnsOf = [&](Range columns, Value row, int64_t rows) {
    if (lanes > 1 && unroll > 1 &&
        failed(stepped(columns, lanes * unroll, [&](Value column) {
          return emitTile(row, rows, column, unroll, lanes);
        })))
      return failure();
    if (lanes > 1 && failed(stepped(columns, lanes, [&](Value column) {
          return emitTile(row, rows, column, 1, lanes);
        })))
      return failure();
    return stepped(columns, 1, [&](Value column) {
      return emitTile(row, rows, column, 1, 1);
    });
  };
  return forEach({firstBlock, endBlock}, constant(1), [&](Value block) {
    Range rows, columns;
    locateBlock(block, rows, columns);
    if (tileRows > 1 && failed(stepped(rows, tileRows, [&](Value row) {
          return columnsOf(columns, row, tileRows);
        })))
      return failure();
    return stepped(rows, 1,
                   [&](Value row) { return columnsOf(columns, row, 1); });
  });
}
