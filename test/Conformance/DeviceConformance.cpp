//===- DeviceConformance.cpp - what every device does ---------------------===//

#include "Platform.h"

#include <numeric>
#include <thread>

using namespace theano;
using namespace theano::conformance;

namespace {

using DeviceConformance = Conformance;

TEST_P(DeviceConformance, SaysWhatItIs) {
  EXPECT_FALSE(device->name().empty());
  EXPECT_FALSE(device->description().empty());
  EXPECT_EQ(device->description().find('\n'), std::string::npos);
  EXPECT_EQ(device->hostAccessible(), !device->target().isGpu());
}

TEST_P(DeviceConformance, AllocationsAreAlignedDisjointAndCounted) {
  std::vector<Buffer> buffers;
  size_t total = 0;
  for (size_t bytes : {1, 3, 64, 65, 4097, 1000003}) {
    Expected<Buffer> buffer = Buffer::allocate(device, bytes);
    ASSERT_TRUE(buffer) << buffer.message();
    EXPECT_EQ(buffer->address() % 64, 0u);
    for (const Buffer &other : buffers)
      EXPECT_TRUE(buffer->address() >= other.address() + other.bytes() ||
                  other.address() >= buffer->address() + bytes);
    buffers.push_back(std::move(*buffer));
    total += bytes;
    EXPECT_EQ(device->bytesInUse(), total);
  }
  EXPECT_EQ(device->peakBytes(), total);
  buffers.clear();
  EXPECT_EQ(device->bytesInUse(), 0u);
  EXPECT_EQ(device->peakBytes(), total);
  device->resetPeak();
  EXPECT_EQ(device->peakBytes(), 0u);
}

TEST_P(DeviceConformance, NothingNeedsNoMemory) {
  Expected<Buffer> buffer = Buffer::allocate(device, 0);
  ASSERT_TRUE(buffer);
  EXPECT_EQ(buffer->address(), 0u);
}

TEST_P(DeviceConformance, WhatCannotBeAllocatedIsAnError) {
  for (size_t bytes : {SIZE_MAX, SIZE_MAX / 2 + 1, size_t(1) << 62}) {
    Expected<DeviceAddress> address = device->allocate(bytes);
    ASSERT_TRUE(address.failed());
    EXPECT_EQ(address.failure().kind, ErrorKind::OutOfMemory);
    EXPECT_NE(address.message().find(std::to_string(bytes)), std::string::npos)
        << address.message();
  }
  EXPECT_EQ(device->bytesInUse(), 0u);
}

TEST_P(DeviceConformance, CopiesKeepEveryByte) {
  for (size_t bytes : {1, 2, 15, 4096, 65536, 65537, 1 << 21}) {
    std::vector<uint8_t> data(bytes), back(bytes);
    std::iota(data.begin(), data.end(), uint8_t(3));
    Expected<Buffer> a = Buffer::allocate(device, bytes);
    Expected<Buffer> b = Buffer::allocate(device, bytes);
    ASSERT_TRUE(a && b);
    EXPECT_TRUE(device->fillZero(b->address(), bytes).succeeded());
    EXPECT_TRUE(
        device->copyToDevice(a->address(), data.data(), bytes).succeeded());
    std::vector<uint8_t> kept = data;
    std::fill(data.begin(), data.end(), uint8_t(0)); // may change at once
    // The last byte stays.
    if (bytes > 1) {
      EXPECT_TRUE(device->copyOnDevice(b->address(), a->address(), bytes - 1)
                      .succeeded());
    }
    EXPECT_TRUE(
        device->copyToHost(back.data(), b->address(), bytes).succeeded());
    kept.back() = 0;
    EXPECT_EQ(back, kept) << bytes;
  }
}

TEST_P(DeviceConformance, WorkIsInOrderAlsoThroughReusedMemory) {
  // A freed block may be handed out while its last copy is pending.
  std::vector<int32_t> host(1000), back(1000);
  Expected<Buffer> result = Buffer::allocate(device, 4000);
  ASSERT_TRUE(result);
  for (int32_t i = 0; i < 200; ++i) {
    std::fill(host.begin(), host.end(), i);
    Expected<Buffer> buffer = Buffer::allocate(device, 4000);
    ASSERT_TRUE(buffer);
    ASSERT_TRUE(
        device->copyToDevice(buffer->address(), host.data(), 4000).succeeded());
    ASSERT_TRUE(device
                    ->copyOnDevice(result->address() + size_t(i) * 4,
                                   buffer->address(), 4000 - size_t(i) * 4)
                    .succeeded());
  }
  ASSERT_TRUE(
      device->copyToHost(back.data(), result->address(), 4000).succeeded());
  for (int32_t i = 0; i < 1000; ++i)
    EXPECT_EQ(back[size_t(i)], std::min(i, 199));
}

TEST_P(DeviceConformance, KernelsWriteTheStatusWord) {
  Program program = emptyProgram(*device, "kernels");
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module) << module.message();
  std::vector<float> x = {1, 2, 3};
  std::vector<int64_t> index = {2, -1, 0, 3};
  std::vector<float> picked(4);
  StatusWord clean;
  Expected<Buffer> dx = Buffer::allocate(device, 12);
  Expected<Buffer> di = Buffer::allocate(device, 32);
  Expected<Buffer> out = Buffer::allocate(device, 16);
  Expected<Buffer> word = Buffer::allocate(device, sizeof(StatusWord));
  ASSERT_TRUE(dx && di && out && word);
  ASSERT_TRUE(device->copyToDevice(dx->address(), x.data(), 12).succeeded());
  ASSERT_TRUE(
      device->copyToDevice(di->address(), index.data(), 32).succeeded());
  ASSERT_TRUE(
      device->copyToDevice(word->address(), &clean, sizeof(clean)).succeeded());
  auto run = [&](uint64_t n) {
    uint64_t arguments[] = {dx->address(),  di->address(), out->address(), n, 3,
                            word->address()};
    Status status = device->launch(
        **module, {.kernel = takeKernel, .arguments = arguments, .bytes = 60});
    ASSERT_TRUE(status.succeeded()) << status.message();
  };
  run(1);
  Expected<StatusWord> status = device->readStatus(word->address());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 0);
  run(4);
  status = device->readStatus(word->address());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, static_cast<int32_t>(ErrorCode::IndexOutOfRange));
  EXPECT_EQ(status->location, 1);
  // Either failing element may be the first.
  EXPECT_TRUE(status->values[0] == -1 || status->values[0] == 3);
  EXPECT_EQ(status->values[1], 3);
  ASSERT_TRUE(
      device->copyToHost(picked.data(), out->address(), 16).succeeded());
  EXPECT_EQ(picked, (std::vector<float>{3, 0, 1, 0}));
}

TEST_P(DeviceConformance, UnknownKernelsAreErrors) {
  Program program = emptyProgram(*device, "kernels");
  if (device->hostAccessible())
    std::get<CpuEntry>(program.kernels[0].entry).symbol = "missing";
  else
    std::get<PtxEntry>(program.kernels[0].entry).entry = "missing";
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module.failed());
  EXPECT_NE(module.message().find("'missing'"), std::string::npos)
      << module.message();
}

TEST_P(DeviceConformance, GarbageIsNoModule) {
  Program program = emptyProgram(*device, "kernels");
  program.cpuObject = {1, 2, 3};
  program.ptx = "rubbish";
  EXPECT_TRUE(device->loadModule(program).failed());
}

TEST_P(DeviceConformance, ProgramsOfTheOtherKindAreRefused) {
  Program program = emptyProgram(*device, "kernels");
  program.target = device->hostAccessible() ? *lookupGpuTarget("sm_75")
                                            : nativeCpuTarget("x86-64", "");
  EXPECT_TRUE(device->loadModule(program).failed());
}

TEST_P(DeviceConformance, TimeIsMeasured) {
  Expected<Buffer> buffer = Buffer::allocate(device, 1 << 20);
  ASSERT_TRUE(buffer);
  Expected<int64_t> time = device->measure(
      [&] { return device->fillZero(buffer->address(), 1 << 20); });
  ASSERT_TRUE(time) << time.message();
  EXPECT_GT(*time, 0);
  Expected<int64_t> failed =
      device->measure([] { return Status(invalidArgument("no")); });
  ASSERT_TRUE(failed.failed());
  EXPECT_EQ(failed.message(), "no");
}

TEST_P(DeviceConformance, ThreadsMayShareIt) {
  std::vector<std::thread> threads;
  for (int32_t t = 0; t < 4; ++t)
    threads.emplace_back([this, t] {
      std::vector<int32_t> host(777, t), back(777);
      for (int i = 0; i < 20; ++i) {
        Expected<Buffer> buffer = Buffer::allocate(device, 4 * host.size());
        ASSERT_TRUE(buffer);
        ASSERT_TRUE(
            device
                ->copyToDevice(buffer->address(), host.data(), 4 * host.size())
                .succeeded());
        ASSERT_TRUE(
            device->copyToHost(back.data(), buffer->address(), 4 * host.size())
                .succeeded());
        EXPECT_EQ(host, back);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

THEANO_CONFORMANCE_SUITE(DeviceConformance);

} // namespace
