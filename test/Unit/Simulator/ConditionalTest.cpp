//===- ConditionalTest.cpp - graphs that decide what they run -------------===//

#include "GraphFixture.h"

using namespace theano;
using namespace theano::cuda;

namespace {

class ConditionalTest : public GraphFixture {
protected:
  ConditionalHandle condition(unsigned initial = 0, unsigned flags = 0) {
    ConditionalHandle handle = 0;
    EXPECT_EQ(cu.cuGraphConditionalHandleCreate(&handle, graph, context,
                                                initial, flags),
              ok);
    return handle;
  }
  GraphNodeParams paramsOf(ConditionalHandle handle, ConditionalType type,
                           unsigned size) {
    GraphNodeParams params = {};
    params.type = GraphNodeType::Conditional;
    params.conditional = {handle, type, size, nullptr, context};
    return params;
  }
  /// Adds a conditional node, and answers its bodies.
  std::vector<Graph> add(ConditionalHandle handle, ConditionalType type,
                         unsigned size, std::vector<GraphNode> behind = {}) {
    GraphNodeParams params = paramsOf(handle, type, size);
    GraphNode node = nullptr;
    EXPECT_EQ(cu.cuGraphAddNode_v2(&node, graph, behind.data(), nullptr,
                                   behind.size(), &params),
              ok);
    GraphNodeType found = {};
    EXPECT_EQ(cu.cuGraphNodeGetType(node, &found), ok);
    EXPECT_EQ(found, GraphNodeType::Conditional);
    return {params.conditional.bodies, params.conditional.bodies + size};
  }
  void set(size_t word, uint32_t value) {
    ASSERT_EQ(cu.cuMemsetD32_v2(at(word), value, 1), ok);
  }
  using GraphFixture::add;
};

TEST_F(ConditionalTest, If) {
  ConditionalHandle handle = condition();
  GraphNode decide = add(graph, "decide", handle, at(1));
  std::vector<Graph> bodies = add(handle, ConditionalType::If, 2, {decide});
  ASSERT_NE(bodies[0], bodies[1]);
  add(bodies[0], "append", at(0), 1);
  add(bodies[1], "append", at(0), 2);
  GraphExec exec = instantiate(graph);
  for (uint32_t value : {1u, 0u, 7u}) {
    set(1, value);
    run(exec);
  }
  EXPECT_EQ(value(0), 121u);
  destroy(exec);
}

TEST_F(ConditionalTest, While) {
  ConditionalHandle handle = condition(1, conditionalAssignDefault);
  std::vector<Graph> bodies = add(handle, ConditionalType::While, 1);
  GraphNode work = add(bodies[0], "append", at(0), 3);
  add(bodies[0], "countDown", handle, at(1), {work});
  GraphExec exec = instantiate(graph);
  set(1, 4);
  run(exec);
  EXPECT_EQ(value(0), 3333u);
  EXPECT_EQ(value(1), 0u);
  // The condition is 0 now, but a launch starts with its default.
  set(0, 0);
  set(1, 2);
  run(exec);
  EXPECT_EQ(value(0), 33u);
  destroy(exec);
}

TEST_F(ConditionalTest, WithoutADefaultAConditionStaysAsItWas) {
  ConditionalHandle handle = condition(1);
  std::vector<Graph> bodies = add(handle, ConditionalType::While, 1);
  add(bodies[0], "countDown", handle, at(1));
  set(1, 3);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(1), 0u);
  set(1, 5);
  run(exec);
  EXPECT_EQ(value(1), 5u) << "it is still 0";
  destroy(exec);
}

TEST_F(ConditionalTest, Switch) {
  ConditionalHandle handle = condition();
  GraphNode decide = add(graph, "decide", handle, at(1));
  std::vector<Graph> bodies = add(handle, ConditionalType::Switch, 3, {decide});
  for (uint32_t i = 0; i < 3; ++i)
    add(bodies[i], "append", at(0), i + 1);
  GraphExec exec = instantiate(graph);
  for (uint32_t value : {2u, 0u, 3u, 1u}) {
    set(1, value);
    run(exec);
  }
  EXPECT_EQ(value(0), 312u) << "3 is none of them";
  destroy(exec);
}

TEST_F(ConditionalTest, OneInAnother) {
  // While *1 counts down: if *1 is odd, append 1, in two graphs of one handle's
  // node each.
  ConditionalHandle outer = condition(1, conditionalAssignDefault),
                    inner = condition();
  Graph loop = add(outer, ConditionalType::While, 1)[0];
  GraphNode counted = add(loop, "countDown", outer, at(1));
  GraphNode decide = add(loop, "decide", inner, at(1), {counted});
  GraphNodeParams params = paramsOf(inner, ConditionalType::If, 1);
  GraphNode node = nullptr;
  ASSERT_EQ(cu.cuGraphAddNode(&node, loop, &decide, 1, &params), ok);
  add(params.conditional.bodies[0], "append", at(0), 1);
  GraphExec exec = instantiate(graph);
  set(1, 4);
  run(exec);
  EXPECT_EQ(value(0), 111u) << "3, 2 and 1 are not 0";
  destroy(exec);
}

TEST_F(ConditionalTest, ABodyIsCaptured) {
  ConditionalHandle handle = condition(1, conditionalAssignDefault);
  Graph body = add(handle, ConditionalType::If, 1)[0];
  ASSERT_EQ(cu.cuStreamBeginCaptureToGraph(stream, body, nullptr, nullptr, 0,
                                           CaptureMode::Global),
            ok);
  ASSERT_EQ(launch("append", at(0), 8, stream), ok);
  Graph ended = nullptr;
  ASSERT_EQ(cu.cuStreamEndCapture(stream, &ended), ok);
  EXPECT_EQ(ended, body);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(0), 8u);
  destroy(exec);
}

TEST_F(ConditionalTest, ALoopThatDoesNotEnd) {
  mayHaveFindings = true;
  ConditionalHandle handle = condition(1, conditionalAssignDefault);
  add(handle, ConditionalType::While, 1);
  GraphExec exec = instantiate(graph);
  ASSERT_EQ(cu.theanoSimSet("limit", "100000"), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  EXPECT_EQ(cu.cuStreamSynchronize(stream), Result::LaunchTimeout);
  EXPECT_NE(findings().find("watchdog: a conditional node has executed more "
                            "than 100000 warp instructions"),
            std::string::npos)
      << findings();
  ASSERT_EQ(cu.theanoSimSet("limit", "2000000000"), ok);
  destroy(exec);
  words = 0;
}

TEST_F(ConditionalTest, ALoopThatOnlyMovesBytes) {
  for (bool copies : {false, true}) {
    mayHaveFindings = true;
    Graph whole = nullptr;
    Context own = nullptr;
    ASSERT_EQ(cu.cuCtxCreate_v2(&own, 0, 0), ok);
    constexpr size_t size = 8 << 20;
    DevicePtr from = allocate(size), to = allocate(size);
    ASSERT_EQ(cu.cuGraphCreate(&whole, 0), ok);
    ConditionalHandle handle = 0;
    ASSERT_EQ(cu.cuGraphConditionalHandleCreate(&handle, whole, own, 1, 1), ok);
    GraphNodeParams params = paramsOf(handle, ConditionalType::While, 1);
    params.conditional.context = own;
    GraphNode node = nullptr, inner = nullptr;
    ASSERT_EQ(cu.cuGraphAddNode(&node, whole, nullptr, 0, &params), ok);
    Graph body = params.conditional.bodies[0];
    Copy3D copy = {};
    copy.fromType = copy.toType = MemoryType::Device;
    copy.fromDevice = from;
    copy.toDevice = to;
    copy.widthInBytes = size;
    copy.height = copy.depth = 1;
    MemsetNodeParamsV1 fill = {to, 0, 0, 1, size, 1};
    ASSERT_EQ(
        copies ? cu.cuGraphAddMemcpyNode(&inner, body, nullptr, 0, &copy, own)
               : cu.cuGraphAddMemsetNode(&inner, body, nullptr, 0, &fill, own),
        ok);
    GraphExec exec = instantiate(whole);
    // Eight turns of 2^17, and not the hundreds that empty turns would be.
    ASSERT_EQ(cu.theanoSimSet("limit", "1000000"), ok);
    EXPECT_EQ(cu.cuGraphLaunch(exec, nullptr), ok);
    EXPECT_EQ(cu.cuCtxSynchronize(), Result::LaunchTimeout);
    ASSERT_EQ(cu.theanoSimSet("limit", "2000000000"), ok);
    destroy(exec);
    EXPECT_EQ(cu.cuGraphDestroy(whole), ok);
    ASSERT_EQ(cu.cuCtxDestroy_v2(own), ok);
  }
}

TEST_F(ConditionalTest, LaunchesThatWaitStartWithTheirDefaults) {
  ConditionalHandle handle = condition(1, conditionalAssignDefault);
  std::vector<Graph> bodies = add(handle, ConditionalType::While, 1);
  GraphNode work = add(bodies[0], "append", at(0), 3);
  // *1 is 0: one turn.
  add(bodies[0], "decide", handle, at(1), {work});
  GraphExec exec = instantiate(graph);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize(stream), ok);
  EXPECT_EQ(value(0), 333u);
  destroy(exec);
}

TEST_F(ConditionalTest, AHandleThatIsNone) {
  mayHaveFindings = true;
  ASSERT_EQ(launch("decide", 12345, at(0), stream), ok);
  EXPECT_EQ(cu.cuStreamSynchronize(stream), Result::LaunchFailed);
  EXPECT_NE(
      findings().find("(call.uni): cudaGraphSetConditional: 12345 is not the "
                      "handle of a condition"),
      std::string::npos)
      << findings();
  words = 0;
}

TEST_F(ConditionalTest, NodesAndHandlesThatDoNotFit) {
  ConditionalHandle handle = condition();
  GraphExec exec = nullptr;
  GraphInstantiateParams instantiation = {};
  EXPECT_EQ(cu.cuGraphInstantiateWithParams(&exec, graph, &instantiation),
            invalid);
  EXPECT_EQ(instantiation.result,
            GraphInstantiateResult::ConditionalHandleUnused);
  GraphNode node = nullptr;
  auto adding = [&](ConditionalHandle of, ConditionalType type, unsigned size) {
    GraphNodeParams params = paramsOf(of, type, size);
    return cu.cuGraphAddNode(&node, graph, nullptr, 0, &params);
  };
  EXPECT_EQ(adding(handle + 1, ConditionalType::If, 1), invalid);
  EXPECT_EQ(adding(handle, ConditionalType::If, 3), invalid);
  EXPECT_EQ(adding(handle, ConditionalType::While, 2), invalid);
  EXPECT_EQ(adding(handle, ConditionalType::Switch, 0), invalid);
  EXPECT_EQ(adding(handle, static_cast<ConditionalType>(3), 1), invalid);
  Graph body = add(handle, ConditionalType::If, 1)[0];
  EXPECT_EQ(adding(handle, ConditionalType::If, 1), invalid)
      << "another node has it";
  EXPECT_EQ(cu.cuGraphDestroy(body), invalid) << "the node has it";
  Graph clone = nullptr;
  EXPECT_EQ(cu.cuGraphClone(&clone, graph), Result::NotSupported);
  // A function of the host cannot stand there.
  HostNodeParams host = {[](void *) {}, nullptr};
  GraphNode wrong = nullptr;
  ASSERT_EQ(cu.cuGraphAddHostNode(&wrong, body, nullptr, 0, &host), ok);
  EXPECT_EQ(cu.cuGraphInstantiateWithParams(&exec, graph, &instantiation),
            Result::NotSupported);
  EXPECT_EQ(instantiation.result,
            GraphInstantiateResult::NodeOperationNotSupported);
  EXPECT_EQ(instantiation.errorNode, wrong);
  EXPECT_EQ(cu.cuGraphConditionalHandleCreate(&handle, graph, context, 0, 2),
            invalid);
  EXPECT_EQ(cu.cuGraphConditionalHandleCreate(&handle, nullptr, context, 0, 0),
            invalid);
  EXPECT_EQ(cu.cuGraphConditionalHandleCreate(nullptr, graph, context, 0, 0),
            invalid);
}

} // namespace
