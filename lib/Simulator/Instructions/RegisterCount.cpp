//===- RegisterCount.cpp - setmaxnreg -------------------------------------===//
//
// A hint of how many registers the threads of a warpgroup may have from now on.
// Registers have all the room they want here, so that nothing changes and
// nobody waits for others to give theirs back. What a device must be able to
// rely on is checked all the same.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Meetings.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

constexpr uint64_t fewest = 24, most = 256, unit = 8;

void setRegisters(const Meeting &meeting) {
  Warp &warp = meeting.warp;
  const Op &op = *meeting.op[0];
  std::string wrong =
      warp.block().warpgroups().setRegisters(warp, warp.pcOf(op));
  if (!wrong.empty())
    warp.fault(op, 0, cuda::Result::LaunchFailed, std::move(wrong));
}

bool emitSetRegisters(Emitter &emitter, const Match &match) {
  const Operand &count = match.instruction.operands[0];
  uint64_t value = 0;
  if (!requireFeatures(emitter, match, {90, 8, 0}) ||
      !emitter.immediate(count, value))
    return false;
  if (value % unit)
    return emitter.error(count.where, "unexpected value '" +
                                          std::to_string(value) +
                                          "', expected to be multiple of " +
                                          std::to_string(unit));
  if (value < fewest || value > most)
    return emitter.error(count.where,
                         "value '" + std::to_string(value) +
                             "' out of range, expected to be in range [" +
                             std::to_string(fewest) + ".." +
                             std::to_string(most) + "]");
  emitter.appendControl(&alignedOp<setRegisters>).at[5] = alignedMask(emitter);
  return true;
}

} // namespace

void addRegisterCount(FormTable &table) {
  table.addCustom("setmaxnreg.{inc|dec}.sync.aligned.u32 #count",
                  emitSetRegisters);
}

} // namespace theano::sim::THEANO_SIM_ISA
