//===- TensorContract.cpp - contractions on the matrix units --------------===//
//
// Products of f16 or bf16 matrices, or of f32 ones rounded to TF32, summed in
// f32, of tiles that come in time (PipelinedContraction.h). Four warps share a
// block's tile, two along each side, and multiply matrices of 16 x 8 elements
// and 32 bytes along the summed dimension. They are loaded from shared memory
// four at a time of 8 rows of 16 bytes (ldmatrix), which transposes those that
// have the summed dimension across lines, if their elements have 16 bits; those
// of 32 bits then come one by one.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "MatrixOps.h"
#include "PipelinedContraction.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

/// Warps of a block along each side of its tile.
constexpr int64_t kWarps = 2;

class TensorContractEmitter : PipelinedContraction {
public:
  TensorContractEmitter(KernelFrame &frame, linalg::LinalgOp op)
      : PipelinedContraction(frame, op, {kWarps, kWarps}) {}

  LogicalResult emit();

private:
  /// Where this lane reads matrices of a piece, but for a constant: for each
  /// number that changes the place of a chunk in its line.
  using Places = SmallVector<Value>;

  /// How the matrices of a piece come, of which two stand for 16 rows and two
  /// steps for each: those of A follow each other down the rows and then along
  /// the steps, those of B along the steps and then down.
  struct Reader {
    const Piece &piece;
    bool rowsFirst;
    Places places;
  };

  /// Whether elements come one by one.
  bool isSingle(const Piece &piece) const {
    return factor.isF32() && !piece.operand.depthFastest;
  }
  Reader makeReader(const Piece &piece, bool rowsFirst, Value firstRow,
                    int64_t rows);
  Places findPlaces(const Reader &reader, Value firstRow, int64_t rows);
  Places findSinglePlaces(const Reader &reader, Value firstRow, int64_t rows);
  SmallVector<Value> loadFragment(const Reader &reader, Value shared,
                                  int64_t row, int64_t step);
  SmallVector<Value> loadSingles(const Reader &reader, Value shared,
                                 int64_t row, int64_t step);
  void multiplyTile(Value tile, SmallVectorImpl<Value> &sums);
  void leaveSums(ArrayRef<Value> sums, const Stage &stage);

  Type factor;
  /// Steps of a matrix.
  int64_t matrixK = 0;
  std::optional<Reader> rows, columns;
};

} // namespace

LogicalResult TensorContractEmitter::emit() {
  factor = kernel::getMatrixFactors(op);
  if (!factor)
    return f.kernel.emitOpError("multiplies what the matrix units do not: "
                                "expected sums in f32 of products of f16, of "
                                "bf16 or of f32 elements");
  matrixK = kMatrixBytes * 8 / factor.getIntOrFloatBitWidth();
  if (failed(checkSchedule(kMatrixM, 2 * kMatrixN, matrixK)) ||
      failed(layOut(/*swizzleAll=*/true)))
    return failure();
  rows.emplace(makeReader(*pieceA, /*rowsFirst=*/true, warpRow, warpM));
  columns.emplace(makeReader(*pieceB, /*rowsFirst=*/false, warpColumn, warpN));
  FailureOr<SmallVector<Value>> sums = emitRounds(
      warpM * warpN / kWarp, [&](Value tile, SmallVectorImpl<Value> &values) {
        multiplyTile(tile, values);
        return success();
      });
  if (failed(sums))
    return failure();
  return storeTile(kMatrixM,
                   [&](const Stage &stage) { leaveSums(*sums, stage); });
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

TensorContractEmitter::Reader
TensorContractEmitter::makeReader(const Piece &piece, bool rowsFirst,
                                  Value firstRow, int64_t rows) {
  Reader reader{piece, rowsFirst, {}};
  reader.places = isSingle(piece) ? findSinglePlaces(reader, firstRow, rows)
                                  : findPlaces(reader, firstRow, rows);
  return reader;
}

/// `firstRow` is the first of the warp's `rows`. All matrices begin at
/// multiples of two chunks, which change the place of a chunk in its line only
/// along the line; across it they move a lane by a constant.
TensorContractEmitter::Places
TensorContractEmitter::findPlaces(const Reader &reader, Value firstRow,
                                  int64_t rows) {
  const Piece &piece = reader.piece;
  bool depthFastest = piece.operand.depthFastest;
  // Which rows and steps a lane reads of the four matrices that begin there.
  Value second = f.remainder(f.divide(lane, 8), 2), third = f.divide(lane, 16);
  Value laneRow = f.multiply(reader.rowsFirst ? second : third, 8);
  Value laneStep = f.multiply(reader.rowsFirst ? third : second, piece.chunk);
  Value &acrossLines = depthFastest ? laneRow : laneStep;
  acrossLines = f.add(acrossLines, f.remainder(lane, 8));

  Value row = f.add(firstRow, laneRow);
  Value line = depthFastest ? row : laneStep;
  Value along = depthFastest ? laneStep : row;
  Places places;
  for (int64_t from = 0; from < (depthFastest ? depth : rows);
       from += 2 * piece.chunk)
    places.push_back(
        getChunkPlace(piece, line, f.divide(f.add(along, from), piece.chunk)));
  return places;
}

/// Of every eight rows that begin in other chunks of a line, until the change
/// of places repeats. Four lines on, chunks have the same places.
TensorContractEmitter::Places
TensorContractEmitter::findSinglePlaces(const Reader &reader, Value firstRow,
                                        int64_t rows) {
  const Piece &piece = reader.piece;
  Value line = f.remainder(lane, 4), column = f.divide(lane, 4);
  Places places;
  for (int64_t from = 0; from < std::min(rows, kAllBanks); from += 8) {
    Value row = f.add(f.add(firstRow, column), from);
    places.push_back(
        f.add(getChunkPlace(piece, line, f.divide(row, piece.chunk)),
              f.remainder(column, piece.chunk)));
  }
  return places;
}

/// The four matrices from row `row` of the warp's and step `step` on of a piece
/// of the tile that is `shared`.
SmallVector<Value> TensorContractEmitter::loadFragment(const Reader &reader,
                                                       Value shared,
                                                       int64_t row,
                                                       int64_t step) {
  const Piece &piece = reader.piece;
  if (isSingle(piece))
    return loadSingles(reader, shared, row, step);
  bool depthFastest = piece.operand.depthFastest;
  auto [across, along] =
      depthFastest ? std::pair(row, step) : std::pair(step, row);
  Value place = advance(reader.places[along / (2 * piece.chunk)],
                        piece.first + across * piece.line);
  SmallVector<Value> fragment =
      loadMatrices(f, shared, place, /*transpose=*/!depthFastest);
  if (factor.isF32())
    for (Value &element : fragment)
      element = roundToTf32(f, element);
  return fragment;
}

/// The same, of which a lane reads row lane / 4 and step lane % 4 of each.
SmallVector<Value> TensorContractEmitter::loadSingles(const Reader &reader,
                                                      Value shared, int64_t row,
                                                      int64_t step) {
  const Piece &piece = reader.piece;
  SmallVector<Value> fragment;
  for (int64_t i : {0, 1, 2, 3}) {
    int64_t down = reader.rowsFirst ? i % 2 : i / 2;
    int64_t number = row / 8 + down, count = reader.places.size();
    int64_t line = step + (reader.rowsFirst ? i / 2 : i % 2) * piece.chunk;
    Value place =
        advance(reader.places[number % count],
                piece.first + number / count * count * 8 + line * piece.line);
    fragment.push_back(roundToTf32(f, f.loadShared(shared, place, 1).front()));
  }
  return fragment;
}

/// The sums of a lane are those of 16 x 8 elements four at a time, row by row.
void TensorContractEmitter::multiplyTile(Value tile,
                                         SmallVectorImpl<Value> &sums) {
  Value shared = viewTile(tile);
  for (int64_t step = 0; step < depth; step += matrixK) {
    SmallVector<SmallVector<Value>> right;
    for (int64_t n = 0; n < warpN; n += 2 * kMatrixN)
      right.push_back(loadFragment(*columns, shared, n, step));
    MutableArrayRef<Value> rest = sums;
    for (int64_t m = 0; m < warpM; m += kMatrixM) {
      SmallVector<Value> left = loadFragment(*rows, shared, m, step);
      for (ArrayRef<Value> both : right)
        for (ArrayRef<Value> one : {both.take_front(2), both.take_back(2)}) {
          multiplyMatrices(f, left, one, rest.take_front(4));
          rest = rest.drop_front(4);
        }
    }
  }
}

/// Of 16 x 8 sums a lane has two neighbours, and two of the eighth row below.
void TensorContractEmitter::leaveSums(ArrayRef<Value> sums,
                                      const Stage &stage) {
  sums = sums.slice(stage.first * warpN / kWarp, stage.count * warpN / kWarp);
  Value row = f.divide(lane, 4), column = f.multiply(f.remainder(lane, 4), 2);
  SmallVector<Value> places;
  for (int64_t from : {int64_t(0), kAllBanks})
    places.push_back(f.add(stage.own, getSumPlace(row, column, from)));
  auto type = VectorType::get({2}, accumulatorType);
  for (int64_t m = 0; m < stage.count; m += kMatrixM)
    for (int64_t n = 0; n < warpN; n += kMatrixN)
      for (int64_t half : {0, 1}) {
        Value pair = vector::FromElementsOp::create(f.builder, f.loc, type,
                                                    sums.take_front(2));
        sums = sums.drop_front(2);
        f.storeShared(pair, stage.memory,
                      f.add(places[n / kAllBanks % 2],
                            (m + half * kMatrixM / 2) * getPitch() + n));
      }
}

LogicalResult gpu_emission::emitTensorContract(KernelFrame &frame) {
  linalg::LinalgOp op = kernel::findContraction(frame.kernel);
  return TensorContractEmitter(frame, op).emit();
}
