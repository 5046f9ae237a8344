//===- Execution.cpp - compiling and calling functions --------------------===//

#include "Conversions.h"
#include "Graph.h"
#include "theano/Execution/Compile.h"
#include "theano/Execution/PassCache.h"
#include "theano/Program/Describe.h"
#include "theano/Runtime/Executable.h"
#include "theano/Runtime/OpenDevice.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <map>

using namespace theano;
using namespace theano::python;

namespace {

/// A function compiled for a device.
class CompiledFunction {
public:
  CompiledFunction(const FunctionIR &function, std::shared_ptr<Device> device,
                   bool theanoRewrites, bool tf32);

  nb::list call(const std::vector<InputArray> &arrays,
                const std::vector<std::shared_ptr<SharedVariable>> &shared);

  /// The text of a stage; `target` empty for that of the device.
  std::string stage(const FunctionIR &function, const std::string &name,
                    const std::string &target) const;

  std::string explain() const { return describe(executable->program()); }

private:
  CompileOptions options;
  std::shared_ptr<Executable> executable;
};

} // namespace

/// What compiling needs is registered with the first function, not on import.
static void registerOnce(mlir::MLIRContext *context) {
  static bool done = false;
  if (done)
    return;
  mlir::DialectRegistry registry;
  registerForExecution(registry);
  context->appendDialectRegistry(registry);
  done = true;
}

/// Those of the one context of a process, used under the interpreter's lock.
static PassCache &keptPasses() {
  static auto *passes = new PassCache();
  return *passes;
}

CompiledFunction::CompiledFunction(const FunctionIR &function,
                                   std::shared_ptr<Device> device,
                                   bool theanoRewrites, bool tf32) {
  mlir::ModuleOp module = *function.graph.module;
  registerOnce(module.getContext());
  options.passes = &keptPasses();
  options.target = device->target();
  options.theanoRewrites = theanoRewrites;
  options.tf32 = tf32;
  options.useBlas = device->hasGemm();
  Program program = unwrap(compile(module, function.name, options));
  executable = unwrap(Executable::load(std::move(program), std::move(device)));
}

nb::list CompiledFunction::call(
    const std::vector<InputArray> &arrays,
    const std::vector<std::shared_ptr<SharedVariable>> &shared) {
  std::vector<HostArray> inputs;
  inputs.reserve(arrays.size());
  for (const InputArray &array : arrays)
    inputs.push_back(borrow(array));
  Expected<std::vector<HostArray>> results = [&] {
    nb::gil_scoped_release unlocked;
    return executable->callHost(inputs, shared);
  }();
  nb::list outputs;
  for (HostArray &result : unwrap(std::move(results)))
    outputs.append(toNumpy(std::move(result)));
  return outputs;
}

std::string CompiledFunction::stage(const FunctionIR &function,
                                    const std::string &name,
                                    const std::string &target) const {
  CompileOptions wanted = options;
  if (!target.empty()) {
    wanted.target = unwrap(resolveTarget(target));
    // The library is the device's.
    wanted.useBlas &= !wanted.target.isGpu();
  }
  mlir::ModuleOp module = *function.graph.module;
  return unwrap(
      emitStage(module, function.name, unwrap(parseStage(name)), wanted));
}

/// The device called `name`: cpu, cuda or cuda:N; each is opened once.
static std::shared_ptr<Device> deviceCalled(const std::string &name) {
  static auto *devices = new std::map<std::string, std::shared_ptr<Device>>();
  std::shared_ptr<Device> &device = (*devices)[name];
  if (device)
    return device;
  CpuDeviceOptions options;
  options.target = unwrap(resolveTarget("native"));
  Expected<OpenedDevice> opened = openDevice(name, std::move(options));
  if (!opened) {
    Failure failure = opened.failure();
    failure.message = "config.device=" + name + ": " + failure.message;
    raise(failure);
  }
  device = opened->device;
  return device;
}

void python::bindExecution(nb::module_ &module) {
  nb::class_<Device>(module, "Device").def_prop_ro("name", &Device::name);
  module.def("device", &deviceCalled);

  nb::class_<SharedVariable>(module, "SharedVariable")
      .def("get",
           [](SharedVariable &variable) {
             return toNumpy(unwrap(variable.get()));
           })
      .def("set",
           [](SharedVariable &variable, const InputArray &array) {
             check(variable.set(borrow(array)));
           })
      .def_prop_ro("shape", [](SharedVariable &variable) {
        nb::list sizes;
        for (int64_t size : variable.shape())
          sizes.append(size);
        return nb::tuple(sizes);
      });
  module.def("shared_variable",
             [](std::shared_ptr<Device> device, const std::string &name,
                const InputArray &array) {
               return unwrap(SharedVariable::create(std::move(device), name,
                                                    borrow(array)));
             });

  nb::class_<CompiledFunction>(module, "CompiledFunction")
      .def(nb::init<const FunctionIR &, std::shared_ptr<Device>, bool, bool>())
      .def("__call__", &CompiledFunction::call)
      .def("stage", &CompiledFunction::stage)
      .def("explain", &CompiledFunction::explain);
}
