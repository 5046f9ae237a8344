//===- Status.h - errors as values ------------------------------*- C++ -*-===//
//
// Our code is built without exceptions. A function that can fail returns a
// Status, or an Expected<T> when it also makes something. Success costs one
// null pointer.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_STATUS_H
#define THEANO_SUPPORT_STATUS_H

#include "theano/Support/ErrorCode.h"

#include <cassert>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace theano {

/// What went wrong, in kinds that a caller may tell apart (Python raises
/// another class for each).
enum class ErrorKind : uint8_t {
  InvalidArgument, ///< a value, name, shape or option that cannot be used
  TypeError,       ///< a wrong dtype or rank
  OutOfMemory,     ///< an allocation failed or a size does not fit
  DeviceError,     ///< a driver or library reported a failure
  RuntimeCheck,    ///< a check of the program failed; see Failure::code
  Unsupported,     ///< valid, but not something that we can do
  IndexError,      ///< an index out of range, or too many of them
  IOError,         ///< a file could not be read, written or understood
};

/// The kind's name in words, such as "invalid argument".
std::string_view errorKindName(ErrorKind kind);

/// One error.
struct Failure {
  ErrorKind kind = ErrorKind::InvalidArgument;
  std::string message;  ///< one sentence, no trailing newline
  std::string location; ///< "file:line:column" of the source op, or empty
  ErrorCode code = ErrorCode::None; ///< set for ErrorKind::RuntimeCheck
};

/// Success, or a Failure.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Failure failure)
      : failure_(std::make_unique<Failure>(std::move(failure))) {}

  static Status success() { return {}; }

  bool failed() const { return failure_ != nullptr; }
  bool succeeded() const { return !failure_; }

  /// The error; only when failed().
  const Failure &failure() const & {
    assert(failure_ && "asked a success for its failure");
    return *failure_;
  }
  Failure failure() && {
    assert(failure_ && "asked a success for its failure");
    return std::move(*failure_);
  }
  const std::string &message() const { return failure().message; }

private:
  std::unique_ptr<Failure> failure_;
};

/// A T, or a Failure.
template <typename T> class [[nodiscard]] Expected {
public:
  Expected(T value) : value_(std::move(value)) {}
  Expected(Failure failure)
      : value_(std::make_unique<Failure>(std::move(failure))) {}
  /// From a failed Status, so that `return status;` reads well.
  Expected(Status status) : Expected(std::move(status).failure()) {}

  explicit operator bool() const { return std::holds_alternative<T>(value_); }
  bool failed() const { return !static_cast<bool>(*this); }

  T &operator*() & { return std::get<T>(value_); }
  const T &operator*() const & { return std::get<T>(value_); }
  T &&operator*() && { return std::get<T>(std::move(value_)); }
  T *operator->() { return &std::get<T>(value_); }
  const T *operator->() const { return &std::get<T>(value_); }

  /// The error; only when failed().
  const Failure &failure() const {
    return *std::get<std::unique_ptr<Failure>>(value_);
  }
  const std::string &message() const { return failure().message; }
  /// The failure moved out as a Status (success when there is a value).
  Status takeStatus() {
    if (*this)
      return Status::success();
    return Status(std::move(*std::get<std::unique_ptr<Failure>>(value_)));
  }

private:
  std::variant<T, std::unique_ptr<Failure>> value_;
};

/// Shorthands for the usual kinds.
inline Failure invalidArgument(std::string message) {
  return {ErrorKind::InvalidArgument, std::move(message), {}, ErrorCode::None};
}
inline Failure typeError(std::string message) {
  return {ErrorKind::TypeError, std::move(message), {}, ErrorCode::None};
}
inline Failure outOfMemory(std::string message) {
  return {ErrorKind::OutOfMemory, std::move(message), {}, ErrorCode::None};
}
inline Failure deviceError(std::string message) {
  return {ErrorKind::DeviceError, std::move(message), {}, ErrorCode::None};
}
inline Failure unsupported(std::string message) {
  return {ErrorKind::Unsupported, std::move(message), {}, ErrorCode::None};
}
inline Failure ioError(std::string message) {
  return {ErrorKind::IOError, std::move(message), {}, ErrorCode::None};
}

/// The failure of a run-time check, with its formatted message.
Failure runtimeCheckFailure(ErrorCode code, std::span<const int64_t> values,
                            std::string_view location);

} // namespace theano

#endif // THEANO_SUPPORT_STATUS_H
