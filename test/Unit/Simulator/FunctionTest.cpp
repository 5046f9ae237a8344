//===- FunctionTest.cpp - what kernels are, and how many run --------------===//

#include "DriverLibrary.h"

using namespace theano;
using namespace theano::cuda;

namespace {

const std::string ptx = ptxStart + R"(
.const .b32 table[3];
.visible .entry plain() { ret; }
.visible .entry shared() { .shared .b8 s[40000]; ret; }
.visible .entry bound() .maxntid 64, 2 { ret; }
.visible .entry local() { .local .b8 l[48]; ret; }
)";

class FunctionTest : public DriverLibraryTest {
protected:
  void SetUp() override {
    DriverLibraryTest::SetUp();
    module = load(ptx);
  }
  int get(const char *name, FunctionAttribute attribute) {
    int value = -99;
    EXPECT_EQ(cu.cuFuncGetAttribute(&value, attribute, kernel(module, name)),
              ok);
    return value;
  }
  int blocks(const char *name, int size, size_t shared = 0) {
    int count = -99;
    EXPECT_EQ(cu.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                  &count, kernel(module, name), size, shared),
              ok);
    return count;
  }
  Module module = nullptr;
};

TEST_F(FunctionTest, Attributes) {
  using enum FunctionAttribute;
  EXPECT_EQ(get("plain", MaxThreadsPerBlock), 1024);
  EXPECT_EQ(get("bound", MaxThreadsPerBlock), 128);
  EXPECT_EQ(get("shared", SharedSizeBytes), 40000);
  EXPECT_EQ(get("shared", MaxDynamicSharedSizeBytes), 9152);
  EXPECT_EQ(get("plain", ConstSizeBytes), 12);
  EXPECT_GE(get("local", LocalSizeBytes), 48);
  EXPECT_EQ(get("plain", LocalSizeBytes), 0);
  EXPECT_EQ(get("plain", PtxVersion), 80);
  EXPECT_EQ(get("plain", BinaryVersion), 80);
  EXPECT_GT(get("plain", NumRegs), 0);
  Function function = kernel(module, "shared");
  EXPECT_EQ(cu.cuFuncSetAttribute(function, MaxDynamicSharedSizeBytes, 100000),
            ok);
  EXPECT_EQ(get("shared", MaxDynamicSharedSizeBytes), 100000);
  EXPECT_EQ(cu.cuFuncSetAttribute(function, MaxDynamicSharedSizeBytes,
                                  166912 - 40000 + 1),
            invalid);
  EXPECT_EQ(cu.cuFuncSetAttribute(function, PreferredSharedMemoryCarveout, 50),
            ok);
  EXPECT_EQ(get("shared", PreferredSharedMemoryCarveout), 50);
  EXPECT_EQ(cu.cuFuncSetAttribute(function, PreferredSharedMemoryCarveout, 101),
            invalid);
  EXPECT_EQ(cu.cuFuncSetAttribute(function, NumRegs, 1), invalid);
  EXPECT_EQ(cu.cuFuncSetAttribute(function, NonPortableClusterSizeAllowed, 1),
            Result::NotSupported);
  int value = 0;
  EXPECT_EQ(cu.cuFuncGetAttribute(&value, static_cast<FunctionAttribute>(16),
                                  function),
            invalid);
  EXPECT_EQ(cu.cuFuncGetAttribute(nullptr, NumRegs, function), invalid);
  EXPECT_EQ(cu.cuFuncGetAttribute(&value, NumRegs, nullptr),
            Result::InvalidHandle);
  EXPECT_EQ(cu.cuFuncSetCacheConfig(function, CacheConfig::PreferL1), ok);
  EXPECT_EQ(cu.cuFuncSetCacheConfig(function, static_cast<CacheConfig>(4)),
            invalid);
  Module found = nullptr;
  EXPECT_EQ(cu.cuFuncGetModule(&found, function), ok);
  EXPECT_EQ(found, module);
  ASSERT_EQ(cu.cuModuleUnload(module), ok);
  EXPECT_EQ(cu.cuFuncGetModule(&found, function), Result::InvalidHandle);
}

TEST_F(FunctionTest, BlocksOfAMultiprocessor) {
  // 2048 threads, 32 blocks and 164 KiB of shared memory, a KiB of each block
  // taken by the system.
  EXPECT_EQ(blocks("plain", 1024), 2);
  EXPECT_EQ(blocks("plain", 256), 8);
  EXPECT_EQ(blocks("plain", 33), 32) << "2 warps: 32 at most by count";
  EXPECT_EQ(blocks("plain", 1), 32);
  EXPECT_EQ(blocks("plain", 96), 21);
  EXPECT_EQ(blocks("plain", 64, 40000), 4) << "167936 / (40000 + 1024)";
  EXPECT_EQ(blocks("shared", 64), 4);
  EXPECT_EQ(blocks("plain", 1025), 0);
  EXPECT_EQ(blocks("plain", 64, 166913), 0) << "more than a block can have";
  // Together with what the kernel has, these are small again.
  EXPECT_EQ(blocks("shared", 64, ~size_t(0) - 511), 0);
  EXPECT_EQ(blocks("shared", 64, ~size_t(0)), 0);
  int count = 0;
  Function function = kernel(module, "plain");
  EXPECT_EQ(
      cu.cuOccupancyMaxActiveBlocksPerMultiprocessor(&count, function, 0, 0),
      invalid);
  EXPECT_EQ(cu.cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
                &count, function, 64, 0, 2),
            invalid);
  EXPECT_EQ(
      cu.cuOccupancyMaxActiveBlocksPerMultiprocessor(&count, nullptr, 64, 0),
      Result::InvalidHandle);
}

TEST_F(FunctionTest, TheBlockThatFillsAMultiprocessor) {
  int grid = 0, block = 0;
  Function function = kernel(module, "plain");
  EXPECT_EQ(cu.cuOccupancyMaxPotentialBlockSize(&grid, &block, function,
                                                nullptr, 0, 0),
            ok);
  EXPECT_EQ(block, 1024);
  EXPECT_EQ(grid, 2 * 108);
  EXPECT_EQ(cu.cuOccupancyMaxPotentialBlockSize(&grid, &block, function,
                                                nullptr, 0, 200),
            ok);
  EXPECT_EQ(block, 128) << "16 blocks fill it, 9 of 200 threads do not";
  EXPECT_EQ(grid, 16 * 108);
  // 256 bytes a thread: 640 threads fill the shared memory.
  auto shared = [](int size) { return size_t(size) * 256; };
  EXPECT_EQ(cu.cuOccupancyMaxPotentialBlockSize(&grid, &block, function, shared,
                                                0, 0),
            ok);
  EXPECT_EQ(block, 640);
  EXPECT_EQ(cu.cuOccupancyMaxPotentialBlockSize(nullptr, &block, function,
                                                nullptr, 0, 0),
            invalid);
  size_t bytes = 0;
  EXPECT_EQ(
      cu.cuOccupancyAvailableDynamicSMemPerBlock(&bytes, function, 2, 512), ok);
  EXPECT_EQ(bytes, 167936u / 2 - 1024);
  EXPECT_EQ(
      cu.cuOccupancyAvailableDynamicSMemPerBlock(&bytes, function, 1, 512), ok);
  EXPECT_EQ(bytes, 166912u);
  EXPECT_EQ(
      cu.cuOccupancyAvailableDynamicSMemPerBlock(&bytes, function, 3, 1024),
      invalid);
}

} // namespace
