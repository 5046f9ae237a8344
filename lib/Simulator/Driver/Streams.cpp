//===- Streams.cpp - order and time ---------------------------------------===//

#include "Driver/State.h"

using namespace theano::cuda;

THEANO_SIM_EXPORT cuStreamCreate(Stream *stream, unsigned flags) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!stream || flags > streamNonBlocking)
    return Result::InvalidValue;
  auto made = std::make_unique<StreamObject>();
  made->context = context;
  *stream = made.get();
  context->streams[*stream] = std::move(made);
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamDestroy_v2(Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  context->declared.erase(stream);
  return context->streams.erase(stream) ? Result::Success
                                        : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuStreamSynchronize(Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  return isStream(context, stream) ? Result::Success : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuEventCreate(Event *event, unsigned flags) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  // 1 is blocking synchronisation, which is no different here.
  if (!event || flags > (eventDisableTiming | 1))
    return Result::InvalidValue;
  auto made = std::make_unique<EventObject>();
  made->context = context;
  made->timed = !(flags & eventDisableTiming);
  *event = made.get();
  context->events[*event] = std::move(made);
  return Result::Success;
}

THEANO_SIM_EXPORT cuEventDestroy_v2(Event event) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  return context->events.erase(event) ? Result::Success : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuEventRecord(Event event, Stream stream) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!context->events.contains(event) || !isStream(context, stream))
    return Result::InvalidHandle;
  event->recorded = true;
  event->time = std::chrono::steady_clock::now();
  return Result::Success;
}

THEANO_SIM_EXPORT cuEventSynchronize(Event event) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  return context->events.contains(event) ? Result::Success
                                         : Result::InvalidHandle;
}

static Result elapsed(float *milliseconds, Event start, Event end) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!milliseconds)
    return Result::InvalidValue;
  for (Event event : {start, end})
    if (!context->events.contains(event) || !event->timed || !event->recorded)
      return Result::InvalidHandle;
  *milliseconds =
      std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return Result::Success;
}

THEANO_SIM_EXPORT cuEventElapsedTime(float *milliseconds, Event start,
                                     Event end) {
  return elapsed(milliseconds, start, end);
}
THEANO_SIM_EXPORT cuEventElapsedTime_v2(float *milliseconds, Event start,
                                        Event end) {
  return elapsed(milliseconds, start, end);
}
