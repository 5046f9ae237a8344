//===- Ordering.cpp - what an instruction orders --------------------------===//

#include "Machine/Ordering.h"

#include "Ptx/Ast.h"

#include <algorithm>

namespace theano::sim {

Ordering orderingOf(const Instruction &instruction) {
  using Kind = Ordering::Kind;
  auto has = [&](std::string_view modifier) {
    return std::ranges::find(instruction.modifiers, modifier) !=
           instruction.modifiers.end();
  };
  std::string_view opcode = instruction.opcode;
  Ordering ordering;
  bool isAtomic = opcode == "atom" || opcode == "red";
  if (isAtomic || opcode == "ld" || opcode == "st") {
    ordering.kind = Kind::Access;
    ordering.acquires = has("acquire") || has("acq_rel");
    ordering.releases = has("release") || has("acq_rel");
    ordering.isStrong = isAtomic || has("volatile") || has("relaxed") ||
                        ordering.acquires || ordering.releases;
    ordering.compares = isAtomic && has("cas");
  } else if (opcode == "ldu") {
    ordering.kind = Kind::Access;
  } else if (opcode == "membar" || opcode == "fence") {
    // A fence between proxies is none between threads.
    if (!instruction.modifiers.empty() &&
        instruction.modifiers[0].starts_with("proxy"))
      return ordering;
    ordering.kind = Kind::Fence;
    ordering.acquires = !has("release");
    ordering.releases = !has("acquire");
  } else if (opcode != "barrier" && has("sync") &&
             (opcode != "bar" || has("warp"))) {
    ordering.kind = Kind::Meeting;
  }
  if (has("cta"))
    ordering.scope = Ordering::Scope::Block;
  if (has("cluster"))
    ordering.scope = Ordering::Scope::Cluster;
  return ordering;
}

} // namespace theano::sim
