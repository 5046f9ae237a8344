//===- InstructionClass.cpp - instructions by what they occupy ------------===//

#include "Machine/InstructionClass.h"

#include <algorithm>

namespace theano::sim {

static bool isOneOf(std::string_view word,
                    std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

/// Of arithmetic: by the type, which is the last modifier that names one.
static InstructionClass classifyByType(const Instruction &instruction) {
  for (size_t i = instruction.modifiers.size(); i-- > 0;) {
    std::string_view modifier = instruction.modifiers[i];
    if (modifier == "f32" || modifier == "f32x2")
      return InstructionClass::Float32;
    if (modifier == "f64")
      return InstructionClass::Float64;
    if (isOneOf(modifier, {"f16", "f16x2", "bf16", "bf16x2"}))
      return InstructionClass::Half;
  }
  return InstructionClass::Integer;
}

InstructionClass classify(const Instruction &instruction) {
  std::string_view opcode = instruction.opcode;
  auto has = [&](std::string_view modifier) {
    return std::ranges::find(instruction.modifiers, modifier) !=
           instruction.modifiers.end();
  };
  if (isOneOf(opcode, {"mma", "wmma", "wgmma"}))
    return has("load")    ? InstructionClass::Load
           : has("store") ? InstructionClass::Store
                          : InstructionClass::Matrix;
  if (isOneOf(opcode, {"ld", "st"}) &&
      (has("param") || has("param::entry") || has("param::func")))
    return InstructionClass::Parameter;
  if (isOneOf(opcode, {"ld", "ldu", "ldmatrix", "prefetch"}))
    return InstructionClass::Load;
  if (isOneOf(opcode, {"st", "stmatrix"}))
    return InstructionClass::Store;
  if (isOneOf(opcode, {"atom", "red"}))
    return InstructionClass::Atomic;
  if (isOneOf(opcode, {"mov", "cvta", "isspacep"}))
    return InstructionClass::Move;
  if (opcode == "cvt")
    return InstructionClass::Convert;
  if (isOneOf(opcode, {"setp", "set", "selp", "slct", "testp"}))
    return InstructionClass::Select;
  if (isOneOf(opcode, {"shfl", "vote", "match", "redux", "activemask", "elect",
                       "movmatrix"}))
    return InstructionClass::Warp;
  if (opcode == "cp")
    return InstructionClass::Async;
  if (opcode == "mbarrier")
    return InstructionClass::Barrier;
  if (isOneOf(opcode, {"bar", "barrier"}))
    return has("warp") ? InstructionClass::Warp : InstructionClass::Barrier;
  if (isOneOf(opcode, {"membar", "fence"}))
    return InstructionClass::Fence;
  if (isOneOf(opcode, {"bra", "brx", "ret", "exit", "call", "trap", "brkpt",
                       "nanosleep", "griddepcontrol", "setmaxnreg"}))
    return InstructionClass::Control;
  return classifyByType(instruction);
}

std::string_view spelling(InstructionClass instructionClass) {
  static constexpr std::string_view names[numInstructionClasses] = {
      "float32", "float64", "half",      "matrix", "integer", "select",
      "convert", "move",    "parameter", "load",   "store",   "async",
      "atomic",  "warp",    "barrier",   "fence",  "control"};
  return names[static_cast<unsigned>(instructionClass)];
}

} // namespace theano::sim
