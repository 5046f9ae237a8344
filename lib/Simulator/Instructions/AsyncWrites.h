//===- AsyncWrites.h - writes that somebody waits for later -----*- C++ -*-===//
//
// What the asynchronous copies, stores and reductions have in common. All
// addresses have their offsets added.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_ASYNCWRITES_H
#define THEANO_SIMULATOR_INSTRUCTIONS_ASYNCWRITES_H

#include "Instructions/MbarrierOperands.h"
#include "Instructions/Reductions.h"
#include "Machine/AccessText.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// The reduction of an instruction that is one; null of one that only writes.
/// False after an error.
inline bool readCombine(Emitter &emitter, const Match &match, bool reduces,
                        Combine &combine) {
  combine = reduces ? combineOf(reductionOf(match), match.type()) : nullptr;
  return !reduces || combine ||
         emitter.error(match.instruction.where,
                       "the operation does not fit the type");
}
inline Combine combineIn(const Op &op) {
  return reinterpret_cast<Combine>(op.imm);
}
inline uint64_t immediateOf(Combine combine) {
  return reinterpret_cast<uint64_t>(combine);
}

//===----------------------------------------------------------------------===//
// To shared memory, with an mbarrier: 0 the mbarrier, 3 the source, 4 the
// destination; imm: a reduction
//===----------------------------------------------------------------------===//

/// Whose memory an asynchronous write goes to, the place, and the mbarrier's.
struct Target {
  Block *owner = nullptr;
  uint32_t to = 0, at = 0;
};

/// False after a fault.
inline bool findTarget(Warp &warp, const Op &op, unsigned lane, uint32_t bytes,
                       uint32_t alignment, Target &target) {
  uint64_t to = warp.row<uint64_t>(op.at[4])[lane];
  uint64_t mbarrier = warp.row<uint64_t>(op.at[0])[lane];
  Space space = op.aux & Generic ? warp.findOwnSpace(to) : Space::SharedCluster;
  if (space != Space::Shared && space != Space::SharedCluster) {
    warp.fault(op, lane, cuda::Result::IllegalAddress,
               "the generic address " + hexText(to) +
                   " is not one of shared memory");
    return false;
  }
  if (to % alignment)
    return warp.misaligned(op, lane, space, to, alignment);
  if (combineIn(op) && warp.checks &&
      !warp.resolve(op, lane, space, to, bytes, /*write=*/false))
    return false;
  if (!warp.resolve(op, lane, space, to, bytes, /*write=*/true) ||
      !placeOf(warp, op, lane, mbarrier, target.owner, target.at))
    return false;
  const Block *owner = warp.ownerOf(to);
  target.to = static_cast<uint32_t>(to);
  return warp.requireOneOwner(op, lane, *target.owner, *owner);
}

inline bool send(Warp &warp, const Op &op, unsigned lane, const Target &target,
                 const char *bytes, uint32_t size, bool fromShared) {
  AsyncWrite write;
  write.to = target.to;
  write.bytes = bytes;
  write.size = size;
  write.combine = combineIn(op);
  write.fromShared = fromShared;
  std::string wrong = target.owner->mbarriers().bulkWrite(
      target.at, {&warp, lane, warp.pcOf(op)}, write);
  if (wrong.empty())
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed, std::move(wrong));
  return false;
}

/// False after a fault.
inline bool isBulkSize(Warp &warp, const Op &op, unsigned lane, uint32_t size) {
  if (size % 16 == 0)
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed,
             "a bulk copy of " + std::to_string(size) +
                 " bytes, which is not a multiple of 16");
  return false;
}

/// The source of a copy; null after a fault, or where there is none of it.
inline const char *findSource(Warp &warp, const Op &op, unsigned lane,
                              Space space, uint64_t from, uint32_t size) {
  if (from % 16) {
    warp.misaligned(op, lane, space, from, 16);
    return nullptr;
  }
  return size ? warp.resolve(op, lane, space, from, size, /*write=*/false)
              : nullptr;
}

/// The op of a write to shared memory.
inline Op *emitTarget(Emitter &emitter, const Match &match, const Operand &to,
                      const Operand &mbarrier, Handler handler) {
  uint32_t destination = 0, place = 0;
  if (!fullAddress(emitter, to, destination) ||
      !fullAddress(emitter, mbarrier, place))
    return nullptr;
  Op &op = emitter.append(handler);
  op.at[0] = place;
  op.at[4] = destination;
  // `.shared` of another kind is within the cluster's.
  bool isGeneric = !match.has("shared::cluster") && !match.has("shared::cta");
  op.aux = isGeneric ? Generic | AnyBlock : Cluster;
  op.slot = emitter.hitSlot();
  return &op;
}

inline bool bulkSize(Emitter &emitter, const Operand &operand, uint32_t &size) {
  if (operand.kind == Operand::Kind::Integer && operand.value % 16)
    return emitter.error(operand.where, "the size must be a multiple of 16");
  return emitter.source(operand, ScalarType::U32, false, size);
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_ASYNCWRITES_H
