//===- ExpandMath.cpp - replaces math functions by arithmetic -------------===//

#include "ExpandConversion.h"
#include "MathExpansions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "theano/Codegen/Lowering/Passes.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#define DEBUG_TYPE "expand-math"
ALWAYS_ENABLED_STATISTIC(numExpanded, "Number of ops expanded");

namespace theano {
#define GEN_PASS_DEF_EXPANDMATH
#include "theano/Codegen/Lowering/Passes.h.inc"

namespace {
using Unary = Float (*)(Float);
using Binary = Float (*)(Float, Float);
using Classification = Mask (*)(Float, double);

/// The expansion of an op, by its name; null for ops without one.
Unary findUnary(StringRef name) {
  static const llvm::StringMap<Unary> table = {
      {math::ExpOp::getOperationName(), expandExp},
      {math::Exp2Op::getOperationName(), expandExp2},
      {math::ExpM1Op::getOperationName(), expandExpM1},
      {math::LogOp::getOperationName(), expandLog},
      {math::Log2Op::getOperationName(), expandLog2},
      {math::Log10Op::getOperationName(), expandLog10},
      {math::Log1pOp::getOperationName(), expandLog1P},
      {math::TanhOp::getOperationName(), expandTanh},
      {math::SinOp::getOperationName(), expandSin},
      {math::CosOp::getOperationName(), expandCos},
      {math::TanOp::getOperationName(), expandTan},
      {math::ErfOp::getOperationName(), expandErf},
      {math::RsqrtOp::getOperationName(), expandRsqrt},
      {math::RoundOp::getOperationName(), expandRound},
      {kernel::SigmoidOp::getOperationName(), expandSigmoid},
      {kernel::SoftplusOp::getOperationName(), expandSoftplus},
  };
  return table.lookup(name);
}

Binary findBinary(StringRef name) {
  static const llvm::StringMap<Binary> table = {
      {math::PowFOp::getOperationName(), expandPow},
      {arith::RemFOp::getOperationName(), expandRemainder},
  };
  return table.lookup(name);
}

Classification findClassification(StringRef name) {
  static const llvm::StringMap<Classification> table = {
      {math::IsNaNOp::getOperationName(), expandIsNaN},
      {math::IsInfOp::getOperationName(), expandIsInf},
      {math::IsFiniteOp::getOperationName(), expandIsFinite},
      {math::IsNormalOp::getOperationName(), expandIsNormal},
  };
  return table.lookup(name);
}

/// One instruction, or inline integer code, on x86-64 and on NVPTX.
bool isNative(Operation *op) {
  return isa<math::FmaOp, math::SqrtOp, math::AbsFOp, math::CopySignOp,
             math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp>(op);
}

/// Native too, and no function of floats.
bool isNativeOnIntegers(Operation *op) {
  return isa<math::AbsIOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp>(op);
}

bool isNarrow(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isF16() || element.isBF16();
}

bool touchesNarrow(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isNarrow) ||
         llvm::any_of(op->getResultTypes(), isNarrow);
}

/// What the pass does with an op.
enum class Kind {
  None,              ///< nothing: not its business
  Function,          ///< expand it, or keep it if native
  Classification,    ///< expand it; the result is a truth value
  Arithmetic,        ///< compute it in f32: the rounded f32 result is right
  FloatConversion,   ///< from or to a narrow float
  IntegerConversion, ///< likewise
};

Kind classify(Operation *op) {
  if (isa<arith::RemFOp, kernel::SigmoidOp, kernel::SoftplusOp>(op))
    return Kind::Function;
  if (findClassification(op->getName().getStringRef()))
    return Kind::Classification;
  if (isa_and_nonnull<math::MathDialect>(op->getDialect()))
    return isNativeOnIntegers(op) ? Kind::None : Kind::Function;
  if (!touchesNarrow(op))
    return Kind::None;
  return llvm::TypeSwitch<Operation *, Kind>(op)
      .Case<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
            arith::NegFOp, arith::CmpFOp, arith::MaximumFOp, arith::MinimumFOp,
            arith::MaxNumFOp, arith::MinNumFOp>(
          [](auto) { return Kind::Arithmetic; })
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [](auto) { return Kind::FloatConversion; })
      .Case<arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp>(
          [](auto) { return Kind::IntegerConversion; })
      .Default(Kind::None);
}

LogicalResult checkShape(Operation *op, Type type) {
  if (auto vector = dyn_cast<VectorType>(type)) {
    if (!vector.isScalable())
      return success();
    return op->emitOpError("on ")
           << type << " cannot be expanded: expand-math takes scalars and "
           << "vectors of fixed size, not scalable ones";
  }
  if (isa<ShapedType>(type))
    return op->emitOpError("on ")
           << type << " cannot be expanded: expand-math takes scalars and "
           << "vectors; run it after vectorisation";
  return success();
}

LogicalResult checkElement(Operation *op, Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32() || element.isF64() || isNarrow(element))
    return success();
  // The integers of conversions and comparisons.
  if (auto integer = dyn_cast<IntegerType>(element);
      integer && classify(op) != Kind::Function && integer.getWidth() <= 64)
    return success();
  return op->emitOpError("on ")
         << type << " cannot be expanded: expected f16, bf16, f32 or f64, or "
         << "vectors of them";
}

LogicalResult check(Operation *op) {
  StringRef name = op->getName().getStringRef();
  if (classify(op) == Kind::Function && !isNative(op) && !findUnary(name) &&
      !findBinary(name))
    return op->emitOpError("on ")
           << op->getResult(0).getType()
           << " is no function that expand-math knows, and calling a library "
           << "is not possible; express it by those listed in the description "
           << "of the pass";
  for (Type type : {op->getOperand(0).getType(), op->getResult(0).getType()})
    if (failed(checkShape(op, type)) || failed(checkElement(op, type)))
      return failure();
  if (auto truncation = dyn_cast<arith::TruncFOp>(op))
    if (auto mode = truncation.getRoundingmode();
        mode && *mode != arith::RoundingMode::to_nearest_even)
      return op->emitOpError("with rounding mode ")
             << arith::stringifyRoundingMode(*mode)
             << " cannot be expanded: only to_nearest_even is supported";
  return success();
}

class Expander {
public:
  Expander(MLIRContext *context, bool expandF16)
      : rewriter(context), expandF16(expandF16) {}

  /// Replaces `op`, which passed check(), unless it can stay as it is.
  bool expand(Operation *op) {
    rewriter.setInsertionPoint(op);
    Value result = expansionOf(op);
    if (!result)
      return false;
    rewriter.replaceOp(op, result);
    return true;
  }

private:
  /// Null if the back ends have an instruction for the op.
  Value expansionOf(Operation *op) {
    Type from = getElementTypeOrSelf(op->getOperand(0));
    Type to = getElementTypeOrSelf(op->getResult(0));
    bool hasInstructions = !expandF16 && !from.isBF16() && !to.isBF16();
    switch (classify(op)) {
    case Kind::None:
      return {};
    case Kind::Function:
      if (isNarrow(to))
        return inF32(op);
      return isNative(op) ? Value() : compute(op, op->getOperands());
    case Kind::Classification:
      return isNarrow(from) ? inF32(op) : compute(op, op->getOperands());
    case Kind::Arithmetic:
      return hasInstructions ? Value() : inF32(op);
    case Kind::FloatConversion:
      if (hasInstructions && (from.isF32() || to.isF32()))
        return {};
      return convert(op, op->getOperand(0), to);
    case Kind::IntegerConversion:
      if (isNarrow(from))
        return inF32(op);
      return convertInteger(rewriter, op->getLoc(), op->getOperand(0),
                            isa<arith::SIToFPOp>(op), to, expandF16);
    }
    llvm_unreachable("all kinds are handled");
  }

  /// Computes an op of narrow floats in f32; the result is narrow again if the
  /// op's is.
  Value inF32(Operation *op) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(convert(op, operand, rewriter.getF32Type()));
    Value result = compute(op, operands);
    Type element = getElementTypeOrSelf(op->getResult(0));
    return isNarrow(element) ? convert(op, result, element) : result;
  }

  Value convert(Operation *op, Value value, Type element) {
    return convertFloat(rewriter, op->getLoc(), value, element, expandF16);
  }

  /// The op on other operands: its expansion, or a copy of it.
  Value compute(Operation *op, ValueRange operands) {
    Type type = operands[0].getType();
    StringRef name = op->getName().getStringRef();
    Classification classification = findClassification(name);
    if (!classification && (isNative(op) || classify(op) != Kind::Function)) {
      Type result = op->getResult(0).getType();
      Operation *copy =
          rewriter.create(op->getLoc(), op->getName().getIdentifier(), operands,
                          isNarrow(result) ? type : result, op->getAttrs());
      return copy->getResult(0);
    }
    MathBuilder b(rewriter, op->getLoc(), type);
    Float x = b.wrap(operands[0]);
    if (classification) {
      auto format = cast<FloatType>(getElementTypeOrSelf(op->getOperand(0)));
      APFloat smallest =
          APFloat::getSmallestNormalized(format.getFloatSemantics());
      return classification(x, smallest.convertToDouble()).value;
    }
    if (Unary unary = findUnary(name))
      return unary(x).value;
    return findBinary(name)(x, b.wrap(operands[1])).value;
  }

  IRRewriter rewriter;
  bool expandF16;
};

struct ExpandMath : impl::ExpandMathBase<ExpandMath> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (classify(op) != Kind::None)
        ops.push_back(op);
    });
    bool refused = false;
    for (Operation *op : ops)
      refused |= failed(check(op));
    if (refused)
      return signalPassFailure();
    Expander expander(&getContext(), expandF16);
    for (Operation *op : ops)
      if (expander.expand(op))
        ++numExpanded;
  }
};
} // namespace
} // namespace theano
