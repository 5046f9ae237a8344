//===- Functions.cpp - what a kernel is and has ---------------------------===//

#include "Driver/Functions.h"

#include "Driver/Chip.h"
#include "Driver/Clusters.h"
#include "Machine/Image.h"
#include "Machine/Target.h"

#include <algorithm>

using namespace theano::cuda;
namespace sim = theano::sim;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

int theano::cuda::mostDynamicShared(const FunctionData &function) {
  return sim::chipOf(state().options.arch).sharedPerBlock -
         static_cast<int>(function.code->sharedBytes);
}

/// What `.maxntid` and `.reqntid` leave of a block's threads.
static int threadBound(const sim::Function &ast) {
  uint64_t bound =
      uint64_t(ast.maxThreads[0]) * ast.maxThreads[1] * ast.maxThreads[2];
  uint64_t most = sim::maxThreadsPerBlock;
  return static_cast<int>(bound ? std::min(bound, most) : most);
}

static size_t axisOf(FunctionAttribute attribute) {
  return static_cast<size_t>(attribute) -
         static_cast<size_t>(FunctionAttribute::RequiredClusterWidth);
}

Result theano::cuda::readAttribute(const FunctionData &function,
                                   FunctionAttribute attribute, int &value) {
  using enum FunctionAttribute;
  const sim::FunctionCode &code = *function.code;
  const sim::Image &image = *function.module->image;
  value = 0;
  switch (attribute) {
  case MaxThreadsPerBlock:
    value = threadBound(*code.ast);
    return Result::Success;
  case SharedSizeBytes:
    value = static_cast<int>(code.sharedBytes);
    return Result::Success;
  case ConstSizeBytes:
    for (const auto &[variable, global] : image.globals)
      if (variable->space == sim::Space::Const)
        value += static_cast<int>(global.bytes);
    return Result::Success;
  case LocalSizeBytes:
    value = static_cast<int>(code.localBytes);
    return Result::Success;
  case NumRegs:
    value = sim::registersOf(code);
    return Result::Success;
  case PtxVersion:
    value = static_cast<int>(sim::archNumber(image.module->target));
    return Result::Success;
  case BinaryVersion:
    value = state().options.arch;
    return Result::Success;
  case MaxDynamicSharedSizeBytes:
    value = function.maxDynamicShared
                ? function.maxDynamicShared
                : std::max(sim::sharedPerBlockByDefault -
                               static_cast<int>(code.sharedBytes),
                           0);
    return Result::Success;
  case PreferredSharedMemoryCarveout:
    value = function.carveout;
    return Result::Success;
  case ClusterSizeMustBeSet:
    value = code.ast->explicitCluster;
    return Result::Success;
  case RequiredClusterWidth:
  case RequiredClusterHeight:
  case RequiredClusterDepth:
    value = static_cast<int>(requiredCluster(function)[axisOf(attribute)]);
    return Result::Success;
  case NonPortableClusterSizeAllowed:
    value = function.nonPortableCluster;
    return Result::Success;
  case ClusterSchedulingPolicyPreference:
    value = function.clusterPolicy;
    return Result::Success;
  case CacheModeCa:
    return Result::Success;
  }
  return Result::InvalidValue;
}

Result theano::cuda::setAttribute(FunctionData &function,
                                  FunctionAttribute attribute, int value) {
  using enum FunctionAttribute;
  switch (attribute) {
  case MaxDynamicSharedSizeBytes:
    if (value < 0 || value > mostDynamicShared(function))
      return Result::InvalidValue;
    function.maxDynamicShared = value;
    return Result::Success;
  case PreferredSharedMemoryCarveout:
    // A percentage, or what the driver likes best.
    if (value < -1 || value > 100)
      return Result::InvalidValue;
    function.carveout = value;
    return Result::Success;
  case RequiredClusterWidth:
  case RequiredClusterHeight:
  case RequiredClusterDepth:
    if (value < 0)
      return Result::InvalidValue;
    if (function.code->ast->requiredCluster[0])
      return Result::NotPermitted;
    if (value && state().options.arch < 90)
      return Result::NotSupported;
    // Whether the three fit is seen at a launch.
    function.requiredCluster[axisOf(attribute)] = static_cast<unsigned>(value);
    return Result::Success;
  case NonPortableClusterSizeAllowed:
    if (value < 0 || value > 1)
      return Result::InvalidValue;
    if (value && state().options.arch < 90)
      return Result::NotSupported;
    function.nonPortableCluster = value;
    return Result::Success;
  case ClusterSchedulingPolicyPreference:
    // As the device likes, spread out, or balanced.
    if (value < 0 || value > 2)
      return Result::InvalidValue;
    function.clusterPolicy = value;
    return Result::Success;
  default:
    return Result::InvalidValue;
  }
}

Result theano::cuda::readParameter(const FunctionData &function, size_t index,
                                   size_t *offset, size_t *bytes) {
  if (!offset)
    return Result::InvalidValue;
  // An index past the last parameter is how callers find their number.
  const auto &parameters = function.code->parameters;
  if (index >= parameters.size())
    return Result::InvalidValue;
  *offset = parameters[index].at;
  if (bytes)
    *bytes = parameters[index].bytes;
  return Result::Success;
}

THEANO_SIM_EXPORT cuFuncGetAttribute(int *value, FunctionAttribute attribute,
                                     Function function) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!value)
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  return found ? readAttribute(*found, attribute, *value)
               : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuFuncSetAttribute(Function function,
                                     FunctionAttribute attribute, int value) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  FunctionData *found = findFunction(*context, function);
  return found ? setAttribute(*found, attribute, value) : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuFuncSetCacheConfig(Function function, CacheConfig config) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!findFunction(*context, function))
    return Result::InvalidHandle;
  return config <= CacheConfig::PreferEqual ? Result::Success
                                            : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuFuncGetModule(Module *module, Function function) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!module)
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  *module = found->module->handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuFuncGetName(const char **name, Function function) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!name)
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  *name = found->name.c_str();
  return Result::Success;
}

THEANO_SIM_EXPORT cuFuncGetParamInfo(Function function, size_t index,
                                     size_t *offset, size_t *bytes) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  const FunctionData *found = findFunction(*context, function);
  return found ? readParameter(*found, index, offset, bytes)
               : Result::InvalidHandle;
}

//===----------------------------------------------------------------------===//
// Loading, which has happened when there is a function
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuFuncIsLoaded(FunctionLoadingState *loading,
                                 Function function) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!loading)
    return Result::InvalidValue;
  if (!findFunction(*context, function))
    return Result::InvalidHandle;
  *loading = FunctionLoadingState::Loaded;
  return Result::Success;
}

THEANO_SIM_EXPORT cuFuncLoad(Function function) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return findFunction(*context, function) ? Result::Success
                                          : Result::InvalidHandle;
}
