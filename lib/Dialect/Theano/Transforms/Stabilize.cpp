//===- Stabilize.cpp - accurate ops for inaccurate expressions ------------===//

#include "theano/Dialect/Theano/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "theano/Dialect/Theano/IR/SplatMatchers.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_STABILIZE
#include "theano/Dialect/Theano/Transforms/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;

#define DEBUG_TYPE "theano-stabilize"
ALWAYS_ENABLED_STATISTIC(logSoftmaxes, "Number of log(softmax(x))");
ALWAYS_ENABLED_STATISTIC(softmaxes, "Number of exp(x) / sum(exp(x))");
ALWAYS_ENABLED_STATISTIC(log1ps, "Number of log(1 + x)");
ALWAYS_ENABLED_STATISTIC(expm1s, "Number of exp(x) - 1");
ALWAYS_ENABLED_STATISTIC(
    softpluses, "Number of log1p(exp(x)), log(sigmoid(x)), log1p(-sigmoid(x))");
ALWAYS_ENABLED_STATISTIC(
    sigmoids,
    "Number of 1 - sigmoid(x), 1 / (1 + exp(-x)), exp(x) / (1 + exp(x))");

namespace {
/// A pattern that counts how often it applied.
template <typename OpTy> struct CountedPattern : OpRewritePattern<OpTy> {
  CountedPattern(MLIRContext *context, llvm::TrackingStatistic &count)
      : OpRewritePattern<OpTy>(context), count(count) {}

  /// The value that replaces the op, of the same type; null if it stays.
  virtual Value match(OpTy op, PatternRewriter &rewriter) const = 0;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Value value = match(op, rewriter);
    if (!value)
      return failure();
    rewriter.replaceOp(op, value);
    ++count;
    return success();
  }

  llvm::TrackingStatistic &count;
};

/// The `x` of `exp(x)`.
Value matchExp(Value value) {
  auto exp = value.getDefiningOp<ExpOp>();
  return exp ? exp.getOperand() : Value();
}

/// The `x` of `softmax(x)` if the types are equal.
Value matchSoftmax(Value value) {
  auto softmax = value.getDefiningOp<SoftmaxOp>();
  bool sameType =
      softmax && softmax.getType() == softmax.getOperand().getType();
  return sameType ? softmax.getOperand() : Value();
}

/// log(softmax(x)), where elements may be selected in between.
struct LogOfSoftmax : CountedPattern<LogOp> {
  using CountedPattern::CountedPattern;
  Value match(LogOp log, PatternRewriter &rewriter) const override {
    Location location = log.getLoc();
    Value selected = log.getOperand();
    if (selected.getType() != log.getType())
      return {};
    if (Value x = matchSoftmax(selected))
      return LogSoftmaxOp::create(rewriter, location, x);
    Operation *select = selected.getDefiningOp();
    if (!isa_and_nonnull<PickOp, SubtensorOp>(select))
      return {};
    Value x = matchSoftmax(select->getOperand(0));
    if (!x)
      return {};
    IRMapping mapping;
    mapping.map(select->getOperand(0),
                LogSoftmaxOp::create(rewriter, location, x).getResult());
    return rewriter.clone(*select, mapping)->getResult(0);
  }
};

/// exp(x) / sum(exp(x)) over the last dimension.
struct ExpOverSum : CountedPattern<TrueDivOp> {
  using CountedPattern::CountedPattern;
  Value match(TrueDivOp division, PatternRewriter &rewriter) const override {
    Value x = matchExp(division.getLhs());
    if (!x || x.getType() != division.getType())
      return {};
    int64_t last = division.getType().getRank() - 1;
    Value divisor = division.getRhs();
    // Without keepdims the sum gets its last dimension back by a dimshuffle.
    if (auto dimshuffle = divisor.getDefiningOp<DimshuffleOp>()) {
      SmallVector<int64_t> order = getAllAxes(last);
      order.push_back(DimshuffleOp::kNewDim);
      if (dimshuffle.getOrder() != ArrayRef(order))
        return {};
      divisor = dimshuffle.getOperand();
    }
    auto sum = divisor.getDefiningOp<SumOp>();
    if (!sum || last < 0 || matchExp(sum.getOperand()) != x ||
        sum.getAxes() != ArrayRef<int64_t>{last} ||
        !isBroadcast(division, 1, last))
      return {};
    return SoftmaxOp::create(rewriter, division.getLoc(), x);
  }
};

/// log(1 + x)
struct LogOfOnePlus : CountedPattern<LogOp> {
  using CountedPattern::CountedPattern;
  Value match(LogOp log, PatternRewriter &rewriter) const override {
    auto add = log.getOperand().getDefiningOp<AddOp>();
    Value x = matchSplat(add, 1);
    if (!x || x.getType() != log.getType())
      return {};
    return Log1pOp::create(rewriter, log.getLoc(), x);
  }
};

/// exp(x) - 1, also written exp(x) + -1
template <typename OpTy> struct ExpMinusOne : CountedPattern<OpTy> {
  using CountedPattern<OpTy>::CountedPattern;
  Value match(OpTy op, PatternRewriter &rewriter) const override {
    Value exp = isa<SubOp>(op) ? matchRightSplat(op, 1) : matchSplat(op, -1);
    Value x = exp ? matchExp(exp) : Value();
    if (!x || x.getType() != op.getType())
      return {};
    return Expm1Op::create(rewriter, op.getLoc(), x);
  }
};

/// log1p(exp(x)) and log1p(-sigmoid(x))
struct Log1pOfExp : CountedPattern<Log1pOp> {
  using CountedPattern::CountedPattern;
  Value match(Log1pOp log, PatternRewriter &rewriter) const override {
    Location location = log.getLoc();
    Value x = matchExp(log.getOperand());
    if (x && x.getType() == log.getType())
      return SoftplusOp::create(rewriter, location, x);
    auto negation = log.getOperand().getDefiningOp<NegOp>();
    auto sigmoid = negation ? negation.getOperand().getDefiningOp<SigmoidOp>()
                            : SigmoidOp();
    if (!sigmoid || sigmoid.getOperand().getType() != log.getType())
      return {};
    Value softplus =
        SoftplusOp::create(rewriter, location, sigmoid.getOperand());
    return NegOp::create(rewriter, location, softplus);
  }
};

/// log(sigmoid(x))
struct LogOfSigmoid : CountedPattern<LogOp> {
  using CountedPattern::CountedPattern;
  Value match(LogOp log, PatternRewriter &rewriter) const override {
    auto sigmoid = log.getOperand().getDefiningOp<SigmoidOp>();
    if (!sigmoid || sigmoid.getOperand().getType() != log.getType())
      return {};
    Location location = log.getLoc();
    Value minus = NegOp::create(rewriter, location, sigmoid.getOperand());
    Value softplus = SoftplusOp::create(rewriter, location, minus);
    return NegOp::create(rewriter, location, softplus);
  }
};

/// 1 - sigmoid(x)
struct OneMinusSigmoid : CountedPattern<SubOp> {
  using CountedPattern::CountedPattern;
  Value match(SubOp sub, PatternRewriter &rewriter) const override {
    Value right = matchLeftSplat(sub, 1);
    auto sigmoid = right ? right.getDefiningOp<SigmoidOp>() : SigmoidOp();
    if (!sigmoid || sigmoid.getOperand().getType() != sub.getType())
      return {};
    Value minus = NegOp::create(rewriter, sub.getLoc(), sigmoid.getOperand());
    return SigmoidOp::create(rewriter, sub.getLoc(), minus);
  }
};

/// The `x` of `1 + exp(-x)`.
Value matchLogistic(Value value) {
  Value exp = matchSplat(value.getDefiningOp<AddOp>(), 1);
  Value minus = exp ? matchExp(exp) : Value();
  auto negation = minus ? minus.getDefiningOp<NegOp>() : NegOp();
  return negation ? negation.getOperand() : Value();
}

/// inv(1 + exp(-x))
struct InverseLogistic : CountedPattern<InvOp> {
  using CountedPattern::CountedPattern;
  Value match(InvOp inverse, PatternRewriter &rewriter) const override {
    Value x = matchLogistic(inverse.getOperand());
    if (!x || x.getType() != inverse.getType())
      return {};
    return SigmoidOp::create(rewriter, inverse.getLoc(), x);
  }
};

/// 1 / (1 + exp(-x)) and exp(x) / (1 + exp(x))
struct LogisticQuotient : CountedPattern<TrueDivOp> {
  using CountedPattern::CountedPattern;
  Value match(TrueDivOp division, PatternRewriter &rewriter) const override {
    Value x;
    if (Value divisor = matchLeftSplat(division, 1))
      x = matchLogistic(divisor);
    else if (Value exponent = matchExp(division.getLhs())) {
      Value sum = division.getRhs();
      Value exp = matchSplat(sum.getDefiningOp<AddOp>(), 1);
      // What is divided and the sum have one type: nothing broadcasts but ones.
      if (exp && matchExp(exp) == exponent && sum.getType() == exp.getType())
        x = exponent;
    }
    if (!x || x.getType() != division.getType())
      return {};
    return SigmoidOp::create(rewriter, division.getLoc(), x);
  }
};

struct Stabilize : theano::impl::StabilizeBase<Stabilize> {
  using StabilizeBase::StabilizeBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<LogOfSoftmax>(context, logSoftmaxes);
    patterns.add<ExpOverSum>(context, softmaxes);
    patterns.add<LogOfOnePlus>(context, log1ps);
    patterns.add<ExpMinusOne<SubOp>, ExpMinusOne<AddOp>>(context, expm1s);
    patterns.add<Log1pOfExp, LogOfSigmoid>(context, softpluses);
    patterns.add<OneMinusSigmoid, InverseLogistic, LogisticQuotient>(context,
                                                                     sigmoids);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
