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
  TotalConstantMemory = 9,
  WarpSize = 10,
  MaxPitch = 11,
  MaxRegistersPerBlock = 12,
  ClockRate = 13,
  TextureAlignment = 14,
  GpuOverlap = 15,
  MultiprocessorCount = 16,
  CanMapHostMemory = 19,
  ConcurrentKernels = 31,
  PciBusId = 33,
  MemoryClockRate = 36,
  GlobalMemoryBusWidth = 37,
  L2CacheSize = 38,
  MaxThreadsPerMultiprocessor = 39,
  AsyncEngineCount = 40,
  UnifiedAddressing = 41,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
  StreamPrioritiesSupported = 78,
  GlobalL1CacheSupported = 79,
  LocalL1CacheSupported = 80,
  MaxSharedMemoryPerMultiprocessor = 81,
  MaxRegistersPerMultiprocessor = 82,
  ManagedMemory = 83,
  SingleToDoublePerformanceRatio = 87,
  ConcurrentManagedAccess = 89,
  ComputePreemptionSupported = 90,
  CanUseHostPointerForRegisteredMemory = 91,
  CooperativeLaunch = 95,
  MaxSharedMemoryPerBlockOptin = 97,
  HostRegisterSupported = 99,
  MaxBlocksPerMultiprocessor = 106,
  ReservedSharedMemoryPerBlock = 111,
  MemoryPoolsSupported = 115,
  MemoryPoolHandleTypes = 119,
  ClusterLaunch = 120,
  TensorMapAccessSupported = 127,
  /// The last number that cuda.h has.
  Last = 147,
};

enum class FunctionAttribute : unsigned {
  MaxThreadsPerBlock = 0,
  SharedSizeBytes = 1,
  ConstSizeBytes = 2,
  LocalSizeBytes = 3,
  NumRegs = 4,
  PtxVersion = 5,
  BinaryVersion = 6,
  CacheModeCa = 7,
  MaxDynamicSharedSizeBytes = 8,
  PreferredSharedMemoryCarveout = 9,
  ClusterSizeMustBeSet = 10,
  RequiredClusterWidth = 11,
  RequiredClusterHeight = 12,
  RequiredClusterDepth = 13,
  NonPortableClusterSizeAllowed = 14,
  ClusterSchedulingPolicyPreference = 15,
};

/// What a context bounds for its kernels.
enum class Limit : unsigned {
  StackSize = 0,
  PrintfFifoSize = 1,
  MallocHeapSize = 2,
  RuntimeSyncDepth = 3,
  RuntimePendingLaunchCount = 4,
  MaxL2FetchGranularity = 5,
  PersistingL2CacheSize = 6,
};

/// How a context or a function shares its cache between L1 and shared memory.
enum class CacheConfig : unsigned {
  PreferNone = 0,
  PreferShared = 1,
  PreferL1 = 2,
  PreferEqual = 3,
};

/// Options of ModuleLoadDataEx. A value travels in the pointer of its slot:
/// sizes as the pointer's bits, buffers as their address.
enum class JitOption : unsigned {
  WallTime = 2,
  InfoLogBuffer = 3,
  InfoLogBufferSizeBytes = 4,
  ErrorLogBuffer = 5,
  ErrorLogBufferSizeBytes = 6,
  LogVerbose = 12,
  /// The last number that cuda.h has.
  Last = 34,
};

/// What CtxCreate may be told: how to wait, and that host memory is mapped.
inline constexpr unsigned contextSchedMask = 7;
inline constexpr unsigned contextFlagsMask = 0xff;

/// Tells the dynamic shared memory that a block of so many threads needs.
using BlockSizeToShared = size_t (*)(int blockSize);

struct Uuid {
  char bytes[16];
};

/// What CUDA 2 told of a device in one piece.
struct DeviceProperties {
  int maxThreadsPerBlock;
  int maxThreadsDim[3];
  int maxGridSize[3];
  int sharedMemPerBlock;
  int totalConstantMemory;
  int simdWidth;
  int memPitch;
  int regsPerBlock;
  int clockRate;
  int textureAlign;
};

/// A share of the multiprocessors, and graphics to share the device with.
struct ExecAffinity;
struct GraphicsInterop;

/// Of CtxCreate_v4: affinities and sharing with graphics, none of which is
/// here.
struct ContextParameters {
  ExecAffinity *affinities;
  int affinityCount;
  GraphicsInterop *graphics;
};

/// Flags of StreamCreate: do not wait for the legacy default stream.
inline constexpr unsigned streamNonBlocking = 1;
/// The handles of the default streams: one that orders all others, and one for
/// each thread of the host. Null is the first, or in a program that is compiled
/// for it, the second.
inline constexpr uintptr_t legacyStreamHandle = 1;
inline constexpr uintptr_t perThreadStreamHandle = 2;
/// Flags of EventCreate: record times, and wait without spinning.
inline constexpr unsigned eventDefault = 0;
inline constexpr unsigned eventBlockingSync = 1;
inline constexpr unsigned eventDisableTiming = 2;
inline constexpr unsigned eventInterprocess = 4;

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_TYPES_H
