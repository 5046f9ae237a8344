//===- PtxRunner.cpp - loads a text and launches what it holds ------------===//

#include "PtxRunner.h"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>

namespace theano::fuzz {

using namespace theano::cuda;

/// A text may hold thousands of kernels.
static constexpr unsigned mostKernels = 4;
static constexpr unsigned blocks = 2;
/// Bytes of an array that a parameter points to, and of dynamic shared memory.
static constexpr size_t arrayBytes = 1024;
static constexpr unsigned sharedBytes = 256;

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
  runner.reset_ = reinterpret_cast<SimReset *>(
      library ? dlsym(library, simResetName) : nullptr);
  if (!runner.reset_)
    return unsupported(THEANO_SIM_DRIVER " exports no theanoSimReset");
  // The newest chip takes every target. One host thread runs the blocks of a
  // launch in the same order each time.
  for (auto [key, value] : {std::pair("arch", "sm_121"),
                            {"threads", "1"},
                            {"limit", "3000"},
                            {"report", "/dev/null"}})
    if (Status set = runner.driver_->setSimulatorOption(key, value);
        !set.succeeded())
      return std::move(set).failure();
  if (Status started = runner.driver_->check(runner.driver_->Init, 0u);
      !started.succeeded())
    return std::move(started).failure();
  return runner;
}

Status PtxRunner::setOptions(const char *check, const char *count) const {
  if (Status set = driver_->setSimulatorOption("check", check);
      !set.succeeded())
    return set;
  return driver_->setSimulatorOption("count", count);
}

Outcome PtxRunner::run(const std::string &text) const {
  Outcome outcome;
  reset_();
  for (auto [check, count] : {std::pair("basic", "off"), {"all", "on"}}) {
    if (!setOptions(check, count).succeeded())
      return outcome;
    Session session(*driver_);
    outcome.load = session.load(text, outcome.log);
    if (outcome.load != Result::Success)
      return outcome;
    runKernels(session, text, outcome);
  }
  // Each writes names and lines of the text in a form of its own.
  for (SimReportFormat format : {SimReportFormat::Json, SimReportFormat::Table,
                                 SimReportFormat::AnnotatedPtx})
    if (Expected<std::string> report = driver_->readSimulatorReport(format))
      outcome.report += *report;
  return outcome;
}

void PtxRunner::runKernels(Session &session, const std::string &text,
                           Outcome &outcome) const {
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
    outcome.launches.push_back(launch(functions[i]));
  }
}

/// A parameter of 8 bytes is taken for an array, one of less for a number.
Result PtxRunner::launch(Function function) const {
  const Driver &driver = *driver_;
  std::vector<std::vector<char>> values;
  std::vector<DevicePtr> arrays;
  size_t offset = 0, bytes = 0;
  while (driver.FuncGetParamInfo.function(function, values.size(), &offset,
                                          &bytes) == Result::Success) {
    std::vector<char> value(std::max<size_t>(bytes, 8));
    DevicePtr number = 40;
    // Nothing has written the second array.
    if (bytes == 8 && arrays.size() < 3 &&
        driver.MemAlloc.function(&number, arrayBytes) == Result::Success) {
      if (arrays.size() != 1)
        driver.MemsetD8Async.function(number, 0, arrayBytes, nullptr);
      arrays.push_back(number);
    } else if (bytes == 8 && !arrays.empty()) {
      number = arrays.front();
    }
    std::memcpy(value.data(), &number, sizeof(number));
    values.push_back(std::move(value));
  }
  std::vector<void *> pointers;
  pointers.reserve(values.size());
  for (std::vector<char> &value : values)
    pointers.push_back(value.data());
  // A warp and a part of one; or what the kernel bounds or requires.
  Result result = Result::LaunchOutOfResources;
  for (unsigned threads : {40u, 32u, 128u, 1u})
    if (result == Result::LaunchOutOfResources)
      result = driver.LaunchKernel.function(function, blocks, 1, 1, threads, 1,
                                            1, sharedBytes, nullptr,
                                            pointers.data(), nullptr);
  if (result == Result::Success)
    result = driver.StreamSynchronize.function(nullptr);
  for (DevicePtr array : arrays)
    driver.MemFree.function(array);
  return result;
}

} // namespace theano::fuzz
