//===- DeviceBlocks.cpp - blocks of a GPU's memory ------------------------===//

#include "DeviceBlocks.h"

namespace theano::cuda {

Expected<DeviceAddress> DeviceBlocks::take(size_t size) {
  DevicePtr block = 0;
  Status status = context_->run([&] {
    const Driver &driver = context_->driver();
    return driver.check(driver.MemAlloc, &block, size);
  });
  if (status.failed())
    return status;
  return DeviceAddress(block);
}

void DeviceBlocks::giveBack(DeviceAddress block, size_t) {
  context_->release([&] {
    // The driver promises no order between a free and work in a stream.
    context_->defer(context_->wait());
    const Driver &driver = context_->driver();
    return driver.check(driver.MemFree, DevicePtr(block));
  });
}

} // namespace theano::cuda
