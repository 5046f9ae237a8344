//===- BuildProgram.h - a host function as a Program ------------*- C++ -*-===//

#ifndef THEANO_TARGET_HOST_BUILDPROGRAM_H
#define THEANO_TARGET_HOST_BUILDPROGRAM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "theano/Program/Program.h"
#include "llvm/ADT/StringMap.h"

namespace theano {

/// Names of the graph's ops by their place, as kernel::describeLocation gives
/// it; several at one place are joined by "+".
using SourceOps = llvm::StringMap<std::string>;

/// Translates a host function, as formation and the choice of schedules leave
/// it, op by op into a Program without machine code: launches, library calls,
/// checks and copies become commands, integer arithmetic becomes expressions,
/// tensors become slots that are freed after their last use. Checks that depend
/// on sizes alone come first. Kernels of the Program are those that the
/// function launches, in order of first launch, with the names of their
/// kernel.func; their entries are CPU symbols of that name until Target/PTX
/// says otherwise.
///
/// `sourceOps` names the ops of kernels, for reports.
///
/// Fails with a diagnostic on an op that has no command, and where the elements
/// of a `tensor.empty`, which nothing has written, are read or returned.
mlir::FailureOr<Program> buildProgram(mlir::func::FuncOp host,
                                      const SourceOps &sourceOps = {});

} // namespace theano

#endif // THEANO_TARGET_HOST_BUILDPROGRAM_H
