//===- BulkCopy.cpp - bulk copies to shared memory ------------------------===//

#include "Instructions/AsyncWrites.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// Sends `bytes` to the blocks of these ranks: each has them at the same place,
/// and its own mbarrier. False after a fault.
bool sendToMany(Warp &warp, const Op &op, unsigned lane, uint32_t ranks,
                const char *bytes, uint32_t size) {
  uint64_t to = warp.row<uint64_t>(op.at[4])[lane];
  uint64_t at = warp.row<uint64_t>(op.at[0])[lane];
  if (to % 16)
    return warp.misaligned(op, lane, Space::SharedCluster, to, 16);
  if (at % 8)
    return warp.misaligned(op, lane, Space::SharedCluster, at, 8);
  if (!warp.resolve(op, lane, Space::SharedCluster, to,
                    std::max<uint32_t>(size, 1), /*write=*/true) ||
      !warp.resolve(op, lane, Space::SharedCluster, at, 8, /*write=*/true))
    return false;
  warp.ownerOf(to);
  warp.ownerOf(at);
  for (; ranks; ranks &= ranks - 1) {
    auto rank = static_cast<uint32_t>(std::countr_zero(ranks));
    Block *owner = warp.findRank(op, lane, rank);
    if (!owner)
      return false;
    warp.chargeBytes(size);
    uint64_t block = uint64_t(rank + 1) << clusterShift;
    if (!warp.resolve(op, lane, Space::SharedCluster, block | to, size,
                      /*write=*/true) ||
        !warp.resolve(op, lane, Space::SharedCluster, block | at, 8,
                      /*write=*/true) ||
        !send(warp, op, lane,
              {owner, static_cast<uint32_t>(to), static_cast<uint32_t>(at)},
              bytes, size, /*fromShared=*/false))
      return false;
  }
  return true;
}

/// 2 the size, 1 with `multicast` the ranks of the blocks.
template <Space source, bool multicast>
const Op *copyOp(Warp &warp, const Op &op) {
  using Kind = MemoryAccess::Kind;
  const uint32_t *sizes = warp.row<uint32_t>(op.at[2]);
  const uint64_t *sources = warp.row<uint64_t>(op.at[3]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint32_t size = sizes[lane];
    if (!isBulkSize(warp, op, lane, size))
      return warp.stop;
    warp.chargeBytes(size);
    const char *bytes = findSource(warp, op, lane, source, sources[lane], size);
    if (warp.faulted())
      return warp.stop;
    Target target;
    bool isSent = multicast
                      ? sendToMany(warp, op, lane,
                                   warp.row<uint32_t>(op.at[1])[lane] & 0xffff,
                                   bytes, size)
                      : findTarget(warp, op, lane, size, 16, target) &&
                            send(warp, op, lane, target, bytes, size,
                                 /*fromShared=*/source == Space::Shared);
    if (!isSent)
      return warp.stop;
    if (warp.counters)
      warp.counters->noteBulkCopy(
          warp, op, source == Space::Global ? Kind::Load : Kind::None,
          sources[lane], size);
  }
  return &op + 1;
}

bool emitCopy(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool hints = match.has("L2::cache_hint"), reduces = match.typeCount() > 0;
  bool many = match.has("multicast::cluster"), isGlobal = match.has("global");
  size_t count = 4u + many + hints;
  // Of one kind of shared memory, in whichever place, there is but one.
  bool toOwn = isGlobal && match.has("shared::cta");
  if (!require(emitter, match,
               toOwn ? Requirement{90, 8, 6} : Requirement{90, 8, 0}))
    return false;
  if (operands.size() != count)
    return emitter.error(match.instruction.where,
                         "expected two addresses, a size, an mbarrier, " +
                             std::string(many ? "the blocks, " : "") +
                             "and with .L2::cache_hint a cache policy");
  Combine combine = nullptr;
  uint32_t from = 0, size = 0, ranks = 0, policy = 0;
  if (!readCombine(emitter, match, reduces, combine) ||
      !fullAddress(emitter, operands[1], from) ||
      !bulkSize(emitter, operands[2], size) ||
      (many && !emitter.source(operands[4], ScalarType::B16, false, ranks)) ||
      (hints &&
       !emitter.source(operands[count - 1], ScalarType::B64, false, policy)))
    return false;
  Op *op = emitTarget(emitter, match, operands[0], operands[3],
                      many       ? &copyOp<Space::Global, true>
                      : isGlobal ? &copyOp<Space::Global, false>
                                 : &copyOp<Space::Shared, false>);
  if (!op)
    return false;
  op->at[1] = ranks;
  op->at[2] = size;
  op->at[3] = from;
  op->imm = immediateOf(combine);
  return true;
}

} // namespace

void addBulkCopy(FormTable &table) {
#define BARRIER ".mbarrier::complete_tx::bytes"
  table.addCustom("cp.async.bulk.{shared::cluster|shared::cta}.global" BARRIER
                  "{.L2::cache_hint} [d], [a], *size, [b], ?*policy",
                  emitCopy);
  table.addCustom("cp.async.bulk.shared::cluster.global" BARRIER
                  ".multicast::cluster{.L2::cache_hint} "
                  "[d], [a], *size, [b], *ranks, ?*policy",
                  emitCopy);
  table.addCustom("cp.async.bulk.shared::cluster.shared::cta" BARRIER
                  " [d], [a], *size, [b]",
                  emitCopy);
  for (const char *operation : {".add.{u32|s32|u64}", ".{min|max}.{u32|s32}",
                                ".{and|or|xor}.b32", ".{inc|dec}.u32"}) {
    table.addCustom(
        std::string(
            "cp.reduce.async.bulk.shared::cluster.shared::cta" BARRIER) +
            operation + " [d], [a], *size, [b]",
        emitCopy);
  }
#undef BARRIER
}

} // namespace theano::sim::THEANO_SIM_ISA
