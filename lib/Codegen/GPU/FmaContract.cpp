//===- FmaContract.cpp - contractions out of registers --------------------===//
//
// Products of 32-bit elements of tiles that come in time
// (PipelinedContraction.h). A warp has 32 rows of a tile, and all or some of
// its columns. Its lanes stand 4 x 8, and each sums 8 rows of 4 columns or
// more, in blocks of 4 x 4. For a block of rows and four steps a lane reads
// four chunks of 16 bytes: one a row, where the summed dimension is along the
// lines of the piece, or else one a step. Accordingly the rows of the lanes are
// next to each other, or the four rows of a block are; columns likewise. Either
// way lanes read from all banks, where there is a line a row since chunks
// change places in it.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "PipelinedContraction.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

/// Lanes of a warp down and across.
constexpr int64_t kLanesM = 4, kLanesN = 8;
/// Rows, columns and steps of a block.
constexpr int64_t kBlock = 4;
/// Rows of a warp's part of a tile.
constexpr int64_t kWarpM = 32;
/// Products that are written one after the other; a tile's are more rounds.
constexpr int64_t kProducts = 512;

class FmaContractEmitter : PipelinedContraction {
public:
  FmaContractEmitter(KernelFrame &frame, linalg::LinalgOp op)
      : PipelinedContraction(frame, op, countWarps(frame.schedule)) {}

  LogicalResult emit();

private:
  /// Warps down and across a tile, of a schedule that may not suit.
  static std::pair<int64_t, int64_t> countWarps(kernel::ScheduleAttr schedule) {
    ArrayRef<int64_t> tile = schedule.getTile();
    int64_t down = tile.empty() ? 0 : tile.front() / kWarpM;
    int64_t all = schedule.getBlock().front() / kWarp;
    return {std::max<int64_t>(1, down),
            std::max<int64_t>(1, all / std::max<int64_t>(1, down))};
  }

  /// What of a piece a lane reads: the lanes of a warp that differ, this one's
  /// number among them, and the first row of the warp's.
  struct Reader {
    const Piece &piece;
    int64_t lanes;
    Value lane, firstRow;
    bool alongDepth() const { return piece.operand.depthFastest; }
    /// The distance of the lanes' first rows, and of a lane's rows.
    int64_t laneStep() const { return alongDepth() ? 1 : kBlock; }
    int64_t rowStep() const { return alongDepth() ? lanes : 1; }
  };
  /// Values of a block by row and step.
  using Block = std::array<SmallVector<Value>, kBlock>;

  Block loadBlock(const Reader &reader, Value tile, int64_t block, Value from,
                  int64_t step);
  void multiplySteps(Value tile, Value from, SmallVectorImpl<Value> &sums);
  LogicalResult multiplyTile(Value tile, SmallVectorImpl<Value> &sums);
  void leaveSums(ArrayRef<Value> sums, const Stage &stage);

  std::optional<Reader> rows, columns;
  int64_t threadM = 0, threadN = 0, steps = 0;
};

} // namespace

LogicalResult FmaContractEmitter::emit() {
  auto is32Bit = [](Type type) {
    return type.isIntOrFloat() && type.getIntOrFloatBitWidth() == 32;
  };
  auto isNot = [&](OpOperand *operand) {
    return !is32Bit(getElementTypeOrSelf(operand->get()));
  };
  if (llvm::any_of(op.getDpsInputOperands(), isNot) ||
      !is32Bit(getElementTypeOrSelf(op.getDpsInitOperand(0)->get())))
    return f.kernel.emitOpError("has unroll = ")
           << f.schedule.getUnroll() << ", which is for elements of 32 bits; "
           << "expected 1";
  if (failed(checkSchedule(kLanesM * kBlock, kLanesN * kBlock, kBlock,
                           kLanesM * kBlock)) ||
      failed(layOut(/*swizzleAll=*/false)))
    return failure();
  threadM = warpM / kLanesM;
  threadN = warpN / kLanesN;
  steps = std::clamp(kProducts / (threadM * threadN), kBlock, depth);
  rows.emplace(Reader{*pieceA, kLanesM, f.divide(lane, kLanesN), warpRow});
  columns.emplace(
      Reader{*pieceB, kLanesN, f.remainder(lane, kLanesN), warpColumn});
  FailureOr<SmallVector<Value>> sums = emitRounds(
      threadM * threadN, [&](Value tile, SmallVectorImpl<Value> &values) {
        return multiplyTile(tile, values);
      });
  if (failed(sums))
    return failure();
  return storeTile(kLanesM * kBlock,
                   [&](const Stage &stage) { leaveSums(*sums, stage); });
}

//===----------------------------------------------------------------------===//
// Multiplying
//===----------------------------------------------------------------------===//

/// Rows of block `block` and four steps from `from` + `step` on of a piece of
/// the tile at `tile`. Neighbouring lanes have rows of one line each, and a
/// block begins at a multiple of them.
FmaContractEmitter::Block
FmaContractEmitter::loadBlock(const Reader &reader, Value tile, int64_t block,
                              Value from, int64_t step) {
  const Piece &piece = reader.piece;
  int64_t firstRow = block * kBlock * reader.lanes;
  Value laneRow =
      f.add(reader.firstRow, f.multiply(reader.lane, reader.laneStep()));
  Block values;
  for (int64_t i = 0; i < kBlock; ++i) {
    // One row of all steps, or one step of all rows.
    Value place;
    int64_t distance = piece.first;
    if (reader.alongDepth()) {
      int64_t row = firstRow + i * reader.rowStep();
      place = getChunkPlace(piece, laneRow,
                            f.divide(f.add(from, step), piece.chunk), row);
      distance += row * piece.line;
    } else {
      place = f.add(laneRow, f.multiply(from, piece.line));
      distance += firstRow + (step + i) * piece.line;
    }
    // What stays the same in the loop around it comes first.
    bool isPlaceFixed = getConstantIntValue(from).has_value();
    SmallVector<Value> read =
        isPlaceFixed
            ? f.loadShared(viewFrom(tile, place), f.constant(distance), kBlock)
            : f.loadShared(viewTile(tile), advance(place, distance), kBlock);
    if (reader.alongDepth())
      values[i] = read;
    else
      for (int64_t row = 0; row < kBlock; ++row)
        values[row].push_back(read[row]);
  }
  return values;
}

/// The products of `steps` steps from `from` on.
void FmaContractEmitter::multiplySteps(Value tile, Value from,
                                       SmallVectorImpl<Value> &sums) {
  for (int64_t step = 0; step < steps; step += kBlock) {
    SmallVector<Block> right;
    for (int64_t n = 0; n < threadN / kBlock; ++n)
      right.push_back(loadBlock(*columns, tile, n, from, step));
    for (int64_t m = 0; m < threadM / kBlock; ++m) {
      Block left = loadBlock(*rows, tile, m, from, step);
      for (int64_t i = 0; i < kBlock; ++i)
        for (int64_t k = 0; k < kBlock; ++k)
          for (int64_t j = 0; j < threadN; ++j) {
            Value &sum = sums[(m * kBlock + i) * threadN + j];
            sum =
                multiplyAdd(left[i][k], right[j / kBlock][j % kBlock][k], sum);
          }
    }
  }
}

LogicalResult FmaContractEmitter::multiplyTile(Value tile,
                                               SmallVectorImpl<Value> &sums) {
  if (steps == depth) {
    multiplySteps(tile, f.constant(0), sums);
    return success();
  }
  return f.emitFor(f.constant(0), f.constant(depth), steps, sums,
                   [&](Value from, SmallVectorImpl<Value> &values) {
                     multiplySteps(tile, from, values);
                     return success();
                   });
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

void FmaContractEmitter::leaveSums(ArrayRef<Value> sums, const Stage &stage) {
  Value laneRow = f.multiply(rows->lane, rows->laneStep());
  Value laneColumn = f.multiply(columns->lane, columns->laneStep());
  auto type = VectorType::get({kBlock}, accumulatorType);
  for (int64_t m = 0; m < stage.count / (kLanesM * kBlock); ++m)
    for (int64_t i = 0; i < kBlock; ++i) {
      int64_t number = stage.first / kLanesM + m * kBlock + i;
      ArrayRef<Value> own = sums.slice(number * threadN, threadN);
      Value row = f.add(laneRow, m * kLanesM * kBlock + i * rows->rowStep());
      for (int64_t n = 0; n < threadN / kBlock; ++n) {
        int64_t from = n * kLanesN * kBlock;
        auto leave = [&](Value value, int64_t column) {
          Value place = getSumPlace(row, f.add(laneColumn, column), from);
          f.storeShared(value, stage.memory,
                        f.add(stage.own, f.add(place, from)));
        };
        ArrayRef<Value> block = own.slice(n * kBlock, kBlock);
        if (!columns->alongDepth()) {
          leave(vector::FromElementsOp::create(f.builder, f.loc, type, block),
                0);
          continue;
        }
        for (auto [j, value] : llvm::enumerate(block))
          leave(value, j * columns->rowStep());
      }
    }
}

LogicalResult gpu_emission::emitFmaContract(KernelFrame &frame,
                                            linalg::LinalgOp op) {
  return FmaContractEmitter(frame, op).emit();
}
