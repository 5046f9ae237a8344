//===- GraphExecution.cpp - graphs that are run ---------------------------===//

#include "Driver/GraphExecution.h"

#include "Driver/Capture.h"
#include "Driver/Copies.h"
#include "Machine/Watchdog.h"

#include <algorithm>
#include <set>

using namespace theano::cuda;

/// Never destroyed, like the state.
static Objects<GraphExec, ExecData> &execs() {
  static auto *made = new Objects<GraphExec, ExecData>();
  return *made;
}

ExecData *theano::cuda::findExec(GraphExec exec) { return execs().find(exec); }

NodeData *ExecData::find(GraphNode node) const {
  NodeData *found = nullptr;
  graph->forEach([&](NodeData &each) {
    if (each.origin == node)
      found = &each;
  });
  return node ? found : nullptr;
}

//===----------------------------------------------------------------------===//
// Instantiation
//===----------------------------------------------------------------------===//

/// Sorts the nodes so that each stands behind what it depends on, and else as
/// they were made. False, with a node of it, where they are a circle.
static bool sortNodes(GraphData &graph, GraphNode &errorNode) {
  std::vector<std::unique_ptr<NodeData>> sorted, rest = std::move(graph.nodes);
  std::set<const NodeData *> done;
  while (!rest.empty()) {
    auto next = std::ranges::find_if(rest, [&](const auto &node) {
      return std::ranges::all_of(node->dependencies, [&](const auto &before) {
        return done.contains(before.node);
      });
    });
    if (next == rest.end()) {
      errorNode = rest.front()->origin;
      return false;
    }
    done.insert(next->get());
    sorted.push_back(std::move(*next));
    rest.erase(next);
  }
  graph.nodes = std::move(sorted);
  for (const auto &node : graph.nodes)
    for (GraphData *inner : node->inside())
      if (!sortNodes(*inner, errorNode))
        return false;
  return true;
}

std::unique_ptr<GraphData> theano::cuda::orderGraph(const GraphData &graph,
                                                    GraphNode &errorNode) {
  std::unique_ptr<GraphData> made = copyGraph(graph, /*hasHandles=*/false);
  if (!sortNodes(*made, errorNode))
    made.reset();
  return made;
}

/// Is there a condition that no node has?
static bool hasUnusedCondition(GraphData &graph) {
  size_t used = 0, made = graph.conditions.size();
  graph.forEach([&](const NodeData &node) {
    used += node.type() == GraphNodeType::Conditional;
    for (const GraphData *inner : node.inside())
      made += inner->conditions.size();
  });
  return made > used;
}

static Result instantiate(GraphExec *exec, Graph graph,
                          GraphInstantiateParams &params) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  params.errorNode = nullptr;
  params.result = GraphInstantiateResult::Error;
  GraphData *found = findGraph(graph);
  if (!exec || !found || (params.flags & ~instantiateFlags))
    return Result::InvalidValue;
  // No kernel here launches a graph.
  if (params.flags & instantiateDeviceLaunch) {
    params.result = GraphInstantiateResult::NodeOperationNotSupported;
    return Result::NotSupported;
  }
  if (hasUnusedCondition(*found)) {
    params.result = GraphInstantiateResult::ConditionalHandleUnused;
    return Result::InvalidValue;
  }
  if (const NodeData *node = findOutOfPlace(*found)) {
    params.errorNode = node->handle;
    params.result = GraphInstantiateResult::NodeOperationNotSupported;
    return Result::NotSupported;
  }
  auto made = std::make_unique<ExecData>();
  made->flags = params.flags;
  made->graph = orderGraph(*found, params.errorNode);
  if (!made->graph) {
    params.result = GraphInstantiateResult::InvalidStructure;
    return Result::InvalidValue;
  }
  THEANO_SIM_TRY(checkRunnable(*made->graph));
  *exec = execs().add(std::move(made));
  params.result = GraphInstantiateResult::Success;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphInstantiateWithParams(GraphExec *exec, Graph graph,
                                               GraphInstantiateParams *params) {
  return params ? instantiate(exec, graph, *params) : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                              unsigned long long flags) {
  GraphInstantiateParams params = {};
  params.flags = flags;
  // To where is only said with all parameters.
  if (flags & instantiateUpload)
    return Result::InvalidValue;
  return instantiate(exec, graph, params);
}

THEANO_SIM_EXPORT cuGraphInstantiate_v2(GraphExec *exec, Graph graph,
                                        GraphNode *errorNode, char *log,
                                        size_t logSize) {
  GraphInstantiateParams params = {};
  Result result = instantiate(exec, graph, params);
  if (errorNode)
    *errorNode = params.errorNode;
  if (log && logSize)
    *log = '\0';
  return result;
}

THEANO_SIM_EXPORT cuGraphExecGetFlags(GraphExec exec, unsigned long *flags) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const ExecData *found = findExec(exec);
  if (!found || !flags)
    return Result::InvalidValue;
  *flags = found->flags;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphExecDestroy(GraphExec exec) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  return execs().take(exec) ? Result::Success : Result::InvalidValue;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

Result theano::cuda::checkRunnable(GraphData &graph) {
  Result result = Result::Success;
  graph.forEach([&](const NodeData &node) {
    if (!node.isEnabled)
      return;
    bool isThere = true;
    if (const auto *kernel = std::get_if<KernelNode>(&node.work))
      isThere = state().functions.find(kernel->launch.function);
    else if (const auto *copy = std::get_if<CopyNode>(&node.work))
      isThere = state().contexts.find(copy->context);
    else if (const auto *fill = std::get_if<FillNode>(&node.work))
      isThere = state().contexts.find(fill->context);
    else if (const auto *record = std::get_if<RecordNode>(&node.work))
      isThere = state().events.find(record->event);
    else if (const auto *wait = std::get_if<WaitNode>(&node.work))
      isThere = state().events.find(wait->event);
    if (!isThere)
      result = Result::InvalidHandle;
  });
  return result;
}

void theano::cuda::runNode(ContextData &context, NodeData &node) {
  if (!node.isEnabled || context.sticky != Result::Success)
    return;
  if (auto *kernel = std::get_if<KernelNode>(&node.work)) {
    if (state().functions.find(kernel->launch.function))
      runLaunch(kernel->launch);
  } else if (const auto *copy = std::get_if<CopyNode>(&node.work)) {
    CopyPlan plan;
    ContextData *of = state().contexts.find(copy->context);
    if (of && planCopy(*of, copy->copy, plan) == Result::Success)
      context.instructions += sim::instructionsFor(runCopy(plan));
    else
      context.fail(Result::IllegalAddress);
  } else if (const auto *fill = std::get_if<FillNode>(&node.work)) {
    ContextData *of = state().contexts.find(fill->context);
    if (of && checkFill(*of, fill->fill) == Result::Success)
      context.instructions += sim::instructionsFor(runFill(*of, fill->fill));
    else
      context.fail(Result::IllegalAddress);
  } else if (auto *child = std::get_if<ChildNode>(&node.work)) {
    for (const auto &inner : child->graph->nodes)
      runNode(context, *inner);
  } else if (auto *conditional = std::get_if<ConditionalNode>(&node.work)) {
    runConditional(context, *conditional);
  }
}

/// The same behind what the stream has to do first. A later change of the
/// graph is none of this launch.
static void issueNode(StreamData &stream, NodeData &node) {
  if (runsAtOnce(stream))
    return runNode(*stream.context, node);
  auto copy = std::make_shared<NodeData>();
  copy->work = copyWork(node.work, /*hasHandles=*/false);
  copy->isEnabled = node.isEnabled;
  issue(stream, [context = stream.context, copy] { runNode(*context, *copy); });
}

void theano::cuda::launchGraph(StreamData &stream, GraphData &graph) {
  for (const auto &node : graph.nodes) {
    if (const auto *host = std::get_if<HostNode>(&node->work)) {
      issueHost(
          stream,
          [params = host->params](Result) { params.function(params.user); },
          /*always=*/false);
    } else if (const auto *record = std::get_if<RecordNode>(&node->work)) {
      if (EventData *event = state().events.find(record->event))
        recordEvent(*event, stream);
    } else if (const auto *wait = std::get_if<WaitNode>(&node->work)) {
      EventData *event = state().events.find(wait->event);
      if (event && event->recorded)
        holdBack(stream, event->recorded);
    } else if (const auto *child = std::get_if<ChildNode>(&node->work)) {
      launchGraph(stream, *child->graph);
    } else {
      issueNode(stream, *node);
    }
  }
}

/// What a call with a graph and a stream needs.
static Result enter(ContextCall &context, GraphExec exec, Stream handle,
                    ExecData *&found, StreamData *&stream, bool &isCaptured) {
  THEANO_SIM_TRY(context.result());
  found = findExec(exec);
  if (!found)
    return Result::InvalidValue;
  stream = findStream(*context, handle);
  return stream ? enterStream(*stream, isCaptured) : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuGraphLaunch(GraphExec exec, Stream handle) {
  ContextCall context;
  ExecData *found = nullptr;
  StreamData *stream = nullptr;
  bool isCaptured = false;
  THEANO_SIM_TRY(enter(context, exec, handle, found, stream, isCaptured));
  THEANO_SIM_TRY(checkRunnable(*found->graph));
  if (isCaptured) {
    if (found->graph->hasConditionals())
      return refuseInCapture(*stream);
    return captureNode(
        *stream, ChildNode{copyGraph(*found->graph, /*hasHandles=*/true)});
  }
  startConditions(*stream, *found->graph);
  launchGraph(*stream, *found->graph);
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphUpload(GraphExec exec, Stream handle) {
  ContextCall context;
  ExecData *found = nullptr;
  StreamData *stream = nullptr;
  bool isCaptured = false;
  THEANO_SIM_TRY(enter(context, exec, handle, found, stream, isCaptured));
  return isCaptured ? refuseInCapture(*stream) : Result::Success;
}
