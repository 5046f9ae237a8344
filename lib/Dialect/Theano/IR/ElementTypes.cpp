//===- ElementTypes.cpp - element types of the theano dialect -------------===//

#include "theano/Dialect/Theano/IR/ElementTypes.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

static bool isIntegerWidth(unsigned width) {
  return width == 8 || width == 16 || width == 32 || width == 64;
}

bool theano::isBool(Type type) { return type.isSignlessInteger(1); }

bool theano::isSignedInteger(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.isSignless() && isIntegerWidth(integer.getWidth());
}

bool theano::isUnsignedInteger(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.isUnsigned() && isIntegerWidth(integer.getWidth());
}

bool theano::isInteger(Type type) {
  return isSignedInteger(type) || isUnsignedInteger(type);
}

bool theano::isBoolOrInteger(Type type) {
  return isBool(type) || isInteger(type);
}

bool theano::isInt64(Type type) { return type.isSignlessInteger(64); }

bool theano::isFloat(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

bool theano::isNumeric(Type type) { return isInteger(type) || isFloat(type); }

bool theano::isDtype(Type type) { return isBool(type) || isNumeric(type); }

bool theano::isTensorOf(Type type, bool (*predicate)(Type)) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.getEncoding() && predicate(tensor.getElementType());
}

RankedTensorType theano::getSizeType(MLIRContext *context) {
  return RankedTensorType::get({}, IntegerType::get(context, 64));
}

bool theano::isSizeType(Type type) {
  return type == getSizeType(type.getContext());
}

StringRef theano::getDtypeName(Type type) {
  if (isBool(type))
    return "bool";
  if (type.isF16())
    return "float16";
  if (type.isBF16())
    return "bfloat16";
  if (type.isF32())
    return "float32";
  if (type.isF64())
    return "float64";
  if (!isInteger(type))
    return "";
  bool isSigned = isSignedInteger(type);
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isSigned ? "int8" : "uint8";
  case 16:
    return isSigned ? "int16" : "uint16";
  case 32:
    return isSigned ? "int32" : "uint32";
  default:
    return isSigned ? "int64" : "uint64";
  }
}

Type theano::getTypeOfDtype(MLIRContext *context, StringRef name) {
  auto unsignedType = [&](unsigned width) {
    return IntegerType::get(context, width, IntegerType::Unsigned);
  };
  return llvm::StringSwitch<Type>(name)
      .Case("bool", IntegerType::get(context, 1))
      .Case("int8", IntegerType::get(context, 8))
      .Case("int16", IntegerType::get(context, 16))
      .Case("int32", IntegerType::get(context, 32))
      .Case("int64", IntegerType::get(context, 64))
      .Case("uint8", unsignedType(8))
      .Case("uint16", unsignedType(16))
      .Case("uint32", unsignedType(32))
      .Case("uint64", unsignedType(64))
      .Case("float16", Float16Type::get(context))
      .Case("bfloat16", BFloat16Type::get(context))
      .Case("float32", Float32Type::get(context))
      .Case("float64", Float64Type::get(context))
      .Default(Type());
}

RankedTensorType theano::withElementType(Type type, Type elementType) {
  return RankedTensorType::get(cast<RankedTensorType>(type).getShape(),
                               elementType);
}

Type theano::getDefaultSumType(Type type) {
  if (isUnsignedInteger(type))
    return IntegerType::get(type.getContext(), 64, IntegerType::Unsigned);
  if (isBoolOrInteger(type))
    return IntegerType::get(type.getContext(), 64);
  return type;
}

Type theano::getDefaultMeanType(Type type) {
  return isBoolOrInteger(type) ? Float64Type::get(type.getContext()) : type;
}

Type theano::getDefaultAccumulator(Type type) {
  if (type.isF16() || type.isBF16())
    return Float32Type::get(type.getContext());
  if (type.isF32())
    return Float64Type::get(type.getContext());
  return getDefaultSumType(type);
}
