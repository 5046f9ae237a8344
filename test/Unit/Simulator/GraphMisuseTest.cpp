//===- GraphMisuseTest.cpp - graphs whose nodes use what is gone ----------===//

#include "GraphFixture.h"

using namespace theano;
using namespace theano::cuda;

namespace {

class GraphMisuseTest : public GraphFixture {
protected:
  Result setCooperative(GraphNode node) {
    LaunchAttributeValue value = {};
    value.cooperative = 1;
    return cu.cuGraphKernelNodeSetAttribute(
        node, LaunchAttributeId::Cooperative, &value);
  }
  int isCooperative(GraphNode node) {
    LaunchAttributeValue value = {};
    EXPECT_EQ(cu.cuGraphKernelNodeGetAttribute(
                  node, LaunchAttributeId::Cooperative, &value),
              ok);
    return value.cooperative;
  }
  Graph make() {
    Graph made = nullptr;
    EXPECT_EQ(cu.cuGraphCreate(&made, 0), ok);
    return made;
  }
};

//===----------------------------------------------------------------------===//
// What is gone
//===----------------------------------------------------------------------===//

TEST_F(GraphMisuseTest, TheModuleOfANode) {
  GraphNode node = append(1);
  GraphExec disabled = instantiate(graph), exec = nullptr;
  ASSERT_EQ(cu.cuGraphNodeSetEnabled(disabled, node, 0), ok);
  ASSERT_EQ(cu.cuModuleUnload(module), ok);
  EXPECT_EQ(cu.cuGraphInstantiateWithFlags(&exec, graph, 0),
            Result::InvalidHandle);
  EXPECT_EQ(cu.cuGraphDebugDotPrint(graph, "/dev/null", 0), ok);
  EXPECT_EQ(setCooperative(node), Result::InvalidHandle);
  EXPECT_EQ(isCooperative(node), 0);
  Graph clone = nullptr;
  EXPECT_EQ(cu.cuGraphClone(&clone, graph), ok);
  EXPECT_EQ(cu.cuGraphDestroy(clone), ok);
  // Where the node is left out nothing is missing, whenever it would run.
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  EXPECT_EQ(cu.cuGraphLaunch(disabled, stream), ok);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize(stream), ok);
  // The update takes over what the launch then refuses.
  GraphExecUpdateInfo info = {};
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(disabled, graph, &info), ok);
  ASSERT_EQ(cu.cuGraphNodeSetEnabled(disabled, node, 1), ok);
  EXPECT_EQ(cu.cuGraphLaunch(disabled, stream), Result::InvalidHandle);
  destroy(disabled);
}

TEST_F(GraphMisuseTest, TheContextOfANode) {
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  Module own = load(ptx());
  std::swap(module, own);
  GraphNode node = append(1);
  std::swap(module, own);
  KernelNodeParams params = {};
  ASSERT_EQ(cu.cuGraphKernelNodeGetParams_v2(node, &params), ok);
  EXPECT_EQ(params.context, second);
  GraphExec exec = instantiate(graph);
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
  ASSERT_EQ(cu.cuGraphKernelNodeGetParams_v2(node, &params), ok);
  EXPECT_EQ(params.context, nullptr);
  GraphExecUpdateInfo info = {};
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(exec, graph, &info), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), Result::InvalidHandle);
  destroy(exec);
}

TEST_F(GraphMisuseTest, TheGraphOfACapture) {
  Graph into = make(), ended = nullptr;
  ASSERT_EQ(cu.cuStreamBeginCaptureToGraph(stream, into, nullptr, nullptr, 0,
                                           CaptureMode::Relaxed),
            ok);
  ASSERT_EQ(cu.cuGraphDestroy(into), ok);
  EXPECT_EQ(cu.cuStreamEndCapture(stream, &ended),
            Result::StreamCaptureInvalidated);
  EXPECT_EQ(ended, nullptr);
}

//===----------------------------------------------------------------------===//
// Attributes of kernels
//===----------------------------------------------------------------------===//

TEST_F(GraphMisuseTest, ANodeThatBecomesCooperative) {
  module = load(ptxStart + R"(
.visible .entry find(.param .u64 to, .param .u64 unused) {
  .reg .b64 %a; .reg .b32 %x, %y;
  ld.param.u64 %a, [to];
  mov.u32 %x, %envreg1;
  mov.u32 %y, %envreg2;
  or.b32 %x, %x, %y;
  st.global.u32 [%a], %x;
  ret;
}
)");
  GraphNode node = add(graph, "find", at(0), 0),
            copied = add(graph, "find", at(1), 0);
  ASSERT_EQ(setCooperative(node), ok);
  ASSERT_EQ(cu.cuGraphKernelNodeCopyAttributes(copied, node), ok);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_NE(value(0), 0u) << "where blocks would meet";
  EXPECT_NE(value(1), 0u);
  destroy(exec);
  // More blocks than can run at the same time.
  TwoParameters parameters = {at(0), 0};
  KernelNodeParams params = paramsOf("find", parameters);
  params.gridX = 1 << 20;
  GraphNode large = nullptr;
  ASSERT_EQ(cu.cuGraphAddKernelNode_v2(&large, graph, nullptr, 0, &params), ok);
  EXPECT_EQ(setCooperative(large), Result::CooperativeLaunchTooLarge);
  EXPECT_EQ(cu.cuGraphKernelNodeCopyAttributes(large, node),
            Result::CooperativeLaunchTooLarge);
  EXPECT_EQ(isCooperative(large), 0);
}

TEST_F(GraphMisuseTest, AttributesOfNoNode) {
  GraphNode node = append(1), none = reinterpret_cast<GraphNode>(0x1234);
  EXPECT_EQ(cu.cuGraphKernelNodeCopyAttributes(none, node), invalid);
  EXPECT_EQ(cu.cuGraphKernelNodeCopyAttributes(node, none), invalid);
}

TEST_F(GraphMisuseTest, AttributesStayWhenParametersChange) {
  GraphNode node = append(1);
  ASSERT_EQ(setCooperative(node), ok);
  TwoParameters parameters = {at(0), 2};
  GraphNodeParams params = {};
  params.type = GraphNodeType::Kernel;
  params.kernel = paramsOf("append", parameters);
  EXPECT_EQ(cu.cuGraphNodeSetParams(node, &params), ok);
  EXPECT_EQ(isCooperative(node), 1);
  params.kernel.gridX = 0;
  EXPECT_EQ(cu.cuGraphNodeSetParams(node, &params), invalid);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(0), 2u);
  destroy(exec);
}

//===----------------------------------------------------------------------===//
// Edges and children
//===----------------------------------------------------------------------===//

TEST_F(GraphMisuseTest, EdgesThatAreNone) {
  GraphNode nodes[] = {append(1), append(1)}, first = append(2),
            second = append(3), made = nullptr;
  GraphNode froms[] = {first, first}, tos[] = {second, second};
  EXPECT_EQ(cu.cuGraphAddDependencies(graph, froms, tos, 2), invalid)
      << "the same twice";
  EXPECT_EQ(cu.cuGraphAddDependencies(graph, nodes, tos, 2), ok);
  GraphEdgeData strange[] = {{0, 0, 2, {}}, {0, 0, 0, {0, 0, 0, 0, 1}}};
  GraphNodeParams empty = {};
  empty.type = GraphNodeType::Empty;
  for (const GraphEdgeData &edge : strange) {
    EXPECT_EQ(cu.cuGraphAddDependencies_v2(graph, &first, &second, &edge, 1),
              invalid);
    EXPECT_EQ(cu.cuGraphAddNode_v2(&made, graph, &first, &edge, 1, &empty),
              invalid);
    EXPECT_EQ(cu.cuStreamBeginCaptureToGraph(stream, graph, &first, &edge, 1,
                                             CaptureMode::Relaxed),
              invalid);
  }
  EXPECT_EQ(cu.cuGraphDebugDotPrint(graph, "/dev/null", 0xffff), ok);
  EXPECT_EQ(cu.cuGraphDebugDotPrint(graph, "/dev/null", 0x10000), invalid);
}

TEST_F(GraphMisuseTest, ChildrenThatAreNotCopied) {
  Graph child = make();
  GraphNode node = nullptr;
  GraphNodeParams params = {};
  params.type = GraphNodeType::Graph;
  auto adding = [&](int ownership) {
    params.child = {child, ownership};
    return cu.cuGraphAddNode(&node, graph, nullptr, 0, &params);
  };
  EXPECT_EQ(adding(1), Result::NotSupported);
  EXPECT_EQ(adding(-1), invalid);
  EXPECT_EQ(adding(77), invalid);
  EXPECT_EQ(adding(0), ok);
  GraphExec exec = instantiate(graph);
  params.child.ownership = 1;
  EXPECT_EQ(cu.cuGraphExecNodeSetParams(exec, node, &params),
            Result::NotSupported);
  destroy(exec);
  EXPECT_EQ(cu.cuGraphDestroy(child), ok);
}

} // namespace
