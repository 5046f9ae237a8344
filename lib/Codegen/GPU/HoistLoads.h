//===- HoistLoads.h - loads before what needs them --------------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_HOISTLOADS_H
#define THEANO_LIB_CODEGEN_GPU_HOISTLOADS_H

#include "mlir/IR/Block.h"

namespace theano::gpu_emission {

/// Moves the loads of `block`, with what computes their addresses, before all
/// else in it, as far as the first op that may write or synchronise. A thread
/// then has all its loads in flight before it waits for the first; ptxas keeps
/// to the order of a loop's body more than it changes it.
void hoistLoads(mlir::Block &block);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_HOISTLOADS_H
