//===- Memory.cpp - allocations and copies --------------------------------===//

#include "Driver/State.h"

#include <cstring>

using namespace theano::cuda;
using theano::sim::AllocationKind;

/// Fresh memory up to this many bytes gets a content.
static constexpr size_t mostFilled = 64 << 20;

THEANO_SIM_EXPORT cuMemAlloc_v2(DevicePtr *address, size_t bytes) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!address || bytes == 0)
    return Result::InvalidValue;
  context->memory.trackWrites(state().options.launch.deepChecks);
  std::optional<uint64_t> made =
      context->memory.allocate(bytes, AllocationKind::Device);
  if (!made)
    return Result::OutOfMemory;
  // Not zeros, which often do by chance: NaN and -1. What is large takes no
  // memory of the host before it is used.
  if (bytes <= mostFilled || state().options.launch.deepChecks)
    std::memset(reinterpret_cast<void *>(*made), 255, bytes);
  *address = *made;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemFree_v2(DevicePtr address) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (address == 0)
    return Result::Success;
  return context->memory.free(address, AllocationKind::Device)
             ? Result::Success
             : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuMemAllocHost_v2(void **address, size_t bytes) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!address || bytes == 0)
    return Result::InvalidValue;
  std::optional<uint64_t> made =
      context->memory.allocate(bytes, AllocationKind::Host);
  if (!made)
    return Result::OutOfMemory;
  *address = reinterpret_cast<void *>(*made);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemFreeHost(void *address) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  return context->memory.free(reinterpret_cast<uint64_t>(address),
                              AllocationKind::Host)
             ? Result::Success
             : Result::InvalidValue;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static Result checkCopy(Context context, Stream stream, size_t bytes,
                        DevicePtr first, DevicePtr second) {
  if (!isStream(context, stream))
    return Result::InvalidHandle;
  for (DevicePtr address : {first, second})
    if (address && bytes && !context->memory.covers(address, bytes))
      return Result::InvalidValue;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemcpyHtoDAsync_v2(DevicePtr to, const void *from,
                                       size_t bytes, Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (bytes && (!to || !from))
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkCopy(context, stream, bytes, to, 0));
  if (bytes == 0)
    return Result::Success;
  std::memcpy(reinterpret_cast<void *>(to), from, bytes);
  context->memory.noteWritten(to, bytes);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemcpyDtoHAsync_v2(void *to, DevicePtr from, size_t bytes,
                                       Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (bytes && (!to || !from))
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkCopy(context, stream, bytes, from, 0));
  if (bytes)
    std::memcpy(to, reinterpret_cast<const void *>(from), bytes);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemcpyDtoDAsync_v2(DevicePtr to, DevicePtr from,
                                       size_t bytes, Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (bytes && (!to || !from))
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkCopy(context, stream, bytes, to, from));
  if (bytes == 0)
    return Result::Success;
  std::memmove(reinterpret_cast<void *>(to),
               reinterpret_cast<const void *>(from), bytes);
  context->memory.noteCopied(to, from, bytes);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemsetD8Async(DevicePtr to, unsigned char value,
                                  size_t count, Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (count && !to)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkCopy(context, stream, count, to, 0));
  if (count == 0)
    return Result::Success;
  std::memset(reinterpret_cast<void *>(to), value, count);
  context->memory.noteWritten(to, count);
  return Result::Success;
}
