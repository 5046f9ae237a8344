//===- ProgramBuilder.h - small programs for the tests ----------*- C++ -*-===//

#ifndef THEANO_TEST_UNIT_RUNTIME_PROGRAMBUILDER_H
#define THEANO_TEST_UNIT_RUNTIME_PROGRAMBUILDER_H

#include "theano/Runtime/CpuDevice.h"
#include "theano/Runtime/Executable.h"
#include "theano/Support/File.h"

namespace theano::test {

/// Builds programs whose kernels are those of TestKernels.c.
struct ProgramBuilder {
  Program program;

  ProgramBuilder() {
    program.name = "test";
    program.target = *lookupCpuTarget("x86-64-v2");
    program.cpuObject = *readFile(THEANO_TEST_KERNELS);
    for (const char *name : {"add", "check_index", "increment"}) {
      Kernel kernel;
      kernel.name = name;
      kernel.family = "map";
      kernel.entry = CpuEntry{name};
      program.kernels.push_back(kernel);
    }
    program.locations.add("net.mlir:7:3"); // number 1
  }

  SlotId argument(const std::string &name, DType dtype,
                  std::vector<int64_t> dims, bool shared = false) {
    auto id = static_cast<SlotId>(program.slots.size());
    Slot slot;
    slot.name = name;
    slot.dtype = dtype;
    slot.kind = shared ? SlotKind::Shared : SlotKind::Input;
    program.slots.push_back(slot);
    for (uint32_t axis = 0; axis < dims.size(); ++axis)
      program.slots[id].shape.push_back(
          dims[axis] < 0 ? program.exprs.dim(id, axis)
                         : program.exprs.constant(dims[axis]));
    program.inputs.push_back({name, dtype, dims, shared ? name : "", id});
    return id;
  }

  SlotId slot(SlotKind kind, DType dtype, std::vector<ExprId> shape) {
    Slot slot;
    slot.dtype = dtype;
    slot.kind = kind;
    slot.shape = std::move(shape);
    program.slots.push_back(slot);
    return static_cast<SlotId>(program.slots.size() - 1);
  }

  void result(SlotId slot, const std::string &update = "") {
    program.results.push_back({"r" + std::to_string(program.results.size()),
                               program.slots[slot].dtype, slot, update});
  }

  template <typename T> void add(T step) {
    program.commands.push_back({std::move(step)});
  }

  LaunchCommand launchAdd(SlotId a, SlotId b, SlotId out, ExprId n) {
    LaunchCommand launch;
    launch.kernel = 0;
    ExprPool &pool = program.exprs;
    launch.grid = {pool.ceilDiv(n, pool.constant(16)), pool.constant(1),
                   pool.constant(1)};
    launch.arguments = {BufferArgument{a, false}, BufferArgument{b, false},
                        BufferArgument{out, true}, ScalarArgument{n, true}};
    launch.bytesIn = launch.bytesOut = pool.constant(0);
    return launch;
  }

  /// Adds the check that a and b have one size, and out = a + b.
  SlotId addVectors(SlotId a, SlotId b, SlotKind kind = SlotKind::Output) {
    ExprPool &pool = program.exprs;
    ExprId m = pool.dim(a, 0), n = pool.dim(b, 0);
    add(CheckCommand{pool.binary(ExprKind::Eq, m, n),
                     ErrorCode::ShapeMismatch,
                     {pool.constant(0), m, n},
                     1});
    SlotId out = slot(kind, DType::Float32, {m});
    add(AllocateCommand{out});
    add(launchAdd(a, b, out, m));
    return out;
  }
};

inline std::shared_ptr<Device> makeDevice(int64_t threads = 2,
                                          std::string blas = "none") {
  CpuDeviceOptions options;
  options.target = *lookupCpuTarget("x86-64-v2");
  options.threads = threads;
  options.exactAllocations = true;
  options.blas = std::move(blas);
  return *createCpuDevice(options);
}

template <typename T>
HostArray makeArray(DType dtype, Shape shape, const std::vector<T> &values) {
  HostArray array = *HostArray::allocate(dtype, std::move(shape));
  std::copy(values.begin(), values.end(), array.as<T>().begin());
  return array;
}

inline HostArray vectorOf(const std::vector<float> &values) {
  return makeArray(DType::Float32, {static_cast<int64_t>(values.size())},
                   values);
}

template <typename T> std::vector<T> values(const HostArray &array) {
  std::span<const T> elements = array.as<T>();
  return {elements.begin(), elements.end()};
}

} // namespace theano::test

#endif // THEANO_TEST_UNIT_RUNTIME_PROGRAMBUILDER_H
