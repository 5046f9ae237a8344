//===- Print.cpp - arrays for people --------------------------------------===//

#include "Print.h"

#include <cmath>
#include <cstdio>
#include <cstring>

using namespace theano;
using namespace theano::run;

template <typename T> static T readAs(const HostArray &array, int64_t index) {
  T value;
  std::memcpy(&value,
              static_cast<const char *>(array.data()) + index * sizeof(T),
              sizeof(T));
  return value;
}

static std::string formatElement(const HostArray &array, int64_t index) {
  char text[40];
  auto number = [&](const char *format, auto value) {
    std::snprintf(text, sizeof text, format, value);
    return std::string(text);
  };
  switch (array.dtype()) {
  case DType::Bool:
    return readAs<uint8_t>(array, index) ? "True" : "False";
  case DType::Int8:
    return std::to_string(readAs<int8_t>(array, index));
  case DType::Int16:
    return std::to_string(readAs<int16_t>(array, index));
  case DType::Int32:
    return std::to_string(readAs<int32_t>(array, index));
  case DType::Int64:
    return std::to_string(readAs<int64_t>(array, index));
  case DType::UInt8:
    return std::to_string(readAs<uint8_t>(array, index));
  case DType::UInt16:
    return std::to_string(readAs<uint16_t>(array, index));
  case DType::UInt32:
    return std::to_string(readAs<uint32_t>(array, index));
  case DType::UInt64:
    return std::to_string(readAs<uint64_t>(array, index));
  case DType::Float32:
    return number("%.8g", double(readAs<float>(array, index)));
  case DType::Float64:
    return number("%.8g", readAs<double>(array, index));
  case DType::Float16:
  case DType::BFloat16: {
    // Widened by the caller.
    return "?";
  }
  }
  return "?";
}

static void append(const HostArray &array, size_t dim, int64_t offset,
                   int64_t stride, std::string &out) {
  if (dim == array.shape().size()) {
    out += formatElement(array, offset);
    return;
  }
  int64_t size = array.shape()[dim];
  int64_t inner = size ? stride / size : 0;
  bool last = dim + 1 == array.shape().size();
  out += "[";
  for (int64_t i = 0; i < size; ++i) {
    if (i > 0)
      out += last ? " " : "\n" + std::string(dim + 1, ' ');
    if (size > 12 && i == 3) {
      out += "...";
      i = size - 4;
      continue;
    }
    append(array, dim + 1, offset + i * inner, inner, out);
  }
  out += "]";
}

std::string theano::run::formatArray(const HostArray &array) {
  if (array.dtype() == DType::Float16 || array.dtype() == DType::BFloat16) {
    Expected<HostArray> wide = convertElements(array, DType::Float32);
    return wide ? formatArray(*wide) : wide.message();
  }
  std::string out;
  append(array, 0, 0, array.size(), out);
  return out;
}
