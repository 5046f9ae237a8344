//===- GraphTest.cpp - graphs that a program makes node by node -----------===//

#include "GraphFixture.h"

#include <fstream>
#include <sstream>
#include <thread>

using namespace theano;
using namespace theano::cuda;

namespace {

class GraphTest : public GraphFixture {
protected:
  static Copy3D line(DevicePtr to, DevicePtr from, size_t bytes) {
    Copy3D copy = {};
    copy.fromType = copy.toType = MemoryType::Device;
    copy.fromDevice = from;
    copy.toDevice = to;
    copy.widthInBytes = bytes;
    copy.height = copy.depth = 1;
    return copy;
  }
  MemsetNodeParamsV1 fill(size_t word, unsigned value) {
    return {at(word), 0, value, 4, 1, 1};
  }
};

TEST_F(GraphTest, EveryKindOfNode) {
  // A fill, a kernel, a copy, a function of the host and a child, in a row.
  GraphNode filled = nullptr, copied = nullptr, host = nullptr, empty = nullptr,
            inner = nullptr;
  MemsetNodeParamsV1 five = fill(0, 5);
  ASSERT_EQ(cu.cuGraphAddMemsetNode(&filled, graph, nullptr, 0, &five, context),
            ok);
  GraphNode appended = append(6, {filled});
  Copy3D copy = line(at(1), at(0), 4);
  ASSERT_EQ(
      cu.cuGraphAddMemcpyNode(&copied, graph, &appended, 1, &copy, context),
      ok);
  std::atomic<int> calls = 0;
  HostNodeParams params = {
      [](void *user) { ++*static_cast<std::atomic<int> *>(user); }, &calls};
  ASSERT_EQ(cu.cuGraphAddHostNode(&host, graph, &copied, 1, &params), ok);
  ASSERT_EQ(cu.cuGraphAddEmptyNode(&empty, graph, &host, 1), ok);
  Graph child = nullptr;
  ASSERT_EQ(cu.cuGraphCreate(&child, 0), ok);
  add(child, "append", at(1), 7);
  ASSERT_EQ(cu.cuGraphAddChildGraphNode(&inner, graph, &empty, 1, child), ok);
  // The node has a clone: a change of the child is not seen.
  add(child, "append", at(1), 8);
  ASSERT_EQ(cu.cuGraphDestroy(child), ok);
  GraphExec exec = instantiate(graph);
  EXPECT_EQ(values(), std::vector<uint32_t>(count)) << "nothing has run";
  EXPECT_EQ(cu.cuGraphUpload(exec, stream), ok);
  run(exec);
  EXPECT_EQ(value(0), 56u);
  EXPECT_EQ(value(1), 567u);
  EXPECT_EQ(calls, 1);
  run(exec);
  EXPECT_EQ(value(1), 567u) << "each launch starts with the fill";
  EXPECT_EQ(calls, 2);
  GraphNodeType type = {};
  for (auto [node, expected] : {std::pair(filled, GraphNodeType::Memset),
                                std::pair(appended, GraphNodeType::Kernel),
                                std::pair(copied, GraphNodeType::Memcpy),
                                std::pair(host, GraphNodeType::Host),
                                std::pair(empty, GraphNodeType::Empty),
                                std::pair(inner, GraphNodeType::Graph)}) {
    EXPECT_EQ(cu.cuGraphNodeGetType(node, &type), ok);
    EXPECT_EQ(type, expected);
  }
  // An executable graph does without the one that it was made of.
  ASSERT_EQ(cu.cuGraphDestroy(graph), ok);
  run(exec);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(cu.cuGraphNodeGetType(filled, &type), invalid);
  destroy(exec);
  EXPECT_EQ(cu.cuGraphExecDestroy(exec), invalid);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), invalid);
  ASSERT_EQ(cu.cuGraphCreate(&graph, 0), ok);
}

TEST_F(GraphTest, EdgesDecideTheOrder) {
  GraphNode first = append(1), second = append(2), third = append(3);
  // Third, first, second.
  GraphNode from[] = {third, first}, to[] = {first, second};
  ASSERT_EQ(cu.cuGraphAddDependencies(graph, from, to, 2), ok);
  EXPECT_EQ(cu.cuGraphAddDependencies(graph, from, to, 1), invalid)
      << "it is there";
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(0), 312u);
  destroy(exec);
  GraphNode nodes[4] = {};
  size_t number = 0;
  EXPECT_EQ(cu.cuGraphGetNodes(graph, nullptr, &number), ok);
  EXPECT_EQ(number, 3u);
  number = 4;
  EXPECT_EQ(cu.cuGraphGetNodes(graph, nodes, &number), ok);
  EXPECT_EQ(number, 3u);
  EXPECT_EQ(nodes[2], third);
  EXPECT_EQ(nodes[3], nullptr);
  number = 4;
  EXPECT_EQ(cu.cuGraphGetRootNodes(graph, nodes, &number), ok);
  EXPECT_EQ(number, 1u);
  EXPECT_EQ(nodes[0], third);
  GraphNode starts[3] = {}, ends[3] = {};
  number = 3;
  EXPECT_EQ(cu.cuGraphGetEdges(graph, starts, ends, &number), ok);
  EXPECT_EQ(number, 2u);
  EXPECT_EQ(starts[0], third);
  EXPECT_EQ(ends[0], first);
  number = 1;
  EXPECT_EQ(cu.cuGraphNodeGetDependencies(second, nodes, &number), ok);
  EXPECT_EQ(nodes[0], first);
  EXPECT_EQ(cu.cuGraphNodeGetDependentNodes(third, nodes, &number), ok);
  EXPECT_EQ(nodes[0], first);
  ASSERT_EQ(cu.cuGraphRemoveDependencies(graph, from, to, 1), ok);
  EXPECT_EQ(cu.cuGraphRemoveDependencies(graph, from, to, 1), invalid);
  // A node that goes takes its edges along.
  ASSERT_EQ(cu.cuGraphDestroyNode(first), ok);
  EXPECT_EQ(cu.cuGraphDestroyNode(first), invalid);
  EXPECT_EQ(cu.cuGraphGetEdges(graph, nullptr, nullptr, &number), ok);
  EXPECT_EQ(number, 0u);
}

TEST_F(GraphTest, KindsOfEdges) {
  GraphNode first = append(1), second = append(2), list[1] = {};
  GraphEdgeData programmatic = {1, 0, 1, {}}, read[1] = {};
  ASSERT_EQ(
      cu.cuGraphAddDependencies_v2(graph, &first, &second, &programmatic, 1),
      ok);
  size_t number = 1;
  EXPECT_EQ(cu.cuGraphNodeGetDependencies(second, list, &number),
            Result::LossyQuery)
      << "the older call cannot say what the edge is";
  number = 1;
  EXPECT_EQ(cu.cuGraphNodeGetDependencies_v2(second, list, read, &number), ok);
  EXPECT_EQ(read[0].type, 1);
  EXPECT_EQ(read[0].fromPort, 1);
}

TEST_F(GraphTest, ACircleIsNotInstantiated) {
  GraphNode first = append(1), second = append(2, {first});
  EXPECT_EQ(cu.cuGraphAddDependencies(graph, &first, &first, 1), invalid);
  ASSERT_EQ(cu.cuGraphAddDependencies(graph, &second, &first, 1), ok);
  GraphExec exec = nullptr;
  GraphInstantiateParams params = {};
  EXPECT_EQ(cu.cuGraphInstantiateWithParams(&exec, graph, &params), invalid);
  EXPECT_EQ(params.result, GraphInstantiateResult::InvalidStructure);
  EXPECT_EQ(params.errorNode, first);
  GraphNode node = nullptr;
  char log[4] = {'x'};
  EXPECT_EQ(cu.cuGraphInstantiate_v2(&exec, graph, &node, log, sizeof(log)),
            invalid);
  EXPECT_EQ(node, first);
  EXPECT_EQ(log[0], '\0');
  EXPECT_EQ(cu.cuGraphInstantiateWithFlags(&exec, graph, 16), invalid);
  EXPECT_EQ(cu.cuGraphInstantiateWithFlags(nullptr, graph, 0), invalid);
  EXPECT_EQ(cu.cuGraphInstantiateWithFlags(&exec, graph, 4),
            Result::NotSupported)
      << "no kernel launches a graph";
}

TEST_F(GraphTest, Clones) {
  GraphNode first = append(1), second = append(2, {first});
  Graph clone = nullptr;
  ASSERT_EQ(cu.cuGraphClone(&clone, graph), ok);
  GraphNode copy = nullptr;
  EXPECT_EQ(cu.cuGraphNodeFindInClone(&copy, second, clone), ok);
  EXPECT_NE(copy, second);
  ASSERT_EQ(cu.cuGraphDestroyNode(second), ok);
  EXPECT_EQ(cu.cuGraphNodeFindInClone(&copy, second, clone), invalid);
  GraphExec exec = instantiate(clone);
  run(exec);
  EXPECT_EQ(value(0), 12u) << "the clone has all of it";
  destroy(exec);
  ASSERT_EQ(cu.cuGraphDestroy(clone), ok);
  EXPECT_EQ(cu.cuGraphDestroy(clone), invalid);
  EXPECT_EQ(cu.cuGraphClone(&clone, clone), invalid);
}

TEST_F(GraphTest, ParametersOfNodes) {
  GraphNode node = append(1);
  KernelNodeParams params = {};
  ASSERT_EQ(cu.cuGraphKernelNodeGetParams_v2(node, &params), ok);
  EXPECT_EQ(params.function, kernel(module, "append"));
  EXPECT_EQ(params.context, context);
  EXPECT_EQ(*static_cast<DevicePtr *>(params.parameters[0]), at(0));
  EXPECT_EQ(*static_cast<uint32_t *>(params.parameters[1]), 1u);
  // What it answers can be changed and given back.
  uint32_t seven = 7;
  void *list[] = {params.parameters[0], &seven};
  params.parameters = list;
  ASSERT_EQ(cu.cuGraphKernelNodeSetParams_v2(node, &params), ok);
  KernelNodeParamsV1 older = {};
  ASSERT_EQ(cu.cuGraphKernelNodeGetParams(node, &older), ok);
  EXPECT_EQ(*static_cast<uint32_t *>(older.parameters[1]), 7u);
  ASSERT_EQ(cu.cuGraphKernelNodeSetParams(node, &older), ok);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(0), 7u);
  destroy(exec);
  params.gridX = 0;
  EXPECT_EQ(cu.cuGraphKernelNodeSetParams_v2(node, &params), invalid);
  params.function = nullptr;
  EXPECT_EQ(cu.cuGraphKernelNodeSetParams_v2(node, &params), invalid);
  EXPECT_EQ(cu.cuGraphKernelNodeGetParams_v2(nullptr, &params), invalid);
  GraphNode other = nullptr;
  Copy3D copy = line(at(1), at(0), 4), read = {};
  ASSERT_EQ(cu.cuGraphAddMemcpyNode(&other, graph, &node, 1, &copy, context),
            ok);
  EXPECT_EQ(cu.cuGraphKernelNodeGetParams_v2(other, &params), invalid)
      << "it is no kernel";
  copy.toDevice = at(2);
  EXPECT_EQ(cu.cuGraphMemcpyNodeSetParams(other, &copy), ok);
  EXPECT_EQ(cu.cuGraphMemcpyNodeGetParams(other, &read), ok);
  EXPECT_EQ(read.toDevice, at(2));
  copy.widthInBytes = 1000;
  EXPECT_EQ(cu.cuGraphMemcpyNodeSetParams(other, &copy), invalid);
  EXPECT_EQ(cu.cuGraphAddMemcpyNode(&other, graph, &node, 1, &copy, context),
            invalid);
  MemsetNodeParamsV1 wrong = fill(0, 1);
  wrong.elementBytes = 3;
  EXPECT_EQ(cu.cuGraphAddMemsetNode(&other, graph, nullptr, 0, &wrong, context),
            invalid);
  GraphNode twice[] = {node, node};
  EXPECT_EQ(cu.cuGraphAddEmptyNode(&other, graph, twice, 2), invalid);
  EXPECT_EQ(cu.cuGraphAddEmptyNode(&other, nullptr, nullptr, 0), invalid);
  EXPECT_EQ(cu.cuGraphCreate(nullptr, 0), invalid);
  GraphNodeParams memory = {};
  memory.type = GraphNodeType::MemAlloc;
  EXPECT_EQ(cu.cuGraphAddNode(&other, graph, nullptr, 0, &memory),
            Result::NotSupported);
}

TEST_F(GraphTest, AttributesOfKernels) {
  GraphNode node = append(1), other = append(2, {node});
  LaunchAttributeValue value = {}, read = {};
  value.cooperative = 1;
  EXPECT_EQ(cu.cuGraphKernelNodeSetAttribute(
                node, LaunchAttributeId::Cooperative, &value),
            ok);
  EXPECT_EQ(cu.cuGraphKernelNodeCopyAttributes(other, node), ok);
  EXPECT_EQ(cu.cuGraphKernelNodeGetAttribute(
                other, LaunchAttributeId::Cooperative, &read),
            ok);
  EXPECT_EQ(read.cooperative, 1);
  value.cluster = {2, 1, 1};
  EXPECT_EQ(cu.cuGraphKernelNodeSetAttribute(
                node, LaunchAttributeId::ClusterDimension, &value),
            Result::NotSupported);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(this->value(0), 12u);
  destroy(exec);
}

TEST_F(GraphTest, Events) {
  Event recorded = nullptr, waited = nullptr, event = nullptr;
  ASSERT_EQ(cu.cuEventCreate(&recorded, 0), ok);
  ASSERT_EQ(cu.cuEventCreate(&waited, 0), ok);
  GraphNode wait = nullptr, record = nullptr;
  ASSERT_EQ(cu.cuGraphAddEventWaitNode(&wait, graph, nullptr, 0, waited), ok);
  GraphNode work = append(3, {wait});
  ASSERT_EQ(cu.cuGraphAddEventRecordNode(&record, graph, &work, 1, recorded),
            ok);
  EXPECT_EQ(cu.cuGraphEventRecordNodeGetEvent(record, &event), ok);
  EXPECT_EQ(event, recorded);
  EXPECT_EQ(cu.cuGraphEventWaitNodeGetEvent(wait, &event), ok);
  EXPECT_EQ(event, waited);
  EXPECT_EQ(cu.cuGraphEventWaitNodeSetEvent(wait, nullptr), invalid);
  EXPECT_EQ(cu.cuGraphAddEventWaitNode(&wait, graph, nullptr, 0, nullptr),
            invalid);
  // Another stream holds the graph up.
  std::atomic<bool> isOpen = false;
  auto hold = [](void *user) {
    while (!*static_cast<std::atomic<bool> *>(user))
      std::this_thread::yield();
  };
  Stream other = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&other, streamNonBlocking), ok);
  ASSERT_EQ(cu.cuLaunchHostFunc(other, hold, &isOpen), ok);
  ASSERT_EQ(cu.cuEventRecord(waited, other), ok);
  GraphExec exec = instantiate(graph);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  EXPECT_EQ(cu.cuEventQuery(recorded), Result::NotReady);
  destroy(exec); // what was launched goes on
  isOpen = true;
  EXPECT_EQ(cu.cuEventSynchronize(recorded), ok);
  EXPECT_EQ(value(0), 3u);
  // The events of an executable graph change.
  exec = instantiate(graph);
  EXPECT_EQ(cu.cuGraphExecEventRecordNodeSetEvent(exec, record, waited), ok);
  EXPECT_EQ(cu.cuGraphExecEventWaitNodeSetEvent(exec, record, waited), invalid);
  run(exec);
  ASSERT_EQ(cu.cuEventDestroy_v2(waited), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), Result::InvalidHandle);
  destroy(exec);
}

TEST_F(GraphTest, WhatIsGoneWhenAGraphIsLaunched) {
  GraphNode work = append(1);
  GraphExec exec = instantiate(graph);
  ASSERT_EQ(cu.cuModuleUnload(module), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), Result::InvalidHandle);
  destroy(exec);
  // The graph can still be looked at and copied.
  KernelNodeParams params = {};
  EXPECT_EQ(cu.cuGraphKernelNodeGetParams_v2(work, &params), ok);
  EXPECT_EQ(params.context, context) << "which is still there";
  EXPECT_EQ(*static_cast<uint32_t *>(params.parameters[1]), 1u);
  Graph clone = nullptr;
  ASSERT_EQ(cu.cuGraphClone(&clone, graph), ok);
  EXPECT_EQ(cu.cuGraphDebugDotPrint(clone, "/dev/null", 0), ok);
  EXPECT_EQ(cu.cuGraphInstantiateWithFlags(&exec, clone, 0),
            Result::InvalidHandle);
  ASSERT_EQ(cu.cuGraphDestroy(clone), ok);
  GraphNode fillNode = nullptr;
  Graph second = nullptr;
  ASSERT_EQ(cu.cuGraphCreate(&second, 0), ok);
  MemsetNodeParamsV1 five = fill(0, 5);
  ASSERT_EQ(
      cu.cuGraphAddMemsetNode(&fillNode, second, nullptr, 0, &five, context),
      ok);
  exec = instantiate(second);
  Stream gone = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&gone, 0), ok);
  ASSERT_EQ(cu.cuStreamDestroy_v2(gone), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, gone), Result::InvalidHandle);
  // Memory that was freed is an error of the launch, as on a device.
  release(words);
  words = 0;
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  EXPECT_EQ(cu.cuStreamSynchronize(stream), Result::IllegalAddress);
  destroy(exec);
  EXPECT_EQ(cu.cuGraphDestroy(second), ok);
}

TEST_F(GraphTest, ALaunchThatFaults) {
  mayHaveFindings = true;
  KernelNodeParams params = {};
  params.function = kernel(module, "fault");
  params.gridX = params.gridY = params.gridZ = 1;
  params.blockX = params.blockY = params.blockZ = 1;
  GraphNode node = nullptr;
  ASSERT_EQ(cu.cuGraphAddKernelNode_v2(&node, graph, nullptr, 0, &params), ok);
  append(1, {node});
  GraphExec exec = instantiate(graph);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  EXPECT_EQ(cu.cuStreamSynchronize(stream), Result::IllegalAddress);
  EXPECT_EQ(cu.cuGraphLaunch(exec, stream), Result::IllegalAddress);
  destroy(exec);
  words = 0;
}

//===----------------------------------------------------------------------===//
// Changes of executable graphs
//===----------------------------------------------------------------------===//

TEST_F(GraphTest, NodesOfAnExecutableGraphChange) {
  GraphNode work = append(1), filled = nullptr, copied = nullptr;
  MemsetNodeParamsV1 params = fill(1, 5);
  ASSERT_EQ(cu.cuGraphAddMemsetNode(&filled, graph, &work, 1, &params, context),
            ok);
  Copy3D copy = line(at(2), at(1), 4);
  ASSERT_EQ(cu.cuGraphAddMemcpyNode(&copied, graph, &filled, 1, &copy, context),
            ok);
  GraphExec exec = instantiate(graph);
  TwoParameters two = {at(0), 9};
  KernelNodeParams kernelParams = paramsOf("append", two);
  EXPECT_EQ(cu.cuGraphExecKernelNodeSetParams_v2(exec, work, &kernelParams),
            ok);
  params = fill(1, 6);
  EXPECT_EQ(cu.cuGraphExecMemsetNodeSetParams(exec, filled, &params, context),
            ok);
  copy = line(at(3), at(1), 4);
  EXPECT_EQ(cu.cuGraphExecMemcpyNodeSetParams(exec, copied, &copy, context),
            ok);
  run(exec);
  EXPECT_EQ(values(), (std::vector<uint32_t>{9, 6, 0, 6, 0, 0, 0, 0}));
  // The graph itself is as it was.
  GraphExec fresh = instantiate(graph);
  run(fresh);
  EXPECT_EQ(values(), (std::vector<uint32_t>{91, 5, 5, 6, 0, 0, 0, 0}));
  destroy(fresh);
  EXPECT_EQ(cu.cuGraphExecMemcpyNodeSetParams(exec, filled, &copy, context),
            invalid)
      << "not a copy";
  copy.widthInBytes = 0;
  EXPECT_EQ(cu.cuGraphExecMemcpyNodeSetParams(exec, copied, &copy, context),
            invalid);
  copy = line(at(3), at(1), 4);
  copy.fromType = MemoryType::Unified;
  EXPECT_EQ(cu.cuGraphExecMemcpyNodeSetParams(exec, copied, &copy, context),
            invalid)
      << "another kind of memory";
  params.height = 2;
  params.pitch = 4;
  EXPECT_EQ(cu.cuGraphExecMemsetNodeSetParams(exec, filled, &params, context),
            invalid);
  EXPECT_EQ(cu.cuGraphExecKernelNodeSetParams_v2(exec, nullptr, &kernelParams),
            invalid);
  destroy(exec);
  EXPECT_EQ(cu.cuGraphExecKernelNodeSetParams_v2(exec, work, &kernelParams),
            invalid);
}

TEST_F(GraphTest, NodesAreSwitchedOff) {
  GraphNode first = append(1), second = append(2, {first});
  GraphExec exec = instantiate(graph);
  unsigned enabled = 9;
  EXPECT_EQ(cu.cuGraphNodeSetEnabled(exec, first, 0), ok);
  EXPECT_EQ(cu.cuGraphNodeGetEnabled(exec, first, &enabled), ok);
  EXPECT_EQ(enabled, 0u);
  EXPECT_EQ(cu.cuGraphNodeGetEnabled(exec, second, &enabled), ok);
  EXPECT_EQ(enabled, 1u);
  run(exec);
  EXPECT_EQ(value(0), 2u);
  EXPECT_EQ(cu.cuGraphNodeSetEnabled(exec, nullptr, 0), invalid);
  destroy(exec);
}

TEST_F(GraphTest, AWholeGraphIsUpdated) {
  append(2, {append(1)});
  GraphExec exec = instantiate(graph);
  auto make = [&](std::vector<uint32_t> digits) {
    Graph other = nullptr;
    EXPECT_EQ(cu.cuGraphCreate(&other, 0), ok);
    std::vector<GraphNode> behind;
    for (uint32_t digit : digits)
      behind = {add(other, "append", at(0), digit, behind)};
    return other;
  };
  GraphExecUpdateInfo info = {};
  Graph other = make({3, 4});
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(exec, other, &info), ok);
  EXPECT_EQ(info.result, GraphExecUpdateResult::Success);
  run(exec);
  EXPECT_EQ(value(0), 34u);
  ASSERT_EQ(cu.cuGraphDestroy(other), ok);
  // Another number of nodes.
  other = make({3, 4, 5});
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(exec, other, &info),
            Result::GraphExecUpdateFailure);
  EXPECT_EQ(info.result, GraphExecUpdateResult::TopologyChanged);
  EXPECT_EQ(info.errorNode, nullptr);
  ASSERT_EQ(cu.cuGraphDestroy(other), ok);
  // Another kind.
  ASSERT_EQ(cu.cuGraphCreate(&other, 0), ok);
  GraphNode first = add(other, "append", at(0), 1), second = nullptr,
            error = nullptr;
  ASSERT_EQ(cu.cuGraphAddEmptyNode(&second, other, &first, 1), ok);
  GraphExecUpdateResult result = {};
  EXPECT_EQ(cu.cuGraphExecUpdate(exec, other, &error, &result),
            Result::GraphExecUpdateFailure);
  EXPECT_EQ(result, GraphExecUpdateResult::NodeTypeChanged);
  EXPECT_EQ(error, second);
  // Other edges.
  ASSERT_EQ(cu.cuGraphDestroyNode(second), ok);
  second = add(other, "append", at(0), 2);
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(exec, other, &info),
            Result::GraphExecUpdateFailure);
  EXPECT_EQ(info.result, GraphExecUpdateResult::TopologyChanged);
  EXPECT_EQ(info.errorNode, second);
  ASSERT_EQ(cu.cuGraphDestroy(other), ok);
  EXPECT_EQ(cu.cuGraphExecUpdate_v2(exec, other, &info), invalid);
  ASSERT_EQ(cu.cuMemsetD32_v2(words, 0, 1), ok);
  run(exec);
  EXPECT_EQ(value(0), 34u) << "a failed update changes nothing";
  destroy(exec);
}

TEST_F(GraphTest, ADrawing) {
  append(2, {append(1)});
  char path[] = "/tmp/theano-graph-XXXXXX";
  close(mkstemp(path));
  ASSERT_EQ(cu.cuGraphDebugDotPrint(graph, path, 0), ok);
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str().substr(0, 14), "digraph dot {\n");
  EXPECT_NE(text.str().find("label=\"kernel append\""), std::string::npos);
  EXPECT_NE(text.str().find(" -> "), std::string::npos);
  std::remove(path);
  EXPECT_EQ(cu.cuGraphDebugDotPrint(graph, "/none/such", 0),
            Result::OperatingSystem);
}

} // namespace
