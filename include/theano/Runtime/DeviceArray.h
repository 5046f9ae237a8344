//===- DeviceArray.h - an array in a device's memory ------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_DEVICEARRAY_H
#define THEANO_RUNTIME_DEVICEARRAY_H

#include "theano/Runtime/Device.h"

namespace theano {

/// A C-contiguous array on a device. Copies refer to the same memory, which is
/// freed with the last of them. Every address is aligned to 16 bytes.
struct DeviceArray {
  std::shared_ptr<Device> device;
  DType dtype = DType::Float32;
  Shape shape;
  DeviceAddress address = 0;   ///< 0 for an array without elements
  std::shared_ptr<void> owner; ///< keeps the memory alive; null when borrowed

  int64_t byteSize() const;
};

/// `array` on `device`. Where device memory is host memory and the data is
/// aligned, the bytes are shared, not copied: they must then not change while
/// the result is in use. A borrowed array must outlive the result.
Expected<DeviceArray> toDevice(std::shared_ptr<Device> device,
                               const HostArray &array);

/// A copy of `array` on `device` that shares nothing.
Expected<DeviceArray> copyToDevice(std::shared_ptr<Device> device,
                                   const HostArray &array);

/// The array in host memory; shared with `array` where device memory is host
/// memory.
Expected<HostArray> toHost(const DeviceArray &array);

/// A copy in host memory that shares nothing.
Expected<HostArray> copyToHost(const DeviceArray &array);

/// The same for each of several arrays.
Expected<std::vector<DeviceArray>>
toDevice(const std::shared_ptr<Device> &device,
         std::span<const HostArray> arrays);
Expected<std::vector<HostArray>> toHost(std::span<const DeviceArray> arrays);

} // namespace theano

#endif // THEANO_RUNTIME_DEVICEARRAY_H
