//===- TransposedReads.cpp - arguments read across their rows -------------===//

#include "theano/Dialect/Kernel/TransposedReads.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace theano::kernel;

/// Below this many rows or columns a row is within a few sectors of memory, and
/// reading across it costs nothing.
static constexpr int64_t kFew = 8;

/// Others are read across their rows.
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

namespace {

/// Finds at which index of each argument the results are read from it.
class Walk {
public:
  using Found = function_ref<void(BlockArgument, AffineMap)>;
  explicit Walk(Found found) : found(found) {}

  /// `map` leads from an index of the results to one of `tensor`.
  void visit(Value tensor, AffineMap map) {
    if (!isa<RankedTensorType>(tensor.getType()) ||
        !seen.insert({tensor, map}).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(tensor))
      return found(argument, map);
    if (auto castOp = tensor.getDefiningOp<tensor::CastOp>())
      return visit(castOp.getSource(), map);
    auto op = tensor.getDefiningOp<linalg::LinalgOp>();
    if (!op || op.getNumReductionLoops() != 0)
      return;
    OpOperand *init =
        op.getDpsInitOperand(cast<OpResult>(tensor).getResultNumber());
    AffineMap written = op.getMatchingIndexingMap(init);
    if (!written.isPermutation())
      return;
    AffineMap loops = inversePermutation(written).compose(map);
    for (OpOperand *input : op.getDpsInputOperands())
      if (isa<RankedTensorType>(input->get().getType()))
        visit(input->get(), op.getMatchingIndexingMap(input).compose(loops));
    for (OpOperand &output : op.getDpsInitsMutable())
      if (!op.getMatchingBlockArgument(&output).use_empty())
        visit(output.get(), op.getMatchingIndexingMap(&output).compose(loops));
  }

private:
  Found found;
  llvm::DenseSet<std::pair<Value, AffineMap>> seen;
};

} // namespace

TransposedReads::TransposedReads(FuncOp kernel, const DimClasses &dims) {
  if (kernel.getFunctionType().getNumResults() == 0 ||
      !haveOneShape(kernel, dims))
    return;
  Value shape = kernel.getDestination(0);
  std::optional<unsigned> last = getLastRealDim(shape, dims);
  if (!last || isFew(dims.getSize(shape, *last)))
    return;
  column = *last;

  auto found = [&](BlockArgument argument, AffineMap map) {
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
        isFew(dims.getSize(shape, rowExpr.getPosition())))
      return;
    if (reads.empty())
      row = rowExpr.getPosition();
    if (row == rowExpr.getPosition() && reads.size() < kMostReads)
      reads.push_back({argument, map});
  };
  Walk walk(found);
  for (auto [i, tensor] :
       llvm::enumerate(kernel.getBody().front().getTerminator()->getOperands()))
    walk.visit(tensor, AffineMap::getMultiDimIdentityMap(
                           cast<RankedTensorType>(tensor.getType()).getRank(),
                           kernel.getContext()));
}
