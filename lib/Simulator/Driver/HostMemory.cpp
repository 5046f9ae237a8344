//===- HostMemory.cpp - memory of the host that the device sees -----------===//

#include "Driver/Memory.h"

#include "Driver/Capture.h"

using namespace theano::cuda;
using theano::sim::AllocationKind;

static Result allocateHost(void **address, size_t bytes, unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  constexpr unsigned known =
      hostAllocPortable | hostAllocDeviceMap | hostAllocWriteCombined;
  if (!address || bytes == 0 || (flags & ~known))
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterUnsafe());
  auto made = context->memory.allocate(bytes, AllocationKind::Host);
  if (!made)
    return Result::OutOfMemory;
  context->facts[*made].flags = flags;
  *address = reinterpret_cast<void *>(*made);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemAllocHost_v2(void **address, size_t bytes) {
  return allocateHost(address, bytes, 0);
}

THEANO_SIM_EXPORT cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
  return allocateHost(address, bytes, flags);
}

/// Takes what starts at `host` out of its context's list, once nothing uses it
/// any more; `released` is false where nothing of `kind` starts there.
static Result release(void *host, AllocationKind kind, bool &released) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  THEANO_SIM_TRY(enterUnsafe());
  auto address = reinterpret_cast<uint64_t>(host);
  THEANO_SIM_TRY(finishUsers(context, address));
  auto found = findAllocation(*context, address);
  released = found && found->context->memory.free(address, kind);
  if (released)
    found->context->facts.erase(address);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemFreeHost(void *address) {
  bool released = false;
  THEANO_SIM_TRY(release(address, AllocationKind::Host, released));
  return released ? Result::Success : Result::InvalidValue;
}

/// The allocation that holds an address of the host, if the device sees it.
static std::optional<FoundAllocation> findHost(ContextData &context,
                                               const void *host) {
  auto found = findAllocation(context, reinterpret_cast<uint64_t>(host));
  if (found && (!found->isUsable() || isOnDevice(found->allocation.kind)))
    found.reset();
  return found;
}

THEANO_SIM_EXPORT cuMemHostGetDevicePointer_v2(DevicePtr *address, void *host,
                                               unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!address || !host || flags || !findHost(*context, host))
    return Result::InvalidValue;
  *address = reinterpret_cast<DevicePtr>(host);
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemHostGetFlags(unsigned *flags, void *host) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!flags || !host)
    return Result::InvalidValue;
  auto found = findHost(*context, host);
  if (!found || found->allocation.kind != AllocationKind::Host)
    return Result::InvalidValue;
  *flags = found->context->facts[found->allocation.begin].flags;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What the host has already
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuMemHostRegister_v2(void *host, size_t bytes,
                                       unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  constexpr unsigned known = hostAllocPortable | hostAllocDeviceMap |
                             hostRegisterIoMemory | hostRegisterReadOnly;
  auto address = reinterpret_cast<uint64_t>(host);
  if (!host || bytes == 0 || (flags & ~known) || address + bytes < address)
    return Result::InvalidValue;
  THEANO_SIM_TRY(enterUnsafe());
  // As the device's attributes say.
  if (flags & (hostRegisterIoMemory | hostRegisterReadOnly))
    return Result::NotSupported;
  if (!isMapped(address, bytes))
    return Result::InvalidValue;
  for (const auto &[handle, other] : state().contexts)
    if (other.get() != &*context && other->memory.overlaps(address, bytes))
      return Result::HostMemoryAlreadyRegistered;
  if (!context->memory.adopt(address, bytes))
    return Result::HostMemoryAlreadyRegistered;
  context->facts[address].flags = flags;
  return Result::Success;
}

THEANO_SIM_EXPORT cuMemHostUnregister(void *host) {
  if (!host)
    return Result::InvalidValue;
  bool released = false;
  THEANO_SIM_TRY(release(host, AllocationKind::Registered, released));
  return released ? Result::Success : Result::HostMemoryNotRegistered;
}
