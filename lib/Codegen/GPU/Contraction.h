//===- Contraction.h - what the emitters of contractions share --*- C++ -*-===//
//
// A block computes a tile[0] x tile[1] piece of the result of one matrix
// product, tile[2] steps of the summed dimension at a time. How the pieces of
// both operands lie in shared memory and how they are multiplied is the
// emitter's; which they are, and which elements, is here. Where a kernel leaves
// parts of its sums (`kernel.partials`) a block sums one part of the steps, a
// multiple of tile[2] but for the last. Sizes may be ragged:
// what lies outside is read as zero and not stored. Either operand may lie
// transposed in memory.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_GPU_CONTRACTION_H
#define THEANO_LIB_CODEGEN_GPU_CONTRACTION_H

#include "KernelFrame.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"

namespace theano::gpu_emission {

class Contraction {
protected:
  Contraction(KernelFrame &frame, mlir::linalg::LinalgOp op)
      : f(frame), op(op), loops(op, frame.dims) {}

  /// One operand: its piece of a tile is `rows` x depth elements, `rows` being
  /// the dimension that it shares with the result.
  struct Operand {
    unsigned input;
    llvm::ArrayRef<unsigned> rowLoops;
    int64_t rows;
    mlir::Value rowCount, firstRow;
    /// Whether neighbours in memory differ in k rather than in the row.
    bool depthFastest;
    /// How many of them are in a row; null where vectors cannot be read.
    mlir::Value fastSize;
    mlir::Type element;
  };

  /// Fills what is below.
  mlir::LogicalResult prepare(int64_t rows, int64_t columns, int64_t steps);

  /// What the accumulators start from.
  mlir::FailureOr<mlir::Value> emitStart();

  /// The indices into an operand of an element, or of the first of `lanes`, of
  /// the matrix that it is.
  llvm::SmallVector<Lanes> getIndices(const Operand &operand, mlir::Value row,
                                      mlir::Value step, int64_t lanes);
  /// What is read there, or zero where that is outside.
  mlir::FailureOr<mlir::Value> load(const Operand &operand, mlir::Value row,
                                    mlir::Value step, int64_t lanes);
  /// `accumulator` with one product more, by the body of the op.
  mlir::Value multiplyAdd(mlir::Value x, mlir::Value y,
                          mlir::Value accumulator);
  /// Applies the ops after the contraction to `accumulators`, which are
  /// elements (m, n) and its neighbours in n, and stores the results, if they
  /// are inside. Vectors of neighbours are in or out together.
  mlir::LogicalResult store(mlir::Value m, mlir::Value n,
                            llvm::ArrayRef<mlir::Value> accumulators);

  KernelFrame &f;
  mlir::linalg::LinalgOp op;
  kernel::ContractionLoops loops;
  int64_t tileM = 0, tileN = 0, depth = 0;
  Operand a, b;
  mlir::Value sizeM, sizeN, batch;
  /// The steps that the block sums: from the first to before the end, which is
  /// a constant where all of a known number of steps are summed.
  mlir::Value firstK, endK;
  mlir::Type accumulatorType;

private:
  mlir::LogicalResult checkParts();
  void cutSteps(mlir::Value parts, mlir::Value steps);
  Operand prepareOperand(unsigned input, llvm::ArrayRef<unsigned> rowLoops,
                         int64_t rows, mlir::Value rowCount,
                         mlir::Value firstRow);
  void setLoops(llvm::SmallVector<Lanes> &values,
                llvm::ArrayRef<unsigned> which, mlir::Value linear);
  mlir::LogicalResult storePart(llvm::ArrayRef<Lanes> point, Lanes value);

  /// Which part of the sums the block leaves; null where they are whole.
  mlir::Value part;
};

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_CONTRACTION_H
