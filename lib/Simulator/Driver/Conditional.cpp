//===- Conditional.cpp - nodes that run their graphs by a condition -------===//
//
// A condition is a number of the context that kernels set by its handle. The
// graphs of a conditional node hold only what the device does by itself, so
// that they run in one go.
//
//===----------------------------------------------------------------------===//

#include "Driver/GraphExecution.h"

#include <algorithm>

using namespace theano::cuda;

THEANO_SIM_EXPORT cuGraphConditionalHandleCreate(ConditionalHandle *handle,
                                                 Graph graph, Context context,
                                                 unsigned initial,
                                                 unsigned flags) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  GraphData *found = findGraph(graph);
  ContextData *of = contextOr(context);
  if (!handle || !found || flags > conditionalAssignDefault)
    return Result::InvalidValue;
  if (!of)
    return Result::InvalidContext;
  *handle = nextHandleNumber();
  found->conditions[*handle] = {initial, flags, of->handle};
  of->conditions.set(*handle, initial);
  return Result::Success;
}

const NodeData *theano::cuda::findOutOfPlace(GraphData &graph) {
  const NodeData *found = nullptr;
  graph.forEach([&](const NodeData &node) {
    if (node.type() != GraphNodeType::Conditional)
      return;
    for (GraphData *body : node.inside())
      body->forEach([&](const NodeData &inner) {
        GraphNodeType type = inner.type();
        if (type == GraphNodeType::Host || type == GraphNodeType::WaitEvent ||
            type == GraphNodeType::EventRecord)
          found = &inner;
      });
  });
  return found;
}

void theano::cuda::startConditions(StreamData &stream, const GraphData &graph) {
  bool hasDefaults =
      std::ranges::any_of(graph.conditions, [](const auto &each) {
        return each.second.flags & conditionalAssignDefault;
      });
  // An earlier launch may still decide by them.
  if (hasDefaults)
    issue(stream, [conditions = graph.conditions] {
      for (const auto &[handle, condition] : conditions) {
        ContextData *context = state().contexts.find(condition.context);
        if (context && (condition.flags & conditionalAssignDefault))
          context->conditions.set(handle, condition.initial);
      }
    });
  for (const auto &node : graph.nodes)
    for (const GraphData *inner : node->inside())
      startConditions(stream, *inner);
}

void theano::cuda::runConditional(ContextData &context, ConditionalNode &node) {
  ContextData *of = state().contexts.find(node.context);
  auto value = [&] { return of ? of->conditions.get(node.handle) : 0; };
  auto run = [&](size_t number) {
    for (const auto &inner : node.bodies[number]->nodes)
      runNode(context, *inner);
  };
  switch (node.type) {
  case ConditionalType::If:
    if (value())
      run(0);
    else if (node.bodies.size() > 1)
      run(1);
    break;
  case ConditionalType::Switch:
    if (unsigned chosen = value(); chosen < node.bodies.size())
      run(chosen);
    break;
  case ConditionalType::While: {
    // The watchdog sees loops that never end, as it does in kernels; a turn
    // counts even if nothing is in it.
    constexpr uint64_t turnCost = 1000;
    uint64_t spent = 0, limit = state().options.launch.instructionLimit;
    while (value() && context.sticky == Result::Success) {
      uint64_t before = context.instructions;
      run(0);
      spent += context.instructions - before + turnCost;
      if (spent > limit) {
        context.fail(Result::LaunchTimeout);
        state().addFinding("watchdog: a conditional node has executed more "
                           "than " +
                           std::to_string(limit) +
                           " warp instructions; raise THEANO_SIM_LIMIT if it "
                           "is not hanging");
      }
    }
    break;
  }
  }
}
