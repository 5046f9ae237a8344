//===- Types.h - types of the CUDA driver API -------------------*- C++ -*-===//
//
// The binary interface of the CUDA driver as far as it is used here, declared
// by us so that no toolkit is needed to build. A unit test compares it with
// cuda.h where there is one. Names drop the driver's prefix: `cuda::Stream` is
// CUstream, `cuda::Result::OutOfMemory` is CUDA_ERROR_OUT_OF_MEMORY.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_TYPES_H
#define THEANO_DRIVERABI_TYPES_H

#include <cstddef>
#include <cstdint>

namespace theano::cuda {

/// What every driver call returns.
enum class Result : unsigned {
#define THEANO_DRIVER_RESULT(NAME, VALUE, DRIVER_NAME, TEXT) NAME = (VALUE),
#include "theano/DriverAbi/Results.def"
};

/// The driver's name of `result`, or null when it is not in Results.def.
constexpr const char *resultName(Result result) {
  switch (result) {
#define THEANO_DRIVER_RESULT(NAME, VALUE, DRIVER_NAME, TEXT)                   \
  case Result::NAME:                                                           \
    return DRIVER_NAME;
#include "theano/DriverAbi/Results.def"
  }
  return nullptr;
}

/// Our wording of `result`, or null when it is not in Results.def.
constexpr const char *resultText(Result result) {
  switch (result) {
#define THEANO_DRIVER_RESULT(NAME, VALUE, DRIVER_NAME, TEXT)                   \
  case Result::NAME:                                                           \
    return TEXT;
#include "theano/DriverAbi/Results.def"
  }
  return nullptr;
}

/// A device number that the driver understands (not always the ordinal).
using Device = int;
/// An address in device memory.
using DevicePtr = unsigned long long;

// Opaque handles.
using Context = struct ContextObject *;
using Module = struct ModuleObject *;
using Function = struct FunctionObject *;
using Stream = struct StreamObject *;
using Event = struct EventObject *;

enum class DeviceAttribute : unsigned {
  MaxThreadsPerBlock = 1,
  MaxBlockDimX = 2,
  MaxBlockDimY = 3,
  MaxBlockDimZ = 4,
  MaxGridDimX = 5,
  MaxGridDimY = 6,
  MaxGridDimZ = 7,
  MaxSharedMemoryPerBlock = 8,
  WarpSize = 10,
  MaxRegistersPerBlock = 12,
  ClockRate = 13,
  MultiprocessorCount = 16,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
  MaxSharedMemoryPerBlockOptin = 97,
};

enum class FunctionAttribute : unsigned {
  MaxThreadsPerBlock = 0,
  SharedSizeBytes = 1,
  LocalSizeBytes = 3,
  NumRegs = 4,
  MaxDynamicSharedSizeBytes = 8,
};

/// Options of ModuleLoadDataEx. A value travels in the pointer of its slot:
/// sizes as the pointer's bits, buffers as their address.
enum class JitOption : unsigned {
  InfoLogBuffer = 3,
  InfoLogBufferSizeBytes = 4,
  ErrorLogBuffer = 5,
  ErrorLogBufferSizeBytes = 6,
  LogVerbose = 12,
};

/// Flags of StreamCreate: do not wait for the legacy default stream.
inline constexpr unsigned streamNonBlocking = 1;
/// Flags of EventCreate: record times, and wait without spinning.
inline constexpr unsigned eventDefault = 0;
inline constexpr unsigned eventDisableTiming = 2;

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_TYPES_H
