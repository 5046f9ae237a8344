//===- DeviceArray.cpp - an array in a device's memory --------------------===//

#include "theano/Runtime/DeviceArray.h"

#include <cstring>

using namespace theano;

// What kernels rely on for their widest accesses.
static constexpr uintptr_t alignment = 16;

int64_t DeviceArray::byteSize() const {
  auto bytes = static_cast<int64_t>(dtypeSize(dtype));
  for (int64_t size : shape)
    if (size == 0)
      return 0;
  for (int64_t size : shape)
    bytes *= size;
  return bytes;
}

Expected<DeviceArray> theano::toDevice(std::shared_ptr<Device> device,
                                       const HostArray &array) {
  auto address = reinterpret_cast<uintptr_t>(array.data());
  if (!device->hostAccessible() || address % alignment != 0)
    return copyToDevice(std::move(device), array);
  return DeviceArray{std::move(device), array.dtype(), array.shape(),
                     array.size() ? address : 0, array.owner()};
}

Expected<DeviceArray> theano::copyToDevice(std::shared_ptr<Device> device,
                                           const HostArray &array) {
  auto bytes = static_cast<size_t>(array.byteSize());
  Expected<Buffer> buffer = Buffer::allocate(device, bytes);
  if (!buffer)
    return buffer.takeStatus();
  if (bytes)
    if (Status status =
            device->copyToDevice(buffer->address(), array.data(), bytes);
        status.failed())
      return status;
  DeviceAddress address = buffer->address();
  return DeviceArray{std::move(device), array.dtype(), array.shape(), address,
                     std::make_shared<Buffer>(std::move(*buffer))};
}

Expected<HostArray> theano::toHost(const DeviceArray &array) {
  if (!array.device->hostAccessible())
    return copyToHost(array);
  return HostArray::wrap(array.dtype, array.shape,
                         reinterpret_cast<void *>(array.address), array.owner);
}

Expected<HostArray> theano::copyToHost(const DeviceArray &array) {
  Expected<HostArray> result = HostArray::allocate(array.dtype, array.shape);
  if (!result)
    return result;
  if (size_t bytes = static_cast<size_t>(array.byteSize()))
    if (Status status =
            array.device->copyToHost(result->data(), array.address, bytes);
        status.failed())
      return status;
  return result;
}

Expected<std::vector<DeviceArray>>
theano::toDevice(const std::shared_ptr<Device> &device,
                 std::span<const HostArray> arrays) {
  std::vector<DeviceArray> result;
  for (const HostArray &array : arrays) {
    Expected<DeviceArray> one = toDevice(device, array);
    if (!one)
      return one.takeStatus();
    result.push_back(std::move(*one));
  }
  return result;
}

Expected<std::vector<HostArray>>
theano::toHost(std::span<const DeviceArray> arrays) {
  std::vector<HostArray> result;
  for (const DeviceArray &array : arrays) {
    Expected<HostArray> one = toHost(array);
    if (!one)
      return one.takeStatus();
    result.push_back(std::move(*one));
  }
  return result;
}
