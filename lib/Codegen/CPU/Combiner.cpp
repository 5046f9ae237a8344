//===- Combiner.cpp - the operation that joins what is reduced ------------===//

#include "Combiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano::cpu;

Combiner::Combiner(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1)
    return;
  Block &body = *op.getBlock();
  Operation *last = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!last || last->getNumOperands() != 2 || last->getNumResults() != 1)
    return;
  Value accumulator = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  if (accumulator.hasOneUse() &&
      llvm::is_contained(last->getOperands(), accumulator) &&
      isa<arith::AddFOp, arith::AddIOp, arith::MulFOp, arith::MulIOp,
          arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
          arith::MinNumFOp, arith::MaxSIOp, arith::MaxUIOp, arith::MinSIOp,
          arith::MinUIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(last))
    operation = last;
}

bool Combiner::rounds() const {
  return isa_and_nonnull<arith::AddFOp, arith::MulFOp>(operation);
}

Value Combiner::combine(OpBuilder &builder, Value a, Value b) const {
  OperationState state(operation->getLoc(), operation->getName());
  state.addOperands({a, b});
  state.addTypes(a.getType());
  state.propertiesAttr = operation->getPropertiesAsAttribute();
  return builder.create(state)->getResult(0);
}

Value Combiner::combineLanes(OpBuilder &builder, Value vector) const {
  Location loc = operation->getLoc();
  int64_t lanes = cast<VectorType>(vector.getType()).getDimSize(0);
  while (lanes > 1) {
    lanes /= 2;
    auto half = [&](int64_t from) {
      return vector::ExtractStridedSliceOp::create(
          builder, loc, vector, ArrayRef<int64_t>{from},
          ArrayRef<int64_t>{lanes}, ArrayRef<int64_t>{1});
    };
    vector = combine(builder, half(0), half(lanes));
  }
  return vector::ExtractOp::create(builder, loc, vector, int64_t(0));
}
