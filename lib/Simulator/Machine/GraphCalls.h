//===- GraphCalls.h - what kernels tell the graph they are in ---*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_GRAPHCALLS_H
#define THEANO_SIMULATOR_MACHINE_GRAPHCALLS_H

#include "Machine/Op.h"
#include "Ptx/Ast.h"

namespace theano::sim {

/// The op of a call of a function that the device has for graphs, by the
/// declaration that a text has of it; null if it is none. The number of the
/// call's site is the op's `aux`. There is one:
///
///   .extern .func cudaGraphSetConditional(.param .b64 handle,
///                                         .param .b32 value)
Handler graphCallOf(const Function &declaration);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_GRAPHCALLS_H
