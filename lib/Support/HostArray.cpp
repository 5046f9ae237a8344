//===- HostArray.cpp - an array in host memory ----------------------------===//

#include "theano/Support/HostArray.h"

#include "theano/Support/CheckedMath.h"
#include "theano/Support/Float16.h"
#include "theano/Support/Memory.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace theano;

std::string theano::formatShape(std::span<const int64_t> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

Expected<HostArray> HostArray::allocate(DType dtype, Shape shape) {
  for (int64_t size : shape)
    if (size < 0)
      return invalidArgument("shape " + formatShape(shape) +
                             " has a negative size");
  std::optional<int64_t> bytes =
      checkedByteCount(shape, static_cast<int64_t>(dtypeSize(dtype)));
  constexpr int64_t alignment = 64;
  std::optional<int64_t> rounded;
  if (bytes)
    rounded = checkedAdd(*bytes, alignment - 1);
  if (!rounded)
    return outOfMemory("an array of " + std::string(dtypeName(dtype)) +
                       " with shape " + formatShape(shape) +
                       " has more bytes than 64 bits count");
  auto capacity = static_cast<size_t>(*rounded / alignment * alignment);
  void *data = nullptr;
  if (capacity) {
    if (capacity <= physicalMemory())
      data = std::aligned_alloc(alignment, capacity);
    if (!data)
      return outOfMemory("cannot allocate " + std::to_string(*bytes) +
                         " bytes for an array of " +
                         std::string(dtypeName(dtype)) + " with shape " +
                         formatShape(shape));
    std::memset(data, 0, capacity);
  }
  return wrap(dtype, std::move(shape), data,
              std::shared_ptr<void>(data, std::free));
}

HostArray HostArray::wrap(DType dtype, Shape shape, void *data,
                          std::shared_ptr<void> owner) {
  HostArray array;
  array.dtype_ = dtype;
  array.shape_ = std::move(shape);
  array.data_ = data;
  array.owner_ = std::move(owner);
  return array;
}

int64_t HostArray::size() const {
  int64_t count = 1;
  for (int64_t size : shape_)
    if (size == 0)
      return 0;
  for (int64_t size : shape_)
    count *= size;
  return count;
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

namespace {
struct Half {
  uint16_t bits;
  explicit operator double() const { return halfToFloat(bits); }
};
struct BFloat {
  uint16_t bits;
  explicit operator double() const { return bfloat16ToFloat(bits); }
};
struct Boolean {
  uint8_t byte;
  explicit operator double() const { return byte != 0; }
};
} // namespace

template <typename Visit> static void visitDType(DType dtype, Visit visit) {
  switch (dtype) {
  case DType::Bool:
    return visit(Boolean{});
  case DType::Int8:
    return visit(int8_t{});
  case DType::Int16:
    return visit(int16_t{});
  case DType::Int32:
    return visit(int32_t{});
  case DType::Int64:
    return visit(int64_t{});
  case DType::UInt8:
    return visit(uint8_t{});
  case DType::UInt16:
    return visit(uint16_t{});
  case DType::UInt32:
    return visit(uint32_t{});
  case DType::UInt64:
    return visit(uint64_t{});
  case DType::Float16:
    return visit(Half{});
  case DType::BFloat16:
    return visit(BFloat{});
  case DType::Float32:
    return visit(float{});
  case DType::Float64:
    return visit(double{});
  }
}

template <typename T>
inline constexpr bool isFloating =
    std::is_floating_point_v<T> || std::is_same_v<T, Half> ||
    std::is_same_v<T, BFloat>;

// A float as 64 wrapping bits; C leaves values out of range undefined, so they
// are reduced modulo 2^64 by hand.
static uint64_t floatToBits(double value) {
  if (!std::isfinite(value))
    return 0;
  value = std::fmod(std::trunc(value), 0x1p64);
  if (value < 0)
    return 0 - static_cast<uint64_t>(-value);
  return static_cast<uint64_t>(value);
}

template <typename To, typename From> static To convertElement(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<To, Boolean>) {
    return {static_cast<double>(value) != 0};
  } else if constexpr (std::is_same_v<To, Half>) {
    return {doubleToHalf(static_cast<double>(value))};
  } else if constexpr (std::is_same_v<To, BFloat>) {
    return {doubleToBFloat16(static_cast<double>(value))};
  } else if constexpr (std::is_same_v<From, Boolean>) {
    return static_cast<To>(value.byte != 0);
  } else if constexpr (isFloating<From> && std::is_integral_v<To>) {
    return static_cast<To>(floatToBits(static_cast<double>(value)));
  } else if constexpr (isFloating<From>) {
    return static_cast<To>(static_cast<double>(value));
  } else {
    return static_cast<To>(value);
  }
}

Expected<HostArray> theano::convertElements(const HostArray &array,
                                            DType dtype) {
  Expected<HostArray> result = HostArray::allocate(dtype, array.shape());
  if (!result)
    return result;
  auto count = static_cast<size_t>(array.size());
  visitDType(array.dtype(), [&](auto from) {
    visitDType(dtype, [&](auto to) {
      auto *source = static_cast<const decltype(from) *>(array.data());
      auto *target = static_cast<decltype(to) *>(result->data());
      for (size_t i = 0; i < count; ++i)
        target[i] = convertElement<decltype(to)>(source[i]);
    });
  });
  return result;
}
