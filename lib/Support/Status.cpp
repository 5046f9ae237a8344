//===- Status.cpp - errors as values --------------------------------------===//

#include "theano/Support/Status.h"

using namespace theano;

std::string_view theano::errorKindName(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::InvalidArgument:
    return "invalid argument";
  case ErrorKind::TypeError:
    return "type error";
  case ErrorKind::OutOfMemory:
    return "out of memory";
  case ErrorKind::DeviceError:
    return "device error";
  case ErrorKind::RuntimeCheck:
    return "run-time check failed";
  case ErrorKind::Unsupported:
    return "unsupported";
  case ErrorKind::IndexError:
    return "index out of range";
  case ErrorKind::IOError:
    return "input/output error";
  }
  return "error";
}

Failure theano::runtimeCheckFailure(ErrorCode code,
                                    std::span<const int64_t> values,
                                    std::string_view location) {
  return {ErrorKind::RuntimeCheck, formatRuntimeError(code, values, location),
          std::string(location), code};
}
