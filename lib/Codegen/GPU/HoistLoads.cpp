//===- HoistLoads.cpp - loads before what needs them ----------------------===//

#include "HoistLoads.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

static bool isLoad(Operation &op) {
  return isa<memref::LoadOp, vector::LoadOp>(op);
}

void theano::gpu_emission::hoistLoads(Block &block) {
  // What reads memory may move up to where memory may change.
  SmallVector<Operation *> movable;
  for (Operation &op : block.without_terminator()) {
    if (!isLoad(op) && !isPure(&op))
      break;
    movable.push_back(&op);
  }
  llvm::DenseSet<Operation *> wanted;
  for (Operation *op : llvm::reverse(movable)) {
    if (!isLoad(*op) && !wanted.contains(op))
      continue;
    wanted.insert(op);
    auto want = [&](Value operand) {
      if (Operation *def = operand.getDefiningOp())
        if (Operation *top = block.findAncestorOpInBlock(*def))
          wanted.insert(top);
    };
    op->walk(
        [&](Operation *inner) { llvm::for_each(inner->getOperands(), want); });
  }
  // In the order they have, so that each still follows what it needs.
  Operation *after = nullptr;
  for (Operation *op : movable) {
    if (!wanted.contains(op))
      continue;
    if (after)
      op->moveAfter(after);
    else
      op->moveBefore(&block, block.begin());
    after = op;
  }
}
