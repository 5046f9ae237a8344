//===- HostBlocks.cpp - blocks of host memory -----------------------------===//

#include "HostBlocks.h"

#include "theano/Support/Memory.h"

#include <cstdlib>

using namespace theano;

Expected<DeviceAddress> HostBlocks::take(size_t size) {
  size_t limit = physicalMemory();
  void *block = nullptr;
  // posix_memalign takes any size, so a memory checker sees its exact end.
  if (size > limit || held_ > limit - size ||
      posix_memalign(&block, kAlignment, size) != 0)
    return outOfMemory("the host has no more");
  held_ += size;
  return reinterpret_cast<DeviceAddress>(block);
}

void HostBlocks::giveBack(DeviceAddress block, size_t size) {
  held_ -= size;
  std::free(reinterpret_cast<void *>(block));
}
