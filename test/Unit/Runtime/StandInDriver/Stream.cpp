//===- Stream.cpp - streams and events of the stand-in driver -------------===//

#include "State.h"

#include <chrono>

using namespace theano::standin;

STANDIN_EXPORT Result cuStreamCreate(Stream *stream, unsigned flags) {
  return call("cuStreamCreate", Needs::Context, [&] {
    if (flags > streamNonBlocking)
      return Result::InvalidValue;
    *stream = State::get().newHandle<Stream>();
    State::get().streams[*stream];
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuStreamDestroy_v2(Stream stream) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  auto it = state.streams.find(stream);
  if (it != state.streams.end())
    it->second.releaseTried = true;
  return call("cuStreamDestroy", Needs::Context, [&] {
    if (stream == nullptr || it == state.streams.end()) {
      state.find("cuStreamDestroy: unknown stream");
      return Result::InvalidHandle;
    }
    Result result = state.drain(stream);
    state.streams.erase(it);
    return result;
  });
}
STANDIN_ALIAS(cuStreamDestroy, cuStreamDestroy_v2);

namespace {
/// A wait that is made to fail has waited all the same: what was pending must
/// not run later, when its memory is gone.
void waitBeforeFailing(const char *name) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  if (willFail(name))
    (void)state.drainAll();
}
} // namespace

STANDIN_EXPORT Result cuStreamSynchronize(Stream stream) {
  waitBeforeFailing("cuStreamSynchronize");
  return call("cuStreamSynchronize", Needs::Context, [&] {
    State &state = State::get();
    if (stream == nullptr)
      return state.drainAll();
    if (!state.streams.contains(stream)) {
      state.find("cuStreamSynchronize: unknown stream");
      return Result::InvalidHandle;
    }
    return state.drain(stream);
  });
}
STANDIN_ALIAS(cuStreamSynchronize_ptsz, cuStreamSynchronize);

namespace {
EventState *findEvent(Event event, const char *user) {
  auto it = State::get().events.find(event);
  if (it != State::get().events.end())
    return &it->second;
  State::get().find(std::string(user) + ": unknown event");
  return nullptr;
}
} // namespace

STANDIN_EXPORT Result cuEventCreate(Event *event, unsigned flags) {
  return call("cuEventCreate", Needs::Context, [&] {
    if (flags > 7)
      return Result::InvalidValue;
    *event = State::get().newHandle<Event>();
    State::get().events[*event];
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuEventDestroy_v2(Event event) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  auto it = state.events.find(event);
  if (it != state.events.end())
    it->second.releaseTried = true;
  return call("cuEventDestroy", Needs::Context, [&] {
    if (!findEvent(event, "cuEventDestroy"))
      return Result::InvalidHandle;
    state.events.erase(event);
    return Result::Success;
  });
}
STANDIN_ALIAS(cuEventDestroy, cuEventDestroy_v2);

STANDIN_EXPORT Result cuEventRecord(Event event, Stream stream) {
  return call("cuEventRecord", Needs::Context, [&] {
    EventState *state = findEvent(event, "cuEventRecord");
    if (!state)
      return Result::InvalidHandle;
    state->stream = stream;
    state->recorded = true;
    state->timeNs = -1;
    auto run = [event] {
      auto it = State::get().events.find(event);
      if (it != State::get().events.end())
        it->second.timeNs =
            std::chrono::steady_clock::now().time_since_epoch().count();
      return Result::Success;
    };
    return State::get().enqueue(stream, {run}, "cuEventRecord");
  });
}
STANDIN_ALIAS(cuEventRecord_ptsz, cuEventRecord);

STANDIN_EXPORT Result cuEventSynchronize(Event event) {
  waitBeforeFailing("cuEventSynchronize");
  return call("cuEventSynchronize", Needs::Context, [&] {
    EventState *state = findEvent(event, "cuEventSynchronize");
    if (!state)
      return Result::InvalidHandle;
    return state->recorded ? State::get().drain(state->stream)
                           : Result::Success;
  });
}

STANDIN_EXPORT Result cuEventElapsedTime(float *milliseconds, Event start,
                                         Event end) {
  return call("cuEventElapsedTime", Needs::Context, [&] {
    EventState *first = findEvent(start, "cuEventElapsedTime");
    EventState *last = findEvent(end, "cuEventElapsedTime");
    if (!first || !last || !first->recorded || !last->recorded)
      return Result::InvalidHandle;
    if (first->timeNs < 0 || last->timeNs < 0)
      return Result::NotReady;
    *milliseconds = static_cast<float>(last->timeNs - first->timeNs) * 1e-6f;
    return Result::Success;
  });
}
STANDIN_ALIAS(cuEventElapsedTime_v2, cuEventElapsedTime);
