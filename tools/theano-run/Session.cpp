//===- Session.cpp - compiles and runs the calls of a command line --------===//

#include "Session.h"

#include "Print.h"
#include "Report.h"
#include "Stages.h"

#include "theano/Runtime/Driver.h"
#include "theano/Runtime/OpenDevice.h"
#include "llvm/ADT/STLExtras.h"

#include <cstdio>

using namespace mlir;
using namespace theano;
using namespace theano::run;

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

Status Session::openDevice() {
  TraceSpan span(&trace, "open the device", "device");
  Expected<TargetInfo> cpu = resolveTarget(options.cpu);
  if (!cpu)
    return cpu.takeStatus();
  if (cpu->isGpu())
    return invalidArgument("--cpu takes a CPU, not '" + options.cpu + "'");
  CpuDeviceOptions cpuOptions;
  cpuOptions.target = *cpu;
  cpuOptions.threads = options.threads;
  cpuOptions.exactAllocations = options.exactAllocations;
  cpuOptions.blas = options.blas;
  CudaDeviceOptions cudaOptions;
  cudaOptions.driverPath = options.cudaDriver;
  cudaOptions.exactAllocations = options.exactAllocations;
  cudaOptions.simulatorOptions = options.simulator;
  cudaOptions.lateFailure = [this](const Failure &failure) {
    if (lateFailure.succeeded())
      lateFailure = failure;
  };
  Expected<OpenedDevice> opened =
      theano::openDevice(options.device, cpuOptions, cudaOptions);
  if (!opened)
    return opened.takeStatus();
  device = opened->device;
  if (!options.simulator.empty() && !device->target().isGpu())
    return invalidArgument(simulatorFlag(options.simulator.front().first) +
                           " is for a simulated GPU and the device is " +
                           device->name() + "; use --device=sim");
  if (options.threads && device->target().isGpu()) {
    std::string what = "--threads=" + std::to_string(options.threads) +
                       " is for the CPU, and the device is a GPU (" +
                       device->name() + ")";
    if (options.device != "auto")
      return invalidArgument(what + "; leave it out or use --device=cpu");
    std::fprintf(stderr, "theano-run: warning: %s\n", what.c_str());
  }
  compileOptions.target = device->target();
  compileOptions.useBlas = device->hasGemm();
  if (!options.arch.empty()) {
    // Say now that the name is wrong, not only where a GPU is.
    Expected<TargetInfo> target = lookupGpuTarget(options.arch);
    if (!target)
      return target.takeStatus();
    if (device->target().isGpu())
      compileOptions.target = *target;
    else
      std::fprintf(stderr,
                   "theano-run: warning: --arch=%s has no effect: "
                   "--device=%s runs on the CPU; %s\n",
                   options.arch.c_str(), options.device.c_str(),
                   opened->note.c_str());
  }
  return Status::success();
}

Expected<std::shared_ptr<SharedVariable>>
Session::getShared(const InputInfo &input) {
  const std::string &name = input.sharedName;
  if (auto it = shared.find(name); it != shared.end())
    return it->second;
  Expected<std::optional<HostArray>> value =
      sharedValues.find({name}, input.dtype);
  if (!value)
    return value.takeStatus();
  if (!*value)
    return invalidArgument("shared variable '" + name +
                           "' has no value; give one with --shared " + name +
                           "=...");
  TraceSpan span(&trace, "shared '" + name + "' to the device", "transfer");
  Expected<std::shared_ptr<SharedVariable>> variable =
      SharedVariable::create(device, name, **value);
  if (variable)
    shared[name] = *variable;
  return variable;
}

//===----------------------------------------------------------------------===//
// One call
//===----------------------------------------------------------------------===//

Expected<std::shared_ptr<Executable>> Session::load(func::FuncOp function) {
  std::string name = function.getName().str();
  if (auto it = executables.find(name); it != executables.end())
    return it->second;
  Expected<Program> program =
      compile(file.getModule(), function.getName(), compileOptions);
  if (!program)
    return program.takeStatus();
  // Messages call an input what the command line calls it.
  for (auto [i, input] : llvm::enumerate(program->inputs))
    if (!input.isShared())
      input.name = file.namesOf(function, i).front();
  TraceSpan span(&trace, "load the kernels", "compile");
  Expected<std::shared_ptr<Executable>> executable =
      Executable::load(std::move(*program), device);
  if (executable)
    executables[name] = *executable;
  return executable;
}

Status Session::bindArguments(func::FuncOp function, const CallOptions &call,
                              Sweep &sweep) {
  Expected<GivenArrays> given = GivenArrays::read(call.inputs);
  if (!given)
    return given.takeStatus();
  for (auto [i, input] : llvm::enumerate(sweep.executable->program().inputs)) {
    if (input.isShared()) {
      Expected<std::shared_ptr<SharedVariable>> variable = getShared(input);
      if (!variable)
        return variable.takeStatus();
      sweep.shared.push_back(*variable);
      continue;
    }
    std::vector<std::string> names = file.namesOf(function, i);
    if (call.range && llvm::is_contained(names, call.range->name)) {
      if (!input.dims.empty() || isFloat(input.dtype) ||
          input.dtype == DType::Bool)
        return typeError("--for counts argument '" + call.range->name +
                         "', which must be a 0-d integer");
      Expected<HostArray> index = HostArray::allocate(input.dtype, {});
      if (!index)
        return index.takeStatus();
      sweep.rangeInput = static_cast<int>(sweep.inputs.size());
      sweep.inputs.push_back(*index);
      continue;
    }
    Expected<std::optional<HostArray>> array = given->find(names, input.dtype);
    if (!array)
      return array.takeStatus();
    if (!*array)
      return invalidArgument("input '" + names.front() + "' of function '" +
                             call.function + "' is missing; give it with -i " +
                             names.front() + "=...");
    sweep.inputs.push_back(**array);
  }
  return Status::success();
}

Status Session::runCall(const CallOptions &call) {
  Expected<func::FuncOp> function = file.getFunction(call.function);
  if (!function)
    return function.takeStatus();
  int64_t compileStart = Trace::now();
  Expected<std::shared_ptr<Executable>> executable = load(*function);
  if (!executable)
    return executable.takeStatus();
  int64_t compileTime = Trace::now() - compileStart;

  const Program &program = (*executable)->program();
  if (!call.output.empty())
    if (Status status = checkEmptySweep(program, call); status.failed())
      return status;
  Sweep sweep;
  sweep.executable = *executable;
  sweep.timed = options.time;
  if (!options.trace.empty())
    sweep.trace = &trace;
  if (Status status = bindArguments(*function, call, sweep); status.failed())
    return status;
  if (options.explain)
    std::fputs(explain(sweep).c_str(), stdout);
  device->resetPeak();
  Expected<NamedArrays> results = runSweep(sweep, call);
  if (!results)
    return results.takeStatus();
  if (options.explain)
    printPeakMemory(sweep, stdout);
  if (options.time)
    printTimes(call.function, compileTime, sweep.times, stdout);
  return keepResults(call, *results);
}

//===----------------------------------------------------------------------===//
// What comes out
//===----------------------------------------------------------------------===//

Status Session::keepResults(const CallOptions &call,
                            const NamedArrays &results) {
  if (call.output.empty()) {
    // A sweep has printed its line already.
    if (!call.range && call.repeat == 1)
      for (auto &[name, array] : results)
        std::printf("%s%s\n", results.size() > 1 ? (name + " = ").c_str() : "",
                    formatArray(array).c_str());
    return Status::success();
  }
  bool archive = call.output.ends_with(".npz");
  Expected<std::vector<uint8_t>> bytes =
      archive ? formatNpz(results) : formatNpy(results.front().second);
  if (!bytes)
    return bytes.takeStatus();
  files.push_back({call.output, std::move(*bytes)});
  return Status::success();
}

Status Session::keepShared() {
  if (options.sharedOutput.empty())
    return Status::success();
  NamedArrays arrays;
  for (auto &[name, variable] : shared) {
    Expected<HostArray> value = variable->get();
    if (!value)
      return value.takeStatus();
    arrays.emplace_back(name, *value);
  }
  Expected<std::vector<uint8_t>> bytes = formatNpz(arrays);
  if (!bytes)
    return bytes.takeStatus();
  files.push_back({options.sharedOutput, std::move(*bytes)});
  return Status::success();
}

void Session::keepTrace() {
  if (options.trace.empty())
    return;
  std::string text = trace.toChromeJson();
  files.push_back({options.trace, {text.begin(), text.end()}});
}

//===----------------------------------------------------------------------===//
// The whole command line
//===----------------------------------------------------------------------===//

Status Session::checkResultFiles() {
  std::vector<std::string> paths = {options.sharedOutput, options.trace};
  for (const CallOptions &call : options.calls) {
    paths.push_back(call.output);
    if (!call.output.ends_with(".npy"))
      continue;
    Expected<func::FuncOp> function = file.getFunction(call.function);
    if (!function)
      return function.takeStatus();
    size_t results = 0;
    for (unsigned i = 0; i < function->getNumResults(); ++i)
      results += !function->getResultAttr(i, "theano.update");
    if (results != 1)
      return invalidArgument("an .npy file holds one result and function '" +
                             call.function + "' has " +
                             std::to_string(results) + "; write an .npz file");
  }
  for (const std::string &path : paths)
    if (!path.empty())
      if (Status status = checkWritable(path); status.failed())
        return status;
  return Status::success();
}

Status Session::runCalls() {
  Expected<GivenArrays> values = GivenArrays::read(options.shared);
  if (!values)
    return values.takeStatus();
  sharedValues = std::move(*values);
  for (auto [i, call] : llvm::enumerate(options.calls)) {
    if (Status status = runCall(call); status.failed())
      return status;
    // What no later call runs again need not hold memory.
    auto isSame = [&call](const CallOptions &later) {
      return later.function == call.function;
    };
    if (llvm::none_of(llvm::drop_begin(options.calls, i + 1), isSame))
      executables.erase(call.function);
  }
  if (Status status = keepShared(); status.failed())
    return status;
  if (Status status = closeDevice(); status.failed())
    return status;
  keepTrace();
  if (Status status = writeFiles(files); status.failed())
    return status;
  return printCounters();
}

Status Session::printCounters() {
  if (!options.counters)
    return Status::success();
  Expected<std::shared_ptr<const cuda::Driver>> driver =
      cuda::Driver::open(options.cudaDriver);
  if (!driver)
    return driver.takeStatus();
  Expected<std::string> report =
      (*driver)->readSimulatorReport(*options.counters);
  if (!report)
    return report.takeStatus();
  std::fputs(report->c_str(), stdout);
  return Status::success();
}

/// Gives everything back before any file is written: a driver may report late
/// what went wrong in work that it had accepted.
Status Session::closeDevice() {
  std::string name = device->name();
  if (Status status = device->synchronize(); status.failed())
    return status;
  shared.clear();
  executables.clear();
  device.reset();
  if (lateFailure.succeeded())
    return Status::success();
  Failure failure = lateFailure.failure();
  failure.message = "while releasing " + name + ": " + failure.message;
  return failure;
}

Status Session::run() {
  compileOptions.passes = &passes;
  compileOptions.theanoRewrites = options.theanoRewrites;
  compileOptions.safeUpdates = options.safeUpdates;
  compileOptions.tf32 = options.tf32;
  bool needsDevice = options.emit.empty();
  if (!needsDevice) {
    Expected<TargetInfo> target = chooseTarget(options);
    if (!target)
      return target.takeStatus();
    compileOptions.target = *target;
  } else if (options.dumpPipeline) {
    if (Status status = openDevice(); status.failed())
      return status;
  }
  if (options.dumpPipeline)
    return printPipeline(options, compileOptions);

  Status parsed = [&] {
    TraceSpan span(&trace, "parse", "compile");
    return file.parse(options.file);
  }();
  if (parsed.failed())
    return parsed;
  if (Status status = file.resolveNames(options); status.failed())
    return status;
  if (!needsDevice)
    return emitStages(file, options, compileOptions);
  if (Status status = checkResultFiles(); status.failed())
    return status;
  if (Status status = openDevice(); status.failed())
    return status;
  if (!options.dumpStages.empty())
    if (Status status = dumpStages(file, options, compileOptions);
        status.failed())
      return status;
  if (!options.trace.empty())
    compileOptions.trace = &trace;
  return runCalls();
}
