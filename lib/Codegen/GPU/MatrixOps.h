//===- MatrixOps.h - asynchronous copies and matrix units -------*- C++ -*-===//
//
// The instructions that feed and use the matrix units of a GPU, as an emitter
// writes them: cp.async, ldmatrix and mma.sync of the PTX ISA (sections "Data
// Movement and Conversion Instructions: Asynchronous copy" and "Warp-Level
// Matrix Instructions"). All lanes of a warp must meet a matrix instruction
// together.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_GPU_MATRIXOPS_H
#define THEANO_LIB_CODEGEN_GPU_MATRIXOPS_H

#include "KernelFrame.h"

namespace theano::gpu_emission {

/// Starts a copy of `count` neighbouring elements, 4, 8 or 16 bytes, from
/// `source`[`from`] in global memory to `shared`[`to`]. What comes behind the
/// first `wanted` bytes, of whole elements, becomes zero and is not read.
void copyAsync(KernelFrame &frame, mlir::Value source, mlir::Value from,
               mlir::Value shared, mlir::Value to, int64_t count,
               mlir::Value wanted);

/// Ends a group of what was started since the last one, which may be nothing.
void commitCopies(KernelFrame &frame);

/// Waits until at most the last `pending` groups of this thread are on their
/// way. What other threads copied is there after a barrier.
void waitForCopies(KernelFrame &frame, int64_t pending);

/// Rows and columns of the matrices that a warp multiplies, and steps that are
/// summed, which are rows of 32 bytes: 16 of f16 or bf16, 8 of f32.
constexpr int64_t kMatrixM = 16, kMatrixN = 8, kMatrixBytes = 32;

/// Four matrices of `shared`, of eight rows of 16 bytes. A lane gets the 4
/// bytes lane % 4 of row lane / 4 of each: two neighbours, or one element of
/// f32. Lane i names with `at` where row i % 8 of matrix i / 8 begins, on 16
/// bytes; with `transpose`, for 16-bit elements, those are columns.
llvm::SmallVector<mlir::Value> loadMatrices(KernelFrame &frame,
                                            mlir::Value shared, mlir::Value at,
                                            bool transpose);

/// An element of f32 rounded to TF32, which is f32 with 10 bits of fraction: to
/// the nearest, ties away from zero. As a register of `multiplyMatrices`.
mlir::Value roundToTf32(KernelFrame &frame, mlir::Value element);

/// `c` += `a` `b` for matrices of 16 x k and k x 8 elements of f16, bf16 or
/// TF32, four and two matrices of `loadMatrices`, and 16 x 8 elements of f32,
/// of which a lane has those at row lane / 4, columns 2 (lane % 4) and one
/// more, and the same eight rows on.
void multiplyMatrices(KernelFrame &frame, llvm::ArrayRef<mlir::Value> a,
                      llvm::ArrayRef<mlir::Value> b,
                      llvm::MutableArrayRef<mlir::Value> c);

/// Adds the dialects of these instructions.
void insertMatrixDialects(mlir::DialectRegistry &registry);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_MATRIXOPS_H
