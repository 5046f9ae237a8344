//===- Pools.cpp - memory in the order of a stream ------------------------===//

#include "Driver/Capture.h"
#include "Driver/Memory.h"

#include <algorithm>

using namespace theano::cuda;
using theano::sim::AllocationKind;

void theano::cuda::noteTaken(PoolData &pool, uint64_t bytes) {
  pool.used += bytes;
  pool.usedHigh = std::max(pool.usedHigh, pool.used);
  pool.reserved = std::max(pool.reserved, pool.used);
  pool.reservedHigh = std::max(pool.reservedHigh, pool.reserved);
}

void theano::cuda::noteGivenBack(PoolData &pool, uint64_t bytes) {
  pool.used -= bytes;
  pool.reserved =
      std::max(pool.used, std::min(pool.reserved, pool.releaseThreshold));
}

static PoolData &defaultPool() {
  State &all = state();
  if (!all.defaultPool)
    all.currentPool = all.defaultPool =
        all.pools.add(std::make_unique<PoolData>());
  return *all.pools.find(all.defaultPool);
}

static PoolData &currentPool() {
  PoolData &fallback = defaultPool();
  PoolData *current = state().pools.find(state().currentPool);
  return current ? *current : fallback;
}

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

/// Graphs here have no nodes that allocate or free.
static Result enterForMemory(StreamData &stream) {
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(stream, isCaptured));
  return isCaptured ? refuseInCapture(stream) : Result::Success;
}

static Result allocate(DevicePtr *address, size_t bytes, PoolData *pool,
                       ContextCall &context, Stream stream) {
  StreamData *order = findStream(*context, stream);
  if (!order)
    return Result::InvalidHandle;
  if (!address || bytes == 0 || !pool)
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterForMemory(*order));
  if (pool->maxSize &&
      (bytes > pool->maxSize || pool->used > pool->maxSize - bytes))
    return Result::OutOfMemory;
  // There is no other use that it would have to wait for.
  auto made = allocateOnDevice(*order->context, bytes, AllocationKind::Device);
  if (!made)
    return Result::OutOfMemory;
  order->context->facts[*made].pool = pool->handle;
  noteTaken(*pool, bytes);
  *address = *made;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemAllocAsync(DevicePtr *address, size_t bytes,
                                  Stream stream) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return allocate(address, bytes, &currentPool(), context, stream);
}

THEANO_SIM_EXPORT cuMemAllocFromPoolAsync(DevicePtr *address, size_t bytes,
                                          MemPool pool, Stream stream) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return allocate(address, bytes, state().pools.find(pool), context, stream);
}

THEANO_SIM_EXPORT cuMemFreeAsync(DevicePtr address, Stream stream) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *order = findStream(*context, stream);
  if (!order)
    return Result::InvalidHandle;
  auto found = findAllocation(*context, address);
  if (!found || found->allocation.freed || found->allocation.begin != address ||
      found->allocation.kind != AllocationKind::Device)
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterForMemory(*order));
  AllocationFacts &facts = found->context->facts[address];
  if (std::exchange(facts.isBeingFreed, true))
    return Result::InvalidValue;
  issue(*order, [owner = found->context->handle, address,
                 number = found->allocation.number] {
    ContextData *context = state().contexts.find(owner);
    if (!context)
      return;
    // It may have been freed meanwhile, and another be there.
    auto now = context->memory.find(address);
    if (now && now->number == number)
      freeOnDevice(*context, address);
  });
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuDeviceGetDefaultMemPool(MemPool *pool, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!pool)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  *pool = defaultPool().handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceGetMemPool(MemPool *pool, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!pool)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  *pool = currentPool().handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuDeviceSetMemPool(Device device, MemPool pool) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  defaultPool();
  if (!state().pools.find(pool))
    return Result::InvalidValue;
  state().currentPool = pool;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemPoolCreate(MemPool *pool,
                                  const PoolProperties *properties) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  constexpr unsigned pinned = 1;
  if (!pool || !properties || properties->allocationType != pinned ||
      properties->location.type == LocationType::None)
    return Result::InvalidValue;
  // Pools on the host, and pools that other processes see.
  if (properties->location.type != LocationType::Device ||
      properties->handleTypes)
    return Result::NotSupported;
  if (properties->location.id != deviceNumber)
    return Result::InvalidDevice;
  auto made = std::make_unique<PoolData>();
  made->maxSize = properties->maxSize;
  *pool = state().pools.add(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemPoolDestroy(MemPool pool) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (pool == defaultPool().handle)
    return Result::InvalidValue;
  // What it gave out stays until it is freed.
  return state().pools.take(pool) ? Result::Success : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuMemPoolTrimTo(MemPool pool, size_t bytes) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  PoolData *found = state().pools.find(pool);
  if (!found)
    return Result::InvalidValue;
  found->reserved =
      std::max(found->used, std::min<uint64_t>(found->reserved, bytes));
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemPoolSetAttribute(MemPool pool, PoolAttribute attribute,
                                        void *value) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  PoolData *found = state().pools.find(pool);
  if (!found || !value)
    return Result::InvalidValue;
  using enum PoolAttribute;
  auto number = [&] { return *static_cast<uint64_t *>(value); };
  switch (attribute) {
  case ReuseFollowEventDependencies:
  case ReuseAllowOpportunistic:
  case ReuseAllowInternalDependencies:
    found->reuse[static_cast<unsigned>(attribute) - 1] =
        *static_cast<int *>(value);
    return Result::Success;
  case ReleaseThreshold:
    found->releaseThreshold = number();
    return Result::Success;
  case ReservedHigh:
  case UsedHigh:
    // It can only be set back.
    if (number() != 0)
      return Result::InvalidValue;
    if (attribute == UsedHigh)
      found->usedHigh = found->used;
    else
      found->reservedHigh = found->reserved;
    return Result::Success;
  case ReservedCurrent:
  case UsedCurrent:
    break;
  }
  return Result::InvalidValue;
}

THEANO_SIM_EXPORT cuMemPoolGetAttribute(MemPool pool, PoolAttribute attribute,
                                        void *value) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  PoolData *found = state().pools.find(pool);
  if (!found || !value)
    return Result::InvalidValue;
  using enum PoolAttribute;
  auto answer = [&](uint64_t number) {
    *static_cast<uint64_t *>(value) = number;
    return Result::Success;
  };
  switch (attribute) {
  case ReuseFollowEventDependencies:
  case ReuseAllowOpportunistic:
  case ReuseAllowInternalDependencies:
    *static_cast<int *>(value) =
        found->reuse[static_cast<unsigned>(attribute) - 1];
    return Result::Success;
  case ReleaseThreshold:
    return answer(found->releaseThreshold);
  case ReservedCurrent:
    return answer(found->reserved);
  case ReservedHigh:
    return answer(found->reservedHigh);
  case UsedCurrent:
    return answer(found->used);
  case UsedHigh:
    return answer(found->usedHigh);
  }
  return Result::InvalidValue;
}

static constexpr unsigned readAndWrite = 3;

THEANO_SIM_EXPORT cuMemPoolSetAccess(MemPool pool,
                                     const AccessDescription *accesses,
                                     size_t count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!state().pools.find(pool) || (count && !accesses))
    return Result::InvalidValue;
  for (size_t i = 0; i < count; ++i) {
    const AccessDescription &access = accesses[i];
    if (access.location.type != LocationType::Device)
      return Result::InvalidValue;
    if (access.location.id != deviceNumber)
      return Result::InvalidDevice;
    // The device on which it lies cannot be shut out.
    if (access.flags != readAndWrite)
      return Result::InvalidValue;
  }
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemPoolGetAccess(unsigned *flags, MemPool pool,
                                     MemoryLocation *location) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!flags || !location || !state().pools.find(pool) ||
      location->type != LocationType::Device)
    return Result::InvalidValue;
  if (location->id != deviceNumber)
    return Result::InvalidDevice;
  *flags = readAndWrite;
  return Result::Success;
}
