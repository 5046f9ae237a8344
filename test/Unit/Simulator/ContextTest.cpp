//===- ContextTest.cpp - contexts and the device they are of --------------===//

#include "DriverLibrary.h"

#include <chrono>
#include <cstring>
#include <thread>

using namespace theano;
using namespace theano::cuda;

namespace {

class ContextTest : public DriverLibraryTest {
protected:
  Context current() {
    Context found = nullptr;
    EXPECT_EQ(cu.cuCtxGetCurrent(&found), ok);
    return found;
  }
  int attribute(DeviceAttribute what) {
    int value = -1;
    EXPECT_EQ(cu.cuDeviceGetAttribute(&value, what, 0), ok);
    return value;
  }
};

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

TEST_F(ContextTest, TheDeviceIsThere) {
  int count = 0, version = 0, major = 0, minor = 0;
  Device device = -1;
  EXPECT_EQ(cu.cuDeviceGetCount(&count), ok);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(cu.cuDeviceGet(&device, 0), ok);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cu.cuDriverGetVersion(&version), ok);
  EXPECT_EQ(version, 13000);
  EXPECT_EQ(cu.cuDeviceComputeCapability(&major, &minor, 0), ok);
  EXPECT_EQ(major, 8);
  EXPECT_EQ(minor, 0);
  char name[8] = {};
  EXPECT_EQ(cu.cuDeviceGetName(name, sizeof(name), 0), ok);
  EXPECT_STREQ(name, "Simulat");
  Uuid first = {}, second = {};
  EXPECT_EQ(cu.cuDeviceGetUuid(&first, 0), ok);
  EXPECT_EQ(cu.cuDeviceGetUuid_v2(&second, 0), ok);
  EXPECT_EQ(std::memcmp(&first, &second, sizeof(first)), 0);
  size_t total = 0, free = 0, again = 0;
  EXPECT_EQ(cu.cuDeviceTotalMem_v2(&total, 0), ok);
  EXPECT_EQ(cu.cuMemGetInfo_v2(&free, &again), ok);
  EXPECT_EQ(total, again);
  EXPECT_EQ(free, total);
  char id[16] = {};
  EXPECT_EQ(cu.cuDeviceGetPCIBusId(id, sizeof(id), 0), ok);
  EXPECT_EQ(cu.cuDeviceGetByPCIBusId(&device, id), ok);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cu.cuDeviceGetByPCIBusId(&device, "0000:02:00.0"),
            Result::InvalidDevice);
}

TEST_F(ContextTest, TheDeviceHasTheNumbersOfItsGeneration) {
  EXPECT_EQ(attribute(DeviceAttribute::WarpSize), 32);
  EXPECT_EQ(attribute(DeviceAttribute::MaxThreadsPerMultiprocessor), 2048);
  EXPECT_EQ(attribute(DeviceAttribute::MaxSharedMemoryPerBlockOptin), 166912);
  EXPECT_EQ(attribute(DeviceAttribute::MaxSharedMemoryPerMultiprocessor),
            167936);
  EXPECT_EQ(attribute(DeviceAttribute::UnifiedAddressing), 1);
  // Textures: none.
  EXPECT_EQ(attribute(static_cast<DeviceAttribute>(21)), 0);
  DeviceProperties properties = {};
  EXPECT_EQ(cu.cuDeviceGetProperties(&properties, 0), ok);
  EXPECT_EQ(properties.maxThreadsDim[2], 64);
  EXPECT_EQ(properties.maxGridSize[1], 65535);
  EXPECT_EQ(properties.simdWidth, 32);
}

TEST_F(ContextTest, OtherDevicesAndNothingToAnswerIn) {
  int value = 0;
  Device device = 0;
  Context made = nullptr;
  EXPECT_EQ(cu.cuDeviceGet(&device, 1), Result::InvalidDevice);
  EXPECT_EQ(cu.cuDeviceGet(&device, -1), Result::InvalidDevice);
  EXPECT_EQ(cu.cuDeviceGetCount(nullptr), invalid);
  EXPECT_EQ(cu.cuDeviceGetAttribute(&value, DeviceAttribute::WarpSize, 1),
            Result::InvalidDevice);
  for (unsigned number : {0u, 148u, 0x7fffffffu, ~0u})
    EXPECT_EQ(cu.cuDeviceGetAttribute(&value,
                                      static_cast<DeviceAttribute>(number), 0),
              invalid)
        << number;
  EXPECT_EQ(cu.cuDeviceGetAttribute(nullptr, DeviceAttribute::WarpSize, 0),
            invalid);
  EXPECT_EQ(cu.cuDeviceGetName(nullptr, 8, 0), invalid);
  EXPECT_EQ(cu.cuDeviceGetUuid(nullptr, 0), invalid);
  EXPECT_EQ(cu.cuDeviceTotalMem_v2(nullptr, 0), invalid);
  EXPECT_EQ(cu.cuCtxCreate_v2(&made, 0, 1), Result::InvalidDevice);
  EXPECT_EQ(cu.cuCtxCreate_v2(nullptr, 0, 0), invalid);
  EXPECT_EQ(cu.cuCtxCreate_v2(&made, 3, 0), invalid) << "two ways to wait";
  EXPECT_EQ(cu.cuCtxCreate_v2(&made, 0x100, 0), invalid);
  EXPECT_EQ(cu.cuInit(1), invalid);
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

TEST_F(ContextTest, TheStackOfAThread) {
  EXPECT_EQ(current(), context);
  Context second = nullptr, popped = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v4(&second, nullptr, 4, 0), ok);
  EXPECT_EQ(current(), second);
  unsigned flags = 0;
  EXPECT_EQ(cu.cuCtxGetFlags(&flags), ok);
  EXPECT_EQ(flags, 4u);
  EXPECT_EQ(cu.cuCtxSetFlags(1), ok);
  EXPECT_EQ(cu.cuCtxGetFlags(&flags), ok);
  EXPECT_EQ(flags, 1u);
  EXPECT_EQ(cu.cuCtxPopCurrent_v2(&popped), ok);
  EXPECT_EQ(popped, second);
  EXPECT_EQ(current(), context);
  EXPECT_EQ(cu.cuCtxSetCurrent(second), ok);
  EXPECT_EQ(current(), second) << "it replaces the top";
  EXPECT_EQ(cu.cuCtxSetCurrent(nullptr), ok);
  EXPECT_EQ(current(), nullptr);
  EXPECT_EQ(cu.cuCtxSetCurrent(nullptr), ok);
  EXPECT_EQ(cu.cuCtxPopCurrent_v2(&popped), Result::InvalidContext);
  EXPECT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
  unsigned long long first = 0, other = 0;
  EXPECT_EQ(cu.cuCtxGetId(nullptr, &first), ok);
  EXPECT_EQ(cu.cuCtxGetId(second, &other), ok);
  EXPECT_NE(first, other);
  Device device = -1;
  EXPECT_EQ(cu.cuCtxGetDevice(&device), ok);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cu.cuCtxGetDevice_v2(&device, second), ok);
  EXPECT_EQ(cu.cuCtxDestroy_v2(second), ok) << "it is not current";
  EXPECT_EQ(current(), context);
}

TEST_F(ContextTest, AnotherThreadHasItsOwnStack) {
  std::thread([&] {
    EXPECT_EQ(current(), nullptr);
    DevicePtr address = 0;
    EXPECT_EQ(cu.cuMemAlloc_v2(&address, 8), Result::InvalidContext);
    EXPECT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
    EXPECT_EQ(cu.cuMemAlloc_v2(&address, 8), ok);
    EXPECT_EQ(cu.cuMemFree_v2(address), ok);
  }).join();
}

TEST_F(ContextTest, WhatBelongedToADestroyedContext) {
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  Stream stream = nullptr;
  Event event = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&stream, 0), ok);
  ASSERT_EQ(cu.cuEventCreate(&event, 0), ok);
  Module module = load(storePtx);
  Function function = kernel(module, "store");
  ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
  EXPECT_EQ(cu.cuCtxDestroy_v2(second), Result::InvalidContext);
  EXPECT_EQ(cu.cuCtxDestroy_v2(nullptr), Result::InvalidContext);
  EXPECT_EQ(cu.cuCtxPushCurrent_v2(second), Result::InvalidContext);
  EXPECT_EQ(cu.cuCtxSetCurrent(second), Result::InvalidContext);
  EXPECT_EQ(cu.cuStreamDestroy_v2(stream), Result::InvalidHandle);
  EXPECT_EQ(cu.cuEventDestroy_v2(event), Result::InvalidHandle);
  EXPECT_EQ(cu.cuModuleUnload(module), Result::InvalidHandle);
  int value = 0;
  EXPECT_EQ(cu.cuFuncGetAttribute(&value, FunctionAttribute::NumRegs, function),
            Result::InvalidHandle);
  // It is still on the stack, under the one that was pushed.
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  DevicePtr address = 0;
  EXPECT_EQ(cu.cuMemAlloc_v2(&address, 8), Result::ContextIsDestroyed);
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::ContextIsDestroyed);
  ASSERT_EQ(cu.cuCtxSetCurrent(nullptr), ok);
}

TEST_F(ContextTest, ALeakIsReportedWhenTheContextEnds) {
  mayHaveFindings = true;
  allocate(12);
  DevicePtr managed = 0;
  ASSERT_EQ(cu.cuMemAllocManaged(&managed, 16, attachGlobal), ok);
  ASSERT_EQ(cu.cuCtxDestroy_v2(context), ok);
  context = nullptr;
  EXPECT_EQ(findings(),
            "finding: leak: 1 allocation was not freed when the context ended, "
            "the first being allocation 1 of 12 bytes\n"
            "finding: leak: 1 allocation was not freed when the context ended, "
            "the first being managed allocation 2 of 16 bytes\n");
}

TEST_F(ContextTest, AnErrorStaysWithItsContext) {
  mayHaveFindings = true;
  Context failed = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&failed, 0, 0), ok);
  Function function = kernel(load(storePtx), "fault");
  DevicePtr address = allocate(8);
  EXPECT_EQ(cu.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr,
                              nullptr),
            ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::IllegalAddress);
  EXPECT_EQ(cu.cuMemFree_v2(address), Result::IllegalAddress);
  EXPECT_EQ(cu.cuMemAlloc_v2(&address, 8), Result::IllegalAddress);
  Device device = -1;
  EXPECT_EQ(cu.cuCtxGetDevice(&device), ok) << "it can still be asked";
  ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok) << "another context goes on";
  EXPECT_EQ(cu.cuCtxSynchronize_v2(failed), Result::IllegalAddress);
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  EXPECT_EQ(cu.cuCtxDestroy_v2(failed), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
}

TEST_F(ContextTest, ThePrimaryContext) {
  unsigned flags = 0;
  int active = -1;
  EXPECT_EQ(cu.cuDevicePrimaryCtxGetState(0, &flags, &active), ok);
  EXPECT_EQ(active, 0);
  EXPECT_EQ(cu.cuDevicePrimaryCtxSetFlags_v2(0, 2), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxSetFlags_v2(0, 3), invalid);
  Context first = nullptr, second = nullptr;
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&first, 0), ok);
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&second, 0), ok);
  EXPECT_EQ(first, second);
  EXPECT_EQ(current(), context) << "retaining makes nothing current";
  EXPECT_EQ(cu.cuDevicePrimaryCtxGetState(0, &flags, &active), ok);
  EXPECT_EQ(active, 1);
  EXPECT_EQ(flags, 2u);
  EXPECT_EQ(cu.cuCtxDestroy_v2(first), Result::InvalidContext);
  ASSERT_EQ(cu.cuCtxPushCurrent_v2(first), ok);
  DevicePtr address = allocate(8);
  release(address);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease(0), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok) << "one is left";
  EXPECT_EQ(cu.cuDevicePrimaryCtxReset_v2(0), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::ContextIsDestroyed);
  EXPECT_EQ(cu.cuDevicePrimaryCtxGetState(0, &flags, &active), ok);
  EXPECT_EQ(active, 0);
  // It comes back under its handle, where it is still current.
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&second, 0), ok);
  EXPECT_EQ(first, second);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease_v2(0), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease_v2(0), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease_v2(0), Result::InvalidContext);
  EXPECT_EQ(cu.cuDevicePrimaryCtxSetFlags(0, 0), ok);
}

TEST_F(ContextTest, ThePrimaryContextIsRetainedWhileItEnds) {
  Context first = nullptr, second = nullptr;
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&first, 0), ok);
  ASSERT_EQ(cu.cuCtxPushCurrent_v2(first), ok);
  Stream stream = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&stream, streamNonBlocking), ok);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  std::atomic<bool> isReleasing = false;
  std::thread releasing([&] {
    isReleasing = true;
    EXPECT_EQ(cu.cuDevicePrimaryCtxRelease_v2(0), ok);
  });
  // Until it waits for the work, which holds the context; there is no sign of
  // it.
  while (!isReleasing)
    std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&second, 0), ok);
  gate.isOpen = true;
  releasing.join();
  EXPECT_EQ(cu.cuCtxSynchronize(), ok) << "one is left";
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease_v2(0), ok);
}

TEST_F(ContextTest, AFaultEndsWithAReset) {
  mayHaveFindings = true;
  Context primary = nullptr;
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&primary, 0), ok);
  ASSERT_EQ(cu.cuCtxPushCurrent_v2(primary), ok);
  Function function = kernel(load(storePtx), "fault");
  EXPECT_EQ(cu.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr,
                              nullptr),
            ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::IllegalAddress);
  ASSERT_EQ(cu.cuDevicePrimaryCtxReset(0), ok);
  ASSERT_EQ(cu.cuDevicePrimaryCtxRetain(&primary, 0), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease(0), ok);
  EXPECT_EQ(cu.cuDevicePrimaryCtxRelease(0), ok);
}

TEST_F(ContextTest, LimitsAndCaches) {
  size_t value = 0;
  EXPECT_EQ(cu.cuCtxGetLimit(&value, Limit::StackSize), ok);
  EXPECT_EQ(value, 1024u);
  EXPECT_EQ(cu.cuCtxSetLimit(Limit::StackSize, 2001), ok);
  EXPECT_EQ(cu.cuCtxGetLimit(&value, Limit::StackSize), ok);
  EXPECT_EQ(value, 2016u) << "rounded up to sixteens";
  EXPECT_EQ(cu.cuCtxSetLimit(Limit::StackSize, (512 << 10) + 1), invalid);
  EXPECT_EQ(cu.cuCtxSetLimit(Limit::MallocHeapSize, 1 << 24), ok);
  EXPECT_EQ(cu.cuCtxGetLimit(&value, Limit::MallocHeapSize), ok);
  EXPECT_EQ(value, size_t(1) << 24);
  EXPECT_EQ(cu.cuCtxGetLimit(&value, static_cast<Limit>(7)),
            Result::UnsupportedLimit);
  EXPECT_EQ(cu.cuCtxSetLimit(static_cast<Limit>(99), 1),
            Result::UnsupportedLimit);
  EXPECT_EQ(cu.cuCtxGetLimit(nullptr, Limit::StackSize), invalid);
  CacheConfig config = CacheConfig::PreferEqual;
  EXPECT_EQ(cu.cuCtxGetCacheConfig(&config), ok);
  EXPECT_EQ(config, CacheConfig::PreferNone);
  EXPECT_EQ(cu.cuCtxSetCacheConfig(CacheConfig::PreferL1), ok);
  EXPECT_EQ(cu.cuCtxGetCacheConfig(&config), ok);
  EXPECT_EQ(config, CacheConfig::PreferL1);
  EXPECT_EQ(cu.cuCtxSetCacheConfig(static_cast<CacheConfig>(4)), invalid);
  int least = 1, greatest = 1;
  EXPECT_EQ(cu.cuCtxGetStreamPriorityRange(&least, &greatest), ok);
  EXPECT_EQ(least, 0);
  EXPECT_EQ(greatest, -5);
}

} // namespace
