//===- PanelReduce.cpp - reductions across rows of contiguous results -----===//
//
// Column sums and their like: neighbouring results are neighbours in memory,
// and what one result reduces lies a row apart. A panel is several blocks of
// neighbouring results whose accumulators stay in a buffer in the first caches;
// the rows are swept in memory order, a group at a time, so that what is read
// streams and a group costs one load and store of the accumulators.
//
// Where joining rounds (sums, products), a group is summed apart, the groups of
// a chunk are summed apart, and the chunks are summed: no chain of additions is
// longer than the group, the groups of a chunk and the number of chunks
// together. The order depends on the number of terms alone.
//
//===----------------------------------------------------------------------===//

#include "Combiner.h"
#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

/// Rows whose groups are summed apart.
static constexpr int64_t kChunkRows = 1024;
/// Bytes that a buffer of accumulators is aligned to: a cache line.
static constexpr int64_t kBufferAlignment = 64;

Value CpuKernel::createPanel(Type element) {
  OpBuilder entry = OpBuilder::atBlockBegin(firstBlock.getParentBlock());
  auto type =
      MemRefType::get({schedule.getTile()[1] * schedule.getTile()[2]}, element);
  return memref::AllocaOp::create(entry, loc, type,
                                  entry.getI64IntegerAttr(kBufferAlignment));
}

Lanes CpuKernel::loadPanel(Value panel, Value at) {
  Type element = cast<MemRefType>(panel.getType()).getElementType();
  int64_t lanes = emitter->getLanes();
  if (lanes == 1)
    return Lanes::uniform(memref::LoadOp::create(builder, loc, panel, at));
  return Lanes::varying(vector::LoadOp::create(
      builder, loc, VectorType::get({lanes}, element), panel, at));
}

void CpuKernel::storePanel(Value value, Value panel, Value at) {
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(builder, loc, value, panel, at);
  else
    memref::StoreOp::create(builder, loc, value, panel, at);
}

LogicalResult CpuKernel::emitPanelReduce() {
  linalg::LinalgOp op = space.leader;
  unsigned results = op->getNumResults();
  int64_t groupRows = schedule.getUnroll();
  Combiner combiner(op);
  bool apart = combiner.rounds();

  // The accumulators of the results, and of the chunk where it is summed apart.
  SmallVector<Value> sums;
  for (Value init : op.getDpsInits())
    sums.push_back(createPanel(getElementTypeOrSelf(init)));
  SmallVector<Value> sweeping = sums;
  if (apart)
    sweeping[0] = createPanel(getElementTypeOrSelf(op.getDpsInits().front()));

  auto emitPanel = [&](Value row, Range columns) -> LogicalResult {
    SmallVector<Lanes> leading =
        delinearize(row, ArrayRef(space.parallel).drop_back());
    // Calls `body` with the indices of the results, and their place in a panel.
    auto forColumns =
        [&](llvm::function_ref<LogicalResult(ArrayRef<Lanes>, Value)> body) {
          return forEachVector(columns, [&](Lanes column) {
            SmallVector<Lanes> indices = leading;
            indices.push_back(column);
            return body(indices,
                        arith::SubIOp::create(builder, loc, column.value,
                                              columns.begin));
          });
        };
    auto initial = [&](unsigned result,
                       ArrayRef<Lanes> indices) -> FailureOr<Value> {
      Value init = op.getDpsInitOperand(result)->get();
      FailureOr<Lanes> value =
          emitter->emit(builder, init, indicesOf(init, indices));
      if (failed(value))
        return failure();
      return emitter->materialize(builder, loc, *value);
    };
    auto reset = [&](ArrayRef<Value> panels) {
      return forColumns([&](ArrayRef<Lanes> indices, Value at) {
        for (unsigned r = 0; r < panels.size(); ++r) {
          FailureOr<Value> value = initial(r, indices);
          if (failed(value))
            return failure();
          storePanel(*value, panels[r], at);
        }
        return success();
      });
    };

    auto reduceRows = [&](Value first, int64_t count) {
      SmallVector<SmallVector<Lanes>> rows;
      for (int64_t i = 0; i < count; ++i) {
        Value at = i == 0
                       ? first
                       : arith::AddIOp::create(builder, loc, first, constant(i))
                             .getResult();
        rows.push_back(delinearize(at, space.reduction));
      }
      return forColumns([&](ArrayRef<Lanes> indices,
                            Value at) -> LogicalResult {
        SmallVector<Lanes> state, group;
        for (Value panel : sweeping)
          state.push_back(loadPanel(panel, at));
        group = state;
        if (apart) {
          FailureOr<Value> identity = initial(0, indices);
          if (failed(identity))
            return failure();
          group.front().value = *identity;
        }
        for (ArrayRef<Lanes> row : rows) {
          FailureOr<SmallVector<Lanes>> next =
              emitter->emitBody(builder, op, loopsOf(op, indices, row), group);
          if (failed(next))
            return failure();
          group = *next;
        }
        for (unsigned r = 0; r < results; ++r) {
          Value value = emitter->materialize(builder, loc, group[r]);
          if (apart)
            value = combiner.combine(builder, state[r].value, value).front();
          storePanel(value, sweeping[r], at);
        }
        return success();
      });
    };
    auto reduceRange = [&](Range range) {
      Value width = constant(groupRows);
      Value count = arith::SubIOp::create(builder, loc, range.end, range.begin);
      Value rest = arith::RemUIOp::create(builder, loc, count, width);
      Value split = arith::SubIOp::create(builder, loc, range.end, rest);
      if (failed(forEach({range.begin, split}, width, [&](Value first) {
            return reduceRows(first, groupRows);
          })))
        return failure();
      return forEach({split, range.end}, constant(1),
                     [&](Value first) { return reduceRows(first, 1); });
    };

    Value total = constant(1);
    for (unsigned loop : space.reduction)
      total = arith::MulIOp::create(builder, loc, total, sizeOfLoop(loop));
    if (failed(reset(sums)))
      return failure();
    if (!apart) {
      if (failed(reduceRange({constant(0), total})))
        return failure();
    } else {
      Value chunkRows = constant(kChunkRows);
      if (failed(forEach(
              {constant(0), total}, chunkRows,
              [&](Value first) -> LogicalResult {
                Value end =
                    arith::AddIOp::create(builder, loc, first, chunkRows);
                end = arith::MinUIOp::create(builder, loc, end, total);
                if (failed(reset(sweeping)) ||
                    failed(reduceRange({first, end})))
                  return failure();
                return forColumns([&](ArrayRef<Lanes>, Value at) {
                  Value before = loadPanel(sums[0], at).value;
                  Value chunk = loadPanel(sweeping[0], at).value;
                  storePanel(combiner.combine(builder, before, chunk).front(),
                             sums[0], at);
                  return success();
                });
              })))
        return failure();
    }

    return forColumns([&](ArrayRef<Lanes> indices, Value at) {
      for (unsigned r = 0; r < results; ++r) {
        Lanes value = loadPanel(sums[r], at);
        emitter->provide(
            op->getResult(r),
            [value](OpBuilder &, ArrayRef<Lanes>) { return value; });
      }
      return storeResults(indices);
    });
  };

  // The blocks of a row that this call has are cut into panels.
  Value perRow = blocking.columnBlocks;
  Value last = arith::CeilDivUIOp::create(builder, loc, endBlock, perRow);
  Value first = arith::DivUIOp::create(builder, loc, firstBlock, perRow);
  return forEach({first, last}, constant(1), [&](Value row) {
    Value start = arith::MulIOp::create(builder, loc, row, perRow);
    Value end = arith::AddIOp::create(builder, loc, start, perRow);
    Range blocks{arith::MaxUIOp::create(builder, loc, start, firstBlock),
                 arith::MinUIOp::create(builder, loc, end, endBlock)};
    Value together = constant(schedule.getTile()[2]);
    return forEach(blocks, together, [&](Value block) {
      Value after = arith::AddIOp::create(builder, loc, block, together);
      after = arith::MinUIOp::create(builder, loc, after, blocks.end);
      auto columnOf = [&](Value number) -> Value {
        Value inRow = arith::SubIOp::create(builder, loc, number, start);
        return arith::MulIOp::create(builder, loc, inRow,
                                     blocking.columnsPerBlock);
      };
      return emitPanel(row, {columnOf(block), arith::MinUIOp::create(
                                                  builder, loc, columnOf(after),
                                                  blocking.columns)});
    });
  });
}
