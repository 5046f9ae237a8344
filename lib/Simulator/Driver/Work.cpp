//===- Work.cpp - what streams are given to do ----------------------------===//

#include "Driver/Work.h"

#include "Driver/State.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace theano::cuda {

static thread_local bool inHostFunction = false;

bool isInHostFunction() { return inHostFunction; }

/// What work issued to the stream now has to wait for. The legacy stream waits
/// for all streams that are not non-blocking, and they for it.
static std::vector<WorkRef> tailOf(const StreamData &stream) {
  std::vector<WorkRef> tail;
  auto add = [&](const StreamData &other) {
    for (const WorkRef &work : other.last)
      if (!work->done)
        tail.push_back(work);
  };
  ContextData &context = *stream.context;
  add(stream);
  if (&stream == &context.legacy) {
    for (const StreamData *other : context.blockingStreams())
      add(*other);
  } else if (stream.isBlocking()) {
    add(context.legacy);
  }
  return tail;
}

static void finish(Work &work) {
  work.done = true;
  work.finished = std::chrono::steady_clock::now();
  work.run = nullptr;
  work.host = nullptr;
  work.after.clear();
}

static void pumpAll();

static void startHost(ContextData &context, const WorkRef &work) {
  work->started = true;
  Result error = context.sticky;
  if (error != Result::Success && !work->always)
    return finish(*work);
  auto body = [work, error] {
    inHostFunction = true;
    work->host(error);
    inHostFunction = false;
    std::lock_guard<std::mutex> lock(state().mutex);
    finish(*work);
    pumpAll();
  };
  try {
    std::thread(body).detach();
  } catch (const std::system_error &) {
    context.fail(Result::OperatingSystem);
    finish(*work);
  }
}

/// Does what nothing holds back any more, in the order in which it was issued.
/// True where there was any.
static bool pump(ContextData &context) {
  auto isReady = [](const WorkRef &work) {
    return !work->started && std::ranges::all_of(work->after, &Work::done);
  };
  bool didWork = false;
  auto &pending = context.pending;
  for (auto at = pending.begin(); at != pending.end();) {
    WorkRef work = *at;
    if (isReady(work)) {
      didWork = true;
      if (work->host) {
        startHost(context, work);
      } else {
        work->started = true;
        if (work->run && context.sticky == Result::Success)
          work->run();
        finish(*work);
      }
    }
    if (!work->done) {
      ++at;
      continue;
    }
    at = pending.erase(at);
    --state().pendingWork;
  }
  state().changed.notify_all();
  return didWork;
}

/// The same for all contexts, as one may wait for an event of another.
static void pumpAll() {
  bool didWork = true;
  while (didWork) {
    didWork = false;
    for (const auto &[handle, context] : state().contexts)
      didWork |= pump(*context);
  }
}

static WorkRef submit(StreamData &stream, Work made) {
  auto work = std::make_shared<Work>(std::move(made));
  work->after = tailOf(stream);
  stream.last = {work};
  stream.context->pending.push_back(work);
  ++state().pendingWork;
  pump(*stream.context);
  return work;
}

bool runsAtOnce(const StreamData &stream) {
  return state().pendingWork == 0 || tailOf(stream).empty();
}

void issue(StreamData &stream, std::function<void()> run) {
  // The usual case takes no memory.
  if (state().pendingWork) {
    Work work;
    work.run = std::move(run);
    submit(stream, std::move(work));
  } else if (stream.context->sticky == Result::Success) {
    run();
  }
}

void issueHost(StreamData &stream, std::function<void(Result)> host,
               bool always) {
  Work work;
  work.host = std::move(host);
  work.always = always;
  submit(stream, std::move(work));
}

WorkRef mark(StreamData &stream) { return submit(stream, {}); }

void holdBack(StreamData &stream, const WorkRef &earlier) {
  if (earlier->done)
    return;
  std::erase_if(stream.last, [](const WorkRef &work) { return work->done; });
  stream.last.push_back(earlier);
}

} // namespace theano::cuda
