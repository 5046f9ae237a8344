//===- ColumnReduction.cpp - sums over rows, for each column --------------===//

#include "theano/Dialect/Kernel/ColumnReduction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

LinalgOp theano::kernel::findColumnReduction(FuncOp kernel,
                                             const DimClasses &dims) {
  unsigned reductions = 0;
  for (auto op : kernel.getBody().front().getOps<LinalgOp>())
    reductions += op.getNumReductionLoops() != 0;
  if (reductions != 1)
    return {};
  Space space(kernel, dims);
  // Shared memory has no place for other accumulators.
  bool numbers = llvm::all_of(space.leader->getResultTypes(), [](Type type) {
    return getElementTypeOrSelf(type).isIntOrFloat();
  });
  bool columns =
      !space.reduction.empty() && space.readsAlong(space.parallel, dims);
  return numbers && columns && Combination::of(space.leader) ? space.leader
                                                             : LinalgOp();
}

Value theano::kernel::getColumnsOfBlock(OpBuilder &builder, Location loc,
                                        ScheduleAttr schedule, Value columns) {
  int64_t tile = schedule.getTile().front(), vector = schedule.getVector();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  // A tile of one vector has none to spare.
  if (vector == 1 || tile == vector)
    return constant(tile);
  Value rest =
      builder.createOrFold<arith::RemUIOp>(loc, columns, constant(vector));
  Value whole = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::eq, rest, constant(0));
  return builder.createOrFold<arith::SelectOp>(loc, whole, constant(tile),
                                               constant(tile - vector));
}
