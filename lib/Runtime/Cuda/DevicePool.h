//===- DevicePool.h - device memory, kept for reuse -------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_DEVICEPOOL_H
#define THEANO_LIB_RUNTIME_CUDA_DEVICEPOOL_H

#include "DeviceContext.h"

#include <unordered_map>

namespace theano::cuda {

/// Device memory. Freed blocks are kept by size class (eight classes to each
/// power of two, so at most an eighth is wasted); as all work is in one stream,
/// a block may be handed out again while its last use is still pending. When
/// `exact`, a block has the size asked for and is given back when freed.
class DevicePool {
public:
  /// `capacity` is the device's memory in bytes; `deviceName` is for messages.
  DevicePool(std::shared_ptr<DeviceContext> context, std::string deviceName,
             size_t capacity, bool exact)
      : context_(std::move(context)), deviceName_(std::move(deviceName)),
        capacity_(capacity), exact_(exact) {}
  ~DevicePool();

  Expected<uint64_t> allocate(size_t bytes);
  void deallocate(DevicePtr address, size_t bytes);

  size_t bytesInUse() const;
  size_t peakBytes() const;
  void resetPeak();

private:
  size_t classSize(size_t bytes) const;
  Status allocateBlock(size_t size, DevicePtr &address);
  bool giveBackKept();
  void giveBack(DevicePtr address);

  const std::shared_ptr<DeviceContext> context_;
  const std::string deviceName_;
  const size_t capacity_;
  const bool exact_;
  mutable std::mutex mutex_; // guards what follows
  std::unordered_map<size_t, std::vector<DevicePtr>> kept_; // by class size
  size_t inUse_ = 0, peak_ = 0;
};

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_DEVICEPOOL_H
