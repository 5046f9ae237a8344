//===- ExpandRemainder.cpp - the float remainder of C's fmod --------------===//
//
// Long division with one digit of almost a whole mantissa per round: a multiple
// of y, by a power of two, is subtracted as often as it goes. One round is
// enough while |x / y| < 2^22 (f32) or 2^51 (f64); every step is exact.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace theano {
namespace {
/// floor(log2(x)) for positive finite x, also subnormal.
Int exponentOf(Float x) {
  MathBuilder &b = *x.builder;
  Mask subnormal = x < b.pick(0x1p-126, 0x1p-1022);
  Float normal = select(subnormal, x * b.pick(0x1p24, 0x1p54), x);
  Int field = shiftRightLogical(bitsOf(normal), b.fractionBits());
  Int subnormalBias = b.integer(b.bias() + b.pick(24, 54));
  Int correction = select(subnormal, subnormalBias, b.integer(b.bias()));
  return field - correction;
}

/// One digit: rest modulo y * 2^d, where rest / (y * 2^d) < 2^fractionBits.
/// Rests below y stay.
Float divideStep(Float rest, Float y, Int exponentOfY) {
  MathBuilder &b = *rest.builder;
  Int distance = exponentOf(rest) - exponentOfY - (b.fractionBits() - 1);
  Mask isApart = distance > 0;
  Int shift = select(isApart, distance, b.integer(0));
  Float divisor = scale(y, shift);
  // The quotient may come out one too large, as the division rounds; the rest
  // is exact either way.
  Float quotient = trunc(rest / divisor);
  Float next = fma(-quotient, divisor, rest);
  Mask isTooLow = next < 0.0;
  next = select(isTooLow, next + divisor, next);
  return select(rest >= y, next, rest);
}
} // namespace

Float expandRemainder(Float x, Float y) {
  MathBuilder &b = *x.builder;
  OpBuilder &builder = b.getBuilder();
  Float infinity = b.infinity();
  Float dividend = abs(x), divisor = abs(y);
  Mask isFinite = dividend < infinity, hasDivisor = divisor > 0.0;
  Mask ordinary = isFinite & hasDivisor;
  // Lanes without long division take 0 and 1, with nothing to do.
  Mask divides = ordinary & (divisor < infinity);
  Float start = select(divides & (dividend >= divisor), dividend, 0.0);
  Float by = select(divides & (dividend >= divisor), divisor, 1.0);
  Int exponent = exponentOf(by);

  auto loop = scf::WhileOp::create(
      builder, b.getLoc(), TypeRange(start.value.getType()),
      ValueRange(start.value),
      [&](OpBuilder &, Location loc, ValueRange args) {
        Mask unfinished = b.wrap(args[0]) >= by;
        scf::ConditionOp::create(builder, loc, anyLane(unfinished), args);
      },
      [&](OpBuilder &, Location loc, ValueRange args) {
        Float next = divideStep(b.wrap(args[0]), by, exponent);
        scf::YieldOp::create(builder, loc, next.value);
      });
  Float rest = b.wrap(loop.getResult(0));
  rest = select(dividend >= divisor, rest, dividend);
  rest = copysign(rest, x);
  return select(ordinary, rest, b.nan());
}

} // namespace theano
