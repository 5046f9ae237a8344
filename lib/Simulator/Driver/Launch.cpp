//===- Launch.cpp - kernels that are run ----------------------------------===//

#include "Driver/Launch.h"

#include "Driver/Chip.h"

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

Result theano::cuda::prepareLaunch(FunctionData &function,
                                   const LaunchShape &shape, void **parameters,
                                   void **extra, PreparedLaunch &launch) {
  launch.function = function.handle;
  launch.context = function.module->context;
  launch.spec.image = function.module->image.get();
  launch.spec.kernel = function.code;
  launch.spec.grid = shape.grid;
  launch.spec.block = shape.block;
  launch.spec.dynamicShared = shape.sharedBytes;
  launch.spec.memory = &launch.context->memory;
  THEANO_SIM_TRY(checkSizes(function, launch.spec));
  return readParameters(*function.code, parameters, extra,
                        launch.spec.parameters);
}

void theano::cuda::runLaunch(PreparedLaunch &launch) {
  State &all = state();
  ContextData &context = *launch.context;
  launch.spec.number = ++context.launches;
  sim::LaunchResult result = sim::runLaunch(launch.spec, all.options.launch);
  all.totals.add(launch.spec, result, launch.declared);
  if (result.fault) {
    context.fail(result.fault->result);
    all.addFinding(result.fault->text());
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuLaunchKernel(Function function, unsigned gridX,
                                 unsigned gridY, unsigned gridZ,
                                 unsigned blockX, unsigned blockY,
                                 unsigned blockZ, unsigned sharedBytes,
                                 Stream handle, void **parameters,
                                 void **extra) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  FunctionData *found = findFunction(function);
  StreamData *stream = findStream(*context, handle);
  if (!found || !stream || found->module->context != stream->context)
    return Result::InvalidHandle;
  PreparedLaunch launch;
  launch.declared = std::exchange(stream->declared, {});
  LaunchShape shape = {
      {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes};
  THEANO_SIM_TRY(prepareLaunch(*found, shape, parameters, extra, launch));
  if (runsAtOnce(*stream))
    runLaunch(launch);
  else
    issue(*stream, [launch]() mutable { runLaunch(launch); });
  return Result::Success;
}
