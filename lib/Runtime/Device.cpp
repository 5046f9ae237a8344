//===- Device.cpp - what all devices share --------------------------------===//

#include "theano/Runtime/Device.h"

#include <chrono>
#include <utility>

using namespace theano;

Status Device::gemm(const GemmCall &) { return unsupported(gemmDescription()); }

std::string Device::gemmDescription() const {
  return "device " + name() + " has no matrix-product library";
}

Expected<StatusWord> Device::readStatus(DeviceAddress word) {
  StatusWord status;
  if (Status copied = copyToHost(&status, word, sizeof(status));
      copied.failed())
    return copied;
  return status;
}

Expected<int64_t> Device::measure(const std::function<Status()> &issue) {
  if (Status before = synchronize(); before.failed())
    return before;
  auto start = std::chrono::steady_clock::now();
  if (Status issued = issue(); issued.failed())
    return issued;
  if (Status after = synchronize(); after.failed())
    return after;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now() - start)
      .count();
}

Buffer &Buffer::operator=(Buffer &&other) noexcept {
  if (this == &other)
    return *this;
  release();
  device_ = std::move(other.device_);
  address_ = std::exchange(other.address_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void Buffer::release() {
  if (address_)
    device_->deallocate(address_, bytes_);
  address_ = 0;
}

Expected<Buffer> Buffer::allocate(std::shared_ptr<Device> device,
                                  size_t bytes) {
  Buffer buffer;
  if (bytes) {
    Expected<DeviceAddress> address = device->allocate(bytes);
    if (!address)
      return address.takeStatus();
    buffer.address_ = *address;
  }
  buffer.device_ = std::move(device);
  buffer.bytes_ = bytes;
  return buffer;
}
