//===- MemoryPool.cpp - device memory, kept for reuse ---------------------===//

#include "MemoryPool.h"

#include <algorithm>
#include <bit>

using namespace theano;

MemoryPool::~MemoryPool() { giveBackKept(); }

size_t MemoryPool::classSize(size_t bytes) const {
  if (options_.exact)
    return bytes;
  size_t step = std::max(options_.granularity, std::bit_floor(bytes) / 8);
  return (bytes + step - 1) / step * step;
}

Expected<DeviceAddress> MemoryPool::allocate(size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto explain = [&](const std::string &reason) {
    return outOfMemory("out of memory: cannot allocate " +
                       std::to_string(bytes) + " bytes on " +
                       options_.deviceName + " (" + std::to_string(inUse_) +
                       " of " + std::to_string(options_.capacity) +
                       " bytes are in use by this program): " + reason);
  };
  // Also keeps the rounding from overflowing.
  if (bytes > options_.capacity)
    return explain("more than the device has");

  size_t size = classSize(bytes);
  DeviceAddress block = 0;
  if (std::vector<DeviceAddress> &blocks = kept_[size]; !blocks.empty()) {
    block = blocks.back();
    blocks.pop_back();
  } else {
    Expected<DeviceAddress> taken = source_->take(size);
    if (!taken && taken.failure().kind == ErrorKind::OutOfMemory &&
        giveBackKept())
      taken = source_->take(size);
    if (!taken)
      return taken.failure().kind == ErrorKind::OutOfMemory
                 ? Status(explain(taken.message()))
                 : taken.takeStatus();
    block = *taken;
  }
  inUse_ += bytes;
  peak_ = std::max(peak_, inUse_);
  return block;
}

void MemoryPool::deallocate(DeviceAddress block, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  inUse_ -= bytes;
  if (options_.exact)
    source_->giveBack(block, bytes);
  else
    kept_[classSize(bytes)].push_back(block);
}

bool MemoryPool::giveBackKept() {
  bool any = false;
  for (auto &[size, blocks] : kept_)
    for (DeviceAddress block : blocks) {
      source_->giveBack(block, size);
      any = true;
    }
  kept_.clear();
  return any;
}

size_t MemoryPool::bytesInUse() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return inUse_;
}

size_t MemoryPool::peakBytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return peak_;
}

void MemoryPool::resetPeak() {
  std::lock_guard<std::mutex> lock(mutex_);
  peak_ = inUse_;
}
