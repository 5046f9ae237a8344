//===- CoreOps.h - ops that the decoder adds by itself ----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_COREOPS_H
#define THEANO_SIMULATOR_MACHINE_COREOPS_H

#include "Machine/Op.h"

namespace theano::sim {

/// Which lanes the guard op `op` lets pass, running or not.
uint32_t guardLanes(const Warp &warp, const Op &op);

/// Runs the op behind it for the lanes whose predicate `at[0]` is set (with
/// `aux`: not set), and goes on behind that op.
const Op *guardOp(Warp &warp, const Op &op);

/// Row `at[0]` = not row `at[1]`, of predicates.
const Op *notOp(Warp &warp, const Op &op);

/// Which lanes the branch `op` would take, running or not.
uint32_t branchLanes(const Warp &warp, const Op &op);

/// Lanes whose predicate `at[0]` is set (with `imm`: not set) go to op `aux`.
const Op *branchIfOp(Warp &warp, const Op &op);

/// Every lane goes to op `aux`.
const Op *branchOp(Warp &warp, const Op &op);

/// The function's closing brace: as `ret`.
const Op *endOp(Warp &warp, const Op &op);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_COREOPS_H
