//===- Map.cpp - elementwise kernels on a CPU -----------------------------===//

#include "CpuKernel.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

LogicalResult CpuKernel::emitMap() {
  auto element = [&](ArrayRef<Lanes> indices) -> LogicalResult {
    if (failed(storeResults(indices)))
      return failure();
    // Ops without results are there for their checks.
    for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>())
      if (op->getNumResults() == 0 &&
          failed(emitter->emitBody(builder, op, loopsOf(op, indices, {}), {})))
        return failure();
    return success();
  };
  return forEach({firstBlock, endBlock}, constant(1), [&](Value block) {
    Range rows, columns;
    locateBlock(block, rows, columns);
    if (space.parallel.empty())
      return element({});
    if (flat)
      return forEachVector(columns, [&](Lanes i) { return element(i); });
    return forEach(rows, constant(1), [&](Value row) {
      SmallVector<Lanes> indices =
          delinearize(row, ArrayRef(space.parallel).drop_back());
      indices.push_back({});
      return forEachVector(columns, [&](Lanes column) {
        indices.back() = column;
        return element(indices);
      });
    });
  });
}
