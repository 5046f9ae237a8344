//===- ErrorCode.cpp - errors found while a program runs ------------------===//

#include "theano/Support/ErrorCode.h"

using namespace theano;

std::optional<ErrorCode> theano::errorCodeFromInt(int32_t value) {
  if (value < 0 || value > kLastErrorCode)
    return std::nullopt;
  return static_cast<ErrorCode>(value);
}

std::string_view theano::errorCodeName(ErrorCode code) {
  switch (code) {
  case ErrorCode::None:
    return "none";
  case ErrorCode::ShapeMismatch:
    return "shape_mismatch";
  case ErrorCode::IndexOutOfRange:
    return "index_out_of_range";
  case ErrorCode::DivisionByZero:
    return "division_by_zero";
  case ErrorCode::ReshapeMismatch:
    return "reshape_mismatch";
  case ErrorCode::NegativeSize:
    return "negative_size";
  case ErrorCode::EmptyReduction:
    return "empty_reduction";
  case ErrorCode::SpecifyShape:
    return "specify_shape";
  case ErrorCode::ZeroStep:
    return "zero_step";
  case ErrorCode::BufferTooLarge:
    return "buffer_too_large";
  }
  return "unknown";
}

size_t theano::errorCodeNumValues(ErrorCode code) {
  switch (code) {
  case ErrorCode::ShapeMismatch:
  case ErrorCode::SpecifyShape:
    return 3;
  case ErrorCode::IndexOutOfRange:
  case ErrorCode::ReshapeMismatch:
  case ErrorCode::BufferTooLarge:
    return 2;
  case ErrorCode::NegativeSize:
  case ErrorCode::EmptyReduction:
    return 1;
  case ErrorCode::None:
  case ErrorCode::DivisionByZero:
  case ErrorCode::ZeroStep:
    return 0;
  }
  return 0;
}

static std::string message(ErrorCode code, const int64_t (&values)[4]) {
  auto text = [&](size_t i) { return std::to_string(values[i]); };
  switch (code) {
  case ErrorCode::None:
    return "no error";
  case ErrorCode::ShapeMismatch:
    return "shape mismatch in dimension " + text(0) +
           ": expected equal sizes, got " + text(1) + " and " + text(2) +
           "; only a dimension that is statically 1 broadcasts";
  case ErrorCode::IndexOutOfRange:
    return "index out of range: expected an index from " +
           std::to_string(-values[1]) + " to " + std::to_string(values[1] - 1) +
           " for a dimension of size " + text(1) + ", got " + text(0);
  case ErrorCode::DivisionByZero:
    return "integer division by zero: expected a divisor other than 0; guard "
           "the division with a switch or divide floating-point values";
  case ErrorCode::ReshapeMismatch:
    return "reshape cannot change the number of elements: the array has " +
           text(0) + ", the new shape asks for " + text(1);
  case ErrorCode::NegativeSize:
    return "negative size: expected a size of at least 0, got " + text(0);
  case ErrorCode::EmptyReduction:
    return "reduction over the empty axis " + text(0) +
           " has no value: expected at least one element; max, min and argmax "
           "have no identity";
  case ErrorCode::SpecifyShape:
    return "specify_shape: expected size " + text(1) + " in dimension " +
           text(0) + ", got " + text(2);
  case ErrorCode::ZeroStep:
    return "slice step is zero: expected a positive or a negative step";
  case ErrorCode::BufferTooLarge:
    return "array of " + text(0) +
           " elements is too large for this kernel: "
           "expected at most " +
           text(1) + "; split the array";
  }
  return "unknown error code " + std::to_string(static_cast<int32_t>(code));
}

std::string theano::formatRuntimeError(ErrorCode code,
                                       std::span<const int64_t> values,
                                       std::string_view location) {
  int64_t padded[kNumErrorValues] = {};
  for (size_t i = 0; i < kNumErrorValues && i < values.size(); ++i)
    padded[i] = values[i];
  // An empty dimension has no valid index, so the range reads badly there.
  std::string text =
      code == ErrorCode::IndexOutOfRange && padded[1] <= 0
          ? "index out of range: the dimension is empty, so no index is "
            "valid, got " +
                std::to_string(padded[0])
          : message(code, padded);
  if (location.empty())
    return text;
  return std::string(location) + ": " + text;
}
