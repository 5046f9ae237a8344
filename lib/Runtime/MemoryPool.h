//===- MemoryPool.h - host memory for the CPU device ------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_MEMORYPOOL_H
#define THEANO_LIB_RUNTIME_MEMORYPOOL_H

#include "theano/Runtime/Device.h"

#include <mutex>
#include <unordered_map>

namespace theano {

/// Aligned host memory. Freed blocks are kept by size class (four classes to
/// each power of two, so at most a quarter is wasted), or, when `exact`, given
/// back at once and never rounded up. When the system has no more, everything
/// that is kept is given back and the allocation tried again.
class MemoryPool {
public:
  static constexpr size_t kAlignment = 64;

  explicit MemoryPool(bool exact) : exact_(exact) {}
  ~MemoryPool();

  Expected<DeviceAddress> allocate(size_t bytes);
  void deallocate(DeviceAddress address, size_t bytes);

  size_t bytesInUse() const;
  size_t peakBytes() const;
  void resetPeak();

private:
  void trim();

  const bool exact_;
  mutable std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void *>> free_; // by class size
  size_t inUse_ = 0, peak_ = 0;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_MEMORYPOOL_H
