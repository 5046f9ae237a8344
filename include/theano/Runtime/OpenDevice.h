//===- OpenDevice.h - the device that a name asks for -----------*- C++ -*-===//

#ifndef THEANO_RUNTIME_OPENDEVICE_H
#define THEANO_RUNTIME_OPENDEVICE_H

#include "theano/Runtime/CpuDevice.h"
#include "theano/Runtime/CudaDevice.h"

namespace theano {

/// What a device name says.
struct DeviceName {
  enum class Kind : uint8_t { Auto, Cpu, Cuda };
  Kind kind = Kind::Auto;
  int ordinal = 0; ///< of a Cuda device
};

/// Reads "auto", "cpu", "cuda" (the same as "cuda:0") or "cuda:N".
Expected<DeviceName> parseDeviceName(std::string_view name);

struct OpenedDevice {
  std::shared_ptr<Device> device;
  /// Why "auto" took the CPU, for people; otherwise empty.
  std::string note;
};

/// Opens the device called `name`. "auto" takes the first GPU, and the CPU
/// where there is no driver or it has no device; a GPU that is there and cannot
/// be used is an error, as is a driver that is named but cannot be opened.
/// `cuda.ordinal` is taken from the name.
Expected<OpenedDevice> openDevice(std::string_view name, CpuDeviceOptions cpu,
                                  CudaDeviceOptions cuda = {});

} // namespace theano

#endif // THEANO_RUNTIME_OPENDEVICE_H
