//===- Device.cpp - the device, its facts and its context -----------------===//

#include "Driver/State.h"

#include <cstdio>
#include <cstring>

using namespace theano::cuda;

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

static bool attributeValue(DeviceAttribute attribute, int &value) {
  using enum DeviceAttribute;
  switch (attribute) {
  case MaxThreadsPerBlock:
  case MaxBlockDimX:
  case MaxBlockDimY:
    value = 1024;
    return true;
  case MaxBlockDimZ:
    value = 64;
    return true;
  case MaxGridDimX:
    value = 0x7fffffff;
    return true;
  case MaxGridDimY:
  case MaxGridDimZ:
    value = 65535;
    return true;
  case MaxSharedMemoryPerBlock:
    value = 48 << 10;
    return true;
  case WarpSize:
    value = 32;
    return true;
  case MaxRegistersPerBlock:
    value = 65536;
    return true;
  case ClockRate:
    value = 1'000'000; // kHz
    return true;
  case MultiprocessorCount:
    // Blocks run on host threads, but programs size their grids by this; it is
    // fixed, so that results do not depend on the host.
    value = 108;
    return true;
  case ComputeCapabilityMajor:
    value = state().options.arch / 10;
    return true;
  case ComputeCapabilityMinor:
    value = state().options.arch % 10;
    return true;
  case MaxSharedMemoryPerBlockOptin:
    value = (state().options.arch >= 90 ? 227 : 163) << 10;
    return true;
  }
  return false;
}

THEANO_SIM_EXPORT cuDeviceGetAttribute(int *value, DeviceAttribute attribute,
                                       Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  return value && attributeValue(attribute, *value) ? Result::Success
                                                    : Result::InvalidValue;
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

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuDevicePrimaryCtxRetain(Context *context, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!context)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  State &all = state();
  if (!all.primary)
    all.primary = std::make_unique<ContextObject>(deviceMemory());
  ++all.primaryUses;
  *context = all.primary.get();
  return Result::Success;
}

static Result releasePrimary(Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  if (state().primaryUses == 0)
    return Result::InvalidContext;
  if (--state().primaryUses == 0)
    destroyPrimary();
  return Result::Success;
}

THEANO_SIM_EXPORT cuDevicePrimaryCtxRelease(Device device) {
  return releasePrimary(device);
}
THEANO_SIM_EXPORT cuDevicePrimaryCtxRelease_v2(Device device) {
  return releasePrimary(device);
}

THEANO_SIM_EXPORT cuCtxPushCurrent_v2(Context context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!context || context != state().primary.get())
    return Result::InvalidContext;
  contextStack().push_back(context);
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxPopCurrent_v2(Context *context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (contextStack().empty())
    return Result::InvalidContext;
  if (context)
    *context = contextStack().back();
  contextStack().pop_back();
  return Result::Success;
}
