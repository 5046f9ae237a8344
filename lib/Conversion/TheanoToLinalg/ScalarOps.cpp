//===- ScalarOps.cpp - elementwise ops on scalars -------------------------===//

#include "Scalars.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano;
using arith::CmpFPredicate;
using arith::CmpIPredicate;

namespace {
/// Writes one op. `element` is the element type of the op's last operand, which
/// all that are combined share.
class ScalarEmitter {
public:
  ScalarEmitter(LinalgBuilder &b, Operation *op, ValueRange operands)
      : b(b), op(op), operands(operands),
        element(getElementTypeOrSelf(op->getOperands().back())),
        type(operands.back().getType()), floating(isFloat(element)),
        isUnsigned(isUnsignedInteger(element) || isBool(element)) {}

  Value emit();

private:
  Value emitUnary(Value x);
  Value emitBinary(Value x, Value y);

  Value number(double value) { return constant(b, type, value); }
  template <typename OpTy> Value make(ValueRange arguments) {
    return OpTy::create(b, arguments)->getResult(0);
  }
  Value compare(CmpFPredicate forFloat, CmpIPredicate forSigned,
                CmpIPredicate forUnsigned, Value x, Value y) {
    if (floating)
      return arith::CmpFOp::create(b, forFloat, x, y);
    return arith::CmpIOp::create(b, isUnsigned ? forUnsigned : forSigned, x, y);
  }
  Value less(Value x, Value y) {
    return compare(CmpFPredicate::OLT, CmpIPredicate::slt, CmpIPredicate::ult,
                   x, y);
  }
  Value greater(Value x, Value y) { return less(y, x); }
  Value equal(Value x, Value y) {
    return compare(CmpFPredicate::OEQ, CmpIPredicate::eq, CmpIPredicate::eq, x,
                   y);
  }
  Value differ(Value x, Value y) {
    return compare(CmpFPredicate::UNE, CmpIPredicate::ne, CmpIPredicate::ne, x,
                   y);
  }
  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }
  template <typename FloatOp, typename IntOp>
  Value arithmetic(Value x, Value y) {
    return floating ? make<FloatOp>({x, y}) : make<IntOp>({x, y});
  }
  template <typename FloatOp, typename SignedOp, typename UnsignedOp>
  Value arithmetic(Value x, Value y) {
    if (floating)
      return make<FloatOp>({x, y});
    return isUnsigned ? make<UnsignedOp>({x, y}) : make<SignedOp>({x, y});
  }
  Value negate(Value x) {
    return floating ? make<arith::NegFOp>(x)
                    : make<arith::SubIOp>({number(0), x});
  }

  Value checkedDivisor(Value divisor);
  Value emitDivision(Value x, Value y, bool remainder);
  Value emitIntDivision(Value x, Value y, bool remainder);
  Value emitFloatDivision(Value x, Value y, bool remainder);
  Value emitIntPower(Value base, Value exponent);
  Value emitSign(Value x);

  LinalgBuilder &b;
  Operation *op;
  ValueRange operands;
  Type element, type;
  bool floating, isUnsigned;
};
} // namespace

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

/// The one value of a constant tensor of integers, seen through views.
static std::optional<APInt> getSplatInt(Value value) {
  while (auto view = value.getDefiningOp<DimshuffleOp>())
    value = view.getOperand();
  auto constant = value.getDefiningOp<ConstantOp>();
  auto elements = constant
                      ? llvm::dyn_cast<DenseElementsAttr>(constant.getValue())
                      : nullptr;
  if (!elements || !elements.isSplat() ||
      !llvm::isa<IntegerType>(elements.getElementType()))
    return std::nullopt;
  return elements.getSplatValue<APInt>();
}

/// The divisor, checked, or 1 in place of 0. A constant needs no check, which
/// leaves the kernel free to use vectors.
Value ScalarEmitter::checkedDivisor(Value divisor) {
  std::optional<APInt> known = getSplatInt(op->getOperands().back());
  if (known && !known->isZero())
    return divisor;
  Value zero = number(0);
  Value valid = differ(divisor, zero);
  b.check(valid, kernel::Error::DivisionByZero);
  return select(valid, divisor, number(1));
}

Value ScalarEmitter::emitIntDivision(Value x, Value y, bool remainder) {
  y = checkedDivisor(y);
  if (isUnsigned)
    return remainder ? make<arith::RemUIOp>({x, y})
                     : make<arith::DivUIOp>({x, y});
  // The smallest integer by -1 traps on some machines: divide by 1 instead and
  // negate, which wraps.
  Value isMinusOne = equal(y, number(-1));
  Value divisor = select(isMinusOne, number(1), y);
  Value rest = make<arith::RemSIOp>({x, divisor});
  // Rounded towards zero: one too many where the rest has not the divisor's
  // sign.
  Value signs = make<arith::XOrIOp>({rest, divisor});
  signs = less(signs, number(0));
  Value adjust = make<arith::AndIOp>({differ(rest, number(0)), signs});
  if (remainder)
    return select(adjust, make<arith::AddIOp>({rest, divisor}), rest);
  Value quotient = make<arith::DivSIOp>({x, divisor});
  quotient =
      select(adjust, make<arith::SubIOp>({quotient, number(1)}), quotient);
  return select(isMinusOne, negate(x), quotient);
}

/// Python's float division: the exact remainder first, then the quotient that
/// belongs to it.
Value ScalarEmitter::emitFloatDivision(Value x, Value y, bool remainder) {
  Value zero = number(0);
  Value rest = make<arith::RemFOp>({x, y});
  Value isExact = equal(rest, zero);
  // A rest of NaN goes its way: it differs from 0 and has no sign.
  Value restIsLess = less(rest, zero), divisorIsLess = less(y, zero);
  Value signs =
      arith::CmpIOp::create(b, CmpIPredicate::ne, restIsLess, divisorIsLess);
  Value adjust = make<arith::AndIOp>({signs, differ(rest, zero)});
  if (remainder) {
    Value signedZero = make<math::CopySignOp>({zero, y});
    Value adjusted = select(adjust, make<arith::AddFOp>({rest, y}), rest);
    return select(isExact, signedZero, adjusted);
  }
  Value quotient = make<arith::DivFOp>({make<arith::SubFOp>({x, rest}), y});
  quotient =
      select(adjust, make<arith::SubFOp>({quotient, number(1)}), quotient);
  // (x - rest) / y is a whole number up to rounding: take the nearest.
  Value whole = make<math::FloorOp>(quotient);
  Value fraction = make<arith::SubFOp>({quotient, whole});
  Value above = greater(fraction, number(0.5));
  whole = select(above, make<arith::AddFOp>({whole, number(1)}), whole);
  Value plain = make<arith::DivFOp>({x, y});
  Value signedZero = make<math::CopySignOp>({zero, plain});
  whole = select(equal(quotient, zero), signedZero, whole);
  return select(equal(y, zero), plain, whole);
}

Value ScalarEmitter::emitDivision(Value x, Value y, bool remainder) {
  return floating ? emitFloatDivision(x, y, remainder)
                  : emitIntDivision(x, y, remainder);
}

//===----------------------------------------------------------------------===//
// Powers and signs
//===----------------------------------------------------------------------===//

/// By squaring, one step for each bit of the exponent: the exact power modulo
/// two to the number of bits, without a loop.
Value ScalarEmitter::emitIntPower(Value base, Value exponent) {
  std::optional<APInt> known = getSplatInt(op->getOperands().back());
  bool isNegative = known && !isUnsigned && known->isNegative();
  unsigned bits = type.getIntOrFloatBitWidth();
  if (known && !isNegative)
    bits = known->getActiveBits();
  Value one = number(1);
  Value power = one, square = base;
  for (unsigned bit = 0; !isNegative && bit < bits; ++bit) {
    if (bit != 0)
      square = make<arith::MulIOp>({square, square});
    if (known) {
      if ((*known)[bit])
        power = make<arith::MulIOp>({power, square});
      continue;
    }
    Value mask = constantInt(
        b, type, APInt::getOneBitSet(type.getIntOrFloatBitWidth(), bit));
    Value masked = make<arith::AndIOp>({exponent, mask});
    Value isSet = differ(masked, number(0));
    power = select(isSet, make<arith::MulIOp>({power, square}), power);
  }
  if (isUnsigned || (known && !isNegative))
    return power;
  // A negative exponent: 1 / base ** -exponent, rounded towards zero.
  Value minusOne = number(-1);
  Value lastBit = make<arith::AndIOp>({exponent, one});
  Value isOdd = differ(lastBit, number(0));
  Value isMinusOne = equal(base, minusOne);
  Value sign = select(isOdd, minusOne, one);
  Value inverse = select(isMinusOne, sign, number(0));
  inverse = select(equal(base, one), one, inverse);
  return select(less(exponent, number(0)), inverse, power);
}

Value ScalarEmitter::emitSign(Value x) {
  Value zero = number(0), one = number(1);
  if (isUnsigned)
    return select(differ(x, zero), one, zero);
  // What is neither is 0, or NaN, which stays.
  Value rest = floating ? select(equal(x, zero), zero, x) : zero;
  Value isPositive = greater(x, zero), isNegative = less(x, zero);
  Value notPositive = select(isNegative, number(-1), rest);
  return select(isPositive, one, notPositive);
}

//===----------------------------------------------------------------------===//
// All ops
//===----------------------------------------------------------------------===//

Value ScalarEmitter::emitUnary(Value x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](ExpOp) { return make<math::ExpOp>(x); })
      .Case([&](Exp2Op) { return make<math::Exp2Op>(x); })
      .Case([&](Expm1Op) { return make<math::ExpM1Op>(x); })
      .Case([&](LogOp) { return make<math::LogOp>(x); })
      .Case([&](Log2Op) { return make<math::Log2Op>(x); })
      .Case([&](Log10Op) { return make<math::Log10Op>(x); })
      .Case([&](Log1pOp) { return make<math::Log1pOp>(x); })
      .Case([&](SqrtOp) { return make<math::SqrtOp>(x); })
      .Case([&](TanhOp) { return make<math::TanhOp>(x); })
      .Case([&](SinOp) { return make<math::SinOp>(x); })
      .Case([&](CosOp) { return make<math::CosOp>(x); })
      .Case([&](TanOp) { return make<math::TanOp>(x); })
      .Case([&](ErfOp) { return make<math::ErfOp>(x); })
      .Case([&](SigmoidOp) { return make<kernel::SigmoidOp>(x); })
      .Case([&](SoftplusOp) { return make<kernel::SoftplusOp>(x); })
      .Case([&](InvOp) { return make<arith::DivFOp>({number(1), x}); })
      .Case([&](FloorOp) { return make<math::FloorOp>(x); })
      .Case([&](CeilOp) { return make<math::CeilOp>(x); })
      .Case([&](TruncOp) { return make<math::TruncOp>(x); })
      .Case([&](RoundOp round) {
        return round.getMode() == RoundMode::HalfToEven
                   ? make<math::RoundEvenOp>(x)
                   : make<math::RoundOp>(x);
      })
      .Case(
          [&](SqrOp) { return arithmetic<arith::MulFOp, arith::MulIOp>(x, x); })
      .Case([&](AbsOp) {
        if (floating)
          return make<math::AbsFOp>(x);
        if (isUnsigned)
          return x;
        Value isNegative = less(x, number(0));
        return select(isNegative, negate(x), x);
      })
      .Case([&](NegOp) { return negate(x); })
      .Case([&](SgnOp) { return emitSign(x); })
      .Case([&](InvertOp) {
        return make<arith::XOrIOp>(
            {x, constantInt(b, type,
                            APInt::getAllOnes(type.getIntOrFloatBitWidth()))});
      })
      .Case([&](IsNanOp) {
        return arith::CmpFOp::create(b, CmpFPredicate::UNO, x, x).getResult();
      })
      .Case([&](IsInfOp) {
        Value magnitude = make<math::AbsFOp>(x);
        return equal(magnitude,
                     number(std::numeric_limits<double>::infinity()));
      })
      .Case([&](CastOp cast) {
        return convert(b, x, element, getElementTypeOrSelf(cast.getType()));
      })
      .Default([](Operation *) { return Value(); });
}

Value ScalarEmitter::emitBinary(Value x, Value y) {
  bool boolean = isBool(element);
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](AddOp) {
        return boolean ? make<arith::OrIOp>({x, y})
                       : arithmetic<arith::AddFOp, arith::AddIOp>(x, y);
      })
      .Case(
          [&](SubOp) { return arithmetic<arith::SubFOp, arith::SubIOp>(x, y); })
      .Case([&](MulOp) {
        return boolean ? make<arith::AndIOp>({x, y})
                       : arithmetic<arith::MulFOp, arith::MulIOp>(x, y);
      })
      .Case([&](TrueDivOp) { return make<arith::DivFOp>({x, y}); })
      .Case([&](IntDivOp) { return emitDivision(x, y, /*remainder=*/false); })
      .Case([&](ModOp) { return emitDivision(x, y, /*remainder=*/true); })
      .Case([&](PowOp) {
        return floating ? make<math::PowFOp>({x, y}) : emitIntPower(x, y);
      })
      .Case([&](MaximumOp) {
        return arithmetic<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(x,
                                                                             y);
      })
      .Case([&](MinimumOp) {
        return arithmetic<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(x,
                                                                             y);
      })
      .Case([&](LtOp) { return less(x, y); })
      .Case([&](GtOp) { return greater(x, y); })
      .Case([&](LeOp) {
        return compare(CmpFPredicate::OLE, CmpIPredicate::sle,
                       CmpIPredicate::ule, x, y);
      })
      .Case([&](GeOp) {
        return compare(CmpFPredicate::OGE, CmpIPredicate::sge,
                       CmpIPredicate::uge, x, y);
      })
      .Case([&](EqOp) { return equal(x, y); })
      .Case([&](NeqOp) { return differ(x, y); })
      .Case([&](AndOp) { return make<arith::AndIOp>({x, y}); })
      .Case([&](OrOp) { return make<arith::OrIOp>({x, y}); })
      .Case([&](XorOp) { return make<arith::XOrIOp>({x, y}); })
      .Default([](Operation *) { return Value(); });
}

Value ScalarEmitter::emit() {
  switch (operands.size()) {
  case 1:
    return emitUnary(operands[0]);
  case 2:
    return emitBinary(operands[0], operands[1]);
  case 3:
    if (isa<SwitchOp>(op))
      return select(operands[0], operands[1], operands[2]);
    if (isa<ClipOp>(op)) {
      Value x = operands[0], low = operands[1], high = operands[2];
      Value isLow = less(x, low), isHigh = greater(x, high);
      return select(isLow, low, select(isHigh, high, x));
    }
    return {};
  default:
    return {};
  }
}

Value theano::emitScalarOp(LinalgBuilder &builder, Operation *op,
                           ValueRange operands) {
  return ScalarEmitter(builder, op, operands).emit();
}
