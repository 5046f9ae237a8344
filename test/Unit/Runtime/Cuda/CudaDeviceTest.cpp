//===- CudaDeviceTest.cpp - memory, copies and launches on a GPU ----------===//

#include "CudaTesting.h"

#include <cmath>
#include <numeric>

using namespace theano;

namespace {

using Memory = CudaTest;
using Kernels = CudaTest;

/// Succeeds, with the message otherwise.
#define EXPECT_OK(EXPRESSION)                                                  \
  do {                                                                         \
    Status status_ = (EXPRESSION);                                             \
    EXPECT_TRUE(status_.succeeded()) << status_.message();                     \
  } while (false)

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

TEST_F(Memory, CopiesThereAndBack) {
  std::shared_ptr<Device> device = open();
  // Around the border between staged and direct copies, and odd sizes.
  for (size_t bytes :
       {size_t(1), size_t(7), size_t(65536), size_t(65537), size_t(3000001)}) {
    std::vector<uint8_t> data(bytes), back(bytes);
    std::iota(data.begin(), data.end(), uint8_t(1));
    Expected<Buffer> a = Buffer::allocate(device, bytes);
    Expected<Buffer> b = Buffer::allocate(device, bytes);
    ASSERT_TRUE(a && b);
    EXPECT_OK(device->copyToDevice(a->address(), data.data(), bytes));
    EXPECT_OK(device->copyOnDevice(b->address(), a->address(), bytes));
    EXPECT_OK(device->copyToHost(back.data(), b->address(), bytes));
    EXPECT_EQ(data, back) << bytes;
    EXPECT_OK(device->fillZero(a->address(), bytes));
    EXPECT_OK(device->copyToHost(back.data(), a->address(), bytes));
    EXPECT_EQ(back, std::vector<uint8_t>(bytes)) << bytes;
  }
}

TEST_F(Memory, TheSourceOfACopyMayChangeAtOnce) {
  // The stand-in reads the source as late as it can. 3 MB in small pieces also
  // goes more than once around the staging buffer.
  std::shared_ptr<Device> device = open();
  for (size_t piece : {size_t(40000), size_t(200000)}) {
    std::vector<Buffer> buffers;
    std::vector<uint8_t> source(piece);
    for (int i = 0; i < 75; ++i) {
      std::fill(source.begin(), source.end(), uint8_t(i));
      Expected<Buffer> buffer = Buffer::allocate(device, piece);
      ASSERT_TRUE(buffer);
      EXPECT_OK(device->copyToDevice(buffer->address(), source.data(), piece));
      buffers.push_back(std::move(*buffer));
    }
    std::fill(source.begin(), source.end(), uint8_t(255));
    for (int i = 0; i < 75; ++i) {
      EXPECT_OK(device->copyToHost(source.data(), buffers[size_t(i)].address(),
                                   piece));
      EXPECT_EQ(source, std::vector<uint8_t>(piece, uint8_t(i)));
    }
  }
}

TEST_F(Memory, SmallCopiesToTheDeviceDoNotWait) {
  std::shared_ptr<Device> device = open();
  Expected<Buffer> buffer = Buffer::allocate(device, 8);
  ASSERT_TRUE(buffer);
  size_t before = standin::callsOf("cuStreamSynchronize");
  for (int64_t i = 0; i < 100; ++i)
    EXPECT_OK(device->copyToDevice(buffer->address(), &i, sizeof(i)));
  EXPECT_EQ(standin::callsOf("cuStreamSynchronize"), before);
  int64_t last = 0;
  EXPECT_OK(device->copyToHost(&last, buffer->address(), sizeof(last)));
  EXPECT_EQ(last, 99);
}

TEST_F(Memory, EmptyCopiesAreNothing) {
  std::shared_ptr<Device> device = open();
  size_t before = standin::calls().size();
  EXPECT_OK(device->copyToDevice(0, nullptr, 0));
  EXPECT_OK(device->copyToHost(nullptr, 0, 0));
  EXPECT_OK(device->copyOnDevice(0, 0, 0));
  EXPECT_OK(device->fillZero(0, 0));
  EXPECT_EQ(standin::calls().size(), before);
}

TEST_F(Memory, ThePoolReusesBlocksOfASizeClass) {
  std::shared_ptr<Device> device = open();
  Expected<DeviceAddress> first = device->allocate(100000);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first % 64, 0u);
  device->deallocate(*first, 100000);
  Expected<DeviceAddress> second = device->allocate(99000);
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(device->bytesInUse(), 99000u);
  EXPECT_EQ(device->peakBytes(), 100000u);
  device->resetPeak();
  EXPECT_EQ(device->peakBytes(), 99000u);
  device->deallocate(*second, 99000);
  EXPECT_EQ(standin::callsOf("cuMemAlloc"), 1u);
  EXPECT_EQ(standin::callsOf("cuMemFree"), 0u);
  device.reset();
  EXPECT_EQ(standin::callsOf("cuMemFree"), 1u);
}

TEST_F(Memory, ExactAllocationsEndWhereTheyShouldAndDieAtOnce) {
  std::shared_ptr<Device> device = open(/*exact=*/true);
  Expected<DeviceAddress> address = device->allocate(100);
  ASSERT_TRUE(address);
  std::vector<uint8_t> data(101);
  EXPECT_OK(device->copyToDevice(*address, data.data(), 100));
  Status over = device->copyToDevice(*address, data.data(), 101);
  EXPECT_TRUE(over.failed());
  EXPECT_EQ(standin::findings().size(), 1u) << "the overrun was not seen";
  device->deallocate(*address, 100);
  EXPECT_EQ(standin::callsOf("cuMemFree"), 1u);
  EXPECT_TRUE(device->copyToDevice(*address, data.data(), 1).failed());
  std::vector<std::string> found = standin::findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1], "cuMemcpyHtoDAsync: use of freed memory");
  device.reset();
  standIn->reset(); // those findings were the point
}

TEST_F(Memory, OutOfMemoryNamesTheSizes) {
  standIn->set("memory", "1000000");
  std::shared_ptr<Device> device = open();
  Expected<Buffer> held = Buffer::allocate(device, 600000);
  ASSERT_TRUE(held);
  Expected<DeviceAddress> more = device->allocate(500000);
  ASSERT_TRUE(more.failed());
  EXPECT_EQ(more.failure().kind, ErrorKind::OutOfMemory);
  EXPECT_EQ(more.message(),
            "out of memory: cannot allocate 500000 bytes on cuda:0 (600000 of "
            "1000000 bytes are in use by this program): cuMemAlloc failed: "
            "CUDA_ERROR_OUT_OF_MEMORY (out of memory)");
  // Sizes that would overflow when rounded up.
  for (size_t huge : {SIZE_MAX, SIZE_MAX / 2, size_t(1) << 63}) {
    Expected<DeviceAddress> none = device->allocate(huge);
    ASSERT_TRUE(none.failed());
    EXPECT_EQ(none.failure().kind, ErrorKind::OutOfMemory);
  }
  EXPECT_EQ(device->bytesInUse(), 600000u);
}

TEST_F(Memory, KeptBlocksMakeRoomForOthers) {
  standIn->set("memory", "1000000");
  std::shared_ptr<Device> device = open();
  for (size_t bytes : {size_t(600000), size_t(900000), size_t(700000)}) {
    Expected<Buffer> buffer = Buffer::allocate(device, bytes);
    EXPECT_TRUE(buffer) << buffer.message();
  }
  EXPECT_EQ(standin::callsOf("cuMemFree"), 2u);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// x = {1, 2, ..., n} times `factor`, through a kernel.
std::vector<float> runScale(Device &device, LoadedModule &module, int32_t n,
                            int64_t factor) {
  size_t bytes = static_cast<size_t>(n) * sizeof(float);
  std::vector<float> x(static_cast<size_t>(n)), result(x.size());
  std::iota(x.begin(), x.end(), 1.0f);
  Expected<DeviceAddress> in = device.allocate(bytes);
  Expected<DeviceAddress> out = device.allocate(bytes);
  EXPECT_TRUE(in && out);
  EXPECT_OK(device.copyToDevice(*in, x.data(), bytes));
  // The upper half of an i32's word is nobody's business.
  uint64_t arguments[] = {*out, *in,
                          static_cast<uint32_t>(n) | 0xdead00000000ull,
                          static_cast<uint64_t>(factor)};
  EXPECT_OK(device.launch(
      module,
      {.kernel = 0, .grid = {(n + 127) / 128, 1, 1}, .arguments = arguments}));
  std::fill(std::begin(arguments), std::end(arguments), 0); // were copied
  EXPECT_OK(device.copyToHost(result.data(), *out, bytes));
  device.deallocate(*in, bytes);
  device.deallocate(*out, bytes);
  return result;
}

TEST_F(Kernels, RunWithTheirArguments) {
  std::shared_ptr<Device> device = open(/*exact=*/true);
  Program program = scaleProgram();
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module) << module.message();
  for (int32_t n : {1, 127, 129}) {
    std::vector<float> result = runScale(*device, **module, n, -3);
    for (int32_t i = 0; i < n; ++i)
      EXPECT_EQ(result[size_t(i)], -3.0f * static_cast<float>(i + 1));
  }
}

TEST_F(Kernels, ManyArgumentsReachTheirKernel) {
  // More than fit the launch's inline array.
  constexpr unsigned count = 40;
  std::string ptx = ".version 7.0\n.target sm_75\n.entry many(";
  PtxEntry entry;
  entry.entry = "many";
  std::vector<uint64_t> arguments;
  for (unsigned i = 0; i < count; ++i) {
    ptx += (i ? ", .param .u64 p" : ".param .u64 p") + std::to_string(i);
    entry.params.push_back(ParamType::Int64);
    arguments.push_back(i * 1000003ull);
  }
  Program program;
  program.target = *lookupGpuTarget("sm_75");
  program.ptx = ptx + ") { ret; }";
  program.kernels.push_back({"many", "map", {}, {}, entry});
  uint64_t sum = 0;
  standIn->setBody(
      "many",
      [](const standin::Launch &launch, void *user) {
        for (unsigned i = 0; i < launch.parameterCount; ++i)
          *static_cast<uint64_t *>(user) +=
              standin::parameter<uint64_t>(launch, i) * (i + 1);
      },
      &sum);
  std::shared_ptr<Device> device = open();
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module) << module.message();
  EXPECT_OK(device->launch(**module, {.arguments = arguments}));
  EXPECT_OK(device->synchronize());
  uint64_t expected = 0;
  for (uint64_t i = 0; i < count; ++i)
    expected += i * 1000003 * (i + 1);
  EXPECT_EQ(sum, expected);
}

TEST_F(Kernels, TheDriversLogIsShown) {
  std::shared_ptr<Device> device = open();
  Program program = scaleProgram();
  program.ptx = "not ptx";
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module.failed());
  EXPECT_EQ(module.message(),
            "cuModuleLoadDataEx failed: CUDA_ERROR_INVALID_PTX (the PTX did "
            "not compile)\nthe driver's log: ptxas application ptx input, "
            "line 1; fatal: missing .version");
}

TEST_F(Kernels, AKernelThatIsMissingIsNamed) {
  std::shared_ptr<Device> device = open();
  Program program = scaleProgram();
  std::get<PtxEntry>(program.kernels[0].entry).entry = "commented_out";
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module.failed());
  EXPECT_EQ(module.message(),
            "cuModuleGetFunction failed: CUDA_ERROR_NOT_FOUND (the named "
            "symbol was not found), for kernel 'commented_out'");
}

TEST_F(Kernels, LimitsOfTheDeviceAreChecked) {
  std::shared_ptr<Device> device = open();
  auto loadWith = [&](auto change) {
    Program program = scaleProgram();
    change(std::get<PtxEntry>(program.kernels[0].entry));
    return device->loadModule(program).takeStatus();
  };
  EXPECT_OK(loadWith([](PtxEntry &e) { e.block = {32, 32, 1}; }));
  EXPECT_OK(loadWith([](PtxEntry &e) { e.dynamicShared = 99 * 1024; }));
  EXPECT_EQ(standin::callsOf("cuFuncSetAttribute"), 1u);
  EXPECT_EQ(loadWith([](PtxEntry &e) { e.block = {32, 32, 2}; }).message(),
            "kernel 'scale' needs blocks of (32, 32, 2) threads; the device "
            "allows (1024, 1024, 64) and 1024 in all");
  EXPECT_TRUE(loadWith([](PtxEntry &e) { e.block = {0, 1, 1}; }).failed());
  EXPECT_TRUE(loadWith([](PtxEntry &e) {
                e.block = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
              }).failed());
  EXPECT_EQ(loadWith([](PtxEntry &e) {
              e.staticShared = 1;
              e.dynamicShared = 99 * 1024;
            }).message(),
            "kernel 'scale' needs 101377 bytes of shared memory; the device "
            "allows 101376");

  Program program = scaleProgram();
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module);
  uint64_t arguments[4] = {};
  Status grid =
      device->launch(**module, {.grid = {1, 65536, 1}, .arguments = arguments});
  ASSERT_TRUE(grid.failed());
  EXPECT_EQ(grid.message(),
            "kernel 'scale' needs a grid of (1, 65536, 1) blocks; the device "
            "allows (1, 1, 1) to (2147483647, 65535, 65535)");
  Status few = device->launch(**module, {.arguments = {arguments, 3}});
  ASSERT_TRUE(few.failed());
  EXPECT_EQ(few.message(), "kernel 'scale' takes 4 arguments, got 3");
  EXPECT_TRUE(
      device->launch(**module, {.kernel = 1, .arguments = arguments}).failed());
}

TEST_F(Kernels, ProgramsForOtherTargetsAreRefused) {
  standIn->set("capability", "8.0");
  std::shared_ptr<Device> device = open();
  Program program = scaleProgram();
  program.target = *lookupGpuTarget("sm_90");
  Status newer = device->loadModule(program).takeStatus();
  ASSERT_TRUE(newer.failed());
  EXPECT_EQ(newer.failure().kind, ErrorKind::Unsupported);
  EXPECT_EQ(newer.message(), "program 'scale' is compiled for sm_90, newer "
                             "than cuda:0 (sm_80); compile it for that or an "
                             "older one");
  program.target = nativeCpuTarget("x86-64", "");
  EXPECT_EQ(device->loadModule(program).takeStatus().failure().kind,
            ErrorKind::InvalidArgument);
  program.target = *lookupGpuTarget("sm_75");
  program.kernels[0].entry = CpuEntry{"scale"};
  EXPECT_TRUE(device->loadModule(program).failed());
}

TEST_F(Kernels, AFaultIsFoundAtTheNextWaitAndNamesTheKernel) {
  std::shared_ptr<Device> device = open();
  Program program = scaleProgram();
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  ASSERT_TRUE(module);
  Expected<DeviceAddress> memory = device->allocate(512);
  ASSERT_TRUE(memory);
  standIn->fault(1, cuda::Result::IllegalAddress);
  uint64_t arguments[] = {*memory, *memory, 1, 1};
  EXPECT_OK(device->launch(**module, {.arguments = arguments}));
  Status found = device->synchronize();
  ASSERT_TRUE(found.failed());
  EXPECT_EQ(found.failure().kind, ErrorKind::DeviceError);
  EXPECT_EQ(found.message(),
            "cuStreamSynchronize failed: CUDA_ERROR_ILLEGAL_ADDRESS (a kernel "
            "accessed an invalid address), found while waiting for earlier "
            "work; the last kernels launched were 'scale'");
  // The context is lost: everything fails, nothing crashes.
  float value;
  EXPECT_TRUE(device->copyToHost(&value, *memory, sizeof(value)).failed());
  EXPECT_TRUE(device->launch(**module, {.arguments = arguments}).failed());
  device->deallocate(*memory, 512);
  *module = nullptr;
  device.reset();
  EXPECT_FALSE(late.empty()) << "failures of releasing are told";
  late.clear();
}

TEST_F(Kernels, TimeIsMeasuredByTheDevice) {
  std::shared_ptr<Device> device = open();
  Expected<Buffer> buffer = Buffer::allocate(device, 1 << 20);
  ASSERT_TRUE(buffer);
  Expected<int64_t> time = device->measure(
      [&] { return device->fillZero(buffer->address(), 1 << 20); });
  ASSERT_TRUE(time) << time.message();
  EXPECT_GT(*time, 0);
  EXPECT_LT(*time, int64_t(10) * 1000 * 1000 * 1000);
  EXPECT_EQ(standin::callsOf("cuEventDestroy"), 2u);
  Expected<int64_t> failed =
      device->measure([] { return Status(invalidArgument("no")); });
  EXPECT_EQ(failed.message(), "no");
  EXPECT_EQ(standin::callsOf("cuEventCreate"),
            standin::callsOf("cuEventDestroy"));
}

} // namespace
