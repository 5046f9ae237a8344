//===- Families.h - every instruction family --------------------*- C++ -*-===//
//
// A new family is a file of its own with a function that adds its forms, and a
// line here.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_FAMILIES_H
#define THEANO_SIMULATOR_INSTRUCTIONS_FAMILIES_H

#include "Machine/Forms.h"

#define THEANO_SIM_FAMILIES(X)                                                 \
  X(Integer)                                                                   \
  X(Carry)                                                                     \
  X(Bits)                                                                      \
  X(Video)                                                                     \
  X(Float32)                                                                   \
  X(Float64)                                                                   \
  X(Half)                                                                      \
  X(Approximate)                                                               \
  X(Convert)                                                                   \
  X(Compare)                                                                   \
  X(Move)                                                                      \
  X(Memory)                                                                    \
  X(Atomics)                                                                   \
  X(WarpOps)                                                                   \
  X(Barriers)                                                                  \
  X(Cluster)                                                                   \
  X(AsyncCopy)                                                                 \
  X(Mbarrier)                                                                  \
  X(BulkCopy)                                                                  \
  X(BulkStore)                                                                 \
  X(BulkGroups)                                                                \
  X(TensorCopy)                                                                \
  X(AsyncStore)                                                                \
  X(Matrix)                                                                    \
  X(Mma)                                                                       \
  X(Wmma)                                                                      \
  X(Wgmma)                                                                     \
  X(RegisterCount)                                                             \
  X(Control)

// Each is compiled once for each of these instruction sets.
#define THEANO_SIM_DECLARE(NAME) void add##NAME(FormTable &table);
namespace theano::sim::baseline {
THEANO_SIM_FAMILIES(THEANO_SIM_DECLARE)
} // namespace theano::sim::baseline
namespace theano::sim::v3 {
THEANO_SIM_FAMILIES(THEANO_SIM_DECLARE)
} // namespace theano::sim::v3
#undef THEANO_SIM_DECLARE

namespace theano::sim {

/// The table of all forms, with the handlers that suit this processor best.
const FormTable &instructionTable();

} // namespace theano::sim

#endif // THEANO_SIMULATOR_INSTRUCTIONS_FAMILIES_H
