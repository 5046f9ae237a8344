//===- RowReduce.cpp - reductions of rows, and of everything --------------===//
//
// A row is what one result of a reduction is made of. block[0] threads work on
// a row (a warp, or all of the block), and a block has tile[0] rows. The kernel
// may reduce a row several times and write both whole rows and one value a row
// (softmax, norms, losses). A full reduction is one row, or the first of two
// steps: then the blocks take turns on the row, and each leaves its part.
//
// There are two ways through a row:
// - on chip: each thread takes a fixed number of vectors of the row, all loads
//   first, and everything computed from them stays in registers for the
//   reductions and stores that follow, so that memory is read once;
// - in passes: a loop over the row for each reduction and for the stores.
// A single reduction, which leaves one value a row, goes once through long rows
// of one dimension in whole vectors, whatever their length: from the first
// element that lies on a vector on, which is not the row's first where its
// length is odd. The few at the edges come one by one.
// Else, where sizes are not known both are written, each step under a condition
// that is the same for all threads of a row; what the threads do together
// stands behind it, once:
//
//   maximum = if (fits) of the registers else of a loop
//   maximum = combined across threads
//   sum = if (fits) of the exponentials of the registers else of a loop
//   ...
//
//===----------------------------------------------------------------------===//

#include "BlockReduce.h"
#include "Families.h"
#include "Functions.h"
#include "HoistLoads.h"
#include "KernelFrame.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

/// Inputs that leave registers for twice as many loads.
constexpr unsigned kFewInputs = 2;

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

  /// A way through a row.
  struct Version {
    bool onChip;
    /// Elements of a slot, and slots of a thread that are read at once; on chip
    /// the thread has no others.
    int64_t lanes, together;
    Value slotCount;
    /// On chip, the slots, made in the first step, and what the registers hold.
    SmallVector<Slot> slots;
    emission::ElementEmitter::Emitted emitted;
    /// How many of them some thread of the row has, where that is not known.
    Value slotsInUse;
    /// Where slots begin that have edges: in the row, and in memory.
    Value head, start;
  };

  LogicalResult analyze();
  LogicalResult analyzePartial();
  LogicalResult emitRow();
  void chooseVersions();
  void addVersion(bool onChip, int64_t count, int64_t together);
  void addVersionWithEdges(int64_t count, int64_t together);
  bool readsWholeRows();
  void enter(Version &version);
  FailureOr<SmallVector<Value>> emitInVersions(
      llvm::function_ref<FailureOr<SmallVector<Value>>(Version &)> emit);
  FailureOr<Accumulators> reduce(linalg::LinalgOp op, Version &version);
  FailureOr<Accumulators> reduceInPasses(linalg::LinalgOp op,
                                         Accumulators carried,
                                         const Version &version);
  FailureOr<Accumulators> reduceEdges(linalg::LinalgOp op,
                                      const Accumulators &ofSlots,
                                      Version &version);
  LogicalResult storeFull(Version &version);
  Slot getSlot(Value at);
  Slot getClampedSlot(Value number);

  LogicalResult emitFunctions(Operation *root, const Version &version);
  FailureOr<Accumulators> emitIdentity(linalg::LinalgOp op);
  LogicalResult accumulate(linalg::LinalgOp op, const Slot &slot,
                           SmallVectorImpl<Value> &accumulators);
  LogicalResult accumulateRound(linalg::LinalgOp op, Value at, int64_t count,
                                SmallVectorImpl<Value> &accumulators);
  void provideTotal(linalg::LinalgOp op, Accumulators values);
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
  SmallVector<unsigned> fullResults, rowResults;
  SmallVector<Value> rowSizes, columnSizes;
  SmallVector<Lanes> row;
  /// The number of the row, this thread's in the row, and the row's elements.
  Value rowNumber, lane, columns;
  /// Whether a row is all elements, in the order of memory.
  bool isFlat = false;
  SmallVector<Version> versions;
  /// Whether the first of two versions is for this row.
  Value fits;
  /// Of the version that is being written.
  Value slotCount, head, start;
  int64_t lanes = 1;
  /// Whether the slots past the end may join the reduction that is written.
  bool mayRepeat = false;
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
    for (Type type : op->getResultTypes())
      if (!getElementTypeOrSelf(type).isIntOrFloat())
        return op->emitOpError("reduces elements of type ")
               << getElementTypeOrSelf(type)
               << ", which threads cannot hand to each other; expected "
                  "integers "
                  "or floats";
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
  rowNumber = number;
  auto emitThisRow = [&] {
    for (Value index : f.delinearize(number, rowSizes))
      row.push_back(Lanes::uniform(index));
    return emitRow();
  };
  // A block of one row has one for sure, and its barriers need all threads.
  if (rowsPerBlock == 1)
    return emitThisRow();
  return f.emitIf(f.isLess(number, f.product(rowSizes)), emitThisRow);
}

LogicalResult RowReduceEmitter::emitRow() {
  isFlat = isOnePass() && kernel::isFlatReduction(reductions.front(), f.dims);
  if (isFlat)
    columnSizes = {columns};
  chooseVersions();
  for (linalg::LinalgOp op : reductions) {
    auto accumulators =
        emitInVersions([&](Version &version) { return reduce(op, version); });
    if (failed(accumulators))
      return failure();
    provideTotal(op, *accumulators);
  }
  if (isPartial())
    return storeParts();
  if (!fullResults.empty() &&
      failed(emitInVersions(
          [&](Version &version) -> FailureOr<SmallVector<Value>> {
            if (failed(storeFull(version)))
              return failure();
            return SmallVector<Value>();
          })))
    return failure();
  return storeRows();
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

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
  if (!head) {
    llvm::append_range(slot.real, f.delinearizeSlot(at, columnSizes, lanes));
    return slot;
  }
  Value distance = f.multiply(at, lanes), column = f.add(head, distance);
  slot.real.push_back(Lanes::consecutive(column));
  SmallVector<Value> indices, sizes = rowSizes;
  for (const Lanes &index : slot.real)
    indices.push_back(index.value);
  sizes.push_back(columns);
  f.elements->stateLinear(indices, sizes, f.add(start, distance));
  return slot;
}

//===----------------------------------------------------------------------===//
// Reducing and storing
//===----------------------------------------------------------------------===//

LogicalResult RowReduceEmitter::emitFunctions(Operation *root,
                                              const Version &version) {
  SmallVector<SmallVector<Lanes>> points;
  for (const Slot &slot : version.slots)
    points.push_back(slot.real);
  return emitFunctionsAtEach(f, root, points, version.slotsInUse);
}

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
  FailureOr<SmallVector<Lanes>> loops = slot.real;
  if (!isFlat)
    loops = f.spread(op, slot.real);
  if (failed(loops))
    return failure();
  SmallVector<Lanes> before;
  for (Value value : accumulators)
    before.push_back(lanes > 1 ? Lanes::varying(value) : Lanes::uniform(value));
  FailureOr<SmallVector<Lanes>> yielded =
      f.elements->emitBody(f.builder, op, *loops, before);
  if (failed(yielded))
    return failure();
  for (auto [value, lanes] : llvm::zip(accumulators, *yielded)) {
    Value after = f.elements->materialize(f.builder, f.loc, lanes);
    value = !slot.valid || mayRepeat ? after
                                     : f.builder.createOrFold<arith::SelectOp>(
                                           f.loc, slot.valid, after, value);
  }
  return success();
}

void RowReduceEmitter::provideTotal(linalg::LinalgOp op, Accumulators values) {
  SmallVector<Value> shared;
  values = combineThreads(f, combinations.find(op)->second, values, rowThreads,
                          shared);
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

static std::optional<int64_t> getStatic(Value size) {
  return getConstantIntValue(size);
}

void RowReduceEmitter::chooseVersions() {
  int64_t vector = kernel::isVectorizable(f.kernel) && !columnSizes.empty()
                       ? f.schedule.getVector()
                       : 1;
  Value last = columnSizes.empty() ? f.constant(1) : columnSizes.back();
  std::optional<int64_t> lastStatic = getStatic(last);
  bool isOdd = !lastStatic || *lastStatic % vector != 0;
  // Shorter rows give a thread but one vector.
  bool hasEdges = vector > 1 && isOdd && isOnePass() &&
                  columnSizes.size() == 1 &&
                  (!lastStatic || *lastStatic >= rowThreads * vector);
  if (hasEdges && (lastStatic || isFlat || readsWholeRows()))
    return addVersionWithEdges(vector, unroll);
  if (lastStatic && isOdd)
    vector = 1;
  int64_t room = rowThreads * vector * unroll;
  std::optional<int64_t> length = getStatic(columns);
  bool onePass = isOnePass();
  if (length && *length > 0 && *length <= room && !onePass)
    return addVersion(/*onChip=*/true, vector, unroll);
  if (length && (onePass || *length > room))
    return addVersion(/*onChip=*/false, vector, unroll);

  fits = f.isLess(f.constant(0), columns);
  if (!lastStatic && vector > 1)
    fits = f.both(fits, f.isEqual(f.remainder(last, vector), 0));
  if (!onePass)
    fits = f.both(fits, f.isLess(columns, f.constant(room + 1)));
  addVersion(!onePass, vector, unroll);
  // What else is read along an odd row lies on vectors where the row does not.
  if (hasEdges)
    return addVersionWithEdges(vector, unroll);
  // What is left, odd lengths and what the registers do not hold, takes an
  // element a turn, with no look at bounds: ptxas unrolls that loop by four and
  // reads before it computes.
  addVersion(/*onChip=*/false, 1, 1);
}

void RowReduceEmitter::addVersion(bool onChip, int64_t count,
                                  int64_t together) {
  Value slots = count > 1 ? f.divide(columns, count) : columns;
  versions.push_back({onChip, count, together, slots, {}, {}, {}, {}, {}});
}

/// Whether what is read along the row is one tensor's row, or several that lie
/// on vectors alike.
bool RowReduceEmitter::readsWholeRows() {
  for (unsigned i = 0, e = f.kernel.getNumInputs(); i < e; ++i) {
    Value input = f.kernel.getBody().front().getArgument(i);
    if (!isa<RankedTensorType>(input.getType()))
      continue;
    SmallVector<unsigned> real = f.realDims(input);
    if (real.size() == rowSizes.size() + columnSizes.size())
      continue;
    for (Value size : f.sizesOf(input, real))
      if (size &&
          isEqualConstantIntOrValue(OpFoldResult(size), OpFoldResult(columns)))
        return false;
  }
  return true;
}

/// Slots are what lies on whole vectors in memory, if the row lies there as it
/// is; of what does not, elements are read one by one.
void RowReduceEmitter::addVersionWithEdges(int64_t count, int64_t together) {
  Value begin =
      rowSizes.empty() ? f.constant(0) : f.multiply(rowNumber, columns);
  Value vectors = f.divide(f.add(begin, count - 1), count);
  Value aligned = f.multiply(vectors, count);
  Value before = f.builder.createOrFold<arith::SubIOp>(f.loc, aligned, begin);
  before = f.minimum(before, columns);
  Value rest = f.builder.createOrFold<arith::SubIOp>(f.loc, columns, before);
  versions.push_back({/*onChip=*/false,
                      count,
                      together,
                      f.divide(rest, count),
                      {},
                      {},
                      {},
                      before,
                      aligned});
}

void RowReduceEmitter::enter(Version &version) {
  lanes = version.lanes;
  std::tie(slotCount, head, start) =
      std::tie(version.slotCount, version.head, version.start);
  f.elements->setLanes(lanes);
  f.elements->resume(std::exchange(version.emitted, {}));
  f.memory->forgetStated();
  if (lanes > 1 && !head)
    f.memory->assumeMultiple(columnSizes.back(), lanes);
  // Here and not before the branches: to find the place of a slot may divide by
  // sizes that are 0 for other rows.
  if (version.onChip && version.slots.empty()) {
    for (int64_t u = 0; u < version.together; ++u)
      version.slots.push_back(getClampedSlot(f.add(lane, u * rowThreads)));
    if (!getStatic(columns))
      version.slotsInUse =
          f.divide(f.add(slotCount, rowThreads - 1), rowThreads);
  }
}

/// What of `values` the branch `block` defines, as they stand there, but for
/// constants: those move in front of it, and stay what they are.
static SmallVector<Value> takeOut(Block &block, ArrayRef<Value> values) {
  SmallVector<Value> inside;
  for (Value value : values)
    if (value.getParentBlock() == &block)
      inside.push_back(value);
  // The order in which they come is one of addresses.
  llvm::sort(inside, [](Value a, Value b) {
    Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
    return first == second ? cast<OpResult>(a).getResultNumber() <
                                 cast<OpResult>(b).getResultNumber()
                           : first->isBeforeInBlock(second);
  });
  SmallVector<Value> defined;
  for (Value value : inside)
    if (matchPattern(value, m_Constant()))
      value.getDefiningOp()->moveBefore(block.getParentOp());
    else
      defined.push_back(value);
  return defined;
}

/// The scalars that `emit` leaves, whichever version they are of.
FailureOr<SmallVector<Value>> RowReduceEmitter::emitInVersions(
    llvm::function_ref<FailureOr<SmallVector<Value>>(Version &)> emit) {
  if (versions.size() == 1) {
    Version &version = versions.front();
    enter(version);
    auto results = emit(version);
    version.emitted = f.elements->takeEmitted();
    return results;
  }
  SmallVector<SmallVector<Value>> results;
  auto branches = scf::IfOp::create(f.builder, f.loc, TypeRange(), fits,
                                    /*withElseRegion=*/true);
  for (auto [version, region] : llvm::zip(versions, branches->getRegions())) {
    OpBuilder::InsertionGuard guard(f.builder);
    f.builder.setInsertionPoint(region.front().getTerminator());
    enter(version);
    auto left = emit(version);
    if (failed(left))
      return failure();
    results.push_back(*left);
    version.emitted = f.elements->takeEmitted();
  }
  // Storing comes last and leaves nothing.
  if (results.front().empty())
    return results.front();

  // What the registers hold leaves the branch with the results.
  Version &first = versions.front(), &second = versions.back();
  size_t count = results.front().size();
  llvm::SetVector<Value> values = first.emitted.getValues();
  for (const Slot &slot : first.slots) {
    for (const Lanes &index : slot.real)
      values.insert(index.value);
    values.insert(slot.valid);
  }
  if (first.slotsInUse)
    values.insert(first.slotsInUse);
  SmallVector<Value> held =
      takeOut(*branches.thenBlock(), values.getArrayRef());
  llvm::append_range(results.front(), held);
  second.emitted = {};
  f.builder.setInsertionPoint(branches.elseBlock()->getTerminator());
  for (Value value : held)
    results.back().push_back(
        ub::PoisonOp::create(f.builder, f.loc, value.getType()));

  f.builder.setInsertionPointAfter(branches);
  auto whole = scf::IfOp::create(f.builder, f.loc,
                                 ValueRange(results.front()).getTypes(), fits,
                                 /*withElseRegion=*/true);
  IRMapping mapping;
  mapping.map(results.front(), whole.getResults());
  for (auto [region, from, values] :
       llvm::zip(whole->getRegions(), branches->getRegions(), results)) {
    region.takeBody(from);
    region.front().getTerminator()->erase();
    OpBuilder end = OpBuilder::atBlockEnd(&region.front());
    scf::YieldOp::create(end, f.loc, values);
  }
  branches.erase();
  first.emitted.replace(mapping);
  for (Slot &slot : first.slots) {
    for (Lanes &index : slot.real)
      index.value = mapping.lookupOrDefault(index.value);
    slot.valid = mapping.lookupOrDefault(slot.valid);
  }
  if (first.slotsInUse)
    first.slotsInUse = mapping.lookupOrDefault(first.slotsInUse);
  return SmallVector<Value>(whole.getResults().take_front(count));
}

/// What the thread has of its slots.
FailureOr<Accumulators> RowReduceEmitter::reduce(linalg::LinalgOp op,
                                                 Version &version) {
  FailureOr<Accumulators> accumulators = emitIdentity(op);
  if (failed(accumulators))
    return failure();
  const kernel::Combination &combination = combinations.find(op)->second;
  if (!version.onChip) {
    f.elements->setFlat(isFlat);
    accumulators = reduceInPasses(op, *accumulators, version);
    if (failed(accumulators))
      return failure();
    if (head) {
      accumulators =
          reduceEdges(op, combineLanes(f, combination, *accumulators), version);
      f.elements->setFlat(false);
      return accumulators;
    }
    f.elements->setFlat(false);
  } else {
    if (failed(emitFunctions(op, version)))
      return failure();
    // What repeats the last slot does no harm to a maximum; but functions of
    // slots that no thread has were left out.
    mayRepeat = combination.isIdempotent() &&
                (!version.slotsInUse || getFunctions(op).empty());
    for (const Slot &slot : version.slots)
      if (failed(accumulate(op, slot, *accumulators)))
        return failure();
    hoistLoads(*f.builder.getInsertionBlock());
  }
  return combineLanes(f, combination, *accumulators);
}

/// What of the row is in front of the slots and behind them, an element for
/// each of the first threads, joined with what the slots hold: it is no
/// continuation of them, as an argmax tells. Of a grid, the first block has it.
FailureOr<Accumulators>
RowReduceEmitter::reduceEdges(linalg::LinalgOp op, const Accumulators &ofSlots,
                              Version &version) {
  Value inSlots = f.multiply(slotCount, version.lanes);
  Value count = f.builder.createOrFold<arith::SubIOp>(f.loc, columns, inSlots);
  if (isPartial())
    count = arith::SelectOp::create(f.builder, f.loc, f.isEqual(f.blockId(), 0),
                                    count, f.constant(0));
  lanes = 1;
  f.elements->setLanes(1);
  FailureOr<Accumulators> carried = emitIdentity(op);
  if (failed(carried))
    return failure();
  Value before = std::exchange(head, {});
  auto add = [&](Value at, SmallVectorImpl<Value> &values) {
    Value behind = f.add(at, inSlots);
    Value column = f.builder.createOrFold<arith::SelectOp>(
        f.loc, f.isLess(at, before), at, behind);
    return accumulate(op, getSlot(column), values);
  };
  if (failed(f.emitForBy(lane, count, f.constant(rowThreads), *carried, add)))
    return failure();
  return combinations.find(op)->second.combine(f.builder, f.loc, ofSlots,
                                               *carried);
}

FailureOr<Accumulators>
RowReduceEmitter::reduceInPasses(linalg::LinalgOp op, Accumulators carried,
                                 const Version &version) {
  Value from = lane;
  auto reduceRounds = [&](int64_t count, Value stride) -> LogicalResult {
    // Rounds whose slots are all there; `carried` ends in where the next
    // begins.
    Value beyond = f.constant((count - 1) * rowThreads);
    Value last = arith::SubIOp::create(f.builder, f.loc, slotCount, beyond);
    carried.push_back(from);
    if (failed(f.emitForBy(from, last, stride, carried,
                           [&](Value at, SmallVectorImpl<Value> &values) {
                             values.pop_back();
                             if (failed(accumulateRound(op, at, count, values)))
                               return failure();
                             values.push_back(f.add(at, stride));
                             return success();
                           })))
      return failure();
    from = carried.pop_back_val();
    return success();
  };
  int64_t count = version.together, step = rowThreads * count;
  if (isPartial()) {
    // Of the slots of a whole grid at a time, a block takes those in a row.
    // What is left then is less than a round, and so this block's.
    from = f.add(f.multiply(f.blockId(), step), lane);
    Value blocks = gpu::GridDimOp::create(f.builder, f.loc, gpu::Dimension::x);
    if (failed(reduceRounds(count, f.multiply(blocks, step))))
      return failure();
  } else if (count > 1) {
    // Twice as many at once where the row is long, if that is neither much code
    // nor too many registers.
    if (getFunctions(op).empty() && f.kernel.getNumInputs() <= kFewInputs &&
        failed(reduceRounds(2 * count, f.constant(2 * step))))
      return failure();
    if (failed(reduceRounds(count, f.constant(step))))
      return failure();
  }
  if (failed(f.emitForBy(from, slotCount, f.constant(rowThreads), carried,
                         [&](Value at, SmallVectorImpl<Value> &values) {
                           return accumulate(op, getSlot(at), values);
                         })))
    return failure();
  return carried;
}

/// `count` slots of a thread, from slot `at` on. All that they read is read
/// before the first is used, so that the loads are in flight together.
LogicalResult
RowReduceEmitter::accumulateRound(linalg::LinalgOp op, Value at, int64_t count,
                                  SmallVectorImpl<Value> &accumulators) {
  Block *block = f.builder.getInsertionBlock();
  for (int64_t u = 0; u < count; ++u)
    if (failed(
            accumulate(op, getSlot(f.add(at, u * rowThreads)), accumulators)))
      return failure();
  hoistLoads(*block);
  return success();
}

LogicalResult RowReduceEmitter::storeFull(Version &version) {
  if (!version.onChip) {
    SmallVector<Value> none;
    return f.emitFor(lane, slotCount, rowThreads, none,
                     [&](Value at, SmallVectorImpl<Value> &) {
                       return storeFull(getSlot(at));
                     });
  }
  for (unsigned i : fullResults)
    if (Operation *producer = f.getReturned()[i].getDefiningOp();
        producer && failed(emitFunctions(producer, version)))
      return failure();
  for (const Slot &slot : version.slots)
    if (failed(storeFull(slot)))
      return failure();
  hoistLoads(*f.builder.getInsertionBlock());
  return success();
}

LogicalResult gpu_emission::emitRowReduce(KernelFrame &frame) {
  return RowReduceEmitter(frame).emit();
}
