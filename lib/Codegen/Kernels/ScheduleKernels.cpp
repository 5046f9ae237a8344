//===- ScheduleKernels.cpp - schedules and grids of a module --------------===//

#include "ScheduleKernels.h"

using namespace mlir;
using namespace theano::kernel;

unsigned theano::kernel::scheduleKernels(
    ModuleOp module, function_ref<ScheduleAttr(FuncOp)> choose,
    function_ref<Value(OpBuilder &, LaunchOp, FuncOp)> computeGrid) {
  unsigned count = 0;
  for (FuncOp kernel : module.getOps<FuncOp>())
    if (!kernel.getSchedule()) {
      kernel.setScheduleAttr(choose(kernel));
      ++count;
    }
  SymbolTableCollection symbols;
  module.walk([&](LaunchOp launch) {
    auto kernel =
        symbols.lookupNearestSymbolFrom<FuncOp>(launch, launch.getKernelAttr());
    if (!kernel || !launch.getGrid().empty())
      return;
    OpBuilder builder(launch);
    launch.getGridMutable().assign(computeGrid(builder, launch, kernel));
  });
  return count;
}
