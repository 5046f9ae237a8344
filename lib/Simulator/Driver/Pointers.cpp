//===- Pointers.cpp - what an address is ----------------------------------===//

#include "Driver/Memory.h"

#include <cstring>

using namespace theano::cuda;
using theano::sim::AllocationKind;

THEANO_SIM_EXPORT cuMemGetAddressRange_v2(DevicePtr *begin, size_t *bytes,
                                          DevicePtr address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  auto found = findAllocation(*context, address);
  if (!found || !found->isUsable())
    return Result::NotFound;
  if (begin)
    *begin = found->allocation.begin;
  if (bytes)
    *bytes = found->allocation.end - found->allocation.begin;
  return Result::Success;
}

// As MemoryType has them.
static constexpr unsigned onHost = 1, onDevice = 2;

template <typename T> static void write(void *data, T value) {
  std::memcpy(data, &value, sizeof(value));
}

/// Without an allocation, what stands for none.
static Result readAttribute(void *data, PointerAttribute attribute,
                            DevicePtr address, const FoundAllocation *found) {
  AllocationKind kind = found ? found->allocation.kind : AllocationKind::Device;
  bool byHost =
      kind != AllocationKind::Device && kind != AllocationKind::Variable;
  AllocationFacts facts;
  if (found) {
    auto known = found->context->facts.find(found->allocation.begin);
    if (known != found->context->facts.end())
      facts = known->second;
  }
  using enum PointerAttribute;
  switch (attribute) {
  case Context:
    write(data, found ? found->context->handle : nullptr);
    return Result::Success;
  case MemoryType:
    write(data, !found ? 0u : isOnDevice(kind) ? onDevice : onHost);
    return Result::Success;
  case DevicePointer:
    write(data, found ? address : DevicePtr(0));
    return Result::Success;
  case HostPointer:
    if (found && !byHost)
      return Result::InvalidValue;
    write(data, found ? address : DevicePtr(0));
    return Result::Success;
  case SyncMemops:
    write(data, unsigned(facts.syncMemops));
    return Result::Success;
  case BufferId:
  case MemoryBlockId:
    // Each context counts its own.
    write(data,
          found ? uint64_t(found->context->id) << 40 | found->allocation.number
                : uint64_t(0));
    return Result::Success;
  case IsManaged:
    write(data, unsigned(found && kind == AllocationKind::Managed));
    return Result::Success;
  case DeviceOrdinal: {
    constexpr int invalidDevice = -2;
    write(data, found ? deviceNumber : invalidDevice);
    return Result::Success;
  }
  case RangeStart:
  case MappingBase:
    write(data, found ? found->allocation.begin : uint64_t(0));
    return Result::Success;
  case RangeSize:
  case MappingSize:
    write(data, found ? found->allocation.end - found->allocation.begin
                      : uint64_t(0));
    return Result::Success;
  case Mapped:
    write(data, unsigned(found != nullptr));
    return Result::Success;
  case AllowedHandleTypes:
    write(data, uint64_t(0));
    return Result::Success;
  case IsLegacyIpcCapable:
  case IsRdmaCapable:
  case IsDecompressCapable:
    write(data, 0u);
    return Result::Success;
  case AccessFlags: {
    constexpr unsigned read = 1, readAndWrite = 3;
    write(data, !found ? 0u : found->allocation.readOnly ? read : readAndWrite);
    return Result::Success;
  }
  case MemPool:
    write(data, facts.pool);
    return Result::Success;
  case P2pTokens:
    return Result::NotSupported;
  }
  return Result::InvalidValue;
}

static std::optional<FoundAllocation> findLive(ContextData &context,
                                               DevicePtr address) {
  auto found = findAllocation(context, address);
  if (found && !found->isUsable())
    found.reset();
  return found;
}

THEANO_SIM_EXPORT cuPointerGetAttribute(void *data, PointerAttribute attribute,
                                        DevicePtr address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  auto found = findLive(*context, address);
  if (!data || !found)
    return Result::InvalidValue;
  return readAttribute(data, attribute, address, &*found);
}

THEANO_SIM_EXPORT cuPointerGetAttributes(unsigned count,
                                         PointerAttribute *attributes,
                                         void **data, DevicePtr address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (count == 0 || !attributes || !data)
    return Result::InvalidValue;
  auto found = findLive(*context, address);
  for (unsigned i = 0; i < count; ++i) {
    if (!data[i])
      return Result::InvalidValue;
    Result result = readAttribute(data[i], attributes[i], address,
                                  found ? &*found : nullptr);
    // What this memory does not have is null, unlike what nothing has.
    if (result != Result::Success &&
        attributes[i] != PointerAttribute::HostPointer)
      return result;
    if (result != Result::Success)
      write(data[i], DevicePtr(0));
  }
  return Result::Success;
}

THEANO_SIM_EXPORT cuPointerSetAttribute(const void *value,
                                        PointerAttribute attribute,
                                        DevicePtr address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  auto found = findLive(*context, address);
  if (!value || !found || attribute != PointerAttribute::SyncMemops)
    return Result::InvalidValue;
  unsigned on = 0;
  std::memcpy(&on, value, sizeof(on));
  found->context->facts[found->allocation.begin].syncMemops = on != 0;
  return Result::Success;
}
