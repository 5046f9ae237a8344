//===- DType.cpp - the element types of arrays ----------------------------===//

#include "theano/Support/DType.h"

using namespace theano;

namespace {
struct Row {
  std::string_view name;
  std::string_view shortName;
  uint8_t size;
};
} // namespace

// In the order of the enum.
static constexpr Row rows[kNumDTypes] = {
    {"bool", "bool", 1},   {"int8", "i8", 1},       {"int16", "i16", 2},
    {"int32", "i32", 4},   {"int64", "i64", 8},     {"uint8", "u8", 1},
    {"uint16", "u16", 2},  {"uint32", "u32", 4},    {"uint64", "u64", 8},
    {"float16", "f16", 2}, {"bfloat16", "bf16", 2}, {"float32", "f32", 4},
    {"float64", "f64", 8},
};

static const Row &row(DType dtype) { return rows[static_cast<size_t>(dtype)]; }

size_t theano::dtypeSize(DType dtype) { return row(dtype).size; }

std::string_view theano::dtypeName(DType dtype) { return row(dtype).name; }

std::string_view theano::dtypeShortName(DType dtype) {
  return row(dtype).shortName;
}

std::optional<DType> theano::parseDType(std::string_view name) {
  for (uint8_t i = 0; i < kNumDTypes; ++i)
    if (rows[i].name == name || rows[i].shortName == name)
      return static_cast<DType>(i);
  return std::nullopt;
}

bool theano::isFloat(DType dtype) { return dtype >= DType::Float16; }

bool theano::isInteger(DType dtype) {
  return dtype >= DType::Int8 && dtype <= DType::UInt64;
}

bool theano::isUnsigned(DType dtype) {
  return dtype >= DType::UInt8 && dtype <= DType::UInt64;
}
