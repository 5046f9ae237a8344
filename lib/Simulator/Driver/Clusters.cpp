//===- Clusters.cpp - blocks that a launch groups -------------------------===//

#include "Driver/Clusters.h"

#include "Driver/Chip.h"

#include <algorithm>

using namespace theano::cuda;
namespace sim = theano::sim;

/// The blocks of a cluster are on multiprocessors of one processing cluster, of
/// which the device has so many with so many multiprocessors each.
static constexpr int processingClusters = 6;
static constexpr int multiprocessorsOfEach =
    sim::multiprocessors / processingClusters;

static constexpr unsigned portableSize = 8;

/// The most blocks that a cluster of the function may have.
static unsigned mostBlocks(const FunctionData &function) {
  int arch = state().options.arch;
  if (arch < 90)
    return 1;
  unsigned most = function.nonPortableCluster
                      ? sim::chipOf(arch).blocksPerCluster
                      : portableSize;
  unsigned bound = function.code->ast->maxClusterRank;
  return bound ? std::min(most, bound) : most;
}

std::array<unsigned, 3>
theano::cuda::requiredCluster(const FunctionData &function) {
  const uint32_t (&size)[3] = function.code->ast->requiredCluster;
  return size[0] ? std::array<unsigned, 3>{size[0], size[1], size[2]}
                 : function.requiredCluster;
}

static uint64_t volumeOf(const std::array<unsigned, 3> &size) {
  return uint64_t(size[0]) * size[1] * size[2];
}

/// The clusters that are asked for; zeros for none.
static Result findCluster(const FunctionData &function,
                          const LaunchShape &shape,
                          std::array<unsigned, 3> &cluster) {
  std::array<unsigned, 3> required = requiredCluster(function);
  bool isRequired = required != std::array<unsigned, 3>();
  if (isRequired && shape.cluster && *shape.cluster != required)
    return Result::InvalidClusterSize;
  cluster = shape.cluster ? *shape.cluster : required;
  bool isAsked = shape.cluster || isRequired;
  if (!isAsked)
    return function.code->ast->explicitCluster ? Result::InvalidClusterSize
                                               : Result::Success;
  uint64_t blocks = volumeOf(cluster);
  if (blocks == 0)
    return Result::InvalidClusterSize;
  if (blocks > 1 && state().options.arch < 90)
    return Result::NotSupported;
  return blocks > mostBlocks(function) ? Result::InvalidClusterSize
                                       : Result::Success;
}

Result theano::cuda::setClusters(const FunctionData &function,
                                 const LaunchShape &shape,
                                 sim::LaunchSpec &spec) {
  std::array<unsigned, 3> cluster = {};
  THEANO_SIM_TRY(findCluster(function, shape, cluster));
  spec.explicitCluster = cluster[0] != 0;
  spec.cluster = {1, 1, 1};
  if (spec.explicitCluster)
    std::ranges::copy(cluster, spec.cluster.begin());
  for (size_t i = 0; i < 3; ++i)
    if (spec.grid[i] % spec.cluster[i])
      return Result::InvalidValue;
  if (!shape.preferredCluster)
    return Result::Success;
  // A device may make clusters of this size or not; here they never are, but
  // they must be such that it could.
  const std::array<unsigned, 3> &preferred = *shape.preferredCluster;
  for (size_t i = 0; i < 3; ++i)
    if (!preferred[i] || preferred[i] % spec.cluster[i] ||
        spec.grid[i] % preferred[i] || (i == 2 && preferred[2] != cluster[2]))
      return Result::InvalidValue;
  return volumeOf(preferred) >
                 sim::chipOf(state().options.arch).blocksPerCluster
             ? Result::InvalidClusterSize
             : Result::Success;
}

//===----------------------------------------------------------------------===//
// Occupancy
//===----------------------------------------------------------------------===//

/// Reads `config` for a function; how many of its blocks a processing cluster
/// holds at a time.
static Result countBlocks(ContextData &context, Function handle,
                          const LaunchConfig *config, FunctionData *&function,
                          LaunchShape &shape, int &blocks) {
  if (!config)
    return Result::InvalidValue;
  function = findFunction(context, handle);
  if (!function)
    return Result::InvalidHandle;
  std::vector<Event> events;
  THEANO_SIM_TRY(readLaunchAttributes(config->attributes,
                                      config->attributeCount, shape, events));
  uint64_t threads = uint64_t(config->blockX) * config->blockY * config->blockZ;
  if (threads == 0 || threads > sim::maxThreadsPerBlock)
    return Result::InvalidValue;
  if (state().options.arch < 90)
    return Result::NotSupported;
  blocks = multiprocessorsOfEach *
           sim::blocksPerMultiprocessor(
               sim::chipOf(state().options.arch), *function->code,
               static_cast<int>(threads), config->sharedBytes);
  return Result::Success;
}

THEANO_SIM_EXPORT
cuOccupancyMaxPotentialClusterSize(int *clusterSize, Function function,
                                   const LaunchConfig *config) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!clusterSize)
    return Result::InvalidValue;
  FunctionData *found = nullptr;
  LaunchShape shape;
  int blocks = 0;
  THEANO_SIM_TRY(countBlocks(*context, function, config, found, shape, blocks));
  uint64_t required = volumeOf(requiredCluster(*found));
  auto most = static_cast<int>(mostBlocks(*found));
  if (blocks == 0 || required > static_cast<uint64_t>(most))
    return Result::InvalidClusterSize;
  *clusterSize = required ? static_cast<int>(required) : std::min(most, blocks);
  return Result::Success;
}

THEANO_SIM_EXPORT cuOccupancyMaxActiveClusters(int *clusters, Function function,
                                               const LaunchConfig *config) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!clusters)
    return Result::InvalidValue;
  FunctionData *found = nullptr;
  LaunchShape shape;
  int blocks = 0;
  THEANO_SIM_TRY(countBlocks(*context, function, config, found, shape, blocks));
  std::array<unsigned, 3> cluster = {};
  THEANO_SIM_TRY(findCluster(*found, shape, cluster));
  if (!cluster[0])
    return Result::InvalidClusterSize;
  *clusters =
      processingClusters * (blocks / static_cast<int>(volumeOf(cluster)));
  return Result::Success;
}
