//===- State.cpp - bookkeeping of the stand-in driver ---------------------===//

#include "State.h"

#include <cstdio>
#include <cstdlib>

namespace theano::standin {

namespace {
// Not canonical on x86-64 and far from any mapping elsewhere: host code that
// dereferences a device address stops at once.
constexpr DevicePtr firstAddress = 0x5eed000000000000ull;
constexpr uintptr_t firstHandle = 0x4a4d000000000000ull;
} // namespace

State &State::get() {
  static State *state = [] {
    auto *made = new State();
    made->reset();
    return made;
  }();
  return *state;
}

void State::reset() {
  settings = {};
  calls.clear();
  findings.clear();
  failedCall.clear();
  callCount = launches = 0;
  failByNumber.clear();
  failByName.clear();
  callsByName.clear();
  faults.clear();
  bodies.clear();
  initialised = false;
  fault = Result::Success;
  retained.clear();
  allocations.clear();
  hostBlocks.clear();
  modules.clear();
  functions.clear();
  streams.clear();
  events.clear();
  used = 0;
  // Addresses and handles are never used twice, so that one kept from before
  // is recognised.
  if (nextAddress == 0) {
    nextAddress = firstAddress;
    nextHandle = firstHandle;
  }
  contextStack().clear();
}

uint8_t *State::memory(DevicePtr address, size_t bytes,
                       const std::string &user) {
  auto it = allocations.upper_bound(address);
  if (it == allocations.begin()) {
    find(user + ": no allocation holds the address");
    return nullptr;
  }
  auto &[base, allocation] = *--it;
  size_t offset = address - base;
  if (offset > allocation.size || bytes > allocation.size - offset) {
    find(user + ": " + std::to_string(bytes) + " bytes at offset " +
         std::to_string(offset) + " of an allocation of " +
         std::to_string(allocation.size) + " bytes");
    return nullptr;
  }
  if (!allocation.live) {
    find(user + ": use of freed memory");
    return nullptr;
  }
  return allocation.bytes.get() + offset;
}

Result State::enqueue(Stream stream, Pending work, const std::string &user) {
  auto it = streams.find(stream);
  if (it == streams.end() && stream != nullptr) {
    find(user + ": unknown stream");
    return Result::InvalidHandle;
  }
  streams[stream].pending.push_back(std::move(work));
  return Result::Success;
}

Result State::drain(Stream stream) {
  auto it = streams.find(stream);
  while (it != streams.end() && !it->second.pending.empty()) {
    Pending work = std::move(it->second.pending.front());
    it->second.pending.pop_front();
    if (fault != Result::Success)
      continue; // a lost context runs nothing more
    Result result = work.run();
    if (result != Result::Success)
      fault = result;
  }
  return fault;
}

Result State::drainAll() {
  for (auto &[stream, state] : streams)
    (void)drain(stream);
  return fault;
}

namespace {
template <typename Map>
void noteLeaks(State &state, const Map &objects, const char *what) {
  size_t left = 0;
  for (const auto &[handle, object] : objects)
    left += !object.releaseTried;
  if (left)
    state.find("leak: " + std::to_string(left) + " " + what);
}
} // namespace

void State::closeContext() {
  for (auto it = allocations.begin(); it != allocations.end();)
    it = it->second.live ? std::next(it) : allocations.erase(it);
  streams.erase(nullptr);
  noteLeaks(*this, allocations, "device allocation(s)");
  noteLeaks(*this, hostBlocks, "page-locked host allocation(s)");
  noteLeaks(*this, modules, "module(s)");
  noteLeaks(*this, streams, "stream(s)");
  noteLeaks(*this, events, "event(s)");
  allocations.clear();
  hostBlocks.clear();
  modules.clear();
  functions.clear();
  streams.clear();
  events.clear();
  used = 0;
  fault = Result::Success;
}

Context contextOf(Device device) {
  return reinterpret_cast<Context>(firstHandle / 2 +
                                   static_cast<uintptr_t>(device + 1) * 64);
}

std::vector<Context> &contextStack() {
  thread_local std::vector<Context> stack;
  return stack;
}

bool willFail(const char *name) {
  State &state = State::get();
  return state.failByNumber.contains(state.callCount + 1) ||
         state.failByName.contains({name, state.callsByName[name] + 1});
}

namespace {
FILE *logFile() {
  static FILE *file = [] {
    const char *path = std::getenv("THEANO_STANDIN_LOG");
    return path ? std::fopen(path, "w") : nullptr;
  }();
  return file;
}
} // namespace

Result call(const char *name, Needs needs,
            const std::function<Result()> &work) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  state.calls.push_back(name);
  if (FILE *log = logFile()) {
    std::fprintf(log, "%s\n", name);
    std::fflush(log);
  }
  unsigned nth = ++state.callsByName[name];
  if (needs != Needs::Nothing)
    ++state.callCount;
  if (auto it = state.failByName.find({name, nth});
      it != state.failByName.end()) {
    state.failedCall = name;
    return it->second;
  }
  if (needs == Needs::Nothing)
    return work();
  if (auto it = state.failByNumber.find(state.callCount);
      it != state.failByNumber.end()) {
    state.failedCall = name;
    return it->second;
  }
  if (!state.initialised && std::string(name) != "cuInit") {
    state.find(std::string(name) + ": called before cuInit succeeded");
    return Result::NotInitialized;
  }
  if (needs == Needs::Context) {
    std::vector<Context> &stack = contextStack();
    bool live = false;
    for (const auto &[device, count] : state.retained)
      live |= !stack.empty() && count && stack.back() == contextOf(device);
    if (!live) {
      state.find(std::string(name) + ": no live context is current");
      return Result::InvalidContext;
    }
    if (state.fault != Result::Success)
      return state.fault;
  }
  return work();
}

} // namespace theano::standin
