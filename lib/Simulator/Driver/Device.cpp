//===- Device.cpp - the device and its facts ------------------------------===//

#include "Driver/Chip.h"
#include "Driver/State.h"

#include <cstdio>
#include <cstring>

using namespace theano::cuda;
using namespace theano::sim;

// What has no other state behind it answers before cuInit, too.
THEANO_SIM_EXPORT cuGetErrorName(Result result, const char **name) {
  if (!name)
    return Result::InvalidValue;
  *name = resultName(result);
  return *name ? Result::Success : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuGetErrorString(Result result, const char **text) {
  if (!text)
    return Result::InvalidValue;
  *text = resultText(result);
  return *text ? Result::Success : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuDriverGetVersion(int *version) {
  if (!version)
    return Result::InvalidValue;
  *version = 13000;
  return Result::Success;
}

THEANO_SIM_EXPORT cuInit(unsigned flags) {
  Call call;
  THEANO_SIM_TRY(call.permitted());
  if (flags)
    return Result::InvalidValue;
  if (state().initialized)
    return Result::Success;
  std::string error;
  if (!state().readEnvironment(error)) {
    std::fprintf(stderr, "theano-sim: %s\n", error.c_str());
    return Result::InvalidValue;
  }
  state().initialized = true;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuDeviceGetCount(int *count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!count)
    return Result::InvalidValue;
  *count = 1;
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGet(Device *device, int ordinal) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!device)
    return Result::InvalidValue;
  if (ordinal != 0)
    return Result::InvalidDevice;
  *device = deviceNumber;
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGetName(char *name, int length, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!name || length <= 0)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  std::snprintf(name, static_cast<size_t>(length), "Simulated CUDA device");
  return Result::Success;
}

/// The chip that is simulated.
static const Chip &chip() { return chipOf(state().options.arch); }

// What is not here is no number of this device, or a feature that it lacks.
static int attributeValue(DeviceAttribute attribute) {
  using enum DeviceAttribute;
  constexpr int yes = 1;
  switch (attribute) {
  case MaxThreadsPerBlock:
  case MaxBlockDimX:
  case MaxBlockDimY:
    return maxThreadsPerBlock;
  case MaxBlockDimZ:
    return 64;
  case MaxGridDimX:
  case MaxPitch:
    return 0x7fffffff;
  case MaxGridDimY:
  case MaxGridDimZ:
    return 65535;
  case MaxSharedMemoryPerBlock:
    return sharedPerBlockByDefault;
  case TotalConstantMemory:
    return 64 << 10;
  case WarpSize:
    return 32;
  case MaxRegistersPerBlock:
  case MaxRegistersPerMultiprocessor:
    return registersPerMultiprocessor;
  case ClockRate:
  case MemoryClockRate:
    return 1'000'000; // kHz
  case TextureAlignment:
    return 512;
  case MultiprocessorCount:
    return multiprocessors;
  case GpuOverlap:
  case CanMapHostMemory:
  case ConcurrentKernels:
  case PciBusId:
  case UnifiedAddressing:
  case StreamPrioritiesSupported:
  case GlobalL1CacheSupported:
  case LocalL1CacheSupported:
  case ManagedMemory:
  case ConcurrentManagedAccess:
  case ComputePreemptionSupported:
  case CanUseHostPointerForRegisteredMemory:
  case CooperativeLaunch:
  case HostRegisterSupported:
  case MemoryPoolsSupported:
    return yes;
  case AsyncEngineCount:
    return 2;
  case GlobalMemoryBusWidth:
    return 5120; // bits
  case L2CacheSize:
    return 40 << 20;
  case SingleToDoublePerformanceRatio:
    return 2;
  case ComputeCapabilityMajor:
    return state().options.arch / 10;
  case ComputeCapabilityMinor:
    return state().options.arch % 10;
  case MaxThreadsPerMultiprocessor:
    return chip().threadsPerMultiprocessor;
  case MaxBlocksPerMultiprocessor:
    return chip().blocksPerMultiprocessor;
  case MaxSharedMemoryPerMultiprocessor:
    return chip().sharedPerMultiprocessor;
  case MaxSharedMemoryPerBlockOptin:
    return chip().sharedPerBlock;
  case ReservedSharedMemoryPerBlock:
    return chip().sharedReservedPerBlock;
  case ClusterLaunch:
  case TensorMapAccessSupported:
    return state().options.arch >= 90;
  case MemoryPoolHandleTypes:
  case Last:
    return 0;
  }
  return 0;
}

THEANO_SIM_EXPORT cuDeviceGetAttribute(int *value, DeviceAttribute attribute,
                                       Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  if (!value || attribute == DeviceAttribute{} ||
      attribute > DeviceAttribute::Last)
    return Result::InvalidValue;
  *value = attributeValue(attribute);
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceTotalMem_v2(size_t *bytes, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!bytes)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  *bytes = deviceMemory();
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceComputeCapability(int *major, int *minor,
                                            Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!major || !minor)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  *major = attributeValue(DeviceAttribute::ComputeCapabilityMajor);
  *minor = attributeValue(DeviceAttribute::ComputeCapabilityMinor);
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGetProperties(DeviceProperties *properties,
                                        Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!properties)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  using enum DeviceAttribute;
  *properties = {
      attributeValue(MaxThreadsPerBlock),
      {attributeValue(MaxBlockDimX), attributeValue(MaxBlockDimY),
       attributeValue(MaxBlockDimZ)},
      {attributeValue(MaxGridDimX), attributeValue(MaxGridDimY),
       attributeValue(MaxGridDimZ)},
      attributeValue(MaxSharedMemoryPerBlock),
      attributeValue(TotalConstantMemory),
      attributeValue(WarpSize),
      attributeValue(MaxPitch),
      attributeValue(MaxRegistersPerBlock),
      attributeValue(ClockRate),
      attributeValue(TextureAlignment),
  };
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Which device it is
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuDeviceGetUuid(Uuid *uuid, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!uuid)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  std::memcpy(uuid->bytes, "theano-simulator", sizeof(uuid->bytes));
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGetLuid(char *luid, unsigned *nodeMask,
                                  Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!luid || !nodeMask)
    return Result::InvalidValue;
  // Only Windows has such a number.
  return device == deviceNumber ? Result::NotSupported : Result::InvalidDevice;
}

static constexpr const char *busId = "0000:01:00.0";

THEANO_SIM_EXPORT cuDeviceGetPCIBusId(char *id, int length, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!id || length <= 0)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  std::snprintf(id, static_cast<size_t>(length), "%s", busId);
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGetByPCIBusId(Device *device, const char *id) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!device || !id)
    return Result::InvalidValue;
  // [domain:]bus:device[.function]
  std::string_view wanted = id, full = busId;
  for (std::string_view form :
       {full, full.substr(5), full.substr(0, 10), full.substr(5, 5)})
    if (wanted == form) {
      *device = deviceNumber;
      return Result::Success;
    }
  return Result::InvalidDevice;
}

THEANO_SIM_EXPORT cuDeviceCanAccessPeer(int *can, Device device, Device peer) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!can)
    return Result::InvalidValue;
  if (device != deviceNumber || peer != deviceNumber)
    return Result::InvalidDevice;
  *can = 0; // a device is no peer of itself
  return Result::Success;
}
