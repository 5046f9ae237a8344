//===- ErrorCode.h - errors found while a program runs ----------*- C++ -*-===//
//
// A `kernel.check` that fails reports a code, a location and up to four
// values. This is the one list of codes, of what the values of each mean, and
// of the messages made from them.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_ERRORCODE_H
#define THEANO_SUPPORT_ERRORCODE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace theano {

/// The numbers are those of `kernel::Error` in
/// `theano/Dialect/Kernel/KernelAttributes.td` and of the status word that
/// kernels write, so they never change meaning.
enum class ErrorCode : int32_t {
  None = 0,
  ShapeMismatch = 1,   ///< dimension, size of the first, size of the second
  IndexOutOfRange = 2, ///< index, size of the dimension
  DivisionByZero = 3,  ///< no values
  ReshapeMismatch = 4, ///< elements there are, elements asked for
  NegativeSize = 5,    ///< the size
  EmptyReduction = 6,  ///< axis
  SpecifyShape = 7,    ///< dimension, expected size, size that came
  ZeroStep = 8,        ///< no values
  BufferTooLarge = 9,  ///< elements, largest number of elements
};

/// The largest code there is; every number in [1, kLastErrorCode] has one.
inline constexpr int32_t kLastErrorCode = 9;

/// How many values a check carries at most.
inline constexpr size_t kNumErrorValues = 4;

/// The 40 bytes that a kernel writes when a check inside it fails. The first
/// failing check claims `code` with an atomic compare-exchange against 0, then
/// writes the rest.
struct StatusWord {
  int32_t code = 0;     ///< an ErrorCode; 0 means that nothing failed
  int32_t location = 0; ///< an id of the program's LocationTable
  int64_t values[kNumErrorValues] = {};
};
static_assert(sizeof(StatusWord) == 40, "part of the kernel ABI");

/// The code with number `value`, if there is one (0 included).
std::optional<ErrorCode> errorCodeFromInt(int32_t value);

/// The name that the IR spells, such as "shape_mismatch"; "none" for None.
std::string_view errorCodeName(ErrorCode code);

/// How many values of a check the message of `code` reads.
size_t errorCodeNumValues(ErrorCode code);

/// A message that says what was expected, what came and what to do. Missing
/// values read as 0. `location` may be empty; otherwise the message begins
/// with it.
std::string formatRuntimeError(ErrorCode code, std::span<const int64_t> values,
                               std::string_view location);

} // namespace theano

#endif // THEANO_SUPPORT_ERRORCODE_H
