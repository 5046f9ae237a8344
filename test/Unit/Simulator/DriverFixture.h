//===- DriverFixture.h - the simulated driver in a test ---------*- C++ -*-===//
//
// Through the shared library, as its users see it.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_SIMULATOR_DRIVERFIXTURE_H
#define THEANO_TEST_SIMULATOR_DRIVERFIXTURE_H

#include "theano/Runtime/Driver.h"

#include "gtest/gtest.h"

namespace theano::cuda {

/// A test with a context of its own, which is current.
class DriverFixture : public ::testing::Test {
protected:
  void SetUp() override {
    Expected<std::shared_ptr<const Driver>> opened =
        Driver::open(THEANO_SIM_DRIVER);
    ASSERT_TRUE(opened) << opened.message();
    driver = *opened;
    ASSERT_EQ(driver->Init.function(0), Result::Success);
    ASSERT_EQ(driver->DevicePrimaryCtxRetain.function(&context, 0),
              Result::Success);
    ASSERT_EQ(driver->CtxPushCurrent.function(context), Result::Success);
  }
  void TearDown() override {
    Context popped = nullptr;
    EXPECT_EQ(driver->CtxPopCurrent.function(&popped), Result::Success);
    EXPECT_EQ(driver->DevicePrimaryCtxRelease.function(0), Result::Success);
  }

  /// Loads a text; what the driver says of it goes to `log`.
  Result load(const std::string &text, Module &module) {
    std::string buffer(4096, '\0');
    JitOption options[] = {JitOption::ErrorLogBuffer,
                           JitOption::ErrorLogBufferSizeBytes};
    void *values[] = {buffer.data(), reinterpret_cast<void *>(buffer.size())};
    Result result = driver->ModuleLoadDataEx.function(&module, text.c_str(), 2,
                                                      &options[0], &values[0]);
    log = buffer.c_str();
    return result;
  }

  std::shared_ptr<const Driver> driver;
  Context context = nullptr;
  std::string log;
};

} // namespace theano::cuda

#endif // THEANO_TEST_SIMULATOR_DRIVERFIXTURE_H
