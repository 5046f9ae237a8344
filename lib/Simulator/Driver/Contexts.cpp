//===- Contexts.cpp - contexts of programs and the primary one ------------===//

#include "Driver/Capture.h"

#include <algorithm>
#include <bit>

using namespace theano::cuda;

/// At most one way to wait, and only bits that mean something.
static bool areContextFlags(unsigned flags) {
  return (flags & ~contextFlagsMask) == 0 &&
         std::popcount(flags & contextSchedMask) <= 1;
}

static std::unique_ptr<ContextData> makeContext(unsigned flags) {
  auto made = std::make_unique<ContextData>(deviceMemory());
  made->flags = flags;
  made->id = ++state().lastId;
  made->limits = {{Limit::StackSize, 1024},
                  {Limit::PrintfFifoSize, 1 << 20},
                  {Limit::MallocHeapSize, theano::sim::DeviceHeap::usualBytes},
                  {Limit::RuntimePendingLaunchCount, 2048},
                  {Limit::MaxL2FetchGranularity, 128},
                  {Limit::PersistingL2CacheSize, 0}};
  if (state().options.arch < 90)
    made->limits[Limit::RuntimeSyncDepth] = 2;
  return made;
}

//===----------------------------------------------------------------------===//
// The primary context
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuDevicePrimaryCtxRetain(Context *context, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!context)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  State &all = state();
  // It comes back under its old handle, so that threads that still have it
  // current can go on.
  if (!all.primary)
    all.primary = all.contexts.add(makeContext(all.primaryFlags));
  else if (!all.contexts.find(all.primary))
    all.contexts.put(all.primary, makeContext(all.primaryFlags));
  ++all.primaryUses;
  *context = all.primary;
  return Result::Success;
}

/// Waits for its work and ends it, unless somebody has retained it meanwhile
/// and `evenIfUsed` does not say otherwise.
static void endPrimary(Call &call, bool evenIfUsed) {
  if (ContextData *context = state().contexts.find(state().primary))
    waitForIdle(call, *context);
  if (!evenIfUsed && state().primaryUses)
    return;
  if (ContextData *context = state().contexts.find(state().primary))
    destroyContext(*context);
}

THEANO_SIM_EXPORT cuDevicePrimaryCtxRelease(Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  if (state().primaryUses == 0)
    return Result::InvalidContext;
  if (--state().primaryUses == 0)
    endPrimary(call, /*evenIfUsed=*/false);
  return Result::Success;
}

THEANO_SIM_EXPORT cuDevicePrimaryCtxReset(Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  // Who retained it has to release it all the same.
  endPrimary(call, /*evenIfUsed=*/true);
  return Result::Success;
}

THEANO_SIM_EXPORT cuDevicePrimaryCtxSetFlags(Device device, unsigned flags) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  if (!areContextFlags(flags))
    return Result::InvalidValue;
  state().primaryFlags = flags;
  if (ContextData *context = state().contexts.find(state().primary))
    context->flags = flags;
  return Result::Success;
}

THEANO_SIM_EXPORT cuDevicePrimaryCtxGetState(Device device, unsigned *flags,
                                             int *active) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (device != deviceNumber)
    return Result::InvalidDevice;
  if (!flags || !active)
    return Result::InvalidValue;
  *flags = state().primaryFlags;
  *active = state().contexts.find(state().primary) != nullptr;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Contexts of programs
//===----------------------------------------------------------------------===//

static Result createContext(Context *context, unsigned flags, Device device) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!context || !areContextFlags(flags))
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  *context = state().contexts.add(makeContext(flags));
  contextStack().push_back(*context);
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxCreate_v2(Context *context, unsigned flags,
                                 Device device) {
  return createContext(context, flags, device);
}

THEANO_SIM_EXPORT cuCtxCreate_v3(Context *context, ExecAffinity *affinities,
                                 int affinityCount, unsigned flags,
                                 Device device) {
  if ((affinityCount != 0) != (affinities != nullptr) || affinityCount < 0)
    return Result::InvalidValue;
  // A share of the multiprocessors needs the service that divides them.
  if (affinities)
    return Result::UnsupportedExecAffinity;
  return createContext(context, flags, device);
}

THEANO_SIM_EXPORT cuCtxCreate_v4(Context *context,
                                 ContextParameters *parameters, unsigned flags,
                                 Device device) {
  if (parameters && parameters->affinities && parameters->graphics)
    return Result::InvalidValue;
  if (parameters && parameters->graphics)
    return Result::NotSupported;
  return cuCtxCreate_v3(context, parameters ? parameters->affinities : nullptr,
                        parameters ? parameters->affinityCount : 0, flags,
                        device);
}

THEANO_SIM_EXPORT cuCtxDestroy_v2(Context context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  ContextData *found = state().contexts.find(context);
  // The primary context belongs to the device.
  if (!found || context == state().primary)
    return Result::InvalidContext;
  waitForIdle(call, *found);
  found = state().contexts.find(context);
  if (!found)
    return Result::InvalidContext;
  destroyContext(*found);
  // Where it is current to another thread, or lies deeper, it stays and answers
  // that it was destroyed.
  if (!contextStack().empty() && contextStack().back() == context)
    contextStack().pop_back();
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Which one is current
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuCtxPushCurrent_v2(Context context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!state().contexts.find(context))
    return Result::InvalidContext;
  contextStack().push_back(context);
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxPopCurrent_v2(Context *context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (contextStack().empty())
    return Result::InvalidContext;
  if (context)
    *context = contextStack().back();
  contextStack().pop_back();
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxSetCurrent(Context context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  std::vector<Context> &stack = contextStack();
  if (context && !state().contexts.find(context))
    return Result::InvalidContext;
  if (!stack.empty())
    stack.pop_back();
  if (context)
    stack.push_back(context);
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetCurrent(Context *context) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!context)
    return Result::InvalidValue;
  *context = contextStack().empty() ? nullptr : contextStack().back();
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a context is
//===----------------------------------------------------------------------===//

/// The context of a handle, null being the current one. A context that has
/// failed can still be asked what it is.
static Result find(const Call &call, Context context, ContextData *&found) {
  if (!context)
    return call.alive(found);
  THEANO_SIM_TRY(call.initialized());
  found = state().contexts.find(context);
  return found ? Result::Success : Result::InvalidContext;
}

static Result deviceOf(Context context, Device *device) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(find(call, context, found));
  if (!device)
    return Result::InvalidValue;
  *device = deviceNumber;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetDevice(Device *device) {
  return deviceOf(nullptr, device);
}
THEANO_SIM_EXPORT cuCtxGetDevice_v2(Device *device, Context context) {
  return deviceOf(context, device);
}

THEANO_SIM_EXPORT cuCtxGetFlags(unsigned *flags) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(call.alive(found));
  if (!flags)
    return Result::InvalidValue;
  *flags = found->flags;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxSetFlags(unsigned flags) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(call.alive(found));
  if (!areContextFlags(flags))
    return Result::InvalidValue;
  found->flags = flags;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetId(Context context, unsigned long long *id) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(find(call, context, found));
  if (!id)
    return Result::InvalidValue;
  *id = found->id;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetApiVersion(Context context, unsigned *version) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(find(call, context, found));
  if (!version)
    return Result::InvalidValue;
  *version = found->apiVersion;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (least)
    *least = leastStreamPriority;
  if (greatest)
    *greatest = greatestStreamPriority;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuCtxSynchronize() {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  THEANO_SIM_TRY(enterUnsafe());
  return context.finishAll();
}

THEANO_SIM_EXPORT cuCtxSynchronize_v2(Context context) {
  Call call;
  ContextData *found = nullptr;
  THEANO_SIM_TRY(find(call, context, found));
  THEANO_SIM_TRY(enterUnsafe());
  Context handle = found->handle;
  waitForIdle(call, *found);
  found = state().contexts.find(handle);
  return found ? found->sticky : Result::ContextIsDestroyed;
}

//===----------------------------------------------------------------------===//
// Limits and caches
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuCtxSetLimit(Limit limit, size_t value) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  auto found = context->limits.find(limit);
  if (found == context->limits.end())
    return Result::UnsupportedLimit;
  constexpr size_t mostStack = 512 << 10, mostDepth = 24;
  constexpr size_t leastBuffer = 64 << 10;
  switch (limit) {
  case Limit::StackSize:
    if (value > mostStack)
      return Result::InvalidValue;
    value = (value + 15) / 16 * 16;
    break;
  case Limit::PrintfFifoSize:
  case Limit::MallocHeapSize:
    if (value > deviceMemory())
      return Result::OutOfMemory;
    value = std::max(value, leastBuffer);
    // A heap that a kernel has used stays as it is.
    if (limit == Limit::MallocHeapSize && !context->memory.resizeHeap(value))
      return Result::InvalidValue;
    break;
  case Limit::RuntimeSyncDepth:
    if (value > mostDepth)
      return Result::InvalidValue;
    break;
  case Limit::RuntimePendingLaunchCount:
    break;
  case Limit::MaxL2FetchGranularity:
    value = std::min<size_t>(value, 128);
    break;
  case Limit::PersistingL2CacheSize:
    value = 0; // no cache keeps anything
    break;
  }
  found->second = value;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetLimit(size_t *value, Limit limit) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!value)
    return Result::InvalidValue;
  auto found = context->limits.find(limit);
  if (found == context->limits.end())
    return Result::UnsupportedLimit;
  *value = found->second;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxGetCacheConfig(CacheConfig *config) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!config)
    return Result::InvalidValue;
  *config = context->cacheConfig;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxSetCacheConfig(CacheConfig config) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (config > CacheConfig::PreferEqual)
    return Result::InvalidValue;
  context->cacheConfig = config;
  return Result::Success;
}

THEANO_SIM_EXPORT cuCtxResetPersistingL2Cache() {
  ContextCall context;
  return context.result();
}
