//===- Target.cpp - what a module's head allows ---------------------------===//

#include "Machine/Target.h"

#include "Machine/Emitter.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace theano::sim {

unsigned archNumber(std::string_view target) {
  size_t digits = target.find_first_of("0123456789");
  unsigned number = 0;
  if (digits != std::string_view::npos)
    std::from_chars(target.data() + digits, target.data() + target.size(),
                    number);
  return number;
}

Requirement both(Requirement a, Requirement b) {
  bool older = std::pair(a.major, a.minor) < std::pair(b.major, b.minor);
  const Requirement &later = older ? b : a;
  return {std::max(a.arch, b.arch), later.major, later.minor};
}

bool require(Emitter &emitter, Position where, std::string_view name,
             Requirement needed) {
  const Module &module = *emitter.function().module;
  auto refuse = [&](const std::string &what) {
    return emitter.error(where, "'" + std::string(name) + "' requires " + what);
  };
  if (archNumber(module.target) < needed.arch)
    return refuse(".target sm_" + std::to_string(needed.arch) + " or higher");
  if (module.versionMajor < needed.major ||
      (module.versionMajor == needed.major &&
       module.versionMinor < needed.minor))
    return refuse("PTX ISA .version " + std::to_string(needed.major) + "." +
                  std::to_string(needed.minor) + " or later");
  return true;
}

bool require(Emitter &emitter, const Match &match, Requirement needed) {
  const Instruction &instruction = match.instruction;
  std::string name(instruction.opcode);
  for (std::string_view modifier : instruction.modifiers)
    name += "." + std::string(modifier);
  return require(emitter, instruction.where, name, needed);
}

} // namespace theano::sim
