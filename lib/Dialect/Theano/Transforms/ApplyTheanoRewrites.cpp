//===- ApplyTheanoRewrites.cpp - rewrites that may change values ----------===//

#include "theano/Dialect/Theano/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "theano/Dialect/Theano/IR/SplatMatchers.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_APPLYTHEANOREWRITES
#include "theano/Dialect/Theano/Transforms/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;

#define DEBUG_TYPE "theano-apply-theano-rewrites"
ALWAYS_ENABLED_STATISTIC(divisions, "Number of x / x and 0 / x rewritten");
ALWAYS_ENABLED_STATISTIC(subtractions, "Number of x - x rewritten");
ALWAYS_ENABLED_STATISTIC(products, "Number of x * 0 rewritten");

/// A 0-d constant of this number.
static Value createNumber(OpBuilder &builder, Location location,
                          Type elementType, int64_t number) {
  Attribute value;
  if (isFloat(elementType))
    value = builder.getFloatAttr(elementType, number);
  else
    value = builder.getIntegerAttr(elementType, number);
  return ConstantOp::create(
      builder, location,
      DenseElementsAttr::get(RankedTensorType::get({}, elementType), value));
}

/// A tensor of the type and shape of `like` filled with a number.
static Value createFilled(OpBuilder &builder, Location location, Value like,
                          int64_t number) {
  auto type = cast<RankedTensorType>(like.getType());
  SmallVector<Size> sizes;
  Value shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(Size(size));
      continue;
    }
    if (!shape)
      shape = ShapeOp::create(builder, location, like);
    IndexEntry entry = IndexEntry::index(Size(static_cast<int64_t>(dim)));
    sizes.push_back(
        Size(SubtensorOp::create(builder, location, shape, ArrayRef{entry})));
  }
  Value value = createNumber(builder, location, type.getElementType(), number);
  return AllocOp::create(builder, location, value, sizes);
}

namespace {
/// x / x and 0 / x
struct DivideSame : OpRewritePattern<TrueDivOp> {
  DivideSame(MLIRContext *context, llvm::TrackingStatistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(TrueDivOp op,
                                PatternRewriter &rewriter) const override {
    bool isSame = op.getLhs() == op.getRhs();
    if (!isSame && !matchLeftSplat(op, 0))
      return failure();
    if (op.getType() != op.getRhs().getType())
      return failure();
    rewriter.replaceOp(
        op, createFilled(rewriter, op.getLoc(), op.getRhs(), isSame ? 1 : 0));
    ++count;
    return success();
  }

  llvm::TrackingStatistic &count;
};

/// x - x
struct SubtractSame : OpRewritePattern<SubOp> {
  SubtractSame(MLIRContext *context, llvm::TrackingStatistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(SubOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getLhs() != op.getRhs() || op.getType() != op.getLhs().getType())
      return failure();
    rewriter.replaceOp(op, createFilled(rewriter, op.getLoc(), op.getLhs(), 0));
    ++count;
    return success();
  }

  llvm::TrackingStatistic &count;
};

/// x * 0
struct MultiplyZero : OpRewritePattern<MulOp> {
  MultiplyZero(MLIRContext *context, llvm::TrackingStatistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(MulOp op,
                                PatternRewriter &rewriter) const override {
    Value other = matchSplat(op, 0);
    if (!other)
      return failure();
    rewriter.replaceOp(op, createFilled(rewriter, op.getLoc(), other, 0));
    ++count;
    return success();
  }

  llvm::TrackingStatistic &count;
};

struct ApplyTheanoRewrites
    : theano::impl::ApplyTheanoRewritesBase<ApplyTheanoRewrites> {
  using ApplyTheanoRewritesBase::ApplyTheanoRewritesBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<DivideSame>(context, divisions);
    patterns.add<SubtractSame>(context, subtractions);
    patterns.add<MultiplyZero>(context, products);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
