//===- DeviceBlocks.h - blocks of a GPU's memory ----------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_DEVICEBLOCKS_H
#define THEANO_LIB_RUNTIME_CUDA_DEVICEBLOCKS_H

#include "../MemoryPool.h"
#include "DeviceContext.h"

namespace theano::cuda {

/// Memory that the driver allocates on the device.
class DeviceBlocks final : public BlockSource {
public:
  /// The driver rounds blocks up to it.
  static constexpr size_t kGranularity = 256;

  explicit DeviceBlocks(std::shared_ptr<DeviceContext> context)
      : context_(std::move(context)) {}

  Expected<DeviceAddress> take(size_t size) override;
  void giveBack(DeviceAddress block, size_t size) override;

private:
  const std::shared_ptr<DeviceContext> context_;
};

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_DEVICEBLOCKS_H
