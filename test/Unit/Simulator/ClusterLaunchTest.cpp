//===- ClusterLaunchTest.cpp - clusters by the driver's interface ---------===//

#include "DriverLibrary.h"

using namespace theano;
using namespace theano::cuda;

namespace {

// Each kernel writes the size of its cluster.
const std::string ptx = R"(.version 8.0
.target sm_90
.address_size 64
.func write(.reg .b64 to) {
  .reg .b32 %n;
  mov.u32 %n, %cluster_nctarank;
  st.u32 [to], %n;
  barrier.cluster.arrive;
  barrier.cluster.wait;
  ret;
}
.visible .entry free(.param .u64 to) {
  .reg .b64 %p; ld.param.u64 %p, [to]; call write, (%p); ret;
}
.visible .entry pair(.param .u64 to) .explicitcluster .reqnctapercluster 2 {
  .reg .b64 %p; ld.param.u64 %p, [to]; call write, (%p); ret;
}
.visible .entry asked(.param .u64 to) .explicitcluster {
  .reg .b64 %p; ld.param.u64 %p, [to]; call write, (%p); ret;
}
.visible .entry few(.param .u64 to) .maxclusterrank 4 {
  .reg .b64 %p; ld.param.u64 %p, [to]; call write, (%p); ret;
}
.visible .entry large(.param .u64 to) .reqnctapercluster 3, 3, 1 {
  .reg .b64 %p; ld.param.u64 %p, [to]; call write, (%p); ret;
}
.visible .entry huge(.param .u64 to) .reqnctapercluster 65536, 65536, 1 {
  ret;
}
)";

using Size = std::array<unsigned, 3>;

class ClusterLaunchTest : public DriverLibraryTest {
protected:
  void SetUp() override {
    ASSERT_EQ(cu.theanoSimSet("arch", "sm_90"), ok);
    DriverLibraryTest::SetUp();
    module = load(ptx);
    address = upload(std::vector<uint32_t>{0});
  }
  void TearDown() override {
    if (address)
      release(address);
    DriverLibraryTest::TearDown();
    EXPECT_EQ(cu.theanoSimSet("arch", "sm_80"), ok);
  }

  static LaunchAttribute attribute(LaunchAttributeId id, Size size) {
    LaunchAttribute made = {id, {}, {}};
    made.value.cluster = {size[0], size[1], size[2]};
    return made;
  }
  static LaunchAttribute clusterOf(Size size) {
    return attribute(LaunchAttributeId::ClusterDimension, size);
  }
  static LaunchConfig configOf(Size grid,
                               std::vector<LaunchAttribute> &attributes) {
    return {grid[0],
            grid[1],
            grid[2],
            32,
            1,
            1,
            0,
            nullptr,
            attributes.data(),
            static_cast<unsigned>(attributes.size())};
  }
  Result launch(const char *name, Size grid,
                std::vector<LaunchAttribute> attributes = {}) {
    void *parameters[] = {&address};
    LaunchConfig config = configOf(grid, attributes);
    return cu.cuLaunchKernelEx(&config, kernel(module, name), parameters,
                               nullptr);
  }
  uint32_t word() { return download<uint32_t>(address, 1)[0]; }
  int get(const char *name, FunctionAttribute attribute) {
    int value = -99;
    EXPECT_EQ(cu.cuFuncGetAttribute(&value, attribute, kernel(module, name)),
              ok);
    return value;
  }
  Result set(const char *name, FunctionAttribute attribute, int value) {
    return cu.cuFuncSetAttribute(kernel(module, name), attribute, value);
  }

  Module module = nullptr;
  DevicePtr address = 0;
};

TEST_F(ClusterLaunchTest, ByAttribute) {
  EXPECT_EQ(launch("free", {8, 1, 1}), ok);
  EXPECT_EQ(word(), 1u);
  EXPECT_EQ(launch("free", {8, 1, 1}, {clusterOf({4, 1, 1})}), ok);
  EXPECT_EQ(word(), 4u);
  EXPECT_EQ(launch("free", {2, 4, 2}, {clusterOf({2, 2, 2})}), ok);
  EXPECT_EQ(word(), 8u);
  EXPECT_EQ(launch("free", {6, 1, 1}, {clusterOf({4, 1, 1})}), invalid)
      << "the grid has no whole number of clusters";
  EXPECT_EQ(launch("free", {9, 1, 1}, {clusterOf({9, 1, 1})}),
            Result::InvalidClusterSize);
  EXPECT_EQ(launch("free", {9, 1, 1}, {clusterOf({0, 1, 1})}),
            Result::InvalidClusterSize);
  EXPECT_EQ(launch("few", {8, 1, 1}, {clusterOf({4, 1, 1})}), ok);
  EXPECT_EQ(launch("few", {8, 1, 1}, {clusterOf({8, 1, 1})}),
            Result::InvalidClusterSize);
}

TEST_F(ClusterLaunchTest, ByTheText) {
  void *parameters[] = {&address};
  EXPECT_EQ(cu.cuLaunchKernel(kernel(module, "pair"), 4, 1, 1, 32, 1, 1, 0,
                              nullptr, parameters, nullptr),
            ok);
  EXPECT_EQ(word(), 2u);
  EXPECT_EQ(launch("pair", {4, 1, 1}, {clusterOf({2, 1, 1})}), ok);
  EXPECT_EQ(launch("pair", {4, 1, 1}, {clusterOf({4, 1, 1})}),
            Result::InvalidClusterSize);
  EXPECT_EQ(launch("pair", {3, 1, 1}), invalid);
  EXPECT_EQ(launch("asked", {4, 1, 1}), Result::InvalidClusterSize)
      << "somebody must say";
  EXPECT_EQ(launch("asked", {4, 1, 1}, {clusterOf({1, 1, 1})}), ok);
}

TEST_F(ClusterLaunchTest, MoreThanEveryDeviceHas) {
  using enum FunctionAttribute;
  EXPECT_EQ(launch("large", {3, 3, 1}), Result::InvalidClusterSize);
  EXPECT_EQ(set("large", NonPortableClusterSizeAllowed, 2), invalid);
  EXPECT_EQ(set("large", NonPortableClusterSizeAllowed, 1), ok);
  EXPECT_EQ(get("large", NonPortableClusterSizeAllowed), 1);
  EXPECT_EQ(launch("large", {3, 3, 1}), ok);
  EXPECT_EQ(word(), 9u);
  EXPECT_EQ(set("free", NonPortableClusterSizeAllowed, 1), ok);
  EXPECT_EQ(launch("free", {16, 1, 1}, {clusterOf({16, 1, 1})}), ok);
  EXPECT_EQ(launch("free", {32, 1, 1}, {clusterOf({32, 1, 1})}),
            Result::InvalidClusterSize);
}

TEST_F(ClusterLaunchTest, AttributesOfFunctions) {
  using enum FunctionAttribute;
  EXPECT_EQ(get("pair", ClusterSizeMustBeSet), 1);
  EXPECT_EQ(get("free", ClusterSizeMustBeSet), 0);
  EXPECT_EQ(set("free", ClusterSizeMustBeSet, 1), invalid);
  EXPECT_EQ(get("large", RequiredClusterWidth), 3);
  EXPECT_EQ(get("large", RequiredClusterHeight), 3);
  EXPECT_EQ(get("large", RequiredClusterDepth), 1);
  EXPECT_EQ(set("large", RequiredClusterWidth, 1), Result::NotPermitted);
  EXPECT_EQ(set("free", RequiredClusterWidth, 2), ok);
  EXPECT_EQ(launch("free", {4, 1, 1}), Result::InvalidClusterSize)
      << "0 in two directions";
  EXPECT_EQ(set("free", RequiredClusterHeight, 1), ok);
  EXPECT_EQ(set("free", RequiredClusterDepth, 1), ok);
  EXPECT_EQ(launch("free", {4, 1, 1}), ok);
  EXPECT_EQ(word(), 2u);
  EXPECT_EQ(set("free", RequiredClusterWidth, -1), invalid);
  EXPECT_EQ(set("free", ClusterSchedulingPolicyPreference, 2), ok);
  EXPECT_EQ(set("free", ClusterSchedulingPolicyPreference, 3), invalid);
  int can = 0;
  EXPECT_EQ(cu.cuDeviceGetAttribute(&can, DeviceAttribute::ClusterLaunch, 0),
            ok);
  EXPECT_EQ(can, 1);
}

// A device may, and need not, make larger clusters.
TEST_F(ClusterLaunchTest, PreferredSizes) {
  auto preferred = [](Size size) {
    return attribute(LaunchAttributeId::PreferredClusterDimension, size);
  };
  auto launched = [&](Size size) {
    return launch("free", {8, 1, 1}, {clusterOf({2, 1, 1}), preferred(size)});
  };
  EXPECT_EQ(launched({4, 1, 1}), ok);
  EXPECT_EQ(word(), 2u);
  EXPECT_EQ(launched({3, 1, 1}), invalid) << "no multiple";
  EXPECT_EQ(launched({6, 1, 1}), invalid) << "does not divide the grid";
  EXPECT_EQ(launched({4, 1, 0}), invalid);
}

TEST_F(ClusterLaunchTest, Occupancy) {
  auto most = [&](const char *name, int &size) {
    std::vector<LaunchAttribute> none;
    LaunchConfig config = configOf({8, 1, 1}, none);
    return cu.cuOccupancyMaxPotentialClusterSize(&size, kernel(module, name),
                                                 &config);
  };
  int size = 0;
  EXPECT_EQ(most("free", size), ok);
  EXPECT_EQ(size, 8);
  EXPECT_EQ(most("pair", size), ok);
  EXPECT_EQ(size, 2);
  EXPECT_EQ(most("few", size), ok);
  EXPECT_EQ(size, 4);
  EXPECT_EQ(most("large", size), Result::InvalidClusterSize);
  EXPECT_EQ(most("huge", size), Result::InvalidClusterSize);
  EXPECT_EQ(set("free", FunctionAttribute::NonPortableClusterSizeAllowed, 1),
            ok);
  EXPECT_EQ(most("free", size), ok);
  EXPECT_EQ(size, 16);
  // 32 blocks of one warp on each of 18 multiprocessors, six times.
  int count = 0;
  std::vector<LaunchAttribute> attributes = {clusterOf({4, 1, 1})};
  LaunchConfig config = configOf({8, 1, 1}, attributes);
  Function function = kernel(module, "free");
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(&count, function, &config), ok);
  EXPECT_EQ(count, 6 * 32 * 18 / 4);
  config.attributeCount = 0;
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(&count, function, &config),
            Result::InvalidClusterSize);
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(nullptr, function, &config),
            invalid);
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(&count, function, nullptr),
            invalid);
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(&count, nullptr, &config),
            Result::InvalidHandle);
  config.blockX = 2000;
  EXPECT_EQ(cu.cuOccupancyMaxPotentialClusterSize(&count, function, &config),
            invalid);
}

TEST_F(ClusterLaunchTest, NodesOfGraphs) {
  void *parameters[] = {&address};
  KernelNodeParams params = {};
  params.function = kernel(module, "free");
  params.gridX = 4;
  params.blockX = 32;
  params.gridY = params.gridZ = params.blockY = params.blockZ = 1;
  params.parameters = &parameters[0];
  Graph graph = nullptr;
  GraphNode node = nullptr;
  ASSERT_EQ(cu.cuGraphCreate(&graph, 0), ok);
  ASSERT_EQ(cu.cuGraphAddKernelNode_v2(&node, graph, nullptr, 0, &params), ok);
  LaunchAttributeValue value = {}, read = {};
  value.cluster = {3, 1, 1};
  using enum LaunchAttributeId;
  EXPECT_EQ(cu.cuGraphKernelNodeSetAttribute(node, ClusterDimension, &value),
            invalid);
  value.cluster = {2, 1, 1};
  EXPECT_EQ(cu.cuGraphKernelNodeSetAttribute(node, ClusterDimension, &value),
            ok);
  EXPECT_EQ(cu.cuGraphKernelNodeGetAttribute(node, ClusterDimension, &read),
            ok);
  EXPECT_EQ(read.cluster.x, 2u);
  GraphExec exec = nullptr;
  ASSERT_EQ(cu.cuGraphInstantiateWithFlags(&exec, graph, 0), ok);
  EXPECT_EQ(cu.cuGraphLaunch(exec, nullptr), ok);
  EXPECT_EQ(word(), 2u);
  params.gridX = 3;
  EXPECT_EQ(cu.cuGraphKernelNodeSetParams_v2(node, &params), invalid);
  EXPECT_EQ(cu.cuGraphExecDestroy(exec), ok);
  EXPECT_EQ(cu.cuGraphDestroy(graph), ok);
}

class OldClusterLaunchTest : public DriverLibraryTest {};

TEST_F(OldClusterLaunchTest, ChipsWithoutClusters) {
  Module module = load(storePtx);
  Function function = kernel(module, "store");
  EXPECT_EQ(cu.cuFuncSetAttribute(function,
                                  FunctionAttribute::RequiredClusterWidth, 2),
            Result::NotSupported);
  LaunchAttribute attribute = {LaunchAttributeId::ClusterDimension, {}, {}};
  attribute.value.cluster = {2, 1, 1};
  LaunchConfig config = {2, 1, 1, 1, 1, 1, 0, nullptr, &attribute, 1};
  DevicePtr address = allocate(4);
  uint32_t value = 3;
  void *parameters[] = {&address, &value};
  EXPECT_EQ(cu.cuLaunchKernelEx(&config, function, parameters, nullptr),
            Result::NotSupported);
  int count = 1;
  EXPECT_EQ(cu.cuOccupancyMaxActiveClusters(&count, function, &config),
            Result::NotSupported);
  EXPECT_EQ(cu.cuDeviceGetAttribute(&count, DeviceAttribute::ClusterLaunch, 0),
            ok);
  EXPECT_EQ(count, 0);
  release(address);
}

} // namespace
