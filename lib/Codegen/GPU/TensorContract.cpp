//===- TensorContract.cpp - contractions on the matrix units --------------===//
//
// Products of f16 or bf16 matrices, or of f32 ones rounded to TF32, summed in
// f32, of tiles that come in time (PipelinedContraction.h). Four warps share a
// block's tile, two along each side, and multiply matrices of 16 x 8 elements
// and 32 bytes along the summed dimension. They are loaded from shared memory
// four at a time of 8 rows of 16 bytes (ldmatrix), which transposes those that
// have the summed dimension across lines, if their elements have 16 bits. Of
// those of 32 bits a lane then reads four neighbours of a line at once, which
// it has in four matrices: which rows make a matrix is free, as long as their
// sums are left where they belong.
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
/// Rows of four matrices, and those of one.
constexpr int64_t kTogether = 32, kRows = 8;

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
    /// Neighbours that a lane reads at once, or one where it reads matrices.
    int64_t neighbours;
    /// Those that were read last, of each step, and where.
    SmallVector<SmallVector<Value>> read;
    std::pair<int64_t, int64_t> readAt;
  };

  Reader makeReader(const Piece &piece, bool rowsFirst, Value firstRow,
                    int64_t rows);
  Places findPlaces(const Reader &reader, Value firstRow, int64_t rows);
  Places findNeighbours(const Reader &reader, Value firstRow);
  SmallVector<Value> loadFragment(Reader &reader, Value tile, int64_t row,
                                  int64_t step);
  SmallVector<Value> loadNeighbours(Reader &reader, Value tile, int64_t row,
                                    int64_t step);
  Value getRow(const Reader &reader, int64_t matrix, Value inMatrix);
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
  // Rows that are read as neighbours of each other are left together.
  std::optional<unsigned> fastest =
      f.dims.findFastestLoop(op, *op.getDpsInputOperand(loops.a));
  bool isAcross = !fastest || !llvm::is_contained(loops.k, *fastest);
  ArrayRef<int64_t> tile = f.schedule.getTile();
  int64_t rowStep = kMatrixM;
  if (factor.isF32() && isAcross && !tile.empty())
    rowStep = std::clamp(tile[0] / kWarps, kMatrixM, kTogether);
  if (failed(checkSchedule(kMatrixM, 2 * kMatrixN, matrixK, rowStep)) ||
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
  return storeTile(rowStep,
                   [&](const Stage &stage) { leaveSums(*sums, stage); });
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

TensorContractEmitter::Reader
TensorContractEmitter::makeReader(const Piece &piece, bool rowsFirst,
                                  Value firstRow, int64_t rows) {
  bool byNeighbours = factor.isF32() && !piece.operand.depthFastest;
  int64_t neighbours = byNeighbours ? std::min(rows, kTogether) / kRows : 1;
  Reader reader{piece, rowsFirst, {}, neighbours, {}, {-1, -1}};
  reader.places = byNeighbours ? findNeighbours(reader, firstRow)
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

/// Lane i reads neighbours number i / 4 of line i % 4. Four lines on, and 32
/// rows, chunks have the same places.
TensorContractEmitter::Places
TensorContractEmitter::findNeighbours(const Reader &reader, Value firstRow) {
  const Piece &piece = reader.piece;
  Value row = f.add(firstRow, f.multiply(f.divide(lane, 4), reader.neighbours));
  return {f.add(
      getChunkPlace(piece, f.remainder(lane, 4), f.divide(row, piece.chunk)),
      f.remainder(row, piece.chunk))};
}

/// Which of the warp's rows is row `inMatrix` of its matrix number `matrix`.
Value TensorContractEmitter::getRow(const Reader &reader, int64_t matrix,
                                    Value inMatrix) {
  int64_t count = reader.neighbours;
  return f.add(f.multiply(inMatrix, count),
               matrix / count * count * kRows + matrix % count);
}

/// The four matrices from row `row` of the warp's and step `step` on of a piece
/// of the tile at `tile`.
SmallVector<Value> TensorContractEmitter::loadFragment(Reader &reader,
                                                       Value tile, int64_t row,
                                                       int64_t step) {
  const Piece &piece = reader.piece;
  if (reader.neighbours > 1)
    return loadNeighbours(reader, tile, row, step);
  bool depthFastest = piece.operand.depthFastest;
  auto [across, along] =
      depthFastest ? std::pair(row, step) : std::pair(step, row);
  Value shared = viewFrom(tile, reader.places[along / (2 * piece.chunk)]);
  Value at = f.constant(piece.first + across * piece.line);
  SmallVector<Value> fragment =
      loadMatrices(f, shared, at, /*transpose=*/!depthFastest);
  if (factor.isF32())
    for (Value &element : fragment)
      element = roundToTf32(f, element);
  return fragment;
}

/// The same of matrices whose rows are neighbours of each other.
SmallVector<Value> TensorContractEmitter::loadNeighbours(Reader &reader,
                                                         Value tile,
                                                         int64_t row,
                                                         int64_t step) {
  const Piece &piece = reader.piece;
  int64_t matrix = row / kRows, count = reader.neighbours;
  std::pair<int64_t, int64_t> at{matrix / count, step};
  if (reader.readAt != at) {
    reader.readAt = at;
    reader.read.clear();
    Value shared = viewFrom(tile, reader.places.front());
    for (int64_t line : {step, step + matrixK / 2}) {
      Value from = f.constant(piece.first + at.first * count * kRows +
                              line * piece.line);
      reader.read.push_back(f.loadShared(shared, from, count));
      for (Value &element : reader.read.back())
        element = roundToTf32(f, element);
    }
  }
  SmallVector<Value> fragment;
  for (int64_t i : {0, 1, 2, 3}) {
    int64_t down = reader.rowsFirst ? i % 2 : i / 2;
    int64_t later = reader.rowsFirst ? i / 2 : i % 2;
    fragment.push_back(reader.read[later][(matrix + down) % count]);
  }
  return fragment;
}

/// The sums of a lane are those of 16 x 8 elements four at a time, row by row.
/// Each fragment of one operand is multiplied by all of the other, one after
/// the other: where a lane has read neighbours, ptxas moves elements of several
/// matrices into a fragment, which then it does once.
void TensorContractEmitter::multiplyTile(Value tile,
                                         SmallVectorImpl<Value> &sums) {
  bool byColumns = columns->neighbours > 1;
  int64_t rowStep = kMatrixM, columnStep = 2 * kMatrixN;
  for (int64_t step = 0; step < depth; step += matrixK) {
    SmallVector<SmallVector<Value>> inner;
    for (int64_t at = 0; at < (byColumns ? warpM : warpN);
         at += byColumns ? rowStep : columnStep)
      inner.push_back(
          loadFragment(byColumns ? *rows : *columns, tile, at, step));
    auto multiply = [&](int64_t m, int64_t n, ArrayRef<Value> left,
                        ArrayRef<Value> right) {
      int64_t number = m / kMatrixM * (warpN / kMatrixN) + n / kMatrixN;
      multiplyMatrices(f, left, right,
                       MutableArrayRef(sums).slice(4 * number, 4));
    };
    if (byColumns) {
      for (int64_t n = 0; n < warpN; n += columnStep) {
        SmallVector<Value> right = loadFragment(*columns, tile, n, step);
        for (int64_t half : {0, 1})
          for (auto [number, left] : llvm::enumerate(inner))
            multiply(number * rowStep, n + half * kMatrixN, left,
                     ArrayRef(right).slice(2 * half, 2));
      }
      continue;
    }
    for (int64_t m = 0; m < warpM; m += rowStep) {
      SmallVector<Value> left = loadFragment(*rows, tile, m, step);
      for (auto [number, right] : llvm::enumerate(inner))
        for (int64_t half : {0, 1})
          multiply(m, number * columnStep + half * kMatrixN, left,
                   ArrayRef(right).slice(2 * half, 2));
    }
  }
}

/// Of 16 x 8 sums a lane has those of two columns, in a row and in the eighth
/// below. They are left with their neighbours: those two, or one each of as
/// many matrices as columns were read at once.
void TensorContractEmitter::leaveSums(ArrayRef<Value> sums,
                                      const Stage &stage) {
  sums = sums.slice(stage.first * warpN / kWarp, stage.count * warpN / kWarp);
  Value laneRow = f.divide(lane, 4);
  Value laneColumn = f.multiply(f.remainder(lane, 4), 2);
  int64_t together = columns->neighbours, pairs = warpN / kMatrixN;
  auto leave = [&](int64_t matrix, Value column, int64_t from,
                   ArrayRef<Value> values) {
    // Sixteen rows on, and 64 columns, sums have the same places.
    int64_t count = rows->neighbours, first = matrix / count * count * kRows;
    int64_t inBanks = from % kAllBanks, inRows = first % kMatrixM;
    Value row = f.add(getRow(*rows, matrix % count, laneRow), inRows);
    Value place = getSumPlace(row, f.add(column, inBanks),
                              (from - inBanks) % (2 * kAllBanks));
    auto type = VectorType::get({int64_t(values.size())}, accumulatorType);
    Value vector =
        vector::FromElementsOp::create(f.builder, f.loc, type, values);
    f.storeShared(vector, stage.memory,
                  f.add(f.add(stage.own, place),
                        (first - inRows) * getPitch() + from - inBanks));
  };
  for (int64_t m = 0; m < stage.count; m += kMatrixM) {
    ArrayRef<Value> own = sums.slice(m * warpN / kWarp, 4 * pairs);
    for (int64_t half : {0, 1})
      for (int64_t n = 0; n < pairs; n += together) {
        int64_t matrix = m / kRows + half;
        if (together == 1) {
          leave(matrix, laneColumn, n * kMatrixN,
                own.slice(4 * n + 2 * half, 2));
          continue;
        }
        for (int64_t which : {0, 1}) {
          SmallVector<Value> values;
          for (int64_t i = n; i < n + together; ++i)
            values.push_back(own[4 * i + 2 * half + which]);
          leave(matrix, f.multiply(f.add(laneColumn, which), together),
                n * kMatrixN, values);
        }
      }
  }
}

LogicalResult gpu_emission::emitTensorContract(KernelFrame &frame) {
  linalg::LinalgOp op = kernel::findContraction(frame.kernel);
  return TensorContractEmitter(frame, op).emit();
}
