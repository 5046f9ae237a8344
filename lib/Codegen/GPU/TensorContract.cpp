//===- TensorContract.cpp - contractions on the matrix units --------------===//
//
// Products of f16 or bf16 matrices, summed in f32. Four warps share a block's
// tile (Contraction.h), two along each side, and multiply matrices of 16 x 8 x
// 16 elements. Several tiles of depth are in shared memory: while one is
// multiplied, the next are on their way, as asynchronous copies where an
// operand is an argument of the kernel and its rows are whole 16-byte chunks.
// So in each round there is one wait and one barrier:
//
//   start copying the first tiles
//   for each tile of depth
//     wait for it; barrier          all have it, and none reads the one before
//     start copying a tile into the place of the one before
//     multiply
//
// Where sizes allow no vectors a tile comes, element by element, when its turn
// has come.
//
// A piece lies in shared memory as its operand does, in lines of 16-byte
// chunks; ldmatrix transposes what has the summed dimension across lines. In a
// line the chunks change places (swizzle) so that the eight chunks that a
// matrix is read from, one of each of eight lines, lie in different banks.
//
// What a warp has summed goes through shared memory once more, some of its rows
// at a time, so that the ops after the product and the stores see rows in
// vectors, and the code for them is written a few times and not once for each
// accumulator.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"
#include "Families.h"
#include "MatrixOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

constexpr int64_t kWarp = 32;
/// Warps of a block along each side of its tile.
constexpr int64_t kWarps = 2;
constexpr int64_t kThreads = kWarps * kWarps * kWarp;
/// 16-bit elements of a chunk, and chunks that lie in all banks together.
constexpr int64_t kChunk = 8, kBankChunks = 8;
constexpr int64_t kElementBytes = 2, kSumBytes = 4;
/// Sums of 16 bytes, and those that lie in all banks together.
constexpr int64_t kSumChunk = 4, kAllBanks = 32;
/// Sums to the right of a row of a warp's, so that eight rows of two sums of
/// four lanes lie in different banks.
constexpr int64_t kRowPad = 8;

class TensorContractEmitter : Contraction {
public:
  TensorContractEmitter(KernelFrame &frame, linalg::LinalgOp op)
      : Contraction(frame, op) {}

  LogicalResult emit();

private:
  /// An operand's piece of each tile that is in shared memory.
  struct Piece {
    const Operand &operand;
    /// Elements of a line, which are neighbours in memory, and of a piece.
    int64_t line, size;
    Value shared;
    /// Of the chunks that this thread copies: where the first is in a piece,
    /// and how much of a chunk is wanted of the row of each, or of all.
    Value firstChunk;
    SmallVector<Value> inRow;
    /// Where this lane reads matrices in a piece, but for a constant: for each
    /// number that changes the place of a chunk in its line.
    SmallVector<Value> places;
  };

  LogicalResult checkSchedule();
  void layOut();
  Value getPhase(const Piece &piece, Value line);

  LogicalResult bringFirst(int64_t lanes);
  LogicalResult bringTile(Value k, Value tile, int64_t lanes);
  LogicalResult bringPiece(const Piece &piece, Value k, Value tile,
                           int64_t lanes);
  void prepareCopies(Piece &piece);
  void copyChunks(const Piece &piece, Value k, Value tile);
  LogicalResult storeChunks(const Piece &piece, Value k, Value tile,
                            int64_t lanes);
  int64_t countChunks(const Piece &piece) const {
    return piece.size / kChunk / kThreads;
  }
  std::pair<Value, Value> getChunk(const Piece &piece, Value number);
  std::pair<Value, Value> getElement(const Piece &piece, Value number,
                                     int64_t element = 0);
  Value getChunkPlace(const Piece &piece, Value line, Value chunk);
  Value getPlace(const Piece &piece, Value tile, Value place, int64_t distance);
  BlockArgument getCopied(const Operand &operand);

  void findPlaces(Piece &piece, Value firstRow, int64_t rows, Value laneRow,
                  Value laneStep);
  SmallVector<Value> loadFragment(const Piece &piece, Value tile, int64_t row,
                                  int64_t step);
  void multiplyTile(Value tile, SmallVectorImpl<Value> &sums);

  Value getSumPlace(Value row, Value column, int64_t from = 0);
  LogicalResult storeTile(ArrayRef<Value> sums);
  LogicalResult storeRows(Value sums, Value own, int64_t first, int64_t count,
                          int64_t lanes);

  int64_t stages = 0, warpM = 0, warpN = 0, sharedBytes = 0;
  Value bytes, lane, warpRow, warpColumn;
  std::optional<Piece> pieceA, pieceB;
};

} // namespace

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

LogicalResult TensorContractEmitter::checkSchedule() {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  // Lines are powers of two, and each thread copies as many chunks as others.
  auto isSide = [&](int64_t size, int64_t least) {
    return size >= least && llvm::isPowerOf2_64(size);
  };
  auto isShared = [&](int64_t side) {
    return side * tile[2] / kChunk % kThreads == 0;
  };
  stages = f.schedule.getUnroll();
  if (f.schedule.getBlock() != ArrayRef<int64_t>{kThreads} ||
      tile.size() != 3 || !isSide(tile[0], kWarps * kMatrixM) ||
      !isSide(tile[1], kWarps * 2 * kMatrixN) || !isSide(tile[2], kMatrixK) ||
      !isShared(tile[0]) || !isShared(tile[1]) || stages < 2)
    return f.kernel.emitOpError("has a schedule that does not suit a product "
                                "on matrix units; expected a block of ")
           << kThreads << ", a tile of powers of two from " << kWarps * kMatrixM
           << ", " << kWarps * 2 * kMatrixN << " and " << kMatrixK
           << " on with a chunk for each thread, and unroll = 2 or "
           << "more tiles in shared memory";
  sharedBytes = stages * (tile[0] + tile[1]) * tile[2] * kElementBytes;
  if (sharedBytes > kSharedBytes)
    return f.kernel.emitOpError("has ")
           << sharedBytes << " bytes of tiles in shared memory; expected at "
           << "most " << kSharedBytes;
  return success();
}

/// Where the pieces lie, and what of them a lane reads.
void TensorContractEmitter::layOut() {
  bytes = f.addShared({sharedBytes}, f.builder.getI8Type());
  auto add = [&](std::optional<Piece> &piece, const Operand &operand,
                 int64_t from) {
    int64_t size = operand.rows * depth;
    Value shared = f.viewShared(bytes, from * kElementBytes, stages * size,
                                operand.element);
    piece.emplace(Piece{operand,
                        operand.depthFastest ? depth : operand.rows,
                        size,
                        shared,
                        {},
                        {},
                        {}});
    if (getCopied(operand))
      prepareCopies(*piece);
  };
  add(pieceA, a, 0);
  add(pieceB, b, stages * tileM * depth);

  warpM = tileM / kWarps;
  warpN = tileN / kWarps;
  Value warp = f.divide(f.threadId(), kWarp);
  lane = f.remainder(f.threadId(), kWarp);
  warpRow = f.multiply(f.divide(warp, kWarps), warpM);
  warpColumn = f.multiply(f.remainder(warp, kWarps), warpN);
  // Of the four matrices that are loaded together, those of A follow each other
  // down the rows and then along k, those of B along k and then the columns.
  Value inMatrix = f.remainder(lane, kBankChunks);
  Value second = f.multiply(f.remainder(f.divide(lane, 8), 2), 8);
  Value third = f.multiply(f.divide(lane, 16), 8);
  auto find = [&](Piece &piece, Value firstRow, int64_t rows, Value rowPart,
                  Value stepPart) {
    (piece.operand.depthFastest ? rowPart : stepPart) =
        f.add(piece.operand.depthFastest ? rowPart : stepPart, inMatrix);
    findPlaces(piece, firstRow, rows, rowPart, stepPart);
  };
  find(*pieceA, warpRow, warpM, second, third);
  find(*pieceB, warpColumn, warpN, third, second);
}

LogicalResult TensorContractEmitter::emit() {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  if (!kernel::getNarrowFactors(op))
    return f.kernel.emitOpError("multiplies what the matrix units do not: "
                                "expected sums in f32 of products of f16 or of "
                                "bf16 elements");
  if (failed(checkSchedule()) || failed(prepare(tile[0], tile[1], tile[2])))
    return failure();
  layOut();
  if (failed(chooseLanes(kChunk)))
    return failure();
  FailureOr<Value> start = emitStart();
  if (failed(start))
    return failure();

  if (failed(emitByLanes([&](int64_t lanes) { return bringFirst(lanes); })))
    return failure();

  SmallVector<Value> carried(warpM * warpN / kWarp, *start);
  carried.push_back(f.constant(0));
  carried.push_back(f.constant(stages - 1));
  auto next = [&](Value number) -> Value {
    Value after = f.add(number, 1);
    return f.builder.createOrFold<arith::SelectOp>(
        f.loc, f.isEqual(after, stages), f.constant(0), after);
  };
  auto round = [&](Value k, SmallVectorImpl<Value> &values) -> LogicalResult {
    Value writing = values.pop_back_val(), reading = values.pop_back_val();
    waitForCopies(f, stages - 2);
    f.barrier();
    if (failed(emitByLanes([&](int64_t lanes) {
          if (lanes > 1)
            return bringTile(f.add(k, (stages - 1) * depth), writing, lanes);
          LogicalResult brought = bringTile(k, reading, lanes);
          f.barrier();
          return brought;
        })))
      return failure();
    multiplyTile(reading, values);
    values.push_back(next(reading));
    values.push_back(next(writing));
    return success();
  };
  if (failed(f.emitFor(f.constant(0), sizeK, depth, carried, round)))
    return failure();
  carried.truncate(carried.size() - 2);
  // Zeros for tiles past the end may still be on their way.
  waitForCopies(f, 0);
  return storeTile(carried);
}

//===----------------------------------------------------------------------===//
// Bringing pieces in
//===----------------------------------------------------------------------===//

/// What the place of a chunk in its line is changed by, for a line of eight: of
/// as many lines as lie in all banks together those with the same chunks have
/// the same, and the next have another.
Value TensorContractEmitter::getPhase(const Piece &piece, Value line) {
  int64_t chunks = piece.line / kChunk;
  int64_t lines = std::max<int64_t>(1, kBankChunks / chunks);
  return f.remainder(f.divide(f.remainder(line, kBankChunks), lines),
                     std::min(chunks, kBankChunks));
}

/// The line of chunk `number` of this thread, and which it is in the line.
std::pair<Value, Value> TensorContractEmitter::getChunk(const Piece &piece,
                                                        Value number) {
  int64_t chunks = piece.line / kChunk;
  int64_t lines = kThreads / chunks;
  Value line = f.add(f.divide(f.threadId(), chunks), f.multiply(number, lines));
  return {line, f.remainder(f.threadId(), chunks)};
}

/// The row and the step of an element of chunk `number` of this thread.
std::pair<Value, Value> TensorContractEmitter::getElement(const Piece &piece,
                                                          Value number,
                                                          int64_t element) {
  auto [line, chunk] = getChunk(piece, number);
  Value along = f.add(f.multiply(chunk, kChunk), element);
  return piece.operand.depthFastest ? std::pair(line, along)
                                    : std::pair(along, line);
}

/// The element that a chunk begins at in its piece.
Value TensorContractEmitter::getChunkPlace(const Piece &piece, Value line,
                                           Value chunk) {
  Value swizzled =
      arith::XOrIOp::create(f.builder, f.loc, chunk, getPhase(piece, line));
  return f.add(f.multiply(line, piece.line), f.multiply(swizzled, kChunk));
}

/// Element `place` + `distance` of the piece of tile number `tile`. That the
/// sum does not overflow lets LLVM put the constant into the instruction.
Value TensorContractEmitter::getPlace(const Piece &piece, Value tile,
                                      Value place, int64_t distance) {
  Value inTile = f.add(f.multiply(tile, piece.size), place);
  return arith::AddIOp::create(f.builder, f.loc, inTile, f.constant(distance),
                               arith::IntegerOverflowFlags::nsw);
}

/// The argument that an operand is, as it lies in memory, or null.
BlockArgument TensorContractEmitter::getCopied(const Operand &operand) {
  auto argument =
      dyn_cast<BlockArgument>(op.getDpsInputOperand(operand.input)->get());
  return argument && argument.getOwner() == &f.kernel.getBody().front()
             ? argument
             : BlockArgument();
}

/// Brings the tile of depth from step `k` on into place `tile`, which is its
/// number in shared memory; past the end there are zeros.
LogicalResult TensorContractEmitter::bringTile(Value k, Value tile,
                                               int64_t lanes) {
  f.memory->assumeMultiple(k, kChunk);
  if (failed(bringPiece(*pieceA, k, tile, lanes)) ||
      failed(bringPiece(*pieceB, k, tile, lanes)))
    return failure();
  commitCopies(f);
  return success();
}

/// Brings all tiles but one that there is room for. What comes element by
/// element is not brought early: that is slow anyway, and would be written
/// twice.
LogicalResult TensorContractEmitter::bringFirst(int64_t lanes) {
  if (lanes == 1)
    return success();
  // With nothing to sum there is nothing to read.
  Value isSome = f.isLess(f.constant(0), sizeK);
  Value count = f.builder.createOrFold<arith::SelectOp>(
      f.loc, isSome, f.constant(stages - 1), f.constant(0));
  SmallVector<Value> none;
  return f.emitFor(f.constant(0), count, 1, none,
                   [&](Value number, SmallVectorImpl<Value> &) {
                     return bringTile(f.multiply(number, depth), number, lanes);
                   });
}

LogicalResult TensorContractEmitter::bringPiece(const Piece &piece, Value k,
                                                Value tile, int64_t lanes) {
  if (lanes == kChunk && getCopied(piece.operand)) {
    copyChunks(piece, k, tile);
    return success();
  }
  return storeChunks(piece, k, tile, lanes);
}

/// What does not change from tile to tile. Used in two loops, it is computed in
/// front of them; LLVM would take it into a loop.
void TensorContractEmitter::prepareCopies(Piece &piece) {
  const Operand &operand = piece.operand;
  auto [line, chunk] = getChunk(piece, f.constant(0));
  piece.firstChunk = getChunkPlace(piece, line, chunk);
  for (int64_t i = 0; i < (operand.depthFastest ? countChunks(piece) : 1);
       ++i) {
    auto [row, step] = getElement(piece, f.constant(i));
    Value isRow = f.isLess(f.add(operand.firstRow, row), operand.rowCount);
    piece.inRow.push_back(arith::SelectOp::create(
        f.builder, f.loc, isRow, f.constant(kChunk), f.constant(0)));
  }
}

void TensorContractEmitter::copyChunks(const Piece &piece, Value k,
                                       Value tile) {
  const Operand &operand = piece.operand;
  BlockArgument argument = getCopied(operand);
  Value buffer = f.memory->getBuffer(argument.getArgNumber());
  for (int64_t i = 0; i < countChunks(piece); ++i) {
    auto [row, step] = getElement(piece, f.constant(i));
    step = f.add(k, step);
    // Nothing is read of a chunk that is outside, so its address may be, too.
    Lanes from = f.elements->linearize(
        f.builder, f.loc, argument,
        getIndices(operand, f.add(operand.firstRow, row), step, kChunk));
    Value wanted = arith::SelectOp::create(
        f.builder, f.loc, f.isLess(step, sizeK),
        piece.inRow[operand.depthFastest ? i : 0], f.constant(0));
    // The chunks of a thread are whole lines apart, of lines of one phase.
    copyAsync(f, buffer, from.value, piece.shared,
              getPlace(piece, tile, piece.firstChunk, i * kThreads * kChunk),
              wanted);
  }
}

/// Through registers, by a loop: it is long where single elements are read.
LogicalResult TensorContractEmitter::storeChunks(const Piece &piece, Value k,
                                                 Value tile, int64_t lanes) {
  const Operand &operand = piece.operand;
  auto storeChunk = [&](Value number,
                        SmallVectorImpl<Value> &) -> LogicalResult {
    SmallVector<Value> read;
    for (int64_t element = 0; element < kChunk; element += lanes) {
      auto [row, step] = getElement(piece, number, element);
      FailureOr<Value> value =
          load(operand, f.add(operand.firstRow, row), f.add(k, step), lanes);
      if (failed(value))
        return failure();
      read.push_back(*value);
    }
    Value whole = read.front();
    if (lanes == 1)
      whole = vector::FromElementsOp::create(
          f.builder, f.loc, VectorType::get({kChunk}, operand.element), read);
    auto [line, chunk] = getChunk(piece, number);
    f.storeShared(whole, piece.shared,
                  getPlace(piece, tile, getChunkPlace(piece, line, chunk), 0));
    return success();
  };
  SmallVector<Value> none;
  Value count = f.constant(countChunks(piece));
  return f.emitFor(f.constant(0), count, 1, none, storeChunk);
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

/// `firstRow` is the first of the warp's `rows`; `laneRow` and `laneStep` tell
/// what a lane reads of the four matrices that begin there. All matrices begin
/// at multiples of 16, which change the place of a chunk in its line only along
/// the line; across it they move a lane by a constant.
void TensorContractEmitter::findPlaces(Piece &piece, Value firstRow,
                                       int64_t rows, Value laneRow,
                                       Value laneStep) {
  bool depthFastest = piece.operand.depthFastest;
  Value row = f.add(firstRow, laneRow);
  Value line = depthFastest ? row : laneStep;
  Value along = depthFastest ? laneStep : row;
  for (int64_t from = 0; from < (depthFastest ? depth : rows); from += kMatrixK)
    piece.places.push_back(
        getChunkPlace(piece, line, f.divide(f.add(along, from), kChunk)));
}

/// The four matrices from row `row` of the warp's and step `step` on.
SmallVector<Value> TensorContractEmitter::loadFragment(const Piece &piece,
                                                       Value tile, int64_t row,
                                                       int64_t step) {
  bool depthFastest = piece.operand.depthFastest;
  auto [across, along] =
      depthFastest ? std::pair(row, step) : std::pair(step, row);
  Value place = getPlace(piece, tile, piece.places[along / kMatrixK],
                         across * piece.line);
  return loadMatrices(f, piece.shared, place, /*transpose=*/!depthFastest);
}

/// The sums of a lane are those of 16 x 8 elements four at a time, row by row.
void TensorContractEmitter::multiplyTile(Value tile,
                                         SmallVectorImpl<Value> &sums) {
  for (int64_t step = 0; step < depth; step += kMatrixK) {
    SmallVector<SmallVector<Value>> columns;
    for (int64_t n = 0; n < warpN; n += 2 * kMatrixN)
      columns.push_back(loadFragment(*pieceB, tile, n, step));
    MutableArrayRef<Value> rest = sums;
    for (int64_t m = 0; m < warpM; m += kMatrixM) {
      SmallVector<Value> rows = loadFragment(*pieceA, tile, m, step);
      for (ArrayRef<Value> both : columns)
        for (ArrayRef<Value> one : {both.take_front(2), both.take_back(2)}) {
          multiplyMatrices(f, rows, one, rest.take_front(4));
          rest = rest.drop_front(4);
        }
    }
  }
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

/// Where the sum at a row and a column lies, columns being those from the
/// constant `from` on, without which it is counted. Neighbouring chunks of four
/// change places in every second 128 bytes of a warp's rows, as if they had no
/// padding: lanes that read two chunks each then read from all banks.
Value TensorContractEmitter::getSumPlace(Value row, Value column,
                                         int64_t from) {
  Value linear = f.add(f.multiply(row, warpN), f.add(column, from));
  Value isSecond = f.remainder(f.divide(linear, kAllBanks), 2);
  Value swizzled = arith::XOrIOp::create(f.builder, f.loc, column,
                                         f.multiply(isSecond, kSumChunk));
  return f.add(f.multiply(row, warpN + kRowPad), swizzled);
}

LogicalResult TensorContractEmitter::storeTile(ArrayRef<Value> sums) {
  // Each warp has its part of what the tiles lay in.
  int64_t pitch = warpN + kRowPad;
  int64_t room = sharedBytes / kSumBytes / (kWarps * kWarps);
  int64_t rows = std::min(warpM, room / pitch / kMatrixM * kMatrixM);
  assert(rows > 0 && "the least tiles have room for 16 rows");
  Value all = f.viewShared(bytes, 0, sharedBytes / kSumBytes, accumulatorType);
  Value own = f.multiply(f.divide(f.threadId(), kWarp), room);
  // The sums of a lane: two neighbours, and two of the eighth row below. Where
  // they are depends on the columns by where their half of all banks is.
  Value row = f.divide(lane, 4), column = f.multiply(f.remainder(lane, 4), 2);
  SmallVector<Value> places;
  for (int64_t from : {int64_t(0), kAllBanks})
    places.push_back(f.add(own, getSumPlace(row, column, from)));
  auto pairType = VectorType::get({2}, accumulatorType);
  for (int64_t first = 0; first < warpM; first += rows) {
    f.barrier();
    for (int64_t m = 0; m < rows && first + m < warpM; m += kMatrixM)
      for (int64_t n = 0; n < warpN; n += kMatrixN)
        for (int64_t half : {0, 1}) {
          Value pair = vector::FromElementsOp::create(
              f.builder, f.loc, pairType, sums.take_front(2));
          sums = sums.drop_front(2);
          f.storeShared(pair, all,
                        f.add(places[n / kAllBanks % 2],
                              (m + half * kMatrixM / 2) * pitch + n));
        }
    f.barrier();
    auto storePart = [&](int64_t lanes) {
      return storeRows(all, own, first, std::min(rows, warpM - first), lanes);
    };
    if (failed(emitByLanes(storePart)))
      return failure();
  }
  return success();
}

/// Stores `count` rows of the warp's from row `first` on, which are the sums
/// from `own` on.
LogicalResult TensorContractEmitter::storeRows(Value sums, Value own,
                                               int64_t first, int64_t count,
                                               int64_t lanes) {
  // What is stored may be wider than what was multiplied.
  lanes = std::min(lanes, f.schedule.getVector());
  f.elements->setLanes(lanes);
  int64_t inRow = warpN / lanes;
  SmallVector<Value> none;
  return f.emitFor(
      lane, f.constant(count * inRow), kWarp, none,
      [&](Value at, SmallVectorImpl<Value> &) {
        Value row = f.divide(at, inRow);
        Value column = f.multiply(f.remainder(at, inRow), lanes);
        SmallVector<Value> values;
        for (int64_t from = 0; from < lanes; from += kSumChunk)
          llvm::append_range(
              values,
              f.loadShared(sums,
                           f.add(own, getSumPlace(row, f.add(column, from))),
                           std::min(lanes, kSumChunk)));
        return store(f.add(a.firstRow, f.add(warpRow, f.add(row, first))),
                     f.add(b.firstRow, f.add(warpColumn, column)), values);
      });
}

LogicalResult gpu_emission::emitTensorContract(KernelFrame &frame) {
  linalg::LinalgOp op = kernel::findContraction(frame.kernel);
  if (!op || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return frame.kernel.emitOpError(
        "holds no contraction of two tensors into one");
  return TensorContractEmitter(frame, op).emit();
}
