//===- BlockReduce.h - combining values across threads ----------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H
#define THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H

#include "KernelFrame.h"

namespace theano::gpu_emission {

/// The one op that combines the accumulator of the reduction `op` with the
/// value of an element, such as arith.addf. Fails with an error when the body
/// has another form.
mlir::FailureOr<mlir::Operation *> getCombiner(mlir::linalg::LinalgOp op);

/// `combiner` applied to two scalars or vectors.
mlir::Value combine(KernelFrame &frame, mlir::Operation *combiner,
                    mlir::Value a, mlir::Value b);

/// The lanes of a vector combined, in the order of a balanced tree.
mlir::Value combineLanes(KernelFrame &frame, mlir::Operation *combiner,
                         mlir::Value vector);

/// The scalars of `threads` neighbouring threads combined; every one of them
/// gets the result. Up to a warp by shuffles, above that (then `threads` is the
/// whole block) by shuffles, one slot of shared memory a warp, a barrier, and
/// shuffles again. `shared` holds the slots and is created when it is null;
/// each use of one needs a barrier of its own in between, so every reduction
/// has its own.
mlir::Value combineThreads(KernelFrame &frame, mlir::Operation *combiner,
                           mlir::Value value, int64_t threads,
                           mlir::Value &shared);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H
