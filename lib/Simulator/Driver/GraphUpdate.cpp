//===- GraphUpdate.cpp - executable graphs that change --------------------===//

#include "Driver/GraphExecution.h"

using namespace theano::cuda;
using UpdateResult = GraphExecUpdateResult;

//===----------------------------------------------------------------------===//
// What a node may become
//===----------------------------------------------------------------------===//

static bool isLine(const Copy3D &copy) {
  return copy.height <= 1 && copy.depth <= 1;
}

static UpdateResult compare(const KernelNode &from, const KernelNode &to) {
  if (from.launch.context != to.launch.context)
    return UpdateResult::UnsupportedFunctionChange;
  return from.shape.cooperative == to.shape.cooperative &&
                 from.launch.spec.cluster == to.launch.spec.cluster
             ? UpdateResult::Success
             : UpdateResult::AttributesChanged;
}

static UpdateResult compare(const CopyNode &from, const CopyNode &to) {
  const Copy3D &old = from.copy, &copy = to.copy;
  bool same = from.context == to.context && old.fromType == copy.fromType &&
              old.toType == copy.toType;
  bool lines = isLine(old) && isLine(copy) && copy.widthInBytes &&
               copy.height && copy.depth;
  // What is not a line stays where it is.
  bool unchanged = old.widthInBytes == copy.widthInBytes &&
                   old.height == copy.height && old.depth == copy.depth &&
                   old.fromDevice == copy.fromDevice &&
                   old.fromHost == copy.fromHost &&
                   old.toDevice == copy.toDevice && old.toHost == copy.toHost;
  return same && (lines || unchanged) ? UpdateResult::Success
                                      : UpdateResult::ParametersChanged;
}

static UpdateResult compare(const FillNode &from, const FillNode &to) {
  bool same = from.context == to.context && !to.fill.isEmpty() &&
              from.fill.height == to.fill.height;
  bool line = from.fill.height == 1;
  // Of rectangles only the place and the value change.
  bool sameSize = from.fill.width == to.fill.width &&
                  from.fill.elementBytes == to.fill.elementBytes &&
                  from.fill.pitch == to.fill.pitch;
  return same && (line || sameSize) ? UpdateResult::Success
                                    : UpdateResult::ParametersChanged;
}

static UpdateResult compare(const ConditionalNode &from,
                            const ConditionalNode &to) {
  return from.type == to.type && from.bodies.size() == to.bodies.size()
             ? UpdateResult::Success
             : UpdateResult::ParametersChanged;
}

template <typename Work>
static UpdateResult compare(const Work &from, const Work &to) {
  return UpdateResult::Success;
}

static UpdateResult compareWork(const NodeWork &from, const NodeWork &to) {
  if (from.index() != to.index())
    return UpdateResult::NodeTypeChanged;
  return std::visit(
      [&](const auto &work) {
        return compare(work, std::get<std::decay_t<decltype(work)>>(to));
      },
      from);
}

/// Compares graphs whose nodes are in order, those inside them too.
static UpdateResult compareGraphs(const GraphData &from, const GraphData &to,
                                  GraphExecUpdateInfo &info) {
  info.errorNode = nullptr;
  if (from.nodes.size() != to.nodes.size())
    return UpdateResult::TopologyChanged;
  for (size_t i = 0; i < to.nodes.size(); ++i) {
    const NodeData &old = *from.nodes[i], &node = *to.nodes[i];
    info.errorNode = node.origin;
    if (old.dependencies.size() != node.dependencies.size())
      return UpdateResult::TopologyChanged;
    for (size_t k = 0; k < node.dependencies.size(); ++k) {
      const NodeData &before = *node.dependencies[k].node;
      if (from.indexOf(*old.dependencies[k].node) == to.indexOf(before))
        continue;
      info.errorFromNode = before.origin;
      return UpdateResult::TopologyChanged;
    }
    UpdateResult result = compareWork(old.work, node.work);
    if (result != UpdateResult::Success)
      return result;
    std::vector<GraphData *> inside = old.inside(), other = node.inside();
    for (size_t k = 0; k < inside.size(); ++k) {
      result = compareGraphs(*inside[k], *other[k], info);
      if (result != UpdateResult::Success)
        return result;
    }
  }
  info.errorNode = nullptr;
  return UpdateResult::Success;
}

/// Takes over what the nodes of a graph that was compared do. They go on being
/// copies of those that the graph was made of.
static void takeOver(GraphData &graph, GraphData &from) {
  graph.conditions = from.conditions;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    NodeData &node = *graph.nodes[i], &other = *from.nodes[i];
    std::vector<GraphData *> inside = node.inside(), inner = other.inside();
    for (size_t k = 0; k < inside.size(); ++k)
      takeOver(*inside[k], *inner[k]);
    if (auto *conditional = std::get_if<ConditionalNode>(&node.work))
      conditional->handle = std::get<ConditionalNode>(other.work).handle;
    else if (inside.empty())
      node.work = std::move(other.work);
  }
}

//===----------------------------------------------------------------------===//
// A whole graph
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuGraphExecUpdate_v2(GraphExec exec, Graph graph,
                                       GraphExecUpdateInfo *info) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphExecUpdateInfo answer = {UpdateResult::Error, nullptr, nullptr};
  ExecData *found = findExec(exec);
  GraphData *other = findGraph(graph);
  if (found && other && info) {
    std::unique_ptr<GraphData> ordered = orderGraph(*other, answer.errorNode);
    answer.result = UpdateResult::TopologyChanged; // a circle
    if (ordered)
      answer.result = compareGraphs(*found->graph, *ordered, answer);
    if (answer.result == UpdateResult::Success)
      takeOver(*found->graph, *ordered);
  }
  if (info)
    *info = answer;
  if (!found || !other || !info)
    return Result::InvalidValue;
  return answer.result == UpdateResult::Success
             ? Result::Success
             : Result::GraphExecUpdateFailure;
}

THEANO_SIM_EXPORT cuGraphExecUpdate(GraphExec exec, Graph graph,
                                    GraphNode *errorNode,
                                    GraphExecUpdateResult *result) {
  GraphExecUpdateInfo info = {};
  Result answer = cuGraphExecUpdate_v2(exec, graph, &info);
  if (errorNode)
    *errorNode = info.errorNode;
  if (result)
    *result = info.result;
  return answer;
}

//===----------------------------------------------------------------------===//
// One node
//===----------------------------------------------------------------------===//

/// The copy of a node, which does a T. InvalidValue where there is none.
template <typename T>
static Result findCopy(const Call &call, GraphExec exec, GraphNode node,
                       T *&work) {
  THEANO_SIM_TRY(call.initialized());
  const ExecData *found = findExec(exec);
  NodeData *copy = found ? found->find(node) : nullptr;
  work = copy ? std::get_if<T>(&copy->work) : nullptr;
  return work ? Result::Success : Result::InvalidValue;
}

template <typename T> static Result replace(T &work, T with) {
  if (compare(work, with) != UpdateResult::Success)
    return Result::InvalidValue;
  work = std::move(with);
  return Result::Success;
}

THEANO_SIM_EXPORT
cuGraphExecKernelNodeSetParams_v2(GraphExec exec, GraphNode node,
                                  const KernelNodeParams *params) {
  Call call;
  KernelNode *found = nullptr;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  if (!params)
    return Result::InvalidValue;
  KernelNode made;
  made.shape = found->shape;
  made.attributes = found->attributes;
  THEANO_SIM_TRY(makeKernelNode(*params, made));
  return replace(*found, std::move(made));
}

THEANO_SIM_EXPORT
cuGraphExecKernelNodeSetParams(GraphExec exec, GraphNode node,
                               const KernelNodeParamsV1 *params) {
  if (!params)
    return Result::InvalidValue;
  KernelNodeParams newer = newerParams(*params);
  return cuGraphExecKernelNodeSetParams_v2(exec, node, &newer);
}

THEANO_SIM_EXPORT cuGraphExecMemcpyNodeSetParams(GraphExec exec, GraphNode node,
                                                 const Copy3D *copy,
                                                 Context context) {
  Call call;
  CopyNode *found = nullptr, made;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  // Only lines change one by one.
  if (!copy || !isLine(*copy) || !isLine(found->copy))
    return Result::InvalidValue;
  THEANO_SIM_TRY(makeCopyNode(*copy, context, made));
  return replace(*found, made);
}

THEANO_SIM_EXPORT
cuGraphExecMemsetNodeSetParams(GraphExec exec, GraphNode node,
                               const MemsetNodeParamsV1 *params,
                               Context context) {
  Call call;
  FillNode *found = nullptr, made;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  if (!params)
    return Result::InvalidValue;
  THEANO_SIM_TRY(makeFillNode(fillOf(*params), context, made));
  return replace(*found, made);
}

THEANO_SIM_EXPORT cuGraphExecHostNodeSetParams(GraphExec exec, GraphNode node,
                                               const HostNodeParams *params) {
  Call call;
  HostNode *found = nullptr;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  if (!params || !params->function)
    return Result::InvalidValue;
  found->params = *params;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphExecChildGraphNodeSetParams(GraphExec exec,
                                                     GraphNode node,
                                                     Graph child) {
  Call call;
  ChildNode *found = nullptr;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  const GraphData *other = findGraph(child);
  if (!other)
    return Result::InvalidValue;
  GraphExecUpdateInfo info = {};
  std::unique_ptr<GraphData> ordered = orderGraph(*other, info.errorNode);
  if (!ordered ||
      compareGraphs(*found->graph, *ordered, info) != UpdateResult::Success)
    return Result::InvalidValue;
  takeOver(*found->graph, *ordered);
  return Result::Success;
}

template <typename Work>
static Result setEvent(GraphExec exec, GraphNode node, Event event) {
  Call call;
  Work *found = nullptr;
  THEANO_SIM_TRY(findCopy(call, exec, node, found));
  if (!state().events.find(event))
    return Result::InvalidValue;
  found->event = event;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphExecEventRecordNodeSetEvent(GraphExec exec,
                                                     GraphNode node,
                                                     Event event) {
  return setEvent<RecordNode>(exec, node, event);
}
THEANO_SIM_EXPORT
cuGraphExecEventWaitNodeSetEvent(GraphExec exec, GraphNode node, Event event) {
  return setEvent<WaitNode>(exec, node, event);
}

THEANO_SIM_EXPORT cuGraphExecNodeSetParams(GraphExec exec, GraphNode node,
                                           GraphNodeParams *params) {
  if (!params)
    return Result::InvalidValue;
  using enum GraphNodeType;
  switch (params->type) {
  case Kernel:
    return cuGraphExecKernelNodeSetParams_v2(exec, node, &params->kernel);
  case Memcpy:
    return cuGraphExecMemcpyNodeSetParams(exec, node, &params->copy.copy,
                                          params->copy.context);
  case Memset: {
    const MemsetNodeParams &fill = params->fill;
    MemsetNodeParamsV1 older = {fill.to,           fill.pitch, fill.value,
                                fill.elementBytes, fill.width, fill.height};
    return cuGraphExecMemsetNodeSetParams(exec, node, &older, fill.context);
  }
  case Host:
    return cuGraphExecHostNodeSetParams(exec, node, &params->host);
  case GraphNodeType::Graph:
    THEANO_SIM_TRY(checkOwnership(params->child));
    return cuGraphExecChildGraphNodeSetParams(exec, node, params->child.graph);
  case WaitEvent:
    return cuGraphExecEventWaitNodeSetEvent(exec, node, params->event.event);
  case EventRecord:
    return cuGraphExecEventRecordNodeSetEvent(exec, node, params->event.event);
  default:
    return Result::NotSupported;
  }
}

//===----------------------------------------------------------------------===//
// Nodes that are left out
//===----------------------------------------------------------------------===//

/// The copy of a kernel, copy or fill node.
static Result findSwitchable(const Call &call, GraphExec exec, GraphNode node,
                             NodeData *&copy) {
  THEANO_SIM_TRY(call.initialized());
  const ExecData *found = findExec(exec);
  copy = found ? found->find(node) : nullptr;
  bool fits = copy && (copy->type() == GraphNodeType::Kernel ||
                       copy->type() == GraphNodeType::Memcpy ||
                       copy->type() == GraphNodeType::Memset);
  return fits ? Result::Success : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuGraphNodeSetEnabled(GraphExec exec, GraphNode node,
                                        unsigned enabled) {
  Call call;
  NodeData *copy = nullptr;
  THEANO_SIM_TRY(findSwitchable(call, exec, node, copy));
  copy->isEnabled = enabled != 0;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphNodeGetEnabled(GraphExec exec, GraphNode node,
                                        unsigned *enabled) {
  Call call;
  NodeData *copy = nullptr;
  THEANO_SIM_TRY(findSwitchable(call, exec, node, copy));
  if (!enabled)
    return Result::InvalidValue;
  *enabled = copy->isEnabled;
  return Result::Success;
}
