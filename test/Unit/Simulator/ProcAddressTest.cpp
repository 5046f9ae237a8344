//===- ProcAddressTest.cpp - functions by name, version and error ---------===//

#include "DriverLibrary.h"

using namespace theano;
using namespace theano::cuda;

namespace {

class ProcAddressTest : public DriverLibraryTest {
protected:
  static constexpr unsigned long legacy = 1, perThread = 2;

  void *find(const char *symbol, int version, unsigned long flags = 0,
             ProcAddressStatus expected = ProcAddressStatus::Success) {
    void *function = this;
    ProcAddressStatus status = {};
    EXPECT_EQ(
        cu.cuGetProcAddress_v2(symbol, &function, version, flags, &status), ok);
    EXPECT_EQ(status, expected) << symbol << " " << version;
    return function;
  }
  template <typename Function> static void *addressOf(Function *function) {
    return reinterpret_cast<void *>(function);
  }
};

TEST_F(ProcAddressTest, TheNewestThatIsNotNewer) {
  EXPECT_EQ(find("cuInit", 2000), addressOf(cu.cuInit));
  EXPECT_EQ(find("cuMemAlloc", 13000), addressOf(cu.cuMemAlloc_v2));
  EXPECT_EQ(find("cuCtxCreate", 13000), addressOf(cu.cuCtxCreate_v4));
  EXPECT_EQ(find("cuCtxCreate", 12040), addressOf(cu.cuCtxCreate_v3));
  EXPECT_EQ(find("cuCtxCreate", 11000), addressOf(cu.cuCtxCreate_v2));
  EXPECT_EQ(find("cuCtxCreate", 3010), addressOf(cu.cuCtxCreate));
  EXPECT_EQ(find("cuStreamGetCaptureInfo", 11030),
            addressOf(cu.cuStreamGetCaptureInfo_v2));
  EXPECT_EQ(find("cuGetProcAddress", 11030), addressOf(cu.cuGetProcAddress));
  EXPECT_EQ(find("cuGetProcAddress", 12000), addressOf(cu.cuGetProcAddress_v2));
  // The header gave this name to another function.
  EXPECT_EQ(find("cuGraphInstantiate", 11040),
            addressOf(cu.cuGraphInstantiate_v2));
  EXPECT_EQ(find("cuGraphInstantiate", 12000),
            addressOf(cu.cuGraphInstantiateWithFlags));
}

TEST_F(ProcAddressTest, DefaultStreamsOfThreads) {
  EXPECT_EQ(find("cuLaunchKernel", 13000, legacy),
            addressOf(cu.cuLaunchKernel));
  EXPECT_EQ(find("cuLaunchKernel", 13000, perThread),
            addressOf(cu.cuLaunchKernel_ptsz));
  EXPECT_EQ(find("cuMemcpyHtoD", 13000, perThread),
            addressOf(cu.cuMemcpyHtoD_v2_ptds));
  EXPECT_EQ(find("cuLaunchKernel", 6050, perThread),
            addressOf(cu.cuLaunchKernel))
      << "there were none then";
  EXPECT_EQ(find("cuMemAlloc", 13000, perThread), addressOf(cu.cuMemAlloc_v2))
      << "it has no stream";
}

TEST_F(ProcAddressTest, WhatIsNotThere) {
  using enum ProcAddressStatus;
  EXPECT_EQ(find("cuNone", 13000, 0, SymbolNotFound), nullptr);
  EXPECT_EQ(find("", 13000, 0, SymbolNotFound), nullptr);
  EXPECT_EQ(find("cuMemAlloc_v2", 13000, 0, SymbolNotFound), nullptr)
      << "names are asked for without their number";
  EXPECT_EQ(find("theanoSimSet", 13000, 0, SymbolNotFound), nullptr);
  EXPECT_EQ(find("cuGraphLaunch", 9020, 0, VersionNotSufficient), nullptr);
  EXPECT_EQ(find("cuMemAlloc", 3010, 0, VersionNotSufficient), nullptr)
      << "its addresses had 32 bits";
  void *function = this;
  EXPECT_EQ(cu.cuGetProcAddress_v2("cuInit", &function, 13000, 0, nullptr), ok);
  EXPECT_EQ(function, addressOf(cu.cuInit));
  EXPECT_EQ(cu.cuGetProcAddress("cuNone", &function, 13000, 0),
            Result::NotFound);
  EXPECT_EQ(function, nullptr);
  EXPECT_EQ(cu.cuGetProcAddress("cuInit", &function, 13000, 0), ok);
  EXPECT_EQ(cu.cuGetProcAddress("cuInit", &function, 13010, 0), invalid)
      << "newer than the driver";
  EXPECT_EQ(cu.cuGetProcAddress("cuInit", &function, 13000, 3), invalid);
  EXPECT_EQ(cu.cuGetProcAddress("cuInit", &function, 13000, 4), invalid);
  EXPECT_EQ(cu.cuGetProcAddress(nullptr, &function, 13000, 0), invalid);
  EXPECT_EQ(cu.cuGetProcAddress("cuInit", nullptr, 13000, 0), invalid);
}

TEST_F(ProcAddressTest, InterfacesOf32BitsAreRefused) {
  mayHaveFindings = true;
  EXPECT_EQ(cu.cuMemAlloc(), Result::NotSupported);
  EXPECT_EQ(findings(), "finding: cuMemAlloc is the interface of CUDA 3.1, "
                        "whose addresses have 32 bits; call cuMemAlloc_v2\n");
}

TEST_F(ProcAddressTest, ErrorsHaveNamesAndTexts) {
  const char *name = nullptr, *text = nullptr;
  size_t known = 0;
  for (unsigned code = 0; code < 2000; ++code) {
    Result found = cu.cuGetErrorName(static_cast<Result>(code), &name);
    EXPECT_EQ(cu.cuGetErrorString(static_cast<Result>(code), &text), found);
    if (found != ok) {
      EXPECT_EQ(found, invalid);
      EXPECT_EQ(name, nullptr);
      EXPECT_EQ(text, nullptr);
      continue;
    }
    ++known;
    EXPECT_EQ(std::string(name).substr(0, 5), "CUDA_");
    EXPECT_GT(std::string(text).size(), 5u) << name;
  }
  EXPECT_EQ(known, 101u) << "as many as the CUresult of CUDA 13.0";
  EXPECT_EQ(cu.cuGetErrorName(Result::StreamCaptureIsolation, &name), ok);
  EXPECT_STREQ(name, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION");
  EXPECT_EQ(cu.cuGetErrorName(Result::Success, nullptr), invalid);
}

} // namespace
