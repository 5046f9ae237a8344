//===- GraphExecution.h - graphs that are run -------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_GRAPHEXECUTION_H
#define THEANO_SIMULATOR_DRIVER_GRAPHEXECUTION_H

#include "Driver/Graphs.h"

namespace theano::cuda {

/// A copy of a graph, and of the graphs inside it, each with its nodes in an
/// order in which they can run.
struct ExecData {
  GraphExec handle = nullptr;
  unsigned long long flags = 0;
  std::unique_ptr<GraphData> graph;

  /// The copy of `node`; null where there is none.
  NodeData *find(GraphNode node) const;
};

ExecData *findExec(GraphExec exec);

/// Copies a graph in an order in which it can run. Null, with the node where it
/// does not go on, where its edges are a circle.
std::unique_ptr<GraphData> orderGraph(const GraphData &graph,
                                      GraphNode &errorNode);

/// InvalidHandle where something that a node needs is gone.
Result checkRunnable(GraphData &graph);

/// Gives the nodes of a checked graph to a stream, one after the other.
void launchGraph(StreamData &stream, GraphData &graph);

/// Runs a node now: of those that can stand in a conditional node.
void runNode(ContextData &context, NodeData &node);

/// Runs the bodies of a conditional node as its condition says.
void runConditional(ContextData &context, ConditionalNode &node);
/// What may not stand in a conditional node; null where there is nothing.
const NodeData *findOutOfPlace(GraphData &graph);
/// Gives the conditions of a graph the values that a launch starts with, when
/// the stream comes to it.
void startConditions(StreamData &stream, const GraphData &graph);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_GRAPHEXECUTION_H
