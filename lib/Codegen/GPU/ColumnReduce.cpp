//===- ColumnReduce.cpp - reductions of rows, column by column ------------===//
//
// Of the sums of x over its first axis, say, neighbouring threads have
// neighbouring columns, so that a row is read in whole sectors. Some threads
// lie across the columns and have `vector` of them each; the others down the
// rows, of which each takes every so many-th, of vectors `unroll` at a time:
// all loads, then all sums. What they have of a column they leave in shared
// memory, where one thread a column joins it, computes what follows, and
// stores.
//
//              across: tile[0] columns, `vector` a thread
//         +-----------------------------------------+
//   down  | row 0     thread (0, 0)   (1, 0)   ...  |
//         | row 1     thread (0, 1)   (1, 1)   ...  |
//         | ...                                     |
//         | row down  thread (0, 0) again           |
//
// Where columns are fewer than a tile, fewer threads lie across, the least
// power of two, and more down. A thread's columns are neighbours, and one
// vector access a row. Past the last column a thread reads the last vector
// again, and nobody joins it.
//
// Where rows are no whole number of vectors, they begin at another place within
// a vector each; but those of a thread, a power of two apart, begin alike. So a
// thread has the vectors that hold its columns as they lie in memory, the first
// from `shift` elements before the tile on:
//
//     row 0  |0 1 2 3|4 5 6 7|8 9 . .|      5 rows of 10 columns
//     row 1  |. . 0 1|2 3 4 5|6 7 8 9|      shift: 2
//     row 2  |0 1 2 3|4 5 6 7|8 9 . .|
//
// What such a vector holds of other rows is computed like the rest, at some
// column that there is, and not joined. The last row has no other behind it, so
// it comes when columns are joined. Where the rows of a thread begin at
// different places (vectors of 16 bytes and threads that mostly lie across), or
// are shorter than a vector, or are not what is read, its columns lie a warp or
// less apart, and are read one by one.
//
// Blocks count the parts where there are several (the first of two steps, each
// part a run of neighbouring rows), then the other dimensions of the result,
// then tiles of columns.
//
//===----------------------------------------------------------------------===//

#include "BlockReduce.h"
#include "Families.h"
#include "Functions.h"
#include "HoistLoads.h"
#include "KernelFrame.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Dialect/Kernel/ColumnReduction.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;
using kernel::PartialsOp;

/// Columns of a thread at most: 16 bytes of the narrowest type.
static constexpr int64_t kMostColumns = 16;

namespace {

class ColumnReduceEmitter {
public:
  explicit ColumnReduceEmitter(KernelFrame &frame)
      : f(frame), op(kernel::findColumnReduction(f.kernel, f.dims)) {}

  LogicalResult emit();

private:
  /// Columns of a thread that are computed together: one, or a vector.
  struct Slot {
    /// The first of them in the tile, and their index of the result.
    Value inTile;
    SmallVector<Lanes> point;
    /// The column in which they begin, which may be left of the first where the
    /// vector holds other rows' too.
    Value begin;
    Accumulators accumulators;
  };

  LogicalResult analyze();
  LogicalResult checkSchedule();
  bool readsWholeRows();
  void divideThreads();
  void findTile();
  void findEdges();
  Value getShift(Value fromLine);
  LogicalResult emitVersions();
  LogicalResult emitVersion(int64_t count);
  LogicalResult emitIdentity(Slot &slot);
  SmallVector<Lanes> loopsAt(Value from, int64_t turn, const Slot &slot);
  LogicalResult accumulate(ArrayRef<Lanes> loops, Slot &slot);
  LogicalResult accumulateRound(Value row, int64_t count,
                                MutableArrayRef<Slot> slots);
  LogicalResult accumulateRows(MutableArrayRef<Slot> slots);
  LogicalResult join(Value inTile);
  LogicalResult storeParts(ArrayRef<Lanes> point, ArrayRef<Value> joined);
  LogicalResult accumulateLastRow(Value inTile, Accumulators &values);
  SmallVector<Lanes> pointAt(Lanes column) const;
  Slot makeSlot(Value unit);
  Value subtract(Value a, Value b) {
    return f.builder.createOrFold<arith::SubIOp>(f.loc, a, b);
  }

  KernelFrame &f;
  linalg::LinalgOp op;
  std::optional<kernel::Combination> combination;
  int64_t threads = 0, perThread = 1;
  /// Loops without those of size 1, and the sizes.
  SmallVector<unsigned> parallel, reduction;
  SmallVector<Value> outerSizes, rowSizes;
  Value columns, rows;
  /// Of the block: its part, where there are several, its place in the other
  /// dimensions and the rows of places before, its first column and how many it
  /// has, and its rows.
  Value part;
  SmallVector<Value> outer;
  Value rowsBefore;
  Value firstColumn, blockColumns, firstRow, endRow;
  /// Whether vectors are read of rows that are no whole number of them, where
  /// that is not excluded; the distance of rows then, else 0; where the rows
  /// end that have another behind them.
  Value hasEdges, rowDistance, endWhole;
  /// Threads across and down, powers of two, and the exponent of the latter;
  /// which of them this one is; the columns of the tile.
  Value across, down, downBits, column, line, width;
  /// In shared memory, one for each accumulator: lines of `width`.
  SmallVector<Value> tiles;
  /// Of the version that is being written.
  int64_t lanes = 1;
};

} // namespace

LogicalResult ColumnReduceEmitter::analyze() {
  if (!op)
    return f.kernel.emitOpError(
        "is a column reduction without one reduction that reads along its "
        "results, and whose accumulators several threads can combine");
  combination = kernel::Combination::of(op);
  parallel = f.realLoops(op, utils::IteratorType::parallel);
  reduction = f.realLoops(op, utils::IteratorType::reduction);
  auto sizes = f.sizesOf(op, parallel);
  auto inner = f.sizesOf(op, reduction);
  if (failed(sizes) || failed(inner))
    return failure();
  outerSizes = *sizes;
  columns = outerSizes.pop_back_val();
  rowSizes = *inner;
  rows = f.product(rowSizes);
  if (!kernel::isInParts(f.kernel))
    return success();
  for (Value value : f.getReturned()) {
    auto partials = value.getDefiningOp<PartialsOp>();
    if (!partials || partials.getTotal().getDefiningOp() != op.getOperation() ||
        partials.getParts().getType().getRank() !=
            cast<RankedTensorType>(partials.getTotal().getType()).getRank() + 1)
      return f.kernel.emitOpError("is the first step of a column reduction; "
                                  "expected the parts of its results alone");
  }
  return success();
}

LogicalResult ColumnReduceEmitter::checkSchedule() {
  ArrayRef<int64_t> block = f.schedule.getBlock(), tile = f.schedule.getTile();
  int64_t vector = f.schedule.getVector(), unroll = f.schedule.getUnroll();
  auto isPowerOf2 = [](int64_t value) {
    return value > 0 && llvm::isPowerOf2_64(value);
  };
  if (block.size() != 1 || tile.size() != 1 || vector < 1 || unroll < 1 ||
      tile[0] % vector != 0 || !isPowerOf2(block[0]) ||
      !isPowerOf2(tile[0] / vector) || tile[0] / vector > block[0] ||
      !isPowerOf2(vector) || vector > kMostColumns)
    return f.kernel.emitOpError("is a column reduction with blocks of [")
           << block << "] threads, tiles of [" << tile << "] columns, vectors "
           << "of " << vector << " and " << unroll
           << " rows at a time; expected powers of two of threads and, up to "
           << kMostColumns
           << ", of elements in a vector, and a tile that has a "
           << "vector for each thread, or for a smaller power of two";
  threads = block[0];
  perThread = vector;
  int64_t bytes = 0;
  for (Value result : op->getResults())
    bytes += llvm::divideCeil(
        getElementTypeOrSelf(result).getIntOrFloatBitWidth(), 8);
  bytes *= threads * perThread;
  if (bytes > kSharedBytes)
    return f.kernel.emitOpError(
               "is a column reduction whose accumulators take ")
           << bytes << " bytes of shared memory; expected at most "
           << kSharedBytes;
  return success();
}

/// Whether what the reduction reads of its columns is their rows as they lie in
/// memory, or the same in all of them.
bool ColumnReduceEmitter::readsWholeRows() {
  SmallVector<unsigned> rowOrder(llvm::drop_end(parallel));
  rowOrder.append(reduction);
  rowOrder.push_back(parallel.back());
  bool found = false;
  for (OpOperand *input : op.getDpsInputOperands()) {
    SmallVector<unsigned> read;
    for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        if (llvm::is_contained(rowOrder, dim.getPosition()))
          read.push_back(dim.getPosition());
    found |= read == rowOrder;
    bool readsRows = llvm::any_of(reduction, [&](unsigned loop) {
      return llvm::is_contained(read, loop);
    });
    if (read != rowOrder && readsRows &&
        llvm::is_contained(read, parallel.back()))
      return false;
  }
  return found;
}

/// Finds how many threads lie across and down, and where this one is.
void ColumnReduceEmitter::divideThreads() {
  int64_t most = f.schedule.getTile()[0] / perThread;
  Value one = f.constant(1);
  // A row that begins within a vector may end in one more.
  Value isWhole = f.isEqual(f.remainder(columns, perThread), 0);
  Value end = f.builder.createOrFold<arith::SelectOp>(
      f.loc, isWhole, columns, f.add(columns, perThread - 1));
  Value lastUnit = f.divide(subtract(end, one), perThread);
  Type word = f.builder.getI32Type();
  Value zeros = f.builder.createOrFold<math::CountLeadingZerosOp>(
      f.loc, f.builder.createOrFold<arith::IndexCastOp>(f.loc, word, lastUnit));
  Value bits =
      subtract(f.constant(32), f.builder.createOrFold<arith::IndexCastOp>(
                                   f.loc, f.builder.getIndexType(), zeros));
  Value shift = f.minimum(bits, f.constant(llvm::Log2_64(most)));
  Value all = f.constant(threads), id = f.threadId();
  across = f.builder.createOrFold<arith::ShLIOp>(f.loc, one, shift);
  downBits = subtract(f.constant(llvm::Log2_64(threads)), shift);
  down = f.builder.createOrFold<arith::ShRUIOp>(f.loc, all, shift);
  column =
      f.builder.createOrFold<arith::AndIOp>(f.loc, id, subtract(across, one));
  line = f.builder.createOrFold<arith::ShRUIOp>(f.loc, id, shift);
  width = f.multiply(across, perThread);
}

void ColumnReduceEmitter::findTile() {
  blockColumns =
      kernel::getColumnsOfBlock(f.builder, f.loc, f.schedule, columns);
  SmallVector<Value> counts;
  Value parts;
  if (kernel::isInParts(f.kernel)) {
    parts = f.elements->getSize(f.builder, f.loc, f.kernel.getDestination(0),
                                /*dim=*/0);
    counts.push_back(parts);
  }
  counts.append(outerSizes);
  Value one = f.constant(1), most = subtract(blockColumns, one);
  counts.push_back(f.divide(f.add(columns, most), blockColumns));
  SmallVector<Value> place = f.delinearize(f.blockId(), counts);
  firstColumn = f.multiply(place.pop_back_val(), blockColumns);
  firstRow = f.constant(0);
  endRow = rows;
  if (parts) {
    part = place.front();
    place.erase(place.begin());
    // Whole rounds of all threads, but for the last part.
    Value round = f.multiply(down, f.schedule.getUnroll());
    Value rounds = f.multiply(parts, round);
    Value each =
        f.multiply(f.divide(subtract(f.add(rows, rounds), one), rounds), round);
    // Where rows are few the last parts have none.
    firstRow = f.minimum(f.multiply(part, each), rows);
    endRow = f.minimum(f.add(firstRow, each), rows);
  }
  outer = place;
  Value number = f.constant(0);
  for (auto [index, size] : llvm::zip(outer, outerSizes))
    number = f.add(f.multiply(number, size), index);
  rowsBefore = f.multiply(number, rows);
}

/// Finds whether there are vectors with edges, and which rows they are read in.
void ColumnReduceEmitter::findEdges() {
  endWhole = endRow;
  Value isWhole = f.isEqual(f.remainder(columns, perThread), 0);
  if (!kernel::isVectorizable(f.kernel) || perThread == 1 ||
      f.schedule.getTile()[0] == perThread ||
      getConstantIntValue(isWhole) == 1 || !readsWholeRows())
    return;
  Value isLong = f.isLess(f.constant(perThread - 1), columns);
  Value beginAlike =
      f.isEqual(f.remainder(f.multiply(down, columns), perThread), 0);
  hasEdges = f.both(isLong, beginAlike);
  Value zero = f.constant(0), one = f.constant(1);
  auto select = [&](Value condition, Value then, Value otherwise) {
    return f.builder.createOrFold<arith::SelectOp>(f.loc, condition, then,
                                                   otherwise);
  };
  rowDistance = select(hasEdges, columns, zero);
  Value hasLast = f.both(f.isEqual(endRow, rows), f.isLess(firstRow, endRow));
  Value left = select(isWhole, zero, select(hasLast, one, zero));
  endWhole = subtract(endRow, select(hasEdges, left, zero));
}

/// How far within a vector a row of the tile begins, for the lines that are
/// `fromLine` and so many times `down` from the first row.
Value ColumnReduceEmitter::getShift(Value fromLine) {
  Value row = f.add(f.add(rowsBefore, firstRow), fromLine);
  return f.remainder(f.multiply(row, rowDistance), perThread);
}

LogicalResult ColumnReduceEmitter::emit() {
  if (failed(analyze()))
    return failure();
  if (failed(checkSchedule()))
    return failure();
  divideThreads();
  findTile();
  findEdges();
  for (Value result : op->getResults())
    tiles.push_back(
        f.addShared({threads * perThread}, getElementTypeOrSelf(result)));
  if (failed(emitVersions()))
    return failure();
  f.barrier();
  f.elements->setLanes(1);
  SmallVector<Value> none;
  return f.emitFor(f.threadId(), f.minimum(width, blockColumns), threads, none,
                   [&](Value inTile, SmallVectorImpl<Value> &) {
                     Value valid =
                         f.isLess(f.add(firstColumn, inTile), columns);
                     return f.emitIf(valid, [&] { return join(inTile); });
                   });
}

LogicalResult ColumnReduceEmitter::emitVersions() {
  int64_t vector = kernel::isVectorizable(f.kernel) ? perThread : 1;
  if (vector == 1)
    return emitVersion(1);
  Value fits = hasEdges;
  if (!fits)
    fits = f.isEqual(f.remainder(columns, vector), 0);
  if (std::optional<int64_t> known = getConstantIntValue(fits))
    return emitVersion(*known ? vector : 1);
  return f.emitIf(
      fits, [&] { return emitVersion(vector); },
      [&] { return emitVersion(1); });
}

/// Columns number `unit` of the tile, of `lanes` each.
ColumnReduceEmitter::Slot ColumnReduceEmitter::makeSlot(Value unit) {
  Slot slot;
  slot.inTile = f.add(f.multiply(line, width), f.multiply(unit, lanes));
  Value one = f.constant(1), last = subtract(columns, one);
  if (lanes > 1 && hasEdges) {
    Value shift = getShift(line);
    Value units = f.divide(f.add(subtract(last, firstColumn), shift), lanes);
    Value distance = f.multiply(f.minimum(unit, units), lanes);
    slot.begin = subtract(f.add(firstColumn, distance), shift);
    // What is left of the first column is, unsigned, right of the last.
    SmallVector<Value> inside;
    for (int64_t lane = 0; lane < lanes; ++lane)
      inside.push_back(f.minimum(f.add(slot.begin, lane), last));
    auto type = VectorType::get({lanes}, last.getType());
    slot.point = pointAt(Lanes::varying(
        vector::FromElementsOp::create(f.builder, f.loc, type, inside)));
    return slot;
  }
  Value lastUnit = subtract(f.divide(columns, lanes), one);
  Value clamped =
      f.minimum(f.add(f.divide(firstColumn, lanes), unit), lastUnit);
  slot.begin = f.multiply(clamped, lanes);
  slot.point = pointAt(lanes > 1 ? Lanes::consecutive(slot.begin)
                                 : Lanes::uniform(slot.begin));
  return slot;
}

/// Leaves what each thread has of its columns in shared memory.
LogicalResult ColumnReduceEmitter::emitVersion(int64_t count) {
  lanes = count;
  f.elements->setLanes(lanes);
  f.memory->forgetStated();
  if (lanes > 1 && !hasEdges)
    f.memory->assumeMultiple(columns, lanes);
  SmallVector<Slot> slots;
  for (int64_t number = 0; number < perThread / lanes; ++number) {
    slots.push_back(makeSlot(f.add(column, f.multiply(across, number))));
    if (failed(emitIdentity(slots.back())))
      return failure();
  }
  if (failed(accumulateRows(slots)))
    return failure();
  for (const Slot &slot : slots)
    for (auto [value, tile] : llvm::zip(slot.accumulators, tiles))
      f.storeShared(value, tile, {slot.inTile});
  f.memory->forgetStated();
  return success();
}

/// An index of the result.
SmallVector<Lanes> ColumnReduceEmitter::pointAt(Lanes column) const {
  SmallVector<Lanes> point = llvm::map_to_vector(outer, &Lanes::uniform);
  point.push_back(column);
  return point;
}

LogicalResult ColumnReduceEmitter::emitIdentity(Slot &slot) {
  for (Value init : op.getDpsInits()) {
    FailureOr<SmallVector<Lanes>> indices = f.spread(init, slot.point);
    if (failed(indices))
      return failure();
    FailureOr<Lanes> value = f.elements->emit(f.builder, init, *indices);
    if (failed(value))
      return failure();
    slot.accumulators.push_back(
        f.elements->materialize(f.builder, f.loc, *value));
  }
  return success();
}

/// The indices of all loops at the columns of `slot` in the row that is `turn`
/// times `down` behind `from`.
SmallVector<Lanes> ColumnReduceEmitter::loopsAt(Value from, int64_t turn,
                                                const Slot &slot) {
  Value row = f.add(from, f.multiply(down, turn));
  SmallVector<Lanes> loops(op.getNumLoops(), Lanes::uniform(f.constant(0)));
  for (auto [loop, index] : llvm::zip(parallel, slot.point))
    loops[loop] = index;
  SmallVector<Value> places = f.delinearize(row, rowSizes);
  for (auto [loop, index] : llvm::zip(reduction, places))
    loops[loop] = Lanes::uniform(index);
  SmallVector<Value> indices = outer, sizes = outerSizes;
  indices.append(places);
  indices.push_back(slot.point.back().value);
  sizes.append(rowSizes);
  sizes.push_back(columns);
  Value start = f.add(f.multiply(f.add(rowsBefore, from), columns), slot.begin);
  Value distance = f.multiply(f.multiply(down, columns), turn);
  Value linear = f.add(start, distance);
  f.memory->assumeMultiple(linear, lanes);
  if (turn > 0)
    f.memory->stateSum(linear, start, distance);
  f.elements->stateLinear(indices, sizes, linear);
  return loops;
}

LogicalResult ColumnReduceEmitter::accumulate(ArrayRef<Lanes> loops,
                                              Slot &slot) {
  SmallVector<Lanes> before;
  for (Value value : slot.accumulators)
    before.push_back(lanes > 1 ? Lanes::varying(value) : Lanes::uniform(value));
  FailureOr<SmallVector<Lanes>> after =
      f.elements->emitBody(f.builder, op, loops, before);
  if (failed(after))
    return failure();
  for (auto [value, lanes] : llvm::zip(slot.accumulators, *after))
    value = f.elements->materialize(f.builder, f.loc, lanes);
  return success();
}

/// All slots in `count` rows from `row` on, `down` apart.
LogicalResult
ColumnReduceEmitter::accumulateRound(Value row, int64_t count,
                                     MutableArrayRef<Slot> slots) {
  Block *block = f.builder.getInsertionBlock();
  SmallVector<SmallVector<Lanes>> loops, points;
  for (int64_t u = 0; u < count; ++u) {
    for (const Slot &slot : slots) {
      loops.push_back(loopsAt(row, u, slot));
      SmallVector<Lanes> &point = points.emplace_back();
      for (unsigned loop : f.realLoops(op))
        point.push_back(loops.back()[loop]);
    }
  }
  if (failed(emitFunctionsAtEach(f, op, points)))
    return failure();
  for (auto [i, indices] : llvm::enumerate(loops))
    if (failed(accumulate(indices, slots[i % slots.size()])))
      return failure();
  hoistLoads(*block);
  return success();
}

/// The rows of a thread: rounds of several, and one by one what is left.
LogicalResult ColumnReduceEmitter::accumulateRows(MutableArrayRef<Slot> slots) {
  SmallVector<Value> carried;
  for (const Slot &slot : slots)
    carried.append(slot.accumulators);
  auto body = [&](Value row, int64_t count, SmallVectorImpl<Value> &values) {
    size_t next = 0;
    for (Slot &slot : slots)
      for (Value &value : slot.accumulators)
        value = values[next++];
    if (failed(accumulateRound(row, count, slots)))
      return failure();
    values.clear();
    for (const Slot &slot : slots)
      values.append(slot.accumulators);
    return success();
  };
  // Single elements have a row a turn: ptxas unrolls that loop and reads before
  // it computes, and the code takes half the time to compile.
  int64_t unroll = lanes == 1 ? 1 : f.schedule.getUnroll();
  Value step = f.multiply(down, unroll);
  Value begin = f.add(firstRow, line);
  // All threads take the same number of whole rounds.
  Value count = subtract(endWhole, firstRow);
  Value rounds = f.builder.createOrFold<arith::ShRUIOp>(
      f.loc, f.divide(count, unroll), downBits);
  Value whole = f.multiply(rounds, step);
  Value middle = f.add(begin, whole);
  if (unroll > 1 &&
      failed(f.emitForBy(begin, middle, step, carried,
                         [&](Value row, SmallVectorImpl<Value> &values) {
                           return body(row, unroll, values);
                         })))
    return failure();
  if (failed(f.emitForBy(unroll > 1 ? middle : begin, endWhole, down, carried,
                         [&](Value row, SmallVectorImpl<Value> &values) {
                           return body(row, 1, values);
                         })))
    return failure();
  size_t next = 0;
  for (Slot &slot : slots)
    for (Value &value : slot.accumulators)
      value = carried[next++];
  return success();
}

/// What of the column the rows hold that have no others behind them.
LogicalResult ColumnReduceEmitter::accumulateLastRow(Value inTile,
                                                     Accumulators &values) {
  lanes = 1;
  Slot slot;
  slot.begin = f.add(firstColumn, inTile);
  slot.point = pointAt(Lanes::uniform(slot.begin));
  return f.emitFor(
      endWhole, endRow, /*step=*/1, values,
      [&](Value row, SmallVectorImpl<Value> &carried) {
        slot.accumulators.assign(carried.begin(), carried.end());
        if (failed(accumulate(loopsAt(row, /*turn=*/0, slot), slot)))
          return failure();
        carried.assign(slot.accumulators);
        return success();
      });
}

/// Joins what the threads down have of a column, and stores what follows.
LogicalResult ColumnReduceEmitter::join(Value inTile) {
  auto load = [&](Value fromLine) {
    Value at = f.add(f.multiply(fromLine, width), inTile);
    if (hasEdges)
      at = f.add(at, getShift(fromLine));
    Accumulators values;
    for (Value tile : tiles)
      values.push_back(memref::LoadOp::create(f.builder, f.loc, tile, at));
    return values;
  };
  Accumulators joined = load(f.constant(0));
  LogicalResult result = f.emitFor(
      f.constant(1), down, /*step=*/1, joined,
      [&](Value from, SmallVectorImpl<Value> &values) {
        values = combination->combine(f.builder, f.loc, values, load(from));
        return success();
      });
  if (failed(result))
    return failure();
  if (hasEdges && failed(accumulateLastRow(inTile, joined)))
    return failure();
  SmallVector<Lanes> point =
      pointAt(Lanes::uniform(f.add(firstColumn, inTile)));
  if (part)
    return storeParts(point, joined);
  for (auto [result, value] : llvm::zip(op->getResults(), joined))
    f.elements->provide(result, [value](OpBuilder &, ArrayRef<Lanes>) {
      return Lanes::uniform(value);
    });
  return f.storeResults(point);
}

LogicalResult ColumnReduceEmitter::storeParts(ArrayRef<Lanes> point,
                                              ArrayRef<Value> joined) {
  for (auto [i, value] : llvm::enumerate(f.getReturned())) {
    auto total = cast<OpResult>(value.getDefiningOp<PartialsOp>().getTotal());
    FailureOr<SmallVector<Lanes>> indices = f.spread(total, point);
    if (failed(indices))
      return failure();
    indices->insert(indices->begin(), Lanes::uniform(part));
    f.elements->store(f.builder, f.loc,
                      Lanes::uniform(joined[total.getResultNumber()]),
                      f.kernel.getNumInputs() + i, *indices);
  }
  return success();
}

LogicalResult gpu_emission::emitColumnReduce(KernelFrame &frame) {
  return ColumnReduceEmitter(frame).emit();
}
