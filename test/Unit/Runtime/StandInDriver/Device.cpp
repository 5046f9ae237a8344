//===- Device.cpp - devices and contexts of the stand-in driver -----------===//

#include "State.h"

#include <cstring>

using namespace theano::standin;

STANDIN_EXPORT Result cuGetErrorName(Result result, const char **name) {
  return call("cuGetErrorName", Needs::Nothing, [&] {
    *name = resultName(result);
    return *name ? Result::Success : Result::InvalidValue;
  });
}

STANDIN_EXPORT Result cuGetErrorString(Result result, const char **text) {
  return call("cuGetErrorString", Needs::Nothing, [&] {
    *text = resultText(result);
    return *text ? Result::Success : Result::InvalidValue;
  });
}

STANDIN_EXPORT Result cuInit(unsigned flags) {
  return call("cuInit", Needs::Init, [&] {
    if (flags)
      return Result::InvalidValue;
    if (State::get().settings.devices == 0)
      return Result::NoDevice;
    State::get().initialised = true;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuDriverGetVersion(int *version) {
  return call("cuDriverGetVersion", Needs::Init, [&] {
    *version = 13000;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuDeviceGetCount(int *count) {
  return call("cuDeviceGetCount", Needs::Init, [&] {
    *count = State::get().settings.devices;
    return Result::Success;
  });
}

namespace {
/// A device is its ordinal plus this, so that mixing them up shows.
constexpr Device firstDevice = 40;

bool isDevice(Device device) {
  return device >= firstDevice &&
         device < firstDevice + State::get().settings.devices;
}

int attributeOf(DeviceAttribute attribute, bool &known) {
  const Settings &settings = State::get().settings;
  switch (attribute) {
  case DeviceAttribute::MaxThreadsPerBlock:
  case DeviceAttribute::MaxBlockDimX:
  case DeviceAttribute::MaxBlockDimY:
    return 1024;
  case DeviceAttribute::MaxBlockDimZ:
    return 64;
  case DeviceAttribute::MaxGridDimX:
    return 0x7fffffff;
  case DeviceAttribute::MaxGridDimY:
  case DeviceAttribute::MaxGridDimZ:
    return 65535;
  case DeviceAttribute::MaxSharedMemoryPerBlock:
    return 48 * 1024;
  case DeviceAttribute::WarpSize:
    return 32;
  case DeviceAttribute::MaxRegistersPerBlock:
    return 65536;
  case DeviceAttribute::ClockRate:
    return 1000000;
  case DeviceAttribute::MultiprocessorCount:
    return 4;
  case DeviceAttribute::ComputeCapabilityMajor:
    return settings.major;
  case DeviceAttribute::ComputeCapabilityMinor:
    return settings.minor;
  case DeviceAttribute::MaxSharedMemoryPerBlockOptin:
    return 99 * 1024;
  default:
    known = false; // the runtime asks for none of them
    return 0;
  }
}
} // namespace

STANDIN_EXPORT Result cuDeviceGet(Device *device, int ordinal) {
  return call("cuDeviceGet", Needs::Init, [&] {
    if (!isDevice(firstDevice + ordinal))
      return Result::InvalidDevice;
    *device = firstDevice + ordinal;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuDeviceGetName(char *name, int length, Device device) {
  return call("cuDeviceGetName", Needs::Init, [&] {
    if (!isDevice(device) || length <= 0)
      return Result::InvalidValue;
    std::strncpy(name, "Stand-in", static_cast<size_t>(length));
    name[length - 1] = 0;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuDeviceGetAttribute(int *value,
                                           DeviceAttribute attribute,
                                           Device device) {
  return call("cuDeviceGetAttribute", Needs::Init, [&] {
    bool known = true;
    *value = attributeOf(attribute, known);
    return isDevice(device) && known ? Result::Success : Result::InvalidValue;
  });
}

STANDIN_EXPORT Result cuDeviceTotalMem_v2(size_t *bytes, Device device) {
  return call("cuDeviceTotalMem", Needs::Init, [&] {
    *bytes = State::get().settings.memory;
    return isDevice(device) ? Result::Success : Result::InvalidDevice;
  });
}

STANDIN_EXPORT Result cuDevicePrimaryCtxRetain(Context *context,
                                               Device device) {
  return call("cuDevicePrimaryCtxRetain", Needs::Init, [&] {
    if (!isDevice(device))
      return Result::InvalidDevice;
    ++State::get().retained[device];
    *context = contextOf(device);
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuDevicePrimaryCtxRelease(Device device) {
  return call("cuDevicePrimaryCtxRelease", Needs::Init, [&] {
    State &state = State::get();
    auto it = state.retained.find(device);
    if (it == state.retained.end()) {
      state.find("cuDevicePrimaryCtxRelease: not retained");
      return Result::InvalidContext;
    }
    if (--it->second == 0)
      state.retained.erase(it);
    if (state.retained.empty())
      state.closeContext();
    return Result::Success;
  });
}
STANDIN_ALIAS(cuDevicePrimaryCtxRelease_v2, cuDevicePrimaryCtxRelease);

STANDIN_EXPORT Result cuCtxPushCurrent_v2(Context context) {
  return call("cuCtxPushCurrent", Needs::Init, [&] {
    for (const auto &[device, count] : State::get().retained)
      if (context == contextOf(device)) {
        contextStack().push_back(context);
        return Result::Success;
      }
    State::get().find("cuCtxPushCurrent: unknown context");
    return Result::InvalidContext;
  });
}
STANDIN_ALIAS(cuCtxPushCurrent, cuCtxPushCurrent_v2);

STANDIN_EXPORT Result cuCtxPopCurrent_v2(Context *context) {
  return call("cuCtxPopCurrent", Needs::Init, [&] {
    if (contextStack().empty()) {
      State::get().find("cuCtxPopCurrent: no context is current");
      return Result::InvalidContext;
    }
    if (context)
      *context = contextStack().back();
    contextStack().pop_back();
    return Result::Success;
  });
}
STANDIN_ALIAS(cuCtxPopCurrent, cuCtxPopCurrent_v2);

STANDIN_EXPORT Result cuDeviceTotalMem(unsigned *, Device) {
  State::get().find("cuDeviceTotalMem: the 32-bit interface of CUDA 3");
  return Result::NotSupported;
}
