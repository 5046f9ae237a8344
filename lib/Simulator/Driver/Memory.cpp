//===- Memory.cpp - memory of the device ----------------------------------===//

#include "Driver/Memory.h"

#include "Driver/Capture.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace theano::cuda;
using theano::sim::AllocationKind;

/// Fresh memory up to this many bytes gets a content.
static constexpr size_t mostFilled = 64 << 20;

std::optional<FoundAllocation>
theano::cuda::findAllocation(ContextData &context, uint64_t address) {
  if (auto found = context.memory.find(address))
    return FoundAllocation{&context, std::move(*found)};
  for (const auto &[handle, other] : state().contexts)
    if (other.get() != &context)
      if (auto found = other->memory.find(address))
        return FoundAllocation{other.get(), std::move(*found)};
  return std::nullopt;
}

bool theano::cuda::isMapped(uint64_t address, uint64_t bytes) {
  constexpr uint64_t longest = uint64_t(1) << 56;
  if (bytes > longest || address > longest)
    return false;
  auto page = static_cast<uint64_t>(std::max(sysconf(_SC_PAGESIZE), 1L));
  uint64_t begin = address / page * page;
  // It answers for each page, and has nothing else to do.
  return msync(reinterpret_cast<void *>(begin), address + bytes - begin,
               MS_ASYNC) == 0;
}

std::optional<uint64_t> theano::cuda::allocateOnDevice(ContextData &context,
                                                       uint64_t bytes,
                                                       AllocationKind kind) {
  if (bytes > deviceMemory() || deviceMemoryInUse() > deviceMemory() - bytes)
    return std::nullopt;
  bool checks = state().options.launch.deepChecks;
  context.memory.trackWrites(checks);
  std::optional<uint64_t> made = context.memory.allocate(bytes, kind);
  // Not zeros, which often do by chance: NaN and -1. What is large takes no
  // memory of the host before it is used.
  if (made && (bytes <= mostFilled || checks))
    std::memset(reinterpret_cast<void *>(*made), 255, bytes);
  return made;
}

Result theano::cuda::finishUsers(ContextCall &context, uint64_t address) {
  auto found = findAllocation(*context, address);
  if (found && found->context != &*context)
    waitForIdle(context, *found->context);
  return context.finishAll();
}

bool theano::cuda::freeOnDevice(ContextData &context, uint64_t address) {
  auto found = findAllocation(context, address);
  if (!found || found->allocation.freed || found->allocation.begin != address)
    return false;
  AllocationKind kind = found->allocation.kind;
  if (kind != AllocationKind::Device && kind != AllocationKind::Managed)
    return false;
  ContextData &owner = *found->context;
  if (auto facts = owner.facts.find(address); facts != owner.facts.end()) {
    if (PoolData *pool = state().pools.find(facts->second.pool))
      noteGivenBack(*pool, found->allocation.end - address);
    owner.facts.erase(facts);
  }
  return owner.memory.free(address, kind);
}

THEANO_SIM_EXPORT cuMemGetInfo_v2(size_t *free, size_t *total) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!free || !total)
    return Result::InvalidValue;
  *total = deviceMemory();
  *free = *total - std::min(*total, deviceMemoryInUse());
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemAlloc_v2(DevicePtr *address, size_t bytes) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!address || bytes == 0)
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterUnsafe());
  auto made = allocateOnDevice(*context, bytes, AllocationKind::Device);
  if (!made)
    return Result::OutOfMemory;
  *address = *made;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemAllocPitch_v2(DevicePtr *address, size_t *pitch,
                                     size_t width, size_t height,
                                     unsigned elementBytes) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!address || !pitch || width == 0 || height == 0 ||
      (elementBytes != 4 && elementBytes != 8 && elementBytes != 16))
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterUnsafe());
  constexpr size_t rowAlignment = 512;
  if (width > deviceMemory())
    return Result::OutOfMemory;
  size_t row = (width + rowAlignment - 1) / rowAlignment * rowAlignment;
  if (height > deviceMemory() / row)
    return Result::OutOfMemory;
  auto made = allocateOnDevice(*context, row * height, AllocationKind::Device);
  if (!made)
    return Result::OutOfMemory;
  *address = *made;
  *pitch = row;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemAllocManaged(DevicePtr *address, size_t bytes,
                                    unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!address || bytes == 0 || (flags != attachGlobal && flags != attachHost))
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterUnsafe());
  auto made = allocateOnDevice(*context, bytes, AllocationKind::Managed);
  if (!made)
    return Result::OutOfMemory;
  context->facts[*made].flags = flags;
  *address = *made;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemFree_v2(DevicePtr address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (address == 0)
    return Result::Success;
  THEANO_SIM_TRY(enterUnsafe());
  // Earlier work may use it still.
  THEANO_SIM_TRY(finishUsers(context, address));
  return freeOnDevice(*context, address) ? Result::Success
                                         : Result::InvalidValue;
}
