//===- BulkStore.cpp - bulk copies to global memory -----------------------===//

#include "Instructions/AsyncWrites.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// To global memory, in groups: 2 the size, 3 the source, 4 the destination
//===----------------------------------------------------------------------===//

const Op *groupCopyOp(Warp &warp, const Op &op) {
  const uint32_t *sizes = warp.row<uint32_t>(op.at[2]);
  const uint64_t *sources = warp.row<uint64_t>(op.at[3]);
  const uint64_t *destinations = warp.row<uint64_t>(op.at[4]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint32_t size = sizes[lane];
    uint64_t to = destinations[lane];
    if (!isBulkSize(warp, op, lane, size))
      return warp.stop;
    warp.chargeBytes(size);
    findSource(warp, op, lane, Space::Shared, sources[lane], size);
    if (!warp.faulted() && to % 16)
      warp.misaligned(op, lane, Space::Global, to, 16);
    if (!warp.faulted() && size) {
      if (combineIn(op) && warp.checks)
        warp.resolve(op, lane, Space::Global, to, size, /*write=*/false);
      if (!warp.faulted())
        warp.resolve(op, lane, Space::Global, to, size, /*write=*/true);
    }
    if (warp.faulted())
      return warp.stop;
    if (warp.counters)
      warp.counters->noteBulkCopy(warp, op, MemoryAccess::Kind::Store, to,
                                  size);
    BulkStore store;
    store.lane = lane;
    store.pc = warp.pcOf(op);
    store.combine = combineIn(op);
    if (size)
      store.pieces.push_back({static_cast<uint32_t>(sources[lane]), size,
                              reinterpret_cast<char *>(to)});
    if (!warp.bulkGroups.issue(warp, std::move(store)))
      return warp.endFaulted(op);
  }
  return &op + 1;
}

bool emitGroupCopy(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool hints = match.has("L2::cache_hint"), reduces = match.typeCount() > 0;
  if (!require(emitter, match, {90, 8, 0}))
    return false;
  if (operands.size() != 3u + hints)
    return emitter.error(match.instruction.where,
                         "expected two addresses, a size, and with "
                         ".L2::cache_hint a cache policy");
  Combine combine = nullptr;
  uint32_t to = 0, from = 0, size = 0, policy = 0;
  if (!readCombine(emitter, match, reduces, combine) ||
      !fullAddress(emitter, operands[0], to) ||
      !fullAddress(emitter, operands[1], from) ||
      !bulkSize(emitter, operands[2], size) ||
      (hints && !emitter.source(operands[3], ScalarType::B64, false, policy)))
    return false;
  Op &op = emitter.append(&groupCopyOp);
  op.at[2] = size;
  op.at[3] = from;
  op.at[4] = to;
  op.imm = immediateOf(combine);
  op.slot = emitter.hitSlot();
  return true;
}

/// A prefetch changes nothing, but must be of memory that is there: 2 the size,
/// 4 the address.
const Op *prefetchOp(Warp &warp, const Op &op) {
  const uint32_t *sizes = warp.row<uint32_t>(op.at[2]);
  const uint64_t *addresses = warp.row<uint64_t>(op.at[4]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t address = addresses[lane];
    if (!isBulkSize(warp, op, lane, sizes[lane]))
      return warp.stop;
    if (address % 16)
      warp.misaligned(op, lane, Space::Global, address, 16);
    else if (sizes[lane])
      warp.findAllocation(op, lane, address, sizes[lane], /*write=*/false);
    if (warp.faulted())
      return warp.stop;
  }
  return &op + 1;
}

bool emitPrefetch(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool hints = match.has("L2::cache_hint");
  uint32_t from = 0, size = 0, policy = 0;
  if (!require(emitter, match, {90, 8, 0}))
    return false;
  if (operands.size() != 2u + hints)
    return emitter.error(match.instruction.where,
                         "expected an address, a size, and with "
                         ".L2::cache_hint a cache policy");
  if (!fullAddress(emitter, operands[0], from) ||
      !bulkSize(emitter, operands[1], size) ||
      (hints && !emitter.source(operands[2], ScalarType::B64, false, policy)))
    return false;
  Op &op = emitter.append(&prefetchOp);
  op.at[2] = size;
  op.at[4] = from;
  op.slot = emitter.hitSlot();
  return true;
}

} // namespace

void addBulkStore(FormTable &table) {
  table.addCustom("cp.async.bulk.global.shared::cta.bulk_group"
                  "{.L2::cache_hint} [d], [a], *size, ?*policy",
                  emitGroupCopy);
  for (const char *operation :
       {".add.{u32|s32|u64|f32|f64}", ".add.noftz.{f16|bf16}",
        ".{min|max}.{u32|s32|u64|s64|f16|bf16}", ".{and|or|xor}.{b32|b64}",
        ".{inc|dec}.u32"})
    table.addCustom(
        std::string("cp.reduce.async.bulk.global.shared::cta.bulk_group"
                    "{.L2::cache_hint}") +
            operation + " [d], [a], *size, ?*policy",
        emitGroupCopy);
  table.addCustom("cp.async.bulk.prefetch.L2.global{.L2::cache_hint} "
                  "[a], *size, ?*policy",
                  emitPrefetch);
}

} // namespace theano::sim::THEANO_SIM_ISA
