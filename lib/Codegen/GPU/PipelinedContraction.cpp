//===- PipelinedContraction.cpp - tiles that come in time -----------------===//

#include "PipelinedContraction.h"

#include "MatrixOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "theano/Dialect/Kernel/Space.h"

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

LogicalResult PipelinedContraction::checkSchedule(int64_t leastM,
                                                  int64_t leastN,
                                                  int64_t leastDepth,
                                                  int64_t rowStep) {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  auto elementOf = [&](unsigned input) {
    return getElementTypeOrSelf(op.getDpsInputOperand(input)->get().getType());
  };
  int64_t bytes = bytesOf(elementOf(0));
  // Nothing that fits into shared memory is larger than these.
  auto isSide = [](int64_t size, int64_t least) {
    return size >= least && size <= kSharedBytes && llvm::isPowerOf2_64(size);
  };
  auto isShared = [&](int64_t side) {
    return side * tile[2] * bytes / kChunkBytes % getThreads() == 0;
  };
  stages = f.schedule.getUnroll();
  int64_t vector = f.schedule.getVector();
  leastM *= warpsM;
  leastN *= warpsN;
  if (f.schedule.getBlock() != ArrayRef<int64_t>{getThreads()} ||
      tile.size() != 3 || !isSide(tile[0], leastM) ||
      !isSide(tile[1], leastN) || !isSide(tile[2], leastDepth) ||
      !isShared(tile[0]) || !isShared(tile[1]) || stages < 2 ||
      stages > kSharedBytes || !isSide(vector, 1))
    return f.kernel.emitOpError("has a schedule that does not suit a product "
                                "of tiles that come in time; expected a block "
                                "of ")
           << getThreads() << ", a tile of powers of two from " << leastM
           << ", " << leastN << " and " << leastDepth
           << " on with 16 bytes for each thread, a vector of a power of two, "
           << "and unroll = 2 or more tiles in shared memory";
  if (elementOf(0) != elementOf(1))
    return op->emitOpError("multiplies elements of different types; expected "
                           "one");
  stageBytes = (tile[0] + tile[1]) * tile[2] * bytes;
  sharedBytes = stages * stageBytes;
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
  auto isNarrow = [](const Operand &operand) {
    return bytesOf(operand.element) < kLeastCopy;
  };
  auto add = [&](std::optional<Piece> &piece, const Operand &operand,
                 int64_t from) {
    piece.emplace(Piece{operand,
                        kChunkBytes / bytesOf(operand.element),
                        operand.depthFastest ? depth : operand.rows,
                        operand.rows * depth,
                        from,
                        operand.depthFastest || swizzleAll,
                        operand.depthFastest || isNarrow(operand) ? 1 : 2,
                        1,
                        {},
                        {},
                        {},
                        {},
                        {},
                        false});
    chooseLanes(*piece);
    prepareCopies(*piece);
  };
  add(pieceA, a, 0);
  add(pieceB, b, tileM * depth);
  findWholeEnd();

  Value warp = f.divide(f.threadId(), kWarp);
  lane = f.remainder(f.threadId(), kWarp);
  warpRow = f.multiply(f.divide(warp, warpsN), warpM);
  warpColumn = f.multiply(f.remainder(warp, warpsN), warpN);
  return success();
}

/// What the place of a chunk in its line is changed by: of as many lines as lie
/// in all banks together those with the same chunks have the same, and the next
/// have another. A bit of the line changes bits of its own, if any.
Value PipelinedContraction::getPhase(const Piece &piece, Value line) {
  int64_t inBanks = kBankBytes / kChunkBytes;
  int64_t chunks = piece.line / piece.chunk;
  int64_t lines = std::max<int64_t>(1, inBanks / chunks);
  Value number = f.divide(f.remainder(line, inBanks), lines);
  return f.remainder(f.multiply(number, piece.phaseStep),
                     std::min(chunks, inBanks));
}

int64_t PipelinedContraction::getPhase(const Piece &piece, int64_t line) const {
  int64_t inBanks = kBankBytes / kChunkBytes;
  int64_t chunks = piece.line / piece.chunk;
  int64_t lines = std::max<int64_t>(1, inBanks / chunks);
  return line % inBanks / lines * piece.phaseStep % std::min(chunks, inBanks);
}

Value PipelinedContraction::getChunkPlace(const Piece &piece, Value line,
                                          Value chunk, int64_t ahead) {
  if (piece.isSwizzled) {
    auto change = [&](Value value, int64_t by) -> Value {
      if (std::optional<int64_t> known = getConstantIntValue(value))
        return f.constant(*known ^ by);
      return by == 0 ? value
                     : Value(arith::XOrIOp::create(f.builder, f.loc, value,
                                                   f.constant(by)));
    };
    int64_t phase = getPhase(piece, ahead);
    Value own = getPhase(piece, line);
    if (getConstantIntValue(chunk))
      chunk = change(chunk, phase);
    else
      own = change(own, phase);
    chunk = arith::XOrIOp::create(f.builder, f.loc, chunk, own);
  }
  return f.add(f.multiply(line, piece.line), f.multiply(chunk, piece.chunk));
}

Value PipelinedContraction::viewTile(Value tile) {
  int64_t size = (tileM + tileN) * depth;
  return f.viewShared(bytes, tile, size, a.element);
}

/// A place is the same in all tiles. So what begins there is found in front of
/// the loop, and in it only the tile is added. How many elements are left
/// decides nothing.
Value PipelinedContraction::viewFrom(Value tile, Value place) {
  Value from = f.multiply(place, bytesOf(a.element));
  Value begins = f.viewShared(bytes, from, stageBytes, f.builder.getI8Type());
  return f.viewShared(begins, tile, (tileM + tileN) * depth, a.element);
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
  if (failed(start) || failed(bringFirst()))
    return failure();
  // Where the tiles begin that are read and written goes from round to round;
  // what has been read is written next.
  SmallVector<Value> carried(sums, *start);
  carried.push_back(f.constant(0));
  carried.push_back(f.constant((stages - 1) * stageBytes));
  auto findNext = [&](Value tile) -> Value {
    Value after = f.add(tile, stageBytes);
    return f.builder.createOrFold<arith::SelectOp>(
        f.loc, f.isEqual(after, sharedBytes), f.constant(0), after);
  };
  // Rounds are counted by the first step of the tile that is brought in.
  int64_t ahead = (stages - 1) * depth;
  auto round = [&](Value next,
                   SmallVectorImpl<Value> &values) -> LogicalResult {
    Value writing = values.pop_back_val(), reading = values.pop_back_val();
    waitForCopies(f, stages - 2);
    f.barrier();
    if (failed(bringInRound(next, reading, writing)) ||
        failed(multiply(reading, values)))
      return failure();
    values.push_back(findNext(reading));
    values.push_back(reading);
    return success();
  };
  if (failed(f.emitFor(f.add(firstK, ahead), f.add(endK, ahead), depth, carried,
                       round)))
    return failure();
  carried.truncate(sums);
  return carried;
}

/// Brings all tiles but one that there is room for.
LogicalResult PipelinedContraction::bringFirst() {
  // With nothing to sum there is nothing to read.
  Value isSome = f.isLess(firstK, endK);
  Value count = f.builder.createOrFold<arith::SelectOp>(
      f.loc, isSome, f.constant(stages - 1), f.constant(0));
  SmallVector<Value> none;
  return f.emitFor(f.constant(0), count, 1, none,
                   [&](Value number, SmallVectorImpl<Value> &) {
                     return bringEarly(f.add(firstK, f.multiply(number, depth)),
                                       f.multiply(number, stageBytes));
                   });
}

/// In most rounds all is whole, which is seen at once: a round has few
/// instructions beside those that multiply.
LogicalResult PipelinedContraction::bringInRound(Value next, Value reading,
                                                 Value writing) {
  auto bringEach = [&]() -> LogicalResult {
    Value k = f.builder.createOrFold<arith::SubIOp>(
        f.loc, next, f.constant((stages - 1) * depth));
    return success(succeeded(bringEarly(next, writing)) &&
                   succeeded(bringLate(k, reading)));
  };
  if (!wholeEnd)
    return bringEach();
  auto bringWhole = [&]() -> LogicalResult {
    for (const Piece *piece : {&*pieceA, &*pieceB})
      if (failed(emitWith(*piece, piece->widest, [&](int64_t lanes) {
            return bringPiece(*piece, next, writing, lanes, /*isInside=*/true);
          })))
        return failure();
    commitCopies(f);
    return success();
  };
  return f.emitIf(f.isLess(next, wholeEnd), bringWhole, bringEach);
}

/// Brings those pieces that come early of the tile of depth from step `k` on
/// into the tile of shared memory at `tile`; past the end there are zeros.
LogicalResult PipelinedContraction::bringEarly(Value k, Value tile) {
  for (const Piece *piece : {&*pieceA, &*pieceB})
    if (failed(emitByLanes(*piece, [&](int64_t lanes) {
          return comesEarly(*piece, lanes) ? bringPiece(*piece, k, tile, lanes)
                                           : success();
        })))
      return failure();
  commitCopies(f);
  return success();
}

/// The same for pieces that come when their tile is to be multiplied, of which
/// other threads are sure after a barrier.
LogicalResult PipelinedContraction::bringLate(Value k, Value tile) {
  Value isLate;
  for (const Piece *piece : {&*pieceA, &*pieceB}) {
    if (comesEarly(*piece, 1))
      continue;
    if (failed(emitByLanes(*piece, [&](int64_t lanes) {
          return comesEarly(*piece, lanes) ? success()
                                           : bringPiece(*piece, k, tile, lanes);
        })))
      return failure();
    if (piece->widest > 1 && !piece->isWhole)
      continue;
    Value yes = arith::ConstantOp::create(f.builder, f.loc,
                                          f.builder.getBoolAttr(true));
    Value late =
        piece->isWhole
            ? f.builder.createOrFold<arith::XOrIOp>(f.loc, piece->isWhole, yes)
            : yes;
    isLate = isLate ? f.builder.createOrFold<arith::OrIOp>(f.loc, isLate, late)
                    : late;
  }
  if (!isLate)
    return success();
  return f.emitIf(isLate, [&] {
    f.barrier();
    return success();
  });
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

/// Whole chunks need no vectors where they are copied.
void PipelinedContraction::chooseLanes(Piece &piece) {
  const Operand &operand = piece.operand;
  if (!operand.fastSize ||
      !(getArgument(operand) || kernel::isVectorizable(f.kernel)))
    return;
  Value fits = f.isEqual(f.remainder(operand.fastSize, piece.chunk), 0);
  std::optional<int64_t> known = getConstantIntValue(fits);
  if (!known)
    piece.isWhole = fits;
  if (!known || *known)
    piece.widest = piece.chunk;
}

void PipelinedContraction::findWholeEnd() {
  Value areWhole;
  for (const Piece *piece : {&*pieceA, &*pieceB}) {
    if (piece->widest == 1)
      return;
    if (piece->isWhole)
      areWhole = areWhole ? f.both(areWhole, piece->isWhole) : piece->isWhole;
  }
  if (!areWhole)
    return;
  // Of two tiles or more in shared memory none that a round brings in begins
  // before the second. A bound of 0 would be two tests to LLVM.
  Value least = f.constant(2 * depth - 1);
  Value end = f.builder.createOrFold<arith::MaxUIOp>(f.loc, endK, least);
  end =
      f.builder.createOrFold<arith::SubIOp>(f.loc, end, f.constant(depth - 1));
  wholeEnd = f.builder.createOrFold<arith::SelectOp>(f.loc, areWhole, end,
                                                     f.constant(depth));
}

LogicalResult PipelinedContraction::emitWith(const Piece &piece, int64_t lanes,
                                             ByLanes emit) {
  f.elements->setLanes(lanes);
  f.memory->forgetStated();
  if (lanes > 1)
    f.memory->assumeMultiple(piece.operand.fastSize, lanes);
  LogicalResult result = emit(lanes);
  f.elements->setLanes(1);
  return result;
}

LogicalResult PipelinedContraction::emitByLanes(const Piece &piece,
                                                ByLanes emit) {
  if (!piece.isWhole)
    return emitWith(piece, piece.widest, emit);
  return f.emitIf(
      piece.isWhole, [&] { return emitWith(piece, piece.widest, emit); },
      [&] { return emitWith(piece, 1, emit); });
}

bool PipelinedContraction::isCopied(const Piece &piece, int64_t lanes) {
  return getArgument(piece.operand) &&
         lanes * bytesOf(piece.operand.element) >= kLeastCopy;
}

/// What comes through registers element by element does not: it is slow anyway,
/// and would be written twice.
bool PipelinedContraction::comesEarly(const Piece &piece, int64_t lanes) {
  return lanes > 1 || isCopied(piece, lanes);
}

/// Of a tile that has all its steps, where `isInside`.
LogicalResult PipelinedContraction::bringPiece(const Piece &piece, Value k,
                                               Value tile, int64_t lanes,
                                               bool isInside) {
  if (lanes == 1)
    return bringElements(piece, k, viewTile(tile));
  if (!isCopied(piece, lanes))
    return storeChunks(piece, k, viewTile(tile));
  copyChunks(piece, k, tile, isInside);
  return success();
}

/// For each thread.
int64_t PipelinedContraction::countChunks(const Piece &piece) const {
  return piece.size / piece.chunk / getThreads();
}

/// Threads stand across as many chunks of a line as lie in all banks, or across
/// more where a piece has few lines. What a thread copies further on in a line
/// is then at a constant distance from the first, in either memory.
int64_t PipelinedContraction::countAcross(const Piece &piece) const {
  int64_t chunks = piece.line / piece.chunk, lines = piece.size / piece.line;
  int64_t inBanks = kBankBytes / kChunkBytes;
  return std::min(chunks, std::max(inBanks, getThreads() / lines));
}

std::pair<int64_t, int64_t>
PipelinedContraction::getDistance(const Piece &piece, int64_t number) const {
  int64_t across = countAcross(piece);
  int64_t inLine = piece.line / piece.chunk / across;
  return {number / inLine * (getThreads() / across), number % inLine * across};
}

std::pair<Value, Value> PipelinedContraction::getChunk(const Piece &piece,
                                                       Value number) {
  int64_t across = countAcross(piece);
  int64_t inLine = piece.line / piece.chunk / across;
  Value line =
      f.add(f.divide(f.threadId(), across),
            f.multiply(f.divide(number, inLine), getThreads() / across));
  Value chunk = f.add(f.remainder(f.threadId(), across),
                      f.multiply(f.remainder(number, inLine), across));
  return {line, chunk};
}

std::pair<Value, Value> PipelinedContraction::getElement(const Piece &piece,
                                                         Value k, Value line,
                                                         Value along) {
  auto [row, step] = piece.operand.depthFastest ? std::pair(line, along)
                                                : std::pair(along, line);
  return {f.add(piece.operand.firstRow, row), f.add(k, step)};
}

Value PipelinedContraction::getWanted(Value isInside, int64_t bytes) {
  return arith::SelectOp::create(f.builder, f.loc, isInside, f.constant(bytes),
                                 f.constant(0));
}

/// What does not change from tile to tile. Used in two loops, it is computed in
/// front of them; LLVM would take it into a loop.
void PipelinedContraction::prepareCopies(Piece &piece) {
  const Operand &operand = piece.operand;
  if (piece.widest == 1 || !isCopied(piece, piece.widest))
    return;
  if (loops.k.size() == 1) {
    Value zero = f.constant(0);
    Value from = getPlace(piece, zero, zero, 1);
    Value next = getPlace(piece, zero, f.constant(1), 1);
    piece.stepStride = f.builder.createOrFold<arith::SubIOp>(f.loc, next, from);
  }
  piece.isLineWhole =
      operand.depthFastest ? loops.k.size() == 1 : operand.rowLoops.size() == 1;
  auto [firstLine, firstChunk] = getChunk(piece, f.constant(0));
  for (int64_t i = 0; i < countChunks(piece); ++i) {
    auto [down, right] = getDistance(piece, i);
    piece.places.push_back(getChunkPlace(piece, firstLine, firstChunk, down));
    auto elementOf = [&](Value chunk) {
      return getElement(piece, f.constant(0), f.add(firstLine, down),
                        f.multiply(chunk, piece.chunk));
    };
    Value chunk = f.add(firstChunk, right);
    if (piece.stepStride) {
      auto [row, step] = elementOf(piece.isLineWhole ? firstChunk : chunk);
      piece.sources.push_back(f.memory->advance(
          f.builder, f.loc, getArgument(operand).getArgNumber(),
          getPlace(piece, row, step, 1)));
    }
    piece.inRow.push_back(getWanted(
        f.isLess(elementOf(chunk).first, operand.rowCount), kChunkBytes));
  }
}

void PipelinedContraction::copyChunks(const Piece &piece, Value k, Value tile,
                                      bool isInside) {
  for (int64_t i = 0; i < countChunks(piece); ++i) {
    auto [down, right] = getDistance(piece, i);
    Value shared = viewFrom(tile, piece.places[i]);
    Value to =
        f.constant(piece.first + down * piece.line + right * piece.chunk);
    auto findElement = [&, number = f.constant(i)] {
      auto [line, chunk] = getChunk(piece, number);
      return getElement(piece, k, line, f.multiply(chunk, piece.chunk));
    };
    Value wanted = piece.inRow[i];
    if (!isInside)
      wanted = arith::SelectOp::create(f.builder, f.loc,
                                       f.isLess(findElement().second, endK),
                                       wanted, f.constant(0));
    if (!piece.stepStride) {
      auto [row, step] = findElement();
      copyAsync(f, getSource(piece), getPlace(piece, row, step, piece.chunk),
                shared, to, piece.chunk, wanted);
      continue;
    }
    // An address is then one sum in each round.
    Value from = f.multiply(k, piece.stepStride);
    if (piece.isLineWhole)
      from = advance(from, right * piece.chunk);
    copyAsync(f, piece.sources[i], from, shared, to, piece.chunk, wanted);
  }
}

/// The argument that an operand is, in memory.
Value PipelinedContraction::getSource(const Piece &piece) {
  return f.memory->getBuffer(getArgument(piece.operand).getArgNumber());
}

/// Where an element lies there. Nothing is read of what is outside, so its
/// place may be, too.
Value PipelinedContraction::getPlace(const Piece &piece, Value row, Value step,
                                     int64_t lanes) {
  return f.elements
      ->linearize(f.builder, f.loc, getArgument(piece.operand),
                  getIndices(piece.operand, row, step, lanes))
      .value;
}

/// Through registers.
LogicalResult PipelinedContraction::storeChunks(const Piece &piece, Value k,
                                                Value shared) {
  f.memory->assumeMultiple(k, piece.chunk);
  SmallVector<Value> none;
  Value count = f.constant(countChunks(piece));
  return f.emitFor(
      f.constant(0), count, 1, none,
      [&](Value number, SmallVectorImpl<Value> &) {
        auto [line, chunk] = getChunk(piece, number);
        auto [row, step] =
            getElement(piece, k, line, f.multiply(chunk, piece.chunk));
        FailureOr<Value> value = load(piece.operand, row, step, piece.chunk);
        if (failed(value))
          return failure();
        f.storeShared(*value, shared,
                      advance(getChunkPlace(piece, line, chunk), piece.first));
        return success();
      });
}

/// Element by element, neighbours by neighbouring threads; as many at a time as
/// are in a chunk, all of which are read before they are stored.
LogicalResult PipelinedContraction::bringElements(const Piece &piece, Value k,
                                                  Value shared) {
  auto bring = [&](Value first, SmallVectorImpl<Value> &) -> LogicalResult {
    SmallVector<std::pair<Value, Value>> read;
    for (int64_t i = 0; i < piece.chunk; ++i) {
      Value at = f.add(f.threadId(), f.multiply(f.add(first, i), getThreads()));
      Value line = f.divide(at, piece.line);
      Value along = f.remainder(at, piece.line);
      auto [row, step] = getElement(piece, k, line, along);
      Value to = f.add(getChunkPlace(piece, line, f.divide(along, piece.chunk)),
                       f.remainder(along, piece.chunk));
      to = advance(to, piece.first);
      if (isCopied(piece, 1)) {
        Value isInside =
            f.both(f.isLess(row, piece.operand.rowCount), f.isLess(step, endK));
        copyAsync(f, getSource(piece), getPlace(piece, row, step, 1), shared,
                  to, 1, getWanted(isInside, bytesOf(piece.operand.element)));
        continue;
      }
      FailureOr<Value> value = load(piece.operand, row, step, 1);
      if (failed(value))
        return failure();
      read.push_back({*value, to});
    }
    for (auto [value, to] : read)
      f.storeShared(value, shared, to);
    return success();
  };
  SmallVector<Value> none;
  Value count = f.constant(piece.size / getThreads());
  return f.emitFor(f.constant(0), count, piece.chunk, none, bring);
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

int64_t PipelinedContraction::getPitch() const { return warpN + kRowPad; }

/// Neighbouring chunks change places in every second 128 bytes of a row, and in
/// the first of every second row and every second four: lanes that read two
/// chunks each then read from all banks, and those that leave every second one
/// of two rows, next to each other or four apart, write into all. Pairs of
/// chunks change places by the number of the four rows, so that rows four apart
/// lie in different banks, if a warp has 32 columns.
Value PipelinedContraction::getSumPlace(Value row, Value column, int64_t from) {
  Value fours = f.divide(row, kSumChunk);
  Value number =
      f.add(f.add(row, fours), f.divide(f.add(column, from), kAllBanks));
  Value chunk = f.multiply(f.remainder(number, 2), kSumChunk);
  int64_t pair = 2 * kSumChunk;
  Value pairs =
      f.multiply(f.remainder(fours, std::min(warpN, kAllBanks) / pair), pair);
  Value swizzled =
      arith::XOrIOp::create(f.builder, f.loc, column, f.add(chunk, pairs));
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
    if (failed(storeByLanes(stage)))
      return failure();
  }
  return success();
}

/// In vectors, where sizes allow.
LogicalResult PipelinedContraction::storeByLanes(const Stage &stage) {
  int64_t lanes = std::min(f.schedule.getVector(), warpN);
  FailureOr<SmallVector<Value>> columns = f.sizesOf(op, loops.n);
  if (failed(columns))
    return failure();
  if (lanes == 1 || columns->empty() || !kernel::isVectorizable(f.kernel))
    return storeRows(stage, 1);
  auto storeVectors = [&] {
    f.elements->setLanes(lanes);
    f.memory->forgetStated();
    f.memory->assumeMultiple(columns->back(), lanes);
    LogicalResult result = storeRows(stage, lanes);
    f.elements->setLanes(1);
    f.memory->forgetStated();
    return result;
  };
  Value fits = f.isEqual(f.remainder(columns->back(), lanes), 0);
  if (std::optional<int64_t> known = getConstantIntValue(fits))
    return *known ? storeVectors() : storeRows(stage, 1);
  return f.emitIf(fits, storeVectors, [&] { return storeRows(stage, 1); });
}

/// Stores the rows of a stage.
LogicalResult PipelinedContraction::storeRows(const Stage &stage,
                                              int64_t lanes) {
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
