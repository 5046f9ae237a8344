//===- Launch.cpp - running a grid ----------------------------------------===//

#include "Machine/Launch.h"

#include "Checks/BlockChecks.h"
#include "Machine/Cluster.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace theano::sim {

namespace {

/// What the workers of one launch share.
struct LaunchState {
  const LaunchSpec &launch;
  const LaunchOptions &options;
  uint64_t units; ///< blocks, or clusters of them
  std::atomic<uint64_t> nextUnit = 0, finished = 0, executed = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::optional<Fault> fault;
  std::unique_ptr<Counters> counters;
  std::unique_ptr<LaunchChecks> checks;
  PrintedBlocks printed{options.print};

  void report(const Fault &found) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!fault || found.blockIndex < fault->blockIndex)
      fault = found;
    stopped = true;
  }
  void add(std::unique_ptr<Counters> found) {
    std::lock_guard<std::mutex> lock(mutex);
    if (counters)
      counters->add(*found);
    else
      counters = std::move(found);
  }
};

Fault watchdogFault(const LaunchSpec &launch, const LaunchOptions &options,
                    const Block &block) {
  Fault fault;
  fault.result = cuda::Result::LaunchTimeout;
  fault.kernel = launch.kernel->ast->name;
  fault.block = block.id();
  fault.blockIndex = block.index();
  fault.message = "watchdog: the launch has executed more than " +
                  std::to_string(options.instructionLimit) +
                  " warp instructions; raise THEANO_SIM_LIMIT if it is not "
                  "hanging";
  return fault;
}

/// Goes on with a block until it waits for others, if nothing else.
BlockStatus advance(LaunchState &state, Block &block) {
  uint64_t blocks = state.launch.blocks();
  BlockStatus status = block.step();
  if (status == BlockStatus::Faulted)
    state.report(block.fault());
  if (state.launch.image->prints)
    state.printed.add(block.index(), block.takePrinted(),
                      status == BlockStatus::Done);
  uint64_t executed = block.takeExecuted();
  // Blocks that are short each may be too many together.
  bool isMoreToDo = status == BlockStatus::Yielded ||
                    status == BlockStatus::Waiting ||
                    (status == BlockStatus::Done && ++state.finished < blocks);
  if ((state.executed += executed) > state.options.instructionLimit &&
      isMoreToDo)
    state.report(watchdogFault(state.launch, state.options, block));
  return status;
}

/// Goes on with each block of a cluster; that none can is a deadlock.
BlockStatus advance(LaunchState &state, Cluster &cluster) {
  bool isDone = true, isStuck = true;
  Block *waiting = nullptr;
  for (uint32_t rank : cluster.order()) {
    Block &block = cluster.block(rank);
    if (block.hasEnded())
      continue;
    BlockStatus status = advance(state, block);
    if (status == BlockStatus::Faulted || state.stopped)
      return BlockStatus::Faulted;
    isDone &= status == BlockStatus::Done;
    isStuck &= status == BlockStatus::Waiting;
    if (status == BlockStatus::Waiting && (!waiting || rank < waiting->rank()))
      waiting = &block;
  }
  if (isDone)
    return BlockStatus::Done;
  if (!isStuck)
    return BlockStatus::Yielded;
  waiting->reportClusterDeadlock();
  state.report(waiting->fault());
  return BlockStatus::Faulted;
}

/// `Unit` is what runs as one: a block, or a cluster of them.
template <typename Unit>
void runBlocks(LaunchState &state, Counters *counters) {
  Unit unit(state.launch, state.options, counters, state.checks.get());
  while (!state.stopped) {
    uint64_t index = state.nextUnit++;
    if (index >= state.units)
      return;
    unit.start(index);
    BlockStatus status = BlockStatus::Yielded;
    while (status == BlockStatus::Yielded && !state.stopped)
      status = advance(state, unit);
  }
}

/// Of a cooperative launch every block is there, however long others wait for
/// it: a host thread takes one after the other, and they take turns.
template <typename Unit>
void runTogether(LaunchState &state, Counters *counters) {
  std::vector<std::unique_ptr<Unit>> running;
  bool areThereMore = true;
  while ((areThereMore || !running.empty()) && !state.stopped) {
    uint64_t index = areThereMore ? state.nextUnit++ : ~uint64_t(0);
    areThereMore = index < state.units;
    if (areThereMore) {
      running.push_back(std::make_unique<Unit>(state.launch, state.options,
                                               counters, state.checks.get()));
      running.back()->start(index);
    }
    std::erase_if(running, [&](const std::unique_ptr<Unit> &unit) {
      return state.stopped || advance(state, *unit) != BlockStatus::Yielded;
    });
  }
}

template <typename Unit> void runUnits(LaunchState &state, Counters *counters) {
  if (state.launch.cooperative)
    runTogether<Unit>(state, counters);
  else
    runBlocks<Unit>(state, counters);
}

void count(LaunchState &state) {
  auto *run = state.launch.hasClusters() ? runUnits<Cluster> : runUnits<Block>;
  if (!state.options.count)
    return run(state, nullptr);
  auto counters = std::make_unique<Counters>(*state.launch.image);
  run(state, counters.get());
  state.add(std::move(counters));
}

/// Host memory that blocks which run at the same time may take, roughly: those
/// of a kernel with many registers, or much local memory, take turns instead.
constexpr uint64_t mostBytes = uint64_t(4) << 30;

uint64_t bytesOfUnit(const LaunchSpec &launch) {
  uint64_t warps = (launch.threads() + warpSize - 1) / warpSize;
  uint64_t lane = 2 * uint64_t(launch.kernel->localBytes);
  uint64_t block = warps * (launch.kernel->frameBytes + lane * warpSize) +
                   launch.sharedBytes() + 1;
  return block * launch.clusterSize();
}

/// What a host thread does.
void work(LaunchState &state) {
  try {
    count(state);
  } catch (const std::bad_alloc &) {
    Fault fault;
    fault.result = cuda::Result::OutOfMemory;
    fault.kernel = state.launch.kernel->ast->name;
    fault.message = "out of memory: the host has none left for what the "
                    "simulator keeps of this launch; with fewer checks it "
                    "needs less";
    state.report(fault);
  }
}

} // namespace

LaunchResult runLaunch(const LaunchSpec &launch, const LaunchOptions &options) {
  uint64_t units = launch.hasClusters() ? launch.blocks() / launch.clusterSize()
                                        : launch.blocks();
  LaunchState state{launch, options, units, {}, {}, {}, {}, {}, {}, {}, {}};
  if (options.deepChecks)
    state.checks = std::make_unique<LaunchChecks>();
  uint64_t useful = std::min(uint64_t(options.threads), units);
  // Blocks of a cooperative launch are there at the same time in any case.
  if (!launch.cooperative)
    useful = std::min(useful,
                      std::max(mostBytes / bytesOfUnit(launch), uint64_t(1)));
  std::vector<std::thread> helpers;
  try {
    for (uint64_t i = 1; i < useful; ++i)
      helpers.emplace_back([&state] { work(state); });
  } catch (const std::system_error &) {
    // The host has no more threads; those that there are do all the work.
  }
  work(state);
  for (std::thread &helper : helpers)
    helper.join();
  if (launch.image->prints)
    state.printed.finish();
  return {std::move(state.fault), state.executed, std::move(state.counters)};
}

} // namespace theano::sim
