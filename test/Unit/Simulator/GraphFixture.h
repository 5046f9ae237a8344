//===- GraphFixture.h - graphs of the simulated driver in a test *- C++ -*-===//

#ifndef THEANO_TEST_SIMULATOR_GRAPHFIXTURE_H
#define THEANO_TEST_SIMULATOR_GRAPHFIXTURE_H

#include "DriverLibrary.h"

#include <atomic>
#include <cstring>

namespace theano::cuda {

/// A test with some words of memory that nodes change.
class GraphFixture : public DriverLibraryTest {
protected:
  static constexpr size_t count = 8;

  void SetUp() override {
    DriverLibraryTest::SetUp();
    words = allocate(count * 4);
    ASSERT_EQ(cu.cuMemsetD32_v2(words, 0, count), ok);
    module = load(ptx());
    ASSERT_EQ(cu.cuStreamCreate(&stream, streamNonBlocking), ok);
    ASSERT_EQ(cu.cuGraphCreate(&graph, 0), ok);
  }
  void TearDown() override {
    if (words)
      release(words);
    EXPECT_EQ(cu.cuGraphDestroy(graph), ok);
    DriverLibraryTest::TearDown();
  }

  static std::string ptx() {
    return ptxStart + R"(
.extern .func cudaGraphSetConditional(.param .b64 handle, .param .b32 value);
.visible .entry store(.param .u64 to, .param .u32 value) {
  .reg .b64 %a; .reg .b32 %v;
  ld.param.u64 %a, [to];
  ld.param.u32 %v, [value];
  st.global.u32 [%a], %v;
  ret;
}
// *to = 10 * *to + digit
.visible .entry append(.param .u64 to, .param .u32 digit) {
  .reg .b64 %a; .reg .b32 %v, %d;
  ld.param.u64 %a, [to];
  ld.param.u32 %d, [digit];
  ld.global.u32 %v, [%a];
  mad.lo.u32 %v, %v, 10, %d;
  st.global.u32 [%a], %v;
  ret;
}
.visible .entry fault() {
  .reg .b64 %a;
  mov.u64 %a, 16;
  st.global.u32 [%a], 1;
  ret;
}
)" + setter("decide", "") +
           // The condition is what is left.
           setter("countDown", "sub.u32 %v, %v, 1;\nst.global.u32 [%a], %v;\n");
  }
  /// A kernel that makes *of the condition, once `change` is done to %v.
  static std::string setter(const std::string &name,
                            const std::string &change) {
    return ".visible .entry " + name + R"((.param .u64 handle, .param .u64 of) {
  .reg .b64 %a, %h; .reg .b32 %v;
  ld.param.u64 %h, [handle];
  ld.param.u64 %a, [of];
  ld.global.u32 %v, [%a];
)" + change +
           R"({
    .param .b64 p0;
    .param .b32 p1;
    st.param.b64 [p0], %h;
    st.param.b32 [p1], %v;
    call.uni cudaGraphSetConditional, (p0, p1);
  }
  ret;
}
)";
  }

  DevicePtr at(size_t word) const { return words + word * 4; }
  std::vector<uint32_t> values() { return download<uint32_t>(words, count); }
  uint32_t value(size_t word) { return values()[word]; }

  /// The parameters of a kernel node that takes two, of 8 and 4 or 8 bytes.
  struct TwoParameters {
    uint64_t first, second;
    void *list[2] = {&first, &second};
  };
  KernelNodeParams paramsOf(const char *name, TwoParameters &parameters) {
    KernelNodeParams params = {};
    params.function = kernel(module, name);
    params.gridX = params.gridY = params.gridZ = 1;
    params.blockX = params.blockY = params.blockZ = 1;
    params.parameters = parameters.list;
    return params;
  }
  /// A kernel behind other nodes.
  GraphNode add(Graph to, const char *name, uint64_t first, uint64_t second,
                std::vector<GraphNode> behind = {}) {
    TwoParameters parameters = {first, second};
    KernelNodeParams params = paramsOf(name, parameters);
    GraphNode node = nullptr;
    EXPECT_EQ(cu.cuGraphAddKernelNode_v2(&node, to, behind.data(),
                                         behind.size(), &params),
              ok);
    return node;
  }
  GraphNode append(uint32_t digit, std::vector<GraphNode> behind = {}) {
    return add(graph, "append", at(0), digit, std::move(behind));
  }
  Result launch(const char *name, uint64_t first, uint64_t second,
                Stream where) {
    TwoParameters parameters = {first, second};
    return cu.cuLaunchKernel(kernel(module, name), 1, 1, 1, 1, 1, 1, 0, where,
                             parameters.list, nullptr);
  }
  GraphExec instantiate(Graph of) {
    GraphExec exec = nullptr;
    EXPECT_EQ(cu.cuGraphInstantiateWithFlags(&exec, of, 0), ok);
    return exec;
  }
  void run(GraphExec exec) {
    EXPECT_EQ(cu.cuGraphLaunch(exec, stream), ok);
    EXPECT_EQ(cu.cuStreamSynchronize(stream), ok);
  }
  void destroy(GraphExec exec) { EXPECT_EQ(cu.cuGraphExecDestroy(exec), ok); }

  DevicePtr words = 0;
  Module module = nullptr;
  Stream stream = nullptr;
  Graph graph = nullptr;
};

} // namespace theano::cuda

#endif // THEANO_TEST_SIMULATOR_GRAPHFIXTURE_H
