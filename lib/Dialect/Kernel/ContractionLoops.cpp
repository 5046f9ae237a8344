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

bool theano::kernel::isContraction(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1 || op.hasIndexSemantics())
    return false;
  for (Value operand : op->getOperands())
    if (!getElementTypeOrSelf(operand.getType()).isIntOrFloat())
      return false;
  // Each element of the result is a sum, and indices of the factors are loops.
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0))
           .isProjectedPermutation())
    return false;
  for (OpOperand *input : op.getDpsInputOperands())
    if (!op.getMatchingIndexingMap(input).isProjectedPermutation(
            /*allowZeroInResults=*/true))
      return false;
  Block &body = *op.getBlock();
  Operation *yield = body.getTerminator();
  Operation *sum = yield->getOperand(0).getDefiningOp();
  if (!sum || !isa<arith::AddFOp, arith::AddIOp>(sum))
    return false;
  Value accumulator = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  Value product;
  if (sum->getOperand(1) == accumulator)
    product = sum->getOperand(0);
  else if (sum->getOperand(0) == accumulator)
    product = sum->getOperand(1);
  if (!product)
    return false;
  Operation *multiply = product.getDefiningOp();
  if (!multiply || !isa<arith::MulFOp, arith::MulIOp>(multiply))
    return false;
  // The factors are the two inputs, possibly widened.
  auto comesFrom = [](Value value, Value argument) {
    while (value != argument) {
      Operation *def = value.getDefiningOp();
      if (!def || !isa<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(def))
        return false;
      value = def->getOperand(0);
    }
    return true;
  };
  Value a = body.getArgument(0), b = body.getArgument(1);
  Value lhs = multiply->getOperand(0), rhs = multiply->getOperand(1);
  if (!(comesFrom(lhs, a) && comesFrom(rhs, b)) &&
      !(comesFrom(lhs, b) && comesFrom(rhs, a)))
    return false;
  // A product of two vectors is a plain sum; a contraction reuses what it
  // loads, so some loop must miss from one operand.
  for (OpOperand *input : op.getDpsInputOperands())
    if (op.getMatchingIndexingMap(input).getNumResults() < op.getNumLoops())
      return true;
  return false;
}

linalg::LinalgOp theano::kernel::findContraction(FuncOp kernel) {
  for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() != 0)
      return op;
  return {};
}

Type theano::kernel::getMatrixFactors(linalg::LinalgOp op) {
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
    return dyn_cast<BlockArgument>(widened ? widened.getIn() : value);
  };
  BlockArgument left = getFactor(product.getLhs());
  BlockArgument right = getFactor(product.getRhs());
  if (!left || !right || left == right || left.getOwner() != &body ||
      right.getOwner() != &body || left.getType() != right.getType())
    return {};
  Type type = left.getType();
  return type.isF16() || type.isBF16() || type.isF32() ? type : Type();
}
