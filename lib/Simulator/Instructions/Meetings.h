//===- Meetings.h - handlers of instructions of a warp ----------*- C++ -*-===//
//
// Each is a function over the lanes that take part, which reads each lane's
// operands from that lane's own instruction. Operand 5 is the member mask.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_MEETINGS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_MEETINGS_H

#include "Instructions/Lanes.h"
#include "Machine/Block.h"
#include "Machine/Emitter.h"

namespace theano::sim::THEANO_SIM_ISA {

template <typename F>
THEANO_SIM_INLINE void forLanes(uint32_t mask, F &&visit) {
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    visit(static_cast<unsigned>(std::countr_zero(rest)));
}

template <MeetingFunction F> const Op *meetAtOnce(Warp &warp, const Op &op) {
  Meeting meeting{warp, warp.mask, {}, {}};
  meeting.op.fill(&op);
  meeting.regs.fill(warp.regs);
  F(meeting);
  return &op + 1;
}

/// The handler of a meeting: at once where the running group is all of it.
template <MeetingFunction F> const Op *meetingOp(Warp &warp, const Op &op) {
  return warp.isComplete(op) ? meetAtOnce<F>(warp, op) : warp.meet(op, F);
}

//===----------------------------------------------------------------------===//
// .sync.aligned
//===----------------------------------------------------------------------===//

/// `.sync.aligned` without a mask: all 32 lanes execute this very instruction.
/// What else meets is undefined, and found here; false after a fault.
inline bool isWholeWarp(const Meeting &meeting) {
  Warp &warp = meeting.warp;
  auto first = static_cast<unsigned>(std::countr_zero(meeting.mask));
  const Op &op = *meeting.op[first];
  if (meeting.mask != fullMask) {
    warp.fault(op, first, cuda::Result::IllegalInstruction,
               "the instruction needs all 32 lanes of the warp, of which " +
                   std::to_string(std::popcount(meeting.mask)) +
                   " have not exited");
    return false;
  }
  for (unsigned lane = 1; lane < warpSize; ++lane) {
    if (meeting.op[lane] == &op)
      continue;
    const Image &image = *warp.block().launch().image;
    warp.fault(
        *meeting.op[lane], lane, cuda::Result::IllegalInstruction,
        "divergent warp: other lanes execute the instruction at PTX "
        "line " +
            std::to_string(image.info[warp.pcOf(op)].instruction->where.line));
    return false;
  }
  return true;
}

template <MeetingFunction F> void checkedMeeting(const Meeting &meeting) {
  if (isWholeWarp(meeting))
    F(meeting);
}

/// The handler of such an instruction. Its operand 5 is `alignedMask`.
template <MeetingFunction F> const Op *alignedOp(Warp &warp, const Op &op) {
  return warp.mask == fullMask ? meetAtOnce<F>(warp, op)
                               : warp.meet(op, checkedMeeting<F>);
}
inline uint32_t alignedMask(Emitter &emitter) {
  return emitter.constantRow(fullMask, 4);
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_MEETINGS_H
