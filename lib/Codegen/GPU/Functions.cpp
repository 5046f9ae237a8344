//===- Functions.cpp - functions that several elements need ---------------===//

#include "Functions.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

SmallVector<linalg::LinalgOp> gpu_emission::getFunctions(Operation *root) {
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.filter = [&](Operation *producer) {
    auto op = dyn_cast<linalg::LinalgOp>(producer);
    return producer == root || !op || op.getNumReductionLoops() == 0;
  };
  SetVector<Operation *> slice;
  SmallVector<linalg::LinalgOp> functions;
  if (succeeded(getBackwardSlice(root, &slice, options)))
    for (Operation *op : slice)
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
          linalgOp && emission::computesFunctions(linalgOp))
        functions.push_back(linalgOp);
  return functions;
}

/// Whether all readers of `value` read it where they are themselves, except for
/// dimensions that they have more. So formation groups ops.
static bool isReadInPlace(KernelFrame &f, Value value) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    auto reader = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!reader)
      return isa<kernel::ReturnOp>(use.getOwner());
    AffineMap map = reader.getMatchingIndexingMap(&use);
    int64_t last = -1;
    for (unsigned dim : f.realDims(value)) {
      auto loop = dyn_cast<AffineDimExpr>(map.getResult(dim));
      if (!loop || static_cast<int64_t>(loop.getPosition()) <= last)
        return false;
      last = loop.getPosition();
    }
    return true;
  });
}

LogicalResult
gpu_emission::emitFunctionsAtEach(KernelFrame &f, Operation *root,
                                  ArrayRef<SmallVector<Lanes>> points,
                                  Value wanted) {
  for (linalg::LinalgOp op : getFunctions(root)) {
    Value result = op->getResult(0);
    if (f.realDims(result).size() != points.front().size() ||
        llvm::any_of(op->getResults(),
                     [&](Value value) { return !isReadInPlace(f, value); }))
      continue;
    SmallVector<SmallVector<Lanes>> indices;
    for (const SmallVector<Lanes> &point : points) {
      FailureOr<SmallVector<Lanes>> at = f.spread(result, point);
      if (failed(at))
        return failure();
      indices.push_back(*at);
    }
    if (failed(f.elements->emitAtEach(f.builder, op, indices, wanted)))
      return failure();
  }
  return success();
}
