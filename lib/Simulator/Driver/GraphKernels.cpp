//===- GraphKernels.cpp - kernel nodes of graphs --------------------------===//

#include "Driver/Clusters.h"
#include "Driver/Graphs.h"

using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

KernelNodeParams theano::cuda::newerParams(const KernelNodeParamsV1 &params) {
  return {params.function,   params.gridX,  params.gridY,  params.gridZ,
          params.blockX,     params.blockY, params.blockZ, params.sharedBytes,
          params.parameters, params.extra,  nullptr,       nullptr};
}

THEANO_SIM_EXPORT cuGraphAddKernelNode_v2(GraphNode *node, Graph graph,
                                          const GraphNode *dependencies,
                                          size_t count,
                                          const KernelNodeParams *params) {
  if (!params)
    return Result::InvalidValue;
  GraphNodeParams all = {};
  all.type = GraphNodeType::Kernel;
  all.kernel = *params;
  return cuGraphAddNode(node, graph, dependencies, count, &all);
}

THEANO_SIM_EXPORT cuGraphAddKernelNode(GraphNode *node, Graph graph,
                                       const GraphNode *dependencies,
                                       size_t count,
                                       const KernelNodeParamsV1 *params) {
  if (!params)
    return Result::InvalidValue;
  KernelNodeParams newer = newerParams(*params);
  return cuGraphAddKernelNode_v2(node, graph, dependencies, count, &newer);
}

THEANO_SIM_EXPORT cuGraphKernelNodeGetParams_v2(GraphNode node,
                                                KernelNodeParams *params) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<KernelNode>(call, node, error);
  if (!found || !params)
    return found ? Result::InvalidValue : error;
  const LaunchShape &shape = found->shape;
  Context context = found->launch.context;
  // What a program gave packed comes back as an address each.
  *params = {found->kernel ? nullptr : found->launch.function,
             shape.grid[0],
             shape.grid[1],
             shape.grid[2],
             shape.block[0],
             shape.block[1],
             shape.block[2],
             shape.sharedBytes,
             found->parameters.data(),
             nullptr,
             found->kernel,
             state().contexts.find(context) ? context : nullptr};
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphKernelNodeGetParams(GraphNode node,
                                             KernelNodeParamsV1 *params) {
  KernelNodeParams newer = {};
  THEANO_SIM_TRY(cuGraphKernelNodeGetParams_v2(node, &newer));
  if (!params)
    return Result::InvalidValue;
  *params = {newer.function,   newer.gridX,  newer.gridY,  newer.gridZ,
             newer.blockX,     newer.blockY, newer.blockZ, newer.sharedBytes,
             newer.parameters, newer.extra};
  return Result::Success;
}

THEANO_SIM_EXPORT
cuGraphKernelNodeSetParams_v2(GraphNode node, const KernelNodeParams *params) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<KernelNode>(call, node, error);
  if (!found || !params)
    return found ? Result::InvalidValue : error;
  return makeKernelNode(*params, *found);
}

THEANO_SIM_EXPORT
cuGraphKernelNodeSetParams(GraphNode node, const KernelNodeParamsV1 *params) {
  if (!params)
    return Result::InvalidValue;
  KernelNodeParams newer = newerParams(*params);
  return cuGraphKernelNodeSetParams_v2(node, &newer);
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Groups the blocks of a node as `shape` says, and lets them meet, or no more;
/// an error leaves it as it was.
static Result setShape(KernelNode &node, const LaunchShape &shape) {
  const FunctionData *function = state().functions.find(node.launch.function);
  if (!function)
    return Result::InvalidHandle;
  PreparedLaunch launch = node.launch;
  THEANO_SIM_TRY(setClusters(*function, shape, launch.spec));
  if (shape.cooperative) {
    THEANO_SIM_TRY(makeCooperative(launch));
  } else {
    launch.spec.cooperative = false;
    launch.spec.gridWorkspace = 0;
  }
  // Its parameters stay where they are.
  theano::sim::LaunchSpec &spec = node.launch.spec;
  spec.cluster = launch.spec.cluster;
  spec.explicitCluster = launch.spec.explicitCluster;
  spec.cooperative = launch.spec.cooperative;
  spec.gridWorkspace = launch.spec.gridWorkspace;
  node.shape.cooperative = shape.cooperative;
  node.shape.cluster = shape.cluster;
  node.shape.preferredCluster = shape.preferredCluster;
  return Result::Success;
}

THEANO_SIM_EXPORT
cuGraphKernelNodeSetAttribute(GraphNode node, LaunchAttributeId id,
                              const LaunchAttributeValue *value) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<KernelNode>(call, node, error);
  if (!found || !value)
    return found ? Result::InvalidValue : error;
  LaunchAttribute attribute = {id, {}, *value};
  LaunchShape shape = found->shape;
  std::vector<Event> events;
  THEANO_SIM_TRY(readLaunchAttributes(&attribute, 1, shape, events));
  if (!events.empty())
    return Result::NotSupported;
  THEANO_SIM_TRY(setShape(*found, shape));
  found->attributes[id] = *value;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphKernelNodeGetAttribute(GraphNode node,
                                                LaunchAttributeId id,
                                                LaunchAttributeValue *value) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<KernelNode>(call, node, error);
  if (!found || !value || id > LaunchAttributeId::NvlinkUtilCentricScheduling)
    return found ? Result::InvalidValue : error;
  auto known = found->attributes.find(id);
  *value =
      known == found->attributes.end() ? LaunchAttributeValue() : known->second;
  if (id == LaunchAttributeId::Cooperative)
    value->cooperative = found->shape.cooperative;
  auto give = [&](const std::optional<std::array<unsigned, 3>> &size) {
    if (size)
      value->cluster = {(*size)[0], (*size)[1], (*size)[2]};
  };
  if (id == LaunchAttributeId::ClusterDimension)
    give(found->shape.cluster);
  if (id == LaunchAttributeId::PreferredClusterDimension)
    give(found->shape.preferredCluster);
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphKernelNodeCopyAttributes(GraphNode to,
                                                  GraphNode from) {
  Call call;
  Result error = Result::Success;
  auto *target = findWork<KernelNode>(call, to, error);
  if (!target)
    return error;
  auto *source = findWork<KernelNode>(call, from, error);
  if (!source)
    return error;
  LaunchShape shape = target->shape;
  shape.cooperative = source->shape.cooperative;
  shape.cluster = source->shape.cluster;
  shape.preferredCluster = source->shape.preferredCluster;
  THEANO_SIM_TRY(setShape(*target, shape));
  target->attributes = source->attributes;
  return Result::Success;
}
