//===- Functions.h - functions that several elements need -------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_FUNCTIONS_H
#define THEANO_LIB_CODEGEN_GPU_FUNCTIONS_H

#include "KernelFrame.h"

namespace theano::gpu_emission {

/// The ops with functions of many instructions that an element of `root` takes,
/// producers first; those behind a reduction are its own.
llvm::SmallVector<mlir::linalg::LinalgOp> getFunctions(mlir::Operation *root);

/// Emits, at each of some points, the functions that an element of `root`, an
/// op over all that the kernel reduces, takes: once, in a loop (`emitAtEach`).
/// A point has an index for each loop that is not known to run once, in order.
/// Of the points the first `wanted` matter, where that is given.
mlir::LogicalResult
emitFunctionsAtEach(KernelFrame &frame, mlir::Operation *root,
                    llvm::ArrayRef<llvm::SmallVector<Lanes>> points,
                    mlir::Value wanted = {});

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_FUNCTIONS_H
