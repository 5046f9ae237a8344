//===- Verify.cpp - the rules that a program keeps ------------------------===//

#include "theano/Program/Verify.h"

#include "theano/Support/CheckedMath.h"

#include <set>

using namespace theano;

// Far above what any function has; bounds the recursion over nested lists.
static constexpr unsigned maxNesting = 64;

namespace {
class Verifier {
public:
  explicit Verifier(const Program &program) : program_(program) {}

  Status run() {
    exprs();
    for (SlotId id = 0; id < program_.slots.size(); ++id)
      slot(id);
    signature();
    kernels();
    list(program_.commands, 0);
    return std::move(status_);
  }

private:
  // Records the first thing that is wrong.
  void require(bool condition, const std::string &rule) {
    if (!condition && status_.succeeded())
      status_ = invalidArgument("invalid program '" + program_.name +
                                "': " + where_ + ": " + rule);
  }
  bool failed() const { return status_.failed(); }

  bool isSlot(SlotId id) const { return id < program_.slots.size(); }
  void expr(ExprId id) {
    require(program_.exprs.contains(id),
            "expression " + std::to_string(id) + " does not exist");
  }
  void location(LocationId id) {
    require(program_.locations.contains(id),
            "location " + std::to_string(id) + " does not exist");
  }
  void slotExists(SlotId id) {
    require(isSlot(id), "slot " + std::to_string(id) + " does not exist");
  }
  // The slot whose memory `id` uses.
  const Slot &storage(SlotId id) const {
    const Slot &slot = program_.slots[id];
    return slot.aliasOf < 0 ? slot
                            : program_.slots[static_cast<size_t>(slot.aliasOf)];
  }
  void readable(SlotId id) { slotExists(id); }
  void writable(SlotId id) {
    slotExists(id);
    if (failed())
      return;
    SlotKind kind = storage(id).kind;
    require(kind != SlotKind::Input && kind != SlotKind::Constant,
            "slot " + std::to_string(id) +
                " is written but is an input or a "
                "constant");
  }

  void exprs() {
    const ExprPool &pool = program_.exprs;
    for (ExprId id = 0; id < pool.size() && !failed(); ++id) {
      where_ = "expression " + std::to_string(id);
      const ExprNode &node = pool.node(id);
      require(pool.depth(id) <= ExprPool::kMaxDepth, "it is nested too deeply");
      if (node.kind == ExprKind::Dim) {
        slotExists(node.a);
        if (failed())
          return;
        const Slot &slot = program_.slots[node.a];
        require(slot.kind == SlotKind::Input || slot.kind == SlotKind::Shared,
                "it asks for a dimension of a slot that is no input");
        require(node.b < slot.shape.size(), "it asks for a dimension beyond "
                                            "the rank");
      } else if (node.kind == ExprKind::Scalar) {
        slotExists(node.a);
        if (failed())
          return;
        const Slot &slot = program_.slots[node.a];
        require(slot.shape.empty() && !isFloat(slot.dtype),
                "it reads a slot that is not 0-d of an integer or bool dtype");
      }
    }
  }

  void slot(SlotId id) {
    if (failed())
      return;
    where_ = "slot " + std::to_string(id);
    const Slot &slot = program_.slots[id];
    for (ExprId size : slot.shape)
      expr(size);
    if (slot.aliasOf >= 0) {
      require(isSlot(static_cast<SlotId>(slot.aliasOf)),
              "it is an alias of a slot that does not exist");
      require(slot.kind == SlotKind::Temporary,
              "it is an alias but no temporary");
      if (failed())
        return;
      const Slot &base = program_.slots[static_cast<size_t>(slot.aliasOf)];
      require(base.aliasOf < 0, "it is an alias of an alias");
      require(base.dtype == slot.dtype, "it is an alias with another dtype");
    }
    if (failed())
      return;
    switch (slot.kind) {
    case SlotKind::Constant: {
      std::vector<int64_t> shape;
      for (ExprId size : slot.shape) {
        std::optional<int64_t> value = program_.exprs.constantValue(size);
        require(value.has_value(), "it is a constant of unknown size");
        shape.push_back(value.value_or(0));
      }
      std::optional<int64_t> bytes =
          checkedByteCount(shape, static_cast<int64_t>(dtypeSize(slot.dtype)));
      require(bytes && static_cast<uint64_t>(*bytes) == slot.data.size(),
              "its data does not have the size of its shape");
      break;
    }
    case SlotKind::Input:
    case SlotKind::Shared:
      for (uint32_t axis = 0; axis < slot.shape.size(); ++axis) {
        const ExprNode &node = program_.exprs.node(slot.shape[axis]);
        require(
            node.kind == ExprKind::Const ||
                (node.kind == ExprKind::Dim && node.a == id && node.b == axis),
            "its sizes are neither constants nor its own dimensions");
      }
      break;
    default:
      break;
    }
    require(slot.kind == SlotKind::Constant || slot.data.empty(),
            "it has data but is no constant");
  }

  void signature() {
    std::vector<unsigned> bound(program_.slots.size());
    for (const InputInfo &input : program_.inputs) {
      where_ = "input '" + input.name + "'";
      slotExists(input.slot);
      if (failed())
        return;
      const Slot &slot = program_.slots[input.slot];
      require(slot.kind ==
                  (input.isShared() ? SlotKind::Shared : SlotKind::Input),
              "its slot is of another kind");
      require(slot.dtype == input.dtype, "its slot has another dtype");
      require(slot.shape.size() == input.dims.size(),
              "its slot has another rank");
      if (failed())
        return;
      for (size_t axis = 0; axis < input.dims.size(); ++axis) {
        int64_t dim = input.dims[axis];
        require(dim >= -1, "a static size is negative");
        std::optional<int64_t> known =
            program_.exprs.constantValue(slot.shape[axis]);
        require(known ? *known == dim : true,
                "its slot has another static size");
      }
      require(bound[input.slot]++ == 0, "its slot has two inputs");
    }
    where_ = "signature";
    for (SlotId id = 0; id < program_.slots.size(); ++id) {
      SlotKind kind = program_.slots[id].kind;
      require(bound[id] == 1 ||
                  (kind != SlotKind::Input && kind != SlotKind::Shared),
              "slot " + std::to_string(id) +
                  " is an input that no argument "
                  "binds");
    }
    std::set<std::string> updates;
    for (const ResultInfo &result : program_.results) {
      where_ = "result '" + result.name + "'";
      slotExists(result.slot);
      if (failed())
        return;
      require(program_.slots[result.slot].dtype == result.dtype,
              "its slot has another dtype");
      if (!result.isUpdate())
        continue;
      require(updates.insert(result.updateName).second,
              "shared variable '" + result.updateName + "' has two updates");
      const InputInfo *target = nullptr;
      for (const InputInfo &input : program_.inputs)
        if (input.sharedName == result.updateName)
          target = &input;
      require(target, "it updates '" + result.updateName +
                          "', which is no shared argument");
      require(
          !target ||
              (target->dtype == result.dtype &&
               target->dims.size() == program_.slots[result.slot].shape.size()),
          "it updates '" + result.updateName + "' with another dtype or rank");
    }
  }

  void kernels() {
    for (const Kernel &kernel : program_.kernels) {
      where_ = "kernel '" + kernel.name + "'";
      for (LocationId id : kernel.locations)
        location(id);
      if (const auto *ptx = std::get_if<PtxEntry>(&kernel.entry)) {
        uint64_t threads = 1;
        for (uint32_t size : ptx->block) {
          require(size >= 1 && size <= 1024, "a block dimension is not in 1 to "
                                             "1024");
          threads *= size;
        }
        require(threads <= 1024, "a block has more than 1024 threads");
      }
      bool isPtx = std::holds_alternative<PtxEntry>(kernel.entry);
      require(isPtx == program_.target.isGpu(),
              "it is for another kind of target than the program");
    }
  }

  void list(const CommandList &commands, unsigned nesting) {
    require(nesting < maxNesting, "commands are nested too deeply");
    for (size_t i = 0; i < commands.size() && !failed(); ++i) {
      where_ = "command " + std::to_string(i);
      std::visit([&](const auto &step) { command(step, nesting); },
                 commands[i].step);
    }
  }

  void command(const CheckCommand &check, unsigned) {
    expr(check.condition);
    require(check.values.size() <= kNumErrorValues,
            "a check has more than four values");
    require(check.code != ErrorCode::None, "a check has no error code");
    for (ExprId value : check.values)
      expr(value);
    location(check.location);
  }
  void command(const AllocateCommand &allocate, unsigned) {
    owned(allocate.slot, true);
  }
  void command(const FreeCommand &release, unsigned) {
    owned(release.slot, false);
  }
  void owned(SlotId id, bool outputToo) {
    slotExists(id);
    if (failed())
      return;
    const Slot &slot = program_.slots[id];
    require((slot.kind == SlotKind::Temporary && slot.aliasOf < 0) ||
                (outputToo && slot.kind == SlotKind::Output),
            "slot " + std::to_string(id) + " cannot be allocated or freed");
  }
  void command(const LaunchCommand &launch, unsigned) {
    require(launch.kernel < program_.kernels.size(),
            "kernel " + std::to_string(launch.kernel) + " does not exist");
    for (ExprId blocks : launch.grid)
      expr(blocks);
    expr(launch.bytesIn);
    expr(launch.bytesOut);
    location(launch.location);
    for (LocationId id : launch.sources)
      location(id);
    for (const auto &argument : launch.arguments) {
      if (const auto *scalar = std::get_if<ScalarArgument>(&argument)) {
        expr(scalar->value);
        continue;
      }
      const auto &buffer = std::get<BufferArgument>(argument);
      if (buffer.written)
        writable(buffer.slot);
      else
        readable(buffer.slot);
    }
    if (!failed())
      parameters(launch);
  }
  // The arguments of a launch are those of the PTX entry.
  void parameters(const LaunchCommand &launch) {
    const auto *ptx =
        std::get_if<PtxEntry>(&program_.kernels[launch.kernel].entry);
    if (!ptx)
      return;
    std::vector<ParamType> types;
    for (const auto &argument : launch.arguments) {
      const auto *scalar = std::get_if<ScalarArgument>(&argument);
      types.push_back(!scalar        ? ParamType::Pointer
                      : scalar->wide ? ParamType::Int64
                                     : ParamType::Int32);
    }
    if (launch.hasStatus)
      types.push_back(ParamType::Pointer);
    require(types == ptx->params, "the arguments do not match the parameters "
                                  "of kernel '" +
                                      program_.kernels[launch.kernel].name +
                                      "'");
  }
  void command(const CopyCommand &copy, unsigned) {
    readable(copy.source);
    writable(copy.target);
    if (!failed())
      require(dtypeSize(program_.slots[copy.source].dtype) ==
                  dtypeSize(program_.slots[copy.target].dtype),
              "a copy between dtypes of two sizes");
  }
  void command(const GemmCommand &gemm, unsigned) {
    for (ExprId size : {gemm.batch, gemm.m, gemm.n, gemm.k})
      expr(size);
    location(gemm.location);
    require(gemm.dtype == DType::Float32 || gemm.dtype == DType::Float64,
            "a matrix product of a dtype other than float32 and float64");
    readable(gemm.a);
    readable(gemm.b);
    writable(gemm.c);
    if (failed())
      return;
    for (SlotId id : {gemm.a, gemm.b, gemm.c})
      require(program_.slots[id].dtype == gemm.dtype,
              "a matrix product with an operand of another dtype");
  }
  void command(const HostCallCommand &call, unsigned) {
    location(call.location);
    for (SlotId id : call.inputs)
      readable(id);
    for (SlotId id : call.outputs)
      writable(id);
  }
  void command(const IfCommand &branch, unsigned nesting) {
    expr(branch.condition);
    list(branch.thenCommands, nesting + 1);
    list(branch.elseCommands, nesting + 1);
  }
  void command(const WhileCommand &loop, unsigned nesting) {
    expr(loop.condition);
    list(loop.before, nesting + 1);
    list(loop.body, nesting + 1);
  }

  const Program &program_;
  Status status_;
  std::string where_ = "program";
};
} // namespace

Status theano::verify(const Program &program) {
  return Verifier(program).run();
}
