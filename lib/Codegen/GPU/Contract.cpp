//===- Contract.cpp - tiled contractions ----------------------------------===//
//
// A block computes a tile[0] x tile[1] piece of the result of one matrix
// product, tile[2] steps of the summed dimension at a time: it brings the
// pieces of both operands into shared memory, the summed dimension first, and
// each thread multiplies a small outer product out of registers. Sizes may be
// ragged: what lies outside is read as zero and not stored. Either operand may
// lie transposed in memory; only the order in which threads walk its tile
// differs. The elementwise ops after the contraction are applied before the
// store.
//
// Memory is read and written in vectors where sizes allow. Where those are
// known at run time only, both ways of bringing pieces in and of storing are
// written, each under the same condition of all threads; the products, most of
// the code, are written once.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "KernelFrame.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

/// Threads along each side of a block's tile.
constexpr int64_t kSide = 16;

class ContractEmitter {
public:
  ContractEmitter(KernelFrame &frame, linalg::LinalgOp op)
      : f(frame), op(op), loops(op, frame.dims) {}

  LogicalResult emit();

private:
  /// One operand: its piece of a tile is `rows` x depth elements, `rows` being
  /// the dimension that it shares with the result.
  struct Operand {
    unsigned input;
    ArrayRef<unsigned> rowLoops;
    int64_t rows;
    Value rowCount, firstRow;
    /// Whether neighbours in memory differ in k rather than in the row.
    bool depthFastest;
    Value fastSize;
    Value shared;
  };

  LogicalResult prepare();
  Operand prepareOperand(unsigned input, ArrayRef<unsigned> rowLoops,
                         int64_t rows, Value rowCount, Value firstRow);
  LogicalResult chooseLanes();
  LogicalResult emitByLanes(function_ref<LogicalResult(int64_t lanes)> emit);
  LogicalResult bringPieces(Value k, int64_t lanes);
  FailureOr<SmallVector<Value>> loadPiece(const Operand &operand, Value k,
                                          int64_t lanes);
  void storePiece(const Operand &operand, ArrayRef<Value> piece, int64_t lanes);
  std::pair<Value, Value> placeInPiece(const Operand &operand, int64_t number,
                                       int64_t lanes);
  int64_t countLoads(const Operand &operand, int64_t lanes) const {
    return operand.rows * depth / (threads * lanes);
  }
  void multiplyPieces(SmallVectorImpl<Value> &accumulators);
  Value multiplyAdd(Value x, Value y, Value accumulator);
  LogicalResult store(ArrayRef<Value> accumulators, int64_t lanes);
  LogicalResult storeRow(Value row, ArrayRef<Value> accumulators,
                         int64_t lanes);
  void setLoops(SmallVector<Lanes> &values, ArrayRef<unsigned> which,
                Value linear);

  KernelFrame &f;
  linalg::LinalgOp op;
  kernel::ContractionLoops loops;
  int64_t tileM = 0, tileN = 0, depth = 0, steps = 0, threadM = 0, threadN = 0;
  int64_t threads = kSide * kSide;
  /// The elements of an access, and whether sizes allow it; null where they are
  /// known to.
  int64_t widest = 1;
  Value isWhole;
  Operand a, b;
  Value sizeM, sizeN, sizeK, batch;
  Type elementA, elementB, accumulatorType;
};

} // namespace

//===----------------------------------------------------------------------===//
// Sizes and tiles
//===----------------------------------------------------------------------===//

LogicalResult ContractEmitter::prepare() {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  auto unfit = [](int64_t size) { return size <= 0 || size % kSide != 0; };
  if (tile.size() != 3 || unfit(tile[0]) || unfit(tile[1]) || unfit(tile[2]) ||
      f.schedule.getBlock() != ArrayRef<int64_t>{threads})
    return f.kernel.emitOpError("has a schedule that does not suit a "
                                "contraction; expected a block of ")
           << threads << " and a tile of three multiples of " << kSide;
  std::tie(tileM, tileN, depth) = std::tie(tile[0], tile[1], tile[2]);
  threadM = tileM / kSide;
  threadN = tileN / kSide;

  auto total = [&](ArrayRef<unsigned> which) -> FailureOr<Value> {
    FailureOr<SmallVector<Value>> sizes = f.sizesOf(op, which);
    if (failed(sizes))
      return failure();
    return f.product(*sizes);
  };
  FailureOr<Value> m = total(loops.m), n = total(loops.n), k = total(loops.k);
  if (failed(m) || failed(n) || failed(k) || failed(total(loops.batch)))
    return failure();
  std::tie(sizeM, sizeN, sizeK) = std::tie(*m, *n, *k);

  // Blocks are numbered batch, then rows of tiles, then columns of tiles.
  auto tilesOf = [&](Value size, int64_t tileSize) {
    return f.divide(f.add(size, tileSize - 1), tileSize);
  };
  Value tilesN = tilesOf(sizeN, tileN), tilesM = tilesOf(sizeM, tileM);
  Value block = f.blockId();
  SmallVector<Value> number =
      f.delinearize(block, {f.constant(1), tilesM, tilesN});
  batch = number[0];

  auto elementOf = [&](unsigned input) {
    return getElementTypeOrSelf(op.getDpsInputOperand(input)->get().getType());
  };
  elementA = elementOf(loops.a);
  elementB = elementOf(loops.b);
  accumulatorType = getElementTypeOrSelf(op.getDpsInitOperand(0)->get());
  a = prepareOperand(loops.a, loops.m, tileM, sizeM,
                     f.multiply(number[1], tileM));
  b = prepareOperand(loops.b, loops.n, tileN, sizeN,
                     f.multiply(number[2], tileN));
  return success();
}

ContractEmitter::Operand
ContractEmitter::prepareOperand(unsigned input, ArrayRef<unsigned> rowLoops,
                                int64_t rows, Value rowCount, Value firstRow) {
  Operand operand{input, rowLoops, rows, rowCount, firstRow, false, {}, {}};
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(input));
  for (AffineExpr result : llvm::reverse(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(result);
    if (!loop || f.dims.getLoopSize(op, loop.getPosition()).isStatic(1))
      continue;
    unsigned position = loop.getPosition();
    operand.depthFastest = llvm::is_contained(loops.k, position);
    // Vectors need the fastest loop to be the last of its group.
    ArrayRef<unsigned> group =
        operand.depthFastest ? ArrayRef<unsigned>(loops.k) : rowLoops;
    if (!group.empty() && group.back() == position)
      operand.fastSize = f.elements->getSize(f.builder, f.loc,
                                             f.dims.getLoopSize(op, position));
    break;
  }
  Type element =
      getElementTypeOrSelf(op.getDpsInputOperand(input)->get().getType());
  // Rows start on 16 bytes, and a little to the side of the one above, so that
  // a column does not fall into one bank.
  int64_t pad = 16 / std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  operand.shared = f.addShared({depth, rows + pad}, element);
  return operand;
}

LogicalResult ContractEmitter::emit() {
  if (failed(prepare()))
    return failure();
  // Left alone, ptxas may spill to fit more blocks; two leave a thread 128
  // registers, which all our tiles fit. Without a loop LLVM moves each product
  // to where it is stored, and all that was read from shared memory stays live
  // until then: that needs more.
  std::optional<int64_t> knownK = getConstantIntValue(sizeK);
  bool oneRound = knownK && *knownK <= depth;
  f.function->setAttr("nvvm.minctasm",
                      f.builder.getI32IntegerAttr(oneRound ? 1 : 2));
  steps = oneRound ? *knownK : depth;
  if (failed(chooseLanes()))
    return failure();

  Value init = op.getDpsInitOperand(0)->get();
  if (!init.getDefiningOp<linalg::FillOp>() &&
      !init.getDefiningOp<arith::ConstantOp>())
    return op->emitOpError("adds to a tensor; expected a contraction whose "
                           "result starts from a fill");
  SmallVector<Lanes> origin(cast<RankedTensorType>(init.getType()).getRank(),
                            Lanes::uniform(f.constant(0)));
  FailureOr<Lanes> start = f.elements->emit(f.builder, init, origin);
  if (failed(start))
    return failure();
  SmallVector<Value> accumulators(threadM * threadN, start->value);
  auto round = [&](Value k, SmallVectorImpl<Value> &values) -> LogicalResult {
    if (failed(
            emitByLanes([&](int64_t lanes) { return bringPieces(k, lanes); })))
      return failure();
    f.barrier();
    multiplyPieces(values);
    return success();
  };
  if (failed(f.emitFor(f.constant(0), sizeK, depth, accumulators, round)))
    return failure();
  return emitByLanes([&](int64_t lanes) { return store(accumulators, lanes); });
}

LogicalResult ContractEmitter::chooseLanes() {
  int64_t lanes = std::min(f.schedule.getVector(), threadN);
  FailureOr<SmallVector<Value>> columns = f.sizesOf(op, loops.n);
  if (failed(columns))
    return failure();
  if (lanes <= 1 || threadN % lanes != 0 || !a.fastSize || !b.fastSize ||
      columns->empty() || !kernel::isVectorizable(f.kernel) ||
      countLoads(a, lanes) == 0 || countLoads(b, lanes) == 0)
    return success();
  for (Value size : {a.fastSize, b.fastSize, columns->back()}) {
    Value fits = f.isEqual(f.remainder(size, lanes), 0);
    isWhole = isWhole ? f.both(isWhole, fits) : fits;
  }
  std::optional<int64_t> known = getConstantIntValue(isWhole);
  if (known)
    isWhole = {};
  if (!known || *known)
    widest = lanes;
  return success();
}

/// What `emit` writes for accesses in vectors and, where they may not be
/// possible, for single elements.
LogicalResult
ContractEmitter::emitByLanes(function_ref<LogicalResult(int64_t lanes)> emit) {
  auto emitVersion = [&](int64_t lanes) {
    f.elements->setLanes(lanes);
    f.memory->forgetMultiples();
    if (lanes > 1) {
      for (Value size : {a.fastSize, b.fastSize})
        f.memory->assumeMultiple(size, lanes);
      Value columns = f.elements->getSize(
          f.builder, f.loc, f.dims.getLoopSize(op, loops.n.back()));
      f.memory->assumeMultiple(columns, lanes);
    }
    LogicalResult result = emit(lanes);
    f.elements->setLanes(1);
    return result;
  };
  if (!isWhole)
    return emitVersion(widest);
  return f.emitIf(
      isWhole, [&] { return emitVersion(widest); },
      [&] { return emitVersion(1); });
}

//===----------------------------------------------------------------------===//
// Bringing pieces in
//===----------------------------------------------------------------------===//

/// The row and the step of the piece's load number `number` of this thread.
std::pair<Value, Value> ContractEmitter::placeInPiece(const Operand &operand,
                                                      int64_t number,
                                                      int64_t lanes) {
  int64_t width = (operand.depthFastest ? depth : operand.rows) / lanes;
  Value at = f.add(f.threadId(), number * threads);
  Value fast = f.multiply(f.remainder(at, width), lanes);
  Value slow = f.divide(at, width);
  return operand.depthFastest ? std::pair(slow, fast) : std::pair(fast, slow);
}

void ContractEmitter::setLoops(SmallVector<Lanes> &values,
                               ArrayRef<unsigned> which, Value linear) {
  SmallVector<Value> sizes;
  for (unsigned loop : which)
    sizes.push_back(
        f.elements->getSize(f.builder, f.loc, f.dims.getLoopSize(op, loop)));
  for (auto [loop, index] : llvm::zip(which, f.delinearize(linear, sizes)))
    values[loop] = Lanes::uniform(index);
}

FailureOr<SmallVector<Value>>
ContractEmitter::loadPiece(const Operand &operand, Value k, int64_t lanes) {
  OpOperand *input = op.getDpsInputOperand(operand.input);
  Type element = getElementTypeOrSelf(input->get().getType());
  Type type = lanes > 1 ? VectorType::get({lanes}, element) : element;
  Value zero =
      arith::ConstantOp::create(f.builder, f.loc, f.builder.getZeroAttr(type));
  AffineMap map = op.getMatchingIndexingMap(input);
  SmallVector<Value> piece;
  for (int64_t i = 0; i < countLoads(operand, lanes); ++i) {
    auto [row, step] = placeInPiece(operand, i, lanes);
    row = f.add(operand.firstRow, row);
    step = f.add(k, step);
    Value isRow = f.isLess(row, operand.rowCount);
    Value valid = f.both(isRow, f.isLess(step, sizeK));
    // Outside, element 0 is read, which is there, and dropped.
    auto inside = [&](Value index) {
      return f.builder.createOrFold<arith::SelectOp>(f.loc, valid, index,
                                                     f.constant(0));
    };
    row = inside(row);
    step = inside(step);
    SmallVector<Lanes> values(op.getNumLoops(), Lanes::uniform(f.constant(0)));
    setLoops(values, loops.batch, batch);
    ArrayRef<unsigned> fastGroup =
        operand.depthFastest ? ArrayRef<unsigned>(loops.k) : operand.rowLoops;
    setLoops(values, operand.rowLoops, row);
    setLoops(values, loops.k, step);
    if (lanes > 1)
      values[fastGroup.back()].kind = Lanes::Kind::Consecutive;
    SmallVector<Lanes> indices;
    for (AffineExpr result : map.getResults()) {
      auto loop = dyn_cast<AffineDimExpr>(result);
      indices.push_back(loop ? values[loop.getPosition()]
                             : Lanes::uniform(f.constant(0)));
    }
    FailureOr<Lanes> loaded =
        f.elements->emit(f.builder, input->get(), indices);
    if (failed(loaded))
      return failure();
    Value value = f.elements->materialize(f.builder, f.loc, *loaded);
    piece.push_back(
        arith::SelectOp::create(f.builder, f.loc, valid, value, zero));
  }
  return piece;
}

void ContractEmitter::storePiece(const Operand &operand, ArrayRef<Value> piece,
                                 int64_t lanes) {
  for (auto [i, value] : llvm::enumerate(piece)) {
    auto [row, step] = placeInPiece(operand, i, lanes);
    if (lanes > 1 && operand.depthFastest) {
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Value element =
            vector::ExtractOp::create(f.builder, f.loc, value, lane);
        f.storeShared(element, operand.shared, {f.add(step, lane), row});
      }
      continue;
    }
    f.storeShared(value, operand.shared, {step, row});
  }
}

LogicalResult ContractEmitter::bringPieces(Value k, int64_t lanes) {
  f.memory->assumeMultiple(k, depth);
  FailureOr<SmallVector<Value>> pieceA = loadPiece(a, k, lanes);
  FailureOr<SmallVector<Value>> pieceB = loadPiece(b, k, lanes);
  if (failed(pieceA) || failed(pieceB))
    return failure();
  // The last round may still be reading what this one overwrites.
  f.barrier();
  storePiece(a, *pieceA, lanes);
  storePiece(b, *pieceB, lanes);
  return success();
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

Value ContractEmitter::multiplyAdd(Value x, Value y, Value accumulator) {
  Block &body = *op.getBlock();
  IRMapping mapping;
  mapping.map(body.getArgument(loops.a), x);
  mapping.map(body.getArgument(loops.b), y);
  mapping.map(body.getArgument(2), accumulator);
  Value sum = body.getTerminator()->getOperand(0);
  for (Operation &inner : body.without_terminator()) {
    // A product that only the sum reads is fused with it, in one rounding.
    if (isa<arith::MulFOp>(inner) && inner.hasOneUse() &&
        *inner.user_begin() == sum.getDefiningOp())
      continue;
    if (isa<arith::AddFOp>(inner) && inner.getResult(0) == sum) {
      Value product = inner.getOperand(0) == body.getArgument(2)
                          ? inner.getOperand(1)
                          : inner.getOperand(0);
      if (auto multiply = product.getDefiningOp<arith::MulFOp>();
          multiply && multiply->hasOneUse())
        return math::FmaOp::create(
            f.builder, f.loc, mapping.lookup(multiply.getLhs()),
            mapping.lookup(multiply.getRhs()), accumulator);
    }
    f.builder.clone(inner, mapping);
  }
  return mapping.lookup(sum);
}

void ContractEmitter::multiplyPieces(SmallVectorImpl<Value> &accumulators) {
  Value firstM = f.multiply(f.divide(f.threadId(), kSide), threadM);
  Value firstN = f.multiply(f.remainder(f.threadId(), kSide), threadN);
  for (int64_t step = 0; step < steps; ++step) {
    Value k = f.constant(step);
    SmallVector<Value> x = f.loadShared(a.shared, {k, firstM}, threadM);
    SmallVector<Value> y = f.loadShared(b.shared, {k, firstN}, threadN);
    for (int64_t i = 0; i < threadM; ++i)
      for (int64_t j = 0; j < threadN; ++j) {
        Value &accumulator = accumulators[i * threadN + j];
        accumulator = multiplyAdd(x[i], y[j], accumulator);
      }
  }
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

/// Rows of vectors one after the other, all of whose loads may be in flight
/// together. Single elements, which there are many of, by a loop over the rows:
/// what it computes of each is written once.
LogicalResult ContractEmitter::store(ArrayRef<Value> accumulators,
                                     int64_t lanes) {
  if (lanes > 1) {
    for (int64_t i = 0; i < threadM; ++i)
      if (failed(storeRow(f.constant(i),
                          accumulators.slice(i * threadN, threadN), lanes)))
        return failure();
    return success();
  }
  auto emitRow = [&](Value row, SmallVectorImpl<Value> &) {
    SmallVector<Value> own(accumulators.take_front(threadN));
    for (int64_t i = 1; i < threadM; ++i) {
      Value isThis = f.isEqual(row, f.constant(i));
      for (auto [value, other] :
           llvm::zip(own, accumulators.slice(i * threadN, threadN)))
        value = f.builder.createOrFold<arith::SelectOp>(f.loc, isThis, other,
                                                        value);
    }
    return storeRow(row, own, 1);
  };
  SmallVector<Value> none;
  Value first = f.constant(0), end = f.constant(threadM);
  return f.emitFor(first, end, 1, none, emitRow);
}

/// Stores row `row` of the thread's results.
LogicalResult ContractEmitter::storeRow(Value row, ArrayRef<Value> accumulators,
                                        int64_t lanes) {
  Value firstM =
      f.add(a.firstRow, f.multiply(f.divide(f.threadId(), kSide), threadM));
  Value firstN =
      f.add(b.firstRow, f.multiply(f.remainder(f.threadId(), kSide), threadN));
  Value m = f.add(firstM, row), isRow = f.isLess(m, sizeM);
  Value result = op->getResult(0);
  for (int64_t j = 0; j < threadN; j += lanes) {
    Value n = f.add(firstN, j), isColumn = f.isLess(n, sizeN);
    ArrayRef<Value> own = accumulators.slice(j, lanes);
    auto emitElement = [&]() -> LogicalResult {
      SmallVector<Lanes> values(op.getNumLoops(),
                                Lanes::uniform(f.constant(0)));
      setLoops(values, loops.batch, batch);
      setLoops(values, loops.m, m);
      setLoops(values, loops.n, n);
      Lanes value = Lanes::uniform(own.front());
      if (lanes > 1) {
        values[loops.n.back()].kind = Lanes::Kind::Consecutive;
        value = Lanes::varying(vector::FromElementsOp::create(
            f.builder, f.loc, VectorType::get({lanes}, accumulatorType), own));
      }
      f.elements->provide(
          result, [value](OpBuilder &, ArrayRef<Lanes>) { return value; });
      // In the order of the result's dimensions.
      SmallVector<Lanes> point;
      AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
      for (AffineExpr expr : map.getResults()) {
        unsigned loop = cast<AffineDimExpr>(expr).getPosition();
        if (!f.dims.getLoopSize(op, loop).isStatic(1))
          point.push_back(values[loop]);
      }
      return f.storeResults(point);
    };
    if (failed(f.emitIf(f.both(isRow, isColumn), emitElement)))
      return failure();
  }
  return success();
}

LogicalResult gpu_emission::emitContract(KernelFrame &frame) {
  linalg::LinalgOp op = kernel::findContraction(frame.kernel);
  if (!op || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return frame.kernel.emitOpError(
        "holds no contraction of two tensors into one");
  return ContractEmitter(frame, op).emit();
}
