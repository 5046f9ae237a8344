//===- Events.cpp - points in streams and the time between them -----------===//

#include "Driver/Capture.h"

using namespace theano::cuda;

THEANO_SIM_EXPORT cuEventCreate(Event *event, unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  constexpr unsigned known =
      eventBlockingSync | eventDisableTiming | eventInterprocess;
  // What another process is to see cannot be timed.
  if (!event || (flags & ~known) ||
      ((flags & eventInterprocess) && !(flags & eventDisableTiming)))
    return Result::InvalidValue;
  if (flags & eventInterprocess)
    return Result::NotSupported;
  auto made = std::make_unique<EventData>();
  made->context = &*context;
  made->timed = !(flags & eventDisableTiming);
  *event = state().events.add(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuEventDestroy_v2(Event event) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return state().events.take(event) ? Result::Success : Result::InvalidHandle;
}

static Result record(Event event, Stream handle, unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  EventData *found = state().events.find(event);
  StreamData *stream = findStream(*context, handle);
  if (!found || !stream || found->context != stream->context)
    return Result::InvalidHandle;
  if (flags > eventExternal)
    return Result::InvalidValue;
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(*stream, isCaptured));
  // Seen from outside, it is recorded each time that the graph is run.
  if (isCaptured && flags == eventExternal)
    return captureNode(*stream, RecordNode{event});
  recordEvent(*found, *stream);
  return Result::Success;
}

THEANO_SIM_EXPORT cuEventRecord(Event event, Stream stream) {
  return record(event, stream, 0);
}

THEANO_SIM_EXPORT cuEventRecordWithFlags(Event event, Stream stream,
                                         unsigned flags) {
  return record(event, stream, flags);
}

THEANO_SIM_EXPORT cuEventQuery(Event event) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  const EventData *found = state().events.find(event);
  if (!found)
    return Result::InvalidHandle;
  if (found->capture)
    return Result::CapturedEvent;
  THEANO_SIM_TRY(enterUnsafe());
  return !found->recorded || found->recorded->done ? Result::Success
                                                   : Result::NotReady;
}

THEANO_SIM_EXPORT cuEventSynchronize(Event event) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  EventData *found = state().events.find(event);
  if (!found)
    return Result::InvalidHandle;
  if (found->capture)
    return Result::CapturedEvent;
  return found->recorded ? context.finish(found->recorded) : Result::Success;
}

THEANO_SIM_EXPORT cuEventElapsedTime(float *milliseconds, Event start,
                                     Event end) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!milliseconds)
    return Result::InvalidValue;
  const EventData *first = state().events.find(start);
  const EventData *last = state().events.find(end);
  for (const EventData *event : {first, last})
    if (!event || !event->timed || (!event->recorded && !event->capture))
      return Result::InvalidHandle;
  if (first->capture || last->capture)
    return Result::CapturedEvent;
  if (!first->recorded->done || !last->recorded->done)
    return Result::NotReady;
  *milliseconds = std::chrono::duration<float, std::milli>(
                      last->recorded->finished - first->recorded->finished)
                      .count();
  return Result::Success;
}
