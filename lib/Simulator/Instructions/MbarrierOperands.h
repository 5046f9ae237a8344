//===- MbarrierOperands.h - which mbarrier an op is about -------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_MBARRIEROPERANDS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_MBARRIEROPERANDS_H

#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"

namespace theano::sim::THEANO_SIM_ISA {

/// Of all ops of mbarriers: 0 the address of the mbarrier, 1 the result, 2 a
/// count or a state; imm: what to add to the address.
enum MbarrierFlag : uint32_t {
  None = 0,
  Generic = 1, ///< the address is generic
  Drop = 2,
  NoComplete = 4,
  Expect = 8,  ///< operand 2 is bytes, not arrivals
  Parity = 16, ///< operand 2 is a parity, not a state
  NoIncrement = 32,
  Relaxed = 64,
  Cluster = 128,  ///< the address is of shared::cluster
  AnyBlock = 256, ///< it may be generic, and in another block's memory
  Wide = 512,     ///< orders the threads of the cluster, not of the block
};

/// What an arrival or a test orders: an arrival releases and a test acquires,
/// unless they are relaxed; then a fence may.
inline Ordering orderingOf(const Op &op) {
  Ordering ordering;
  ordering.kind = Ordering::Kind::Access;
  ordering.scope =
      op.aux & Wide ? Ordering::Scope::Cluster : Ordering::Scope::Block;
  ordering.isStrong = true;
  ordering.acquires = ordering.releases = !(op.aux & Relaxed);
  return ordering;
}

/// The place of an mbarrier in the shared memory of `owner`; false after a
/// fault.
inline bool placeOf(Warp &warp, const Op &op, unsigned lane, uint64_t address,
                    Block *&owner, uint32_t &at) {
  Space space = op.aux & Cluster ? Space::SharedCluster : Space::Shared;
  if (op.aux & Generic)
    space = warp.findOwnSpace(address);
  if (space != Space::Shared &&
      (space != Space::SharedCluster || !(op.aux & (Cluster | AnyBlock)))) {
    warp.fault(op, lane, cuda::Result::IllegalAddress,
               "the generic address of an mbarrier is not one of shared "
               "memory" +
                   std::string(space == Space::SharedCluster
                                   ? " of the own block"
                                   : ""));
    return false;
  }
  if (address % 8)
    return warp.misaligned(op, lane, space, address, 8);
  if (!warp.resolve(op, lane, space, address, 8, /*write=*/true))
    return false;
  owner = warp.ownerOf(address);
  at = static_cast<uint32_t>(address);
  return true;
}

/// Calls `act(lane, owner, place)` for the active lanes; what it answers is a
/// finding.
template <typename F>
THEANO_SIM_INLINE const Op *forPlaces(Warp &warp, const Op &op, F &&act) {
  const uint64_t *addresses = warp.row<uint64_t>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    Block *owner = nullptr;
    uint32_t at = 0;
    if (!placeOf(warp, op, lane, addresses[lane] + op.imm, owner, at))
      return warp.stop;
    if (std::string wrong = act(lane, *owner, at); !wrong.empty())
      return warp.fault(op, lane, cuda::Result::LaunchFailed, std::move(wrong));
  }
  return &op + 1;
}

inline uint32_t spaceFlag(const Match &match) {
  return match.has("shared::cluster")                      ? Cluster
         : match.has("shared") || match.has("shared::cta") ? None
                                                           : Generic;
}

/// The op on the mbarrier that `address` names.
inline Op *emitOn(Emitter &emitter, const Match &match, const Operand &address,
                  Handler handler, uint32_t flags, bool waits = false) {
  uint32_t base = 0;
  uint64_t offset = 0;
  if (!wideAddress(emitter, address, base, offset))
    return nullptr;
  Op &op = waits ? emitter.appendControl(handler) : emitter.append(handler);
  op.at[0] = base;
  op.imm = offset;
  op.aux = flags | spaceFlag(match) | (match.has("relaxed") ? Relaxed : None) |
           (match.has("cluster") ? Wide : None);
  return &op;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_MBARRIEROPERANDS_H
