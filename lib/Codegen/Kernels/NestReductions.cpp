//===- NestReductions.cpp - reductions over dimensions that are apart -----===//

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_NESTREDUCTIONS
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using linalg::GenericOp;

#define DEBUG_TYPE "kernel-nest-reductions"
ALWAYS_ENABLED_STATISTIC(numNested, "Number of reductions made of two");

/// Elements of a row that are worth a result of their own.
static constexpr int64_t kShortRow = 32;

static bool isReduced(GenericOp op, unsigned loop) {
  return op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction;
}

/// Whether `op` begins with what changes nothing, so that a part may, too.
static bool beginsNeutral(GenericOp op) {
  auto fill = op.getDpsInits().front().getDefiningOp<linalg::FillOp>();
  SmallVector<Operation *> combiners;
  TypedAttr begin;
  if (!fill || !matchPattern(fill.getInputs().front(), m_Constant(&begin)) ||
      !matchReduction(op.getRegionOutputArgs(), 0, combiners) ||
      combiners.size() != 1)
    return false;
  std::optional<TypedAttr> neutral =
      arith::getNeutralElement(combiners.front());
  auto isZero = [](TypedAttr value) {
    auto number = dyn_cast<FloatAttr>(value);
    return number && number.getValue().isZero();
  };
  // Of either sign.
  return neutral && (begin == *neutral || (isZero(begin) && isZero(*neutral)));
}

/// The last loops of `op`, from the one returned on, if they reduce what lies
/// in one row of memory, and others reduce in front of those that do not.
static std::optional<unsigned> findRow(GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 ||
      !beginsNeutral(op) || !theano::kernel::Combination::of(op))
    return {};
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  auto isOne = [&](unsigned loop) { return sizes[loop] == 1; };
  unsigned row = op.getNumLoops();
  int64_t elements = 1;
  bool isLong = false;
  for (; row > 0 && (isReduced(op, row - 1) || isOne(row - 1)); --row) {
    isLong |= ShapedType::isDynamic(sizes[row - 1]);
    if (!isLong)
      isLong = llvm::MulOverflow(elements, sizes[row - 1], elements);
  }
  if (row == op.getNumLoops() || (!isLong && elements < kShortRow))
    return {};
  bool reducesBefore = llvm::any_of(llvm::seq(0u, row), [&](unsigned loop) {
    return isReduced(op, loop) && !isOne(loop);
  });
  // A row that is read across is none; nor is what several results share, as in
  // a product of matrices.
  bool isRead = llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
    AffineMap map = op.getMatchingIndexingMap(input);
    return map.isPermutation() &&
           map.getResults().back() ==
               getAffineDimExpr(op.getNumLoops() - 1, op.getContext());
  });
  return reducesBefore && isRead ? std::optional(row) : std::nullopt;
}

/// The size of a dimension, found without the elements: of an op on tensors it
/// is that of what it writes into, and a kernel cannot wait for a size of its
/// own results.
static OpFoldResult getSize(OpBuilder &b, Location loc, Value tensor,
                            unsigned dim) {
  while (auto op = tensor.getDefiningOp<linalg::LinalgOp>())
    tensor = op.getDpsInits()[cast<OpResult>(tensor).getResultNumber()];
  if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes()[dim];
  return tensor::getMixedSize(b, loc, tensor, dim);
}

/// The size of a loop, of a dimension that it runs over.
static OpFoldResult getSize(OpBuilder &b, GenericOp op, unsigned loop) {
  AffineExpr wanted = getAffineDimExpr(loop, op.getContext());
  for (OpOperand &operand : op->getOpOperands()) {
    ArrayRef<AffineExpr> read =
        op.getMatchingIndexingMap(&operand).getResults();
    const auto *found = llvm::find(read, wanted);
    if (found != read.end())
      return getSize(b, op.getLoc(), operand.get(), found - read.begin());
  }
  llvm_unreachable("the maps of an op reach all of its loops");
}

/// Reduces the rows, which begin at loop `row`, and then what is left of them.
static void nest(GenericOp op, unsigned row) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  OpOperand *init = op.getDpsInitOperand(0);
  // Rows have the loops in front of theirs; the last of one element, too, where
  // the result has them.
  AffineMap resultMap = op.getMatchingIndexingMap(init);
  SmallVector<AffineExpr> kept, renumbered(op.getNumLoops());
  SmallVector<utils::IteratorType> ofRows = op.getIteratorTypesArray(), ofRest;
  SmallVector<OpFoldResult> sizes;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (loop >= row && isReduced(op, loop))
      continue;
    renumbered[loop] = b.getAffineDimExpr(kept.size());
    kept.push_back(b.getAffineDimExpr(loop));
    sizes.push_back(getSize(b, op, loop));
    ofRest.push_back(ofRows[loop]);
    ofRows[loop] = utils::IteratorType::parallel;
  }
  Type element = getElementTypeOrSelf(init->get());
  Value identity =
      init->get().getDefiningOp<linalg::FillOp>().getInputs().front();
  Value empty = tensor::EmptyOp::create(b, loc, sizes, element);
  Value filled = linalg::FillOp::create(b, loc, identity, empty).getResult(0);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.back() = AffineMap::get(op.getNumLoops(), 0, kept, b.getContext());
  auto rows = GenericOp::create(b, loc, filled.getType(), op.getInputs(),
                                filled, maps, ofRows, /*bodyBuild=*/nullptr,
                                op->getDiscardableAttrDictionary().getValue());
  IRMapping mapping;
  op.getRegion().cloneInto(&rows.getRegion(), mapping);

  auto combination = *theano::kernel::Combination::of(op);
  AffineMap identityMap = b.getMultiDimIdentityMap(kept.size());
  AffineMap rest =
      resultMap.replaceDimsAndSymbols(renumbered, {}, kept.size(), 0);
  auto whole = GenericOp::create(
      b, loc, op.getResultTypes(), rows.getResults(), init->get(),
      ArrayRef{identityMap, rest}, ofRest,
      [&](OpBuilder &inner, Location at, ValueRange values) {
        linalg::YieldOp::create(
            inner, at,
            combination.combine(inner, at, values.front(), values.back()));
      },
      op->getDiscardableAttrDictionary().getValue());
  op.replaceAllUsesWith(whole.getResults());
  op.erase();
  ++numNested;
}

namespace {
struct NestReductions : theano::impl::NestReductionsBase<NestReductions> {
  void runOnOperation() override {
    SmallVector<std::pair<GenericOp, unsigned>> found;
    getOperation().walk([&](GenericOp op) {
      if (std::optional<unsigned> row = findRow(op))
        found.push_back({op, *row});
    });
    for (auto [op, row] : found)
      nest(op, row);
  }
};
} // namespace
