//===- Graphs.h - graphs and what their nodes do ----------------*- C++ -*-===//
//
// A graph owns its nodes, and a node the graphs that are inside it. What a
// program sees of them has handles; an executable graph is a copy without any,
// whose nodes remember of which they are copies.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_GRAPHS_H
#define THEANO_SIMULATOR_DRIVER_GRAPHS_H

#include "Driver/Fills.h"
#include "Driver/Launch.h"
#include "theano/DriverAbi/Graph.h"

#include <variant>

namespace theano::cuda {

struct GraphData;
struct NodeData;

struct KernelNode {
  PreparedLaunch launch;
  LaunchShape shape;
  Kernel kernel = nullptr; ///< that it was made of, if not of a function
  std::map<LaunchAttributeId, LaunchAttributeValue> attributes;
  std::vector<void *> parameters; ///< where each is, for who asks
};
struct CopyNode {
  Copy3D copy = {};
  Context context = nullptr;
};
struct FillNode {
  Fill fill;
  Context context = nullptr;
};
struct HostNode {
  HostNodeParams params = {};
};
struct ChildNode {
  std::unique_ptr<GraphData> graph;
};
struct EmptyNode {};
struct RecordNode {
  Event event = nullptr;
};
struct WaitNode {
  Event event = nullptr;
};
struct ConditionalNode {
  ConditionalHandle handle = 0;
  ConditionalType type = ConditionalType::If;
  Context context = nullptr;
  std::vector<std::unique_ptr<GraphData>> bodies;
  std::vector<Graph> handles; ///< of the bodies
};

using NodeWork =
    std::variant<KernelNode, CopyNode, FillNode, HostNode, ChildNode, EmptyNode,
                 WaitNode, RecordNode, ConditionalNode>;

struct Dependency {
  NodeData *node = nullptr;
  GraphEdgeData data = {};
};

struct NodeData {
  NodeData() = default;
  ~NodeData();
  NodeData(const NodeData &) = delete;
  NodeData &operator=(const NodeData &) = delete;

  GraphNode handle = nullptr; ///< null in an executable graph
  GraphNode origin = nullptr; ///< of what it is a copy of
  GraphData *graph = nullptr;
  NodeWork work = EmptyNode();
  std::vector<Dependency> dependencies;
  bool isEnabled = true;

  GraphNodeType type() const;
  /// The graphs inside it.
  std::vector<GraphData *> inside() const;
  bool dependsOn(const NodeData &other) const;
};

struct Condition {
  unsigned initial = 0, flags = 0;
  Context context = nullptr;
};

struct GraphData {
  explicit GraphData(bool hasHandles);
  ~GraphData();
  GraphData(const GraphData &) = delete;
  GraphData &operator=(const GraphData &) = delete;

  Graph handle = nullptr;
  NodeData *owner = nullptr; ///< the node that it is inside of
  Graph origin = nullptr;    ///< of a clone
  std::vector<std::unique_ptr<NodeData>> nodes;
  std::map<ConditionalHandle, Condition> conditions;

  NodeData &add(NodeWork work);
  size_t indexOf(const NodeData &node) const;
  /// Calls `visit` for each node, those of inner graphs too.
  void forEach(const std::function<void(NodeData &)> &visit);
  bool hasConditionals();
};

/// Null if the handle is none.
GraphData *findGraph(Graph graph);
NodeData *findNode(GraphNode node);

/// The node of a handle, if it does a T. Null with why in `error`.
template <typename T>
T *findWork(const Call &call, GraphNode node, Result &error) {
  error = call.initialized();
  if (error != Result::Success)
    return nullptr;
  NodeData *found = findNode(node);
  T *work = found ? std::get_if<T>(&found->work) : nullptr;
  if (!work)
    error = Result::InvalidValue;
  return work;
}

/// Makes a graph that the program owns.
GraphData &makeGraph();
void destroyGraph(GraphData &graph);

/// A copy with the same order of nodes.
std::unique_ptr<GraphData> copyGraph(const GraphData &from, bool hasHandles);
NodeWork copyWork(const NodeWork &from, bool hasHandles);

/// Reads the nodes that a list names: all of `graph`, each once.
Result readNodes(const GraphData &graph, const GraphNode *list, size_t count,
                 std::vector<NodeData *> &nodes);

/// Is it an edge of a kind that there is?
bool isKnown(const GraphEdgeData &edge);

/// Adds a node behind `dependencies`, which `edges`, where given, say more of.
Result addNode(GraphNode *node, Graph graph, const GraphNode *dependencies,
               const GraphEdgeData *edges, size_t count, NodeWork work);

/// Checks what a node is to do, and makes it.
Result makeKernelNode(const KernelNodeParams &params, KernelNode &node);
Result makeCopyNode(const Copy3D &copy, Context context, CopyNode &node);
Result makeFillNode(const Fill &fill, Context context, FillNode &node);
/// The fill of a node, as both interfaces say it.
template <typename Params> Fill fillOf(const Params &params) {
  return {params.to,           params.pitch, params.value,
          params.elementBytes, params.width, params.height};
}
/// Whether a child is given in a way that there is.
Result checkOwnership(const ChildGraphNodeParams &params);
/// For a launch that is prepared already.
KernelNode nodeOf(PreparedLaunch launch, const LaunchShape &shape);

/// The parameters of the first interface in the later one.
KernelNodeParams newerParams(const KernelNodeParamsV1 &params);

/// The current context where `context` is null. Null where it is none.
ContextData *contextOr(Context context);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_GRAPHS_H
