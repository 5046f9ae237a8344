//===- Contract.cpp - tiled contractions ----------------------------------===//
//
// The pieces of both operands (Contraction.h) come into shared memory with the
// summed dimension first, and each thread multiplies a small outer product out
// of registers. Only the order in which threads walk a piece differs where an
// operand lies transposed. Memory is read and written in vectors where sizes
// allow; where those are known at run time only, both ways of bringing pieces
// in and of storing are written, each under the same condition of all threads;
// the products, most of the code, are written once. This is the way for all
// types and all chips; where tiles can come in time (FmaContract.cpp) the
// schedule says so.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"
#include "Families.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

/// Threads along each side of a block's tile.
constexpr int64_t kSide = 16;

class ContractEmitter : Contraction {
public:
  ContractEmitter(KernelFrame &frame, linalg::LinalgOp op)
      : Contraction(frame, op) {}

  LogicalResult emit();

private:
  LogicalResult checkSchedule();
  Value addPiece(const Operand &operand);
  int64_t getLanes() const;
  /// Decides on accesses of `lanes` elements, which the threads can make.
  LogicalResult chooseLanes(int64_t lanes);
  /// What `emit` writes for accesses in vectors and, where they may not be
  /// possible, for single elements.
  LogicalResult emitByLanes(function_ref<LogicalResult(int64_t lanes)> emit);
  LogicalResult bringPieces(Value k, int64_t lanes);
  FailureOr<SmallVector<Value>> loadPiece(const Operand &operand, Value k,
                                          int64_t lanes);
  void storePiece(const Operand &operand, Value shared, ArrayRef<Value> piece,
                  int64_t lanes);
  std::pair<Value, Value> placeInPiece(const Operand &operand, int64_t number,
                                       int64_t lanes);
  int64_t countLoads(const Operand &operand, int64_t lanes) const {
    return operand.rows * depth / (threads * lanes);
  }
  void multiplyPieces(SmallVectorImpl<Value> &accumulators);
  LogicalResult storeTile(ArrayRef<Value> accumulators, int64_t lanes);
  LogicalResult storeRow(Value row, ArrayRef<Value> accumulators,
                         int64_t lanes);

  int64_t steps = 0, threadM = 0, threadN = 0;
  int64_t threads = kSide * kSide;
  /// The elements of an access, and whether sizes allow it; null where they are
  /// known to.
  int64_t widest = 1;
  Value isWhole;
  Value sharedA, sharedB;
};

} // namespace

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

LogicalResult ContractEmitter::checkSchedule() {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  auto unfit = [](int64_t size) { return size <= 0 || size % kSide != 0; };
  if (tile.size() != 3 || llvm::any_of(tile, unfit) ||
      f.schedule.getBlock() != ArrayRef<int64_t>{threads})
    return f.kernel.emitOpError("has a schedule that does not suit a "
                                "contraction; expected a block of ")
           << threads << " and a tile of three multiples of " << kSide;
  return success();
}

/// Rows start on 16 bytes, and a little to the side of the one above, so that a
/// column does not fall into one bank.
Value ContractEmitter::addPiece(const Operand &operand) {
  int64_t bytes = operand.element.getIntOrFloatBitWidth() / 8;
  int64_t pad = 16 / std::max<int64_t>(1, bytes);
  return f.addShared({depth, operand.rows + pad}, operand.element);
}

/// Those of the schedule, if there is an access for each thread.
int64_t ContractEmitter::getLanes() const {
  int64_t lanes = std::min(f.schedule.getVector(), threadN);
  if (lanes <= 1 || threadN % lanes != 0 || countLoads(a, lanes) == 0 ||
      countLoads(b, lanes) == 0)
    return 1;
  return lanes;
}

LogicalResult ContractEmitter::emit() {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  if (failed(checkSchedule()) || failed(prepare(tile[0], tile[1], tile[2])))
    return failure();
  threadM = tileM / kSide;
  threadN = tileN / kSide;
  sharedA = addPiece(a);
  sharedB = addPiece(b);
  // Left alone, ptxas may spill to fit more blocks; two leave a thread 128
  // registers, which all our tiles fit. Without a loop LLVM moves each product
  // to where it is stored, and all that was read from shared memory stays live
  // until then: that needs more.
  std::optional<int64_t> knownK = getConstantIntValue(endK);
  bool oneRound = knownK && *knownK <= depth;
  f.function->setAttr("nvvm.minctasm",
                      f.builder.getI32IntegerAttr(oneRound ? 1 : 2));
  steps = oneRound ? *knownK : depth;
  if (failed(chooseLanes(getLanes())))
    return failure();

  FailureOr<Value> start = emitStart();
  if (failed(start))
    return failure();
  SmallVector<Value> accumulators(threadM * threadN, *start);
  auto round = [&](Value k, SmallVectorImpl<Value> &values) -> LogicalResult {
    if (failed(
            emitByLanes([&](int64_t lanes) { return bringPieces(k, lanes); })))
      return failure();
    f.barrier();
    multiplyPieces(values);
    return success();
  };
  if (failed(f.emitFor(firstK, endK, depth, accumulators, round)))
    return failure();
  return emitByLanes(
      [&](int64_t lanes) { return storeTile(accumulators, lanes); });
}

LogicalResult ContractEmitter::chooseLanes(int64_t lanes) {
  FailureOr<SmallVector<Value>> columns = f.sizesOf(op, loops.n);
  if (failed(columns))
    return failure();
  if (lanes <= 1 || !a.fastSize || !b.fastSize || columns->empty() ||
      !kernel::isVectorizable(f.kernel))
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

LogicalResult
ContractEmitter::emitByLanes(function_ref<LogicalResult(int64_t lanes)> emit) {
  auto emitVersion = [&](int64_t lanes) {
    f.elements->setLanes(lanes);
    f.memory->forgetStated();
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

FailureOr<SmallVector<Value>>
ContractEmitter::loadPiece(const Operand &operand, Value k, int64_t lanes) {
  SmallVector<Value> piece;
  for (int64_t i = 0; i < countLoads(operand, lanes); ++i) {
    auto [row, step] = placeInPiece(operand, i, lanes);
    FailureOr<Value> value =
        load(operand, f.add(operand.firstRow, row), f.add(k, step), lanes);
    if (failed(value))
      return failure();
    piece.push_back(*value);
  }
  return piece;
}

void ContractEmitter::storePiece(const Operand &operand, Value shared,
                                 ArrayRef<Value> piece, int64_t lanes) {
  for (auto [i, value] : llvm::enumerate(piece)) {
    auto [row, step] = placeInPiece(operand, i, lanes);
    if (lanes > 1 && operand.depthFastest) {
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Value element =
            vector::ExtractOp::create(f.builder, f.loc, value, lane);
        f.storeShared(element, shared, {f.add(step, lane), row});
      }
      continue;
    }
    f.storeShared(value, shared, {step, row});
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
  storePiece(a, sharedA, *pieceA, lanes);
  storePiece(b, sharedB, *pieceB, lanes);
  return success();
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

void ContractEmitter::multiplyPieces(SmallVectorImpl<Value> &accumulators) {
  Value firstM = f.multiply(f.divide(f.threadId(), kSide), threadM);
  Value firstN = f.multiply(f.remainder(f.threadId(), kSide), threadN);
  for (int64_t step = 0; step < steps; ++step) {
    Value k = f.constant(step);
    SmallVector<Value> x = f.loadShared(sharedA, {k, firstM}, threadM);
    SmallVector<Value> y = f.loadShared(sharedB, {k, firstN}, threadN);
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
LogicalResult ContractEmitter::storeTile(ArrayRef<Value> accumulators,
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
  for (int64_t j = 0; j < threadN; j += lanes)
    if (failed(store(f.add(firstM, row), f.add(firstN, j),
                     accumulators.slice(j, lanes))))
      return failure();
  return success();
}

LogicalResult gpu_emission::emitContract(KernelFrame &frame) {
  linalg::LinalgOp op = kernel::findContraction(frame.kernel);
  if (frame.schedule.getUnroll() > 1)
    return emitFmaContract(frame, op);
  return ContractEmitter(frame, op).emit();
}
