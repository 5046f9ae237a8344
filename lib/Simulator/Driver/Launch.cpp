//===- Launch.cpp - kernels that are run ----------------------------------===//

#include "Driver/Launch.h"

#include "Driver/Capture.h"
#include "Driver/Chip.h"
#include "Driver/Clusters.h"

#include <cstring>

using namespace theano::cuda;
namespace sim = theano::sim;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Gathers the parameters from an address each, or from one packed buffer.
static Result readParameters(const sim::FunctionCode &code, void **parameters,
                             void **extra, std::vector<char> &buffer) {
  buffer.assign(code.parameterBytes, 0);
  if (parameters && extra)
    return Result::InvalidValue;
  if (extra) {
    const void *from = nullptr;
    const size_t *size = nullptr;
    for (; *extra; extra += 2) {
      auto key = reinterpret_cast<uintptr_t>(extra[0]);
      if (key == 1)
        from = extra[1];
      else if (key == 2)
        size = static_cast<const size_t *>(extra[1]);
      else
        return Result::InvalidValue;
    }
    if (!from || !size || *size < buffer.size())
      return Result::InvalidValue;
    std::memcpy(buffer.data(), from, buffer.size());
    return Result::Success;
  }
  for (size_t i = 0; i < code.parameters.size(); ++i) {
    if (!parameters || !parameters[i])
      return Result::InvalidValue;
    std::memcpy(buffer.data() + code.parameters[i].at, parameters[i],
                code.parameters[i].bytes);
  }
  return Result::Success;
}

static Result checkSizes(const FunctionData &function,
                         const sim::LaunchSpec &launch) {
  const std::array<uint64_t, 3> mostGrid = {0x7fffffff, 65535, 65535};
  const std::array<uint64_t, 3> mostBlock = {1024, 1024, 64};
  uint64_t threads = 1;
  for (size_t i = 0; i < 3; ++i) {
    if (launch.grid[i] == 0 || launch.grid[i] > mostGrid[i] ||
        launch.block[i] == 0 || launch.block[i] > mostBlock[i])
      return Result::InvalidValue;
    threads *= launch.block[i];
  }
  if (threads > sim::maxThreadsPerBlock)
    return Result::InvalidValue;
  const sim::Function &ast = *function.code->ast;
  uint64_t bound = 1;
  bool same = true;
  for (size_t i = 0; i < 3; ++i) {
    bound *= ast.maxThreads[i];
    same &= ast.maxThreads[i] == launch.block[i];
  }
  if (bound && (threads > bound || (ast.requiredThreads && !same)))
    return Result::LaunchOutOfResources;
  uint64_t shared = uint64_t(function.code->sharedBytes) + launch.dynamicShared;
  bool allowed = shared <= sim::sharedPerBlockByDefault ||
                 launch.dynamicShared <=
                     static_cast<uint32_t>(function.maxDynamicShared) ||
                 (launch.dynamicShared == 0);
  return allowed ? Result::Success : Result::InvalidValue;
}

Result theano::cuda::makeCooperative(PreparedLaunch &launch) {
  ContextData *context = state().contexts.find(launch.context);
  if (!context || !state().functions.find(launch.function))
    return Result::InvalidHandle;
  sim::LaunchSpec &spec = launch.spec;
  int blocks = sim::blocksPerMultiprocessor(
      sim::chipOf(state().options.arch), *spec.kernel,
      static_cast<int>(spec.threads()), spec.dynamicShared);
  if (spec.blocks() > static_cast<uint64_t>(blocks) * sim::multiprocessors)
    return Result::CooperativeLaunchTooLarge;
  // A size and the word that the blocks count in, which starts at 0.
  constexpr uint64_t workspaceBytes = 64;
  uint64_t &workspace = context->gridWorkspace;
  if (!workspace)
    workspace = context->memory
                    .allocate(workspaceBytes, sim::AllocationKind::Variable,
                              /*readOnly=*/false, "grid workspace")
                    .value_or(0);
  spec.gridWorkspace = workspace;
  spec.cooperative = true;
  return workspace ? Result::Success : Result::OutOfMemory;
}

Result theano::cuda::prepareLaunch(FunctionData &function,
                                   const LaunchShape &shape, void **parameters,
                                   void **extra, PreparedLaunch &launch) {
  launch.function = function.handle;
  launch.context = function.module->context->handle;
  launch.spec.image = function.module->image.get();
  launch.spec.kernel = function.code;
  launch.spec.grid = shape.grid;
  launch.spec.block = shape.block;
  launch.spec.dynamicShared = shape.sharedBytes;
  launch.spec.memory = &function.module->context->memory;
  THEANO_SIM_TRY(checkSizes(function, launch.spec));
  THEANO_SIM_TRY(setClusters(function, shape, launch.spec));
  if (shape.cooperative)
    THEANO_SIM_TRY(makeCooperative(launch));
  return readParameters(*function.code, parameters, extra,
                        launch.spec.parameters);
}

void theano::cuda::runLaunch(PreparedLaunch &launch) {
  State &all = state();
  ContextData *found = all.contexts.find(launch.context);
  if (!found)
    return;
  ContextData &context = *found;
  launch.spec.number = ++context.launches;
  if (launch.spec.gridWorkspace)
    std::memset(reinterpret_cast<void *>(launch.spec.gridWorkspace), 0, 8);
  launch.spec.setConditional = [&context](uint64_t handle, uint32_t value) {
    return context.conditions.change(handle, value);
  };
  sim::LaunchResult result = sim::runLaunch(launch.spec, all.options.launch);
  context.instructions += result.instructions;
  all.totals.add(launch.spec, result, launch.declared);
  if (result.fault) {
    context.fail(result.fault->result);
    all.addFinding(result.fault->text());
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static Result enqueue(Function function, const LaunchShape &shape,
                      Stream handle, void **parameters, void **extra,
                      const std::vector<Event> &events = {}) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  FunctionData *found = findFunction(*context, function);
  StreamData *stream = findStream(*context, handle);
  if (!found || !stream || found->module->context != stream->context)
    return Result::InvalidHandle;
  PreparedLaunch launch;
  launch.declared = std::exchange(stream->declared, {});
  THEANO_SIM_TRY(prepareLaunch(*found, shape, parameters, extra, launch));
  for (Event event : events)
    if (!state().events.find(event))
      return Result::InvalidHandle;
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(*stream, isCaptured));
  if (isCaptured)
    return events.empty() ? captureNode(*stream, nodeOf(launch, shape))
                          : refuseInCapture(*stream);
  if (runsAtOnce(*stream))
    runLaunch(launch);
  else
    issue(*stream, [launch]() mutable { runLaunch(launch); });
  for (Event event : events)
    recordEvent(*state().events.find(event), *stream);
  return Result::Success;
}

THEANO_SIM_EXPORT cuLaunchKernel(Function function, unsigned gridX,
                                 unsigned gridY, unsigned gridZ,
                                 unsigned blockX, unsigned blockY,
                                 unsigned blockZ, unsigned sharedBytes,
                                 Stream stream, void **parameters,
                                 void **extra) {
  return enqueue(function,
                 {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes},
                 stream, parameters, extra);
}

THEANO_SIM_EXPORT cuLaunchCooperativeKernel(Function function, unsigned gridX,
                                            unsigned gridY, unsigned gridZ,
                                            unsigned blockX, unsigned blockY,
                                            unsigned blockZ,
                                            unsigned sharedBytes, Stream stream,
                                            void **parameters) {
  LaunchShape shape = {
      {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes, true};
  return enqueue(function, shape, stream, parameters, nullptr);
}

Result theano::cuda::readLaunchAttributes(const LaunchAttribute *attributes,
                                          unsigned count, LaunchShape &shape,
                                          std::vector<Event> &events) {
  if (count && !attributes)
    return Result::InvalidValue;
  using enum LaunchAttributeId;
  for (unsigned i = 0; i < count; ++i) {
    const LaunchAttributeValue &value = attributes[i].value;
    if (attributes[i].id > NvlinkUtilCentricScheduling)
      return Result::InvalidValue;
    switch (attributes[i].id) {
    case Cooperative:
      shape.cooperative = value.cooperative != 0;
      break;
    case ClusterDimension:
      shape.cluster = {value.cluster.x, value.cluster.y, value.cluster.z};
      break;
    case PreferredClusterDimension:
      shape.preferredCluster = {value.cluster.x, value.cluster.y,
                                value.cluster.z};
      break;
    case ProgrammaticEvent:
    case LaunchCompletionEvent:
      events.push_back(value.event.event);
      break;
    case DeviceUpdatableKernelNode:
      return Result::NotSupported;
    case Ignore:
    case AccessPolicyWindow:
    case SynchronizationPolicy:
    case ClusterSchedulingPolicy:
    case ProgrammaticStreamSerialization:
    case Priority:
    case MemSyncDomainMap:
    case MemSyncDomain:
    case PreferredSharedMemoryCarveout:
    case NvlinkUtilCentricScheduling:
      break; // no difference here
    }
  }
  return Result::Success;
}

THEANO_SIM_EXPORT cuLaunchKernelEx(const LaunchConfig *config,
                                   Function function, void **parameters,
                                   void **extra) {
  if (!config)
    return Result::InvalidValue;
  LaunchShape shape = {{config->gridX, config->gridY, config->gridZ},
                       {config->blockX, config->blockY, config->blockZ},
                       config->sharedBytes};
  std::vector<Event> events;
  THEANO_SIM_TRY(readLaunchAttributes(config->attributes,
                                      config->attributeCount, shape, events));
  return enqueue(function, shape, config->stream, parameters, extra, events);
}
