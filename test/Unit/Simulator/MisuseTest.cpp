//===- MisuseTest.cpp - calls that no program should make -----------------===//
//
// Null pointers, sizes out of range, and objects that are gone: the code of a
// real driver, and a context that goes on working.
//
//===----------------------------------------------------------------------===//

#include "DriverFixture.h"

using namespace theano;
using namespace theano::cuda;

namespace {

constexpr const char *ptx = R"(
.version 8.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 x, .param .u32 n) { ret; }
.visible .entry bound() .maxntid 64 { ret; }
.visible .entry wide() .reqntid 32, 2 { ret; }
.visible .entry static() { .shared .b8 s[40000]; ret; }
)";

class Misuse : public DriverFixture {
protected:
  void SetUp() override {
    DriverFixture::SetUp();
    ASSERT_EQ(load(ptx, module), Result::Success) << log;
    function = find("k");
  }
  Function find(const char *name) {
    Function found = nullptr;
    EXPECT_EQ(driver->ModuleGetFunction.function(&found, module, name),
              Result::Success);
    return found;
  }
  Result launch(Function what, std::array<unsigned, 3> grid,
                std::array<unsigned, 3> block, unsigned shared = 0,
                Stream stream = nullptr) {
    uint64_t x = 0;
    uint32_t n = 0;
    void *parameters[] = {&x, &n};
    return driver->LaunchKernel.function(what, grid[0], grid[1], grid[2],
                                         block[0], block[1], block[2], shared,
                                         stream, parameters, nullptr);
  }

  Module module = nullptr;
  Function function = nullptr;
};

TEST_F(Misuse, GridsAndBlocksOutOfRange) {
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}), Result::Success);
  for (unsigned i = 0; i < 3; ++i)
    for (unsigned size : {0u, 0x80000000u, ~0u}) {
      std::array<unsigned, 3> wrong = {1, 1, 1};
      wrong[i] = size;
      EXPECT_EQ(launch(function, wrong, {1, 1, 1}), Result::InvalidValue);
      EXPECT_EQ(launch(function, {1, 1, 1}, wrong), Result::InvalidValue);
    }
  EXPECT_EQ(launch(function, {1, 65536, 1}, {1, 1, 1}), Result::InvalidValue);
  EXPECT_EQ(launch(function, {1, 1, 1}, {1025, 1, 1}), Result::InvalidValue);
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 65}), Result::InvalidValue);
  EXPECT_EQ(launch(function, {1, 1, 1}, {512, 4, 1}), Result::InvalidValue);
  // 2^32 threads, which is 0 in 32 bits.
  EXPECT_EQ(launch(function, {1, 1, 1}, {65536, 65536, 1}),
            Result::InvalidValue);
  EXPECT_EQ(launch(find("bound"), {1, 1, 1}, {65, 1, 1}),
            Result::LaunchOutOfResources);
  EXPECT_EQ(launch(find("wide"), {1, 1, 1}, {64, 1, 1}),
            Result::LaunchOutOfResources);
  EXPECT_EQ(launch(find("wide"), {1, 1, 1}, {32, 2, 1}), Result::Success);
}

TEST_F(Misuse, SharedMemoryOutOfRange) {
  for (unsigned bytes : {49153u, 0x7fffffffu, 0x80000000u, ~0u}) {
    EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}, bytes),
              Result::InvalidValue)
        << bytes;
    EXPECT_EQ(launch(find("static"), {1, 1, 1}, {1, 1, 1}, bytes),
              Result::InvalidValue)
        << bytes;
  }
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}, 49152), Result::Success);
  // Static and dynamic together.
  EXPECT_EQ(launch(find("static"), {1, 1, 1}, {1, 1, 1}, 9153),
            Result::InvalidValue);
  auto attribute = FunctionAttribute::MaxDynamicSharedSizeBytes;
  for (int bytes : {-1, INT32_MIN, INT32_MAX, (163 << 10) + 1})
    EXPECT_EQ(driver->FuncSetAttribute.function(function, attribute, bytes),
              Result::InvalidValue)
        << bytes;
}

TEST_F(Misuse, ParametersThatAreMissing) {
  auto launchWith = [&](void **parameters, void **extra) {
    return driver->LaunchKernel.function(function, 1, 1, 1, 1, 1, 1, 0, nullptr,
                                         parameters, extra);
  };
  uint64_t x = 0;
  void *half[] = {&x, nullptr};
  EXPECT_EQ(launchWith(nullptr, nullptr), Result::InvalidValue);
  EXPECT_EQ(launchWith(half, nullptr), Result::InvalidValue);
  char packed[12] = {};
  size_t size = sizeof(packed);
  auto key = [](uintptr_t number) { return reinterpret_cast<void *>(number); };
  void *extra[] = {key(1), &packed[0], key(2), &size, nullptr};
  EXPECT_EQ(launchWith(nullptr, extra), Result::Success);
  EXPECT_EQ(launchWith(half, extra), Result::InvalidValue);
  size = 11;
  EXPECT_EQ(launchWith(nullptr, extra), Result::InvalidValue);
  void *noSize[] = {key(1), &packed[0], nullptr};
  EXPECT_EQ(launchWith(nullptr, noSize), Result::InvalidValue);
  void *unknown[] = {key(3), &packed[0], nullptr};
  EXPECT_EQ(launchWith(nullptr, unknown), Result::InvalidValue);
}

TEST_F(Misuse, NullPointers) {
  Result invalid = Result::InvalidValue;
  DevicePtr address = 0;
  EXPECT_EQ(driver->MemAlloc.function(nullptr, 8), invalid);
  EXPECT_EQ(driver->MemAlloc.function(&address, 0), invalid);
  EXPECT_EQ(driver->MemAllocHost.function(nullptr, 8), invalid);
  EXPECT_EQ(driver->MemFree.function(0), Result::Success);
  EXPECT_EQ(driver->MemFreeHost.function(nullptr), invalid);
  EXPECT_EQ(
      driver->ModuleLoadDataEx.function(nullptr, ptx, 0, nullptr, nullptr),
      invalid);
  EXPECT_EQ(
      driver->ModuleLoadDataEx.function(&module, nullptr, 0, nullptr, nullptr),
      invalid);
  EXPECT_EQ(
      driver->ModuleLoadDataEx.function(&module, ptx, 1, nullptr, nullptr),
      invalid);
  EXPECT_EQ(driver->ModuleGetFunction.function(nullptr, module, "k"), invalid);
  EXPECT_EQ(driver->ModuleGetFunction.function(&function, module, nullptr),
            invalid);
  EXPECT_EQ(driver->ModuleGetFunction.function(&function, nullptr, "k"),
            Result::InvalidHandle);
  EXPECT_EQ(driver->ModuleUnload.function(nullptr), Result::InvalidHandle);
  EXPECT_EQ(launch(nullptr, {1, 1, 1}, {1, 1, 1}), Result::InvalidHandle);
  EXPECT_EQ(driver->StreamCreate.function(nullptr, 0), invalid);
  EXPECT_EQ(driver->EventCreate.function(nullptr, 0), invalid);
  EXPECT_EQ(driver->EventRecord.function(nullptr, nullptr),
            Result::InvalidHandle);
  EXPECT_EQ(driver->CtxPushCurrent.function(nullptr), Result::InvalidContext);
  EXPECT_EQ(driver->DevicePrimaryCtxRetain.function(nullptr, 0), invalid);
  char byte = 0;
  EXPECT_EQ(driver->MemcpyHtoDAsync.function(0, &byte, 1, nullptr), invalid);
  EXPECT_EQ(driver->MemcpyDtoHAsync.function(nullptr, 256, 1, nullptr),
            invalid);
  EXPECT_EQ(driver->MemsetD8Async.function(0, 0, 1, nullptr), invalid);
}

TEST_F(Misuse, MemoryThatIsGone) {
  DevicePtr address = 0;
  char bytes[16] = {};
  ASSERT_EQ(driver->MemAlloc.function(&address, 8), Result::Success);
  EXPECT_EQ(driver->MemcpyHtoDAsync.function(address, bytes, 9, nullptr),
            Result::InvalidValue);
  EXPECT_EQ(driver->MemFree.function(address + 4), Result::InvalidValue);
  EXPECT_EQ(driver->MemFreeHost.function(reinterpret_cast<void *>(address)),
            Result::InvalidValue);
  EXPECT_EQ(driver->MemFree.function(address), Result::Success);
  EXPECT_EQ(driver->MemFree.function(address), Result::InvalidValue);
  EXPECT_EQ(driver->MemcpyHtoDAsync.function(address, bytes, 8, nullptr),
            Result::InvalidValue);
  EXPECT_EQ(driver->MemcpyDtoHAsync.function(bytes, address, 8, nullptr),
            Result::InvalidValue);
  EXPECT_EQ(driver->MemsetD8Async.function(address, 0, 8, nullptr),
            Result::InvalidValue);
  void *host = nullptr;
  ASSERT_EQ(driver->MemAllocHost.function(&host, 8), Result::Success);
  EXPECT_EQ(driver->MemFreeHost.function(host), Result::Success);
  EXPECT_EQ(driver->MemFreeHost.function(host), Result::InvalidValue);
  EXPECT_EQ(driver->MemAlloc.function(&address, ~size_t(0)),
            Result::OutOfMemory);
  EXPECT_EQ(driver->MemAllocHost.function(&host, ~size_t(0) - 255),
            Result::OutOfMemory);
}

TEST_F(Misuse, ObjectsThatAreGone) {
  Stream stream = nullptr;
  ASSERT_EQ(driver->StreamCreate.function(&stream, 0), Result::Success);
  ASSERT_EQ(driver->StreamDestroy.function(stream), Result::Success);
  EXPECT_EQ(driver->StreamDestroy.function(stream), Result::InvalidHandle);
  EXPECT_EQ(driver->StreamSynchronize.function(stream), Result::InvalidHandle);
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}, 0, stream),
            Result::InvalidHandle);
  Event event = nullptr;
  float milliseconds = 0;
  ASSERT_EQ(driver->EventCreate.function(&event, 0), Result::Success);
  EXPECT_EQ(driver->EventElapsedTime.function(&milliseconds, event, event),
            Result::InvalidHandle)
      << "it was never recorded";
  ASSERT_EQ(driver->EventDestroy.function(event), Result::Success);
  EXPECT_EQ(driver->EventDestroy.function(event), Result::InvalidHandle);
  EXPECT_EQ(driver->EventRecord.function(event, nullptr),
            Result::InvalidHandle);
  EXPECT_EQ(driver->EventSynchronize.function(event), Result::InvalidHandle);
  ASSERT_EQ(driver->ModuleUnload.function(module), Result::Success);
  EXPECT_EQ(driver->ModuleUnload.function(module), Result::InvalidHandle);
  EXPECT_EQ(driver->ModuleGetFunction.function(&function, module, "k"),
            Result::InvalidHandle);
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}), Result::InvalidHandle);
  // A context that is still current when it ends.
  ASSERT_EQ(driver->DevicePrimaryCtxRelease.function(0), Result::Success);
  DevicePtr address = 0;
  EXPECT_EQ(driver->MemAlloc.function(&address, 8), Result::ContextIsDestroyed);
  EXPECT_EQ(driver->DevicePrimaryCtxRelease.function(0),
            Result::InvalidContext);
  EXPECT_EQ(driver->CtxPushCurrent.function(context), Result::InvalidContext);
  ASSERT_EQ(driver->DevicePrimaryCtxRetain.function(&context, 0),
            Result::Success);
}

TEST_F(Misuse, CallsWithoutAContext) {
  Context popped = nullptr;
  DevicePtr address = 0;
  ASSERT_EQ(driver->CtxPopCurrent.function(&popped), Result::Success);
  EXPECT_EQ(driver->CtxPopCurrent.function(&popped), Result::InvalidContext);
  EXPECT_EQ(driver->MemAlloc.function(&address, 8), Result::InvalidContext);
  EXPECT_EQ(launch(function, {1, 1, 1}, {1, 1, 1}), Result::InvalidContext);
  ASSERT_EQ(driver->CtxPushCurrent.function(context), Result::Success);
}

} // namespace
