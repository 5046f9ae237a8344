//===- Driver.h - the CUDA driver, opened at run time -----------*- C++ -*-===//

#ifndef THEANO_RUNTIME_DRIVER_H
#define THEANO_RUNTIME_DRIVER_H

#include "theano/DriverAbi/Extensions.h"
#include "theano/Support/Status.h"

#include <memory>
#include <optional>
#include <string>

namespace theano::cuda {

/// One function of the driver, callable only through Driver::check, so that no
/// result is ever dropped.
template <typename Signature> struct DriverCall {
  const char *name = nullptr; ///< as documented, such as "cuMemAlloc"
  Signature *function = nullptr;
};

/// The functions of an opened driver library.
///
///     if (Status s = driver.check(driver.MemAlloc, &address, bytes); ...)
class Driver {
public:
  /// Opens `path`, or libcuda.so.1 when it is empty. DeviceError when it cannot
  /// be opened or lacks a function, which is named.
  static Expected<std::shared_ptr<const Driver>> open(const std::string &path);

#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  DriverCall<Result PARAMETERS> NAME = {"cu" #NAME, nullptr};
#include "theano/DriverAbi/Symbols.def"

  /// Functions that not every driver has: null in those that lack them, so ask
  /// by `has` before a call.
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  DriverCall<Result PARAMETERS> NAME = {"cu" #NAME, nullptr};
#include "theano/DriverAbi/OptionalSymbols.def"

  /// Success where the driver exports all of these, else Unsupported, with the
  /// name of one that it lacks.
  template <typename... Signatures>
  Status has(const DriverCall<Signatures> &...calls) const {
    const char *missing = nullptr;
    ((missing = calls.function ? missing : calls.name), ...);
    return missing ? Status(lacks(missing)) : Status::success();
  }

  /// Sets an option of a simulated driver. Unsupported where the driver is
  /// none, InvalidArgument where it refuses.
  Status setSimulatorOption(const std::string &key,
                            const std::string &value) const;

  /// Tells a simulator of an array of the next launch on `stream`, so that it
  /// can say what is the least to read and write. What is wrong with it or with
  /// the context, the launch says. Nothing for a real driver.
  void declareArray(Stream stream, DevicePtr address, size_t bytes,
                    bool written) const;

  /// What a simulator found in this process, and with its option "count" set to
  /// "on" what it counted. Unsupported where the driver is none.
  Expected<std::string> readSimulatorReport(SimReportFormat format) const;

  /// Makes a call; a failure names the call, the code and what it means.
  template <typename Signature, typename... Arguments>
  Status check(const DriverCall<Signature> &call,
               Arguments... arguments) const {
    Result result = call.function(arguments...);
    if (result == Result::Success) [[likely]]
      return Status::success();
    return describe(call.name, result);
  }

  /// Loads PTX into the current context; a failure carries the driver's log,
  /// and leaves `module` null.
  Status loadPtx(const std::string &ptx, Module &module) const;

  /// The failure of `call` with `result`, in the driver's words where it has
  /// any. OutOfMemory for its out of memory, else DeviceError.
  Failure describe(const char *call, Result result) const;

private:
  Driver() = default;
  Failure lacks(const char *call) const;

  std::string path_;
  SimSet *simSet_ = nullptr; ///< these are null in a real driver
  SimReport *simReport_ = nullptr;
  SimDeclare *simDeclare_ = nullptr;
};

/// The form of a report by the name that tools know it by: "table" for a line
/// for each kernel, "json", or "ptx" for their text with counts in front.
std::optional<SimReportFormat> parseReportFormat(const std::string &name);

} // namespace theano::cuda

#endif // THEANO_RUNTIME_DRIVER_H
