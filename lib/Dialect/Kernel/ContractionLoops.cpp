//===- ContractionLoops.cpp - the roles of a contraction's loops ----------===//

#include "theano/Dialect/Kernel/ContractionLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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

Type theano::kernel::getNarrowFactors(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return {};
  Block &body = *op.getBlock();
  Value accumulator = body.getArgument(2);
  auto sum = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum || !accumulator.getType().isF32())
    return {};
  Value other = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  auto product = other.getDefiningOp<arith::MulFOp>();
  if (!product || (sum.getLhs() != accumulator && sum.getRhs() != accumulator))
    return {};
  auto getFactor = [&](Value value) -> BlockArgument {
    auto widened = value.getDefiningOp<arith::ExtFOp>();
    return widened ? dyn_cast<BlockArgument>(widened.getIn()) : nullptr;
  };
  BlockArgument left = getFactor(product.getLhs());
  BlockArgument right = getFactor(product.getRhs());
  if (!left || !right || left == right || left.getOwner() != &body ||
      right.getOwner() != &body || left.getType() != right.getType())
    return {};
  Type type = left.getType();
  return type.isF16() || type.isBF16() ? type : Type();
}
