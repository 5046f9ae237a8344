//===- KeptOps.cpp - ops of other dialects in a graph ---------------------===//

#include "KeptOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace theano;

static bool isFresh(Value destination) {
  return destination.getDefiningOp<tensor::EmptyOp>() != nullptr;
}

/// The value that changes nothing where `op` reduces into `accumulator`, a
/// block argument; none where the body is no reduction by one op.
static std::optional<TypedAttr>
getNeutral(linalg::LinalgOp op, BlockArgument accumulator, unsigned result) {
  Operation *combiner =
      op.getBlock()->getTerminator()->getOperand(result).getDefiningOp();
  if (!accumulator.hasOneUse() || !combiner ||
      *accumulator.user_begin() != combiner || combiner->getNumOperands() != 2)
    return std::nullopt;
  return arith::getNeutralElement(combiner);
}

static bool isNeutral(Attribute value, TypedAttr neutral) {
  auto number = dyn_cast_or_null<FloatAttr>(value);
  auto zero = dyn_cast<FloatAttr>(neutral);
  // A sum may start from either zero.
  if (number && zero && zero.getValue().isZero())
    return number.getType() == zero.getType() && number.getValue().isZero();
  return value == neutral;
}

static LogicalResult checkReduction(linalg::LinalgOp op, OpOperand &init,
                                    BlockArgument accumulator,
                                    unsigned result) {
  std::optional<TypedAttr> neutral = getNeutral(op, accumulator, result);
  if (!neutral)
    return op.emitOpError("reduces by something else than one arith op with a "
                          "neutral element (addf, mulf, maximumf, addi, ...); "
                          "use the reductions of the theano dialect");
  auto fill = init.get().getDefiningOp<linalg::FillOp>();
  Attribute value;
  if (fill && isFresh(fill.getOutputs().front()) &&
      matchPattern(fill.getInputs().front(), m_Constant(&value)) &&
      isNeutral(value, *neutral))
    return success();
  return op.emitOpError("starts its reduction from output #")
         << result << ", which is no linalg.fill of a tensor.empty with "
         << *neutral << ", the value that changes nothing; start from that and "
         << "combine with other values after it";
}

static LogicalResult checkDestinations(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics())
    return op.emitOpError("works on memory; expected tensors");
  for (auto [result, init] : llvm::enumerate(op.getDpsInitsMutable())) {
    BlockArgument old = op.getMatchingBlockArgument(&init);
    if (op.getNumReductionLoops() != 0) {
      if (failed(checkReduction(op, init, old, result)))
        return failure();
      continue;
    }
    if (!old.use_empty())
      return op.emitOpError("reads the elements of its output #")
             << result << "; expected what it reads among its inputs";
    if (!isFresh(init.get()))
      return op.emitOpError("writes into output #")
             << result << ", which is no tensor.empty; expected a fresh "
             << "tensor.empty of its shape";
  }
  return success();
}

LogicalResult theano::checkKept(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return checkDestinations(linalgOp);
  return success();
}
