//===- ScheduleKernels.h - schedules and grids of a module ------*- C++ -*-===//

#ifndef LIB_CODEGEN_KERNELS_SCHEDULEKERNELS_H
#define LIB_CODEGEN_KERNELS_SCHEDULEKERNELS_H

#include "theano/Dialect/Kernel/Kernel.h"

namespace theano::kernel {

/// Gives every kernel without a schedule the one of `choose`, and then every
/// launch without a grid the one that `computeGrid` builds before it. Returns
/// how many kernels got a schedule.
unsigned
scheduleKernels(mlir::ModuleOp module,
                llvm::function_ref<ScheduleAttr(FuncOp kernel)> choose,
                llvm::function_ref<mlir::Value(mlir::OpBuilder &builder,
                                               LaunchOp launch, FuncOp kernel)>
                    computeGrid);

} // namespace theano::kernel

#endif // LIB_CODEGEN_KERNELS_SCHEDULEKERNELS_H
