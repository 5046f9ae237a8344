//===- Scalars.cpp - elements in registers --------------------------------===//

#include "Scalars.h"

using namespace mlir;
using namespace theano;
using arith::CmpFPredicate;
using arith::CmpIPredicate;

static bool isNarrowFloat(Type type) {
  return isFloat(type) && type.getIntOrFloatBitWidth() == 16;
}

Type theano::getComputeType(Type elementType) {
  if (isBool(elementType))
    return elementType;
  if (isNarrowFloat(elementType))
    return Float32Type::get(elementType.getContext());
  return getStorageType(elementType);
}

Value theano::load(LinalgBuilder &b, Value stored, Type elementType) {
  if (isBool(elementType))
    return arith::CmpIOp::create(b, CmpIPredicate::ne, stored,
                                 constant(b, stored.getType(), 0));
  if (isNarrowFloat(elementType))
    return arith::ExtFOp::create(b, b.getF32Type(), stored);
  return stored;
}

Value theano::store(LinalgBuilder &b, Value computed, Type elementType) {
  if (isBool(elementType))
    return arith::ExtUIOp::create(b, getStorageType(elementType), computed);
  if (isNarrowFloat(elementType))
    return arith::TruncFOp::create(b, elementType, computed);
  return computed;
}

Value theano::constantInt(LinalgBuilder &b, Type type, const APInt &value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

Value theano::constant(LinalgBuilder &b, Type type, double value) {
  if (llvm::isa<FloatType>(type))
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(
      b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}

/// Saturates, and gives 0 for NaN. The conversion itself sees only what fits,
/// since anything else would be poison.
static Value floatToInt(LinalgBuilder &b, Value value, Type to) {
  Type type = value.getType();
  Type result = getStorageType(to);
  unsigned bits = result.getIntOrFloatBitWidth();
  bool isUnsigned = isUnsignedInteger(to);
  // Powers of two, so that they are exact in any float type; the ends of the
  // range themselves need not be.
  Value below = constant(b, type, isUnsigned ? 0 : -std::ldexp(1.0, bits - 1));
  Value above =
      constant(b, type, std::ldexp(1.0, isUnsigned ? bits : bits - 1));
  Value isLow = arith::CmpFOp::create(b, CmpFPredicate::OLE, value, below);
  Value isHigh = arith::CmpFOp::create(b, CmpFPredicate::OGE, value, above);
  Value aboveLow = arith::CmpFOp::create(b, CmpFPredicate::OGT, value, below);
  Value belowHigh = arith::CmpFOp::create(b, CmpFPredicate::OLT, value, above);
  Value fits = arith::AndIOp::create(b, aboveLow, belowHigh);
  Value safe = arith::SelectOp::create(b, fits, value, constant(b, type, 0));
  Value converted = isUnsigned
                        ? arith::FPToUIOp::create(b, result, safe).getResult()
                        : arith::FPToSIOp::create(b, result, safe).getResult();
  Value least = constantInt(b, result,
                            isUnsigned ? APInt::getZero(bits)
                                       : APInt::getSignedMinValue(bits));
  Value largest = constantInt(b, result,
                              isUnsigned ? APInt::getMaxValue(bits)
                                         : APInt::getSignedMaxValue(bits));
  converted = arith::SelectOp::create(b, isHigh, largest, converted);
  return arith::SelectOp::create(b, isLow, least, converted);
}

Value theano::convert(LinalgBuilder &b, Value value, Type from, Type to) {
  if (from == to)
    return value;
  Type type = value.getType();
  Type result = getComputeType(to);
  if (isBool(to)) {
    // NaN differs from 0.
    if (isFloat(from))
      return arith::CmpFOp::create(b, CmpFPredicate::UNE, value,
                                   constant(b, type, 0));
    return arith::CmpIOp::create(b, CmpIPredicate::ne, value,
                                 constant(b, type, 0));
  }
  bool isUnsigned = isBool(from) || isUnsignedInteger(from);
  if (isFloat(to)) {
    if (isFloat(from)) {
      unsigned have = type.getIntOrFloatBitWidth();
      unsigned want = to.getIntOrFloatBitWidth();
      // f64 to a 16-bit type rounds once, on its own.
      if (have == 64 && want == 16) {
        Value narrow = arith::TruncFOp::create(b, to, value);
        return arith::ExtFOp::create(b, result, narrow);
      }
      if (have > result.getIntOrFloatBitWidth())
        return arith::TruncFOp::create(b, result, value);
      if (have < result.getIntOrFloatBitWidth())
        return arith::ExtFOp::create(b, result, value);
      return value;
    }
    return isUnsigned ? arith::UIToFPOp::create(b, result, value).getResult()
                      : arith::SIToFPOp::create(b, result, value).getResult();
  }
  if (isFloat(from))
    return floatToInt(b, value, to);
  unsigned have = type.getIntOrFloatBitWidth();
  unsigned want = result.getIntOrFloatBitWidth();
  if (have == want)
    return value;
  if (have > want)
    return arith::TruncIOp::create(b, result, value);
  return isUnsigned ? arith::ExtUIOp::create(b, result, value).getResult()
                    : arith::ExtSIOp::create(b, result, value).getResult();
}
