//===- StreamTest.cpp - the order of streams, and functions of the host ---===//

#include "DriverLibrary.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

using namespace theano;
using namespace theano::cuda;

namespace {

class StreamTest : public DriverLibraryTest {
protected:
  Stream make(unsigned flags = 0) {
    Stream stream = nullptr;
    EXPECT_EQ(cu.cuStreamCreate(&stream, flags), ok);
    return stream;
  }
  Event makeEvent(unsigned flags = 0) {
    Event event = nullptr;
    EXPECT_EQ(cu.cuEventCreate(&event, flags), ok);
    return event;
  }
  uint32_t word(DevicePtr address) {
    return *reinterpret_cast<uint32_t *>(address);
  }
  /// Managed memory, which the test can look at whenever it wants to.
  DevicePtr managed(uint32_t value) {
    DevicePtr address = 0;
    EXPECT_EQ(cu.cuMemAllocManaged(&address, 4, attachGlobal), ok);
    std::memcpy(reinterpret_cast<void *>(address), &value, 4);
    return address;
  }
};

TEST_F(StreamTest, WhatAStreamIs) {
  Stream stream = nullptr;
  ASSERT_EQ(cu.cuStreamCreateWithPriority(&stream, streamNonBlocking, -9), ok);
  int priority = 1;
  unsigned flags = 9;
  unsigned long long id = 0, other = 0;
  Context of = nullptr;
  Device device = -1;
  EXPECT_EQ(cu.cuStreamGetPriority(stream, &priority), ok);
  EXPECT_EQ(priority, -5) << "clamped";
  EXPECT_EQ(cu.cuStreamGetFlags(stream, &flags), ok);
  EXPECT_EQ(flags, 1u);
  EXPECT_EQ(cu.cuStreamGetCtx(stream, &of), ok);
  EXPECT_EQ(of, context);
  EXPECT_EQ(cu.cuStreamGetDevice(stream, &device), ok);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cu.cuStreamGetId(stream, &id), ok);
  EXPECT_EQ(cu.cuStreamGetId(nullptr, &other), ok);
  EXPECT_NE(id, other);
  EXPECT_EQ(cu.cuStreamGetId_ptsz(nullptr, &id), ok);
  EXPECT_NE(id, other) << "the thread has a default stream of its own";
  EXPECT_EQ(cu.cuStreamGetId(reinterpret_cast<Stream>(legacyStreamHandle), &id),
            ok);
  EXPECT_EQ(id, other);
  LaunchAttributeValue value = {}, read = {};
  value.priority = -2;
  EXPECT_EQ(
      cu.cuStreamSetAttribute(stream, LaunchAttributeId::Priority, &value), ok);
  value.pad[0] = 3;
  EXPECT_EQ(cu.cuStreamSetAttribute(
                stream, LaunchAttributeId::SynchronizationPolicy, &value),
            ok);
  Stream copy = make();
  EXPECT_EQ(cu.cuStreamCopyAttributes(copy, stream), ok);
  EXPECT_EQ(cu.cuStreamGetAttribute(copy, LaunchAttributeId::Priority, &read),
            ok);
  EXPECT_EQ(read.priority, -2);
  EXPECT_EQ(cu.cuStreamGetAttribute(
                copy, LaunchAttributeId::SynchronizationPolicy, &read),
            ok);
  EXPECT_EQ(read.pad[0], 3);
  EXPECT_EQ(
      cu.cuStreamGetAttribute(copy, LaunchAttributeId::ClusterDimension, &read),
      invalid);
  EXPECT_EQ(cu.cuStreamCreateWithPriority(&stream, 2, 0), invalid);
  EXPECT_EQ(cu.cuStreamGetFlags(stream, nullptr), invalid);
}

TEST_F(StreamTest, WorkBehindAFunctionOfTheHost) {
  Stream stream = make(streamNonBlocking);
  DevicePtr address = managed(1);
  Gate gate;
  EXPECT_EQ(cu.cuStreamQuery(stream), ok);
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  EXPECT_EQ(cu.cuStreamQuery(stream), Result::NotReady);
  // Fills, copies and launches wait; other streams go on.
  ASSERT_EQ(cu.cuMemsetD32Async(address, 2, 1, stream), ok);
  Function store = kernel(load(storePtx), "store");
  uint32_t three = 3;
  DevicePtr second = managed(1);
  void *parameters[] = {&second, &three};
  ASSERT_EQ(cu.cuLaunchKernel(store, 1, 1, 1, 1, 1, 1, 0, stream, parameters,
                              nullptr),
            ok);
  three = 99; // parameters are taken when a launch is issued
  DevicePtr third = managed(1);
  ASSERT_EQ(cu.cuMemcpyAsync(third, second, 4, stream), ok);
  ASSERT_EQ(cu.cuMemsetD32Async(third, 7, 1, nullptr), ok);
  EXPECT_EQ(word(address), 1u);
  EXPECT_EQ(word(second), 1u);
  EXPECT_EQ(word(third), 7u);
  EXPECT_EQ(cu.cuStreamQuery(nullptr), ok);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize(stream), ok);
  EXPECT_TRUE(gate.hasRun);
  EXPECT_EQ(word(address), 2u);
  EXPECT_EQ(word(second), 3u);
  EXPECT_EQ(word(third), 3u);
  for (DevicePtr each : {address, second, third})
    release(each);
}

TEST_F(StreamTest, TheLegacyStreamOrdersTheOthers) {
  Stream blocking = make(), free = make(streamNonBlocking);
  DevicePtr address = managed(1);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(blocking, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuMemsetD32Async(address, 2, 1, nullptr), ok);
  EXPECT_EQ(word(address), 1u) << "it waits for the stream";
  EXPECT_EQ(cu.cuStreamQuery(nullptr), Result::NotReady);
  EXPECT_EQ(cu.cuStreamQuery(free), ok);
  Stream later = make();
  ASSERT_EQ(cu.cuMemsetD32Async(address, 3, 1, later), ok);
  EXPECT_EQ(word(address), 1u) << "and a stream waits for it";
  gate.isOpen = true;
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
  EXPECT_EQ(word(address), 3u);
  release(address);
}

TEST_F(StreamTest, PerThreadDefaultStreams) {
  DevicePtr address = managed(1);
  Gate gate;
  // The thread's own stream is held up; that of another thread is not.
  ASSERT_EQ(cu.cuLaunchHostFunc_ptsz(nullptr, Gate::wait, &gate), ok);
  EXPECT_EQ(cu.cuStreamQuery_ptsz(nullptr), Result::NotReady);
  EXPECT_EQ(cu.cuStreamQuery(reinterpret_cast<Stream>(perThreadStreamHandle)),
            Result::NotReady);
  std::thread([&] {
    ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
    EXPECT_EQ(cu.cuStreamQuery_ptsz(nullptr), ok);
    EXPECT_EQ(cu.cuMemsetD32_v2_ptds(address, 2, 1), ok);
    EXPECT_EQ(word(address), 2u);
  }).join();
  // But the legacy stream is.
  EXPECT_EQ(cu.cuStreamQuery(nullptr), Result::NotReady);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize_ptsz(nullptr), ok);
  release(address);
}

TEST_F(StreamTest, AThreadsOwnStreamEndsWithIt) {
  // Threads often get the id of one that has ended.
  for (int i = 0; i < 4; ++i)
    std::thread([&] {
      ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
      CaptureStatus status = CaptureStatus::Active;
      EXPECT_EQ(cu.cuStreamIsCapturing_ptsz(nullptr, &status), ok);
      EXPECT_EQ(status, CaptureStatus::None);
      EXPECT_EQ(cu.cuStreamBeginCapture_v2_ptsz(nullptr, CaptureMode::Global),
                ok);
    }).join();
  // And the captures with it, which forbid this.
  release(allocate(4));
}

TEST_F(StreamTest, TheErrorOfAnotherContext) {
  mayHaveFindings = true;
  Context failing = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&failing, 0, 0), ok);
  Stream stream = make(streamNonBlocking);
  Function fault = kernel(load(storePtx), "fault");
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  ASSERT_EQ(
      cu.cuLaunchKernel(fault, 1, 1, 1, 1, 1, 1, 0, stream, nullptr, nullptr),
      ok);
  ASSERT_EQ(cu.cuCtxPopCurrent_v2(nullptr), ok);
  std::thread opener([&] { gate.isOpen = true; });
  EXPECT_EQ(cu.cuStreamSynchronize(stream), Result::IllegalAddress);
  opener.join();
  EXPECT_EQ(cu.cuStreamQuery(stream), Result::IllegalAddress);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
  ASSERT_EQ(cu.cuCtxDestroy_v2(failing), ok);
}

TEST_F(StreamTest, AStreamWaitsForAnEvent) {
  Stream first = make(streamNonBlocking), second = make(streamNonBlocking);
  Event event = makeEvent();
  DevicePtr address = managed(1);
  // An event that was never recorded holds nothing back.
  EXPECT_EQ(cu.cuStreamWaitEvent(second, event, 0), ok);
  EXPECT_EQ(cu.cuStreamQuery(second), ok);
  EXPECT_EQ(cu.cuEventQuery(event), ok);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(first, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuEventRecord(event, first), ok);
  EXPECT_EQ(cu.cuEventQuery(event), Result::NotReady);
  ASSERT_EQ(cu.cuStreamWaitEvent(second, event, 0), ok);
  ASSERT_EQ(cu.cuMemsetD32Async(address, 2, 1, second), ok);
  EXPECT_EQ(word(address), 1u);
  // A later record does not change what the stream waits for.
  Stream third = make(streamNonBlocking);
  ASSERT_EQ(cu.cuEventRecord(event, third), ok);
  EXPECT_EQ(cu.cuEventQuery(event), ok);
  EXPECT_EQ(cu.cuStreamQuery(second), Result::NotReady);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize(second), ok);
  EXPECT_EQ(word(address), 2u);
  EXPECT_EQ(cu.cuStreamWaitEvent(second, event, 2), invalid);
  EXPECT_EQ(cu.cuStreamWaitEvent(second, nullptr, 0), Result::InvalidHandle);
  release(address);
}

TEST_F(StreamTest, AnEventOfAnotherContext) {
  Stream first = make();
  Event event = makeEvent();
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(first, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuEventRecord(event, first), ok);
  Context other = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&other, 0, 0), ok);
  Stream second = make();
  DevicePtr address = managed(1);
  EXPECT_EQ(cu.cuEventRecord(event, second), Result::InvalidHandle);
  ASSERT_EQ(cu.cuStreamWaitEvent(second, event, 0), ok);
  ASSERT_EQ(cu.cuMemsetD32Async(address, 2, 1, second), ok);
  EXPECT_EQ(word(address), 1u);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuStreamSynchronize(second), ok);
  EXPECT_EQ(word(address), 2u);
  release(address);
  ASSERT_EQ(cu.cuCtxDestroy_v2(other), ok);
}

TEST_F(StreamTest, TheTimeBetweenEvents) {
  Event start = makeEvent(), end = makeEvent(),
        untimed = makeEvent(eventDisableTiming);
  float milliseconds = -1;
  ASSERT_EQ(cu.cuEventRecord(start, nullptr), ok);
  EXPECT_EQ(cu.cuEventElapsedTime(&milliseconds, start, end),
            Result::InvalidHandle)
      << "not recorded";
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(nullptr, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuEventRecordWithFlags(end, nullptr, 0), ok);
  EXPECT_EQ(cu.cuEventElapsedTime(&milliseconds, start, end), Result::NotReady);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  gate.isOpen = true;
  EXPECT_EQ(cu.cuEventSynchronize(end), ok);
  EXPECT_EQ(cu.cuEventElapsedTime_v2(&milliseconds, start, end), ok);
  EXPECT_GE(milliseconds, 2);
  EXPECT_LT(milliseconds, 60000);
  ASSERT_EQ(cu.cuEventRecord(untimed, nullptr), ok);
  EXPECT_EQ(cu.cuEventElapsedTime(&milliseconds, start, untimed),
            Result::InvalidHandle);
  EXPECT_EQ(cu.cuEventElapsedTime(nullptr, start, end), invalid);
  EXPECT_EQ(cu.cuEventRecordWithFlags(end, nullptr, 2), invalid);
  Event event = nullptr;
  EXPECT_EQ(cu.cuEventCreate(&event, 8), invalid);
  EXPECT_EQ(cu.cuEventCreate(&event, eventInterprocess), invalid);
}

TEST_F(StreamTest, AFunctionOfTheHostMayNotCallTheDriver) {
  static const DriverLibrary *driver = nullptr;
  driver = &cu;
  Result results[3] = {};
  auto call = [](void *user) {
    auto *out = static_cast<Result *>(user);
    DevicePtr address = 0;
    out[0] = driver->cuMemAlloc_v2(&address, 4);
    out[1] = driver->cuCtxSynchronize();
    out[2] = driver->theanoSimReset();
  };
  ASSERT_EQ(cu.cuLaunchHostFunc(nullptr, call, results), ok);
  ASSERT_EQ(cu.cuCtxSynchronize(), ok);
  for (Result result : results)
    EXPECT_EQ(result, Result::NotPermitted);
}

TEST_F(StreamTest, CallbacksAreToldOfErrors) {
  mayHaveFindings = true;
  Context failing = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&failing, 0, 0), ok);
  struct Told {
    std::atomic<int> calls = 0;
    Result result = Result::Unknown;
  } first, second;
  auto tell = [](Stream, Result result, void *user) {
    auto *told = static_cast<Told *>(user);
    told->result = result;
    ++told->calls;
  };
  auto count = [](void *user) { ++static_cast<Told *>(user)->calls; };
  ASSERT_EQ(cu.cuStreamAddCallback(nullptr, tell, &first, 0), ok);
  ASSERT_EQ(cu.cuCtxSynchronize(), ok);
  EXPECT_EQ(first.result, ok);
  Gate gate;
  Told skipped;
  ASSERT_EQ(cu.cuLaunchHostFunc(nullptr, Gate::wait, &gate), ok);
  Function fault = kernel(load(storePtx), "fault");
  ASSERT_EQ(
      cu.cuLaunchKernel(fault, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr),
      ok);
  ASSERT_EQ(cu.cuLaunchHostFunc(nullptr, count, &skipped), ok);
  ASSERT_EQ(cu.cuStreamAddCallback(nullptr, tell, &second, 0), ok);
  EXPECT_EQ(cu.cuStreamAddCallback(nullptr, tell, &second, 1), invalid);
  EXPECT_EQ(cu.cuStreamAddCallback(nullptr, nullptr, &second, 0), invalid);
  EXPECT_EQ(cu.cuLaunchHostFunc(nullptr, nullptr, nullptr), invalid);
  gate.isOpen = true;
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::IllegalAddress);
  EXPECT_EQ(second.result, Result::IllegalAddress);
  EXPECT_EQ(second.calls, 1);
  EXPECT_EQ(skipped.calls, 0) << "after an error no function is called";
  EXPECT_EQ(cu.cuStreamQuery(nullptr), Result::IllegalAddress);
  ASSERT_EQ(cu.cuCtxDestroy_v2(failing), ok);
}

TEST_F(StreamTest, WhatIsFreedWaitsForWork) {
  Stream stream = make();
  DevicePtr address = managed(1);
  DevicePtr pooled = 0;
  ASSERT_EQ(cu.cuMemAllocAsync(&pooled, 4, stream), ok);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuMemsetD32Async(pooled, 2, 1, stream), ok);
  ASSERT_EQ(cu.cuMemFreeAsync(pooled, stream), ok);
  EXPECT_EQ(cu.cuMemFreeAsync(pooled, stream), invalid);
  ASSERT_EQ(cu.cuMemsetD32Async(address, 2, 1, stream), ok);
  ASSERT_EQ(cu.cuStreamDestroy_v2(stream), ok) << "its work goes on";
  std::thread opener([&] { gate.isOpen = true; });
  EXPECT_EQ(cu.cuMemFree_v2(address), ok);
  EXPECT_TRUE(gate.hasRun);
  opener.join();
}

TEST_F(StreamTest, WhatAnotherContextFreesWaitsForWork) {
  Stream stream = make(streamNonBlocking);
  DevicePtr address = allocate(4);
  void *pinned = nullptr;
  ASSERT_EQ(cu.cuMemAllocHost_v2(&pinned, 4), ok);
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  auto waits = [&](const std::function<Result()> &free) {
    Gate gate;
    ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
    std::thread opener([&] { gate.isOpen = true; });
    EXPECT_EQ(free(), ok);
    EXPECT_TRUE(gate.hasRun);
    opener.join();
    EXPECT_EQ(cu.cuStreamSynchronize(stream), ok);
  };
  waits([&] { return cu.cuMemFree_v2(address); });
  waits([&] { return cu.cuMemFreeHost(pinned); });
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
}

TEST_F(StreamTest, PageableMemoryIsReadWhenACopyIsIssued) {
  Stream stream = make();
  DevicePtr address = managed(1);
  void *pinned = nullptr;
  ASSERT_EQ(cu.cuMemAllocHost_v2(&pinned, 4), ok);
  auto *late = static_cast<uint32_t *>(pinned);
  DevicePtr second = managed(1);
  uint32_t own = 5;
  *late = 6;
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  ASSERT_EQ(cu.cuMemcpyHtoDAsync_v2(address, &own, 4, stream), ok);
  ASSERT_EQ(cu.cuMemcpyHtoDAsync_v2(second, pinned, 4, stream), ok);
  own = 99;
  *late = 7;
  gate.isOpen = true;
  ASSERT_EQ(cu.cuStreamSynchronize(stream), ok);
  EXPECT_EQ(word(address), 5u);
  EXPECT_EQ(word(second), 7u) << "pinned memory is read when its turn comes";
  release(address);
  release(second);
  EXPECT_EQ(cu.cuMemFreeHost(pinned), ok);
}

TEST_F(StreamTest, ManagedMemoryIsAttached) {
  Stream stream = make();
  DevicePtr address = managed(1), plain = allocate(4);
  EXPECT_EQ(cu.cuStreamAttachMemAsync(stream, address, 0, attachSingle), ok);
  EXPECT_EQ(cu.cuStreamAttachMemAsync(stream, address, 4, attachGlobal), ok);
  EXPECT_EQ(cu.cuStreamAttachMemAsync(stream, address, 2, attachGlobal),
            invalid);
  EXPECT_EQ(cu.cuStreamAttachMemAsync(stream, address, 0, 8), invalid);
  EXPECT_EQ(cu.cuStreamAttachMemAsync(stream, plain, 0, attachGlobal), invalid);
  release(address);
  release(plain);
}

} // namespace
