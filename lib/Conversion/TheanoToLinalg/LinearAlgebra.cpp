//===- LinearAlgebra.cpp - products of matrices ---------------------------===//

#include "Rewriters.h"
#include "Scalars.h"

using namespace mlir;
using namespace theano;

/// Sums products over the last loop; the loops before it are the dimensions of
/// the result. `lhsLoops` and `rhsLoops` name the loop of each dimension.
static LogicalResult contract(Operation *op, ArrayRef<int64_t> lhsLoops,
                              ArrayRef<int64_t> rhsLoops, LinalgBuilder &b) {
  Value lhs = b.get(op->getOperand(0)), rhs = b.get(op->getOperand(1));
  RankedTensorType type = getStorageTensor(op->getResult(0).getType());
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  int64_t rank = type.getRank();

  SmallVector<Value> sizes(rank + 1);
  auto collect = [&](Value operand, ArrayRef<int64_t> loops) {
    for (auto [dim, loop] : llvm::enumerate(loops)) {
      Value size = b.size(operand, dim);
      sizes[loop] = sizes[loop] ? b.checkEqual(dim, sizes[loop], size) : size;
    }
  };
  collect(lhs, lhsLoops);
  collect(rhs, rhsLoops);
  sizes.pop_back();

  Type computed = getComputeType(element);
  bool floating = isFloat(element);
  TypedAttr zero = floating ? TypedAttr(b.getFloatAttr(computed, 0))
                            : TypedAttr(b.getIntegerAttr(computed, 0));
  RankedTensorType accumulated =
      RankedTensorType::get(type.getShape(), computed);
  Value initial = b.filled(accumulated, sizes, zero);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators.push_back(utils::IteratorType::reduction);
  SmallVector<int64_t> parallel;
  llvm::append_range(parallel, llvm::seq<int64_t>(0, rank));
  SmallVector<AffineMap> maps = {b.projection(rank + 1, lhsLoops),
                                 b.projection(rank + 1, rhsLoops),
                                 b.projection(rank + 1, parallel)};
  auto generic = linalg::GenericOp::create(
      b, accumulated, ValueRange{lhs, rhs}, initial, maps, iterators,
      [&](OpBuilder &, Location, ValueRange elements) {
        Value x = load(b, elements[0], element);
        Value y = load(b, elements[1], element);
        Value sum;
        if (floating)
          sum = arith::AddFOp::create(b, arith::MulFOp::create(b, x, y),
                                      elements[2]);
        else
          sum = arith::AddIOp::create(b, arith::MulIOp::create(b, x, y),
                                      elements[2]);
        linalg::YieldOp::create(b, sum);
      });
  Value result = generic.getResult(0);
  b.setSizes(result, sizes);
  if (accumulated != type)
    result = b.generic(
        type, sizes, result, b.identity(rank),
        [&](ValueRange elements) { return store(b, elements[0], element); });
  b.set(op->getResult(0), result);
  return success();
}

static SmallVector<int64_t> range(int64_t begin, int64_t end) {
  SmallVector<int64_t> loops;
  llvm::append_range(loops, llvm::seq<int64_t>(begin, end));
  return loops;
}

static LogicalResult rewriteDot(DotOp op, LinalgBuilder &b) {
  int64_t lhsRank = cast<RankedTensorType>(op.getLhs().getType()).getRank();
  int64_t rhsRank = cast<RankedTensorType>(op.getRhs().getType()).getRank();
  int64_t sum = lhsRank + rhsRank - 2; // the loop that adds up
  SmallVector<int64_t> lhs = range(0, lhsRank - 1);
  lhs.push_back(sum);
  SmallVector<int64_t> rhs = range(lhsRank - 1, sum);
  // The last dimension but one of the right operand, if it has as many.
  rhs.insert(rhs.end() - (rhsRank > 1), sum);
  return contract(op, lhs, rhs, b);
}

static LogicalResult rewriteBatchedDot(BatchedDotOp op, LinalgBuilder &b) {
  bool hasRows = cast<RankedTensorType>(op.getLhs().getType()).getRank() == 3;
  bool hasColumns =
      cast<RankedTensorType>(op.getRhs().getType()).getRank() == 3;
  int64_t column = hasRows ? 2 : 1;
  int64_t sum = 1 + hasRows + hasColumns;
  SmallVector<int64_t> lhs = {0}, rhs = {0, sum};
  if (hasRows)
    lhs.push_back(1);
  lhs.push_back(sum);
  if (hasColumns)
    rhs.push_back(column);
  return contract(op, lhs, rhs, b);
}

void theano::populateLinearAlgebraRewriters(Rewriters &rewriters) {
  rewriters.add<DotOp>(rewriteDot);
  rewriters.add<BatchedDotOp>(rewriteBatchedDot);
}
