//===- StandInTest.cpp - the stand-in driver itself -----------------------===//
//
// That the checks of the stand-in driver find what they look for; without that
// a clean run would mean little.
//
//===----------------------------------------------------------------------===//

#include "StandIn.h"
#include "theano/Runtime/CudaDevice.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

using namespace theano;

namespace theano::cuda {
namespace {
/// The driver's functions, called without the runtime's care.
struct Functions {
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  Result(*NAME) PARAMETERS = nullptr;
#include "theano/DriverAbi/Symbols.def"

  explicit Functions(void *library) {
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  for (const char *name : {__VA_ARGS__})                                       \
    if (void *symbol = dlsym(library, name))                                   \
      NAME = reinterpret_cast<Result(*) PARAMETERS>(symbol);
#include "theano/DriverAbi/Symbols.def"
  }
};
} // namespace
} // namespace theano::cuda

namespace {

class StandIn : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_NE(controls, nullptr);
    controls->reset();
    ASSERT_EQ(cu.Init(0), cuda::Result::Success);
    ASSERT_EQ(cu.DeviceGet(&device, 0), cuda::Result::Success);
    ASSERT_EQ(cu.DevicePrimaryCtxRetain(&context, device),
              cuda::Result::Success);
    ASSERT_EQ(cu.CtxPushCurrent(context), cuda::Result::Success);
  }
  void TearDown() override { controls->reset(); }

  void expectFound(const std::string &finding) {
    bool found = false;
    for (const std::string &line : standin::findings())
      found |= line == finding;
    EXPECT_TRUE(found) << finding << " is not in "
                       << ::testing::PrintToString(standin::findings());
  }

  const standin::Controls *controls = standin::openStandIn();
  cuda::Functions cu{dlopen(THEANO_STANDIN_DRIVER, RTLD_NOW | RTLD_LOCAL)};
  cuda::Device device = 0;
  cuda::Context context = nullptr;
};

TEST_F(StandIn, FindsMisuseOfMemory) {
  cuda::DevicePtr memory = 0;
  char host[8] = {};
  ASSERT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::Success);
  EXPECT_EQ(cu.MemcpyHtoDAsync(memory + 1, host, 4, nullptr),
            cuda::Result::InvalidValue);
  expectFound("cuMemcpyHtoDAsync: 4 bytes at offset 1 of an allocation of 4 "
              "bytes");
  EXPECT_EQ(cu.MemFree(memory + 1), cuda::Result::InvalidValue);
  expectFound("cuMemFree: not the address of an allocation");
  EXPECT_EQ(cu.MemFree(memory), cuda::Result::Success);
  EXPECT_EQ(cu.MemFree(memory), cuda::Result::InvalidValue);
  expectFound("cuMemFree: double free");
  EXPECT_EQ(cu.MemsetD8Async(memory, 0, 1, nullptr),
            cuda::Result::InvalidValue);
  expectFound("cuMemsetD8Async: use of freed memory");
  EXPECT_EQ(cu.MemsetD8Async(16, 0, 1, nullptr), cuda::Result::InvalidValue);
  expectFound("cuMemsetD8Async: no allocation holds the address");
}

TEST_F(StandIn, FindsHostMemoryFreedUnderACopy) {
  cuda::DevicePtr memory = 0;
  void *host = nullptr;
  ASSERT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::Success);
  ASSERT_EQ(cu.MemAllocHost(&host, 4), cuda::Result::Success);
  ASSERT_EQ(cu.MemcpyHtoDAsync(memory, host, 4, nullptr),
            cuda::Result::Success);
  EXPECT_EQ(cu.MemFreeHost(host), cuda::Result::Success);
  expectFound("cuMemFreeHost: a pending copy uses the memory");
}

TEST_F(StandIn, FindsLeaks) {
  cuda::DevicePtr memory = 0;
  cuda::Stream stream = nullptr;
  cuda::Event event = nullptr;
  cuda::Module module = nullptr;
  void *host = nullptr;
  EXPECT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::Success);
  EXPECT_EQ(cu.MemAllocHost(&host, 4), cuda::Result::Success);
  EXPECT_EQ(cu.StreamCreate(&stream, 0), cuda::Result::Success);
  EXPECT_EQ(cu.EventCreate(&event, 0), cuda::Result::Success);
  EXPECT_EQ(cu.ModuleLoadDataEx(&module, ".version 7.0", 0, nullptr, nullptr),
            cuda::Result::Success);
  EXPECT_EQ(controls->contextsRetained(), 1u);
  EXPECT_EQ(cu.DevicePrimaryCtxRelease(device), cuda::Result::Success);
  for (const char *what :
       {"device allocation(s)", "page-locked host allocation(s)", "module(s)",
        "stream(s)", "event(s)"})
    expectFound(std::string("leak: 1 ") + what);
  EXPECT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::InvalidContext);
  expectFound("cuMemAlloc: no live context is current");
}

TEST_F(StandIn, WorkWaitsUntilSomethingWaitsForIt) {
  cuda::DevicePtr memory = 0;
  unsigned char host = 1;
  ASSERT_EQ(cu.MemAlloc(&memory, 1), cuda::Result::Success);
  ASSERT_EQ(cu.MemsetD8Async(memory, 7, 1, nullptr), cuda::Result::Success);
  ASSERT_EQ(cu.MemcpyDtoHAsync(&host, memory, 1, nullptr),
            cuda::Result::Success);
  EXPECT_EQ(host, 1);
  ASSERT_EQ(cu.StreamSynchronize(nullptr), cuda::Result::Success);
  EXPECT_EQ(host, 7);
}

TEST_F(StandIn, RefusesTheInterfacesOfCuda3) {
  void *library = dlopen(THEANO_STANDIN_DRIVER, RTLD_NOW | RTLD_LOCAL);
  for (const char *name : {"cuMemAlloc", "cuMemFree", "cuMemcpyHtoDAsync"}) {
    auto *old = reinterpret_cast<cuda::Result (*)()>(dlsym(library, name));
    ASSERT_NE(old, nullptr) << name;
    EXPECT_EQ(old(), cuda::Result::NotSupported);
    expectFound(std::string(name) + ": the 32-bit interface of CUDA 3");
  }
  for (const char *name : {"cuLaunchKernel_ptsz", "cuStreamSynchronize_ptsz",
                           "cuMemcpyHtoDAsync_v2_ptsz", "cuEventDestroy"})
    EXPECT_NE(dlsym(library, name), nullptr) << name;
}

TEST_F(StandIn, ReadsPlans) {
  EXPECT_TRUE(controls->fail(""));
  EXPECT_TRUE(controls->fail("cuMemAlloc#2=2,cuMemFree=1"));
  for (const char *wrong : {"x", "=", "cuMemAlloc=", "cuMemAlloc=x", "a#x=1"})
    EXPECT_FALSE(controls->fail(wrong)) << wrong;
  cuda::DevicePtr memory = 0;
  EXPECT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::Success);
  EXPECT_EQ(cu.MemAlloc(&memory, 4), cuda::Result::OutOfMemory);
  EXPECT_STREQ(controls->failedCall(), "cuMemAlloc");
  EXPECT_FALSE(controls->set("colour", "1"));
  EXPECT_FALSE(controls->set("capability", "8"));
}

/// A copy of the library is loaded anew, and reads the environment then.
void runWithEnvironment(
    const std::vector<std::pair<const char *, const char *>> &variables) {
  for (auto [name, value] : variables)
    setenv(name, value, 1);
  std::string copy = ::testing::TempDir() + "/theano-stand-in-copy-" +
                     std::to_string(getpid()) + ".so";
  std::filesystem::copy_file(THEANO_STANDIN_DRIVER, copy,
                             std::filesystem::copy_options::overwrite_existing);
  CudaDeviceOptions options;
  options.driverPath = copy;
  Expected<std::shared_ptr<Device>> device = createCudaDevice(options);
  std::filesystem::remove(copy);
  std::string said = device ? (*device)->description() : device.message();
  std::fprintf(stderr, "%s\n", said.c_str());
  bool leak = getenv("TEST_LEAK");
  if (leak && device)
    new std::shared_ptr<Device>(*device);
  if (device)
    device->reset();
  std::exit(0);
}

TEST(StandInDeathTest, ReadsTheEnvironment) {
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_CAPABILITY", "9.0"},
                                  {"THEANO_STANDIN_MEMORY", "1048576"}}),
              ::testing::ExitedWithCode(0), "Stand-in, sm_90, 1 MiB");
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_DEVICES", "0"}}),
              ::testing::ExitedWithCode(0), "the driver has 0 devices");
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_FAIL", "cuStreamCreate=2"}}),
              ::testing::ExitedWithCode(0),
              "cuStreamCreate failed: CUDA_ERROR_OUT_OF_MEMORY");
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_FAIL", "1=999"}}),
              ::testing::ExitedWithCode(0),
              "cuInit failed: CUDA_ERROR_UNKNOWN");
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_FAIL", "nonsense"}}),
              ::testing::ExitedWithCode(86), "cannot read THEANO_STANDIN_FAIL");
}

TEST(StandInDeathTest, StrictProcessesEndBadlyWhenSomethingIsFound) {
  EXPECT_EXIT(
      runWithEnvironment({{"THEANO_STANDIN_STRICT", "1"}, {"TEST_LEAK", "1"}}),
      ::testing::ExitedWithCode(86),
      "leak: a primary context is still retained");
  EXPECT_EXIT(runWithEnvironment({{"THEANO_STANDIN_STRICT", "1"}}),
              ::testing::ExitedWithCode(0), "Stand-in");
}

} // namespace
