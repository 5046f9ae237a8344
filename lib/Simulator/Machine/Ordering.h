//===- Ordering.h - what an instruction orders ------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_ORDERING_H
#define THEANO_SIMULATOR_MACHINE_ORDERING_H

#include <cstdint>

namespace theano::sim {

struct Instruction;

/// An instruction's place in the memory model of PTX, beyond what it computes.
struct Ordering {
  enum class Kind : uint8_t {
    None,
    Access,  ///< a load, store or atomic update
    Fence,   ///< of the thread
    Meeting, ///< the lanes of a mask wait for each other
  };
  /// Which threads a strong access or a fence is for, ascending. A cluster may
  /// be a block alone.
  enum class Scope : uint8_t { Block, Cluster, Device };

  Kind kind = Kind::None;
  Scope scope = Scope::Device;
  /// A strong access is relaxed, volatile or atomic: no race with its like.
  bool isStrong = false;
  bool acquires = false, releases = false;
  bool compares = false; ///< atom.cas: it may turn out not to write
};

Ordering orderingOf(const Instruction &instruction);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_ORDERING_H
