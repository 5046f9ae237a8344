//===- SuitsColumns.h - whether columns are worth a family ------*- C++ -*-===//

#ifndef LIB_CODEGEN_KERNELS_SUITSCOLUMNS_H
#define LIB_CODEGEN_KERNELS_SUITSCOLUMNS_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// Whether a kernel reduces rows column by column (`findColumnReduction`) and
/// is worth blocks of its own for each index of the other dimensions: there are
/// none, or rows and columns are known to be many.
bool suitsColumns(FuncOp kernel, const DimClasses &dims);

} // namespace theano::kernel

#endif // LIB_CODEGEN_KERNELS_SUITSCOLUMNS_H
