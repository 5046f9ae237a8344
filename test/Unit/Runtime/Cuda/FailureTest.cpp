//===- FailureTest.cpp - every driver call fails once ---------------------===//
//
// One session uses all that a GPU device does. It is run again and again, each
// time with another call of the driver failing, and each time must report that
// call, leave nothing behind and touch nothing that is gone.
//
//===----------------------------------------------------------------------===//

#include "CudaTesting.h"

#include <set>

using namespace theano;

namespace {

class Failures : public CudaTest, public ::testing::WithParamInterface<bool> {
protected:
  /// All that a device does; the first failure, as a caller would meet it.
  Status session() {
    Expected<std::shared_ptr<Device>> opened =
        createCudaDevice(options(/*exact=*/GetParam()));
    if (!opened)
      return opened.takeStatus();
    std::shared_ptr<Device> device = std::move(*opened);
    // A kernel beyond the plain shared memory, so that its limit is raised.
    Program program = scaleProgram();
    std::get<PtxEntry>(program.kernels[0].entry).dynamicShared = 64 << 10;
    Expected<std::unique_ptr<LoadedModule>> module =
        device->loadModule(program);
    if (!module)
      return module.takeStatus();
    constexpr size_t bytes = 100000; // beyond the staging buffer
    Expected<Buffer> x = Buffer::allocate(device, bytes);
    if (!x)
      return x.takeStatus();
    Expected<Buffer> y = Buffer::allocate(device, bytes);
    if (!y)
      return y.takeStatus();
    std::vector<float> host(bytes / 4, 2.0f);
    if (Status s = device->copyToDevice(x->address(), host.data(), bytes);
        s.failed())
      return s;
    if (Status s = device->copyToDevice(x->address(), host.data(), 4);
        s.failed())
      return s;
    if (Status s = device->fillZero(y->address(), bytes); s.failed())
      return s;
    uint64_t arguments[] = {y->address(), x->address(), bytes / 4, 5};
    Expected<int64_t> time = device->measure(
        [&] { return device->launch(**module, {.arguments = arguments}); });
    if (!time)
      return time.takeStatus();
    if (Status s = device->copyOnDevice(x->address(), y->address(), bytes);
        s.failed())
      return s;
    if (Status s = device->copyToHost(host.data(), x->address(), bytes);
        s.failed())
      return s;
    EXPECT_EQ(host, std::vector<float>(bytes / 4, 10.0f));
    {
      Buffer dying = std::move(*y);
    }
    return device->synchronize();
  }

  /// The messages of one run, returned or told late.
  std::vector<std::string> run() {
    late.clear();
    std::vector<std::string> messages;
    if (Status status = session(); status.failed())
      messages.push_back(status.message());
    messages.insert(messages.end(), late.begin(), late.end());
    late.clear();
    return messages;
  }

  void expectReported(const std::string &call, const std::string &code,
                      const std::vector<std::string> &messages) {
    bool reported = false;
    for (const std::string &message : messages)
      reported |= message.find(call + " failed: " + code) != std::string::npos;
    EXPECT_TRUE(reported) << call << " is not in: "
                          << ::testing::PrintToString(messages);
  }
};

TEST_P(Failures, OfEachCallByNumber) {
  std::set<std::string> failed;
  unsigned number = 1;
  for (;; ++number) {
    ASSERT_LT(number, 500u) << "the session has no end";
    SCOPED_TRACE("call number " + std::to_string(number));
    standIn->reset();
    standIn->setBody("scale", scaleBody, nullptr);
    // Neither a fatal code nor one that anything reacts to.
    ASSERT_TRUE(standIn->fail((std::to_string(number) + "=304").c_str()));
    std::vector<std::string> messages = run();
    if (std::string(standIn->failedCall()).empty()) {
      EXPECT_EQ(messages, std::vector<std::string>());
      break; // there are no more calls: the run succeeded
    }
    std::string call = standIn->failedCall();
    failed.insert(call);
    expectReported(call, "CUDA_ERROR_OPERATING_SYSTEM", messages);
    EXPECT_EQ(standin::findings(), std::vector<std::string>()) << call;
    EXPECT_EQ(standIn->contextsRetained(),
              call == "cuDevicePrimaryCtxRelease" ? 1u : 0u);
    // A call that fails to leave the context leaves it on the stack.
    EXPECT_EQ(standIn->contextDepth(), call == "cuCtxPopCurrent" ? 1u : 0u);
  }
  // Every call of the list was made, and so made to fail.
  for (const char *name : {
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...) "cu" #NAME,
#include "theano/DriverAbi/Symbols.def"
       })
    if (std::string(name).find("cuGetError") != 0) {
      EXPECT_TRUE(failed.contains(name)) << name << " is never called";
    }
}

TEST_P(Failures, OutOfMemoryAnywhere) {
  for (unsigned number = 1;; ++number) {
    ASSERT_LT(number, 500u);
    standIn->reset();
    standIn->setBody("scale", scaleBody, nullptr);
    ASSERT_TRUE(standIn->fail((std::to_string(number) + "=2").c_str()));
    std::vector<std::string> messages = run();
    std::string call = standIn->failedCall();
    if (call.empty())
      break;
    expectReported(call, "CUDA_ERROR_OUT_OF_MEMORY", messages);
    EXPECT_EQ(standin::findings(), std::vector<std::string>()) << call;
  }
}

TEST_P(Failures, FatalOnesLoseTheContextButNotTheProcess) {
  for (unsigned launch : {1u, 2u}) {
    standIn->reset();
    standIn->setBody("scale", scaleBody, nullptr);
    standIn->fault(launch, cuda::Result::LaunchFailed);
    std::vector<std::string> messages = run();
    if (launch == 1)
      expectReported("cuEventSynchronize", "CUDA_ERROR_LAUNCH_FAILED",
                     messages);
    else
      EXPECT_TRUE(messages.empty()); // there is one launch only
    EXPECT_EQ(standin::findings(), std::vector<std::string>());
  }
}

TEST_P(Failures, CodesWithoutANameAreStillReported) {
  ASSERT_TRUE(standIn->fail("cuStreamCreate=4242"));
  Expected<std::shared_ptr<Device>> device = createCudaDevice(options());
  ASSERT_TRUE(device.failed());
  EXPECT_EQ(device.message(), "cuStreamCreate failed: CUDA error 4242");
}

TEST_P(Failures, OurOwnWordsServeWhenTheDriverHasNone) {
  ASSERT_TRUE(
      standIn->fail("cuStreamCreate=700,cuGetErrorName=1,cuGetErrorString=1"));
  Expected<std::shared_ptr<Device>> device = createCudaDevice(options());
  ASSERT_TRUE(device.failed());
  EXPECT_EQ(device.message(),
            "cuStreamCreate failed: CUDA_ERROR_ILLEGAL_ADDRESS (a kernel "
            "accessed an invalid address)");
}

INSTANTIATE_TEST_SUITE_P(Cuda, Failures, ::testing::Bool(),
                         [](const auto &info) {
                           return info.param ? "Exact" : "Pool";
                         });

} // namespace
