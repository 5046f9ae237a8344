//===- HostBlocks.h - blocks of host memory ---------------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_HOSTBLOCKS_H
#define THEANO_LIB_RUNTIME_HOSTBLOCKS_H

#include "MemoryPool.h"

namespace theano {

/// Aligned memory of the C library, no more than the machine physically has:
/// the system may promise more, and end the process when it is used.
class HostBlocks final : public BlockSource {
public:
  static constexpr size_t kAlignment = 64;

  Expected<DeviceAddress> take(size_t size) override;
  void giveBack(DeviceAddress block, size_t size) override;

private:
  size_t held_ = 0;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_HOSTBLOCKS_H
