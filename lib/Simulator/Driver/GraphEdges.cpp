//===- GraphEdges.cpp - graphs as programs see them -----------------------===//

#include "Driver/Graphs.h"

#include <algorithm>
#include <cstdio>

using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuGraphCreate(Graph *graph, unsigned flags) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!graph || flags)
    return Result::InvalidValue;
  *graph = makeGraph().handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphDestroy(Graph graph) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(graph);
  // What is inside a node goes with it.
  if (!found || found->owner)
    return Result::InvalidValue;
  destroyGraph(*found);
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphClone(Graph *clone, Graph original) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(original);
  if (!clone || !found)
    return Result::InvalidValue;
  // A condition belongs to one graph.
  if (found->hasConditionals())
    return Result::NotSupported;
  GraphData &made = makeGraph();
  std::unique_ptr<GraphData> copy = copyGraph(*found, /*hasHandles=*/true);
  made.nodes = std::move(copy->nodes);
  for (const auto &node : made.nodes)
    node->graph = &made;
  made.conditions = found->conditions;
  made.origin = found->handle;
  *clone = made.handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphNodeFindInClone(GraphNode *node, GraphNode original,
                                         Graph clone) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(clone);
  if (!node || !found || !findNode(original))
    return Result::InvalidValue;
  for (const auto &each : found->nodes)
    if (each->origin == original) {
      *node = each->handle;
      return Result::Success;
    }
  return Result::InvalidValue;
}

THEANO_SIM_EXPORT cuGraphDestroyNode(GraphNode node) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  NodeData *found = findNode(node);
  if (!found)
    return Result::InvalidValue;
  GraphData &graph = *found->graph;
  for (const auto &other : graph.nodes)
    std::erase_if(other->dependencies, [&](const Dependency &dependency) {
      return dependency.node == found;
    });
  std::erase_if(graph.nodes,
                [&](const auto &each) { return each.get() == found; });
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Lists, which are counted where there is no room for them
//===----------------------------------------------------------------------===//

/// Writes what fits of `all` and fills the rest with zeros, or counts it.
template <typename T>
static Result answer(const std::vector<T> &all, T *list, size_t *count) {
  if (!count)
    return Result::InvalidValue;
  if (list)
    for (size_t i = 0; i < *count; ++i)
      list[i] = i < all.size() ? all[i] : T();
  *count = list ? std::min(*count, all.size()) : all.size();
  return Result::Success;
}

static Result listNodes(Graph graph, GraphNode *list, size_t *count,
                        bool onlyRoots) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const GraphData *found = findGraph(graph);
  if (!found)
    return Result::InvalidValue;
  std::vector<GraphNode> all;
  for (const auto &node : found->nodes)
    if (!onlyRoots || node->dependencies.empty())
      all.push_back(node->handle);
  return answer(all, list, count);
}

THEANO_SIM_EXPORT cuGraphGetNodes(Graph graph, GraphNode *nodes,
                                  size_t *count) {
  return listNodes(graph, nodes, count, /*onlyRoots=*/false);
}
THEANO_SIM_EXPORT cuGraphGetRootNodes(Graph graph, GraphNode *nodes,
                                      size_t *count) {
  return listNodes(graph, nodes, count, /*onlyRoots=*/true);
}

namespace {
/// Edges as the calls give them: a list for each part.
struct EdgeList {
  std::vector<GraphNode> from, to;
  std::vector<GraphEdgeData> data;

  void add(const NodeData &node, const Dependency &dependency) {
    from.push_back(dependency.node->handle);
    to.push_back(node.handle);
    data.push_back(dependency.data);
  }
  /// Does an edge say more than that there is one?
  bool saysMore() const {
    return std::ranges::any_of(data, [](const GraphEdgeData &edge) {
      return edge.fromPort || edge.toPort || edge.type;
    });
  }
};
} // namespace

/// Answers the lists that are wanted. Who cannot be told what the edges are
/// gets an error where they are of a kind.
static Result answer(const EdgeList &edges, GraphNode *from, GraphNode *to,
                     GraphEdgeData *data, bool hasData, size_t *count) {
  bool isList = from || to;
  if (!hasData && isList && edges.saysMore())
    return Result::LossyQuery;
  if (!count)
    return Result::InvalidValue;
  size_t room = *count;
  auto write = [&](const auto &all, auto *list) {
    *count = room;
    return answer(all, list, count);
  };
  if (data)
    THEANO_SIM_TRY(write(edges.data, data));
  if (from)
    THEANO_SIM_TRY(write(edges.from, from));
  if (to || !isList)
    THEANO_SIM_TRY(write(edges.to, to));
  return Result::Success;
}

static Result listEdges(Graph graph, GraphNode *from, GraphNode *to,
                        GraphEdgeData *data, bool hasData, size_t *count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const GraphData *found = findGraph(graph);
  if (!found || (from == nullptr) != (to == nullptr))
    return Result::InvalidValue;
  EdgeList edges;
  for (const auto &node : found->nodes)
    for (const Dependency &dependency : node->dependencies)
      edges.add(*node, dependency);
  return answer(edges, from, to, data, hasData, count);
}

THEANO_SIM_EXPORT cuGraphGetEdges(Graph graph, GraphNode *from, GraphNode *to,
                                  size_t *count) {
  return listEdges(graph, from, to, nullptr, false, count);
}
THEANO_SIM_EXPORT cuGraphGetEdges_v2(Graph graph, GraphNode *from,
                                     GraphNode *to, GraphEdgeData *data,
                                     size_t *count) {
  return listEdges(graph, from, to, data, true, count);
}

static Result listDependencies(GraphNode node, GraphNode *list,
                               GraphEdgeData *data, bool hasData,
                               size_t *count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const NodeData *found = findNode(node);
  if (!found)
    return Result::InvalidValue;
  EdgeList edges;
  for (const Dependency &dependency : found->dependencies)
    edges.add(*found, dependency);
  return answer(edges, list, nullptr, data, hasData, count);
}

THEANO_SIM_EXPORT cuGraphNodeGetDependencies(GraphNode node, GraphNode *list,
                                             size_t *count) {
  return listDependencies(node, list, nullptr, false, count);
}
THEANO_SIM_EXPORT cuGraphNodeGetDependencies_v2(GraphNode node, GraphNode *list,
                                                GraphEdgeData *data,
                                                size_t *count) {
  return listDependencies(node, list, data, true, count);
}

static Result listDependents(GraphNode node, GraphNode *list,
                             GraphEdgeData *data, bool hasData, size_t *count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  const NodeData *found = findNode(node);
  if (!found)
    return Result::InvalidValue;
  EdgeList edges;
  for (const auto &other : found->graph->nodes)
    for (const Dependency &dependency : other->dependencies)
      if (dependency.node == found)
        edges.add(*other, dependency);
  return answer(edges, nullptr, list, data, hasData, count);
}

THEANO_SIM_EXPORT cuGraphNodeGetDependentNodes(GraphNode node, GraphNode *list,
                                               size_t *count) {
  return listDependents(node, list, nullptr, false, count);
}
THEANO_SIM_EXPORT cuGraphNodeGetDependentNodes_v2(GraphNode node,
                                                  GraphNode *list,
                                                  GraphEdgeData *data,
                                                  size_t *count) {
  return listDependents(node, list, data, true, count);
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

namespace {
struct EdgeToChange {
  NodeData *from, *to;
  GraphEdgeData data;
};
} // namespace

static Result readEdges(Graph graph, const GraphNode *from, const GraphNode *to,
                        const GraphEdgeData *data, size_t count,
                        std::vector<EdgeToChange> &edges) {
  const GraphData *found = findGraph(graph);
  if (!found || (count && (!from || !to)))
    return Result::InvalidValue;
  for (size_t i = 0; i < count; ++i) {
    EdgeToChange &edge = edges.emplace_back(EdgeToChange{
        findNode(from[i]), findNode(to[i]), data ? data[i] : GraphEdgeData()});
    if (!edge.from || !edge.to || edge.from == edge.to ||
        edge.from->graph != found || edge.to->graph != found ||
        !isKnown(edge.data))
      return Result::InvalidValue;
  }
  return Result::Success;
}

static Result addEdges(Graph graph, const GraphNode *from, const GraphNode *to,
                       const GraphEdgeData *data, size_t count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  std::vector<EdgeToChange> edges;
  THEANO_SIM_TRY(readEdges(graph, from, to, data, count, edges));
  for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
    // It is there already, or comes twice.
    auto isSame = [&](const EdgeToChange &other) {
      return other.from == edge->from && other.to == edge->to;
    };
    if (edge->to->dependsOn(*edge->from) ||
        std::any_of(edges.begin(), edge, isSame))
      return Result::InvalidValue;
  }
  for (const EdgeToChange &edge : edges)
    edge.to->dependencies.push_back({edge.from, edge.data});
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphAddDependencies(Graph graph, const GraphNode *from,
                                         const GraphNode *to, size_t count) {
  return addEdges(graph, from, to, nullptr, count);
}
THEANO_SIM_EXPORT cuGraphAddDependencies_v2(Graph graph, const GraphNode *from,
                                            const GraphNode *to,
                                            const GraphEdgeData *data,
                                            size_t count) {
  return addEdges(graph, from, to, data, count);
}

static Result removeEdges(Graph graph, const GraphNode *from,
                          const GraphNode *to, const GraphEdgeData *data,
                          size_t count) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  std::vector<EdgeToChange> edges;
  THEANO_SIM_TRY(readEdges(graph, from, to, data, count, edges));
  for (const EdgeToChange &edge : edges)
    if (!edge.to->dependsOn(*edge.from))
      return Result::InvalidValue;
  for (const EdgeToChange &edge : edges)
    std::erase_if(edge.to->dependencies, [&](const Dependency &dependency) {
      return dependency.node == edge.from;
    });
  return Result::Success;
}

THEANO_SIM_EXPORT cuGraphRemoveDependencies(Graph graph, const GraphNode *from,
                                            const GraphNode *to, size_t count) {
  return removeEdges(graph, from, to, nullptr, count);
}
THEANO_SIM_EXPORT cuGraphRemoveDependencies_v2(Graph graph,
                                               const GraphNode *from,
                                               const GraphNode *to,
                                               const GraphEdgeData *data,
                                               size_t count) {
  return removeEdges(graph, from, to, data, count);
}

//===----------------------------------------------------------------------===//
// Drawings
//===----------------------------------------------------------------------===//

static const char *nameOf(GraphNodeType type) {
  using enum GraphNodeType;
  switch (type) {
  case Kernel:
    return "kernel";
  case Memcpy:
    return "memcpy";
  case Memset:
    return "memset";
  case Host:
    return "host";
  case GraphNodeType::Graph:
    return "graph";
  case Empty:
    return "empty";
  case WaitEvent:
    return "wait event";
  case EventRecord:
    return "event record";
  case Conditional:
    return "conditional";
  default:
    return "node";
  }
}

THEANO_SIM_EXPORT cuGraphDebugDotPrint(Graph graph, const char *path,
                                       unsigned flags) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(graph);
  constexpr unsigned known = 0xffff; // what is to be told of each node
  if (!found || !path || (flags & ~known))
    return Result::InvalidValue;
  std::FILE *file = std::fopen(path, "w");
  if (!file)
    return Result::OperatingSystem;
  std::fprintf(file, "digraph dot {\n");
  auto idOf = [](const NodeData &node) {
    return static_cast<unsigned long>(reinterpret_cast<uintptr_t>(node.handle));
  };
  found->forEach([&](const NodeData &node) {
    const auto *kernel = std::get_if<KernelNode>(&node.work);
    std::string label = nameOf(node.type());
    if (kernel)
      if (const auto *function =
              state().functions.find(kernel->launch.function))
        label += " " + function->name;
    std::fprintf(file, "  n%lx [label=\"%s\"];\n", idOf(node), label.c_str());
    for (const Dependency &dependency : node.dependencies)
      std::fprintf(file, "  n%lx -> n%lx;\n", idOf(*dependency.node),
                   idOf(node));
    // What is inside a node hangs from it.
    for (const GraphData *inner : node.inside())
      for (const auto &each : inner->nodes)
        if (each->dependencies.empty())
          std::fprintf(file, "  n%lx -> n%lx [style=dashed];\n", idOf(node),
                       idOf(*each));
  });
  std::fprintf(file, "}\n");
  std::fclose(file);
  return Result::Success;
}
