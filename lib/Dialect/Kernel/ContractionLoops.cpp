//===- ContractionLoops.cpp - the roles of a contraction's loops ----------===//

#include "theano/Dialect/Kernel/ContractionLoops.h"

using namespace mlir;
using namespace theano::kernel;

ContractionLoops::ContractionLoops(linalg::LinalgOp op,
                                   const DimClasses &dims) {
  AffineMap mapA = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  AffineMap mapB = op.getMatchingIndexingMap(op.getDpsInputOperand(1));
  auto types = op.getIteratorTypesArray();
  for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop) {
    if (dims.getLoopSize(op, loop).isStatic(1))
      continue;
    if (types[loop] == utils::IteratorType::reduction)
      k.push_back(loop);
    else if (!mapB.isFunctionOfDim(loop))
      m.push_back(loop);
    else if (!mapA.isFunctionOfDim(loop))
      n.push_back(loop);
    else
      batch.push_back(loop);
  }
  AffineMap mapC = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  for (AffineExpr result : llvm::reverse(mapC.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(result);
    if (!loop || dims.getLoopSize(op, loop.getPosition()).isStatic(1))
      continue;
    if (llvm::is_contained(m, loop.getPosition())) {
      std::swap(m, n);
      std::swap(a, b);
    }
    break;
  }
}

linalg::LinalgOp theano::kernel::findContraction(FuncOp kernel) {
  for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() != 0)
      return op;
  return {};
}
