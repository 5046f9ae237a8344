//===- DiscoveryTest.cpp - finding and opening GPUs -----------------------===//

#include "CudaTesting.h"

using namespace theano;

namespace {

using Discovery = CudaTest;

TEST_F(Discovery, DescribesTheDevice) {
  standIn->set("capability", "8.6");
  standIn->set("memory", "2147483648");
  std::shared_ptr<Device> device = open();
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name(), "cuda:0");
  EXPECT_EQ(device->description(),
            "Stand-in, sm_86, 2048 MiB, 4 multiprocessors, driver for CUDA "
            "13.0");
  EXPECT_TRUE(device->target().isGpu());
  EXPECT_LE(device->target().gpu.smNumber, 86);
  EXPECT_EQ(device->target().gpu.multiprocessors, 4);
  EXPECT_FALSE(device->hostAccessible());
}

TEST_F(Discovery, OpensTheDeviceAskedFor) {
  standIn->set("devices", "3");
  CudaDeviceOptions second = options();
  second.ordinal = 2;
  Expected<std::shared_ptr<Device>> device = createCudaDevice(second);
  ASSERT_TRUE(device);
  EXPECT_EQ((*device)->name(), "cuda:2");
  second.ordinal = 3;
  Expected<std::shared_ptr<Device>> none = createCudaDevice(second);
  ASSERT_TRUE(none.failed());
  EXPECT_EQ(none.failure().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(none.message(),
            "there is no device cuda:3: the driver has 3 devices");
  second.ordinal = -1;
  EXPECT_TRUE(createCudaDevice(second).failed());
}

TEST_F(Discovery, CountsDevices) {
  Expected<int> one = countCudaDevices(THEANO_STANDIN_DRIVER);
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, 1);
  standIn->set("devices", "0"); // cuInit then says CUDA_ERROR_NO_DEVICE
  Expected<int> none = countCudaDevices(THEANO_STANDIN_DRIVER);
  ASSERT_TRUE(none) << none.message();
  EXPECT_EQ(*none, 0);
  EXPECT_EQ(createCudaDevice(options()).message(),
            "there is no device cuda:0: the driver has 0 devices");
}

TEST_F(Discovery, NamesALibraryThatIsNotThere) {
  Expected<int> count = countCudaDevices("/nowhere/libdriver.so");
  ASSERT_TRUE(count.failed());
  EXPECT_EQ(count.failure().kind, ErrorKind::DeviceError);
  EXPECT_NE(count.message().find(
                "cannot open the CUDA driver /nowhere/libdriver.so: "),
            std::string::npos)
      << count.message();
}

TEST_F(Discovery, NamesTheSymbolThatALibraryLacks) {
  Expected<int> count = countCudaDevices(THEANO_INCOMPLETE_DRIVER);
  ASSERT_TRUE(count.failed());
  EXPECT_NE(count.message().find("does not export cuEventElapsedTime or "
                                 "cuEventElapsedTime_v2; it is too old"),
            std::string::npos)
      << count.message();
}

TEST_F(Discovery, RefusesAGpuOlderThanEveryTarget) {
  standIn->set("capability", "3.5");
  Expected<std::shared_ptr<Device>> device = createCudaDevice(options());
  ASSERT_TRUE(device.failed());
  EXPECT_EQ(standin::callsOf("cuDevicePrimaryCtxRetain"), 0u);
}

TEST_F(Discovery, NewerGpusTakeTheNewestTargetThatTheyRun) {
  standIn->set("capability", "9.9");
  std::shared_ptr<Device> device = open();
  ASSERT_TRUE(device);
  EXPECT_EQ(device->target().gpu.smNumber, 90);
}

TEST_F(Discovery, ArchNames) {
  EXPECT_EQ(cudaArchName(8, 0), "sm_80");
  EXPECT_EQ(cudaArchName(12, 1), "sm_121");
}

} // namespace
