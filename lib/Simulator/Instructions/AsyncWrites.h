//===- AsyncWrites.h - writes that somebody waits for later -----*- C++ -*-===//
//
// What the asynchronous copies, stores and reductions have in common. All
// addresses have their offsets added.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_ASYNCWRITES_H
#define THEANO_SIMULATOR_INSTRUCTIONS_ASYNCWRITES_H

#include "Instructions/AtomicOperations.h"
#include "Instructions/MbarrierOperands.h"
#include "Machine/AccessText.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

template <auto F> struct Combined;
template <typename T, T (*F)(T, T, T)> struct Combined<F> {
  static void run(char *to, const char *values, uint32_t bytes) {
    using W = std::conditional_t<
        sizeof(T) == 2, uint16_t,
        std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>;
    for (uint32_t i = 0; i < bytes; i += sizeof(T)) {
      T value;
      std::memcpy(&value, values + i, sizeof(T));
      auto *word = reinterpret_cast<W *>(to + i);
      W old = __atomic_load_n(word, __ATOMIC_RELAXED), wanted;
      do
        wanted = std::bit_cast<W>(F(std::bit_cast<T>(old), value, T{}));
      while (!__atomic_compare_exchange_n(word, &old, wanted, false,
                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    }
  }
};

template <template <typename> class F, typename... Ts>
Combine pickCombine(ScalarType type) {
  Combine found = nullptr;
  ((means<Ts>(type) ? void(found = &Combined<&F<Ts>::apply>::run) : void()),
   ...);
  return found;
}

/// A number wins over none, and +0 is larger than -0.
template <typename T, bool greater> T smallExtreme(T old, T b, T) {
  double x = toDouble(old), y = toDouble(b);
  if (x != x || y != y)
    return toSmall<T>(x != x ? y : x);
  bool takesB = x == y ? (old.bits >> 15 != 0) == greater : (y > x) == greater;
  return takesB ? b : old;
}

/// Null where the operation does not fit the type.
inline Combine combineOf(const Match &match, bool isGlobal) {
  ScalarType type = match.type();
  if (match.has("add")) {
    if (type == ScalarType::F32)
      return &Combined<&addFloat<true>>::run;
    if (type == ScalarType::F64)
      return &Combined<&addDouble>::run;
    if (type == ScalarType::F16)
      return &Combined<&addSmall<Half>>::run;
    if (type == ScalarType::BF16)
      return &Combined<&addSmall<BFloat>>::run;
    return pickCombine<Add, uint32_t, int32_t, uint64_t, int64_t>(type);
  }
  if (type == ScalarType::F16)
    return match.has("min") ? &Combined<&smallExtreme<Half, false>>::run
                            : &Combined<&smallExtreme<Half, true>>::run;
  if (type == ScalarType::BF16)
    return match.has("min") ? &Combined<&smallExtreme<BFloat, false>>::run
                            : &Combined<&smallExtreme<BFloat, true>>::run;
  if (!isGlobal && bitsOf(type) == 64)
    return nullptr;
  if (match.has("min"))
    return pickCombine<Min, uint32_t, int32_t, uint64_t, int64_t>(type);
  if (match.has("max"))
    return pickCombine<Max, uint32_t, int32_t, uint64_t, int64_t>(type);
  if (match.has("and"))
    return pickCombine<And, uint32_t, uint64_t>(type);
  if (match.has("or"))
    return pickCombine<Or, uint32_t, uint64_t>(type);
  if (match.has("xor"))
    return pickCombine<Xor, uint32_t, uint64_t>(type);
  return match.has("inc") ? &Combined<&increment>::run
                          : &Combined<&decrement>::run;
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
  if (owner == target.owner)
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed,
             "the mbarrier is in the memory of block " +
                 tripleText(target.owner->id()) +
                 ", the destination in that "
                 "of block " +
                 tripleText(owner->id()));
  return false;
}

inline bool send(Warp &warp, const Op &op, unsigned lane, const Target &target,
                 const char *bytes, uint32_t size, bool fromShared) {
  std::string wrong = target.owner->mbarriers().bulkCopy(
      target.at, {&warp, lane, warp.pcOf(op)}, target.to, bytes, size,
      combineIn(op), fromShared);
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
