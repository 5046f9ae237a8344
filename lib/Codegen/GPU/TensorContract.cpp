//===- TensorContract.cpp - contractions on the matrix units --------------===//
//
// Products of f16 or bf16 matrices, summed in f32, of tiles that come in time
// (PipelinedContraction.h). Four warps share a block's tile, two along each
// side, and multiply matrices of 16 x 8 x 16 elements. They are loaded from
// shared memory four of 8 x 8 at a time (ldmatrix), which transposes those that
// have the summed dimension across lines.
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

  void findPlaces();
  Places findPlaces(const Piece &piece, Value firstRow, int64_t rows,
                    Value laneRow, Value laneStep);
  SmallVector<Value> loadFragment(const Piece &piece, const Places &places,
                                  Value shared, int64_t row, int64_t step);
  void multiplyTile(Value tile, SmallVectorImpl<Value> &sums);
  void leaveSums(ArrayRef<Value> sums, const Stage &stage);

  Places placesA, placesB;
};

} // namespace

LogicalResult TensorContractEmitter::emit() {
  if (!kernel::getNarrowFactors(op))
    return f.kernel.emitOpError("multiplies what the matrix units do not: "
                                "expected sums in f32 of products of f16 or of "
                                "bf16 elements");
  if (failed(checkSchedule(kMatrixM, 2 * kMatrixN, kMatrixK)) ||
      failed(layOut(/*swizzleAll=*/true)))
    return failure();
  findPlaces();
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

/// Of the four matrices that are loaded together, those of A follow each other
/// down the rows and then along k, those of B along k and then the columns.
void TensorContractEmitter::findPlaces() {
  Value inMatrix = f.remainder(lane, 8);
  Value second = f.multiply(f.remainder(f.divide(lane, 8), 2), 8);
  Value third = f.multiply(f.divide(lane, 16), 8);
  auto find = [&](const Piece &piece, Value firstRow, int64_t rows,
                  Value laneRow, Value laneStep) {
    Value &line = piece.operand.depthFastest ? laneRow : laneStep;
    line = f.add(line, inMatrix);
    return findPlaces(piece, firstRow, rows, laneRow, laneStep);
  };
  placesA = find(*pieceA, warpRow, warpM, second, third);
  placesB = find(*pieceB, warpColumn, warpN, third, second);
}

/// `firstRow` is the first of the warp's `rows`; `laneRow` and `laneStep` tell
/// what a lane reads of the four matrices that begin there. All matrices begin
/// at multiples of 16, which change the place of a chunk in its line only along
/// the line; across it they move a lane by a constant.
TensorContractEmitter::Places
TensorContractEmitter::findPlaces(const Piece &piece, Value firstRow,
                                  int64_t rows, Value laneRow, Value laneStep) {
  bool depthFastest = piece.operand.depthFastest;
  Value row = f.add(firstRow, laneRow);
  Value line = depthFastest ? row : laneStep;
  Value along = depthFastest ? laneStep : row;
  Places places;
  for (int64_t from = 0; from < (depthFastest ? depth : rows); from += kMatrixK)
    places.push_back(
        getChunkPlace(piece, line, f.divide(f.add(along, from), piece.chunk)));
  return places;
}

/// The four matrices from row `row` of the warp's and step `step` on of a piece
/// of the tile that is `shared`.
SmallVector<Value>
TensorContractEmitter::loadFragment(const Piece &piece, const Places &places,
                                    Value shared, int64_t row, int64_t step) {
  bool depthFastest = piece.operand.depthFastest;
  auto [across, along] =
      depthFastest ? std::pair(row, step) : std::pair(step, row);
  Value place =
      advance(places[along / kMatrixK], piece.first + across * piece.line);
  return loadMatrices(f, shared, place, /*transpose=*/!depthFastest);
}

/// The sums of a lane are those of 16 x 8 elements four at a time, row by row.
void TensorContractEmitter::multiplyTile(Value tile,
                                         SmallVectorImpl<Value> &sums) {
  Value shared = viewTile(tile);
  for (int64_t step = 0; step < depth; step += kMatrixK) {
    SmallVector<SmallVector<Value>> columns;
    for (int64_t n = 0; n < warpN; n += 2 * kMatrixN)
      columns.push_back(loadFragment(*pieceB, placesB, shared, n, step));
    MutableArrayRef<Value> rest = sums;
    for (int64_t m = 0; m < warpM; m += kMatrixM) {
      SmallVector<Value> rows = loadFragment(*pieceA, placesA, shared, m, step);
      for (ArrayRef<Value> both : columns)
        for (ArrayRef<Value> one : {both.take_front(2), both.take_back(2)}) {
          multiplyMatrices(f, rows, one, rest.take_front(4));
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
