//===- GraphNodes.cpp - nodes that a program makes, and asks for ----------===//

#include "Driver/Graphs.h"

using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// One interface for all kinds, and the older ones
//===----------------------------------------------------------------------===//

/// Kernel, copy, fill, host and the rest of what has no graphs inside.
static Result makeWork(const GraphNodeParams &params, NodeWork &work) {
  using enum GraphNodeType;
  switch (params.type) {
  case Kernel:
    return makeKernelNode(params.kernel, work.emplace<KernelNode>());
  case Memcpy:
    if (params.copy.flags || params.copy.reserved)
      return Result::InvalidValue;
    return makeCopyNode(params.copy.copy, params.copy.context,
                        work.emplace<CopyNode>());
  case Memset:
    return makeFillNode(fillOf(params.fill), params.fill.context,
                        work.emplace<FillNode>());
  case Host:
    if (!params.host.function)
      return Result::InvalidValue;
    work = HostNode{params.host};
    return Result::Success;
  case Empty:
    work = EmptyNode();
    return Result::Success;
  case WaitEvent:
  case EventRecord:
    if (!state().events.find(params.event.event))
      return Result::InvalidValue;
    if (params.type == WaitEvent)
      work = WaitNode{params.event.event};
    else
      work = RecordNode{params.event.event};
    return Result::Success;
  case GraphNodeType::Graph:
  case Conditional:
    return Result::InvalidValue;
  case SemaphoreSignal:
  case SemaphoreWait:
  case MemAlloc:
  case MemFree:
  case BatchMemOp:
    return Result::NotSupported;
  }
  return Result::InvalidValue;
}

static Result makeChild(const ChildGraphNodeParams &params, NodeWork &work) {
  GraphData *found = findGraph(params.graph);
  if (!found)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkOwnership(params));
  // A condition belongs to one graph.
  if (found->hasConditionals())
    return Result::NotSupported;
  work = ChildNode{copyGraph(*found, /*hasHandles=*/true)};
  return Result::Success;
}

static Result makeConditional(GraphData &graph, ConditionalNodeParams &params,
                              NodeWork &work) {
  ContextData *context = contextOr(params.context);
  if (!context)
    return Result::InvalidContext;
  // The handle is of this graph or one around it, and of no other node.
  GraphData *top = &graph;
  while (!top->conditions.contains(params.handle) && top->owner)
    top = top->owner->graph;
  bool isUsed = false;
  top->forEach([&](const NodeData &node) {
    const auto *other = std::get_if<ConditionalNode>(&node.work);
    isUsed |= other && other->handle == params.handle;
  });
  bool fits = params.type == ConditionalType::If
                  ? params.size == 1 || params.size == 2
              : params.type == ConditionalType::While  ? params.size == 1
              : params.type == ConditionalType::Switch ? params.size > 0
                                                       : false;
  constexpr unsigned mostBodies = 1 << 16;
  if (!top->conditions.contains(params.handle) || isUsed || !fits ||
      params.size > mostBodies)
    return Result::InvalidValue;
  ConditionalNode made;
  made.handle = params.handle;
  made.type = params.type;
  made.context = context->handle;
  for (unsigned i = 0; i < params.size; ++i) {
    made.bodies.push_back(std::make_unique<GraphData>(/*hasHandles=*/true));
    made.handles.push_back(made.bodies.back()->handle);
  }
  work = std::move(made);
  return Result::Success;
}

static Result add(GraphNode *node, Graph graph, const GraphNode *dependencies,
                  const GraphEdgeData *edges, size_t count,
                  GraphNodeParams *params) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(graph);
  if (!params || !node || !found)
    return Result::InvalidValue;
  NodeWork work;
  Result result = params->type == GraphNodeType::Graph
                      ? makeChild(params->child, work)
                  : params->type == GraphNodeType::Conditional
                      ? makeConditional(*found, params->conditional, work)
                      : makeWork(*params, work);
  THEANO_SIM_TRY(result);
  THEANO_SIM_TRY(
      addNode(node, graph, dependencies, edges, count, std::move(work)));
  // The program finds the bodies in a list that the node keeps.
  if (auto *made = std::get_if<ConditionalNode>(&findNode(*node)->work))
    params->conditional.bodies = made->handles.data();
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphAddNode(GraphNode *node, Graph graph,
                                 const GraphNode *dependencies, size_t count,
                                 GraphNodeParams *params) {
  return add(node, graph, dependencies, nullptr, count, params);
}

THEANO_SIM_EXPORT cuGraphAddNode_v2(GraphNode *node, Graph graph,
                                    const GraphNode *dependencies,
                                    const GraphEdgeData *edges, size_t count,
                                    GraphNodeParams *params) {
  return add(node, graph, dependencies, edges, count, params);
}

THEANO_SIM_EXPORT cuGraphNodeSetParams(GraphNode node,
                                       GraphNodeParams *params) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  NodeData *found = findNode(node);
  if (!found || !params || found->type() != params->type)
    return Result::InvalidValue;
  // Its attributes stay.
  if (auto *kernel = std::get_if<KernelNode>(&found->work))
    return makeKernelNode(params->kernel, *kernel);
  NodeWork work;
  THEANO_SIM_TRY(makeWork(*params, work));
  found->work = std::move(work);
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphNodeGetType(GraphNode node, GraphNodeType *type) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const NodeData *found = findNode(node);
  if (!found || !type)
    return Result::InvalidValue;
  *type = found->type();
  return Result::Success;
}

/// Params of one kind, for a node of the graph.
template <typename Set>
static Result addOne(GraphNode *node, Graph graph,
                     const GraphNode *dependencies, size_t count,
                     GraphNodeType type, Set &&set) {
  GraphNodeParams params = {};
  params.type = type;
  set(params);
  return add(node, graph, dependencies, nullptr, count, &params);
}

template <typename Set>
static Result setOne(GraphNode node, GraphNodeType type, Set &&set) {
  GraphNodeParams params = {};
  params.type = type;
  set(params);
  return cuGraphNodeSetParams(node, &params);
}

//===----------------------------------------------------------------------===//
// Copies and fills
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuGraphAddMemcpyNode(GraphNode *node, Graph graph,
                                       const GraphNode *dependencies,
                                       size_t count, const Copy3D *copy,
                                       Context context) {
  if (!copy)
    return Result::InvalidValue;
  return addOne(node, graph, dependencies, count, GraphNodeType::Memcpy,
                [&](GraphNodeParams &all) {
                  all.copy.copy = *copy;
                  all.copy.context = context;
                });
}

THEANO_SIM_EXPORT cuGraphMemcpyNodeGetParams(GraphNode node, Copy3D *copy) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<CopyNode>(call, node, error);
  if (!found || !copy)
    return found ? Result::InvalidValue : error;
  *copy = found->copy;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphMemcpyNodeSetParams(GraphNode node,
                                             const Copy3D *copy) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<CopyNode>(call, node, error);
  if (!found || !copy)
    return found ? Result::InvalidValue : error;
  return makeCopyNode(*copy, found->context, *found);
}

THEANO_SIM_EXPORT cuGraphAddMemsetNode(GraphNode *node, Graph graph,
                                       const GraphNode *dependencies,
                                       size_t count,
                                       const MemsetNodeParamsV1 *params,
                                       Context context) {
  if (!params)
    return Result::InvalidValue;
  return addOne(node, graph, dependencies, count, GraphNodeType::Memset,
                [&](GraphNodeParams &all) {
                  all.fill = {params->to,    params->pitch,
                              params->value, params->elementBytes,
                              params->width, params->height,
                              context};
                });
}

THEANO_SIM_EXPORT cuGraphMemsetNodeGetParams(GraphNode node,
                                             MemsetNodeParamsV1 *params) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<FillNode>(call, node, error);
  if (!found || !params)
    return found ? Result::InvalidValue : error;
  const Fill &fill = found->fill;
  *params = {fill.to,           fill.pitch, fill.value,
             fill.elementBytes, fill.width, fill.height};
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphMemsetNodeSetParams(GraphNode node,
                                             const MemsetNodeParamsV1 *params) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<FillNode>(call, node, error);
  if (!found || !params)
    return found ? Result::InvalidValue : error;
  return makeFillNode(fillOf(*params), found->context, *found);
}

//===----------------------------------------------------------------------===//
// The host, other graphs, nothing and events
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuGraphAddHostNode(GraphNode *node, Graph graph,
                                     const GraphNode *dependencies,
                                     size_t count,
                                     const HostNodeParams *params) {
  if (!params)
    return Result::InvalidValue;
  return addOne(node, graph, dependencies, count, GraphNodeType::Host,
                [&](GraphNodeParams &all) { all.host = *params; });
}

THEANO_SIM_EXPORT cuGraphHostNodeGetParams(GraphNode node,
                                           HostNodeParams *params) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<HostNode>(call, node, error);
  if (!found || !params)
    return found ? Result::InvalidValue : error;
  *params = found->params;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphHostNodeSetParams(GraphNode node,
                                           const HostNodeParams *params) {
  if (!params)
    return Result::InvalidValue;
  return setOne(node, GraphNodeType::Host,
                [&](GraphNodeParams &all) { all.host = *params; });
}

THEANO_SIM_EXPORT cuGraphAddChildGraphNode(GraphNode *node, Graph graph,
                                           const GraphNode *dependencies,
                                           size_t count, Graph child) {
  return addOne(node, graph, dependencies, count, GraphNodeType::Graph,
                [&](GraphNodeParams &all) { all.child.graph = child; });
}

THEANO_SIM_EXPORT cuGraphChildGraphNodeGetGraph(GraphNode node, Graph *graph) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<ChildNode>(call, node, error);
  if (!found || !graph)
    return found ? Result::InvalidValue : error;
  *graph = found->graph->handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphAddEmptyNode(GraphNode *node, Graph graph,
                                      const GraphNode *dependencies,
                                      size_t count) {
  return addOne(node, graph, dependencies, count, GraphNodeType::Empty,
                [](GraphNodeParams &) {});
}

THEANO_SIM_EXPORT cuGraphAddEventRecordNode(GraphNode *node, Graph graph,
                                            const GraphNode *dependencies,
                                            size_t count, Event event) {
  return addOne(node, graph, dependencies, count, GraphNodeType::EventRecord,
                [&](GraphNodeParams &all) { all.event.event = event; });
}

THEANO_SIM_EXPORT cuGraphAddEventWaitNode(GraphNode *node, Graph graph,
                                          const GraphNode *dependencies,
                                          size_t count, Event event) {
  return addOne(node, graph, dependencies, count, GraphNodeType::WaitEvent,
                [&](GraphNodeParams &all) { all.event.event = event; });
}

template <typename Work> static Result getEvent(GraphNode node, Event *event) {
  Call call;
  Result error = Result::Success;
  auto *found = findWork<Work>(call, node, error);
  if (!found || !event)
    return found ? Result::InvalidValue : error;
  *event = found->event;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphEventRecordNodeGetEvent(GraphNode node, Event *event) {
  return getEvent<RecordNode>(node, event);
}
THEANO_SIM_EXPORT cuGraphEventWaitNodeGetEvent(GraphNode node, Event *event) {
  return getEvent<WaitNode>(node, event);
}
THEANO_SIM_EXPORT cuGraphEventRecordNodeSetEvent(GraphNode node, Event event) {
  return setOne(node, GraphNodeType::EventRecord,
                [&](GraphNodeParams &all) { all.event.event = event; });
}
THEANO_SIM_EXPORT cuGraphEventWaitNodeSetEvent(GraphNode node, Event event) {
  return setOne(node, GraphNodeType::WaitEvent,
                [&](GraphNodeParams &all) { all.event.event = event; });
}
