//===- StateUnderFailure.cpp - shared variables when a driver call fails --===//
//
// A session with a shared variable runs again and again, each time with another
// call of the stand-in driver failing. Whatever fails, the variable holds its
// old value or its new one, as the call's result says, or says itself that it
// holds none.
//
//===----------------------------------------------------------------------===//

#include "Platform.h"

#include "StandIn.h"
#include "theano/Runtime/Executable.h"

using namespace theano;
using namespace theano::conformance;

namespace {

using Arrays = std::vector<HostArray>;
using Variables = std::vector<std::shared_ptr<SharedVariable>>;

const std::vector<float> before = {1, 2, 3};
const std::vector<float> after = {11, 22, 33};

/// What a session showed.
struct Outcome {
  std::vector<std::string> messages;
  bool reachedTheCall = false;
  bool invalid = false; // the variable said that it holds no value
};

class StateUnderFailure : public ::testing::TestWithParam<bool> {
protected:
  const standin::Controls *standIn = standin::openStandIn();

  /// A value that must be there, where one operation may report what was put
  /// off before.
  std::vector<float> read(const SharedVariable &variable, Outcome &outcome) {
    Expected<HostArray> value = variable.get();
    if (!value) {
      outcome.messages.push_back(value.message());
      value = variable.get();
    }
    EXPECT_TRUE(value) << value.message();
    return value ? floatsOf(*value) : std::vector<float>();
  }

  Outcome session(bool inPlace) {
    Outcome outcome;
    auto failedWith = [&](const std::string &message) {
      outcome.messages.push_back(message);
      return outcome;
    };
    CudaDeviceOptions options;
    options.driverPath = THEANO_STANDIN_DRIVER;
    options.exactAllocations = true;
    std::vector<std::string> &messages = outcome.messages;
    options.lateFailure = [&messages](const Failure &failure) {
      messages.push_back(failure.message);
    };
    Expected<std::shared_ptr<Device>> opened =
        createCudaDevice(std::move(options));
    if (!opened)
      return failedWith(opened.message());
    std::shared_ptr<Device> device = std::move(*opened);
    Expected<std::shared_ptr<SharedVariable>> w =
        SharedVariable::create(device, "w", vectorOf(before));
    if (!w)
      return failedWith(w.message());
    Expected<std::shared_ptr<Executable>> step =
        Executable::load(accumulateProgram(*device, inPlace), device);
    if (!step)
      return failedWith(step.message());
    outcome.reachedTheCall = true;
    Expected<Arrays> results = (*step)->callHost(
        Arrays{vectorOf(std::vector<float>{10, 20, 30})}, Variables{*w});
    if (!results)
      messages.push_back(results.message());
    if ((*w)->valid()) {
      EXPECT_EQ(read(**w, outcome), results ? after : before);
    } else {
      EXPECT_TRUE(inPlace) << "a spare buffer keeps the old value";
      outcome.invalid = true;
      Expected<HostArray> value = (*w)->get();
      EXPECT_TRUE(value.failed());
      EXPECT_NE(value.message().find("has no valid value"), std::string::npos)
          << value.message();
      EXPECT_TRUE((*w)->set(vectorOf(before)).succeeded());
      EXPECT_EQ(read(**w, outcome), before);
    }
    step->reset();
    w->reset();
    device.reset();
    return outcome;
  }
};

TEST_P(StateUnderFailure, WhicheverCallFails) {
  ASSERT_NE(standIn, nullptr);
  unsigned number = 1, callsReached = 0, invalid = 0;
  for (;; ++number) {
    ASSERT_LT(number, 500u);
    SCOPED_TRACE("call number " + std::to_string(number));
    { // registers the bodies after a reset
      Expected<std::shared_ptr<Device>> device = standInPlatform.open(true);
      ASSERT_TRUE(device);
    }
    unsigned base = standIn->callCount();
    ASSERT_TRUE(
        standIn->fail((std::to_string(base + number) + "=304").c_str()));
    Outcome outcome = session(GetParam());
    std::string call = standIn->failedCall();
    EXPECT_EQ(standin::findings(), std::vector<std::string>()) << call;
    if (call.empty()) {
      EXPECT_EQ(outcome.messages, std::vector<std::string>());
      break;
    }
    callsReached += outcome.reachedTheCall;
    invalid += outcome.invalid;
    bool reported = false;
    for (const std::string &message : outcome.messages)
      reported |= message.find(call + " failed") != std::string::npos;
    EXPECT_TRUE(reported) << call << ": "
                          << ::testing::PrintToString(outcome.messages);
  }
  EXPECT_GT(callsReached, 5u) << "failures within the call were not reached";
  EXPECT_EQ(invalid > 0, GetParam());
}

TEST_P(StateUnderFailure, AFaultWhileAKernelRunsIsToldByTheNextRead) {
  Expected<std::shared_ptr<Device>> device = standInPlatform.open(true);
  ASSERT_TRUE(device) << device.message();
  Expected<std::shared_ptr<SharedVariable>> w =
      SharedVariable::create(*device, "w", vectorOf(before));
  Expected<std::shared_ptr<Executable>> step =
      Executable::load(accumulateProgram(**device, GetParam()), *device);
  ASSERT_TRUE(w && step);
  standIn->fault(1, cuda::Result::IllegalAddress);
  // Nothing in the program waits, so neither does the call.
  Expected<Arrays> results = (*step)->callHost(
      Arrays{vectorOf(std::vector<float>{10, 20, 30})}, Variables{*w});
  std::string message = results.failed() ? results.message() : "";
  Expected<HostArray> value = (*w)->get();
  ASSERT_TRUE(value.failed()) << "a value came out of a lost context";
  message += value.message();
  EXPECT_NE(message.find("CUDA_ERROR_ILLEGAL_ADDRESS"), std::string::npos)
      << message;
  EXPECT_NE(message.find("the last kernels launched were 'add'"),
            std::string::npos)
      << message;
  *step = nullptr;
  *w = nullptr;
  ::testing::internal::CaptureStderr(); // the failures of releasing
  device->reset();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find(
                "warning: while releasing a CUDA device: "),
            std::string::npos);
  EXPECT_EQ(standin::findings(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Cuda, StateUnderFailure, ::testing::Bool(),
                         [](const auto &info) {
                           return info.param ? "InPlace" : "Spare";
                         });

} // namespace
