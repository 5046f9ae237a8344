//===- TransposedReads.cpp - arguments read across their rows -------------===//

#include "theano/Dialect/Kernel/TransposedReads.h"

#include "theano/Dialect/Kernel/Reads.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano::kernel;

/// What exceeds this is read from global memory, across its rows.
static constexpr size_t kMostReads = 4;

static std::optional<unsigned> getLastRealDim(Value tensor,
                                              const DimClasses &dims) {
  SmallVector<unsigned> real = dims.getRealDims(tensor);
  return real.empty() ? std::nullopt : std::optional(real.back());
}

TransposedReads::TransposedReads(FuncOp kernel, const DimClasses &dims) {
  if (kernel.getFunctionType().getNumResults() == 0 ||
      !haveOneShape(kernel, dims))
    return;
  Value shape = kernel.getDestination(0);
  std::optional<unsigned> last = getLastRealDim(shape, dims);
  if (!last)
    return;
  column = *last;

  forEachRead(kernel, [&](BlockArgument argument, AffineMap map) {
    if (!map)
      return;
    std::optional<unsigned> along = getLastRealDim(argument, dims);
    if (!along)
      return;
    bool acrossRows = false;
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto of = dyn_cast<AffineDimExpr>(expr);
      if (!of && !isa<AffineConstantExpr>(expr))
        return;
      acrossRows |= of && of.getPosition() == column && dim != *along;
    }
    auto rowExpr = dyn_cast<AffineDimExpr>(map.getResult(*along));
    if (!acrossRows || !rowExpr || rowExpr.getPosition() == column)
      return;
    if (reads.empty())
      row = rowExpr.getPosition();
    if (row == rowExpr.getPosition() && reads.size() < kMostReads)
      reads.push_back({argument, map});
  });
}
