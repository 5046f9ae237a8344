//===- ExpandConversion.cpp - f16 and bf16 from and to f32, f64 -----------===//

#include "ExpandConversion.h"

#include "MathBuilder.h"

using namespace mlir;

namespace theano {
namespace {
constexpr int64_t signBit = 0x80000000;

Int asWideInteger(MathBuilder &f32, Value narrow) {
  OpBuilder &builder = f32.getBuilder();
  Type i16 = f32.withElement(builder.getI16Type());
  Type i32 = f32.withElement(builder.getI32Type());
  Int bits{{&f32, f32.create<arith::BitcastOp>(i16, narrow)}};
  return zeroExtend(bits, i32);
}

Value fromWideInteger(MathBuilder &f32, Int bits, Type element) {
  Type i16 = f32.withElement(f32.getBuilder().getI16Type());
  return f32.create<arith::BitcastOp>(f32.withElement(element),
                                      truncate(bits, i16).value);
}

// A bf16 is the upper half of an f32.
Float extendBF16(MathBuilder &f32, Value narrow) {
  return fromBits(asWideInteger(f32, narrow) << 16);
}

// To nearest even: half a unit is added, less one where the result would stay
// even. NaN is kept apart, or the sum could carry it away.
Value truncateToBF16(MathBuilder &f32, Float value) {
  Int bits = bitsOf(value);
  Int lastBit = shiftRightLogical(bits, 16) & 1;
  Int rounded = shiftRightLogical(bits + (lastBit + 0x7fff), 16);
  Int quiet = shiftRightLogical(bits, 16) | 0x40;
  Int result = select(isUnordered(value, value), quiet, rounded);
  return fromWideInteger(f32, result, f32.getBuilder().getBF16Type());
}

// The exponent is rebased by 112 = 127 - 15; that of infinity and NaN twice. A
// subnormal is read as a fraction of 2^-14 with a leading 1 that is subtracted.
Float extendF16(MathBuilder &f32, Value narrow) {
  Int half = asWideInteger(f32, narrow);
  Int magnitude = (half & 0x7fff) << 13;
  Int rebased = magnitude + (int64_t(112) << 23);
  Int special = magnitude + (int64_t(224) << 23);
  Float subnormal = fromBits(magnitude + (int64_t(113) << 23)) - 0x1p-14;
  Int result = select(magnitude > 0x0f7fffff, special, rebased);
  Mask isSubnormal = magnitude < 0x00800000;
  result = select(isSubnormal, bitsOf(subnormal), result);
  return fromBits(result | ((half & 0x8000) << 16));
}

// Normal results by integer rounding as for bf16. Subnormal ones are multiples
// of 2^-24, which is the last bit of numbers from 1/2 on: adding 1/2 rounds.
Value truncateToF16(MathBuilder &f32, Float value) {
  Int bits = bitsOf(value);
  Int magnitude = bits & ~signBit;
  Float absolute = fromBits(magnitude);
  Int lastBit = shiftRightLogical(magnitude, 13) & 1;
  Int rebased = magnitude - (int64_t(112) << 23);
  Int normal = shiftRightLogical(rebased + (lastBit + 0xfff), 13);
  Int subnormal = bitsOf(absolute + 0.5) - 0x3f000000;
  Int result = select(absolute < 0x1p-14, subnormal, normal);
  // From halfway between the largest f16 and 2^16 on it is infinity.
  Mask overflows = absolute >= 65520.0;
  result = select(overflows, f32.integer(0x7c00), result);
  Int quiet = (shiftRightLogical(magnitude, 13) & 0x3ff) | 0x7e00;
  result = select(isUnordered(value, value), quiet, result);
  Int sign = shiftRightLogical(bits & signBit, 16);
  return fromWideInteger(f32, result | sign, f32.getBuilder().getF16Type());
}

// Rounded to odd (toward zero, with the last bit set if inexact), so that a
// second rounding to at most 22 bits is as good as one (S. Boldo and
// G. Melquiond, 2008).
Float truncateToOdd(MathBuilder &f32, Value wide) {
  MathBuilder f64(f32.getBuilder(), f32.getLoc(), wide.getType());
  Float nearest =
      f32.wrap(f32.create<arith::TruncFOp>(f32.getFloatType(), wide));
  Float exact = f64.wrap(wide);
  Float back =
      f64.wrap(f64.create<arith::ExtFOp>(wide.getType(), nearest.value));
  Float reached = abs(back), wanted = abs(exact);
  Mask tooLarge = reached > wanted, tooSmall = reached < wanted;
  Int bits = bitsOf(nearest);
  Int towardZero = select(Mask{{&f32, tooLarge.value}}, bits - 1, bits);
  Mask inexact{{&f32, (tooLarge | tooSmall).value}};
  return fromBits(select(inexact, towardZero | 1, bits));
}
} // namespace

static Type withElementOf(Type type, Type element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

Value convertFloat(OpBuilder &builder, Location loc, Value value, Type to,
                   bool expandF16) {
  Type from = getElementTypeOrSelf(value);
  if (from == to)
    return value;
  auto withElement = [&](Type element) {
    return withElementOf(value.getType(), element);
  };
  MathBuilder f32(builder, loc, withElement(builder.getF32Type()));

  Float single = f32.wrap(value);
  if (from.isBF16())
    single = extendBF16(f32, value);
  else if (from.isF16() && expandF16)
    single = extendF16(f32, value);
  else if (from.isF16())
    single.value = f32.create<arith::ExtFOp>(f32.getFloatType(), value);
  else if (from.isF64() && to.isF32())
    single.value = f32.create<arith::TruncFOp>(f32.getFloatType(), value);
  else if (from.isF64())
    single = truncateToOdd(f32, value);

  if (to.isF32())
    return single.value;
  if (to.isF64())
    return f32.create<arith::ExtFOp>(withElement(to), single.value);
  if (to.isBF16())
    return truncateToBF16(f32, single);
  if (expandF16)
    return truncateToF16(f32, single);
  return f32.create<arith::TruncFOp>(withElement(to), single.value);
}

// Integers that f32 does not hold are beyond the range of f16. bf16 has that
// range: by f32 for 32 bits and f64 for more, where the last bits of numbers
// too long for those become one that says whether any was set, which leaves the
// second rounding as it is.
Value convertInteger(OpBuilder &builder, Location loc, Value value,
                     bool isSigned, Type to, bool expandF16) {
  unsigned width = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
  bool byF64 = to.isBF16() && width > 32;
  Type element = byF64 ? Type(builder.getF64Type()) : builder.getF32Type();
  Type wide = withElementOf(value.getType(), element);
  if (to.isBF16() && width > 24) {
    MathBuilder b(builder, loc, wide);
    Type full = b.integer(0).value.getType();
    if (full != value.getType())
      value = isSigned ? b.create<arith::ExtSIOp>(full, value)
                       : b.create<arith::ExtUIOp>(full, value);
    Int all{{&b, value}};
    int64_t lastBits = byF64 ? 0xfff : 0xff;
    Int folded = (all | ((all & lastBits) + lastBits)) & ~lastBits;
    Int magnitude = isSigned ? all ^ (all >> (byF64 ? 63 : 31)) : all;
    Mask tooLong = shiftRightLogical(magnitude, byF64 ? 53 : 24) != 0;
    value = select(tooLong, folded, all).value;
  }
  Value single =
      isSigned ? Value(arith::SIToFPOp::create(builder, loc, wide, value))
               : Value(arith::UIToFPOp::create(builder, loc, wide, value));
  return convertFloat(builder, loc, single, to, expandF16);
}

} // namespace theano
