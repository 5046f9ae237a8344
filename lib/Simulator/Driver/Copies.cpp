//===- Copies.cpp - copies of every shape ---------------------------------===//

#include "Driver/Copies.h"

#include "Driver/Capture.h"
#include "Driver/Memory.h"

#include <cstring>

using namespace theano::cuda;
using theano::sim::AllocationKind;

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

namespace {

/// One operand as the program gives it.
struct Operand {
  MemoryType type;
  const void *host;
  DevicePtr device;
  size_t x, y, z, lod, pitch, height;
};

/// a * b + c, if it is a number of bytes.
bool multiplyAdd(size_t a, size_t b, size_t c, size_t &sum) {
  size_t product = 0;
  return !__builtin_mul_overflow(a, b, &product) &&
         !__builtin_add_overflow(product, c, &sum);
}

/// Between what malloc of kernels has made nothing is the host's either.
bool isInHeap(uint64_t address) {
  for (const auto &[handle, context] : state().contexts) {
    auto [begin, end] = context->memory.heap();
    if (begin && address >= begin && address < end)
      return true;
  }
  return false;
}

Result findSide(ContextData &context, const Operand &operand,
                const Copy3D &copy, CopySide &side) {
  if (operand.type == MemoryType::Array)
    return Result::NotSupported; // there are no arrays
  if (operand.type != MemoryType::Host && operand.type != MemoryType::Device &&
      operand.type != MemoryType::Unified)
    return Result::InvalidValue;
  if (operand.lod != 0)
    return Result::InvalidValue;
  constexpr size_t maxPitch = 0x7fffffff;
  bool oneSlice = copy.depth == 1 && operand.z == 0;
  bool oneRow = copy.height == 1 && operand.y == 0 && oneSlice;
  size_t rowEnd = 0, sliceEnd = 0;
  if (!multiplyAdd(1, operand.x, copy.widthInBytes, rowEnd) ||
      !multiplyAdd(1, operand.y, copy.height, sliceEnd) ||
      (!oneRow && (operand.pitch < rowEnd || operand.pitch > maxPitch)) ||
      (!oneSlice && operand.height < sliceEnd))
    return Result::InvalidValue;
  side.pitch = oneRow ? 0 : operand.pitch;
  if (!multiplyAdd(side.pitch, oneSlice ? 0 : operand.height, 0, side.slice))
    return Result::InvalidValue;
  size_t start = 0, bytes = 0;
  if (!multiplyAdd(operand.y, side.pitch, operand.x, start) ||
      !multiplyAdd(operand.z, side.slice, start, start) ||
      !multiplyAdd(copy.height - 1, side.pitch, copy.widthInBytes, bytes) ||
      !multiplyAdd(copy.depth - 1, side.slice, bytes, bytes))
    return Result::InvalidValue;
  bool isHost = operand.type == MemoryType::Host;
  uint64_t base =
      isHost ? reinterpret_cast<uint64_t>(operand.host) : operand.device;
  if (base == 0 || __builtin_add_overflow(base, start, &side.address) ||
      side.address + bytes < bytes)
    return Result::InvalidValue;
  auto found = findAllocation(context, side.address);
  // The host's own memory: nobody knows its bounds, but whether the first row
  // is memory at all.
  if (!found)
    return operand.type != MemoryType::Device && !isInHeap(side.address) &&
                   isMapped(side.address, copy.widthInBytes)
               ? Result::Success
               : Result::InvalidValue;
  AllocationKind kind = found->allocation.kind;
  side.isDevice =
      kind == AllocationKind::Device || kind == AllocationKind::Variable;
  // The host cannot read what only the device has.
  if (!found->holds(side.address, bytes) || (isHost && side.isDevice))
    return Result::InvalidValue;
  side.owner = found->context;
  side.isPinned = true;
  return Result::Success;
}

} // namespace

Result theano::cuda::planCopy(ContextData &context, const Copy3D &copy,
                              CopyPlan &plan) {
  plan = {};
  plan.bytes = copy.widthInBytes;
  plan.rows = copy.height;
  plan.slices = copy.depth;
  if (plan.isEmpty())
    return Result::Success;
  THEANO_SIM_TRY(findSide(context,
                          {copy.fromType, copy.fromHost, copy.fromDevice,
                           copy.fromX, copy.fromY, copy.fromZ, copy.fromLod,
                           copy.fromPitch, copy.fromHeight},
                          copy, plan.from));
  return findSide(context,
                  {copy.toType, copy.toHost, copy.toDevice, copy.toX, copy.toY,
                   copy.toZ, copy.toLod, copy.toPitch, copy.toHeight},
                  copy, plan.to);
}

uint64_t theano::cuda::runCopy(const CopyPlan &plan) {
  if (plan.isEmpty())
    return 0;
  for (size_t z = 0; z < plan.slices; ++z)
    for (size_t y = 0; y < plan.rows; ++y) {
      uint64_t to = plan.to.address + z * plan.to.slice + y * plan.to.pitch;
      uint64_t from =
          plan.from.address + z * plan.from.slice + y * plan.from.pitch;
      std::memmove(reinterpret_cast<void *>(to),
                   reinterpret_cast<const void *>(from), plan.bytes);
      if (!plan.to.owner)
        continue;
      if (plan.from.owner == plan.to.owner)
        plan.to.owner->memory.noteCopied(to, from, plan.bytes);
      else
        plan.to.owner->memory.noteWritten(to, plan.bytes);
    }
  return plan.bytes * plan.rows * plan.slices;
}

//===----------------------------------------------------------------------===//
// In a stream
//===----------------------------------------------------------------------===//

/// Reads pageable memory of the host now, as a driver does: the program may
/// change it when the call has returned.
static std::shared_ptr<std::vector<char>> stage(const CopyPlan &plan,
                                                Copy3D &copy) {
  auto bytes =
      std::make_shared<std::vector<char>>(plan.bytes * plan.rows * plan.slices);
  CopyPlan staging = plan;
  staging.to = {};
  staging.to.address = reinterpret_cast<uint64_t>(bytes->data());
  staging.to.pitch = plan.bytes;
  staging.to.slice = plan.bytes * plan.rows;
  runCopy(staging);
  copy.fromX = copy.fromY = copy.fromZ = 0;
  copy.fromType = MemoryType::Host;
  copy.fromHost = bytes->data();
  copy.fromPitch = plan.bytes;
  copy.fromHeight = plan.rows;
  return bytes;
}

Result theano::cuda::enqueueCopy(ContextCall &context, StreamData &stream,
                                 const Copy3D &copy, bool wait) {
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(stream, isCaptured));
  if (wait)
    THEANO_SIM_TRY(isCaptured ? refuseInCapture(stream) : enterUnsafe());
  CopyPlan plan;
  THEANO_SIM_TRY(planCopy(*context, copy, plan));
  if (isCaptured)
    return captureNode(stream, CopyNode{copy, stream.context->handle});
  if (plan.isEmpty())
    return Result::Success;
  if (runsAtOnce(stream)) {
    runCopy(plan);
    return Result::Success;
  }
  Copy3D later = copy;
  std::shared_ptr<std::vector<char>> staged;
  if (!plan.from.isPinned)
    staged = stage(plan, later);
  ContextData *of = stream.context;
  issue(stream, [of, later, staged] {
    // Memory of other contexts may be gone.
    CopyPlan again;
    if (planCopy(*of, later, again) == Result::Success)
      runCopy(again);
    else
      of->fail(Result::IllegalAddress);
  });
  bool withHost = !plan.from.isDevice || !plan.to.isDevice;
  if ((wait && withHost) || !plan.to.isPinned)
    return context.finish(stream);
  return Result::Success;
}

/// A copy of a line of bytes.
static Copy3D lineOf(size_t bytes) {
  Copy3D copy = {};
  copy.widthInBytes = bytes;
  copy.height = copy.depth = 1;
  return copy;
}

static Copy3D boxOf(const Copy2D &from) {
  Copy3D copy = {};
  copy.fromX = from.fromX;
  copy.fromY = from.fromY;
  copy.fromType = from.fromType;
  copy.fromHost = from.fromHost;
  copy.fromDevice = from.fromDevice;
  copy.fromPitch = from.fromPitch;
  copy.toX = from.toX;
  copy.toY = from.toY;
  copy.toType = from.toType;
  copy.toHost = from.toHost;
  copy.toDevice = from.toDevice;
  copy.toPitch = from.toPitch;
  copy.widthInBytes = from.widthInBytes;
  copy.height = from.height;
  copy.depth = 1;
  return copy;
}

static Copy3D toDevice(DevicePtr to, const void *from, size_t bytes) {
  Copy3D copy = lineOf(bytes);
  copy.fromType = MemoryType::Host;
  copy.fromHost = from;
  copy.toType = MemoryType::Device;
  copy.toDevice = to;
  return copy;
}

static Copy3D toHost(void *to, DevicePtr from, size_t bytes) {
  Copy3D copy = lineOf(bytes);
  copy.fromType = MemoryType::Device;
  copy.fromDevice = from;
  copy.toType = MemoryType::Host;
  copy.toHost = to;
  return copy;
}

static Copy3D between(DevicePtr to, DevicePtr from, size_t bytes,
                      MemoryType type) {
  Copy3D copy = lineOf(bytes);
  copy.fromType = copy.toType = type;
  copy.fromDevice = from;
  copy.toDevice = to;
  return copy;
}

static Result enqueue(const Copy3D &copy, Stream handle, bool wait) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  return enqueueCopy(context, *stream, copy, wait);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static constexpr bool wait = true, goOn = false;

THEANO_SIM_EXPORT cuMemcpy(DevicePtr to, DevicePtr from, size_t bytes) {
  return enqueue(between(to, from, bytes, MemoryType::Unified), nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpyHtoD_v2(DevicePtr to, const void *from,
                                  size_t bytes) {
  return enqueue(toDevice(to, from, bytes), nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpyDtoH_v2(void *to, DevicePtr from, size_t bytes) {
  return enqueue(toHost(to, from, bytes), nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpyDtoD_v2(DevicePtr to, DevicePtr from, size_t bytes) {
  return enqueue(between(to, from, bytes, MemoryType::Device), nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpyAsync(DevicePtr to, DevicePtr from, size_t bytes,
                                Stream stream) {
  return enqueue(between(to, from, bytes, MemoryType::Unified), stream, goOn);
}
THEANO_SIM_EXPORT cuMemcpyHtoDAsync_v2(DevicePtr to, const void *from,
                                       size_t bytes, Stream stream) {
  return enqueue(toDevice(to, from, bytes), stream, goOn);
}
THEANO_SIM_EXPORT cuMemcpyDtoHAsync_v2(void *to, DevicePtr from, size_t bytes,
                                       Stream stream) {
  return enqueue(toHost(to, from, bytes), stream, goOn);
}
THEANO_SIM_EXPORT cuMemcpyDtoDAsync_v2(DevicePtr to, DevicePtr from,
                                       size_t bytes, Stream stream) {
  return enqueue(between(to, from, bytes, MemoryType::Device), stream, goOn);
}

static Result enqueuePeer(DevicePtr to, Context toContext, DevicePtr from,
                          Context fromContext, size_t bytes, Stream handle,
                          bool wait) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  for (Context peer : {toContext, fromContext})
    if (!state().contexts.find(peer))
      return Result::InvalidContext;
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  return enqueueCopy(context, *stream,
                     between(to, from, bytes, MemoryType::Device), wait);
}

THEANO_SIM_EXPORT cuMemcpyPeer(DevicePtr to, Context toContext, DevicePtr from,
                               Context fromContext, size_t bytes) {
  return enqueuePeer(to, toContext, from, fromContext, bytes, nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpyPeerAsync(DevicePtr to, Context toContext,
                                    DevicePtr from, Context fromContext,
                                    size_t bytes, Stream stream) {
  return enqueuePeer(to, toContext, from, fromContext, bytes, stream, goOn);
}

static Result enqueueBox(const Copy2D *copy, Stream stream, bool wait) {
  return copy ? enqueue(boxOf(*copy), stream, wait) : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuMemcpy2D_v2(const Copy2D *copy) {
  return enqueueBox(copy, nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpy2DUnaligned_v2(const Copy2D *copy) {
  return enqueueBox(copy, nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpy2DAsync_v2(const Copy2D *copy, Stream stream) {
  return enqueueBox(copy, stream, goOn);
}

static Result enqueueBox(const Copy3D *copy, Stream stream, bool wait) {
  return copy ? enqueue(*copy, stream, wait) : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuMemcpy3D_v2(const Copy3D *copy) {
  return enqueueBox(copy, nullptr, wait);
}
THEANO_SIM_EXPORT cuMemcpy3DAsync_v2(const Copy3D *copy, Stream stream) {
  return enqueueBox(copy, stream, goOn);
}
