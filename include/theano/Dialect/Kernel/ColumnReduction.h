//===- ColumnReduction.h - sums over rows, for each column ------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_COLUMNREDUCTION_H
#define THEANO_DIALECT_KERNEL_COLUMNREDUCTION_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// The only reduction of a kernel, if neighbouring results are made of elements
/// that are neighbours in memory, as in `x.sum(axis=0)`, and if its
/// accumulators can be joined (`Combination`); else null.
mlir::linalg::LinalgOp findColumnReduction(FuncOp kernel,
                                           const DimClasses &dims);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_COLUMNREDUCTION_H
