//===- StagingBuffer.cpp - small copies that need not wait ----------------===//

#include "StagingBuffer.h"

#include <cstring>

namespace theano::cuda {

Expected<std::unique_ptr<StagingBuffer>>
StagingBuffer::create(const std::shared_ptr<DeviceContext> &context) {
  std::unique_ptr<StagingBuffer> made(new StagingBuffer(context));
  const Driver &driver = context->driver();
  Status status = context->run([&] {
    return driver.check(driver.MemAllocHost, &made->memory_, kCapacity);
  });
  if (status.failed())
    return status;
  return made;
}

StagingBuffer::~StagingBuffer() {
  if (!memory_)
    return;
  context_->release([&] {
    context_->defer(context_->wait());
    const Driver &driver = context_->driver();
    return driver.check(driver.MemFreeHost, memory_);
  });
}

Status StagingBuffer::copyToDevice(DevicePtr target, const void *source,
                                   size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (bytes > kCapacity - used_) {
    if (Status status = context_->wait(); status.failed())
      return status;
    used_ = 0;
  }
  void *piece = static_cast<char *>(memory_) + used_;
  std::memcpy(piece, source, bytes);
  const Driver &driver = context_->driver();
  Status status =
      driver.check(driver.MemcpyHtoDAsync, target,
                   static_cast<const void *>(piece), bytes, context_->stream());
  if (status.succeeded())
    used_ = std::min(kCapacity, (used_ + bytes + 15) / 16 * 16);
  return status;
}

} // namespace theano::cuda
