//===- Op.h - a decoded instruction -----------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_OP_H
#define THEANO_SIMULATOR_MACHINE_OP_H

#include <cstdint>

namespace theano::sim {

struct Op;
class Warp;

/// Executes `op` for the active lanes of `warp` and answers the op that comes
/// next, or `warp.stop` to end the run of this group of lanes.
using Handler = const Op *(*)(Warp & warp, const Op &op);

/// What a handler reads. Every operand is a row of the frame, also an immediate
/// and a special register, so that handlers do not tell them apart.
struct Op {
  static constexpr unsigned operands = 6;

  Handler run = nullptr;
  uint32_t at[operands] = {}; ///< byte offsets in the frame
  uint32_t aux = 0;           ///< the handler's own
  uint32_t slot = 0;          ///< of memory accesses: the hit cache entry
  uint64_t imm = 0;           ///< the handler's own
};

/// Lanes of a warp, and the bytes of a row: 32 lanes of 4 or 8 bytes, or one
/// bit a lane for a predicate (in 4 bytes).
inline constexpr unsigned warpSize = 32;
inline constexpr uint32_t fullMask = ~uint32_t(0);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_OP_H
