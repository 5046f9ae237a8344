//===- DTypeRules.cpp - Theano's rules for dtypes -------------------------===//

#include "theano/Frontend/DTypeRules.h"

#include "theano/Support/Float16.h"

#include <cmath>
#include <limits>

using namespace theano;

static DType signedOfSize(size_t bytes) {
  switch (bytes) {
  case 1:
    return DType::Int8;
  case 2:
    return DType::Int16;
  case 4:
    return DType::Int32;
  default:
    return DType::Int64;
  }
}

static DType upcastIntegers(DType a, DType b) {
  if (isUnsigned(a) == isUnsigned(b))
    return dtypeSize(a) >= dtypeSize(b) ? a : b;
  size_t unsignedSize = dtypeSize(isUnsigned(a) ? a : b);
  size_t signedSize = dtypeSize(isUnsigned(a) ? b : a);
  if (signedSize > unsignedSize)
    return signedOfSize(signedSize);
  // No integer holds both all of uint64 and negative numbers.
  return unsignedSize == 8 ? DType::Float64 : signedOfSize(2 * unsignedSize);
}

/// The shortest standard float that is exact for the range of small integers,
/// and NumPy's choice for the others.
static DType upcastIntegerAndFloat(DType integer, DType real) {
  size_t bytes = dtypeSize(integer);
  if (bytes == 1 || real == DType::Float64)
    return real;
  return bytes == 2 ? DType::Float32 : DType::Float64;
}

DType theano::upcast(DType a, DType b) {
  if (a == b || b == DType::Bool)
    return a;
  if (a == DType::Bool)
    return b;
  if (isFloat(a) && isFloat(b)) {
    if (dtypeSize(a) == dtypeSize(b)) // float16 and bfloat16
      return DType::Float32;
    return dtypeSize(a) > dtypeSize(b) ? a : b;
  }
  if (isFloat(a))
    return upcastIntegerAndFloat(b, a);
  if (isFloat(b))
    return upcastIntegerAndFloat(a, b);
  return upcastIntegers(a, b);
}

DType theano::upcast(std::span<const DType> dtypes) {
  DType result = dtypes.front();
  for (DType dtype : dtypes.subspan(1))
    result = upcast(result, dtype);
  return result;
}

DType theano::upgradeToFloat(DType dtype) {
  if (isFloat(dtype))
    return dtype;
  return dtypeSize(dtype) <= 2 ? DType::Float32 : DType::Float64;
}

DType theano::autocast(int64_t number) {
  auto holds = [&]<typename T>(T) {
    return number >= std::numeric_limits<T>::min() &&
           number <= std::numeric_limits<T>::max();
  };
  if (holds(int8_t()))
    return DType::Int8;
  if (holds(int16_t()))
    return DType::Int16;
  return holds(int32_t()) ? DType::Int32 : DType::Int64;
}

DType theano::autocast(double number, DType floatX) {
  if (floatX == DType::Float32)
    return DType::Float32;
  // A conversion that overflows is undefined, so look at the range first.
  bool isSingle = std::isinf(number) ||
                  (std::abs(number) <= std::numeric_limits<float>::max() &&
                   static_cast<float>(number) == number);
  if (!isSingle)
    return DType::Float64;
  auto single = static_cast<float>(number);
  bool isHalf = halfToFloat(floatToHalf(single)) == single;
  return floatX == DType::Float16 && isHalf ? DType::Float16 : DType::Float32;
}

bool theano::isSafeCast(DType from, DType to) { return upcast(from, to) == to; }
