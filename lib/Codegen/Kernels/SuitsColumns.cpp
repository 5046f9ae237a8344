//===- SuitsColumns.cpp - whether columns are worth a family --------------===//

#include "SuitsColumns.h"

#include "LaunchSizes.h"
#include "theano/Dialect/Kernel/ColumnReduction.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano::kernel;

/// Elements that keep the threads of a block busy.
static constexpr int64_t kBusy = 4096;

bool theano::kernel::suitsColumns(FuncOp kernel, const DimClasses &dims) {
  linalg::LinalgOp op = findColumnReduction(kernel, dims);
  if (!op)
    return false;
  Space space(kernel, dims);
  if (space.parallel.size() == 1)
    return true;
  SmallVector<unsigned> loops = space.reduction;
  loops.push_back(space.parallel.back());
  return getStaticCount(dims, op, loops).value_or(0) >= kBusy;
}
