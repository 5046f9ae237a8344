//===- Barriers.cpp - bar and barrier -------------------------------------===//

#include "Machine/Barrier.h"

#include "Instructions/Lanes.h"
#include "Machine/Block.h"
#include "Machine/Emitter.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// The barrier's number and count that the group passes; false after a fault.
bool readOperands(Warp &warp, const Op &op, uint32_t &number, uint32_t &count) {
  const uint32_t *numbers = warp.row<uint32_t>(op.at[0]);
  const uint32_t *counts = warp.row<uint32_t>(op.at[1]);
  auto first = static_cast<unsigned>(std::countr_zero(warp.mask));
  number = numbers[first];
  count = counts[first];
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (numbers[lane] != number || counts[lane] != count) {
      warp.fault(op, lane, cuda::Result::LaunchFailed,
                 "impossible barrier: the threads of a warp pass different "
                 "numbers or counts");
      return false;
    }
  }
  uint32_t threads =
      (warp.block().launch().threads() + warpSize - 1) / warpSize * warpSize;
  const char *wrong = number >= Block::barriers
                          ? "there are only the barriers 0 to 15"
                      : count % warpSize ? "the count is not a multiple of 32"
                      : count > threads  ? "the block has fewer threads"
                                         : nullptr;
  if (!wrong)
    return true;
  warp.fault(op, first, cuda::Result::LaunchFailed,
             "impossible barrier: number " + std::to_string(number) + " for " +
                 std::to_string(count) + " threads: " + wrong);
  return false;
}

const Op *waitOp(Warp &warp, const Op &op) {
  uint32_t number = 0, count = 0;
  if (!readOperands(warp, op, number, count))
    return warp.stop;
  return warp.waitAtBarrier(op, number);
}

const Op *arriveOp(Warp &warp, const Op &op) {
  uint32_t number = 0, count = 0;
  if (!readOperands(warp, op, number, count))
    return warp.stop;
  if (!warp.block().arriveOnly(warp, op, number, count))
    return warp.endFaulted(op);
  return &op + 1;
}

bool emitBarrier(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  BarrierKind kind = match.has("popc")  ? BarrierKind::Count
                     : match.has("and") ? BarrierKind::And
                     : match.has("or")  ? BarrierKind::Or
                                        : BarrierKind::Sync;
  bool arrives = match.has("arrive");
  size_t next = 0, behind = operands.size();
  uint32_t at[4] = {};
  if (kind != BarrierKind::Sync) {
    ScalarType type =
        kind == BarrierKind::Count ? ScalarType::U32 : ScalarType::Pred;
    if (!emitter.destination(operands[next++], type, false, at[2]) ||
        !emitter.predicate(operands[--behind], true, at[3]))
      return false;
  }
  at[1] = emitter.constantRow(0, 4);
  if (!emitter.source(operands[next++], ScalarType::U32, false, at[0]))
    return false;
  if (next < behind &&
      !emitter.source(operands[next], ScalarType::U32, false, at[1]))
    return false;
  Op &op = emitter.appendControl(arrives ? &arriveOp : &waitOp);
  for (unsigned i = 0; i < 4; ++i)
    op.at[i] = at[i];
  op.aux = static_cast<uint32_t>(kind);
  // `bar` is `barrier.aligned`.
  op.imm = match.instruction.opcode == "bar" || match.has("aligned");
  return true;
}

} // namespace

void addBarriers(FormTable &table) {
  table.addCustom("bar{.cta}.sync *a, ?*b", emitBarrier);
  table.addCustom("bar{.cta}.arrive *a, *b", emitBarrier);
  table.addCustom("bar{.cta}.red.{popc|and|or}{.u32|pred} *d, *a, *b, ?*c",
                  emitBarrier);
  table.addCustom("barrier{.cta}.sync{.aligned} *a, ?*b", emitBarrier);
  table.addCustom("barrier{.cta}.arrive{.aligned} *a, *b", emitBarrier);
  table.addCustom(
      "barrier{.cta}.red.{popc|and|or}{.aligned}{.u32|pred} *d, *a, *b, ?*c",
      emitBarrier);
}

} // namespace theano::sim::THEANO_SIM_ISA
