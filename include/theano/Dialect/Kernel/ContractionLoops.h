//===- ContractionLoops.h - the roles of a contraction's loops --*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_CONTRACTIONLOOPS_H
#define THEANO_DIALECT_KERNEL_CONTRACTIONLOOPS_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// A contraction seen as batched matrix products C[b, m, n] += A[b, m, k] *
/// B[b, k, n], where b, m, n and k may each stand for several loops. Loops of
/// size 1 are in none of them. The deciding pass and the emitters agree on the
/// number of tiles by this one analysis.
struct ContractionLoops {
  llvm::SmallVector<unsigned> batch, m, n, k;
  /// The inputs of the op that are A and B. They are swapped where the last
  /// dimension of the result comes from the first input, so that `n` is what
  /// neighbouring elements of the result differ in.
  unsigned a = 0, b = 1;

  ContractionLoops(mlir::linalg::LinalgOp op, const DimClasses &dims);
};

/// Whether `op` adds products of the elements of two tensors, which may be
/// widened first, to what is in a third, over its reduction loops; and reuses
/// them, in that one tensor has not all loops.
bool isContraction(mlir::linalg::LinalgOp op);

/// The contraction of a kernel of family Contract, or null.
mlir::linalg::LinalgOp findContraction(FuncOp kernel);

/// f16, bf16 or f32 where `op` sums, in f32, the products of two factors of
/// that type and nothing else, which is what the matrix units of a GPU do,
/// those of f32 after rounding factors to TF32; else null.
mlir::Type getMatrixFactors(mlir::linalg::LinalgOp op);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_CONTRACTIONLOOPS_H
