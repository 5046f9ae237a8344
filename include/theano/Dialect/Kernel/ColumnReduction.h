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

/// Columns that a block of a column reduction has: those of the tile in its
/// schedule, or a vector less where rows are no whole number of vectors. A row
/// of the tile then begins within a vector, and so ends within one more. The
/// host counts blocks by this and the kernel finds its own.
mlir::Value getColumnsOfBlock(mlir::OpBuilder &builder, mlir::Location loc,
                              ScheduleAttr schedule, mlir::Value columns);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_COLUMNREDUCTION_H
