//===- Graphs.cpp - graphs, their nodes and copies of them ----------------===//

#include "Driver/Graphs.h"

#include "Driver/Copies.h"

#include <algorithm>
#include <unordered_map>

using namespace theano::cuda;

namespace {

/// All that have handles; never destroyed, like the state.
struct Tables {
  std::unordered_map<Graph, GraphData *> graphs;
  std::unordered_map<GraphNode, NodeData *> nodes;
  /// Those that are inside no node.
  std::unordered_map<Graph, std::unique_ptr<GraphData>> owned;
};
Tables &tables() {
  static auto *made = new Tables();
  return *made;
}

template <typename Handle> Handle newHandle() {
  return reinterpret_cast<Handle>(nextHandleNumber());
}

} // namespace

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

NodeData::~NodeData() { tables().nodes.erase(handle); }

GraphNodeType NodeData::type() const {
  using enum GraphNodeType;
  // In the order of NodeWork.
  static constexpr GraphNodeType types[] = {
      Kernel, Memcpy,    Memset,      Host,       GraphNodeType::Graph,
      Empty,  WaitEvent, EventRecord, Conditional};
  return types[work.index()];
}

std::vector<GraphData *> NodeData::inside() const {
  std::vector<GraphData *> graphs;
  if (const auto *child = std::get_if<ChildNode>(&work))
    graphs.push_back(child->graph.get());
  if (const auto *conditional = std::get_if<ConditionalNode>(&work))
    for (const auto &body : conditional->bodies)
      graphs.push_back(body.get());
  return graphs;
}

bool NodeData::dependsOn(const NodeData &other) const {
  return std::ranges::find(dependencies, &other, &Dependency::node) !=
         dependencies.end();
}

GraphData::GraphData(bool hasHandles) {
  if (!hasHandles)
    return;
  handle = newHandle<Graph>();
  tables().graphs[handle] = this;
}

GraphData::~GraphData() { tables().graphs.erase(handle); }

NodeData &GraphData::add(NodeWork work) {
  auto made = std::make_unique<NodeData>();
  made->graph = this;
  made->work = std::move(work);
  for (GraphData *inner : made->inside())
    inner->owner = made.get();
  if (handle) {
    made->handle = newHandle<GraphNode>();
    tables().nodes[made->handle] = made.get();
  }
  return *nodes.emplace_back(std::move(made));
}

size_t GraphData::indexOf(const NodeData &node) const {
  auto found = std::ranges::find(nodes, &node, &std::unique_ptr<NodeData>::get);
  return static_cast<size_t>(found - nodes.begin());
}

void GraphData::forEach(const std::function<void(NodeData &)> &visit) {
  for (const auto &node : nodes) {
    visit(*node);
    for (GraphData *inner : node->inside())
      inner->forEach(visit);
  }
}

bool GraphData::hasConditionals() {
  bool found = false;
  forEach([&](const NodeData &node) {
    found |= node.type() == GraphNodeType::Conditional;
  });
  return found;
}

GraphData *theano::cuda::findGraph(Graph graph) {
  auto found = tables().graphs.find(graph);
  return found == tables().graphs.end() ? nullptr : found->second;
}

NodeData *theano::cuda::findNode(GraphNode node) {
  auto found = tables().nodes.find(node);
  return found == tables().nodes.end() ? nullptr : found->second;
}

GraphData &theano::cuda::makeGraph() {
  auto made = std::make_unique<GraphData>(/*hasHandles=*/true);
  GraphData &graph = *made;
  tables().owned[graph.handle] = std::move(made);
  return graph;
}

void theano::cuda::destroyGraph(GraphData &graph) {
  // Taken out first: its nodes take their handles out, too.
  auto found = tables().owned.find(graph.handle);
  std::unique_ptr<GraphData> taken = std::move(found->second);
  tables().owned.erase(found);
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

NodeWork theano::cuda::copyWork(const NodeWork &from, bool hasHandles) {
  auto copy = [&](const auto &work) -> NodeWork {
    using Work = std::decay_t<decltype(work)>;
    if constexpr (std::is_same_v<Work, ChildNode>) {
      return ChildNode{copyGraph(*work.graph, hasHandles)};
    } else if constexpr (std::is_same_v<Work, ConditionalNode>) {
      ConditionalNode made;
      made.handle = work.handle;
      made.type = work.type;
      made.context = work.context;
      for (const auto &body : work.bodies)
        made.bodies.push_back(copyGraph(*body, hasHandles));
      return made;
    } else if constexpr (std::is_same_v<Work, KernelNode>) {
      // Not by way of the kernel, whose module may be gone.
      KernelNode made = work;
      for (void *&parameter : made.parameters)
        parameter = made.launch.spec.parameters.data() +
                    (static_cast<const char *>(parameter) -
                     work.launch.spec.parameters.data());
      return made;
    } else {
      return work;
    }
  };
  return std::visit(copy, from);
}

std::unique_ptr<GraphData> theano::cuda::copyGraph(const GraphData &from,
                                                   bool hasHandles) {
  auto made = std::make_unique<GraphData>(hasHandles);
  made->origin = from.handle;
  made->conditions = from.conditions;
  for (const auto &node : from.nodes) {
    NodeData &copy = made->add(copyWork(node->work, hasHandles));
    copy.origin = node->handle;
    copy.isEnabled = node->isEnabled;
  }
  for (size_t i = 0; i < from.nodes.size(); ++i)
    for (const Dependency &dependency : from.nodes[i]->dependencies)
      made->nodes[i]->dependencies.push_back(
          {made->nodes[from.indexOf(*dependency.node)].get(), dependency.data});
  return made;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Result theano::cuda::readNodes(const GraphData &graph, const GraphNode *list,
                               size_t count, std::vector<NodeData *> &nodes) {
  if (count && !list)
    return Result::InvalidValue;
  for (size_t i = 0; i < count; ++i) {
    NodeData *node = findNode(list[i]);
    if (!node || node->graph != &graph ||
        std::ranges::find(nodes, node) != nodes.end())
      return Result::InvalidValue;
    nodes.push_back(node);
  }
  return Result::Success;
}

bool theano::cuda::isKnown(const GraphEdgeData &edge) {
  constexpr unsigned char programmatic = 1;
  return edge.type <= programmatic &&
         std::ranges::count(edge.reserved, 0) == std::ssize(edge.reserved);
}

Result theano::cuda::addNode(GraphNode *node, Graph graph,
                             const GraphNode *dependencies,
                             const GraphEdgeData *edges, size_t count,
                             NodeWork work) {
  GraphData *found = findGraph(graph);
  if (!node || !found)
    return Result::InvalidValue;
  std::vector<NodeData *> before;
  THEANO_SIM_TRY(readNodes(*found, dependencies, count, before));
  for (size_t i = 0; edges && i < count; ++i)
    if (!isKnown(edges[i]))
      return Result::InvalidValue;
  NodeData &made = found->add(std::move(work));
  for (size_t i = 0; i < before.size(); ++i)
    made.dependencies.push_back(
        {before[i], edges ? edges[i] : GraphEdgeData()});
  *node = made.handle;
  return Result::Success;
}

ContextData *theano::cuda::contextOr(Context context) {
  if (context)
    return state().contexts.find(context);
  const std::vector<Context> &stack = contextStack();
  return stack.empty() ? nullptr : state().contexts.find(stack.back());
}

KernelNode theano::cuda::nodeOf(PreparedLaunch launch,
                                const LaunchShape &shape) {
  KernelNode node;
  node.shape = shape;
  node.launch = std::move(launch);
  node.launch.declared.clear();
  char *bytes = node.launch.spec.parameters.data();
  for (const theano::sim::ParamBlock &block :
       node.launch.spec.kernel->parameters)
    node.parameters.push_back(bytes + block.at);
  return node;
}

Result theano::cuda::makeKernelNode(const KernelNodeParams &params,
                                    KernelNode &node) {
  ContextData *context = contextOr(params.context);
  if (!context)
    return Result::InvalidContext;
  bool isKernel = !params.function;
  FunctionData *function = findFunction(
      *context,
      isKernel ? reinterpret_cast<Function>(params.kernel) : params.function);
  if (!function)
    return isKernel && !params.kernel ? Result::InvalidValue
                                      : Result::InvalidHandle;
  LaunchShape shape = {{params.gridX, params.gridY, params.gridZ},
                       {params.blockX, params.blockY, params.blockZ},
                       params.sharedBytes,
                       node.shape.cooperative,
                       node.shape.cluster,
                       node.shape.preferredCluster};
  PreparedLaunch launch;
  THEANO_SIM_TRY(
      prepareLaunch(*function, shape, params.parameters, params.extra, launch));
  auto attributes = std::move(node.attributes);
  node = nodeOf(std::move(launch), shape);
  node.kernel = isKernel ? params.kernel : nullptr;
  node.attributes = std::move(attributes);
  return Result::Success;
}

Result theano::cuda::makeCopyNode(const Copy3D &copy, Context context,
                                  CopyNode &node) {
  ContextData *found = contextOr(context);
  if (!found)
    return Result::InvalidContext;
  CopyPlan plan;
  THEANO_SIM_TRY(planCopy(*found, copy, plan));
  node = {copy, found->handle};
  return Result::Success;
}

Result theano::cuda::checkOwnership(const ChildGraphNodeParams &params) {
  constexpr int clone = 0, move = 1;
  // A graph that moves into another keeps its handle, and has two owners here.
  if (params.ownership == move)
    return Result::NotSupported;
  return params.ownership == clone ? Result::Success : Result::InvalidValue;
}

Result theano::cuda::makeFillNode(const Fill &fill, Context context,
                                  FillNode &node) {
  ContextData *found = contextOr(context);
  if (!found)
    return Result::InvalidContext;
  THEANO_SIM_TRY(checkFill(*found, fill));
  node = {fill, found->handle};
  return Result::Success;
}
