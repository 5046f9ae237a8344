//===- Executable.cpp - a program ready to be called ----------------------===//

#include "theano/Runtime/Executable.h"

#include "CallFrame.h"
#include "Schedule.h"
#include "theano/Program/Verify.h"

#include <algorithm>

using namespace theano;

struct Executable::State {
  LoadedProgram loaded;
  std::mutex mutex;                               // guards frames
  std::vector<std::unique_ptr<CallFrame>> frames; // not in use

  std::unique_ptr<CallFrame> takeFrame();
  void giveFrame(std::unique_ptr<CallFrame> frame);

  Status
  checkArguments(std::span<const DeviceArray> inputs,
                 std::span<const std::shared_ptr<SharedVariable>> shared) const;
};

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

namespace {
/// What the lists of commands ask of the device and the host.
struct Needs {
  bool gemm = false;
  bool status = false;
  std::vector<std::string> hostFunctions;

  void add(const CommandList &commands) {
    for (const Command &command : commands)
      std::visit([&](const auto &step) { add(step); }, command.step);
  }
  void add(const LaunchCommand &launch) { status |= launch.hasStatus; }
  void add(const GemmCommand &) { gemm = true; }
  void add(const HostCallCommand &call) { hostFunctions.push_back(call.name); }
  void add(const IfCommand &branch) {
    add(branch.thenCommands);
    add(branch.elseCommands);
  }
  void add(const WhileCommand &loop) {
    add(loop.before);
    add(loop.body);
  }
  void add(const CheckCommand &) {}
  void add(const AllocateCommand &) {}
  void add(const FreeCommand &) {}
  void add(const CopyCommand &) {}
};
} // namespace

Executable::Executable(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
Executable::~Executable() = default;

Expected<std::shared_ptr<Executable>>
Executable::load(Program program, std::shared_ptr<Device> device,
                 ExecutableOptions options) {
  if (Status status = verify(program); status.failed())
    return status;
  Needs needs;
  needs.add(program.commands);
  for (const std::string &name : needs.hostFunctions)
    if (!options.hostFunctions.contains(name))
      return invalidArgument("program '" + program.name +
                             "' calls the host function '" + name +
                             "', which was not given");
  if (needs.gemm && !device->hasGemm())
    return unsupported(
        "program '" + program.name +
        "' calls a matrix-product library: " + device->gemmDescription());
  hoistFallibleCommands(program);

  auto state = std::make_unique<State>();
  LoadedProgram &loaded = state->loaded;
  loaded.program = std::move(program);
  loaded.device = std::move(device);
  loaded.hostFunctions = std::move(options.hostFunctions);
  loaded.hasStatus = needs.status;
  Expected<std::unique_ptr<LoadedModule>> module =
      loaded.device->loadModule(loaded.program);
  if (!module)
    return module.takeStatus();
  loaded.module = std::move(*module);
  loaded.constants.resize(loaded.program.slots.size());
  for (SlotId id = 0; id < loaded.constants.size(); ++id) {
    const std::vector<uint8_t> &data = loaded.program.slots[id].data;
    if (data.empty())
      continue;
    Expected<Buffer> buffer = Buffer::allocate(loaded.device, data.size());
    if (!buffer)
      return buffer.takeStatus();
    if (Status status = loaded.device->copyToDevice(buffer->address(),
                                                    data.data(), data.size());
        status.failed())
      return status;
    loaded.constants[id] = std::move(*buffer);
  }
  return std::shared_ptr<Executable>(new Executable(std::move(state)));
}

const Program &Executable::program() const { return state_->loaded.program; }
const std::shared_ptr<Device> &Executable::device() const {
  return state_->loaded.device;
}

//===----------------------------------------------------------------------===//
// Checking the arguments
//===----------------------------------------------------------------------===//

static std::string describe(const InputInfo &info) {
  return (info.isShared() ? "shared variable '" + info.sharedName + "'"
                          : "input '" + info.name + "'");
}

static std::string describeDims(std::span<const int64_t> dims) {
  std::string text;
  for (int64_t dim : dims)
    text += (text.empty() ? "" : ", ") +
            (dim < 0 ? std::string("?") : std::to_string(dim));
  return "(" + text + (dims.size() == 1 ? ",)" : ")");
}

static Status checkArray(const InputInfo &info, DType dtype,
                         const Shape &shape) {
  if (dtype != info.dtype)
    return typeError(describe(info) + ": expected dtype " +
                     std::string(dtypeName(info.dtype)) + ", got " +
                     std::string(dtypeName(dtype)));
  if (shape.size() != info.dims.size())
    return typeError(describe(info) + ": expected rank " +
                     std::to_string(info.dims.size()) + ", got rank " +
                     std::to_string(shape.size()) + " with shape " +
                     formatShape(shape));
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (info.dims[axis] >= 0 && shape[axis] != info.dims[axis])
      return invalidArgument(describe(info) + ": expected shape " +
                             describeDims(info.dims) + ", got " +
                             formatShape(shape));
  return Status::success();
}

Status Executable::State::checkArguments(
    std::span<const DeviceArray> inputs,
    std::span<const std::shared_ptr<SharedVariable>> shared) const {
  const Program &program = loaded.program;
  size_t numInputs = 0, numShared = 0;
  for (const InputInfo &info : program.inputs) {
    size_t have = info.isShared() ? shared.size() : inputs.size();
    if ((info.isShared() ? numShared : numInputs)++ >= have)
      return invalidArgument("'" + program.name + "': " + describe(info) +
                             " is missing");
  }
  if (inputs.size() > numInputs)
    return invalidArgument("'" + program.name + "': expected " +
                           std::to_string(numInputs) + " inputs, got " +
                           std::to_string(inputs.size()));
  if (shared.size() > numShared)
    return invalidArgument(
        "'" + program.name + "': expected " + std::to_string(numShared) +
        " shared variables, got " + std::to_string(shared.size()));
  numInputs = numShared = 0;
  for (const InputInfo &info : program.inputs) {
    if (info.isShared()) {
      const SharedVariable *variable = shared[numShared++].get();
      if (!variable)
        return invalidArgument(describe(info) + " is missing");
      if (variable->device() != loaded.device)
        return invalidArgument(describe(info) + " is on another device (" +
                               variable->device()->name() + ") than '" +
                               program.name + "' (" + loaded.device->name() +
                               ")");
      continue;
    }
    const DeviceArray &array = inputs[numInputs++];
    if (array.device != loaded.device)
      return invalidArgument(describe(info) + " is on another device than '" +
                             program.name + "' (" + loaded.device->name() +
                             ")");
    if (Status status = checkArray(info, array.dtype, array.shape);
        status.failed())
      return status;
    if (array.address % 16 != 0 || (!array.address && array.byteSize()))
      return invalidArgument(describe(info) +
                             ": expected memory aligned to 16 bytes");
  }
  return Status::success();
}

//===----------------------------------------------------------------------===//
// Calling
//===----------------------------------------------------------------------===//

std::unique_ptr<CallFrame> Executable::State::takeFrame() {
  std::lock_guard<std::mutex> lock(mutex);
  if (frames.empty())
    return std::make_unique<CallFrame>(loaded);
  std::unique_ptr<CallFrame> frame = std::move(frames.back());
  frames.pop_back();
  return frame;
}

void Executable::State::giveFrame(std::unique_ptr<CallFrame> frame) {
  frame->end();
  std::lock_guard<std::mutex> lock(mutex);
  frames.push_back(std::move(frame));
}

Expected<std::vector<DeviceArray>>
Executable::call(std::span<const DeviceArray> inputs,
                 std::span<const std::shared_ptr<SharedVariable>> shared,
                 Trace *trace) {
  if (Status status = state_->checkArguments(inputs, shared); status.failed())
    return status;
  const Program &program = state_->loaded.program;

  // Locks in address order, each variable once, so that two calls that share
  // several never wait for each other.
  std::vector<SharedVariable *> order;
  for (const std::shared_ptr<SharedVariable> &variable : shared)
    order.push_back(variable.get());
  std::ranges::sort(order, std::less<>());
  if (std::ranges::adjacent_find(order) != order.end())
    return invalidArgument("'" + program.name +
                           "': one shared variable is given for two");
  std::vector<std::unique_lock<std::mutex>> locks;
  locks.reserve(order.size());
  for (SharedVariable *variable : order)
    locks.emplace_back(variable->mutex_);

  std::unique_ptr<CallFrame> frame = state_->takeFrame();
  struct Return {
    State &state;
    std::unique_ptr<CallFrame> &frame;
    ~Return() { state.giveFrame(std::move(frame)); }
  } giveBack{*state_, frame};

  if (Status status = frame->begin(trace); status.failed())
    return status;
  std::map<std::string_view, SharedVariable *> byName;
  std::vector<SharedVariable *> bySlot(program.slots.size());
  size_t numInputs = 0, numShared = 0;
  for (const InputInfo &info : program.inputs) {
    if (!info.isShared()) {
      frame->bind(info.slot, inputs[numInputs++]);
      continue;
    }
    SharedVariable *variable = shared[numShared++].get();
    if (!variable->invalidReason_.empty())
      return deviceError(describe(info) + " has no valid value: " +
                         variable->invalidReason_ + "; set it again");
    if (Status status =
            checkArray(info, variable->value_.dtype, variable->value_.shape);
        status.failed())
      return status;
    frame->bind(info.slot, variable->value_);
    byName[info.sharedName] = variable;
    bySlot[info.slot] = variable;
  }

  std::vector<DeviceArray> outputs, updates;
  std::vector<SharedVariable *> updated;
  auto runAndCollect = [&]() -> Status {
    if (Status status = frame->run(); status.failed())
      return status;
    for (const ResultInfo &result : program.results) {
      SharedVariable *target =
          result.isUpdate() ? byName.at(result.updateName) : nullptr;
      // Its new value was written in place.
      if (target && bySlot[result.slot] == target)
        continue;
      Expected<DeviceArray> array = frame->takeResult(result.slot);
      if (!array)
        return array.takeStatus();
      (target ? updates : outputs).push_back(std::move(*array));
      if (target)
        updated.push_back(target);
    }
    return Status::success();
  };
  Status status = runAndCollect();
  if (status.failed()) {
    for (SlotId slot : frame->writtenShared())
      bySlot[slot]->invalidReason_ =
          "a call of '" + program.name +
          "' failed while it was writing it: " + status.message();
    return status;
  }
  // Nothing can fail from here on.
  for (SlotId slot : frame->writtenShared())
    ++bySlot[slot]->generation_;
  for (size_t i = 0; i < updates.size(); ++i) {
    updated[i]->value_ = std::move(updates[i]);
    ++updated[i]->generation_;
  }
  return outputs;
}

Expected<std::vector<HostArray>>
Executable::callHost(std::span<const HostArray> inputs,
                     std::span<const std::shared_ptr<SharedVariable>> shared,
                     Trace *trace) {
  Expected<std::vector<DeviceArray>> arguments = [&] {
    TraceSpan span(trace, "inputs to the device", "transfer");
    return toDevice(device(), inputs);
  }();
  if (!arguments)
    return arguments.takeStatus();
  Expected<std::vector<DeviceArray>> results = call(*arguments, shared, trace);
  if (!results)
    return results.takeStatus();
  TraceSpan span(trace, "outputs to the host", "transfer");
  return toHost(*results);
}
