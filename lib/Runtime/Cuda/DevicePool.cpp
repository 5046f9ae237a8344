//===- DevicePool.cpp - device memory, kept for reuse ---------------------===//

#include "DevicePool.h"

#include <algorithm>
#include <bit>

namespace theano::cuda {

DevicePool::~DevicePool() { giveBackKept(); }

size_t DevicePool::classSize(size_t bytes) const {
  if (exact_)
    return bytes;
  size_t step = std::max<size_t>(256, std::bit_floor(bytes) / 8);
  return (bytes + step - 1) / step * step;
}

Expected<uint64_t> DevicePool::allocate(size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto explain = [&](const std::string &reason) {
    return outOfMemory("out of memory: cannot allocate " +
                       std::to_string(bytes) + " bytes on " + deviceName_ +
                       " (" + std::to_string(inUse_) + " of " +
                       std::to_string(capacity_) +
                       " bytes are in use by this program): " + reason);
  };
  // Also keeps the rounding from overflowing.
  if (bytes > capacity_)
    return explain("more than the device has");

  size_t size = classSize(bytes);
  DevicePtr address = 0;
  if (std::vector<DevicePtr> &blocks = kept_[size]; !blocks.empty()) {
    address = blocks.back();
    blocks.pop_back();
  } else {
    Status status = allocateBlock(size, address);
    if (status.failed() && status.failure().kind == ErrorKind::OutOfMemory &&
        giveBackKept())
      status = allocateBlock(size, address);
    if (status.failed())
      return status.failure().kind == ErrorKind::OutOfMemory
                 ? explain(status.message())
                 : std::move(status).failure();
  }
  inUse_ += bytes;
  peak_ = std::max(peak_, inUse_);
  return uint64_t(address);
}

void DevicePool::deallocate(DevicePtr address, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  inUse_ -= bytes;
  if (exact_)
    giveBack(address);
  else
    kept_[classSize(bytes)].push_back(address);
}

Status DevicePool::allocateBlock(size_t size, DevicePtr &address) {
  return context_->run([&] {
    const Driver &driver = context_->driver();
    return driver.check(driver.MemAlloc, &address, size);
  });
}

bool DevicePool::giveBackKept() {
  bool any = false;
  for (auto &[size, blocks] : kept_)
    for (DevicePtr block : blocks) {
      giveBack(block);
      any = true;
    }
  kept_.clear();
  return any;
}

void DevicePool::giveBack(DevicePtr address) {
  context_->release([&] {
    // The driver promises no order between a free and work in a stream.
    context_->defer(context_->wait());
    const Driver &driver = context_->driver();
    return driver.check(driver.MemFree, address);
  });
}

size_t DevicePool::bytesInUse() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return inUse_;
}

size_t DevicePool::peakBytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return peak_;
}

void DevicePool::resetPeak() {
  std::lock_guard<std::mutex> lock(mutex_);
  peak_ = inUse_;
}

} // namespace theano::cuda
