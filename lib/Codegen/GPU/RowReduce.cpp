//===- RowReduce.cpp - reductions of rows, and of everything --------------===//
//
// A row is what one result of a reduction is made of. block[0] threads work on
// a row (a warp, or all of the block), and a block has tile[0] rows. The kernel
// may reduce a row several times and write both whole rows and one value a row
// (softmax, norms, losses). A full reduction is one row, or the first of two
// steps: then the blocks take turns on the row, and each leaves its part.
//
// Two versions are written, chosen by the length of the row:
// - on chip: each thread takes a fixed number of vectors of the row, all loads
//   first, and everything computed from them stays in registers for the
//   reductions and stores that follow, so that memory is read once;
// - in passes: a loop over the row for each reduction and for the stores.
//
//===----------------------------------------------------------------------===//

#include "BlockReduce.h"
#include "Families.h"
#include "HoistLoads.h"
#include "KernelFrame.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

class RowReduceEmitter {
public:
  explicit RowReduceEmitter(KernelFrame &frame)
      : f(frame), rowThreads(f.schedule.getBlock()[0]),
        rowsPerBlock(f.getNumThreads() / rowThreads),
        unroll(f.schedule.getUnroll()) {}

  LogicalResult emit();

private:
  /// A slot is `lanes` neighbouring elements of the row; `valid`, where there
  /// is one, is false for those past the end, which repeat the last one.
  struct Slot {
    SmallVector<Lanes> real;
    Value valid;
  };

  LogicalResult analyze();
  LogicalResult analyzePartial();
  LogicalResult emitVersions();
  LogicalResult emitOnChip(int64_t count);
  LogicalResult emitInPasses(int64_t count, int64_t together);
  void begin(int64_t count);
  Slot getSlot(Value at);
  Slot getClampedSlot(Value number);

  LogicalResult emitFunctions(Operation *root, ArrayRef<Slot> slots);
  FailureOr<Accumulators> emitIdentity(linalg::LinalgOp op);
  LogicalResult accumulate(linalg::LinalgOp op, const Slot &slot,
                           SmallVectorImpl<Value> &accumulators);
  LogicalResult accumulateRound(linalg::LinalgOp op, Value at, int64_t count,
                                SmallVectorImpl<Value> &accumulators);
  void provideTotal(linalg::LinalgOp op, const Accumulators &accumulators);
  LogicalResult storeFull(const Slot &slot);
  LogicalResult storeRows();
  LogicalResult storeParts();

  bool isPartial() const {
    return f.kernel.getFamily() == kernel::Family::PartialReduce;
  }
  bool isOnePass() const {
    return reductions.size() == 1 && fullResults.empty();
  }

  KernelFrame &f;
  int64_t rowThreads, rowsPerBlock, unroll;
  SmallVector<linalg::LinalgOp> reductions;
  DenseMap<Operation *, kernel::Combination> combinations;
  DenseMap<Operation *, SmallVector<Value>> shared;
  SmallVector<unsigned> fullResults, rowResults;
  SmallVector<Value> rowSizes, columnSizes;
  SmallVector<Lanes> row;
  Value lane, columns, slotCount;
  int64_t lanes = 1;
};

} // namespace

//===----------------------------------------------------------------------===//
// What there is to do
//===----------------------------------------------------------------------===//

LogicalResult RowReduceEmitter::analyze() {
  for (auto op : f.kernel.getBody().front().getOps<linalg::LinalgOp>()) {
    if (op.getNumReductionLoops() == 0)
      continue;
    std::optional<kernel::Combination> combination =
        kernel::Combination::of(op);
    if (!combination)
      return op->emitOpError(
          "combines its accumulators in a way that several threads cannot; "
          "expected one operation, or a selected value with its index");
    combinations.try_emplace(op, *combination);
    reductions.push_back(op);
  }
  if (reductions.empty())
    return f.kernel.emitOpError("holds no reduction");
  linalg::LinalgOp first = reductions.front();
  auto rows =
      f.sizesOf(first, f.realLoops(first, utils::IteratorType::parallel));
  auto inner =
      f.sizesOf(first, f.realLoops(first, utils::IteratorType::reduction));
  if (failed(rows) || failed(inner))
    return failure();
  rowSizes = *rows;
  columnSizes = *inner;
  columns = f.product(columnSizes);
  if (isPartial())
    return analyzePartial();

  size_t full = rowSizes.size() + columnSizes.size();
  for (unsigned i = 0, e = f.getReturned().size(); i < e; ++i) {
    size_t real = f.realDims(f.kernel.getDestination(i)).size();
    // With rows of one element both are the same, and rows are the simpler.
    if (real == rowSizes.size())
      rowResults.push_back(i);
    else if (real == full)
      fullResults.push_back(i);
    else
      return f.kernel.emitOpError("result ")
             << i << " has " << real << " dimensions; expected those of a row ("
             << rowSizes.size() << ") or of the reduced tensor (" << full
             << ")";
  }
  return success();
}

LogicalResult RowReduceEmitter::analyzePartial() {
  if (reductions.size() != 1 || !rowSizes.empty() || rowsPerBlock != 1)
    return f.kernel.emitOpError("is the first step of a full reduction with ")
           << reductions.size() << " reductions, " << rowSizes.size()
           << " dimensions of rows and " << rowsPerBlock
           << " rows a block; expected 1, 0 and 1";
  for (Value value : f.getReturned())
    if (!value.getDefiningOp<kernel::PartialsOp>())
      return f.kernel.emitOpError("returns what is no kernel.partials");
  return success();
}

LogicalResult RowReduceEmitter::emit() {
  if (failed(analyze()))
    return failure();
  Value first = f.multiply(f.blockId(), rowsPerBlock);
  Value number = first;
  lane = f.threadId();
  if (rowsPerBlock > 1)
    number = f.add(first, f.threadId(gpu::Dimension::y));
  auto emitRow = [&] {
    for (Value index : f.delinearize(number, rowSizes))
      row.push_back(Lanes::uniform(index));
    return emitVersions();
  };
  // A block of one row has one for sure, and its barriers need all threads.
  if (rowsPerBlock == 1)
    return emitRow();
  return f.emitIf(f.isLess(number, f.product(rowSizes)), emitRow);
}

static std::optional<int64_t> getStatic(Value size) {
  return getConstantIntValue(size);
}

LogicalResult RowReduceEmitter::emitVersions() {
  int64_t vector = kernel::isVectorizable(f.kernel) && !columnSizes.empty()
                       ? f.schedule.getVector()
                       : 1;
  Value last = columnSizes.empty() ? f.constant(1) : columnSizes.back();
  std::optional<int64_t> lastStatic = getStatic(last);
  if (lastStatic && *lastStatic % vector != 0)
    vector = 1;
  int64_t room = rowThreads * vector * unroll;
  std::optional<int64_t> length = getStatic(columns);

  // Where sizes are known only one version is written.
  if (length && *length > 0 && *length <= room && !isOnePass())
    return emitOnChip(vector);
  if (length && (isOnePass() || *length > room))
    return emitInPasses(vector, unroll);

  Value fits = f.isLess(f.constant(0), columns);
  if (!lastStatic && vector > 1)
    fits = f.both(fits, f.isEqual(f.remainder(last, vector), 0));
  if (!isOnePass())
    fits = f.both(fits, f.isLess(columns, f.constant(room + 1)));
  // What is left, odd lengths and what the registers do not hold, takes an
  // element a turn, with no look at bounds: ptxas unrolls that loop by four and
  // reads before it computes.
  return f.emitIf(
      fits,
      [&] {
        return isOnePass() ? emitInPasses(vector, unroll) : emitOnChip(vector);
      },
      [&] { return emitInPasses(1, 1); });
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

void RowReduceEmitter::begin(int64_t count) {
  lanes = count;
  f.elements->setLanes(lanes);
  f.memory->forgetMultiples();
  if (lanes > 1)
    f.memory->assumeMultiple(columnSizes.back(), lanes);
  slotCount = lanes > 1 ? f.divide(columns, lanes) : columns;
}

/// Past the end the last slot is read again, which is harmless, and dropped:
/// straight-line code, whose loads can all be in flight at once.
RowReduceEmitter::Slot RowReduceEmitter::getClampedSlot(Value number) {
  Value last =
      f.builder.createOrFold<arith::SubIOp>(f.loc, slotCount, f.constant(1));
  Slot slot = getSlot(f.minimum(number, last));
  slot.valid = f.isLess(number, slotCount);
  return slot;
}

/// Of a number below the count.
RowReduceEmitter::Slot RowReduceEmitter::getSlot(Value at) {
  Slot slot;
  slot.real = row;
  if (columnSizes.empty())
    return slot;
  SmallVector<Value> sizes = columnSizes;
  if (lanes > 1)
    sizes.back() = f.divide(sizes.back(), lanes);
  for (Value index : f.delinearize(at, sizes))
    slot.real.push_back(Lanes::uniform(index));
  if (lanes > 1)
    slot.real.back() =
        Lanes::consecutive(f.multiply(slot.real.back().value, lanes));
  return slot;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The ops with functions of many instructions that an element of `root` takes,
/// producers first; those behind a reduction are its own.
static SmallVector<linalg::LinalgOp> getFunctions(Operation *root) {
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.filter = [&](Operation *producer) {
    auto op = dyn_cast<linalg::LinalgOp>(producer);
    return producer == root || !op || op.getNumReductionLoops() == 0;
  };
  SetVector<Operation *> slice;
  SmallVector<linalg::LinalgOp> functions;
  if (succeeded(getBackwardSlice(root, &slice, options)))
    for (Operation *op : slice)
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
          linalgOp && emission::computesFunctions(linalgOp))
        functions.push_back(linalgOp);
  return functions;
}

/// Whether all readers of `value` read it where they are themselves, except for
/// dimensions that they have more. So formation groups ops.
static bool isReadInPlace(KernelFrame &f, Value value) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    auto reader = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!reader)
      return isa<kernel::ReturnOp>(use.getOwner());
    AffineMap map = reader.getMatchingIndexingMap(&use);
    int64_t last = -1;
    for (unsigned dim : f.realDims(value)) {
      auto loop = dyn_cast<AffineDimExpr>(map.getResult(dim));
      if (!loop || static_cast<int64_t>(loop.getPosition()) <= last)
        return false;
      last = loop.getPosition();
    }
    return true;
  });
}

/// Emits, at all slots, the functions that an element of `root` takes.
LogicalResult RowReduceEmitter::emitFunctions(Operation *root,
                                              ArrayRef<Slot> slots) {
  for (linalg::LinalgOp op : getFunctions(root)) {
    Value result = op->getResult(0);
    if (f.realDims(result).size() != rowSizes.size() + columnSizes.size() ||
        llvm::any_of(op->getResults(),
                     [&](Value value) { return !isReadInPlace(f, value); }))
      continue;
    SmallVector<SmallVector<Lanes>> indices;
    for (const Slot &slot : slots) {
      FailureOr<SmallVector<Lanes>> at = f.spread(result, slot.real);
      if (failed(at))
        return failure();
      indices.push_back(*at);
    }
    if (failed(f.elements->emitAtEach(f.builder, op, indices)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Reducing and storing
//===----------------------------------------------------------------------===//

FailureOr<Accumulators> RowReduceEmitter::emitIdentity(linalg::LinalgOp op) {
  Accumulators identity;
  for (Value init : op.getDpsInits()) {
    FailureOr<SmallVector<Lanes>> indices = f.spread(init, row);
    if (failed(indices))
      return failure();
    FailureOr<Lanes> value = f.elements->emit(f.builder, init, *indices);
    if (failed(value))
      return failure();
    identity.push_back(f.elements->materialize(f.builder, f.loc, *value));
  }
  return identity;
}

LogicalResult
RowReduceEmitter::accumulate(linalg::LinalgOp op, const Slot &slot,
                             SmallVectorImpl<Value> &accumulators) {
  FailureOr<SmallVector<Lanes>> loops = f.spread(op, slot.real);
  if (failed(loops))
    return failure();
  SmallVector<Lanes> before;
  for (Value value : accumulators)
    before.push_back(lanes > 1 ? Lanes::varying(value) : Lanes::uniform(value));
  FailureOr<SmallVector<Lanes>> yielded =
      f.elements->emitBody(f.builder, op, *loops, before);
  if (failed(yielded))
    return failure();
  // What repeats the last slot does no harm to a maximum.
  bool mayRepeat = combinations.find(op)->second.isIdempotent();
  for (auto [value, lanes] : llvm::zip(accumulators, *yielded)) {
    Value after = f.elements->materialize(f.builder, f.loc, lanes);
    value = !slot.valid || mayRepeat ? after
                                     : f.builder.createOrFold<arith::SelectOp>(
                                           f.loc, slot.valid, after, value);
  }
  return success();
}

void RowReduceEmitter::provideTotal(linalg::LinalgOp op,
                                    const Accumulators &accumulators) {
  const kernel::Combination &combination = combinations.find(op)->second;
  Accumulators values = combineLanes(f, combination, accumulators);
  values = combineThreads(f, combination, values, rowThreads, shared[op]);
  for (auto [result, value] : llvm::zip(op->getResults(), values))
    f.elements->provide(result, [value](OpBuilder &, ArrayRef<Lanes>) {
      return Lanes::uniform(value);
    });
}

LogicalResult RowReduceEmitter::storeFull(const Slot &slot) {
  SmallVector<std::pair<Lanes, SmallVector<Lanes>>> values;
  for (unsigned i : fullResults) {
    FailureOr<SmallVector<Lanes>> indices =
        f.spread(f.kernel.getDestination(i), slot.real);
    if (failed(indices))
      return failure();
    FailureOr<Lanes> value =
        f.elements->emit(f.builder, f.getReturned()[i], *indices);
    if (failed(value))
      return failure();
    values.push_back({*value, *indices});
  }
  // What the following slots share must not be forgotten, and a store computes
  // nothing new but its address: not emitIf.
  OpBuilder::InsertionGuard guard(f.builder);
  if (slot.valid)
    f.builder.setInsertionPoint(f.openIf(slot.valid)->getTerminator());
  for (auto [i, value] : llvm::zip(fullResults, values))
    f.elements->store(f.builder, f.loc, value.first,
                      f.kernel.getNumInputs() + i, value.second);
  return success();
}

LogicalResult RowReduceEmitter::storeRows() {
  if (rowResults.empty())
    return success();
  return f.emitIf(f.isEqual(lane, 0),
                  [&] { return f.storeResults(rowResults, row); });
}

/// Element b of each destination is what block b has.
LogicalResult RowReduceEmitter::storeParts() {
  return f.emitIf(f.isEqual(lane, 0), [&]() -> LogicalResult {
    for (auto [i, value] : llvm::enumerate(f.getReturned())) {
      Value total = value.getDefiningOp<kernel::PartialsOp>().getTotal();
      SmallVector<Lanes> element(
          cast<RankedTensorType>(total.getType()).getRank(),
          Lanes::uniform(f.constant(0)));
      FailureOr<Lanes> part = f.elements->emit(f.builder, total, element);
      if (failed(part))
        return failure();
      f.elements->store(f.builder, f.loc, *part, f.kernel.getNumInputs() + i,
                        {Lanes::uniform(f.blockId())});
    }
    return success();
  });
}

//===----------------------------------------------------------------------===//
// The two versions
//===----------------------------------------------------------------------===//

LogicalResult RowReduceEmitter::emitOnChip(int64_t count) {
  begin(count);
  SmallVector<Slot> slots;
  for (int64_t u = 0; u < unroll; ++u)
    slots.push_back(getClampedSlot(f.add(lane, u * rowThreads)));
  for (linalg::LinalgOp op : reductions) {
    FailureOr<Accumulators> accumulators = emitIdentity(op);
    if (failed(accumulators) || failed(emitFunctions(op, slots)))
      return failure();
    for (const Slot &slot : slots)
      if (failed(accumulate(op, slot, *accumulators)))
        return failure();
    provideTotal(op, *accumulators);
  }
  for (unsigned i : fullResults)
    if (Operation *producer = f.getReturned()[i].getDefiningOp();
        producer && failed(emitFunctions(producer, slots)))
      return failure();
  for (const Slot &slot : slots)
    if (!fullResults.empty() && failed(storeFull(slot)))
      return failure();
  hoistLoads(*f.builder.getInsertionBlock());
  return storeRows();
}

/// `count` slots of a thread, from slot `at` on. All that they read is read
/// before the first is used, so that the loads are in flight together.
LogicalResult
RowReduceEmitter::accumulateRound(linalg::LinalgOp op, Value at, int64_t count,
                                  SmallVectorImpl<Value> &accumulators) {
  if (count == 1)
    return accumulate(op, getSlot(at), accumulators);
  Block *block = f.builder.getInsertionBlock();
  for (int64_t u = 0; u < count; ++u)
    if (failed(accumulate(op, getClampedSlot(f.add(at, u * rowThreads)),
                          accumulators)))
      return failure();
  hoistLoads(*block);
  return success();
}

/// `together` slots of a thread are read at once.
LogicalResult RowReduceEmitter::emitInPasses(int64_t count, int64_t together) {
  begin(count);
  int64_t step = rowThreads * together;
  Value from = lane, stride = f.constant(step);
  if (isPartial()) {
    // Of the slots of a whole grid at a time, a block takes those in a row.
    from = f.add(f.multiply(f.blockId(), step), lane);
    Value blocks = gpu::GridDimOp::create(f.builder, f.loc, gpu::Dimension::x);
    stride = f.multiply(blocks, step);
  }
  for (linalg::LinalgOp op : reductions) {
    FailureOr<Accumulators> carried = emitIdentity(op);
    if (failed(carried))
      return failure();
    if (failed(f.emitForBy(from, slotCount, stride, *carried,
                           [&](Value at, SmallVectorImpl<Value> &values) {
                             return accumulateRound(op, at, together, values);
                           })))
      return failure();
    provideTotal(op, *carried);
  }
  if (isPartial())
    return storeParts();
  SmallVector<Value> none;
  if (!fullResults.empty() &&
      failed(f.emitFor(lane, slotCount, rowThreads, none,
                       [&](Value at, SmallVectorImpl<Value> &) {
                         return storeFull(getSlot(at));
                       })))
    return failure();
  return storeRows();
}

LogicalResult gpu_emission::emitRowReduce(KernelFrame &frame) {
  return RowReduceEmitter(frame).emit();
}
