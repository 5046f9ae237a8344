//===- Memory.cpp - memory and copies of the stand-in driver --------------===//

#include "State.h"

#include <cstring>
#include <new>

using namespace theano::standin;

STANDIN_EXPORT Result cuMemAlloc_v2(DevicePtr *address, size_t bytes) {
  return call("cuMemAlloc", Needs::Context, [&] {
    State &state = State::get();
    if (bytes == 0)
      return Result::InvalidValue;
    if (bytes > state.settings.memory - state.used)
      return Result::OutOfMemory;
    Allocation made;
    made.bytes.reset(new (std::nothrow) uint8_t[bytes]);
    if (!made.bytes)
      return Result::OutOfMemory;
    // What was never written is recognisable: as f32 it is -2.9e-16.
    std::memset(made.bytes.get(), 0xa5, bytes);
    made.size = bytes;
    *address = state.nextAddress;
    state.nextAddress += (bytes + 511) / 256 * 256;
    state.used += bytes;
    state.allocations.emplace(*address, std::move(made));
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuMemFree_v2(DevicePtr address) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  auto it = state.allocations.find(address);
  if (it != state.allocations.end() && it->second.live)
    it->second.releaseTried = true;
  return call("cuMemFree", Needs::Context, [&] {
    if (it == state.allocations.end()) {
      state.find("cuMemFree: not the address of an allocation");
      return Result::InvalidValue;
    }
    if (!it->second.live) {
      state.find("cuMemFree: double free");
      return Result::InvalidValue;
    }
    Result result = state.drainAll(); // as a driver does
    state.used -= it->second.size;
    it->second.live = false;
    it->second.bytes.reset();
    return result;
  });
}

STANDIN_EXPORT Result cuMemAllocHost_v2(void **address, size_t bytes) {
  return call("cuMemAllocHost", Needs::Context, [&] {
    HostBlock made;
    made.bytes.reset(new (std::nothrow) uint8_t[bytes]);
    if (!made.bytes)
      return Result::OutOfMemory;
    made.size = bytes;
    *address = made.bytes.get();
    State::get().hostBlocks.emplace(*address, std::move(made));
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuMemFreeHost(void *address) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  auto it = state.hostBlocks.find(address);
  if (it != state.hostBlocks.end())
    it->second.releaseTried = true;
  return call("cuMemFreeHost", Needs::Context, [&] {
    if (it == state.hostBlocks.end()) {
      state.find("cuMemFreeHost: not page-locked memory of this driver");
      return Result::InvalidValue;
    }
    const auto *begin = static_cast<const uint8_t *>(address);
    for (const auto &[stream, queue] : state.streams)
      for (const Pending &work : queue.pending) {
        const auto *used = static_cast<const uint8_t *>(work.hostMemory);
        if (used && used < begin + it->second.size &&
            begin < used + work.hostBytes)
          state.find("cuMemFreeHost: a pending copy uses the memory");
      }
    state.hostBlocks.erase(it);
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuMemcpyHtoDAsync_v2(DevicePtr to, const void *from,
                                           size_t bytes, Stream stream) {
  const std::string name = "cuMemcpyHtoDAsync";
  return call(name.c_str(), Needs::Context, [&] {
    State &state = State::get();
    if (!state.memory(to, bytes, name))
      return Result::InvalidValue;
    auto run = [=, &state] {
      uint8_t *target = state.memory(to, bytes, name);
      if (!target)
        return Result::IllegalAddress;
      std::memcpy(target, from, bytes);
      return Result::Success;
    };
    return state.enqueue(stream, {run, from, bytes}, name);
  });
}
STANDIN_ALIAS(cuMemcpyHtoDAsync_v2_ptsz, cuMemcpyHtoDAsync_v2);

STANDIN_EXPORT Result cuMemcpyDtoHAsync_v2(void *to, DevicePtr from,
                                           size_t bytes, Stream stream) {
  const std::string name = "cuMemcpyDtoHAsync";
  return call(name.c_str(), Needs::Context, [&] {
    State &state = State::get();
    if (!state.memory(from, bytes, name))
      return Result::InvalidValue;
    auto run = [=, &state] {
      uint8_t *source = state.memory(from, bytes, name);
      if (!source)
        return Result::IllegalAddress;
      std::memcpy(to, source, bytes);
      return Result::Success;
    };
    return state.enqueue(stream, {run, to, bytes}, name);
  });
}
STANDIN_ALIAS(cuMemcpyDtoHAsync_v2_ptsz, cuMemcpyDtoHAsync_v2);

STANDIN_EXPORT Result cuMemcpyDtoDAsync_v2(DevicePtr to, DevicePtr from,
                                           size_t bytes, Stream stream) {
  const std::string name = "cuMemcpyDtoDAsync";
  return call(name.c_str(), Needs::Context, [&] {
    State &state = State::get();
    if (!state.memory(to, bytes, name) || !state.memory(from, bytes, name))
      return Result::InvalidValue;
    auto run = [=, &state] {
      uint8_t *target = state.memory(to, bytes, name);
      uint8_t *source = state.memory(from, bytes, name);
      if (!target || !source)
        return Result::IllegalAddress;
      if (from < to + bytes && to < from + bytes)
        state.find(name + ": the ranges overlap");
      std::memmove(target, source, bytes);
      return Result::Success;
    };
    return state.enqueue(stream, {run}, name);
  });
}
STANDIN_ALIAS(cuMemcpyDtoDAsync_v2_ptsz, cuMemcpyDtoDAsync_v2);

STANDIN_EXPORT Result cuMemsetD8Async(DevicePtr to, unsigned char value,
                                      size_t count, Stream stream) {
  const std::string name = "cuMemsetD8Async";
  return call(name.c_str(), Needs::Context, [&] {
    State &state = State::get();
    if (!state.memory(to, count, name))
      return Result::InvalidValue;
    auto run = [=, &state] {
      uint8_t *target = state.memory(to, count, name);
      if (!target)
        return Result::IllegalAddress;
      std::memset(target, value, count);
      return Result::Success;
    };
    return state.enqueue(stream, {run}, name);
  });
}
STANDIN_ALIAS(cuMemsetD8Async_ptsz, cuMemsetD8Async);

// The interfaces of CUDA 3, whose sizes and device addresses have 32 bits. A
// driver still exports them; nobody should find them first.
#define STANDIN_OBSOLETE(NAME)                                                 \
  STANDIN_EXPORT Result NAME() {                                               \
    State::get().find(#NAME ": the 32-bit interface of CUDA 3");               \
    return Result::NotSupported;                                               \
  }
STANDIN_OBSOLETE(cuMemAlloc)
STANDIN_OBSOLETE(cuMemFree)
STANDIN_OBSOLETE(cuMemAllocHost)
STANDIN_OBSOLETE(cuMemcpyHtoDAsync)
STANDIN_OBSOLETE(cuMemcpyDtoHAsync)
STANDIN_OBSOLETE(cuMemcpyDtoDAsync)
