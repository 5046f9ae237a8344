//===- Executable.h - a program ready to be called --------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_EXECUTABLE_H
#define THEANO_RUNTIME_EXECUTABLE_H

#include "theano/Runtime/DeviceArray.h"
#include "theano/Runtime/SharedVariable.h"
#include "theano/Runtime/Trace.h"

#include <map>

namespace theano {

/// A function of the host that a HostCall command names. Outputs are allocated
/// already; what it leaves unwritten is zero.
using HostFunction = std::function<Status(const std::string &attributes,
                                          std::span<const HostArray> inputs,
                                          std::span<HostArray> outputs)>;

struct ExecutableOptions {
  std::map<std::string, HostFunction> hostFunctions;
};

/// A verified Program loaded on a device. Calls from several threads are
/// allowed.
class Executable {
public:
  /// Verifies and loads. Fails when the program's target is not the device's
  /// kind, a kernel cannot be loaded, or a host function is missing.
  static Expected<std::shared_ptr<Executable>>
  load(Program program, std::shared_ptr<Device> device,
       ExecutableOptions options = {});
  ~Executable();

  const Program &program() const;
  const std::shared_ptr<Device> &device() const;

  /// Runs once. `inputs` are the arguments that are not shared, in order;
  /// `shared` the variables of those that are, in order. Checks the number,
  /// dtype, rank and static sizes of all of them before anything runs. Returns
  /// the results that are not updates, in order, each in fresh memory; updates
  /// are written only after everything has succeeded, so that a failed call
  /// leaves the variables as they were (a program that updates in place says
  /// so by marking them invalid when it fails half-way).
  /// With `trace`, adds an event for each command.
  Expected<std::vector<DeviceArray>>
  call(std::span<const DeviceArray> inputs,
       std::span<const std::shared_ptr<SharedVariable>> shared = {},
       Trace *trace = nullptr);

  /// The same with transfers to and from the device.
  Expected<std::vector<HostArray>>
  callHost(std::span<const HostArray> inputs,
           std::span<const std::shared_ptr<SharedVariable>> shared = {},
           Trace *trace = nullptr);

private:
  struct State;
  explicit Executable(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace theano

#endif // THEANO_RUNTIME_EXECUTABLE_H
