//===- Barrier.h - what a barrier op does -----------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_BARRIER_H
#define THEANO_SIMULATOR_MACHINE_BARRIER_H

#include <cstdint>

namespace theano::sim {

/// In `aux` of a barrier op that waits. Its operands: 0 the barrier's number, 1
/// the count of threads (0: all), 2 the destination, 3 the predicate.
enum class BarrierKind : uint32_t { Sync, Count, And, Or };

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_BARRIER_H
