//===- Memory.h - allocations of all contexts -------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_MEMORY_H
#define THEANO_SIMULATOR_DRIVER_MEMORY_H

#include "Driver/State.h"

namespace theano::cuda {

struct FoundAllocation {
  ContextData *context = nullptr;
  sim::Allocation allocation;

  /// Whether calls of the driver may use it: not what malloc of a kernel made.
  bool isUsable() const {
    return !allocation.freed && allocation.kind != sim::AllocationKind::Heap;
  }
  bool holds(uint64_t address, uint64_t bytes) const {
    return isUsable() && bytes <= allocation.end - address;
  }
};

/// The allocation that holds `address`, freed ones included. An address is one
/// of all contexts, as on a device with unified addresses; what `context` has
/// is looked at first.
std::optional<FoundAllocation> findAllocation(ContextData &context,
                                              uint64_t address);

/// Fresh memory of the device with a content that is no zero by chance; empty
/// where there is none left.
std::optional<uint64_t> allocateOnDevice(ContextData &context, uint64_t bytes,
                                         sim::AllocationKind kind);

/// Waits for all work that may use what lies at `address`: that of the current
/// context and of the one that has it.
Result finishUsers(ContextCall &context, uint64_t address);

/// Frees what starts at `address` on the device. False if nothing does.
bool freeOnDevice(ContextData &context, uint64_t address);

/// Whether the host has memory in all of [address, address + bytes), so that
/// looking there does not end the process.
bool isMapped(uint64_t address, uint64_t bytes);

/// What a pool has given out changes by an allocation or a free.
void noteTaken(PoolData &pool, uint64_t bytes);
void noteGivenBack(PoolData &pool, uint64_t bytes);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_MEMORY_H
