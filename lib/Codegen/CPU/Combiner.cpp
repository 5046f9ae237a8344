//===- Combiner.cpp - joining accumulators on a CPU -----------------------===//

#include "Combiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;

Combiner::Combiner(linalg::LinalgOp op) : loc(op.getLoc()) {
  if (op.getNumDpsInits() == 1) {
    Block &body = *op.getBlock();
    Operation *last = body.getTerminator()->getOperand(0).getDefiningOp();
    if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp, arith::MulFOp,
                         arith::MulIOp, arith::MaximumFOp, arith::MinimumFOp,
                         arith::MaxNumFOp, arith::MinNumFOp, arith::MaxSIOp,
                         arith::MaxUIOp, arith::MinSIOp, arith::MinUIOp,
                         arith::AndIOp, arith::OrIOp, arith::XOrIOp>(last))
      return;
    rounding = isa<arith::AddFOp, arith::MulFOp>(last);
    loc = last->getLoc();
  }
  combination = kernel::Combination::of(op);
  rounding &= combination.has_value();
}

SmallVector<Value> Combiner::combine(OpBuilder &builder, ValueRange a,
                                     ValueRange b) const {
  return combination->combine(builder, loc, a, b);
}

SmallVector<Value> Combiner::combineLanes(OpBuilder &builder,
                                          ValueRange vectors) const {
  SmallVector<Value> joined(vectors);
  int64_t lanes = cast<VectorType>(joined.front().getType()).getDimSize(0);
  while (lanes > 1) {
    lanes /= 2;
    auto half = [&](int64_t from) {
      return llvm::map_to_vector(joined, [&](Value vector) -> Value {
        return vector::ExtractStridedSliceOp::create(
            builder, loc, vector, ArrayRef<int64_t>{from},
            ArrayRef<int64_t>{lanes}, ArrayRef<int64_t>{1});
      });
    };
    SmallVector<Value> low = half(0);
    joined = combine(builder, low, half(lanes));
  }
  for (Value &value : joined)
    value = vector::ExtractOp::create(builder, loc, value, int64_t(0));
  return joined;
}
