//===- Managed.cpp - where managed memory should be -----------------------===//
//
// It is one memory here, so that every wish is granted at once; it has to be
// one for managed memory and for a place that there is.
//
//===----------------------------------------------------------------------===//

#include "Driver/Capture.h"
#include "Driver/Memory.h"

using namespace theano::cuda;
using theano::sim::AllocationKind;

static constexpr Device hostNumber = -1;

static Result checkRange(ContextData &context, DevicePtr address,
                         size_t bytes) {
  auto found = findAllocation(context, address);
  bool isManaged = found && found->allocation.kind == AllocationKind::Managed;
  return isManaged && bytes && found->holds(address, bytes)
             ? Result::Success
             : Result::InvalidValue;
}

static Result checkPlace(const MemoryLocation &place) {
  if (place.type == LocationType::Device)
    return place.id == deviceNumber ? Result::Success : Result::InvalidDevice;
  return place.type == LocationType::Host ? Result::Success
                                          : Result::InvalidValue;
}

/// What stood for a place before there were kinds of them.
static MemoryLocation placeOf(Device device) {
  return device == hostNumber ? MemoryLocation{LocationType::Host, 0}
                              : MemoryLocation{LocationType::Device, device};
}

THEANO_SIM_EXPORT cuMemPrefetchAsync_v2(DevicePtr address, size_t bytes,
                                        MemoryLocation place, unsigned flags,
                                        Stream handle) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  if (flags)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkPlace(place));
  THEANO_SIM_TRY(checkRange(*context, address, bytes));
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(*stream, isCaptured));
  return isCaptured ? refuseInCapture(*stream) : Result::Success;
}

THEANO_SIM_EXPORT cuMemPrefetchAsync(DevicePtr address, size_t bytes,
                                     Device device, Stream stream) {
  return cuMemPrefetchAsync_v2(address, bytes, placeOf(device), 0, stream);
}

THEANO_SIM_EXPORT cuMemAdvise_v2(DevicePtr address, size_t bytes,
                                 MemoryAdvice advice, MemoryLocation place) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (advice < MemoryAdvice::SetReadMostly ||
      advice > MemoryAdvice::UnsetAccessedBy)
    return Result::InvalidValue;
  // The others do not look at the place.
  if (advice == MemoryAdvice::SetPreferredLocation ||
      advice >= MemoryAdvice::SetAccessedBy)
    THEANO_SIM_TRY(checkPlace(place));
  return checkRange(*context, address, bytes);
}

THEANO_SIM_EXPORT cuMemAdvise(DevicePtr address, size_t bytes,
                              MemoryAdvice advice, Device device) {
  return cuMemAdvise_v2(address, bytes, advice, placeOf(device));
}
