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
/// `source`[`from`] in global memory to `shared`[`to`]. Those from number
/// `wanted` on become zero and are not read.
void copyAsync(KernelFrame &frame, mlir::Value source, mlir::Value from,
               mlir::Value shared, mlir::Value to, int64_t count,
               mlir::Value wanted);

/// Ends a group of what was started since the last one, which may be nothing.
void commitCopies(KernelFrame &frame);

/// Waits until at most the last `pending` groups of this thread are on their
/// way. What other threads copied is there after a barrier.
void waitForCopies(KernelFrame &frame, int64_t pending);

/// Rows and columns of the matrices that a warp multiplies, 16-bit elements.
constexpr int64_t kMatrixM = 16, kMatrixN = 8, kMatrixK = 16;

/// Four matrices of 8 x 8 16-bit elements of `shared`, of each of which a lane
/// gets two neighbours of row lane / 4. Lane i names with `at` where row i % 8
/// of matrix i / 8 begins, on 16 bytes; with `transpose` those are columns.
llvm::SmallVector<mlir::Value> loadMatrices(KernelFrame &frame,
                                            mlir::Value shared, mlir::Value at,
                                            bool transpose);

/// `c` += `a` `b` for matrices of 16 x 16 and 16 x 8 elements of f16 or bf16,
/// four and two matrices of `loadMatrices`, and 16 x 8 elements of f32, of
/// which a lane has those at row lane / 4, columns 2 (lane % 4) and one more,
/// and the same eight rows on.
void multiplyMatrices(KernelFrame &frame, llvm::ArrayRef<mlir::Value> a,
                      llvm::ArrayRef<mlir::Value> b,
                      llvm::MutableArrayRef<mlir::Value> c);

/// Adds the dialects of these instructions.
void insertMatrixDialects(mlir::DialectRegistry &registry);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_MATRIXOPS_H
