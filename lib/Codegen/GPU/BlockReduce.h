//===- BlockReduce.h - combining values across threads ----------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H
#define THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H

#include "KernelFrame.h"
#include "theano/Dialect/Kernel/Combination.h"

namespace theano::gpu_emission {

/// The accumulators of one reduction: one, or a best value and its index.
using Accumulators = llvm::SmallVector<mlir::Value>;

/// The lanes of vectors combined, in the order of a balanced tree. Scalars stay
/// as they are.
Accumulators combineLanes(KernelFrame &frame,
                          const kernel::Combination &combination,
                          Accumulators values);

/// The scalars of `threads` neighbouring threads combined; every one of them
/// gets the result. Up to a warp by shuffles, above that (then `threads` is the
/// whole block) by shuffles, one slot of shared memory a warp, a barrier, and
/// shuffles again. `shared` holds the slots, for each accumulator, and is
/// created when it is empty; each use of one needs a barrier of its own in
/// between, so every reduction has its own.
Accumulators combineThreads(KernelFrame &frame,
                            const kernel::Combination &combination,
                            Accumulators values, int64_t threads,
                            llvm::SmallVector<mlir::Value> &shared);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_BLOCKREDUCE_H
