//===- Launch.cpp - one kernel on the simulated device --------------------===//

#include "Launch.h"

#include "theano/Runtime/Driver.h"
#include "theano/Support/File.h"
#include "theano/Support/Spelling.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

using namespace theano;
using namespace theano::simtool;

/// The text of a PTX file.
static Expected<std::string> readPtx(const std::string &path) {
  Expected<std::vector<uint8_t>> bytes = readFile(path);
  if (!bytes)
    return bytes.takeStatus();
  std::string text(bytes->begin(), bytes->end());
  // Some tools write the terminator of their string, too.
  text.erase(text.find_last_not_of('\0') + 1);
  // The driver reads up to the first one.
  if (size_t at = text.find('\0'); at != std::string::npos)
    return ioError("'" + path + "' is no PTX text: byte " + std::to_string(at) +
                   " is 0; compiled code (a cubin or fatbin) is not "
                   "simulated");
  return text;
}

/// The simulated driver in ../lib beside this executable.
static Expected<std::string> findDriver() {
  std::error_code error;
  std::filesystem::path tool =
      std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return ioError("cannot find the folder of theano-sim: " + error.message());
  std::filesystem::path path =
      tool.parent_path().parent_path() / "lib" / "libtheano-cuda-sim.so";
  if (!std::filesystem::exists(path, error))
    return unsupported("theano-sim needs the simulated driver, expected at " +
                       path.string());
  return path.string();
}

/// "8, 8 and 4".
static std::string listOf(const std::vector<size_t> &sizes) {
  std::string text;
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i == 0                  ? ""
             : i + 1 == sizes.size() ? " and "
                                     : ", ") +
            std::to_string(sizes[i]);
  return text;
}

/// `failure` with what the user can do about it.
static Failure withHint(Status status, const std::string &hint) {
  Failure failure = std::move(status).failure();
  failure.message += hint;
  return failure;
}

namespace {

/// A process runs one kernel, so what fails gives nothing back: its end does.
class Session {
public:
  explicit Session(const Options &options) : options_(options) {}

  Status open();
  Status load(const std::string &ptx);
  Status checkArguments(const std::vector<Argument> &arguments);
  Status placeArguments(const std::vector<Argument> &arguments);
  void declare(const std::vector<Argument> &arguments);
  Status launch();
  Status wait();
  Status fetchOutputs(std::vector<Argument> &arguments);
  Status close();
  Expected<std::vector<std::string>> findings();
  Expected<std::string> counters();
  std::vector<std::string>
  describeArrays(const std::vector<Argument> &arguments) const;
  const std::string &kernel() const { return kernel_; }

private:
  const cuda::Driver &driver() const { return *driver_; }
  Status setOptions();
  Expected<std::vector<std::pair<std::string, cuda::Function>>> entries();
  Status chooseEntry();
  Status readParameterSizes();
  Expected<int> attribute(cuda::DeviceAttribute attribute);
  Status checkSizes(const std::string &what, const Sizes &sizes,
                    cuda::DeviceAttribute first);
  Status checkLaunchSizes();
  Status allowShared();
  std::string subject() const { return "kernel '" + kernel_ + "'"; }

  const Options &options_;
  std::shared_ptr<const cuda::Driver> driver_;
  cuda::Device device_ = 0;
  cuda::Module module_ = nullptr;
  cuda::Function function_ = nullptr;
  std::string kernel_;
  std::vector<size_t> parameterBytes_;
  std::vector<cuda::DevicePtr> addresses_; ///< of each argument, or 0
  std::vector<std::vector<uint8_t>> values_;
};

} // namespace

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

Status Session::setOptions() {
  // The findings are printed here. A file that the environment names gets them
  // all the same.
  const char *report = std::getenv("THEANO_SIM_REPORT");
  if (!report || !*report)
    if (Status status = driver().setSimulatorOption("report", "/dev/null");
        status.failed())
      return status;
  for (const auto &[key, value] : options_.simulator)
    if (Status status = driver().setSimulatorOption(key, value);
        status.failed())
      return status;
  return Status::success();
}

Status Session::open() {
  Expected<std::string> path = findDriver();
  if (!path)
    return path.takeStatus();
  Expected<std::shared_ptr<const cuda::Driver>> opened =
      cuda::Driver::open(*path);
  if (!opened)
    return opened.takeStatus();
  driver_ = *std::move(opened);
  if (Status status = driver().has(
          driver().ModuleGetFunctionCount, driver().ModuleEnumerateFunctions,
          driver().FuncGetName, driver().FuncGetParamInfo);
      status.failed())
    return status;
  if (Status status = setOptions(); status.failed())
    return status;
  if (Status status = driver().check(driver().Init, 0u); status.failed())
    return status;
  if (Status status = driver().check(driver().DeviceGet, &device_, 0);
      status.failed())
    return status;
  cuda::Context context = nullptr;
  if (Status status =
          driver().check(driver().DevicePrimaryCtxRetain, &context, device_);
      status.failed())
    return status;
  return driver().check(driver().CtxPushCurrent, context);
}

Expected<int> Session::attribute(cuda::DeviceAttribute attribute) {
  int value = 0;
  Status status =
      driver().check(driver().DeviceGetAttribute, &value, attribute, device_);
  if (status.failed())
    return status;
  return value;
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

Status Session::load(const std::string &ptx) {
  if (Status status = driver().loadPtx(ptx, module_); status.failed()) {
    Failure failure = std::move(status).failure();
    failure.message = "cannot load '" + options_.file + "': " + failure.message;
    return failure;
  }
  if (Status status = chooseEntry(); status.failed())
    return status;
  if (Status status = readParameterSizes(); status.failed())
    return status;
  return checkLaunchSizes();
}

Expected<std::vector<std::pair<std::string, cuda::Function>>>
Session::entries() {
  unsigned count = 0;
  if (Status status =
          driver().check(driver().ModuleGetFunctionCount, &count, module_);
      status.failed())
    return status;
  std::vector<cuda::Function> functions(count);
  if (count)
    if (Status status = driver().check(driver().ModuleEnumerateFunctions,
                                       functions.data(), count, module_);
        status.failed())
      return status;
  std::vector<std::pair<std::string, cuda::Function>> found;
  for (cuda::Function function : functions) {
    const char *name = nullptr;
    if (Status status = driver().check(driver().FuncGetName, &name, function);
        status.failed())
      return status;
    found.emplace_back(name, function);
  }
  return found;
}

Status Session::chooseEntry() {
  auto found = entries();
  if (!found)
    return found.takeStatus();
  if (found->empty())
    return invalidArgument("'" + options_.file +
                           "' has no kernel: expected an .entry with a body");
  std::vector<std::string> names;
  std::string list;
  for (const auto &[name, function] : *found) {
    names.push_back(name);
    list += (list.empty() ? "" : ", ") + name;
  }
  if (options_.kernel.empty() && found->size() > 1)
    return invalidArgument("'" + options_.file + "' has " +
                           std::to_string(found->size()) +
                           " kernels; choose one by --kernel: " + list);
  kernel_ = options_.kernel.empty() ? names[0] : options_.kernel;
  for (const auto &[name, function] : *found)
    if (name == kernel_) {
      function_ = function;
      return Status::success();
    }
  std::string nearest = nearestSpelling(kernel_, names);
  return invalidArgument(
      "'" + options_.file + "' has no kernel '" + kernel_ + "'" +
      (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") +
      (nearest.empty() ? "; it has " : " It has ") + list);
}

Status Session::readParameterSizes() {
  // The driver tells the number of parameters by refusing the one after them.
  while (true) {
    size_t offset = 0, bytes = 0;
    cuda::Result result = driver().FuncGetParamInfo.function(
        function_, parameterBytes_.size(), &offset, &bytes);
    if (result == cuda::Result::InvalidValue)
      return Status::success();
    if (result != cuda::Result::Success)
      return driver().describe(driver().FuncGetParamInfo.name, result);
    parameterBytes_.push_back(bytes);
  }
}

Status Session::checkSizes(const std::string &what, const Sizes &sizes,
                           cuda::DeviceAttribute first) {
  // The attributes of x, y and z follow each other.
  Sizes most = {};
  for (unsigned i = 0; i < most.size(); ++i) {
    Expected<int> value = attribute(
        static_cast<cuda::DeviceAttribute>(static_cast<unsigned>(first) + i));
    if (!value)
      return value.takeStatus();
    most[i] = static_cast<unsigned>(*value);
  }
  for (size_t i = 0; i < most.size(); ++i)
    if (sizes[i] > most[i])
      return invalidArgument(what + " " + formatSizes(sizes) +
                             " is too large: the device allows " +
                             formatSizes(most));
  return Status::success();
}

Status Session::checkLaunchSizes() {
  using enum cuda::DeviceAttribute;
  if (Status status = checkSizes("the grid", options_.grid, MaxGridDimX);
      status.failed())
    return status;
  const Sizes &block = options_.block;
  if (Status status = checkSizes("the block", block, MaxBlockDimX);
      status.failed())
    return status;
  Expected<int> most = attribute(MaxThreadsPerBlock);
  if (!most)
    return most.takeStatus();
  uint64_t threads = uint64_t(block[0]) * block[1] * block[2];
  if (threads > static_cast<uint64_t>(*most))
    return invalidArgument("the block " + formatSizes(block) +
                           " is too large: "
                           "it has " +
                           std::to_string(threads) +
                           " threads, the device allows " +
                           std::to_string(*most));
  return options_.sharedBytes ? allowShared() : Status::success();
}

Status Session::allowShared() {
  Expected<int> most =
      attribute(cuda::DeviceAttribute::MaxSharedMemoryPerBlockOptin);
  if (!most)
    return most.takeStatus();
  Status status = driver().check(
      driver().FuncSetAttribute, function_,
      cuda::FunctionAttribute::MaxDynamicSharedSizeBytes, options_.sharedBytes);
  if (status.succeeded())
    return status;
  return withHint(std::move(status),
                  ": --shared " + std::to_string(options_.sharedBytes) +
                      " with what " + subject() +
                      " declares itself is more than the device allows, " +
                      std::to_string(*most) + " bytes");
}

//===----------------------------------------------------------------------===//
// The arguments
//===----------------------------------------------------------------------===//

Status Session::checkArguments(const std::vector<Argument> &arguments) {
  size_t count = parameterBytes_.size();
  if (arguments.size() != count)
    return invalidArgument(
        subject() + " takes " + std::to_string(count) +
        (count == 1 ? " argument" : " arguments") +
        (count ? " of " + listOf(parameterBytes_) + " bytes" : "") + ", got " +
        std::to_string(arguments.size()) + "; give an --arg for each");
  for (size_t i = 0; i < count; ++i) {
    const Argument &argument = arguments[i];
    size_t bytes =
        argument.array ? sizeof(cuda::DevicePtr) : argument.value.size();
    if (bytes == parameterBytes_[i])
      continue;
    return invalidArgument("--arg '" + argument.text + "' passes " +
                           (argument.array ? "an address of " : "") +
                           std::to_string(bytes) + " bytes, but parameter " +
                           std::to_string(i + 1) + " of " + subject() +
                           " has " + std::to_string(parameterBytes_[i]) +
                           (parameterBytes_[i] == sizeof(cuda::DevicePtr)
                                ? "; give an array or a scalar of 64 bits"
                                : "; give a scalar or a value of that size"));
  }
  return Status::success();
}

Status Session::placeArguments(const std::vector<Argument> &arguments) {
  for (const Argument &argument : arguments) {
    cuda::DevicePtr address = 0;
    // The driver allocates no empty memory.
    if (argument.array && argument.array->byteSize() > 0) {
      auto bytes = static_cast<size_t>(argument.array->byteSize());
      Status status = driver().check(driver().MemAlloc, &address, bytes);
      // What is not read stays unwritten, which the simulator knows.
      if (status.succeeded() && argument.isInput)
        status = driver().check(driver().MemcpyHtoDAsync, address,
                                argument.array->data(), bytes,
                                cuda::Stream(nullptr));
      if (status.failed())
        return withHint(std::move(status), ", for " + std::to_string(bytes) +
                                               " bytes of --arg '" +
                                               argument.text + "'");
    }
    addresses_.push_back(address);
    values_.push_back(argument.value);
    if (argument.array) {
      const auto *begin = reinterpret_cast<const uint8_t *>(&address);
      values_.back().assign(begin, begin + sizeof(address));
    }
  }
  return Status::success();
}

/// Says which arrays must be read and written, whatever the kernel does.
void Session::declare(const std::vector<Argument> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].array || !addresses_[i])
      continue;
    auto bytes = static_cast<size_t>(arguments[i].array->byteSize());
    auto says = [&](bool written) {
      driver().declareArray(cuda::Stream(nullptr), addresses_[i], bytes,
                            written);
    };
    if (arguments[i].isInput)
      says(/*written=*/false);
    if (!arguments[i].output.empty())
      says(/*written=*/true);
  }
}

Status Session::launch() {
  std::vector<void *> parameters;
  parameters.reserve(values_.size());
  for (std::vector<uint8_t> &value : values_)
    parameters.push_back(value.data());
  const Sizes &grid = options_.grid, &block = options_.block;
  Status status = driver().check(
      driver().LaunchKernel, function_, grid[0], grid[1], grid[2], block[0],
      block[1], block[2], static_cast<unsigned>(options_.sharedBytes),
      cuda::Stream(nullptr), parameters.data(), static_cast<void **>(nullptr));
  if (status.succeeded())
    return status;
  return withHint(std::move(status),
                  ", for " + subject() + " with blocks of " +
                      formatSizes(block) +
                      " threads; does its .maxntid or .reqntid allow them?");
}

Status Session::wait() {
  return driver().check(driver().StreamSynchronize, cuda::Stream(nullptr));
}

Status Session::fetchOutputs(std::vector<Argument> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].output.empty() || !addresses_[i])
      continue;
    HostArray &array = *arguments[i].array;
    if (Status status = driver().check(
            driver().MemcpyDtoHAsync, array.data(), addresses_[i],
            static_cast<size_t>(array.byteSize()), cuda::Stream(nullptr));
        status.failed())
      return status;
  }
  return wait();
}

Status Session::close() {
  for (cuda::DevicePtr address : addresses_)
    if (address)
      if (Status status = driver().check(driver().MemFree, address);
          status.failed())
        return status;
  if (Status status = driver().check(driver().ModuleUnload, module_);
      status.failed())
    return status;
  cuda::Context context = nullptr;
  if (Status status = driver().check(driver().CtxPopCurrent, &context);
      status.failed())
    return status;
  return driver().check(driver().DevicePrimaryCtxRelease, device_);
}

Expected<std::vector<std::string>> Session::findings() {
  Expected<std::string> table =
      driver().readSimulatorReport(cuda::SimReportFormat::Table);
  if (!table)
    return table.takeStatus();
  std::vector<std::string> found;
  const std::string prefix = "finding: ";
  for (size_t begin = 0; begin < table->size();) {
    size_t end = std::min(table->find('\n', begin), table->size());
    std::string line = table->substr(begin, end - begin);
    if (line.starts_with(prefix))
      found.push_back(line.substr(prefix.size()));
    begin = end + 1;
  }
  return found;
}

Expected<std::string> Session::counters() {
  return driver().readSimulatorReport(*options_.counters);
}

std::vector<std::string>
Session::describeArrays(const std::vector<Argument> &arguments) const {
  std::vector<std::string> notes;
  for (size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i].array) {
      std::array<char, 32> address;
      std::snprintf(address.data(), address.size(), "0x%llx", addresses_[i]);
      notes.push_back("--arg '" + arguments[i].text + "' has " +
                      std::to_string(arguments[i].array->byteSize()) +
                      " bytes at " + address.data());
    }
  return notes;
}

Expected<Outcome> simtool::runKernel(const Options &options,
                                     std::vector<Argument> &arguments) {
  Expected<std::string> ptx = readPtx(options.file);
  if (!ptx)
    return ptx.takeStatus();
  Session session(options);
  Status status = session.open();
  if (status.succeeded())
    status = session.load(*ptx);
  if (status.succeeded())
    status = session.checkArguments(arguments);
  if (status.succeeded())
    status = session.placeArguments(arguments);
  if (status.succeeded()) {
    session.declare(arguments);
    status = session.launch();
  }
  if (status.failed())
    return status;
  status = session.wait();
  if (status.succeeded())
    status = session.fetchOutputs(arguments);
  if (status.succeeded())
    status = session.close();
  Expected<std::vector<std::string>> findings = session.findings();
  if (!findings)
    return findings.takeStatus();
  // What fails without a finding is not the kernel's fault.
  if (status.failed() && findings->empty())
    return status;
  Outcome outcome = {session.kernel(), *std::move(findings),
                     session.describeArrays(arguments), "", ""};
  if (status.failed())
    outcome.failure = status.message();
  if (options.counters) {
    Expected<std::string> counters = session.counters();
    if (!counters)
      return counters.takeStatus();
    outcome.counters = *std::move(counters);
  }
  return outcome;
}
