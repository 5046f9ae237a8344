//===- BulkGroups.cpp - groups of bulk copies, and waits for them ---------===//

#include "Instructions/Lanes.h"
#include "Machine/Emitter.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

const Op *commitOp(Warp &warp, const Op &op) {
  warp.bulkGroups.commit(warp.mask);
  return &op + 1;
}
template <bool readOnly> const Op *waitOp(Warp &warp, const Op &op) {
  return warp.bulkGroups.wait(warp, warp.mask, op.imm, readOnly)
             ? &op + 1
             : warp.endFaulted(op);
}

bool emitCommit(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {90, 8, 0}))
    return false;
  emitter.append(&commitOp);
  return true;
}

bool emitWait(Emitter &emitter, const Match &match) {
  uint64_t pending = 0;
  if (!require(emitter, match, {90, 8, 0}) ||
      !emitter.immediate(match.instruction.operands[0], pending))
    return false;
  Op &op = emitter.append(match.has("read") ? &waitOp<true> : &waitOp<false>);
  // No lane has more groups than this.
  op.imm = pending < ~uint32_t(0) ? pending : ~uint32_t(0);
  return true;
}

} // namespace

void addBulkGroups(FormTable &table) {
  table.addCustom("cp.async.bulk.commit_group", emitCommit);
  table.addCustom("cp.async.bulk.wait_group{.read} #n", emitWait);
}

} // namespace theano::sim::THEANO_SIM_ISA
