//===- GraphKernels.cpp - kernel nodes of graphs --------------------------===//

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

/// Lets the blocks of a node meet, or no more; an error leaves it as it was.
static Result setCooperative(KernelNode &node, bool cooperative) {
  if (cooperative) {
    THEANO_SIM_TRY(makeCooperative(node.launch));
  } else {
    node.launch.spec.cooperative = false;
    node.launch.spec.gridWorkspace = 0;
  }
  node.shape.cooperative = cooperative;
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
  THEANO_SIM_TRY(setCooperative(*found, shape.cooperative));
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
  THEANO_SIM_TRY(setCooperative(*target, source->shape.cooperative));
  target->attributes = source->attributes;
  return Result::Success;
}
