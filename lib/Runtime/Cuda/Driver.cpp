//===- Driver.cpp - the CUDA driver, opened at run time -------------------===//

#include "theano/Runtime/Driver.h"

#include <dlfcn.h>
#include <initializer_list>

namespace theano::cuda {

namespace {
constexpr const char *defaultDriver = "libcuda.so.1";

void *findFirst(void *library, std::initializer_list<const char *> names) {
  for (const char *name : names)
    if (void *symbol = dlsym(library, name))
      return symbol;
  return nullptr;
}

std::string listNames(std::initializer_list<const char *> names) {
  std::string list;
  for (const char *name : names)
    list += (list.empty() ? "" : " or ") + std::string(name);
  return list;
}

/// A text that the driver writes while it compiles.
class LogBuffer {
public:
  LogBuffer() : text_(capacity, '\0') {}
  void *data() { return text_.data(); }
  static void *size() { return reinterpret_cast<void *>(capacity); }
  /// Without the padding and white space behind it.
  std::string text() const {
    std::string written = text_.c_str();
    written.erase(written.find_last_not_of(" \t\r\n") + 1);
    return written;
  }

private:
  static constexpr size_t capacity = 16 << 10;
  std::string text_;
};
} // namespace

Expected<std::shared_ptr<const Driver>> Driver::open(const std::string &path) {
  const char *name = path.empty() ? defaultDriver : path.c_str();
  // Never closed: a driver keeps threads and exit handlers of its own.
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    return deviceError(std::string("cannot open the CUDA driver ") + name +
                       ": " + (reason ? reason : "unknown reason"));
  }
  std::shared_ptr<Driver> driver(new Driver());
  driver->path_ = name;
  driver->simSet_ = reinterpret_cast<SimSet *>(dlsym(library, simSetName));
  driver->simReport_ =
      reinterpret_cast<SimReport *>(dlsym(library, simReportName));
  driver->simDeclare_ =
      reinterpret_cast<SimDeclare *>(dlsym(library, simDeclareName));
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  driver->NAME.function = reinterpret_cast<Result(*) PARAMETERS>(              \
      findFirst(library, {__VA_ARGS__}));                                      \
  if (!driver->NAME.function)                                                  \
    return deviceError(std::string("the CUDA driver ") + name +                \
                       " does not export " + listNames({__VA_ARGS__}) +        \
                       "; it is too old or not a CUDA driver");
#include "theano/DriverAbi/Symbols.def"
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  driver->NAME.function = reinterpret_cast<Result(*) PARAMETERS>(              \
      findFirst(library, {__VA_ARGS__}));
#include "theano/DriverAbi/OptionalSymbols.def"
  return std::shared_ptr<const Driver>(std::move(driver));
}

Status Driver::setSimulatorOption(const std::string &key,
                                  const std::string &value) const {
  if (!simSet_)
    return unsupported("the CUDA driver " + path_ +
                       " is no simulator: it has no option '" + key + "'");
  if (simSet_(key.c_str(), value.c_str()) != Result::Success)
    return invalidArgument("the simulated CUDA driver refuses '" + value +
                           "' for its option '" + key +
                           "', for the reason that it printed");
  return Status::success();
}

void Driver::declareArray(Stream stream, DevicePtr address, size_t bytes,
                          bool written) const {
  if (simDeclare_)
    simDeclare_(stream, address, bytes,
                written ? SimAccess::Write : SimAccess::Read);
}

Status Driver::loadPtx(const std::string &ptx, Module &module) const {
  LogBuffer errors, infos;
  JitOption options[] = {
      JitOption::InfoLogBuffer, JitOption::InfoLogBufferSizeBytes,
      JitOption::ErrorLogBuffer, JitOption::ErrorLogBufferSizeBytes};
  void *values[] = {infos.data(), LogBuffer::size(), errors.data(),
                    LogBuffer::size()};
  Status status =
      check(ModuleLoadDataEx, &module, static_cast<const void *>(ptx.c_str()),
            static_cast<unsigned>(std::size(options)), &options[0], &values[0]);
  if (status.succeeded())
    return status;
  module = nullptr;
  Failure failure = std::move(status).failure();
  for (const std::string &log : {errors.text(), infos.text()})
    if (!log.empty())
      failure.message += "\nthe driver's log: " + log;
  return failure;
}

Failure Driver::lacks(const char *call) const {
  return unsupported("the CUDA driver " + path_ + " does not export " + call +
                     "; it is too old");
}

Expected<std::string>
Driver::readSimulatorReport(SimReportFormat format) const {
  if (!simReport_)
    return unsupported("the CUDA driver " + path_ +
                       " is no simulator: it has no counters");
  std::string text;
  auto append = [](const char *piece, size_t length, void *to) {
    static_cast<std::string *>(to)->append(piece, length);
  };
  Result result = simReport_(format, append, &text);
  if (result != Result::Success)
    return describe(simReportName, result);
  return text;
}

Failure Driver::describe(const char *call, Result result) const {
  // The driver may know codes that are newer than our list, and our list has
  // words when the driver cannot be asked.
  const char *name = nullptr, *text = nullptr;
  if (GetErrorName.function(result, &name) != Result::Success || !name)
    name = resultName(result);
  if (GetErrorString.function(result, &text) != Result::Success || !text)
    text = resultText(result);
  std::string message = std::string(call) + " failed: ";
  message +=
      name ? name : "CUDA error " + std::to_string(static_cast<int>(result));
  if (text)
    message += std::string(" (") + text + ")";
  return result == Result::OutOfMemory ? outOfMemory(std::move(message))
                                       : deviceError(std::move(message));
}

std::optional<SimReportFormat> parseReportFormat(const std::string &name) {
  if (name == "table")
    return SimReportFormat::Table;
  if (name == "json")
    return SimReportFormat::Json;
  if (name == "ptx")
    return SimReportFormat::AnnotatedPtx;
  return std::nullopt;
}

} // namespace theano::cuda
