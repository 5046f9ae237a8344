//===- TransposedReads.cpp - arguments read across their rows -------------===//

#include "theano/Dialect/Kernel/TransposedReads.h"

#include "theano/Dialect/Kernel/Reads.h"

using namespace mlir;
using namespace theano::kernel;

/// Below this many rows or columns, reading across rows stays within a few
/// sectors of memory, and a tile would be mostly empty.
static constexpr int64_t kFew = 8;

/// What exceeds this is read from global memory, across its rows.
static constexpr size_t kMostReads = 4;

static std::optional<unsigned> getLastRealDim(Value tensor,
                                              const DimClasses &dims) {
  for (unsigned dim = cast<RankedTensorType>(tensor.getType()).getRank();
       dim-- > 0;)
    if (!dims.getSize(tensor, dim).isStatic(1))
      return dim;
  return std::nullopt;
}

static bool isFew(DimSize size) {
  return size.kind == DimSize::Kind::Static && size.value < kFew;
}

static bool isMany(DimSize size) {
  return size.kind == DimSize::Kind::Static && size.value >= kFew;
}

/// Whether the results have the same dimensions, one by one.
static bool haveOneShape(FuncOp kernel, const DimClasses &dims) {
  Value first = kernel.getDestination(0);
  int64_t rank = cast<RankedTensorType>(first.getType()).getRank();
  for (unsigned i = 1, e = kernel.getFunctionType().getNumResults(); i < e;
       ++i) {
    Value other = kernel.getDestination(i);
    if (cast<RankedTensorType>(other.getType()).getRank() != rank)
      return false;
    for (int64_t dim = 0; dim < rank; ++dim)
      if (!dims.isSame(first, dim, other, dim))
        return false;
  }
  return true;
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
  unsigned rank = cast<RankedTensorType>(shape.getType()).getRank(), real = 0;
  for (unsigned dim = 0; dim < rank; ++dim)
    real += !dims.getSize(shape, dim).isStatic(1);
  // With further dimensions there would be a tile, mostly empty if there are
  // few rows or columns, for each of their indices.
  auto suits = [&](unsigned dim) {
    DimSize size = dims.getSize(shape, dim);
    return real > 2 ? isMany(size) : !isFew(size);
  };
  if (!suits(column))
    return;

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
    if (!acrossRows || !rowExpr || rowExpr.getPosition() == column ||
        !suits(rowExpr.getPosition()))
      return;
    if (reads.empty())
      row = rowExpr.getPosition();
    if (row == rowExpr.getPosition() && reads.size() < kMostReads)
      reads.push_back({argument, map});
  });
}
