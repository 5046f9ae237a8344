//===- TypesTest.cpp - the driver's types as we declare them --------------===//

#include "theano/DriverAbi/Types.h"
#include "theano/DriverAbi/Extensions.h"

#include "gtest/gtest.h"

#include <cstring>
#include <set>
#include <string>
#include <vector>

using namespace theano::cuda;

static_assert(sizeof(Result) == 4 && sizeof(Device) == 4);
static_assert(sizeof(DevicePtr) == 8 && sizeof(Stream) == sizeof(void *));

namespace {

struct Symbol {
  std::string name;
  std::vector<std::string> versions;
};

const Symbol symbols[] = {
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...) {"cu" #NAME, {__VA_ARGS__}},
#include "theano/DriverAbi/Symbols.def"
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...) {"cu" #NAME, {__VA_ARGS__}},
#include "theano/DriverAbi/OptionalSymbols.def"
};

TEST(DriverTypes, ResultsHaveNamesAndTexts) {
  EXPECT_STREQ(resultName(Result::Success), "CUDA_SUCCESS");
  EXPECT_STREQ(resultName(static_cast<Result>(2)), "CUDA_ERROR_OUT_OF_MEMORY");
  EXPECT_STREQ(resultText(Result::OutOfMemory), "out of memory");
  EXPECT_EQ(resultName(static_cast<Result>(12345)), nullptr);
  EXPECT_EQ(resultText(static_cast<Result>(12345)), nullptr);
}

TEST(DriverSymbols, EachIsListedOnceUnderItsOwnName) {
  std::set<std::string> seen;
  for (const Symbol &symbol : symbols) {
    EXPECT_TRUE(seen.insert(symbol.name).second) << symbol.name;
    ASSERT_FALSE(symbol.versions.empty()) << symbol.name;
    std::string last;
    for (const std::string &version : symbol.versions) {
      std::string suffix = version.substr(symbol.name.size());
      EXPECT_EQ(version.substr(0, symbol.name.size()), symbol.name);
      EXPECT_TRUE(suffix.empty() || suffix.starts_with("_v")) << version;
      EXPECT_LT(last, version) << "not the oldest first";
      last = version;
    }
  }
}

TEST(DriverSymbols, ThirtyTwoBitInterfacesAreNeverAskedFor) {
  // The unsuffixed names below take 32-bit device pointers or sizes.
  const std::set<std::string> old = {"cuMemAlloc",        "cuMemFree",
                                     "cuMemAllocHost",    "cuMemcpyHtoDAsync",
                                     "cuMemcpyDtoHAsync", "cuMemcpyDtoDAsync",
                                     "cuDeviceTotalMem",  "cuModuleGetGlobal"};
  for (const Symbol &symbol : symbols)
    for (const std::string &version : symbol.versions)
      EXPECT_FALSE(old.contains(version)) << version;
}

TEST(DriverExtensions, AreCallableThroughTheirTypes) {
  SimSet *set = [](const char *key, const char *value) {
    return key && value ? Result::Success : Result::InvalidValue;
  };
  EXPECT_EQ(set("check", "all"), Result::Success);
  EXPECT_EQ(set("check", nullptr), Result::InvalidValue);
  EXPECT_STREQ(simDeclareName, "theanoSimDeclare");
  EXPECT_STREQ(simReportName, "theanoSimReport");
  EXPECT_STREQ(simResetName, "theanoSimReset");
}

} // namespace
