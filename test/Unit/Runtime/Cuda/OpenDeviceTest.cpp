//===- OpenDeviceTest.cpp - the device that a name asks for ---------------===//

#include "theano/Runtime/OpenDevice.h"
#include "CudaTesting.h"

using namespace theano;

namespace {

class OpenDevice : public CudaTest {
protected:
  static CpuDeviceOptions cpu() {
    CpuDeviceOptions options;
    options.target = nativeCpuTarget("x86-64", "");
    options.threads = 1;
    options.blas = "none";
    return options;
  }
  Expected<OpenedDevice> openNamed(std::string_view name) {
    return openDevice(name, cpu(), options());
  }
};

TEST_F(OpenDevice, ReadsNames) {
  using Kind = DeviceName::Kind;
  struct Case {
    const char *name;
    Kind kind;
    int ordinal;
  };
  for (const Case &expected :
       {Case{"auto", Kind::Auto, 0}, Case{"cpu", Kind::Cpu, 0},
        Case{"cuda", Kind::Cuda, 0}, Case{"cuda:0", Kind::Cuda, 0},
        Case{"cuda:17", Kind::Cuda, 17}}) {
    Expected<DeviceName> name = parseDeviceName(expected.name);
    ASSERT_TRUE(name) << name.message();
    EXPECT_EQ(name->kind, expected.kind);
    EXPECT_EQ(name->ordinal, expected.ordinal);
  }
  for (const char *wrong :
       {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1x", "cuda:x", "cuda: 1",
        "cuda:99999999999", "cuda0", "auto ", "cpu:0"}) {
    Expected<DeviceName> name = parseDeviceName(wrong);
    ASSERT_TRUE(name.failed()) << wrong;
    EXPECT_EQ(name.message(), std::string("unknown device '") + wrong +
                                  "': expected auto, cpu, cuda or cuda:N");
  }
}

TEST_F(OpenDevice, OpensWhatIsNamed) {
  standIn->set("devices", "2");
  for (const char *name : {"cpu", "cuda:0", "cuda:1"}) {
    Expected<OpenedDevice> opened = openNamed(name);
    ASSERT_TRUE(opened) << opened.message();
    EXPECT_EQ(opened->device->name(), name);
    EXPECT_EQ(opened->note, "");
  }
  EXPECT_TRUE(openNamed("cuda:2").failed());
  EXPECT_TRUE(openNamed("gpu").failed());
}

TEST_F(OpenDevice, AutoTakesTheFirstGpuElseTheCpu) {
  Expected<OpenedDevice> gpu = openNamed("auto");
  ASSERT_TRUE(gpu) << gpu.message();
  EXPECT_EQ(gpu->device->name(), "cuda:0");
  gpu->device.reset();
  standIn->set("devices", "0");
  Expected<OpenedDevice> none = openNamed("auto");
  ASSERT_TRUE(none) << none.message();
  EXPECT_EQ(none->device->name(), "cpu");
  EXPECT_EQ(none->note, "no GPU is used: the CUDA driver has no device");
}

TEST_F(OpenDevice, AutoDoesNotHideFailures) {
  // A GPU that is there and cannot be used.
  ASSERT_TRUE(standIn->fail("cuDevicePrimaryCtxRetain=46"));
  Expected<OpenedDevice> busy = openNamed("auto");
  ASSERT_TRUE(busy.failed());
  EXPECT_NE(busy.message().find("CUDA_ERROR_DEVICE_UNAVAILABLE"),
            std::string::npos)
      << busy.message();
  // A driver that was named.
  CudaDeviceOptions named = options();
  named.driverPath = "/nowhere/libdriver.so";
  EXPECT_TRUE(openDevice("auto", cpu(), named).failed());
}

TEST_F(OpenDevice, TheCpuNeedsNoDriver) {
  CudaDeviceOptions named = options();
  named.driverPath = "/nowhere/libdriver.so";
  EXPECT_TRUE(openDevice("cpu", cpu(), named));
  EXPECT_EQ(standin::calls().size(), 0u);
}

} // namespace
