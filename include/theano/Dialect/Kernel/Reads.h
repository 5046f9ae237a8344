//===- Reads.h - where a kernel reads its arguments -------------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_READS_H
#define THEANO_DIALECT_KERNEL_READS_H

#include "theano/Dialect/Kernel/Kernel.h"

namespace theano::kernel {

/// Calls `found` for each argument that is read to compute an element of the
/// results, and each way in which it is, once. The map leads from the index of
/// that element to the index that is read; it is null where no map does: behind
/// a reduction, and with computed indices.
void forEachRead(
    FuncOp kernel,
    llvm::function_ref<void(mlir::BlockArgument, mlir::AffineMap)> found);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_READS_H
