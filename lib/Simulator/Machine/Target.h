//===- Target.h - what a module's head allows -------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_TARGET_H
#define THEANO_SIMULATOR_MACHINE_TARGET_H

#include "Ptx/Diagnostic.h"

#include <string_view>

namespace theano::sim {

class Emitter;
class Match;

/// The number in "sm_80", "sm_90a", "compute_80"; 0 without one.
unsigned archNumber(std::string_view target);

/// The first architecture and version of PTX that have an instruction.
struct Requirement {
  unsigned arch = 0;
  unsigned major = 0, minor = 0;
};

/// What meets both.
Requirement both(Requirement a, Requirement b);

/// Holds the module's `.target` and `.version` against what the instruction of
/// `match` needs; reports it and answers false where they are too old.
bool require(Emitter &emitter, const Match &match, Requirement needed);
/// The same for what is no instruction: `name`, at `where`.
bool require(Emitter &emitter, Position where, std::string_view name,
             Requirement needed);

/// What knows of clusters.
inline constexpr Requirement clusterRequirement = {90, 7, 8};

/// The same of an instruction that one architecture alone has, such as
/// "sm_90a".
bool requireTarget(Emitter &emitter, const Match &match,
                   std::string_view target, Requirement needed);

/// The same of one that only targets with features of their own have, such as
/// "sm_90a" or "sm_100f".
bool requireFeatures(Emitter &emitter, const Match &match, Requirement needed);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_TARGET_H
