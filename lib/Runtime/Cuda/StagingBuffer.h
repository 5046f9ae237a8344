//===- StagingBuffer.h - small copies that need not wait --------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_STAGINGBUFFER_H
#define THEANO_LIB_RUNTIME_CUDA_STAGINGBUFFER_H

#include "DeviceContext.h"

namespace theano::cuda {

/// Page-locked memory through which small pieces reach the device. The caller's
/// bytes may change as soon as a copy returns, although the device has not read
/// them yet: it reads them here.
class StagingBuffer {
public:
  /// Larger copies go straight from the caller's memory, and wait.
  static constexpr size_t kLargest = 64 << 10;
  static constexpr size_t kCapacity = 1 << 20;

  static Expected<std::unique_ptr<StagingBuffer>>
  create(const std::shared_ptr<DeviceContext> &context);
  ~StagingBuffer();

  /// Issues a copy of at most kLargest bytes; only within DeviceContext::run.
  Status copyToDevice(DevicePtr target, const void *source, size_t bytes);

private:
  StagingBuffer(std::shared_ptr<DeviceContext> context)
      : context_(std::move(context)) {}

  std::shared_ptr<DeviceContext> context_;
  std::mutex mutex_; // guards what follows
  void *memory_ = nullptr;
  size_t used_ = 0; // the device may still read what lies below
};

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_STAGINGBUFFER_H
