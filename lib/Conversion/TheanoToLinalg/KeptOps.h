//===- KeptOps.h - ops of other dialects in a graph -------------*- C++ -*-===//

#ifndef THEANO_LIB_CONVERSION_THEANOTOLINALG_KEPTOPS_H
#define THEANO_LIB_CONVERSION_THEANOTOLINALG_KEPTOPS_H

#include "mlir/IR/Operation.h"

namespace theano {

/// Whether an op of another dialect than theano computes from its inputs alone,
/// as kernels do. A kernel owns what it writes, and may start a reduction
/// several times, in several threads: a destination must be a fresh
/// `tensor.empty`, and what a reduction starts from must be a `linalg.fill` of
/// one with the value that changes nothing (0 for a sum). Anything else is
/// refused with an error at `op`.
mlir::LogicalResult checkKept(mlir::Operation *op);

} // namespace theano

#endif // THEANO_LIB_CONVERSION_THEANOTOLINALG_KEPTOPS_H
