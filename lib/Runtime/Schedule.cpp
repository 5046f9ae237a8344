//===- Schedule.cpp - the order of a program's commands -------------------===//

#include "Schedule.h"

#include <algorithm>

using namespace theano;

namespace {
class Hoister {
public:
  explicit Hoister(Program &program)
      : program_(program), known_(program.exprs.size()) {
    // An expression is known at the beginning when every value it reads is
    // that of an input or a constant.
    for (ExprId id = 0; id < known_.size(); ++id) {
      const ExprNode &node = program.exprs.node(id);
      const uint32_t operands[3] = {node.a, node.b, node.c};
      bool known = node.kind != ExprKind::Scalar || isFixed(node.a);
      for (unsigned i = 0, e = exprNumOperands(node.kind); i < e; ++i)
        known = known && known_[operands[i]];
      known_[id] = known;
    }
  }

  void run() {
    bool inPlace = writesShared(program_.commands);
    // Decided before anything moves, as allocations are counted in the list.
    // Checks before allocations: a wrong size is the better message.
    enum class Place : uint8_t { Check, Allocation, Rest };
    std::vector<Place> places;
    for (const Command &command : program_.commands)
      places.push_back(isEarlyCheck(command) ? Place::Check
                       : inPlace && isEarlyAllocation(command)
                           ? Place::Allocation
                           : Place::Rest);
    CommandList ordered;
    for (Place place : {Place::Check, Place::Allocation, Place::Rest})
      for (size_t i = 0; i < places.size(); ++i)
        if (places[i] == place)
          ordered.push_back(std::move(program_.commands[i]));
    program_.commands = std::move(ordered);
  }

private:
  bool isFixed(SlotId id) const {
    const Slot &slot = program_.slots[id];
    return slot.aliasOf < 0 &&
           (slot.kind == SlotKind::Input || slot.kind == SlotKind::Constant);
  }
  bool isShared(SlotId id) const {
    const Slot &slot = program_.slots[id];
    SlotId base = slot.aliasOf < 0 ? id : static_cast<SlotId>(slot.aliasOf);
    return program_.slots[base].kind == SlotKind::Shared;
  }

  bool isEarlyCheck(const Command &command) const {
    const auto *check = std::get_if<CheckCommand>(&command.step);
    return check && known_[check->condition] &&
           std::ranges::all_of(check->values,
                               [&](ExprId id) { return known_[id]; });
  }

  bool isEarlyAllocation(const Command &command) const {
    const auto *allocate = std::get_if<AllocateCommand>(&command.step);
    if (!allocate)
      return false;
    const Slot &slot = program_.slots[allocate->slot];
    // A slot that is allocated again somewhere keeps its order.
    return allocations(program_.commands, allocate->slot) == 1 &&
           std::ranges::all_of(slot.shape,
                               [&](ExprId id) { return known_[id]; });
  }

  int allocations(const CommandList &commands, SlotId slot) const {
    int count = 0;
    for (const Command &command : commands) {
      if (const auto *step = std::get_if<AllocateCommand>(&command.step)) {
        count += step->slot == slot;
      } else if (const auto *step = std::get_if<IfCommand>(&command.step)) {
        count += allocations(step->thenCommands, slot) +
                 allocations(step->elseCommands, slot);
      } else if (const auto *step = std::get_if<WhileCommand>(&command.step)) {
        count +=
            allocations(step->before, slot) + allocations(step->body, slot);
      }
    }
    return count;
  }

  bool writesShared(const CommandList &commands) const {
    return std::ranges::any_of(commands, [&](const Command &command) {
      return std::visit([&](const auto &step) { return writes(step); },
                        command.step);
    });
  }
  bool writes(const LaunchCommand &launch) const {
    for (const auto &argument : launch.arguments)
      if (const auto *buffer = std::get_if<BufferArgument>(&argument))
        if (buffer->written && isShared(buffer->slot))
          return true;
    return false;
  }
  bool writes(const CopyCommand &copy) const { return isShared(copy.target); }
  bool writes(const GemmCommand &gemm) const { return isShared(gemm.c); }
  bool writes(const HostCallCommand &call) const {
    return std::ranges::any_of(call.outputs,
                               [&](SlotId id) { return isShared(id); });
  }
  bool writes(const IfCommand &branch) const {
    return writesShared(branch.thenCommands) ||
           writesShared(branch.elseCommands);
  }
  bool writes(const WhileCommand &loop) const {
    return writesShared(loop.before) || writesShared(loop.body);
  }
  bool writes(const CheckCommand &) const { return false; }
  bool writes(const AllocateCommand &) const { return false; }
  bool writes(const FreeCommand &) const { return false; }

  Program &program_;
  std::vector<char> known_; // by ExprId
};
} // namespace

void theano::hoistFallibleCommands(Program &program) { Hoister(program).run(); }
