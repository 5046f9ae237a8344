//===- State.cpp - the simulated driver's objects -------------------------===//

#include "Driver/State.h"

#include "Driver/Capture.h"
#include "Driver/Libraries.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <unistd.h>

namespace theano::cuda {

State &state() {
  static auto *made = new State();
  return *made;
}

namespace {

/// What ends with a thread: its own streams, and with them their captures.
struct ThreadEnd {
  ThreadEnd() {
    static std::atomic<uint64_t> last = 0;
    number = ++last;
  }
  ~ThreadEnd() {
    if (!hasStreams)
      return;
    std::lock_guard<std::mutex> lock(state().mutex);
    for (const auto &[handle, context] : state().contexts) {
      auto own = context->perThread.find(number);
      if (own == context->perThread.end())
        continue;
      leaveCapture(*own->second);
      // What it still has to do goes on, in order with other streams.
      if (std::ranges::all_of(own->second->last, &Work::done))
        context->perThread.erase(own);
    }
  }
  ThreadEnd(const ThreadEnd &) = delete;
  ThreadEnd &operator=(const ThreadEnd &) = delete;

  uint64_t number = 0;
  bool hasStreams = false;
};

thread_local ThreadEnd thread;

} // namespace

uint64_t threadNumber() { return thread.number; }

std::vector<Context> &contextStack() {
  static thread_local std::vector<Context> stack;
  return stack;
}

uint64_t deviceMemory() {
  auto pages = static_cast<uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L));
  auto page = static_cast<uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
  // As much as a usual device has, and no more than the host.
  return std::min<uint64_t>(pages * page, uint64_t(16) << 30);
}

uint64_t deviceMemoryInUse() {
  uint64_t bytes = 0;
  for (const auto &[handle, context] : state().contexts)
    bytes += context->memory.bytesInUse();
  return bytes;
}

void State::addFinding(const std::string &text) {
  findings.push_back(text);
  std::FILE *file = options.reportFile.empty()
                        ? stderr
                        : std::fopen(options.reportFile.c_str(), "a");
  if (!file)
    return;
  std::fprintf(file, "theano-sim: %s\n", text.c_str());
  if (file != stderr)
    std::fclose(file);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Result Call::initialized() const {
  THEANO_SIM_TRY(permitted());
  return state().initialized ? Result::Success : Result::NotInitialized;
}

Result Call::alive(ContextData *&context) const {
  THEANO_SIM_TRY(initialized());
  std::vector<Context> &stack = contextStack();
  if (stack.empty())
    return Result::InvalidContext;
  context = state().contexts.find(stack.back());
  return context ? Result::Success : Result::ContextIsDestroyed;
}

ContextCall::ContextCall() : result_(alive(context_)) {
  if (result_ == Result::Success)
    result_ = context_->sticky;
}

Result ContextCall::finish(const WorkRef &work) {
  Context handle = context_->handle;
  wait([&] { return work->done; });
  context_ = state().contexts.find(handle);
  return context_ ? context_->sticky : Result::ContextIsDestroyed;
}

Result ContextCall::finish(StreamData &stream) {
  if (runsAtOnce(stream))
    return stream.context->sticky;
  // The error is that of the stream's context, which need not be current.
  Context of = stream.context->handle;
  THEANO_SIM_TRY(finish(mark(stream)));
  const ContextData *found = state().contexts.find(of);
  return found ? found->sticky : Result::ContextIsDestroyed;
}

Result ContextCall::finishAll() {
  Context handle = context_->handle;
  waitForIdle(*this, *context_);
  context_ = state().contexts.find(handle);
  return context_ ? context_->sticky : Result::ContextIsDestroyed;
}

void waitForIdle(Call &call, ContextData &context) {
  call.wait([handle = context.handle] {
    ContextData *found = state().contexts.find(handle);
    return !found || found->pending.empty();
  });
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

static thread_local bool nullIsPerThread = false;

PerThreadDefault::PerThreadDefault() { nullIsPerThread = true; }
PerThreadDefault::~PerThreadDefault() { nullIsPerThread = false; }

StreamData *findStream(ContextData &context, Stream stream) {
  auto number = reinterpret_cast<uintptr_t>(stream);
  if (number == 0)
    number = nullIsPerThread ? perThreadStreamHandle : legacyStreamHandle;
  if (number == legacyStreamHandle)
    return &context.legacy;
  if (number != perThreadStreamHandle)
    return state().streams.find(stream);
  std::unique_ptr<StreamData> &own = context.perThread[threadNumber()];
  if (!own) {
    thread.hasStreams = true;
    own = std::make_unique<StreamData>();
    own->context = &context;
    own->handle = reinterpret_cast<Stream>(perThreadStreamHandle);
    own->id = ++state().lastId;
  }
  return own.get();
}

FunctionData *findFunction(ContextData &context, Function function) {
  if (FunctionData *found = state().functions.find(function))
    return found;
  return functionOfKernel(context, reinterpret_cast<Kernel>(function));
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

ContextData::ContextData(uint64_t capacity) : memory(capacity) {
  legacy.context = this;
  legacy.handle = reinterpret_cast<Stream>(legacyStreamHandle);
  legacy.id = ++state().lastId;
}

ContextData::~ContextData() = default;

std::vector<StreamData *> ContextData::otherStreams() const {
  std::vector<StreamData *> found = streams;
  found.reserve(perThread.size() + streams.size());
  for (const auto &[thread, stream] : perThread)
    found.push_back(stream.get());
  return found;
}

std::vector<const StreamData *> ContextData::blockingStreams() const {
  std::vector<const StreamData *> found;
  for (const StreamData *stream : otherStreams())
    if (stream->isBlocking())
      found.push_back(stream);
  return found;
}

void destroyContext(ContextData &context) {
  State &all = state();
  auto isOurs = [&](const auto &object) { return object.context == &context; };
  for (StreamData *stream : context.otherStreams())
    leaveCapture(*stream);
  all.functions.eraseIf([&](const FunctionData &function) {
    return function.module->context == &context;
  });
  all.modules.eraseIf(isOurs);
  all.streams.eraseIf(isOurs);
  all.events.eraseIf(isOurs);
  all.links.eraseIf(isOurs);
  using sim::AllocationKind;
  for (AllocationKind kind : {AllocationKind::Device, AllocationKind::Managed,
                              AllocationKind::Heap}) {
    size_t count = context.memory.countLive(kind);
    // After a fault nobody can free anything any more.
    if (count && context.sticky == Result::Success)
      all.addFinding("leak: " + std::to_string(count) +
                     (count == 1 ? " allocation was" : " allocations were") +
                     " not freed when the context ended, the first being " +
                     describe(*context.memory.firstLive(kind)));
  }
  for (const auto &[address, facts] : context.facts)
    if (PoolData *pool = all.pools.find(facts.pool))
      if (auto found = context.memory.find(address); found && !found->freed)
        pool->used -= found->end - found->begin;
  all.contexts.take(context.handle);
}

} // namespace theano::cuda
