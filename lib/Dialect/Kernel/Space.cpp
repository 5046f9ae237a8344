//===- Space.cpp - what a kernel iterates over ----------------------------===//

#include "theano/Dialect/Kernel/Space.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

Space::Space(FuncOp kernel, const DimClasses &dims) {
  Block &body = kernel.getBody().front();
  for (LinalgOp op : body.getOps<LinalgOp>())
    if (op.getNumReductionLoops() != 0 && !leader)
      leader = op;
  if (!leader && !body.getTerminator()->getOperands().empty())
    leader = body.getTerminator()->getOperand(0).getDefiningOp<LinalgOp>();
  if (!leader)
    for (LinalgOp op : body.getOps<LinalgOp>())
      if (!leader)
        leader = op;
  if (!leader)
    return;
  for (auto [loop, type] : llvm::enumerate(leader.getIteratorTypesArray())) {
    if (dims.getLoopSize(leader, loop).isStatic(1))
      continue;
    (type == utils::IteratorType::reduction ? reduction : parallel)
        .push_back(loop);
  }
}

bool Space::readsAlong(ArrayRef<unsigned> loops, const DimClasses &dims) const {
  LinalgOp op = leader;
  return !loops.empty() &&
         llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
           return isa<RankedTensorType>(input->get().getType()) &&
                  dims.findFastestLoop(op, *input) == loops.back();
         });
}

Value Blocking::getGrid(OpBuilder &builder, Location loc) const {
  return arith::MulIOp::create(builder, loc, rowBlocks, columnBlocks);
}

Blocking
theano::kernel::computeBlocking(OpBuilder &builder, Location loc, FuncOp kernel,
                                const DimClasses &dims, bool flat,
                                const std::function<Value(DimSize)> &sizeOf) {
  Space space(kernel, dims);
  ArrayRef<int64_t> tile = kernel.getSchedule()->getTile();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto product = [&](ArrayRef<unsigned> loops) {
    Value total = constant(1);
    for (unsigned loop : loops)
      total = arith::MulIOp::create(
          builder, loc, total, sizeOf(dims.getLoopSize(space.leader, loop)));
    return total;
  };
  Value one = constant(1);
  // Rows of `width` elements that together are about a tile.
  auto rowsOfTile = [&](Value width) -> Value {
    Value divisor = arith::MaxUIOp::create(builder, loc, width, one);
    Value count =
        arith::DivUIOp::create(builder, loc, constant(tile[0]), divisor);
    return arith::MaxUIOp::create(builder, loc, count, one);
  };

  Blocking result;
  ArrayRef<unsigned> parallel = space.parallel;
  auto blockRows = [&] {
    result.rows = product(parallel);
    result.columns = one;
    result.rowsPerBlock = rowsOfTile(product(space.reduction));
    result.columnsPerBlock = one;
  };
  auto blockTiles = [&] {
    result.rows = parallel.empty() ? one : product(parallel.drop_back());
    result.columns = parallel.empty() ? one : product(parallel.take_back());
    result.rowsPerBlock = constant(tile[0]);
    result.columnsPerBlock = constant(tile[1]);
  };
  switch (kernel.getFamily()) {
  case Family::Map:
  case Family::Transpose:
  case Family::Check:
    if (flat || parallel.empty()) {
      result.rows = one;
      result.columns = product(parallel);
    } else {
      result.rows = product(parallel.drop_back());
      result.columns = product(parallel.take_back());
    }
    result.rowsPerBlock = rowsOfTile(result.columns);
    result.columnsPerBlock = constant(tile[0]);
    break;
  case Family::RowReduce:
  case Family::FullReduce:
  case Family::PartialReduce:
    blockRows();
    break;
  case Family::PlainReduce:
  case Family::ColumnReduce:
    // Without a width of panels each result is a row by itself.
    tile.size() == 1 ? blockRows() : blockTiles();
    break;
  case Family::Contract:
  case Family::TensorContract:
    blockTiles();
    break;
  }
  result.rowBlocks = arith::CeilDivUIOp::create(builder, loc, result.rows,
                                                result.rowsPerBlock);
  result.columnBlocks = arith::CeilDivUIOp::create(builder, loc, result.columns,
                                                   result.columnsPerBlock);
  return result;
}

//===----------------------------------------------------------------------===//
// Properties of kernels
//===----------------------------------------------------------------------===//

/// Whether `op` reads its inputs at its own index alone, or one element.
static bool readsFlat(linalg::LinalgOp op, const DimClasses &dims) {
  bool result = !op.hasIndexSemantics();
  op->walk([&](tensor::ExtractOp extract) {
    result &= extract.getIndices().empty();
  });
  for (OpOperand *input : op.getDpsInputOperands())
    if (isa<RankedTensorType>(input->get().getType()))
      result &= op.getMatchingIndexingMap(input).isIdentity() ||
                (dims.getRealDims(input->get()).empty() &&
                 isa<BlockArgument>(input->get()));
  return result;
}

bool theano::kernel::isFlat(FuncOp kernel, const DimClasses &dims) {
  bool result = true;
  kernel.walk([&](linalg::LinalgOp op) {
    if (isa<linalg::FillOp>(op.getOperation()))
      return;
    result &= op.getNumReductionLoops() == 0 && readsFlat(op, dims);
    for (OpOperand &init : op.getDpsInitsMutable())
      result &= op.getMatchingIndexingMap(&init).isIdentity();
  });
  return result && haveOneShape(kernel, dims);
}

bool theano::kernel::isFlatReduction(linalg::LinalgOp reduction,
                                     const DimClasses &dims) {
  if (reduction.getNumReductionLoops() != reduction.getNumLoops())
    return false;
  // Each once: many may read one.
  llvm::SetVector<Operation *> ops;
  ops.insert(reduction.getOperation());
  for (size_t i = 0; i < ops.size(); ++i) {
    auto op = cast<linalg::LinalgOp>(ops[i]);
    if (!readsFlat(op, dims))
      return false;
    for (OpOperand *input : op.getDpsInputOperands()) {
      Operation *producer = input->get().getDefiningOp();
      if (!producer || isa<linalg::FillOp, arith::ConstantOp>(producer) ||
          !isa<RankedTensorType>(input->get().getType()))
        continue;
      auto next = dyn_cast<linalg::LinalgOp>(producer);
      if (!next || next.getNumReductionLoops() != 0)
        return false;
      for (OpOperand &init : next.getDpsInitsMutable())
        if (!next.getMatchingIndexingMap(&init).isIdentity() ||
            !next.getMatchingBlockArgument(&init).use_empty())
          return false;
      ops.insert(next.getOperation());
    }
  }
  return true;
}

bool theano::kernel::isInParts(FuncOp kernel) {
  return !kernel.getBody().front().getOps<PartialsOp>().empty();
}

bool theano::kernel::haveOneShape(FuncOp kernel, const DimClasses &dims) {
  for (unsigned i = 1, e = kernel.getFunctionType().getNumResults(); i < e;
       ++i) {
    auto first = cast<RankedTensorType>(kernel.getDestination(0).getType());
    auto type = cast<RankedTensorType>(kernel.getDestination(i).getType());
    if (first.getRank() != type.getRank())
      return false;
    for (unsigned dim = 0, r = type.getRank(); dim < r; ++dim)
      if (!dims.isSame(kernel.getDestination(0), dim, kernel.getDestination(i),
                       dim))
        return false;
  }
  return true;
}

bool theano::kernel::isVectorizable(FuncOp kernel) {
  bool result = true;
  kernel.walk([&](Operation *op) {
    if (isa<CheckOp>(op) || isa<scf::IfOp>(op))
      result = false;
  });
  return result;
}
