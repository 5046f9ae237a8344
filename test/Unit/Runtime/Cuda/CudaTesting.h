//===- CudaTesting.h - a GPU over the stand-in driver -----------*- C++ -*-===//

#ifndef THEANO_TEST_UNIT_RUNTIME_CUDA_CUDATESTING_H
#define THEANO_TEST_UNIT_RUNTIME_CUDA_CUDATESTING_H

#include "StandIn.h"
#include "theano/Runtime/CudaDevice.h"

#include "gtest/gtest.h"

#include <cstring>

namespace theano {

/// The stand-in driver reads no more of this than the entries' parameters.
inline constexpr const char *testPtx = R"(
.version 7.0
.target sm_75
.address_size 64
// .entry commented_out(.param .u64 nothing)
.visible .entry scale(
    .param .u64 scale_out, .param .u64 scale_x,
    .param .u32 scale_n, .param .u64 scale_factor
)
{ ret; }
.visible .entry big(.param .u64 .ptr .align 16 big_out) { ret; }
)";

/// out[i] = x[i] * factor for i < n.
inline void scaleBody(const standin::Launch &launch, void *) {
  auto n = standin::parameter<int32_t>(launch, 2);
  auto factor = standin::parameter<int64_t>(launch, 3);
  size_t bytes = static_cast<size_t>(n) * sizeof(float);
  auto *out = static_cast<float *>(
      launch.memory(standin::parameter<uint64_t>(launch, 0), bytes));
  auto *x = static_cast<const float *>(
      launch.memory(standin::parameter<uint64_t>(launch, 1), bytes));
  for (int32_t i = 0; out && x && i < n; ++i)
    out[i] = x[i] * static_cast<float>(factor);
}

/// A program for sm_75 with the kernel `scale`.
inline Program scaleProgram() {
  Program program;
  program.name = "scale";
  program.target = *lookupGpuTarget("sm_75");
  program.ptx = testPtx;
  PtxEntry entry;
  entry.entry = "scale";
  entry.block = {128, 1, 1};
  entry.params = {ParamType::Pointer, ParamType::Pointer, ParamType::Int32,
                  ParamType::Int64};
  program.kernels.push_back({"scale", "map", {}, {}, entry});
  return program;
}

class CudaTest : public ::testing::Test {
protected:
  void SetUp() override {
    standIn = standin::openStandIn();
    ASSERT_NE(standIn, nullptr) << THEANO_STANDIN_DRIVER;
    standIn->reset();
    standIn->setBody("scale", scaleBody, nullptr);
  }
  void TearDown() override {
    EXPECT_EQ(standIn->contextDepth(), 0u);
    EXPECT_EQ(standIn->contextsRetained(), 0u);
    EXPECT_EQ(standin::findings(), std::vector<std::string>());
    EXPECT_EQ(late, std::vector<std::string>());
  }

  CudaDeviceOptions options(bool exact = false) {
    CudaDeviceOptions options;
    options.driverPath = THEANO_STANDIN_DRIVER;
    options.exactAllocations = exact;
    options.lateFailure = [this](const Failure &failure) {
      late.push_back(failure.message);
    };
    return options;
  }
  std::shared_ptr<Device> open(bool exact = false) {
    Expected<std::shared_ptr<Device>> device = createCudaDevice(options(exact));
    EXPECT_TRUE(device) << device.message();
    return device ? *device : nullptr;
  }

  const standin::Controls *standIn = nullptr;
  std::vector<std::string> late; // failures that came too late to be returned
};

} // namespace theano

#endif // THEANO_TEST_UNIT_RUNTIME_CUDA_CUDATESTING_H
