//===- Streams.cpp - streams and what waits in them -----------------------===//

#include "Driver/Capture.h"

#include <algorithm>

using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// Making and ending
//===----------------------------------------------------------------------===//

static Result create(Stream *stream, unsigned flags, int priority) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!stream || flags > streamNonBlocking)
    return Result::InvalidValue;
  auto made = std::make_unique<StreamData>();
  made->context = &*context;
  made->flags = flags;
  made->priority =
      std::clamp(priority, greatestStreamPriority, leastStreamPriority);
  made->id = ++state().lastId;
  context->streams.push_back(made.get());
  *stream = state().streams.add(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamCreate(Stream *stream, unsigned flags) {
  return create(stream, flags, leastStreamPriority);
}

THEANO_SIM_EXPORT cuStreamCreateWithPriority(Stream *stream, unsigned flags,
                                             int priority) {
  return create(stream, flags, priority);
}

THEANO_SIM_EXPORT cuStreamDestroy_v2(Stream stream) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  // Work that it still has goes on.
  std::unique_ptr<StreamData> taken = state().streams.take(stream);
  if (!taken)
    return Result::InvalidHandle;
  leaveCapture(*taken);
  std::erase(taken->context->streams, taken.get());
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a stream is
//===----------------------------------------------------------------------===//

/// A call about one stream.
namespace {
class StreamCall : public ContextCall {
public:
  explicit StreamCall(Stream handle) : result_(ContextCall::result()) {
    if (result_ != Result::Success)
      return;
    stream_ = findStream(**this, handle);
    if (!stream_)
      result_ = Result::InvalidHandle;
  }
  Result result() const { return result_; }
  StreamData &stream() const { return *stream_; }

private:
  StreamData *stream_ = nullptr;
  Result result_;
};
} // namespace

/// Answers `value` of a stream.
template <typename T, typename Value>
static Result answer(Stream handle, T *to, Value &&value) {
  StreamCall call(handle);
  THEANO_SIM_TRY(call.result());
  if (!to)
    return Result::InvalidValue;
  *to = value(call.stream());
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamGetPriority(Stream stream, int *priority) {
  return answer(stream, priority,
                [](const StreamData &found) { return found.priority; });
}

THEANO_SIM_EXPORT cuStreamGetFlags(Stream stream, unsigned *flags) {
  return answer(stream, flags,
                [](const StreamData &found) { return found.flags; });
}

THEANO_SIM_EXPORT cuStreamGetId(Stream stream, unsigned long long *id) {
  return answer(stream, id, [](const StreamData &found) { return found.id; });
}

THEANO_SIM_EXPORT cuStreamGetCtx(Stream stream, Context *context) {
  return answer(stream, context,
                [](const StreamData &found) { return found.context->handle; });
}

THEANO_SIM_EXPORT cuStreamGetDevice(Stream stream, Device *device) {
  return answer(stream, device,
                [](const StreamData &) { return deviceNumber; });
}

/// What a stream may be told of its launches; it has no effect here.
static bool isStreamAttribute(LaunchAttributeId id) {
  using enum LaunchAttributeId;
  return id == AccessPolicyWindow || id == SynchronizationPolicy ||
         id == Priority || id == MemSyncDomainMap || id == MemSyncDomain;
}

THEANO_SIM_EXPORT cuStreamSetAttribute(Stream stream, LaunchAttributeId id,
                                       const LaunchAttributeValue *value) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  if (!value || !isStreamAttribute(id))
    return Result::InvalidValue;
  if (id == LaunchAttributeId::Priority)
    call.stream().priority = std::clamp(value->priority, greatestStreamPriority,
                                        leastStreamPriority);
  else
    call.stream().attributes[id] = *value;
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamGetAttribute(Stream stream, LaunchAttributeId id,
                                       LaunchAttributeValue *value) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  if (!value || !isStreamAttribute(id))
    return Result::InvalidValue;
  *value = {};
  auto found = call.stream().attributes.find(id);
  if (id == LaunchAttributeId::Priority)
    value->priority = call.stream().priority;
  else if (found != call.stream().attributes.end())
    *value = found->second;
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamCopyAttributes(Stream to, Stream from) {
  StreamCall call(to);
  THEANO_SIM_TRY(call.result());
  const StreamData *source = findStream(*call, from);
  if (!source)
    return Result::InvalidHandle;
  call.stream().attributes = source->attributes;
  call.stream().priority = source->priority;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuStreamSynchronize(Stream stream) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(call.stream(), isCaptured));
  return isCaptured ? refuseInCapture(call.stream())
                    : call.finish(call.stream());
}

THEANO_SIM_EXPORT cuStreamQuery(Stream stream) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(call.stream(), isCaptured));
  if (isCaptured)
    return refuseInCapture(call.stream());
  return runsAtOnce(call.stream()) ? call.stream().context->sticky
                                   : Result::NotReady;
}

THEANO_SIM_EXPORT cuStreamWaitEvent(Stream stream, Event event,
                                    unsigned flags) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  const EventData *found = state().events.find(event);
  if (!found)
    return Result::InvalidHandle;
  if (flags > eventExternal)
    return Result::InvalidValue;
  return waitForEvent(call.stream(), *found, flags);
}

//===----------------------------------------------------------------------===//
// Functions of the host
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuLaunchHostFunc(Stream stream, HostFunction function,
                                   void *user) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  if (!function)
    return Result::InvalidValue;
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(call.stream(), isCaptured));
  if (isCaptured)
    return captureNode(call.stream(), HostNode{{function, user}});
  issueHost(
      call.stream(), [function, user](Result) { function(user); },
      /*always=*/false);
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamAddCallback(Stream stream, StreamCallback callback,
                                      void *user, unsigned flags) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  if (!callback || flags)
    return Result::InvalidValue;
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(call.stream(), isCaptured));
  if (isCaptured)
    return refuseInCapture(call.stream());
  issueHost(
      call.stream(), [=](Result result) { callback(stream, result, user); },
      /*always=*/true);
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamAttachMemAsync(Stream stream, DevicePtr address,
                                         size_t bytes, unsigned flags) {
  StreamCall call(stream);
  THEANO_SIM_TRY(call.result());
  // Host and device may always use managed memory at the same time here.
  auto found = call->memory.find(address);
  bool isManaged = found && !found->freed &&
                   found->kind == theano::sim::AllocationKind::Managed &&
                   found->begin == address;
  bool isWhole = isManaged && (bytes == 0 || bytes == found->end - address);
  bool known =
      flags == attachGlobal || flags == attachHost || flags == attachSingle;
  return isWhole && known ? Result::Success : Result::InvalidValue;
}
