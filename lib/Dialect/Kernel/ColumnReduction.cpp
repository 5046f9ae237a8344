//===- ColumnReduction.cpp - sums over rows, for each column --------------===//

#include "theano/Dialect/Kernel/ColumnReduction.h"

#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/Space.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

LinalgOp theano::kernel::findColumnReduction(FuncOp kernel,
                                             const DimClasses &dims) {
  unsigned reductions = 0;
  for (auto op : kernel.getBody().front().getOps<LinalgOp>())
    reductions += op.getNumReductionLoops() != 0;
  if (reductions != 1)
    return {};
  Space space(kernel, dims);
  // Shared memory has no place for other accumulators.
  bool numbers = llvm::all_of(space.leader->getResultTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isIntOrFloat();
  });
  bool columns = !space.reduction.empty() && space.readsAlong(space.parallel);
  return numbers && columns && Combination::of(space.leader) ? space.leader
                                                             : LinalgOp();
}

/// Elements that keep the threads of a block busy.
static constexpr int64_t kBusy = 4096;

bool theano::kernel::suitsColumns(FuncOp kernel, const DimClasses &dims) {
  LinalgOp op = findColumnReduction(kernel, dims);
  if (!op)
    return false;
  Space space(kernel, dims);
  if (space.parallel.size() == 1)
    return true;
  int64_t elements = 1;
  SmallVector<unsigned> loops = space.reduction;
  loops.push_back(space.parallel.back());
  for (unsigned loop : loops) {
    DimSize size = dims.getLoopSize(op, loop);
    if (size.kind != DimSize::Kind::Static)
      return false;
    if (llvm::MulOverflow(elements, size.value, elements))
      return true;
  }
  return elements >= kBusy;
}

bool theano::kernel::isInParts(FuncOp kernel) {
  return !kernel.getBody().front().getOps<PartialsOp>().empty();
}
