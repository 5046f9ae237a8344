//===- LaunchTest.cpp - every way to launch a kernel ----------------------===//

#include "DriverLibrary.h"

using namespace theano;
using namespace theano::cuda;

namespace {

// `dynamic` stores the size of its dynamic shared memory; `meet` counts its
// blocks in a word and goes on when all have come, so that it ends only if all
// of them run at the same time; `grid` meets at the word of the grid.
const std::string ptx = ptxStart + R"(
.extern .shared .align 16 .b8 d[];
.visible .entry dynamic(.param .u64 to) {
  .reg .b64 %a; .reg .b32 %v;
  ld.param.u64 %a, [to];
  mov.u32 %v, %dynamic_smem_size;
  st.global.u32 [%a], %v;
  ret;
}
.visible .entry meet(.param .u64 to) {
  .reg .b64 %a; .reg .b32 %v, %n; .reg .pred %p;
  ld.param.u64 %a, [to];
  mov.u32 %n, %nctaid.x;
  atom.global.add.u32 %v, [%a], 1;
again:
  ld.relaxed.gpu.global.u32 %v, [%a];
  setp.ne.u32 %p, %v, %n;
  @%p bra again;
  ret;
}
.visible .entry grid(.param .u64 to) {
  .reg .b64 %a, %w, %h; .reg .b32 %v, %n, %hi, %lo; .reg .pred %p;
  ld.param.u64 %a, [to];
  mov.u32 %hi, %envreg1;
  mov.u32 %lo, %envreg2;
  mov.b64 %w, {%lo, %hi};
  mov.u32 %n, %nctaid.x;
  atom.global.add.u32 %v, [%w+4], 1;
again:
  ld.relaxed.gpu.global.u32 %v, [%w+4];
  setp.ne.u32 %p, %v, %n;
  @%p bra again;
  st.global.u32 [%a], %v;
  ret;
}
)";

class LaunchTest : public DriverLibraryTest {
protected:
  void SetUp() override {
    DriverLibraryTest::SetUp();
    module = load(ptx);
    address = allocate(4);
    ASSERT_EQ(cu.cuMemsetD32_v2(address, 0, 1), ok);
  }
  void TearDown() override {
    release(address);
    DriverLibraryTest::TearDown();
  }
  uint32_t word() { return download<uint32_t>(address, 1)[0]; }

  Result launchEx(const char *name, unsigned blocks,
                  std::vector<LaunchAttribute> attributes, unsigned shared = 0,
                  Stream stream = nullptr) {
    LaunchConfig config = {blocks,
                           1,
                           1,
                           1,
                           1,
                           1,
                           shared,
                           stream,
                           attributes.data(),
                           unsigned(attributes.size())};
    void *parameters[] = {&address};
    return cu.cuLaunchKernelEx(&config, kernel(module, name), parameters,
                               nullptr);
  }
  static LaunchAttribute attribute(LaunchAttributeId id) {
    LaunchAttribute made = {};
    made.id = id;
    return made;
  }

  Module module = nullptr;
  DevicePtr address = 0;
};

TEST_F(LaunchTest, ByAPackedBuffer) {
  Function store = kernel(load(storePtx), "store");
  struct {
    DevicePtr to;
    uint32_t value;
  } packed = {address, 41};
  size_t size = 12;
  auto key = [](uintptr_t number) { return reinterpret_cast<void *>(number); };
  void *extra[] = {key(1), &packed, key(2), &size, nullptr};
  EXPECT_EQ(
      cu.cuLaunchKernel(store, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, extra),
      ok);
  EXPECT_EQ(word(), 41u);
}

TEST_F(LaunchTest, DynamicSharedMemory) {
  void *parameters[] = {&address};
  Function dynamic = kernel(module, "dynamic");
  auto launch = [&](unsigned bytes) {
    return cu.cuLaunchKernel(dynamic, 1, 1, 1, 1, 1, 1, bytes, nullptr,
                             parameters, nullptr);
  };
  EXPECT_EQ(launch(49152), ok);
  EXPECT_EQ(word(), 49152u);
  EXPECT_EQ(launch(49153), invalid);
  ASSERT_EQ(cu.cuFuncSetAttribute(
                dynamic, FunctionAttribute::MaxDynamicSharedSizeBytes, 100000),
            ok);
  EXPECT_EQ(launch(100000), ok);
  EXPECT_EQ(word(), 100000u);
  EXPECT_EQ(launch(100001), invalid);
}

TEST_F(LaunchTest, BlocksOfACooperativeLaunchMeet) {
  void *parameters[] = {&address};
  // More than the host has threads.
  EXPECT_EQ(cu.cuLaunchCooperativeKernel(kernel(module, "meet"), 50, 1, 1, 1, 1,
                                         1, 0, nullptr, parameters),
            ok);
  ASSERT_EQ(cu.cuCtxSynchronize(), ok);
  EXPECT_EQ(word(), 50u);
  // The grid's own word is 0 at every start.
  for (unsigned blocks : {3u, 5u}) {
    LaunchAttribute cooperative = attribute(LaunchAttributeId::Cooperative);
    cooperative.value.cooperative = 1;
    EXPECT_EQ(launchEx("grid", blocks, {cooperative}), ok);
    ASSERT_EQ(cu.cuCtxSynchronize(), ok);
    EXPECT_EQ(word(), blocks);
  }
}

TEST_F(LaunchTest, CooperativeLaunchesAreBounded) {
  void *parameters[] = {&address};
  // 2 blocks of 1024 threads on each of 108 multiprocessors.
  auto launch = [&](unsigned blocks) {
    return cu.cuLaunchCooperativeKernel(kernel(module, "dynamic"), blocks, 1, 1,
                                        1024, 1, 1, 0, nullptr, parameters);
  };
  EXPECT_EQ(launch(217), Result::CooperativeLaunchTooLarge);
  EXPECT_EQ(launch(216), ok);
}

TEST_F(LaunchTest, Attributes) {
  using enum LaunchAttributeId;
  LaunchAttribute cluster = attribute(ClusterDimension);
  cluster.value.cluster = {1, 1, 1};
  EXPECT_EQ(launchEx("dynamic", 2, {cluster, attribute(Priority)}, 32), ok);
  EXPECT_EQ(word(), 32u);
  cluster.value.cluster.x = 2;
  EXPECT_EQ(launchEx("dynamic", 2, {cluster}), Result::NotSupported)
      << "there are no clusters";
  EXPECT_EQ(launchEx("dynamic", 1, {attribute(DeviceUpdatableKernelNode)}),
            Result::NotSupported);
  EXPECT_EQ(launchEx("dynamic", 1, {attribute(LaunchAttributeId(99))}),
            invalid);
  Event event = nullptr;
  ASSERT_EQ(cu.cuEventCreate(&event, eventDisableTiming), ok);
  LaunchAttribute completion = attribute(LaunchCompletionEvent);
  completion.value.event.event = event;
  EXPECT_EQ(launchEx("dynamic", 1, {completion}, 48), ok);
  EXPECT_EQ(cu.cuEventQuery(event), ok);
  EXPECT_EQ(word(), 48u);
  ASSERT_EQ(cu.cuEventDestroy_v2(event), ok);
  EXPECT_EQ(launchEx("dynamic", 1, {completion}), Result::InvalidHandle);
  EXPECT_EQ(cu.cuLaunchKernelEx(nullptr, nullptr, nullptr, nullptr), invalid);
  LaunchConfig config = {1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, 1};
  EXPECT_EQ(
      cu.cuLaunchKernelEx(&config, kernel(module, "dynamic"), nullptr, nullptr),
      invalid)
      << "an attribute, and no list";
}

TEST_F(LaunchTest, AKernelAndAStreamOfDifferentContexts) {
  Context other = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&other, 0, 0), ok);
  EXPECT_EQ(launchEx("dynamic", 1, {}), Result::InvalidHandle);
  ASSERT_EQ(cu.cuCtxDestroy_v2(other), ok);
}

} // namespace
