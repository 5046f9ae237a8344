//===- Platform.cpp - the devices that the suite runs on ------------------===//

#include "Platform.h"

#include "StandIn.h"
#include "theano/DriverAbi/Extensions.h"
#include "theano/Support/File.h"

#include <dlfcn.h>
#include <sstream>

namespace theano::conformance {

//===----------------------------------------------------------------------===//
// The kernels' bodies for the stand-in driver, which cannot run PTX
//===----------------------------------------------------------------------===//

namespace {

template <typename T>
T *array(const standin::Launch &launch, unsigned i, int64_t count) {
  return static_cast<T *>(
      launch.memory(standin::parameter<uint64_t>(launch, i),
                    static_cast<size_t>(count) * sizeof(T)));
}

/// The elements that the launch's threads reach.
int64_t reached(const standin::Launch &launch, int32_t n) {
  return std::min<int64_t>(int64_t(launch.grid[0]) * launch.block[0], n);
}

void addBody(const standin::Launch &launch, void *) {
  auto n = standin::parameter<int32_t>(launch, 3);
  auto *x = array<const float>(launch, 0, n);
  auto *y = array<const float>(launch, 1, n);
  auto *out = array<float>(launch, 2, n);
  for (int64_t i = 0; x && y && out && i < reached(launch, n); ++i)
    out[i] = x[i] + y[i];
}

void takeBody(const standin::Launch &launch, void *) {
  auto n = standin::parameter<int32_t>(launch, 3);
  auto size = standin::parameter<int64_t>(launch, 4);
  auto *x = array<const float>(launch, 0, size);
  auto *index = array<const int64_t>(launch, 1, n);
  auto *out = array<float>(launch, 2, n);
  auto *status = array<StatusWord>(launch, 5, 1);
  if (!x || !index || !out || !status)
    return;
  for (int64_t i = 0; i < reached(launch, n); ++i) {
    bool fits = index[i] >= 0 && index[i] < size;
    out[i] = fits ? x[index[i]] : 0;
    if (!fits && status->code == 0)
      *status = {2, 1, {index[i], size}};
  }
}

//===----------------------------------------------------------------------===//
// Platforms
//===----------------------------------------------------------------------===//

Expected<std::shared_ptr<Device>> openCpu(bool exact) {
  CpuDeviceOptions options;
  options.target = nativeCpuTarget("x86-64", "");
  options.threads = 3;
  options.exactAllocations = exact;
  options.blas = "none";
  return createCpuDevice(std::move(options));
}

Expected<std::shared_ptr<Device>> openOverStandIn(bool exact) {
  const standin::Controls *standIn = standin::openStandIn();
  if (!standIn)
    return deviceError("cannot open " THEANO_STANDIN_DRIVER);
  standIn->reset();
  standIn->setBody("add", addBody, nullptr);
  standIn->setBody("take", takeBody, nullptr);
  CudaDeviceOptions options;
  options.driverPath = THEANO_STANDIN_DRIVER;
  options.exactAllocations = exact;
  return createCudaDevice(std::move(options));
}

//===----------------------------------------------------------------------===//
// The simulated driver
//===----------------------------------------------------------------------===//

/// A function that the library exports beside the driver's; it stays open.
template <typename Function> Function *simulated(const char *name) {
  static void *library = dlopen(THEANO_SIM_DRIVER, RTLD_NOW | RTLD_LOCAL);
  void *symbol = library ? dlsym(library, name) : nullptr;
  EXPECT_NE(symbol, nullptr) << name;
  return reinterpret_cast<Function *>(symbol);
}

Expected<std::shared_ptr<Device>> openOverSimulator(bool exact) {
  auto *reset = simulated<cuda::SimReset>(cuda::simResetName);
  auto *set = simulated<cuda::SimSet>(cuda::simSetName);
  if (!reset || !set || reset() != cuda::Result::Success ||
      set("check", "all") != cuda::Result::Success)
    return deviceError("cannot open " THEANO_SIM_DRIVER);
  CudaDeviceOptions options;
  options.driverPath = THEANO_SIM_DRIVER;
  options.exactAllocations = exact;
  return createCudaDevice(std::move(options));
}

/// What the simulator found: faults of kernels, and memory that is left.
std::vector<std::string> simulatorComplaints() {
  auto *report = simulated<cuda::SimReport>(cuda::simReportName);
  std::string text;
  auto append = [](const char *piece, size_t length, void *to) {
    static_cast<std::string *>(to)->append(piece, length);
  };
  if (!report || report(cuda::SimReportFormat::Table, append, &text) !=
                     cuda::Result::Success)
    return {"no report"};
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("finding: "))
      found.push_back(line);
  return found;
}

Expected<std::shared_ptr<Device>> openGpu(bool exact) {
  CudaDeviceOptions options;
  options.exactAllocations = exact;
  return createCudaDevice(std::move(options));
}

std::vector<std::string> noComplaints() { return {}; }

std::vector<std::string> standInComplaints() {
  std::vector<std::string> found = standin::findings();
  if (standin::openStandIn()->contextsRetained())
    found.emplace_back("a context is still retained");
  if (standin::openStandIn()->contextDepth())
    found.emplace_back("a context is still current");
  return found;
}

} // namespace

const Platform cpuPlatform = {"cpu", openCpu, noComplaints};
const Platform standInPlatform = {"cuda_stand_in", openOverStandIn,
                                  standInComplaints};
const Platform simPlatform = {"sim", openOverSimulator, simulatorComplaints};
const Platform gpuPlatform = {"cuda", openGpu, noComplaints};

std::vector<Platform> platforms() {
  std::vector<Platform> present = {cpuPlatform, standInPlatform, simPlatform};
  if (Expected<int> count = countCudaDevices(); count && *count > 0)
    present.push_back(gpuPlatform);
  return present;
}

TEST(Platforms, RealGpu) {
  Expected<int> count = countCudaDevices();
  if (!count)
    GTEST_SKIP() << "the suite does not run on a GPU: " << count.message();
  if (*count == 0)
    GTEST_SKIP() << "the suite does not run on a GPU: there is none";
  EXPECT_EQ(platforms().back().name, gpuPlatform.name);
}

void Conformance::SetUp() {
  const auto &[platform, exact] = GetParam();
  Expected<std::shared_ptr<Device>> opened = platform.open(exact);
  ASSERT_TRUE(opened) << opened.message();
  device = std::move(*opened);
}

void Conformance::TearDown() {
  if (!device)
    return;
  EXPECT_EQ(device->bytesInUse(), 0u);
  EXPECT_EQ(device.use_count(), 1) << "something still holds the device";
  device.reset();
  EXPECT_EQ(std::get<0>(GetParam()).complaints(), std::vector<std::string>());
}

std::string
platformName(const ::testing::TestParamInfo<Conformance::ParamType> &info) {
  return std::get<0>(info.param).name +
         (std::get<1>(info.param) ? "_exact" : "_pool");
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

template <typename T>
static HostArray makeVector(DType dtype, const std::vector<T> &values) {
  Expected<HostArray> array =
      HostArray::allocate(dtype, {static_cast<int64_t>(values.size())});
  EXPECT_TRUE(array);
  std::copy(values.begin(), values.end(), array->as<T>().begin());
  return *array;
}

HostArray vectorOf(const std::vector<float> &values) {
  return makeVector(DType::Float32, values);
}

HostArray vectorOf(const std::vector<int64_t> &values) {
  return makeVector(DType::Int64, values);
}

std::vector<float> floatsOf(const HostArray &array) {
  std::span<const float> values = array.as<float>();
  return {values.begin(), values.end()};
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

namespace {
std::vector<uint8_t> bytesOf(const std::string &path) {
  Expected<std::vector<uint8_t>> bytes = readFile(path);
  EXPECT_TRUE(bytes) << bytes.message();
  return bytes ? *bytes : std::vector<uint8_t>();
}

/// Builds programs slot by slot.
struct Builder {
  Builder(const Device &device, const std::string &name)
      : program(emptyProgram(device, name)), wide(device.hostAccessible()) {}

  SlotId input(const std::string &name, DType dtype,
               const std::string &sharedName = {}) {
    auto slot = static_cast<SlotId>(program.slots.size());
    program.slots.push_back(
        {name,
         dtype,
         {program.exprs.dim(slot, 0)},
         sharedName.empty() ? SlotKind::Input : SlotKind::Shared,
         -1,
         {}});
    program.inputs.push_back({name, dtype, {-1}, sharedName, slot});
    return slot;
  }
  /// A fresh vector as long as `like`.
  SlotId allocate(SlotId like, SlotKind kind) {
    auto slot = static_cast<SlotId>(program.slots.size());
    program.slots.push_back(
        {"fresh", DType::Float32, {size(like)}, kind, -1, {}});
    program.commands.push_back({AllocateCommand{slot}});
    return slot;
  }
  ExprId size(SlotId slot) { return program.slots[slot].shape[0]; }
  void checkSameSize(SlotId a, SlotId b) {
    CheckCommand check;
    check.condition = program.exprs.binary(ExprKind::Eq, size(a), size(b));
    check.code = ErrorCode::ShapeMismatch;
    check.values = {program.exprs.constant(0), size(a), size(b)};
    check.location = program.locations.add("test.mlir:2:3");
    program.commands.push_back({check});
  }
  LaunchCommand launch(KernelId kernel, SlotId a, SlotId b, SlotId out) {
    LaunchCommand launch;
    launch.kernel = kernel;
    ExprId n = size(out), one = program.exprs.constant(1);
    launch.grid = {program.exprs.ceilDiv(n, program.exprs.constant(128)), one,
                   one};
    launch.arguments = {BufferArgument{a, false}, BufferArgument{b, false},
                        BufferArgument{out, true}, ScalarArgument{n, wide}};
    launch.bytesIn = launch.bytesOut = program.exprs.constant(0);
    return launch;
  }
  void add(SlotId a, SlotId b, SlotId out) {
    program.commands.push_back({launch(addKernel, a, b, out)});
  }
  void take(SlotId a, SlotId index, SlotId out) {
    LaunchCommand command = launch(takeKernel, a, index, out);
    command.arguments.emplace_back(ScalarArgument{size(a), true});
    command.hasStatus = true;
    program.commands.push_back({command});
  }
  void result(SlotId slot, const std::string &updateName = {}) {
    program.results.push_back({"", DType::Float32, slot, updateName});
  }

  Program program;
  bool wide; // all integers of a cpu kernel have 64 bits
};
} // namespace

Program emptyProgram(const Device &device, const std::string &name) {
  Program program;
  program.name = name;
  LocationId where = program.locations.add("test.mlir:1:7");
  EXPECT_EQ(where, 1) << "the number that the kernels write";
  if (device.hostAccessible()) {
    program.target = device.target();
    program.cpuObject = bytesOf(THEANO_CONFORMANCE_OBJECT);
    program.kernels.push_back({"add", "map", {}, {}, CpuEntry{"add"}});
    program.kernels.push_back({"take", "map", {}, {}, CpuEntry{"take"}});
    return program;
  }
  using enum ParamType;
  program.target = *lookupGpuTarget("sm_75");
  std::vector<uint8_t> text = bytesOf(THEANO_CONFORMANCE_PTX);
  program.ptx.assign(text.begin(), text.end());
  PtxEntry add{"add", {128, 1, 1}, 0, 0, {Pointer, Pointer, Pointer, Int32}};
  PtxEntry take{"take",
                {128, 1, 1},
                0,
                0,
                {Pointer, Pointer, Pointer, Int32, Int64, Pointer}};
  program.kernels.push_back({"add", "map", {}, {}, add});
  program.kernels.push_back({"take", "map", {}, {}, take});
  return program;
}

Program addProgram(const Device &device) {
  Builder builder(device, "add");
  SlotId a = builder.input("a", DType::Float32);
  SlotId b = builder.input("b", DType::Float32);
  builder.checkSameSize(a, b);
  SlotId out = builder.allocate(a, SlotKind::Output);
  builder.add(a, b, out);
  builder.result(out);
  return std::move(builder.program);
}

Program takeProgram(const Device &device) {
  Builder builder(device, "take");
  SlotId a = builder.input("a", DType::Float32);
  SlotId index = builder.input("index", DType::Int64);
  SlotId out = builder.allocate(index, SlotKind::Output);
  builder.take(a, index, out);
  builder.result(out);
  return std::move(builder.program);
}

Program accumulateProgram(const Device &device, bool inPlace) {
  Builder builder(device, "accumulate");
  SlotId a = builder.input("a", DType::Float32);
  SlotId w = builder.input("w", DType::Float32, "w");
  builder.checkSameSize(a, w);
  SlotId out = inPlace ? w : builder.allocate(a, SlotKind::Output);
  builder.add(w, a, out);
  builder.result(out, "w");
  return std::move(builder.program);
}

Program gatherProgram(const Device &device) {
  Builder builder(device, "gather");
  SlotId a = builder.input("a", DType::Float32);
  SlotId index = builder.input("index", DType::Int64);
  SlotId w = builder.input("w", DType::Float32, "w");
  builder.checkSameSize(index, w);
  SlotId picked = builder.allocate(index, SlotKind::Temporary);
  builder.take(a, index, picked);
  builder.add(w, picked, w);
  builder.program.commands.push_back({FreeCommand{picked}});
  builder.result(w, "w");
  return std::move(builder.program);
}

} // namespace theano::conformance
