//===- Reads.cpp - where a kernel reads its arguments ---------------------===//

#include "theano/Dialect/Kernel/Reads.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace theano::kernel;

using Found = function_ref<void(BlockArgument, AffineMap)>;

namespace {
class Walk {
public:
  explicit Walk(Found found) : found(found) {}

  /// Follows `value`, read at `map` of the index that is written.
  void visit(Value value, AffineMap map) {
    if (!seen.insert({value, map}).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return found(argument, map);
    if (auto castOp = value.getDefiningOp<tensor::CastOp>())
      return visit(castOp.getSource(), map);
    auto op = value.getDefiningOp<linalg::LinalgOp>();
    if (!op)
      return;
    AffineMap loops; // of the op, from the index that is written
    if (map && op.getNumReductionLoops() == 0) {
      AffineMap output = op.getIndexingMapMatchingResult(cast<OpResult>(value));
      if (output.isPermutation())
        loops = inversePermutation(output).compose(map);
    }
    for (OpOperand &operand : op->getOpOperands())
      if (isa<RankedTensorType>(operand.get().getType()) &&
          !op.getMatchingBlockArgument(&operand).use_empty())
        visit(operand.get(),
              loops ? op.getMatchingIndexingMap(&operand).compose(loops)
                    : AffineMap());
  }

private:
  Found found;
  llvm::DenseSet<std::pair<Value, AffineMap>> seen;
};
} // namespace

void theano::kernel::forEachRead(FuncOp kernel, Found found) {
  Walk walk(found);
  for (Value result : kernel.getBody().front().getTerminator()->getOperands())
    walk.visit(result, AffineMap::getMultiDimIdentityMap(
                           cast<RankedTensorType>(result.getType()).getRank(),
                           kernel.getContext()));
  // By the kernel or in a body.
  kernel.walk([&](tensor::ExtractOp extract) {
    walk.visit(extract.getTensor(), AffineMap());
  });
}
