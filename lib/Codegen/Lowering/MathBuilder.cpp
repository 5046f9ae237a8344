//===- MathBuilder.cpp - arithmetic written as expressions ----------------===//

#include "MathBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace theano {

MathBuilder::MathBuilder(OpBuilder &builder, Location loc, Type floatType)
    : builder(builder), loc(loc), floatType(floatType),
      f64(getElementTypeOrSelf(floatType).isF64()) {
  assert((f64 || getElementTypeOrSelf(floatType).isF32()) &&
         "narrow floats are computed in f32");
}

Type MathBuilder::withElement(Type element) const {
  if (auto shaped = dyn_cast<ShapedType>(floatType))
    return shaped.clone(element);
  return element;
}

static Value splat(MathBuilder &b, Type type, TypedAttr element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    element = DenseElementsAttr::get(shaped, Attribute(element));
  return b.create<arith::ConstantOp>(element);
}

Float MathBuilder::constant(double value) {
  Type element = getElementTypeOrSelf(floatType);
  return wrap(splat(*this, floatType, builder.getFloatAttr(element, value)));
}

Float MathBuilder::word(const coefficients::Coefficients &words, int i) {
  return constant(pick(words)[i]);
}

Float MathBuilder::infinity() {
  return constant(std::numeric_limits<double>::infinity());
}

Float MathBuilder::nan() {
  return constant(std::numeric_limits<double>::quiet_NaN());
}

Int MathBuilder::integer(int64_t value) {
  return integer(value, withElement(builder.getIntegerType(f64 ? 64 : 32)));
}

Int MathBuilder::integer(int64_t value, Type like) {
  auto element = cast<IntegerType>(getElementTypeOrSelf(like));
  APInt bits(64, static_cast<uint64_t>(value));
  IntegerAttr attr =
      builder.getIntegerAttr(element, bits.sextOrTrunc(element.getWidth()));
  return {{this, splat(*this, like, attr)}};
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

template <typename Op, typename Result, typename A>
static Result binary(A a, A b) {
  return {{a.builder, a.builder->template create<Op>(a.value, b.value)}};
}

Float operator+(Float a, Float b) { return binary<arith::AddFOp, Float>(a, b); }
Float operator-(Float a, Float b) { return binary<arith::SubFOp, Float>(a, b); }
Float operator*(Float a, Float b) { return binary<arith::MulFOp, Float>(a, b); }
Float operator/(Float a, Float b) { return binary<arith::DivFOp, Float>(a, b); }
Float operator-(Float a) {
  return a.builder->wrap(a.builder->create<arith::NegFOp>(a.value));
}
Float fma(Float a, Float b, Float c) {
  return a.builder->wrap(
      a.builder->create<math::FmaOp>(a.value, b.value, c.value));
}
Float sqrt(Float a) {
  return a.builder->wrap(a.builder->create<math::SqrtOp>(a.value));
}
Float abs(Float a) {
  return a.builder->wrap(a.builder->create<math::AbsFOp>(a.value));
}
Float trunc(Float a) {
  return a.builder->wrap(a.builder->create<math::TruncOp>(a.value));
}
Float copysign(Float magnitude, Float sign) {
  return binary<math::CopySignOp, Float>(magnitude, sign);
}

static Mask compare(arith::CmpFPredicate predicate, Float a, Float b) {
  MathBuilder &builder = *a.builder;
  return {
      {&builder, builder.create<arith::CmpFOp>(predicate, a.value, b.value)}};
}
Mask operator<(Float a, Float b) {
  return compare(arith::CmpFPredicate::OLT, a, b);
}
Mask operator<=(Float a, Float b) {
  return compare(arith::CmpFPredicate::OLE, a, b);
}
Mask operator>(Float a, Float b) {
  return compare(arith::CmpFPredicate::OGT, a, b);
}
Mask operator>=(Float a, Float b) {
  return compare(arith::CmpFPredicate::OGE, a, b);
}
Mask operator==(Float a, Float b) {
  return compare(arith::CmpFPredicate::OEQ, a, b);
}
Mask isUnordered(Float a, Float b) {
  return compare(arith::CmpFPredicate::UNO, a, b);
}

Mask operator&(Mask a, Mask b) { return binary<arith::AndIOp, Mask>(a, b); }
Mask operator|(Mask a, Mask b) { return binary<arith::OrIOp, Mask>(a, b); }
Mask operator^(Mask a, Mask b) { return binary<arith::XOrIOp, Mask>(a, b); }
Mask operator!(Mask a) {
  Int ones = a.builder->integer(-1, a.value.getType());
  return a ^ Mask{ones};
}

template <typename T> static T choose(Mask condition, T ifTrue, T ifFalse) {
  return {
      {condition.builder, condition.builder->template create<arith::SelectOp>(
                              condition.value, ifTrue.value, ifFalse.value)}};
}
Float select(Mask condition, Float ifTrue, Float ifFalse) {
  return choose(condition, ifTrue, ifFalse);
}
Int select(Mask condition, Int ifTrue, Int ifFalse) {
  return choose(condition, ifTrue, ifFalse);
}

static Int like(Int a, int64_t value) {
  return a.builder->integer(value, a.value.getType());
}
Int operator+(Int a, Int b) { return binary<arith::AddIOp, Int>(a, b); }
Int operator-(Int a, Int b) { return binary<arith::SubIOp, Int>(a, b); }
Int operator*(Int a, Int b) { return binary<arith::MulIOp, Int>(a, b); }
Int operator&(Int a, Int b) { return binary<arith::AndIOp, Int>(a, b); }
Int operator|(Int a, Int b) { return binary<arith::OrIOp, Int>(a, b); }
Int operator^(Int a, Int b) { return binary<arith::XOrIOp, Int>(a, b); }
Int operator+(Int a, int64_t b) { return a + like(a, b); }
Int operator-(Int a, int64_t b) { return a - like(a, b); }
Int operator&(Int a, int64_t b) { return a & like(a, b); }
Int operator|(Int a, int64_t b) { return a | like(a, b); }
Int operator<<(Int a, int64_t b) { return shiftLeft(a, like(a, b)); }
Int operator>>(Int a, int64_t b) {
  return binary<arith::ShRSIOp, Int>(a, like(a, b));
}
Int shiftRightLogical(Int a, int64_t b) {
  return shiftRightLogical(a, like(a, b));
}
Int shiftLeft(Int a, Int b) { return binary<arith::ShLIOp, Int>(a, b); }
Int shiftRightLogical(Int a, Int b) {
  return binary<arith::ShRUIOp, Int>(a, b);
}

static Mask compare(arith::CmpIPredicate predicate, Int a, int64_t b) {
  MathBuilder &builder = *a.builder;
  return {{&builder, builder.create<arith::CmpIOp>(predicate, a.value,
                                                   like(a, b).value)}};
}
Mask operator==(Int a, int64_t b) {
  return compare(arith::CmpIPredicate::eq, a, b);
}
Mask operator!=(Int a, int64_t b) {
  return compare(arith::CmpIPredicate::ne, a, b);
}
Mask operator<(Int a, int64_t b) {
  return compare(arith::CmpIPredicate::slt, a, b);
}
Mask operator>(Int a, int64_t b) {
  return compare(arith::CmpIPredicate::sgt, a, b);
}

Int bitsOf(Float a) {
  MathBuilder &b = *a.builder;
  Type type = b.withElement(b.getBuilder().getIntegerType(b.isF64() ? 64 : 32));
  return {{&b, b.create<arith::BitcastOp>(type, a.value)}};
}
Float fromBits(Int a) {
  MathBuilder &b = *a.builder;
  return b.wrap(b.create<arith::BitcastOp>(b.getFloatType(), a.value));
}
// The conversion from i64 needs AVX-512 to be one instruction; placing the
// integer in the low bits of 1.5 * 2^52 does not.
Float toFloat(Int a) {
  MathBuilder &b = *a.builder;
  if (!b.isF64())
    return b.wrap(b.create<arith::SIToFPOp>(b.getFloatType(), a.value));
  Float shift = b.constant(0x1.8p52);
  return fromBits(a + bitsOf(shift)) - shift;
}
Int zeroExtend(Int a, Type like) {
  if (a.value.getType() == like)
    return a;
  return {{a.builder, a.builder->create<arith::ExtUIOp>(like, a.value)}};
}
Int truncate(Int a, Type like) {
  if (a.value.getType() == like)
    return a;
  return {{a.builder, a.builder->create<arith::TruncIOp>(like, a.value)}};
}

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

Float atLeast(Float x, double low) {
  MathBuilder &b = *x.builder;
  return b.wrap(b.create<arith::MaximumFOp>(x.value, b.constant(low).value));
}

Float atMost(Float x, double high) {
  MathBuilder &b = *x.builder;
  return b.wrap(b.create<arith::MinimumFOp>(x.value, b.constant(high).value));
}

Float clamp(Float x, double low, double high) {
  return atMost(atLeast(x, low), high);
}

Float polynomial(Float x, llvm::ArrayRef<double> coefficients) {
  MathBuilder &b = *x.builder;
  Float sum = b.constant(coefficients.back());
  for (double c : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, b.constant(c));
  return sum;
}

Float polynomial(Float x, const coefficients::Coefficients &coefficients) {
  return polynomial(x, x.builder->pick(coefficients));
}

// Adding 1.5 * 2^(fraction bits) leaves no bits behind the point; the integer
// then stands in the low bits of the sum.
std::pair<Float, Int> roundToInteger(Float x) {
  MathBuilder &b = *x.builder;
  Float shift = b.constant(b.pick(0x1.8p23, 0x1.8p52));
  Float shifted = x + shift;
  Float whole = shifted - shift;
  Int shiftedBits = bitsOf(shifted), shiftBits = bitsOf(shift);
  return {whole, shiftedBits - shiftBits};
}

Float powerOfTwo(Int k) {
  MathBuilder &b = *k.builder;
  return fromBits((k + b.bias()) << b.fractionBits());
}

// Two factors, as 2^k itself may be no normal number; only the second product
// can leave the normal range, so that there is one rounding. The exponent
// fields are the halves, rounded down and up, of k plus twice the bias, which
// is positive and at most four times the bias.
Float scale(Float x, Int k) {
  MathBuilder &b = *x.builder;
  Int both = k + 2 * b.bias();
  Int first = (both << (b.fractionBits() - 1)) & b.infinityBits();
  Int second = (both << b.fractionBits()) - first;
  return x * fromBits(first) * fromBits(second);
}

Pair twoSum(Float a, Float b) {
  Float sum = a + b;
  Float fromB = sum - a;
  Float errorOfA = a - (sum - fromB), errorOfB = b - fromB;
  return {sum, errorOfA + errorOfB};
}

Pair fastTwoSum(Float a, Float b) {
  Float sum = a + b;
  return {sum, b - (sum - a)};
}

Pair twoProduct(Float a, Float b) {
  Float product = a * b;
  return {product, fma(a, b, -product)};
}

Pair operator+(Pair a, Pair b) {
  Pair sum = twoSum(a.high, b.high);
  return fastTwoSum(sum.high, sum.low + (a.low + b.low));
}

Pair operator*(Pair a, Pair b) {
  Pair product = twoProduct(a.high, b.high);
  Float low = fma(a.high, b.low, fma(a.low, b.high, product.low));
  return fastTwoSum(product.high, low);
}

Pair operator*(Pair a, Float b) {
  Pair product = twoProduct(a.high, b);
  return fastTwoSum(product.high, fma(a.low, b, product.low));
}

} // namespace theano
