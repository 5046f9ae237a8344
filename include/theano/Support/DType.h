//===- DType.h - the element types of arrays --------------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_DTYPE_H
#define THEANO_SUPPORT_DTYPE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace theano {

/// Theano's element types. A bool is one byte holding 0 or 1. The numbers are
/// part of the saved form of a Program.
enum class DType : uint8_t {
  Bool = 0,
  Int8 = 1,
  Int16 = 2,
  Int32 = 3,
  Int64 = 4,
  UInt8 = 5,
  UInt16 = 6,
  UInt32 = 7,
  UInt64 = 8,
  Float16 = 9,
  BFloat16 = 10,
  Float32 = 11,
  Float64 = 12,
};
inline constexpr uint8_t kNumDTypes = 13;

/// Bytes of one element.
size_t dtypeSize(DType dtype);

/// NumPy's name: "bool", "int8", ..., "float64"; "bfloat16".
std::string_view dtypeName(DType dtype);

/// The short name: "bool", "i8", ..., "u64", "f16", "bf16", "f32", "f64".
std::string_view dtypeShortName(DType dtype);

/// The dtype of either name, or nothing.
std::optional<DType> parseDType(std::string_view name);

/// f16, bf16, f32 or f64.
bool isFloat(DType dtype);
/// i8 to i64 and u8 to u64; bool is not one of them.
bool isInteger(DType dtype);
/// u8 to u64.
bool isUnsigned(DType dtype);

} // namespace theano

#endif // THEANO_SUPPORT_DTYPE_H
