//===- DriverTest.cpp - what the driver tells of a module -----------------===//

#include "DriverFixture.h"

#include <string>
#include <vector>

using namespace theano;
using namespace theano::cuda;

namespace {

constexpr const char *ptx = R"(
.version 8.0
.target sm_50
.address_size 64
.func helper(.param .u32 x) { ret; }
.visible .entry second(.param .u32 n, .param .u64 x, .param .u8 c,
                       .param .align 16 .b8 s[20], .param .f64 f) { ret; }
.visible .entry first() { ret; }
)";

class DriverTest : public DriverFixture {
protected:
  void SetUp() override {
    DriverFixture::SetUp();
    ASSERT_TRUE(driver
                    ->has(driver->ModuleGetFunctionCount,
                          driver->ModuleEnumerateFunctions, driver->FuncGetName,
                          driver->FuncGetParamInfo)
                    .succeeded());
    Status status = driver->loadPtx(ptx, module);
    ASSERT_TRUE(status.succeeded()) << status.message();
  }
  void TearDown() override {
    EXPECT_EQ(driver->ModuleUnload.function(module), Result::Success);
    DriverFixture::TearDown();
  }
  Function find(const char *name) const {
    Function function = nullptr;
    EXPECT_EQ(driver->ModuleGetFunction.function(&function, module, name),
              Result::Success);
    return function;
  }

  Module module = nullptr;
};

TEST_F(DriverTest, EntriesAreListedWithTheirNames) {
  unsigned count = 0;
  ASSERT_EQ(driver->ModuleGetFunctionCount.function(&count, module),
            Result::Success);
  ASSERT_EQ(count, 2u) << "a .func is no entry";
  std::vector<Function> functions(3);
  ASSERT_EQ(
      driver->ModuleEnumerateFunctions.function(functions.data(), 3, module),
      Result::Success);
  EXPECT_EQ(functions[2], nullptr);
  std::vector<std::string> names;
  for (unsigned i = 0; i < count; ++i) {
    const char *name = nullptr;
    ASSERT_EQ(driver->FuncGetName.function(&name, functions[i]),
              Result::Success);
    names.emplace_back(name);
    EXPECT_EQ(find(name), functions[i]);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second"}));
  // No more than there is room for.
  Function few[2] = {};
  ASSERT_EQ(driver->ModuleEnumerateFunctions.function(&few[0], 1, module),
            Result::Success);
  EXPECT_EQ(few[0], functions[0]);
  EXPECT_EQ(few[1], nullptr);
}

TEST_F(DriverTest, ParametersAreToldByPlaceAndSize) {
  Function second = find("second");
  const size_t expected[][2] = {{0, 4}, {8, 8}, {16, 1}, {32, 20}, {56, 8}};
  for (size_t i = 0; i < std::size(expected); ++i) {
    size_t offset = 99, bytes = 99;
    ASSERT_EQ(driver->FuncGetParamInfo.function(second, i, &offset, &bytes),
              Result::Success);
    EXPECT_EQ(offset, expected[i][0]) << i;
    EXPECT_EQ(bytes, expected[i][1]) << i;
  }
  size_t offset = 0, bytes = 0;
  EXPECT_EQ(driver->FuncGetParamInfo.function(second, 1, &offset, nullptr),
            Result::Success);
  EXPECT_EQ(offset, 8u);
  EXPECT_EQ(driver->FuncGetParamInfo.function(second, 5, &offset, &bytes),
            Result::InvalidValue);
  EXPECT_EQ(
      driver->FuncGetParamInfo.function(find("first"), 0, &offset, &bytes),
      Result::InvalidValue);
}

TEST_F(DriverTest, WhatIsNoneIsRefused) {
  unsigned count = 0;
  size_t offset = 0, bytes = 0;
  const char *name = nullptr;
  auto none = reinterpret_cast<Function>(&count);
  auto noModule = reinterpret_cast<Module>(&count);
  Function function = nullptr;
  EXPECT_EQ(driver->ModuleGetFunctionCount.function(&count, noModule),
            Result::InvalidHandle);
  EXPECT_EQ(driver->ModuleGetFunctionCount.function(nullptr, module),
            Result::InvalidValue);
  EXPECT_EQ(driver->ModuleEnumerateFunctions.function(&function, 1, noModule),
            Result::InvalidHandle);
  EXPECT_EQ(driver->ModuleEnumerateFunctions.function(nullptr, 1, module),
            Result::InvalidValue);
  EXPECT_EQ(driver->FuncGetName.function(&name, none), Result::InvalidHandle);
  EXPECT_EQ(driver->FuncGetName.function(nullptr, find("first")),
            Result::InvalidValue);
  EXPECT_EQ(driver->FuncGetParamInfo.function(none, 0, &offset, &bytes),
            Result::InvalidHandle);
  EXPECT_EQ(
      driver->FuncGetParamInfo.function(find("second"), 0, nullptr, &bytes),
      Result::InvalidValue);
}

// 100 bytes are 4 sectors. What is empty or not there is not counted, nor is
// what was declared for a stream that is gone.
TEST_F(DriverTest, ArraysDeclareTheLeastThatALaunchNeeds) {
  ASSERT_TRUE(driver->setSimulatorOption("count", "on").succeeded());
  DevicePtr address = 0;
  ASSERT_EQ(driver->MemAlloc.function(&address, 100), Result::Success);
  auto launch = [&](Stream stream) {
    EXPECT_EQ(driver->LaunchKernel.function(find("first"), 1, 1, 1, 1, 1, 1, 0,
                                            stream, nullptr, nullptr),
              Result::Success);
  };
  driver->declareArray(nullptr, address, 100, /*written=*/false);
  driver->declareArray(nullptr, address, 20, /*written=*/true);
  driver->declareArray(nullptr, ~DevicePtr(0), 0, /*written=*/false);
  driver->declareArray(nullptr, address, 101, /*written=*/false);
  launch(nullptr);
  launch(nullptr);
  Stream stream = nullptr;
  ASSERT_EQ(driver->StreamCreate.function(&stream, 0), Result::Success);
  driver->declareArray(stream, address, 100, /*written=*/false);
  ASSERT_EQ(driver->StreamDestroy.function(stream), Result::Success);
  ASSERT_EQ(driver->StreamCreate.function(&stream, 0), Result::Success);
  launch(stream);
  ASSERT_EQ(driver->StreamDestroy.function(stream), Result::Success);
  ASSERT_EQ(driver->MemFree.function(address), Result::Success);
  Expected<std::string> report =
      driver->readSimulatorReport(SimReportFormat::Json);
  ASSERT_TRUE(report) << report.message();
  EXPECT_NE(report->find("\"leastLoadedSectors\": 4, "
                         "\"leastStoredSectors\": 1"),
            std::string::npos)
      << *report;
  ASSERT_TRUE(driver->setSimulatorOption("count", "off").succeeded());
}

} // namespace
