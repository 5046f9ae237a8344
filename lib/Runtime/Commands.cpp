//===- Commands.cpp - the interpreter of a program's commands -------------===//

#include "CallFrame.h"

#include "theano/Support/CheckedMath.h"

using namespace theano;

template <typename... Ts> struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

// An error that the program's own numbers cause knows no source line; the
// command that met it does.
static Status at(Status status, std::string_view location) {
  if (!status.failed() || location.empty() ||
      !status.failure().location.empty())
    return status;
  Failure failure = std::move(status).failure();
  failure.location = location;
  failure.message = std::string(location) + ": " + failure.message;
  return failure;
}

Status CallFrame::runList(const CommandList &commands) {
  for (const Command &command : commands) {
    Status status =
        trace_ ? runTraced(command)
               : std::visit([&](const auto &step) { return run(step); },
                            command.step);
    if (status.failed())
      return status;
  }
  return Status::success();
}

Status CallFrame::runTraced(const Command &command) {
  const char *category = nullptr;
  std::string name;
  std::visit(Overloaded{[&](const LaunchCommand &launch) {
                          category = "kernel";
                          name = program_.kernels[launch.kernel].name;
                        },
                        [&](const CopyCommand &) {
                          category = "copy";
                          name = "copy";
                        },
                        [&](const GemmCommand &) {
                          category = "gemm";
                          name = "gemm";
                        },
                        [&](const HostCallCommand &call) {
                          category = "host";
                          name = call.name;
                        },
                        [&](const AllocateCommand &) {
                          category = "memory";
                          name = "allocate";
                        },
                        [](const auto &) {}},
             command.step);
  int64_t start = Trace::now();
  Status status =
      std::visit([&](const auto &step) { return run(step); }, command.step);
  if (!category || status.failed())
    return status;
  if (status = device_.synchronize(); status.failed())
    return status;
  trace_->add({std::move(name), category, start, Trace::now() - start});
  return status;
}

Status CallFrame::run(const CheckCommand &check) {
  Expected<int64_t> condition = evaluate(check.condition);
  std::string_view location = program_.locations.lookup(check.location);
  if (!condition)
    return at(condition.takeStatus(), location);
  if (*condition)
    return Status::success();
  int64_t values[kNumErrorValues] = {};
  for (size_t i = 0; i < check.values.size(); ++i) {
    Expected<int64_t> value = evaluate(check.values[i]);
    if (!value)
      return at(value.takeStatus(), location);
    values[i] = *value;
  }
  return runtimeCheckFailure(check.code, values, location);
}

/// Where the command stands that writes a slot: an allocation has no line of
/// its own. Empty where there is none.
static std::string_view lineOfWriter(const Program &program, SlotId slot) {
  for (const Command &command : program.commands) {
    if (const auto *launch = std::get_if<LaunchCommand>(&command.step)) {
      for (const auto &argument : launch->arguments)
        if (const auto *buffer = std::get_if<BufferArgument>(&argument);
            buffer && buffer->written && buffer->slot == slot)
          return program.locations.lookup(launch->location);
    } else if (const auto *gemm = std::get_if<GemmCommand>(&command.step)) {
      if (gemm->c == slot)
        return program.locations.lookup(gemm->location);
    }
  }
  return {};
}

Status CallFrame::run(const AllocateCommand &allocate) {
  Expected<int64_t> bytes = bytesOf(allocate.slot);
  if (!bytes)
    return at(bytes.takeStatus(), lineOfWriter(program_, allocate.slot));
  SlotState &state = slots_[allocate.slot];
  state.buffer = Buffer();
  Expected<Buffer> buffer =
      Buffer::allocate(loaded_.device, static_cast<size_t>(*bytes));
  if (!buffer)
    return at(buffer.takeStatus(), lineOfWriter(program_, allocate.slot));
  state.buffer = std::move(*buffer);
  state.address = state.buffer.address();
  state.bytes = *bytes;
  state.live = true;
  return Status::success();
}

Status CallFrame::run(const FreeCommand &release) {
  slots_[release.slot] = SlotState();
  return Status::success();
}

Status CallFrame::run(const LaunchCommand &command) {
  std::string_view location = program_.locations.lookup(command.location);
  Launch launch;
  launch.kernel = command.kernel;
  for (size_t i = 0; i < 3; ++i) {
    Expected<int64_t> blocks = evaluate(command.grid[i]);
    if (!blocks)
      return at(blocks.takeStatus(), location);
    if (*blocks < 0)
      return invalidArgument(
          "kernel '" + program_.kernels[command.kernel].name + "': a grid of " +
          std::to_string(*blocks) + " blocks");
    launch.grid[i] = *blocks;
  }
  if (launch.grid[0] == 0 || launch.grid[1] == 0 || launch.grid[2] == 0)
    return Status::success();
  arguments_.clear();
  arrays_.clear();
  for (const auto &argument : command.arguments) {
    if (const auto *buffer = std::get_if<BufferArgument>(&argument)) {
      Expected<const SlotState *> state = access(buffer->slot);
      if (!state)
        return at(state.takeStatus(), location);
      if (buffer->written)
        if (Status status = beginWrite(buffer->slot); status.failed())
          return status;
      arguments_.push_back((*state)->address);
      arrays_.push_back({(*state)->address,
                         static_cast<size_t>((*state)->bytes),
                         buffer->written});
      launch.bytes += (*state)->bytes;
      continue;
    }
    const auto &scalar = std::get<ScalarArgument>(argument);
    Expected<int64_t> value = evaluate(scalar.value);
    if (!value)
      return at(value.takeStatus(), location);
    if (!scalar.wide && *value != static_cast<int32_t>(*value))
      return at(outOfMemory("size overflows: " + std::to_string(*value) +
                            " does not fit the 32 bits of kernel '" +
                            program_.kernels[command.kernel].name + "'"),
                location);
    arguments_.push_back(static_cast<uint64_t>(*value));
  }
  if (command.hasStatus) {
    arguments_.push_back(status_.address());
    statusPending_ = true;
  }
  launch.arguments = arguments_;
  launch.arrays = arrays_;
  if (Status status = device_.launch(*loaded_.module, launch); status.failed())
    return at(std::move(status), location);
  for (const auto &argument : command.arguments)
    if (const auto *buffer = std::get_if<BufferArgument>(&argument))
      if (buffer->written)
        endWrite(buffer->slot);
  // Where looking costs nothing, a failure ends the call at once.
  return device_.hostAccessible() ? checkStatus() : Status::success();
}

Status CallFrame::run(const CopyCommand &copy) {
  Expected<const SlotState *> source = access(copy.source);
  if (!source)
    return source.takeStatus();
  Expected<const SlotState *> target = access(copy.target);
  if (!target)
    return target.takeStatus();
  if ((*source)->bytes != (*target)->bytes)
    return invalidArgument("program '" + program_.name + "': a copy of " +
                           std::to_string((*source)->bytes) + " bytes to " +
                           std::to_string((*target)->bytes));
  if (Status status = beginWrite(copy.target); status.failed())
    return status;
  endWrite(copy.target);
  if ((*source)->bytes == 0)
    return Status::success();
  return device_.copyOnDevice((*target)->address, (*source)->address,
                              static_cast<size_t>((*source)->bytes));
}

Status CallFrame::run(const GemmCommand &command) {
  std::string_view location = program_.locations.lookup(command.location);
  int64_t sizes[4];
  const ExprId ids[4] = {command.batch, command.m, command.n, command.k};
  for (size_t i = 0; i < 4; ++i) {
    Expected<int64_t> size = evaluate(ids[i]);
    if (!size)
      return at(size.takeStatus(), location);
    sizes[i] = *size;
  }
  auto [batch, m, n, k] = sizes;
  GemmCall call{command.dtype,
                command.transposeA,
                command.transposeB,
                command.batchedA,
                command.batchedB,
                batch,
                m,
                n,
                k,
                0,
                0,
                0};
  struct Operand {
    SlotId slot;
    int64_t matrices, rows, columns;
    DeviceAddress *address;
  };
  const Operand operands[3] = {
      {command.a, command.batchedA ? batch : 1, m, k, &call.a},
      {command.b, command.batchedB ? batch : 1, k, n, &call.b},
      {command.c, batch, m, n, &call.c}};
  int64_t resultBytes = 0;
  for (const Operand &operand : operands) {
    Expected<const SlotState *> state = access(operand.slot);
    if (!state)
      return at(state.takeStatus(), location);
    const int64_t shape[] = {operand.matrices, operand.rows, operand.columns};
    std::optional<int64_t> bytes =
        checkedByteCount(shape, static_cast<int64_t>(dtypeSize(command.dtype)));
    if (bytes != (*state)->bytes)
      return at(
          invalidArgument("matrix product: slot " + slotName(operand.slot) +
                          " has " + std::to_string((*state)->bytes) +
                          " bytes, not those of shape " + formatShape(shape)),
          location);
    *operand.address = (*state)->address;
    resultBytes = (*state)->bytes;
  }
  if (Status status = beginWrite(command.c); status.failed())
    return status;
  endWrite(command.c);
  if (resultBytes == 0)
    return Status::success();
  if (k == 0)
    return device_.fillZero(call.c, static_cast<size_t>(resultBytes));
  return at(device_.gemm(call), location);
}

Expected<HostArray> CallFrame::hostView(SlotId slot) {
  Expected<const SlotState *> state = access(slot);
  if (!state)
    return state.takeStatus();
  Expected<Shape> shape = shapeOf(slot);
  if (!shape)
    return shape.takeStatus();
  return toHost(DeviceArray{loaded_.device, program_.slots[slot].dtype,
                            std::move(*shape), (*state)->address, nullptr});
}

Status CallFrame::run(const HostCallCommand &call) {
  // The function must not see what a failed check left behind.
  if (Status status = checkStatus(); status.failed())
    return status;
  std::vector<HostArray> inputs, outputs;
  for (SlotId slot : call.inputs) {
    Expected<HostArray> array = hostView(slot);
    if (!array)
      return array.takeStatus();
    inputs.push_back(std::move(*array));
  }
  for (SlotId slot : call.outputs) {
    Expected<const SlotState *> state = access(slot);
    if (!state)
      return state.takeStatus();
    if (Status status = beginWrite(slot); status.failed())
      return status;
    endWrite(slot);
    if ((*state)->bytes)
      if (Status status = device_.fillZero(
              (*state)->address, static_cast<size_t>((*state)->bytes));
          status.failed())
        return status;
    Expected<HostArray> array = hostView(slot);
    if (!array)
      return array.takeStatus();
    outputs.push_back(std::move(*array));
  }
  const HostFunction &function = loaded_.hostFunctions.at(call.name);
  if (Status status = function(call.attributes, inputs, outputs);
      status.failed())
    return at(std::move(status), program_.locations.lookup(call.location));
  if (device_.hostAccessible())
    return Status::success();
  for (size_t i = 0; i < outputs.size(); ++i) {
    const SlotState &state = slots_[storageOf(call.outputs[i])];
    if (!state.bytes)
      continue;
    if (Status status = device_.copyToDevice(state.address, outputs[i].data(),
                                             static_cast<size_t>(state.bytes));
        status.failed())
      return status;
  }
  return Status::success();
}

Status CallFrame::run(const IfCommand &branch) {
  Expected<int64_t> condition = evaluate(branch.condition);
  if (!condition)
    return condition.takeStatus();
  return runList(*condition ? branch.thenCommands : branch.elseCommands);
}

Status CallFrame::run(const WhileCommand &loop) {
  while (true) {
    if (Status status = runList(loop.before); status.failed())
      return status;
    Expected<int64_t> condition = evaluate(loop.condition);
    if (!condition)
      return condition.takeStatus();
    if (!*condition)
      return Status::success();
    if (Status status = runList(loop.body); status.failed())
      return status;
  }
}
