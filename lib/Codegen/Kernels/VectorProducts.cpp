//===- VectorProducts.cpp - products that are sums of rows ----------------===//

#include "VectorProducts.h"

#include "SuitsColumns.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano::kernel;

/// Whether each result has one value for each sum.
static bool leavesSums(FuncOp kernel, linalg::LinalgOp op,
                       const DimClasses &dims) {
  auto count = [&](Value tensor) { return dims.getRealDims(tensor).size(); };
  size_t sums = count(op->getResult(0));
  for (unsigned i = 0, e = kernel.getFunctionType().getNumResults(); i < e; ++i)
    if (count(kernel.getDestination(i)) != sums)
      return false;
  return true;
}

std::optional<Family>
theano::kernel::findVectorProduct(FuncOp kernel, const DimClasses &dims) {
  linalg::LinalgOp op = findContraction(kernel);
  ContractionLoops loops(op, dims);
  if (loops.k.empty() || (!loops.m.empty() && !loops.n.empty()) ||
      !Combination::of(op) || !leavesSums(kernel, op, dims))
    return std::nullopt;
  Space space(kernel, dims);
  if (space.parallel.empty())
    return Family::PlainReduce;
  // The matrix has rows of its own beside those of the batch.
  unsigned number = loops.m.empty() ? loops.b : loops.a;
  std::optional<unsigned> fastest =
      dims.findFastestLoop(op, *op.getDpsInputOperand(number));
  if (!fastest)
    return std::nullopt;
  if (fastest == space.reduction.back())
    return Family::RowReduce;
  return suitsColumns(kernel, dims) ? std::optional(Family::PlainReduce)
                                    : std::nullopt;
}
