//===- MemoryPool.cpp - host memory for the CPU device --------------------===//

#include "MemoryPool.h"

#include "theano/Support/Memory.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

using namespace theano;

// Rounded up to a quarter of its power of two.
static size_t classSize(size_t bytes) {
  size_t step = std::max(MemoryPool::kAlignment, std::bit_floor(bytes) / 4);
  return (bytes + step - 1) / step * step;
}

MemoryPool::~MemoryPool() { trim(); }

void MemoryPool::trim() {
  for (auto &[size, blocks] : free_)
    for (void *block : blocks)
      std::free(block);
  free_.clear();
}

Expected<DeviceAddress> MemoryPool::allocate(size_t bytes) {
  auto failure = [&] {
    return outOfMemory("out of memory: cannot allocate " +
                       std::to_string(bytes) + " bytes on the cpu");
  };
  std::lock_guard<std::mutex> lock(mutex_);
  size_t limit = std::min<size_t>(physicalMemory(), PTRDIFF_MAX / 2);
  if (bytes > limit || inUse_ > limit - bytes)
    return failure();
  void *block = nullptr;
  if (exact_) {
    // posix_memalign takes any size, so a memory checker sees its exact end.
    if (posix_memalign(&block, kAlignment, bytes) != 0)
      return failure();
  } else {
    size_t size = classSize(bytes);
    std::vector<void *> &blocks = free_[size];
    if (!blocks.empty()) {
      block = blocks.back();
      blocks.pop_back();
    } else {
      block = std::aligned_alloc(kAlignment, size);
      if (!block) {
        trim();
        block = std::aligned_alloc(kAlignment, size);
      }
      if (!block)
        return failure();
    }
  }
  inUse_ += bytes;
  peak_ = std::max(peak_, inUse_);
  return reinterpret_cast<DeviceAddress>(block);
}

void MemoryPool::deallocate(DeviceAddress address, size_t bytes) {
  auto *block = reinterpret_cast<void *>(address);
  std::lock_guard<std::mutex> lock(mutex_);
  inUse_ -= bytes;
  if (exact_)
    std::free(block);
  else
    free_[classSize(bytes)].push_back(block);
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
