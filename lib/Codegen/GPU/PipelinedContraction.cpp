//===- PipelinedContraction.cpp - tiles that come in time -----------------===//

#include "PipelinedContraction.h"

#include "MatrixOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// Of a chunk, and of all banks of shared memory.
static constexpr int64_t kChunkBytes = 16, kBankBytes = 128;
/// The least that can be copied asynchronously.
static constexpr int64_t kLeastCopy = 4;
static constexpr int64_t kSumBytes = 4;
/// Sums to the right of a row of a stage: eight rows of two neighbours of four
/// lanes, or four rows of eight neighbours, then lie in different banks.
static constexpr int64_t kRowPad = 8;

static int64_t bytesOf(Type element) {
  return std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
}

//===----------------------------------------------------------------------===//
// The schedule and the layout
//===----------------------------------------------------------------------===//

LogicalResult PipelinedContraction::checkSchedule(int64_t rowStep,
                                                  int64_t leastN,
                                                  int64_t leastDepth) {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  auto isSide = [](int64_t size, int64_t least) {
    return size >= least && llvm::isPowerOf2_64(size);
  };
  auto elementOf = [&](unsigned input) {
    return getElementTypeOrSelf(op.getDpsInputOperand(input)->get().getType());
  };
  int64_t bytes = bytesOf(elementOf(0));
  auto isShared = [&](int64_t side) {
    return side * tile[2] * bytes / kChunkBytes % getThreads() == 0;
  };
  stages = f.schedule.getUnroll();
  int64_t leastM = warpsM * rowStep;
  leastN *= warpsN;
  if (f.schedule.getBlock() != ArrayRef<int64_t>{getThreads()} ||
      tile.size() != 3 || !isSide(tile[0], leastM) ||
      !isSide(tile[1], leastN) || !isSide(tile[2], leastDepth) ||
      !isShared(tile[0]) || !isShared(tile[1]) || stages < 2)
    return f.kernel.emitOpError("has a schedule that does not suit a product "
                                "of tiles that come in time; expected a block "
                                "of ")
           << getThreads() << ", a tile of powers of two from " << leastM
           << ", " << leastN << " and " << leastDepth
           << " on with 16 bytes for each thread, and unroll = 2 or more tiles "
           << "in shared memory";
  if (elementOf(0) != elementOf(1))
    return op->emitOpError("multiplies elements of different types; expected "
                           "one");
  sharedBytes = stages * (tile[0] + tile[1]) * tile[2] * bytes;
  int64_t sums = warpsM * rowStep * (tile[1] + warpsN * kRowPad) * kSumBytes;
  if (sharedBytes > kSharedBytes || sharedBytes < sums)
    return f.kernel.emitOpError("has ")
           << sharedBytes << " bytes of tiles in shared memory; expected "
           << sums << " to " << kSharedBytes;
  warpM = tile[0] / warpsM;
  warpN = tile[1] / warpsN;
  return success();
}

LogicalResult PipelinedContraction::layOut(bool swizzleAll) {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  if (failed(prepare(tile[0], tile[1], tile[2])))
    return failure();
  bytes = f.addShared({sharedBytes}, f.builder.getI8Type());
  auto add = [&](std::optional<Piece> &piece, const Operand &operand,
                 int64_t from) {
    int64_t element = bytesOf(operand.element);
    piece.emplace(Piece{operand,
                        kChunkBytes / element,
                        operand.depthFastest ? depth : operand.rows,
                        operand.rows * depth,
                        from * element,
                        operand.depthFastest || swizzleAll,
                        {},
                        {}});
    prepareCopies(*piece);
  };
  add(pieceA, a, 0);
  add(pieceB, b, stages * tileM * depth);
  if (failed(chooseLanes(pieceA->chunk)))
    return failure();

  Value warp = f.divide(f.threadId(), kWarp);
  lane = f.remainder(f.threadId(), kWarp);
  warpRow = f.multiply(f.divide(warp, warpsN), warpM);
  warpColumn = f.multiply(f.remainder(warp, warpsN), warpN);
  return success();
}

/// What the place of a chunk in its line is changed by: of as many lines as lie
/// in all banks together those with the same chunks have the same, and the next
/// have another.
Value PipelinedContraction::getPhase(const Piece &piece, Value line) {
  int64_t inBanks = kBankBytes / kChunkBytes;
  int64_t chunks = piece.line / piece.chunk;
  int64_t lines = std::max<int64_t>(1, inBanks / chunks);
  return f.remainder(f.divide(f.remainder(line, inBanks), lines),
                     std::min(chunks, inBanks));
}

Value PipelinedContraction::getChunkPlace(const Piece &piece, Value line,
                                          Value chunk) {
  if (piece.isSwizzled)
    chunk =
        arith::XOrIOp::create(f.builder, f.loc, chunk, getPhase(piece, line));
  return f.add(f.multiply(line, piece.line), f.multiply(chunk, piece.chunk));
}

/// A place in a piece is the same in all tiles, so that it stays out of the
/// loop: only where the tile begins differs.
Value PipelinedContraction::getTile(const Piece &piece, Value tile) {
  Type element = piece.operand.element;
  Value from =
      f.add(f.multiply(tile, piece.size * bytesOf(element)), piece.firstByte);
  return f.viewShared(bytes, from, piece.size, element);
}

Value PipelinedContraction::advance(Value place, int64_t distance) {
  return arith::AddIOp::create(f.builder, f.loc, place, f.constant(distance),
                               arith::IntegerOverflowFlags::nsw);
}

//===----------------------------------------------------------------------===//
// Rounds
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>>
PipelinedContraction::emitRounds(int64_t sums, Multiply multiply) {
  FailureOr<Value> start = emitStart();
  if (failed(start) ||
      failed(emitByLanes([&](int64_t lanes) { return bringFirst(lanes); })))
    return failure();
  // The numbers of the tiles that are read and written go from round to round;
  // what has been read is written next.
  SmallVector<Value> carried(sums, *start);
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
          if (comesEarly(lanes))
            return bringTile(f.add(k, (stages - 1) * depth), writing, lanes);
          LogicalResult brought = bringTile(k, reading, lanes);
          f.barrier();
          return brought;
        })) ||
        failed(multiply(reading, values)))
      return failure();
    values.push_back(next(reading));
    values.push_back(reading);
    return success();
  };
  if (failed(f.emitFor(f.constant(0), sizeK, depth, carried, round)))
    return failure();
  carried.truncate(sums);
  return carried;
}

//===----------------------------------------------------------------------===//
// Bringing pieces in
//===----------------------------------------------------------------------===//

/// The argument that an operand is, as it lies in memory, or null.
BlockArgument PipelinedContraction::getArgument(const Operand &operand) {
  auto argument =
      dyn_cast<BlockArgument>(op.getDpsInputOperand(operand.input)->get());
  return argument && argument.getOwner() == &f.kernel.getBody().front()
             ? argument
             : BlockArgument();
}

bool PipelinedContraction::isCopied(const Operand &operand, int64_t lanes) {
  return getArgument(operand) && lanes * bytesOf(operand.element) >= kLeastCopy;
}

/// Whether tiles come before their turn. What comes through registers element
/// by element does not: it is slow anyway, and would be written twice.
bool PipelinedContraction::comesEarly(int64_t lanes) {
  return lanes > 1 || (isCopied(a, lanes) && isCopied(b, lanes));
}

/// Brings all tiles but one that there is room for.
LogicalResult PipelinedContraction::bringFirst(int64_t lanes) {
  if (!comesEarly(lanes))
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

/// Brings the tile of depth from step `k` on into place `tile`, which is its
/// number in shared memory; past the end there are zeros.
LogicalResult PipelinedContraction::bringTile(Value k, Value tile,
                                              int64_t lanes) {
  f.memory->assumeMultiple(k, pieceA->chunk);
  if (failed(bringPiece(*pieceA, k, tile, lanes)) ||
      failed(bringPiece(*pieceB, k, tile, lanes)))
    return failure();
  commitCopies(f);
  return success();
}

LogicalResult PipelinedContraction::bringPiece(const Piece &piece, Value k,
                                               Value tile, int64_t lanes) {
  return isCopied(piece.operand, lanes) ? copyChunks(piece, k, tile, lanes)
                                        : storeChunks(piece, k, tile, lanes);
}

/// For each thread.
int64_t PipelinedContraction::countChunks(const Piece &piece) const {
  return piece.size / piece.chunk / getThreads();
}

/// The line of chunk `number` of this thread, and which it is in the line.
std::pair<Value, Value> PipelinedContraction::getChunkOf(const Piece &piece,
                                                         Value number) {
  int64_t chunks = piece.line / piece.chunk;
  int64_t lines = getThreads() / chunks;
  Value line = f.add(f.divide(f.threadId(), chunks), f.multiply(number, lines));
  return {line, f.remainder(f.threadId(), chunks)};
}

/// The row and the step of an element of chunk `number` of this thread.
std::pair<Value, Value> PipelinedContraction::getElement(const Piece &piece,
                                                         Value number,
                                                         Value element) {
  auto [line, chunk] = getChunkOf(piece, number);
  Value along = f.add(f.multiply(chunk, piece.chunk), element);
  return piece.operand.depthFastest ? std::pair(line, along)
                                    : std::pair(along, line);
}

/// What does not change from tile to tile. Used in two loops, it is computed in
/// front of them; LLVM would take it into a loop.
void PipelinedContraction::prepareCopies(Piece &piece) {
  const Operand &operand = piece.operand;
  // Between two chunks of a thread there are so many lines.
  int64_t lines = getThreads() / (piece.line / piece.chunk);
  for (int64_t i = 0; i == 0 || i * lines < kBankBytes / kChunkBytes; ++i) {
    auto [line, chunk] = getChunkOf(piece, f.constant(i));
    piece.firstChunks.push_back(getChunkPlace(piece, line, chunk));
  }
  if (!isCopied(operand, piece.chunk))
    return;
  for (int64_t i = 0; i < (operand.depthFastest ? countChunks(piece) : 1);
       ++i) {
    Value row = getElement(piece, f.constant(i), f.constant(0)).first;
    Value isRow = f.isLess(f.add(operand.firstRow, row), operand.rowCount);
    piece.inRow.push_back(arith::SelectOp::create(
        f.builder, f.loc, isRow, f.constant(piece.chunk), f.constant(0)));
  }
}

/// Single elements by a loop over those of the chunks, which is written once.
/// Threads of every eight begin at another, as chunks of more than eight
/// threads lie in the same banks.
LogicalResult PipelinedContraction::copyChunks(const Piece &piece, Value k,
                                               Value tile, int64_t lanes) {
  Value shared = getTile(piece, tile);
  auto copyOfEach = [&](Value element, SmallVectorImpl<Value> &) {
    for (int64_t i = 0; i < countChunks(piece); ++i)
      copyChunk(piece, k, shared, i, element, lanes);
    return success();
  };
  SmallVector<Value> none;
  if (lanes > 1)
    return copyOfEach(f.constant(0), none);
  Value first = f.remainder(f.divide(f.threadId(), kBankBytes / kChunkBytes),
                            piece.chunk);
  return f.emitFor(f.constant(0), f.constant(piece.chunk), 1, none,
                   [&](Value turn, SmallVectorImpl<Value> &values) {
                     Value element =
                         arith::XOrIOp::create(f.builder, f.loc, turn, first);
                     return copyOfEach(element, values);
                   });
}

/// Copies `lanes` elements from number `element` on of chunk `number` of this
/// thread.
void PipelinedContraction::copyChunk(const Piece &piece, Value k, Value shared,
                                     int64_t number, Value element,
                                     int64_t lanes) {
  const Operand &operand = piece.operand;
  BlockArgument argument = getArgument(operand);
  auto [row, step] = getElement(piece, f.constant(number), element);
  row = f.add(operand.firstRow, row);
  step = f.add(k, step);
  // Nothing is read of what is outside, so its address may be, too.
  Lanes from = f.elements->linearize(f.builder, f.loc, argument,
                                     getIndices(operand, row, step, lanes));
  Value inRow = lanes > 1
                    ? piece.inRow[operand.depthFastest ? number : 0]
                    : arith::SelectOp::create(f.builder, f.loc,
                                              f.isLess(row, operand.rowCount),
                                              f.constant(1), f.constant(0));
  Value wanted = arith::SelectOp::create(
      f.builder, f.loc, f.isLess(step, sizeK), inRow, f.constant(0));
  int64_t first = number % piece.firstChunks.size();
  Value to = advance(f.add(piece.firstChunks[first], element),
                     (number - first) * getThreads() * piece.chunk);
  copyAsync(f, f.memory->getBuffer(argument.getArgNumber()), from.value, shared,
            to, lanes, wanted);
}

/// Through registers, by a loop: it is long where single elements are read.
LogicalResult PipelinedContraction::storeChunks(const Piece &piece, Value k,
                                                Value tile, int64_t lanes) {
  const Operand &operand = piece.operand;
  Value shared = getTile(piece, tile);
  auto storeChunk = [&](Value number,
                        SmallVectorImpl<Value> &) -> LogicalResult {
    SmallVector<Value> read;
    for (int64_t element = 0; element < piece.chunk; element += lanes) {
      auto [row, step] = getElement(piece, number, f.constant(element));
      FailureOr<Value> value =
          load(operand, f.add(operand.firstRow, row), f.add(k, step), lanes);
      if (failed(value))
        return failure();
      read.push_back(*value);
    }
    Value whole = read.front();
    if (lanes == 1)
      whole = vector::FromElementsOp::create(
          f.builder, f.loc, VectorType::get({piece.chunk}, operand.element),
          read);
    auto [line, chunk] = getChunkOf(piece, number);
    f.storeShared(whole, shared, getChunkPlace(piece, line, chunk));
    return success();
  };
  SmallVector<Value> none;
  Value count = f.constant(countChunks(piece));
  return f.emitFor(f.constant(0), count, 1, none, storeChunk);
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

int64_t PipelinedContraction::getPitch() const { return warpN + kRowPad; }

/// Neighbouring chunks change places in every second 128 bytes of a warp's
/// rows, as if they had no padding: lanes that read two chunks each then read
/// from all banks.
Value PipelinedContraction::getSumPlace(Value row, Value column, int64_t from) {
  Value linear = f.add(f.multiply(row, warpN), f.add(column, from));
  Value isSecond = f.remainder(f.divide(linear, kAllBanks), 2);
  Value swizzled = arith::XOrIOp::create(f.builder, f.loc, column,
                                         f.multiply(isSecond, kSumChunk));
  return f.add(f.multiply(row, getPitch()), swizzled);
}

LogicalResult
PipelinedContraction::storeTile(int64_t step,
                                function_ref<void(const Stage &)> leave) {
  // Zeros for tiles past the end may still be on their way.
  waitForCopies(f, 0);
  // Each warp has its part of what the tiles lay in.
  int64_t room = sharedBytes / kSumBytes / (warpsM * warpsN);
  int64_t rows = std::min(warpM, room / getPitch() / step * step);
  Value memory = f.viewShared(bytes, f.constant(0), sharedBytes / kSumBytes,
                              accumulatorType);
  Value own = f.multiply(f.divide(f.threadId(), kWarp), room);
  for (int64_t first = 0; first < warpM; first += rows) {
    Stage stage{memory, own, first, std::min(rows, warpM - first)};
    f.barrier();
    leave(stage);
    f.barrier();
    if (failed(emitByLanes(
            [&](int64_t lanes) { return storeRows(stage, lanes); })))
      return failure();
  }
  return success();
}

/// Stores the rows of a stage.
LogicalResult PipelinedContraction::storeRows(const Stage &stage,
                                              int64_t lanes) {
  // What is stored may be wider than what was multiplied.
  lanes = std::min(lanes, f.schedule.getVector());
  f.elements->setLanes(lanes);
  int64_t inRow = warpN / lanes;
  SmallVector<Value> none;
  return f.emitFor(
      lane, f.constant(stage.count * inRow), kWarp, none,
      [&](Value at, SmallVectorImpl<Value> &) {
        Value row = f.divide(at, inRow);
        Value column = f.multiply(f.remainder(at, inRow), lanes);
        SmallVector<Value> values;
        for (int64_t from = 0; from < lanes; from += kSumChunk) {
          Value place = getSumPlace(row, f.add(column, from));
          llvm::append_range(values,
                             f.loadShared(stage.memory, f.add(stage.own, place),
                                          std::min(lanes, kSumChunk)));
        }
        return store(f.add(a.firstRow, f.add(warpRow, f.add(row, stage.first))),
                     f.add(b.firstRow, f.add(warpColumn, column)), values);
      });
}
