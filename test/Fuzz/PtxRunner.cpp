//===- PtxRunner.cpp - loads a text and launches what it holds ------------===//

#include "PtxRunner.h"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <type_traits>

namespace theano::fuzz {

using namespace theano::cuda;

/// A text may hold thousands of kernels.
static constexpr unsigned mostKernels = 4;
static constexpr unsigned blocks = 2;
/// Bytes of an array that a parameter points to, and of dynamic shared memory.
static constexpr size_t arrayBytes = 64 << 10;
static constexpr unsigned sharedBytes = 256;
/// Where the first array has a tensor map; the second starts with one.
static constexpr size_t mapAt = 3072;

/// The chip that a text is for, as `arch` names it. The newest takes every
/// target but those of one architecture alone, such as sm_90a.
static std::string chipFor(const std::string &text) {
  size_t target = text.find(".target sm_");
  if (target != std::string::npos) {
    size_t begin = target + std::strlen(".target ");
    size_t end = text.find_first_not_of("0123456789", begin + 3);
    if (end != std::string::npos && text[end] == 'a' && end - begin <= 6)
      return text.substr(begin, end - begin);
  }
  return "sm_121";
}

/// A context with the module in it. A fault spoils both, so that the next
/// launch needs another.
struct PtxRunner::Session {
  explicit Session(const Driver &driver) : driver(driver) {
    Context context = nullptr;
    driver.DevicePrimaryCtxRetain.function(&context, 0);
    driver.CtxPushCurrent.function(context);
  }
  ~Session() {
    Context context = nullptr;
    driver.CtxPopCurrent.function(&context);
    driver.DevicePrimaryCtxRelease.function(0);
  }
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  Result load(const std::string &text, std::string &log) {
    std::string buffer(64 << 10, '\0');
    JitOption options[] = {JitOption::ErrorLogBuffer,
                           JitOption::ErrorLogBufferSizeBytes};
    void *values[] = {buffer.data(), reinterpret_cast<void *>(buffer.size())};
    Result result = driver.ModuleLoadDataEx.function(&module, text.c_str(), 2,
                                                     &options[0], &values[0]);
    log = buffer.c_str();
    return result;
  }

  const Driver &driver;
  Module module = nullptr;
};

Expected<PtxRunner> PtxRunner::open() {
  PtxRunner runner;
  Expected<std::shared_ptr<const Driver>> driver =
      Driver::open(THEANO_SIM_DRIVER);
  if (!driver)
    return std::move(driver).failure();
  runner.driver_ = std::move(*driver);
  void *library = dlopen(THEANO_SIM_DRIVER, RTLD_NOW | RTLD_NOLOAD);
  auto find = [&](auto *&function, const char *name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(
        library ? dlsym(library, name) : nullptr);
    return function != nullptr;
  };
  for (bool found : {find(runner.reset_, simResetName),
                     find(runner.encode_, "cuTensorMapEncodeTiled"),
                     find(runner.launchEx_, "cuLaunchKernelEx")})
    if (!found)
      return unsupported(THEANO_SIM_DRIVER
                         " lacks a function that the fuzzer needs");
  // One host thread runs the blocks of a launch in the same order each time.
  for (auto [key, value] :
       {std::pair("threads", "1"), {"limit", "3000"}, {"report", "/dev/null"}})
    if (Status set = runner.driver_->setSimulatorOption(key, value);
        !set.succeeded())
      return std::move(set).failure();
  if (Status started = runner.driver_->check(runner.driver_->Init, 0u);
      !started.succeeded())
    return std::move(started).failure();
  return runner;
}

bool PtxRunner::setOptions(
    std::initializer_list<std::pair<const char *, const char *>> options)
    const {
  return std::ranges::all_of(options, [&](const auto &option) {
    return driver_->setSimulatorOption(option.first, option.second).succeeded();
  });
}

Outcome PtxRunner::run(const std::string &text) const {
  Outcome outcome;
  reset_();
  std::string chip = chipFor(text);
  for (bool all : {false, true}) {
    if (!setOptions({{"check", all ? "all" : "basic"},
                     {"count", all ? "on" : "off"},
                     {"arch", chip.c_str()}}))
      return outcome;
    Session session(*driver_);
    outcome.load = session.load(text, outcome.log);
    if (outcome.load != Result::Success)
      return outcome;
    // The second time the two blocks are a cluster.
    runKernels(session, text, all ? 2 : 1, outcome);
  }
  // Each writes names and lines of the text in a form of its own.
  for (SimReportFormat format : {SimReportFormat::Json, SimReportFormat::Table,
                                 SimReportFormat::AnnotatedPtx})
    if (Expected<std::string> report = driver_->readSimulatorReport(format))
      outcome.report += *report;
  return outcome;
}

void PtxRunner::runKernels(Session &session, const std::string &text,
                           unsigned cluster, Outcome &outcome) const {
  unsigned count = 0;
  driver_->ModuleGetFunctionCount.function(&count, session.module);
  std::vector<Function> functions(std::min(count, mostKernels));
  if (functions.empty())
    return;
  for (unsigned i = 0; i < functions.size(); ++i) {
    // After a fault, everything is made anew.
    std::optional<Session> fresh;
    if (i && outcome.launches.back() != Result::Success)
      fresh.emplace(*driver_);
    Session &used = fresh ? *fresh : session;
    std::string log;
    if (fresh && used.load(text, log) != Result::Success)
      return;
    driver_->ModuleEnumerateFunctions.function(
        functions.data(), static_cast<unsigned>(functions.size()), used.module);
    outcome.launches.push_back(launch(functions[i], text, cluster));
  }
}

/// The map of a small array, of the rank of the first box that `text` copies.
/// Type, swizzle and fill hang on the text's length, so that each has its turn.
TensorMap PtxRunner::mapFor(const std::string &text, DevicePtr array) const {
  constexpr std::string_view before = ".tensor.";
  constexpr unsigned mostRank = 5;
  unsigned rank = 1;
  if (size_t at = text.find(before);
      at != std::string::npos && at + before.size() < text.size())
    if (char digit = text[at + before.size()]; digit > '1' && digit <= '5')
      rank = static_cast<unsigned>(digit - '0');
  constexpr std::pair<TensorMapDataType, unsigned> types[] = {
      {TensorMapDataType::Uint32, 4},      {TensorMapDataType::Uint8, 1},
      {TensorMapDataType::Float16, 2},     {TensorMapDataType::Bfloat16, 2},
      {TensorMapDataType::Tfloat32Ftz, 4}, {TensorMapDataType::Float32, 4},
      {TensorMapDataType::Int32, 4},       {TensorMapDataType::Uint64, 8},
      {TensorMapDataType::Int64, 8},       {TensorMapDataType::Float64, 8},
      {TensorMapDataType::Float32Ftz, 4},  {TensorMapDataType::Tfloat32, 4},
      {TensorMapDataType::Uint16, 2}};
  auto [type, bytes] = types[text.size() % std::size(types)];
  // All of the array is less than 2 KB, and a line of a box 16 bytes.
  uint64_t sizes[mostRank] = {16, 2, 2, 2, 2}, strides[mostRank - 1];
  uint32_t box[mostRank] = {16 / bytes, 2, 2, 1, 2};
  uint32_t steps[mostRank] = {1, 1, 1, 1, 1};
  uint64_t stride = 16 * bytes;
  for (uint64_t &each : strides) {
    each = stride;
    stride *= 2;
  }
  TensorMap map = {};
  // NaN is no filling for integers. What is refused is no map.
  for (TensorMapFill fill : {TensorMapFill::NaN, TensorMapFill::Zeros})
    if ((fill == TensorMapFill::Zeros || text.size() / 64 % 2) &&
        encode_(&map, type, rank, reinterpret_cast<void *>(array), sizes,
                strides, box, steps, TensorMapInterleave::None,
                static_cast<TensorMapSwizzle>(text.size() / 16 % 4),
                TensorMapL2Promotion::None, fill) == Result::Success)
      break;
  return map;
}

/// A parameter of 8 bytes is taken for an array, one of less for a number, and
/// a large one for a tensor map.
Result PtxRunner::launch(Function function, const std::string &text,
                         unsigned cluster) const {
  const Driver &driver = *driver_;
  std::vector<std::vector<char>> values;
  std::vector<DevicePtr> arrays;
  size_t offset = 0, bytes = 0;
  while (driver.FuncGetParamInfo.function(function, values.size(), &offset,
                                          &bytes) == Result::Success) {
    std::vector<char> value(std::max(bytes, sizeof(DevicePtr)));
    DevicePtr number = 40;
    if (bytes == 8 && arrays.size() < 3 &&
        driver.MemAlloc.function(&number, arrayBytes) == Result::Success) {
      // Nothing has written the second array but its map.
      bool isSecond = arrays.size() == 1;
      if (!isSecond)
        driver.MemsetD8Async.function(number, 0, arrayBytes, nullptr);
      arrays.push_back(number);
      if (arrays.size() <= 2) {
        TensorMap map = mapFor(text, arrays.front());
        driver.MemcpyHtoDAsync.function(number + (isSecond ? 0 : mapAt), &map,
                                        sizeof(map), nullptr);
      }
    } else if (bytes == 8 && !arrays.empty()) {
      number = arrays.front();
    }
    std::memcpy(value.data(), &number, sizeof(number));
    if (bytes == sizeof(TensorMap) && !arrays.empty()) {
      TensorMap map = mapFor(text, arrays.front());
      std::memcpy(value.data(), &map, sizeof(map));
    }
    values.push_back(std::move(value));
  }
  std::vector<void *> pointers;
  pointers.reserve(values.size());
  for (std::vector<char> &value : values)
    pointers.push_back(value.data());
  LaunchAttribute size = {};
  size.id = LaunchAttributeId::ClusterDimension;
  size.value.cluster = {cluster, 1, 1};
  LaunchConfig config = {};
  config.gridX = blocks;
  config.gridY = config.gridZ = config.blockY = config.blockZ = 1;
  config.sharedBytes = sharedBytes;
  config.attributes = &size;
  config.attributeCount = cluster > 1 ? 1 : 0;
  // A warp and a part of one, or a warpgroup where it takes that; or what the
  // kernel bounds or requires.
  bool multiplies = text.find("wgmma") != std::string::npos;
  Result result = Result::LaunchOutOfResources;
  for (unsigned threads : {multiplies ? 128u : 40u, 32u, 128u, 1u})
    if (result == Result::LaunchOutOfResources) {
      config.blockX = threads;
      result = launchEx_(&config, function, pointers.data(), nullptr);
    }
  if (result == Result::Success)
    result = driver.StreamSynchronize.function(nullptr);
  for (DevicePtr array : arrays)
    driver.MemFree.function(array);
  return result;
}

} // namespace theano::fuzz
