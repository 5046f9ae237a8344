//===- ScalarSemantics.cpp - what elementwise ops do to scalars -----------===//

#include "ScalarSemantics.h"

#include "QuadMath.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace theano;

//===----------------------------------------------------------------------===//
// Integers and bool
//===----------------------------------------------------------------------===//

/// Rounds towards minus infinity. The divisor is not 0.
static APInt floorDivide(const APInt &a, const APInt &b, bool isUnsigned) {
  if (isUnsigned)
    return a.udiv(b);
  // The smallest integer / -1 wraps in sdiv, too.
  APInt quotient = a.sdiv(b);
  bool isInexact = !a.srem(b).isZero();
  return isInexact && a.isNegative() != b.isNegative() ? quotient - 1
                                                       : quotient;
}

/// The exact power modulo two to the number of bits; of a negative exponent
/// only 1 and -1 leave anything.
static APInt power(APInt base, APInt exponent, bool isUnsigned) {
  unsigned bits = base.getBitWidth();
  if (!isUnsigned && exponent.isNegative()) {
    if (base.isOne() || (base.isAllOnes() && !exponent[0]))
      return APInt(bits, 1);
    return base.isAllOnes() ? base : APInt(bits, 0);
  }
  APInt result(bits, 1);
  for (; !exponent.isZero(); exponent.lshrInPlace(1)) {
    if (exponent[0])
      result *= base;
    base *= base;
  }
  return result;
}

static std::optional<APInt> evaluateInteger(Operation *op,
                                            ArrayRef<APInt> operands,
                                            bool isUnsigned, bool isBool) {
  const APInt &a = operands.front();
  const APInt &b = operands.back();
  auto less = [&](const APInt &x, const APInt &y) {
    return isUnsigned ? x.ult(y) : x.slt(y);
  };
  auto fromBool = [](bool value) { return APInt(1, value); };
  APInt zero(a.getBitWidth(), 0), one(a.getBitWidth(), 1);
  return TypeSwitch<Operation *, std::optional<APInt>>(op)
      .Case([&](AddOp) { return isBool ? a | b : a + b; })
      .Case([&](SubOp) { return a - b; })
      .Case([&](MulOp) { return a * b; })
      .Case([&](SqrOp) { return a * a; })
      .Case([&](NegOp) { return -a; })
      .Case([&](AbsOp) { return !isUnsigned && a.isNegative() ? -a : a; })
      .Case([&](SgnOp) {
        if (a.isZero())
          return zero;
        return !isUnsigned && a.isNegative() ? -one : one;
      })
      .Case([&](IntDivOp) -> std::optional<APInt> {
        if (b.isZero())
          return std::nullopt;
        return floorDivide(a, b, isUnsigned);
      })
      .Case([&](ModOp) -> std::optional<APInt> {
        if (b.isZero())
          return std::nullopt;
        return a - floorDivide(a, b, isUnsigned) * b;
      })
      .Case([&](PowOp) { return power(a, b, isUnsigned); })
      .Case([&](MaximumOp) { return less(a, b) ? b : a; })
      .Case([&](MinimumOp) { return less(b, a) ? b : a; })
      .Case([&](ClipOp) {
        const APInt &min = operands[1], &max = operands[2];
        return less(a, min) ? min : less(max, a) ? max : a;
      })
      .Case([&](LtOp) { return fromBool(less(a, b)); })
      .Case([&](GtOp) { return fromBool(less(b, a)); })
      .Case([&](LeOp) { return fromBool(!less(b, a)); })
      .Case([&](GeOp) { return fromBool(!less(a, b)); })
      .Case([&](EqOp) { return fromBool(a == b); })
      .Case([&](NeqOp) { return fromBool(a != b); })
      .Case([&](AndOp) { return a & b; })
      .Case([&](OrOp) { return a | b; })
      .Case([&](XorOp) { return a ^ b; })
      .Case([&](InvertOp) { return ~a; })
      .Default([](Operation *) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

static APFloat roundTo(APFloat value, llvm::RoundingMode mode) {
  value.roundToIntegral(mode);
  return value;
}

static llvm::RoundingMode getRoundingMode(RoundOp op) {
  return op.getMode() == RoundMode::HalfToEven
             ? llvm::RoundingMode::NearestTiesToEven
             : llvm::RoundingMode::NearestTiesToAway;
}

/// Python's float division by the very operations of run time, so that the bits
/// are the same: first the exact remainder, then the quotient that belongs to
/// it. f16 and bf16 are computed in f32 there.
static APFloat divideFloor(const APFloat &dividend, const APFloat &divisor,
                           bool isRemainder) {
  const llvm::fltSemantics &stored = dividend.getSemantics();
  const llvm::fltSemantics &computed =
      APFloat::getSizeInBits(stored) < 32 ? APFloat::IEEEsingle() : stored;
  APFloat x = quad::round(dividend, computed);
  APFloat y = quad::round(divisor, computed);
  APFloat zero = APFloat::getZero(computed), one(computed, 1);
  APFloat rest = x;
  rest.mod(y);
  // A remainder of NaN goes its way: it differs from 0 and has no sign.
  bool adjust = (rest < zero) != (y < zero) && !rest.isZero();
  if (isRemainder) {
    if (rest.isZero())
      return quad::round(APFloat::copySign(zero, y), stored);
    return quad::round(adjust ? rest + y : rest, stored);
  }
  APFloat plain = x / y;
  if (y.isZero())
    return quad::round(plain, stored);
  APFloat quotient = (x - rest) / y;
  if (adjust)
    quotient = quotient - one;
  if (quotient.isZero())
    return quad::round(APFloat::copySign(zero, plain), stored);
  APFloat whole = roundTo(quotient, llvm::RoundingMode::TowardNegative);
  if (quotient - whole > APFloat(computed, "0.5"))
    whole = whole + one;
  return quad::round(whole, stored);
}

/// IEEE asks for a correctly rounded square root in f64, so the host's is the
/// same everywhere; rounding it again to a format of at most 25 bits gives that
/// format's correctly rounded root, because 53 >= 2 * 25 + 2. The sign of a NaN
/// is the machine's own choice, so that is made here.
static APFloat squareRoot(const APFloat &x) {
  if (x.isNaN())
    return x;
  if (x.isNegative() && !x.isZero())
    return APFloat::getNaN(x.getSemantics());
  double wide = quad::round(x, APFloat::IEEEdouble()).convertToDouble();
  return quad::round(APFloat(std::sqrt(wide)), x.getSemantics());
}

/// Functions that run time approximates: the true value, rounded once.
static std::optional<APFloat> evaluateFunction(Operation *op,
                                               ArrayRef<APFloat> operands) {
  const llvm::fltSemantics &semantics = operands.front().getSemantics();
  APFloat a = quad::widen(operands.front()), b = quad::widen(operands.back());
  std::optional<APFloat> value =
      TypeSwitch<Operation *, std::optional<APFloat>>(op)
          .Case([&](ExpOp) { return quad::exp(a); })
          .Case([&](Exp2Op) { return quad::exp2(a); })
          .Case([&](Expm1Op) { return quad::expm1(a); })
          .Case([&](LogOp) { return quad::log(a); })
          .Case([&](Log2Op) { return quad::log2(a); })
          .Case([&](Log10Op) { return quad::log10(a); })
          .Case([&](Log1pOp) { return quad::log1p(a); })
          .Case([&](TanhOp) { return quad::tanh(a); })
          .Case([&](SigmoidOp) { return quad::sigmoid(a); })
          .Case([&](SoftplusOp) { return quad::softplus(a); })
          .Case([&](ErfOp) { return quad::erf(a); })
          .Case([&](SinOp) { return quad::sin(a); })
          .Case([&](CosOp) { return quad::cos(a); })
          .Case([&](TanOp) { return quad::tan(a); })
          .Case([&](PowOp) { return quad::pow(a, b); })
          .Default([](Operation *) { return std::nullopt; });
  if (!value)
    return std::nullopt;
  return quad::round(*value, semantics);
}

static std::optional<APFloat> evaluateFloat(Operation *op,
                                            ArrayRef<APFloat> operands) {
  const APFloat &a = operands.front();
  const APFloat &b = operands.back();
  APFloat one(a.getSemantics(), 1);
  return TypeSwitch<Operation *, std::optional<APFloat>>(op)
      .Case([&](AddOp) { return a + b; })
      .Case([&](SubOp) { return a - b; })
      .Case([&](MulOp) { return a * b; })
      .Case([&](TrueDivOp) { return a / b; })
      .Case([&](SqrOp) { return a * a; })
      .Case([&](InvOp) { return one / a; })
      .Case([&](NegOp) { return -a; })
      .Case([&](AbsOp) { return llvm::abs(a); })
      .Case([&](SgnOp) {
        if (a.isNaN())
          return a;
        if (a.isZero())
          return APFloat::getZero(a.getSemantics());
        return a.isNegative() ? -one : one;
      })
      .Case([&](MaximumOp) { return llvm::maximum(a, b); })
      .Case([&](MinimumOp) { return llvm::minimum(a, b); })
      .Case([&](ClipOp) {
        const APFloat &min = operands[1], &max = operands[2];
        return a < min ? min : a > max ? max : a;
      })
      .Case([&](FloorOp) {
        return roundTo(a, llvm::RoundingMode::TowardNegative);
      })
      .Case([&](CeilOp) {
        return roundTo(a, llvm::RoundingMode::TowardPositive);
      })
      .Case([&](TruncOp) { return roundTo(a, llvm::RoundingMode::TowardZero); })
      .Case([&](RoundOp round) { return roundTo(a, getRoundingMode(round)); })
      .Case([&](SqrtOp) { return squareRoot(a); })
      .Case([&](IntDivOp) { return divideFloor(a, b, /*isRemainder=*/false); })
      .Case([&](ModOp) { return divideFloor(a, b, /*isRemainder=*/true); })
      .Default([&](Operation *) { return evaluateFunction(op, operands); });
}

static std::optional<bool> testFloat(Operation *op,
                                     ArrayRef<APFloat> operands) {
  const APFloat &a = operands.front();
  const APFloat &b = operands.back();
  return TypeSwitch<Operation *, std::optional<bool>>(op)
      .Case([&](LtOp) { return a < b; })
      .Case([&](GtOp) { return a > b; })
      .Case([&](LeOp) { return a <= b; })
      .Case([&](GeOp) { return a >= b; })
      .Case([&](EqOp) { return a == b; })
      .Case([&](NeqOp) { return a != b; })
      .Case([&](IsNanOp) { return a.isNaN(); })
      .Case([&](IsInfOp) { return a.isInfinity(); })
      .Default([](Operation *) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

static Attribute castInteger(const APInt &value, bool isUnsigned, Type to) {
  if (isBool(to))
    return IntegerAttr::get(to, APInt(1, !value.isZero()));
  if (isInteger(to)) {
    unsigned bits = to.getIntOrFloatBitWidth();
    return IntegerAttr::get(to, isUnsigned ? value.zextOrTrunc(bits)
                                           : value.sextOrTrunc(bits));
  }
  APFloat result(cast<FloatType>(to).getFloatSemantics());
  result.convertFromAPInt(value, !isUnsigned,
                          llvm::RoundingMode::NearestTiesToEven);
  return FloatAttr::get(to, result);
}

static Attribute castFloat(APFloat value, Type to) {
  if (isBool(to))
    return IntegerAttr::get(to, APInt(1, !value.isZero()));
  bool isInexact = false;
  if (isFloat(to)) {
    value.convert(cast<FloatType>(to).getFloatSemantics(),
                  llvm::RoundingMode::NearestTiesToEven, &isInexact);
    return FloatAttr::get(to, value);
  }
  // Saturates, and NaN gives 0.
  llvm::APSInt result(to.getIntOrFloatBitWidth(), isUnsignedInteger(to));
  value.convertToInteger(result, llvm::RoundingMode::TowardZero, &isInexact);
  return IntegerAttr::get(to, result);
}

bool theano::isValuePreserving(Type from, Type to) {
  if (from == to || isBool(from))
    return true;
  if (isBool(to))
    return false;
  if (isFloat(from))
    return isFloat(to) &&
           from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth();
  // A signed integer spends one bit on its sign.
  unsigned digits = from.getIntOrFloatBitWidth() - isSignedInteger(from);
  if (isFloat(to))
    return digits <=
           APFloat::semanticsPrecision(cast<FloatType>(to).getFloatSemantics());
  if (isUnsignedInteger(to))
    return isUnsignedInteger(from) && digits <= to.getIntOrFloatBitWidth();
  return digits < to.getIntOrFloatBitWidth();
}

//===----------------------------------------------------------------------===//
// All together
//===----------------------------------------------------------------------===//

Attribute theano::evaluateScalar(Operation *op, ArrayRef<Attribute> operands,
                                 Type resultElement) {
  if (isa<SwitchOp>(op))
    return cast<IntegerAttr>(operands[0]).getValue().isZero() ? operands[2]
                                                              : operands[1];
  Type element = getElementTypeOrSelf(op->getOperand(0));
  if (isFloat(element)) {
    SmallVector<APFloat> values;
    for (Attribute operand : operands)
      values.push_back(cast<FloatAttr>(operand).getValue());
    if (isa<CastOp>(op))
      return castFloat(values[0], resultElement);
    if (std::optional<bool> test = testFloat(op, values))
      return IntegerAttr::get(resultElement, APInt(1, *test));
    if (std::optional<APFloat> value = evaluateFloat(op, values))
      return FloatAttr::get(resultElement, *value);
    return {};
  }
  // Bool counts as 0 and 1.
  bool isUnsigned = isUnsignedInteger(element) || isBool(element);
  SmallVector<APInt> values;
  for (Attribute operand : operands)
    values.push_back(cast<IntegerAttr>(operand).getValue());
  if (isa<CastOp>(op))
    return castInteger(values[0], isUnsigned, resultElement);
  if (std::optional<APInt> value =
          evaluateInteger(op, values, isUnsigned, isBool(element)))
    return IntegerAttr::get(resultElement, *value);
  return {};
}
