//===- PipelinedContraction.h - tiles that come in time ---------*- C++ -*-===//
//
// What contractions (Contraction.h) share that have several tiles of depth in
// shared memory: while one is multiplied, the next are on their way. Where an
// operand is an argument of the kernel they are asynchronous copies, of 16-byte
// chunks where its rows are whole ones and else, for elements of four bytes, of
// single elements; each operand for itself. So in each round there is one wait
// and one barrier:
//
//   start copying the first tiles
//   for each tile of depth
//     wait for it; barrier          all have it, and none reads the one before
//     start copying a tile into the place of the one before
//     multiply
//
// In most rounds all rows are whole chunks and all steps of the tile are there,
// which one test sees. In the others each operand is looked at, and each chunk.
//
// What cannot be copied comes through registers. Where that is one by one, as
// elements of two bytes in odd rows do, it comes when the turn of its tile has
// come.
//
// A piece lies in shared memory as its operand does, in lines of 16-byte
// chunks. In a line they may change places (swizzle), so that chunks of the
// same place in eight neighbouring lines lie in different banks. A round has
// few instructions beside those that multiply: what does not change from tile
// to tile is found in front of the loop, and the rest is a constant distance
// from it wherever it can be.
//
// What a warp has summed goes through shared memory once more, some of its rows
// at a time, so that the ops after the product and the stores see rows in
// vectors, and the code for them is written a few times and not once for each
// sum.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_GPU_PIPELINEDCONTRACTION_H
#define THEANO_LIB_CODEGEN_GPU_PIPELINEDCONTRACTION_H

#include "Contraction.h"

namespace theano::gpu_emission {

class PipelinedContraction : protected Contraction {
protected:
  /// So many warps share a block's tile, down and across.
  PipelinedContraction(KernelFrame &frame, mlir::linalg::LinalgOp op,
                       std::pair<int64_t, int64_t> warps)
      : Contraction(frame, op), warpsM(warps.first), warpsN(warps.second) {}

  /// An operand's piece of each tile that is in shared memory.
  struct Piece {
    const Operand &operand;
    /// Elements of a chunk; of a line, which are neighbours in memory; of a
    /// piece; and of the tile in front of it.
    int64_t chunk, line, size, first;
    /// Whether chunks change places in their line, and by how many from line to
    /// line: by two where lanes read eight elements of 4 bytes of a line.
    bool isSwizzled;
    int64_t phaseStep;
    /// The elements of an access, and whether sizes allow it; null where they
    /// are known to.
    int64_t widest;
    mlir::Value isWhole;
    /// Of the chunks that this thread copies: where they are in a piece, but
    /// for their distance from the first, and how many bytes of each are
    /// wanted, of its row.
    llvm::SmallVector<mlir::Value> places, inRow;
    /// Where each of them is read in the operand, of step 0, and how far its
    /// steps are apart; null where they are not evenly. Where a line is one in
    /// memory, too, without the distance in it.
    llvm::SmallVector<mlir::Value> sources;
    mlir::Value stepStride;
    bool isLineWhole;
  };

  static constexpr int64_t kWarp = 32;
  int64_t getThreads() const { return warpsM * warpsN * kWarp; }

  /// Whether the schedule has these threads, lines of powers of two, as many
  /// chunks for each thread, two tiles or more, and room for them and for
  /// `rowStep` rows of each warp's sums. The others are the least sides of a
  /// warp's part of a tile and the least depth.
  mlir::LogicalResult checkSchedule(int64_t leastM, int64_t leastN,
                                    int64_t leastDepth, int64_t rowStep);
  /// Fills what is below. Needs a good schedule. Chunks change places in lines
  /// along the summed dimension, and in others where `swizzleAll`.
  mlir::LogicalResult layOut(bool swizzleAll);

  /// Where the first element of chunk `chunk` of line `line` lies in its piece.
  /// Or of a line `ahead` of it, of whose bits `line` has none: then without
  /// the distance of the lines, so that places are few.
  mlir::Value getChunkPlace(const Piece &piece, mlir::Value line,
                            mlir::Value chunk, int64_t ahead = 0);
  /// The elements of the tile from byte `tile` of shared memory on.
  mlir::Value viewTile(mlir::Value tile);
  /// Those from `place` on.
  mlir::Value viewFrom(mlir::Value tile, mlir::Value place);
  /// `place` + `distance`, which is known not to overflow: LLVM puts the
  /// constant into the instruction that goes there.
  mlir::Value advance(mlir::Value place, int64_t distance);

  /// Sums all tiles of depth into `sums` values of this thread: `multiply` adds
  /// the products of the tile with the number that it is given.
  using Multiply = llvm::function_ref<mlir::LogicalResult(
      mlir::Value, llvm::SmallVectorImpl<mlir::Value> &)>;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> emitRounds(int64_t sums,
                                                             Multiply multiply);

  /// Where a warp leaves its sums for the stores.
  struct Stage {
    mlir::Value memory, own;
    int64_t first, count;
  };
  /// Stores the tile, some rows of each warp at a time, a multiple of `step`:
  /// `leave` leaves the sums of those rows in the stage.
  mlir::LogicalResult storeTile(int64_t step,
                                llvm::function_ref<void(const Stage &)> leave);
  /// Where the sum at a row of a stage and a column lies, columns being those
  /// from `from` on, a multiple of 32, without which it is counted: `from` is
  /// to be added to the result.
  mlir::Value getSumPlace(mlir::Value row, mlir::Value column,
                          int64_t from = 0);
  /// The distance of rows in a stage.
  int64_t getPitch() const;
  /// Sums of 16 bytes, and those that lie in all banks together.
  static constexpr int64_t kSumChunk = 4, kAllBanks = 32;

  int64_t warpsM, warpsN;
  int64_t stages = 0, warpM = 0, warpN = 0;
  /// This thread's lane, and where the warp's part of the tile begins.
  mlir::Value lane, warpRow, warpColumn;
  std::optional<Piece> pieceA, pieceB;

private:
  mlir::Value getPhase(const Piece &piece, mlir::Value line);
  int64_t getPhase(const Piece &piece, int64_t line) const;

  /// What `emit` writes for a piece whose rows are whole chunks and, where they
  /// may not be, for single elements.
  using ByLanes = llvm::function_ref<mlir::LogicalResult(int64_t lanes)>;
  mlir::LogicalResult emitByLanes(const Piece &piece, ByLanes emit);
  /// One of the two.
  mlir::LogicalResult emitWith(const Piece &piece, int64_t lanes, ByLanes emit);
  void chooseLanes(Piece &piece);
  void findWholeEnd();
  bool isCopied(const Piece &piece, int64_t lanes);
  bool comesEarly(const Piece &piece, int64_t lanes);

  mlir::LogicalResult bringFirst();
  mlir::LogicalResult bringInRound(mlir::Value next, mlir::Value reading,
                                   mlir::Value writing);
  mlir::LogicalResult bringEarly(mlir::Value k, mlir::Value tile);
  mlir::LogicalResult bringLate(mlir::Value k, mlir::Value tile);
  mlir::LogicalResult bringPiece(const Piece &piece, mlir::Value k,
                                 mlir::Value tile, int64_t lanes,
                                 bool isInside = false);
  void prepareCopies(Piece &piece);
  void copyChunks(const Piece &piece, mlir::Value k, mlir::Value tile,
                  bool isInside);
  mlir::LogicalResult storeChunks(const Piece &piece, mlir::Value k,
                                  mlir::Value shared);
  mlir::LogicalResult bringElements(const Piece &piece, mlir::Value k,
                                    mlir::Value shared);
  mlir::Value getWanted(mlir::Value isInside, int64_t bytes);
  mlir::Value getPlace(const Piece &piece, mlir::Value row, mlir::Value step,
                       int64_t lanes);
  mlir::Value getSource(const Piece &piece);
  int64_t countChunks(const Piece &piece) const;
  int64_t countAcross(const Piece &piece) const;
  /// How many lines chunk `number` of a thread is below its first, and how many
  /// chunks to the right.
  std::pair<int64_t, int64_t> getDistance(const Piece &piece,
                                          int64_t number) const;
  /// The line of chunk `number` of this thread, and which it is in the line.
  std::pair<mlir::Value, mlir::Value> getChunk(const Piece &piece,
                                               mlir::Value number);
  /// The row of the operand and the step of an element of a line.
  std::pair<mlir::Value, mlir::Value> getElement(const Piece &piece,
                                                 mlir::Value k,
                                                 mlir::Value line,
                                                 mlir::Value along);
  mlir::BlockArgument getArgument(const Operand &operand);
  mlir::LogicalResult storeByLanes(const Stage &stage);
  mlir::LogicalResult storeRows(const Stage &stage, int64_t lanes);

  int64_t stageBytes = 0, sharedBytes = 0;
  mlir::Value bytes;
  /// Tiles from a step before it on have both operands in whole chunks, and all
  /// their steps. Null where that does not choose between ways.
  mlir::Value wholeEnd;
};

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_PIPELINEDCONTRACTION_H
