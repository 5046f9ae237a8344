//===- AsyncCopy.cpp - cp.async and waits for it --------------------------===//

#include "Checks/BlockChecks.h"
#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// cp.async: 0 the source, 1 the destination, 2 how much to read; imm and aux:
// what to add to the addresses
//===----------------------------------------------------------------------===//

/// What operand 2 is.
enum class Reads : uint8_t {
  All,     ///< nothing: every byte is read
  Size,    ///< so many bytes; zeros take the place of the others
  Nothing, ///< where the predicate holds nothing is read, and zeros written
};

template <unsigned bytes, Reads reads>
const Op *copyOp(Warp &warp, const Op &op) {
  const uint64_t *sources = warp.row<uint64_t>(op.at[0]);
  const uint64_t *destinations = warp.row<uint64_t>(op.at[1]);
  auto offset = static_cast<uint64_t>(static_cast<int32_t>(op.aux));
  std::array<uint64_t, warpSize> from, to;
  uint32_t reading = 0;
  AsyncCopy &copy = warp.copies.issue(warp);
  copy.bytes = bytes;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    from[lane] = sources[lane] + op.imm;
    to[lane] = destinations[lane] + offset;
    uint32_t size = bytes;
    if constexpr (reads == Reads::Size)
      size = warp.row<uint32_t>(op.at[2])[lane];
    if constexpr (reads == Reads::Nothing)
      size = warp.predicate(op.at[2]) >> lane & 1 ? 0 : bytes;
    if (size > bytes)
      return warp.fault(op, lane, cuda::Result::LaunchFailed,
                        "a copy of " + std::to_string(bytes) +
                            " bytes is to read " + std::to_string(size));
    if (to[lane] % bytes)
      warp.misaligned(op, lane, Space::Shared, to[lane], bytes);
    else if (from[lane] % bytes)
      warp.misaligned(op, lane, Space::Global, from[lane], bytes);
    else
      warp.resolve(op, lane, Space::Shared, to[lane], bytes, /*write=*/true);
    if (warp.faulted())
      return warp.stop;
    char *data = copy.data[lane].data();
    std::memset(data, 0, bytes);
    if (size) {
      const char *source = warp.resolve(op, lane, Space::Global, from[lane],
                                        size, /*write=*/false);
      if (!source)
        return warp.stop;
      std::memcpy(data, source, size);
      reading |= 1u << lane;
    }
    copy.to[lane] = static_cast<uint32_t>(to[lane]);
    if (warp.checks)
      warp.checks->awaits(to[lane], bytes);
  }
  copy.lanes = warp.mask;
  if (warp.counters) {
    using Kind = MemoryAccess::Kind;
    warp.counters->noteAddresses(warp, op, Kind::Store, Space::Shared,
                                 warp.mask, to, bytes);
    warp.counters->noteAddresses(warp, op, Kind::Load, Space::Global, reading,
                                 from, bytes);
  }
  return &op + 1;
}

template <unsigned bytes> Handler pickReads(Reads reads) {
  return reads == Reads::All    ? copyOp<bytes, Reads::All>
         : reads == Reads::Size ? copyOp<bytes, Reads::Size>
                                : copyOp<bytes, Reads::Nothing>;
}

bool emitCopy(Emitter &emitter, const Match &match) {
  bool prefetches =
      match.has("L2::64B") || match.has("L2::128B") || match.has("L2::256B");
  bool hints = match.has("L2::cache_hint");
  Requirement needed = {80, 7, 0};
  if (prefetches || hints)
    needed = {80, 7, 4};
  if (match.has("shared::cta"))
    needed = {80, 7, 8};
  const std::vector<Operand> &operands = match.instruction.operands;
  // The cache policy comes last, and is a hint.
  size_t count = operands.size() - hints;
  uint32_t policy = 0;
  if (count < 3 || count > 4)
    return emitter.error(match.instruction.where,
                         "expected two addresses, a size, perhaps how much of "
                         "it to read, and with .L2::cache_hint a cache policy");
  if (hints && !emitter.source(operands[count], ScalarType::B64, false, policy))
    return false;
  uint64_t bytes = 0;
  if (!emitter.immediate(operands[2], bytes))
    return false;
  if (bytes != 16 && (match.has("cg") || (bytes != 4 && bytes != 8)))
    return emitter.error(operands[2].where,
                         match.has("cg") ? "cp.async.cg copies 16 bytes"
                                         : "cp.async copies 4, 8 or 16 bytes");
  uint32_t to = 0, from = 0, size = 0;
  uint64_t toOffset = 0, fromOffset = 0;
  if (!wideAddress(emitter, operands[0], to, toOffset) ||
      !wideAddress(emitter, operands[1], from, fromOffset))
    return false;
  auto offset = static_cast<int32_t>(toOffset);
  if (static_cast<uint64_t>(offset) != toOffset)
    return emitter.error(operands[0].where,
                         "the offset is beyond any shared memory");
  Reads reads = Reads::All;
  if (count == 4) {
    const Operand &how = operands[3];
    bool isPredicate =
        emitter.registerType(how, ScalarType::U32) == ScalarType::Pred;
    reads = isPredicate ? Reads::Nothing : Reads::Size;
    if (isPredicate)
      needed = both(needed, {80, 7, 5});
    if (how.kind == Operand::Kind::Integer && how.value > bytes)
      return emitter.error(how.where, "more is to be read than copied");
    if (!(isPredicate ? emitter.predicate(how, true, size)
                      : emitter.source(how, ScalarType::U32, false, size)))
      return false;
  }
  if (!require(emitter, match, needed))
    return false;
  Op &op = emitter.append(bytes == 4   ? pickReads<4>(reads)
                          : bytes == 8 ? pickReads<8>(reads)
                                       : pickReads<16>(reads));
  op.at[0] = from;
  op.at[1] = to;
  op.at[2] = size;
  op.imm = fromOffset;
  op.aux = static_cast<uint32_t>(offset);
  op.slot = emitter.hitSlot();
  return true;
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

const Op *commitOp(Warp &warp, const Op &op) {
  warp.copies.commit(warp.mask);
  return &op + 1;
}
const Op *waitGroupOp(Warp &warp, const Op &op) {
  warp.copies.wait(warp, warp.mask, op.imm);
  return &op + 1;
}
const Op *waitAllOp(Warp &warp, const Op &op) {
  warp.copies.commit(warp.mask);
  warp.copies.wait(warp, warp.mask, 0);
  return &op + 1;
}

template <Handler handler>
bool emitGroup(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {80, 7, 0}))
    return false;
  uint64_t pending = 0;
  const std::vector<Operand> &operands = match.instruction.operands;
  if (!operands.empty() && !emitter.immediate(operands[0], pending))
    return false;
  // No lane has more groups than this.
  emitter.append(handler).imm = std::min<uint64_t>(pending, ~uint32_t(0));
  return true;
}

} // namespace

void addAsyncCopy(FormTable &table) {
  table.addCustom("cp.async.{ca|cg}.{shared|shared::cta}.global"
                  "{.L2::cache_hint}{.L2::64B|L2::128B|L2::256B} "
                  "[d], [a], #size, ?*reads, ?*policy",
                  emitCopy);
  table.addCustom("cp.async.commit_group", emitGroup<commitOp>);
  table.addCustom("cp.async.wait_group #n", emitGroup<waitGroupOp>);
  table.addCustom("cp.async.wait_all", emitGroup<waitAllOp>);
}

} // namespace theano::sim::THEANO_SIM_ISA
