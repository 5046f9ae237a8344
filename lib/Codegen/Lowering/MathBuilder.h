//===- MathBuilder.h - arithmetic written as expressions --------*- C++ -*-===//
//
// Handles on SSA values with C++ operators, so that an expansion reads like its
// formula. A handle stands for a scalar or a fixed vector; everything is
// elementwise and branch-free.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_LOWERING_MATHBUILDER_H
#define THEANO_LIB_CODEGEN_LOWERING_MATHBUILDER_H

#include "MathCoefficients.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

namespace theano {

class MathBuilder;

/// A value with the builder that made it; see Float, Int and Mask.
struct Handle {
  MathBuilder *builder = nullptr;
  mlir::Value value;
};

/// A float, or a vector of them. All of one MathBuilder have one type.
struct Float : Handle {};

/// A signless integer, or a vector of them.
struct Int : Handle {};

/// A truth value, or a vector of them.
struct Mask : Handle {};

/// An unevaluated sum high + low with |low| <= ulp(high) / 2.
struct Pair {
  Float high, low;
};

/// Builds arithmetic on one float type, f32 or f64, scalar or vector, and on
/// the integer type of the same width and shape.
class MathBuilder {
public:
  MathBuilder(mlir::OpBuilder &builder, mlir::Location loc,
              mlir::Type floatType);

  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() const { return loc; }
  mlir::Type getFloatType() const { return floatType; }
  bool isF64() const { return f64; }
  /// Bits of the fraction field: 23 or 52.
  int fractionBits() const { return f64 ? 52 : 23; }
  /// The exponent field of 1: 127 or 1023.
  int bias() const { return f64 ? 1023 : 127; }
  /// The all-ones exponent field, shifted into place: the bits of infinity.
  int64_t infinityBits() const {
    return static_cast<int64_t>(2 * bias() + 1) << fractionBits();
  }
  /// One of two constants, by format.
  template <typename T> T pick(T ifF32, T ifF64) const {
    return f64 ? ifF64 : ifF32;
  }
  llvm::ArrayRef<double> pick(const coefficients::Coefficients &c) const {
    return f64 ? c.f64 : c.f32;
  }

  Float wrap(mlir::Value value) { return {{this, value}}; }
  Float constant(double value);
  /// Word `i` of a constant of several words.
  Float word(const coefficients::Coefficients &words, int i);
  Float infinity();
  Float nan();
  /// An integer constant as wide as the float type.
  Int integer(int64_t value);
  /// An integer constant of the type of `like`.
  Int integer(int64_t value, mlir::Type like);

  /// `type`'s shape with another element type.
  mlir::Type withElement(mlir::Type element) const;

  template <typename Op, typename... Args> mlir::Value create(Args &&...args) {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type floatType;
  bool f64;
};

// Float arithmetic. A double beside a Float becomes a constant of its type.
Float operator+(Float a, Float b);
Float operator-(Float a, Float b);
Float operator*(Float a, Float b);
Float operator/(Float a, Float b);
Float operator-(Float a);
inline Float operator+(Float a, double b) { return a + a.builder->constant(b); }
inline Float operator-(Float a, double b) { return a - a.builder->constant(b); }
inline Float operator*(Float a, double b) { return a * a.builder->constant(b); }
inline Float operator+(double a, Float b) { return b.builder->constant(a) + b; }
inline Float operator-(double a, Float b) { return b.builder->constant(a) - b; }
inline Float operator/(double a, Float b) { return b.builder->constant(a) / b; }

/// a * b + c, rounded once.
Float fma(Float a, Float b, Float c);
Float sqrt(Float a);
Float abs(Float a);
Float trunc(Float a);
/// |magnitude| with the sign of `sign`.
Float copysign(Float magnitude, Float sign);

// Comparisons are ordered: false when an operand is NaN.
Mask operator<(Float a, Float b);
Mask operator<=(Float a, Float b);
Mask operator>(Float a, Float b);
Mask operator>=(Float a, Float b);
Mask operator==(Float a, Float b);
inline Mask operator<(Float a, double b) { return a < a.builder->constant(b); }
inline Mask operator<=(Float a, double b) {
  return a <= a.builder->constant(b);
}
inline Mask operator>(Float a, double b) { return a > a.builder->constant(b); }
inline Mask operator>=(Float a, double b) {
  return a >= a.builder->constant(b);
}
inline Mask operator==(Float a, double b) {
  return a == a.builder->constant(b);
}
/// True when an operand is NaN.
Mask isUnordered(Float a, Float b);

Mask operator&(Mask a, Mask b);
Mask operator|(Mask a, Mask b);
Mask operator^(Mask a, Mask b);
Mask operator!(Mask a);

Float select(Mask condition, Float ifTrue, Float ifFalse);
Int select(Mask condition, Int ifTrue, Int ifFalse);
inline Float select(Mask condition, Float ifTrue, double ifFalse) {
  return select(condition, ifTrue, ifTrue.builder->constant(ifFalse));
}
inline Float select(Mask condition, double ifTrue, Float ifFalse) {
  return select(condition, ifFalse.builder->constant(ifTrue), ifFalse);
}

// Integer arithmetic; `>>` copies the sign, shiftRightLogical does not.
Int operator+(Int a, Int b);
Int operator-(Int a, Int b);
Int operator*(Int a, Int b);
Int operator&(Int a, Int b);
Int operator|(Int a, Int b);
Int operator^(Int a, Int b);
Int operator+(Int a, int64_t b);
Int operator-(Int a, int64_t b);
Int operator&(Int a, int64_t b);
Int operator|(Int a, int64_t b);
Int operator<<(Int a, int64_t b);
Int operator>>(Int a, int64_t b);
Int shiftRightLogical(Int a, int64_t b);
Int shiftLeft(Int a, Int b);
Int shiftRightLogical(Int a, Int b);
// Signed comparisons.
Mask operator==(Int a, int64_t b);
Mask operator!=(Int a, int64_t b);
Mask operator<(Int a, int64_t b);
Mask operator>(Int a, int64_t b);

/// The bits of a float, and back.
Int bitsOf(Float a);
Float fromBits(Int a);
/// An integer below 2^(fraction bits - 1) in magnitude as a float.
Float toFloat(Int a);
/// Changes the width to that of `like`, filling with zeros.
Int zeroExtend(Int a, mlir::Type like);
Int truncate(Int a, mlir::Type like);

/// x limited to [low, high] or from one side; NaN stays NaN. One instruction a
/// limit where it is not 0.
Float atLeast(Float x, double low);
Float atMost(Float x, double high);
Float clamp(Float x, double low, double high);
/// The value of the polynomial, lowest coefficient first (Horner's rule).
Float polynomial(Float x, llvm::ArrayRef<double> coefficients);
Float polynomial(Float x, const coefficients::Coefficients &coefficients);
/// Rounds to an integer, to nearest even, as float and as integer; for
/// |x| < 2^21 (f32), 2^50 (f64).
std::pair<Float, Int> roundToInteger(Float x);
/// 2^k for k in the range of normal exponents.
Float powerOfTwo(Int k);
/// x * 2^k, rounded once also when the result is subnormal; |k| at most twice
/// the largest exponent.
Float scale(Float x, Int k);

// Double-word arithmetic (T. J. Dekker, 1971; D. E. Knuth, TAOCP 4.2.2). The
// first two are exact.
Pair twoSum(Float a, Float b);
Pair twoProduct(Float a, Float b);
/// twoSum for |a| >= |b| or a == 0.
Pair fastTwoSum(Float a, Float b);
Pair operator+(Pair a, Pair b);
Pair operator*(Pair a, Pair b);
Pair operator*(Pair a, Float b);

} // namespace theano

#endif // THEANO_LIB_CODEGEN_LOWERING_MATHBUILDER_H
