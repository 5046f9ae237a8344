//===- IndexLimits.cpp - what is beyond 32-bit indices --------------------===//

#include "IndexLimits.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "theano/Dialect/Kernel/DimClasses.h"
#include "theano/Dialect/Kernel/IndexWidth.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace theano;

namespace {

/// The counts of the launches of one kernel.
class Counter {
public:
  Counter(Program &program, kernel::FuncOp kernel)
      : program(program), kernel(kernel), dims(kernel) {}

  void count(const LaunchCommand &launch, llvm::SetVector<ExprId> &counts) {
    for (const auto &argument : launch.arguments)
      if (const auto *buffer = std::get_if<BufferArgument>(&argument))
        counts.insert(multiply(program.slots[buffer->slot].shape));
    // A reduction may be of what is never in memory.
    for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>()) {
      SmallVector<unsigned> loops;
      op.getReductionDims(loops);
      SmallVector<ExprId> sizes;
      for (unsigned loop : loops)
        sizes.push_back(getSize(launch, dims.getLoopSize(op, loop)));
      counts.insert(multiply(sizes));
    }
  }

private:
  ExprId multiply(ArrayRef<ExprId> sizes) {
    ExprId count = program.exprs.constant(1);
    for (ExprId size : sizes)
      count = program.exprs.mul(count, size);
    return count;
  }

  ExprId getSize(const LaunchCommand &launch, kernel::DimSize size) {
    unsigned argument = size.value;
    switch (size.kind) {
    case kernel::DimSize::Kind::Static:
      return program.exprs.constant(size.value);
    case kernel::DimSize::Kind::Argument:
      argument += kernel.getNumArguments();
      [[fallthrough]];
    case kernel::DimSize::Kind::Scalar:
      return std::get<ScalarArgument>(launch.arguments[argument]).value;
    case kernel::DimSize::Kind::Unknown:
      return program.exprs.constant(1);
    }
    llvm_unreachable("all kinds are covered");
  }

  Program &program;
  kernel::FuncOp kernel;
  kernel::DimClasses dims;
};

} // namespace

void theano::addIndexLimits(Program &program, ModuleOp module) {
  ExprId most = program.exprs.constant(kernel::kMaxNarrowCount);
  auto makeCheck = [&](ExprId count, LocationId location) -> Command {
    CheckCommand check;
    check.condition = program.exprs.binary(ExprKind::Le, count, most);
    check.code = ErrorCode::BufferTooLarge;
    check.values = {count, most};
    check.location = location;
    return {check};
  };
  llvm::SetVector<ExprId> seen;
  CommandList early, rest;
  for (Command &command : program.commands) {
    const auto *launch = std::get_if<LaunchCommand>(&command.step);
    if (launch) {
      llvm::SetVector<ExprId> counts;
      auto kernel = module.lookupSymbol<kernel::FuncOp>(
          program.kernels[launch->kernel].name);
      if (!kernel::needsWideIndices(kernel))
        Counter(program, kernel).count(*launch, counts);
      for (ExprId count : counts) {
        std::optional<int64_t> known = program.exprs.constantValue(count);
        if (known && *known <= kernel::kMaxNarrowCount)
          continue;
        // A size that is a value, maybe one that a kernel computes, is known
        // when what it sizes is about to be used; and the value may be another
        // by then, so that each launch asks.
        if (program.exprs.dependsOnScalar(count))
          rest.push_back(makeCheck(count, launch->location));
        else if (seen.insert(count))
          early.push_back(makeCheck(count, kUnknownLocation));
      }
    }
    rest.push_back(std::move(command));
  }
  early.insert(early.end(), std::make_move_iterator(rest.begin()),
               std::make_move_iterator(rest.end()));
  program.commands = std::move(early);
}
