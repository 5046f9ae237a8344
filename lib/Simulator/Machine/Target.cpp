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

static bool refuse(Emitter &emitter, Position where, std::string_view name,
                   const std::string &needs) {
  return emitter.error(where, "'" + std::string(name) + "' requires " + needs);
}

bool require(Emitter &emitter, Position where, std::string_view name,
             Requirement needed) {
  const Module &module = *emitter.function().module;
  if (archNumber(module.target) < needed.arch)
    return refuse(emitter, where, name,
                  ".target sm_" + std::to_string(needed.arch) + " or higher");
  if (module.versionMajor < needed.major ||
      (module.versionMajor == needed.major &&
       module.versionMinor < needed.minor))
    return refuse(emitter, where, name,
                  "PTX ISA .version " + std::to_string(needed.major) + "." +
                      std::to_string(needed.minor) + " or later");
  return true;
}

static std::string nameOf(const Instruction &instruction) {
  std::string name(instruction.opcode);
  for (std::string_view modifier : instruction.modifiers)
    name += "." + std::string(modifier);
  return name;
}

bool require(Emitter &emitter, const Match &match, Requirement needed) {
  return require(emitter, match.instruction.where, nameOf(match.instruction),
                 needed);
}

bool requireFeatures(Emitter &emitter, const Match &match, Requirement needed) {
  char last = emitter.function().module->target.back();
  if (last != 'a' && last != 'f')
    return refuse(emitter, match.instruction.where, nameOf(match.instruction),
                  ".target sm_" + std::to_string(needed.arch) +
                      "a or another with features of its own architecture");
  return require(emitter, match, needed);
}

bool requireTarget(Emitter &emitter, const Match &match,
                   std::string_view target, Requirement needed) {
  // By its own name or that of its virtual architecture.
  std::string_view own = emitter.function().module->target;
  if (archNumber(own) != archNumber(target) || own.back() != target.back())
    return refuse(emitter, match.instruction.where, nameOf(match.instruction),
                  ".target " + std::string(target));
  return require(emitter, match, needed);
}

} // namespace theano::sim
