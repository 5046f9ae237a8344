//===- State.cpp - the simulated driver's objects -------------------------===//

#include "Driver/State.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace theano::cuda {

State &state() {
  static auto *made = new State();
  return *made;
}

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

Result Call::current(Context &context) const {
  THEANO_SIM_TRY(initialized());
  std::vector<Context> &stack = contextStack();
  if (stack.empty())
    return Result::InvalidContext;
  context = stack.back();
  if (context != state().primary.get())
    return Result::ContextIsDestroyed;
  return context->sticky;
}

bool isStream(Context context, Stream stream) {
  // 1 and 2 are the legacy and the per-thread default stream.
  auto number = reinterpret_cast<uintptr_t>(stream);
  return number <= 2 || context->streams.contains(stream);
}

void destroyPrimary() {
  State &all = state();
  ContextObject &context = *all.primary;
  context.modules.clear();
  using sim::AllocationKind;
  for (AllocationKind kind : {AllocationKind::Device, AllocationKind::Heap}) {
    size_t count = context.memory.countLive(kind);
    // After a fault nobody can free anything any more.
    if (count && context.sticky == Result::Success)
      all.addFinding("leak: " + std::to_string(count) +
                     (count == 1 ? " allocation was" : " allocations were") +
                     " not freed when the context ended, the first being " +
                     describe(*context.memory.firstLive(kind)));
  }
  all.primary.reset();
}

} // namespace theano::cuda
