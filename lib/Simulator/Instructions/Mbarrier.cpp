//===- Mbarrier.cpp - mbarrier, and copies that arrive at one -------------===//
//
// Lanes go in ascending order. What an mbarrier does is in Mbarriers.h.
//
//===----------------------------------------------------------------------===//

#include "Checks/BlockChecks.h"
#include "Instructions/MbarrierOperands.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

const Op *initOp(Warp &warp, const Op &op) {
  const uint32_t *counts = warp.row<uint32_t>(op.at[2]);
  return forPlaces(warp, op, [&](unsigned lane, Block &owner, uint32_t at) {
    return owner.mbarriers().init(at, counts[lane]);
  });
}
const Op *invalidateOp(Warp &warp, const Op &op) {
  return forPlaces(warp, op, [&](unsigned, Block &owner, uint32_t at) {
    return owner.mbarriers().invalidate(at);
  });
}
const Op *arriveOp(Warp &warp, const Op &op) {
  const uint32_t *counts = warp.row<uint32_t>(op.at[2]);
  uint64_t *states = warp.row<uint64_t>(op.at[1]);
  return forPlaces(warp, op, [&](unsigned lane, Block &owner, uint32_t at) {
    MbarrierArrival how;
    (op.aux & Expect ? how.transactions : how.count) = counts[lane];
    how.drop = op.aux & Drop;
    how.completes = !(op.aux & NoComplete);
    if (warp.checks)
      owner.checks()->arrivedAt(warp, lane, at, orderingOf(op));
    return owner.mbarriers().arrive(at, how, states[lane]);
  });
}
template <int sign> const Op *transactionsOp(Warp &warp, const Op &op) {
  const uint32_t *counts = warp.row<uint32_t>(op.at[2]);
  return forPlaces(warp, op, [&](unsigned lane, Block &owner, uint32_t at) {
    return owner.mbarriers().addTransactions(at, sign * int64_t(counts[lane]));
  });
}
const Op *pendingCountOp(Warp &warp, const Op &op) {
  uint32_t *counts = warp.row<uint32_t>(op.at[1]);
  const uint64_t *states = warp.row<uint64_t>(op.at[2]);
  forLanes(warp.mask, [&](unsigned lane) {
    counts[lane] = Mbarriers::pendingOf(states[lane]);
  });
  return &op + 1;
}

/// Both test_wait and try_wait: where a phase has not ended, the others of the
/// block come first.
const Op *testOp(Warp &warp, const Op &op) {
  uint32_t ended = 0;
  bool faulted = false;
  const Op *next =
      forPlaces(warp, op, [&](unsigned lane, Block &owner, uint32_t at) {
        bool parity =
            op.aux & Parity
                ? warp.row<uint32_t>(op.at[2])[lane] & 1
                : Mbarriers::parityOf(warp.row<uint64_t>(op.at[2])[lane]);
        std::string wrong;
        MbarrierTest found = owner.mbarriers().test(at, parity, wrong);
        faulted |= found == MbarrierTest::Faulted;
        ended |= uint32_t(found == MbarrierTest::Ended) << lane;
        if (warp.checks && found == MbarrierTest::Ended)
          warp.checks->passed(warp, lane, at, orderingOf(op));
        return wrong;
      });
  if (warp.faulted())
    return warp.stop;
  if (faulted)
    return warp.endFaulted(op);
  uint32_t &result = warp.predicate(op.at[1]);
  result = (result & ~warp.mask) | ended;
  return ended == warp.mask ? next : warp.stall(op);
}

//===----------------------------------------------------------------------===//
// Copies that arrive
//===----------------------------------------------------------------------===//

const Op *arriveAfterCopiesOp(Warp &warp, const Op &op) {
  return forPlaces(warp, op, [&](unsigned lane, Block &owner, uint32_t at) {
    return owner.mbarriers().arriveAfterCopies(at, {&warp, lane, warp.pcOf(op)},
                                               !(op.aux & NoIncrement));
  });
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// What the modifiers for memory order and space need.
Requirement ofModifiers(const Match &match) {
  Requirement needed = {80, 7, 0};
  if (match.has("shared::cta") || match.has("shared::cluster"))
    needed = {80, 7, 8};
  if (match.has("shared::cluster") || match.has("cluster"))
    needed = {90, 8, 0};
  if (match.has("release") || match.has("acquire"))
    needed = both(needed, {80, 8, 0});
  // Relaxed byte counts are older than relaxed arrivals and tests.
  std::string_view what = match.instruction.modifiers[0];
  if (match.has("relaxed"))
    needed = both(needed, what.ends_with("_tx") ? Requirement{80, 8, 0}
                                                : Requirement{90, 8, 6});
  return needed;
}

bool emitInit(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t count = 0;
  if (!require(emitter, match, ofModifiers(match)) ||
      !emitter.source(operands[1], ScalarType::U32, false, count))
    return false;
  Op *op = emitOn(emitter, match, operands[0], &initOp, 0);
  if (!op)
    return false;
  op->at[2] = count;
  return true;
}

bool emitInvalidate(Emitter &emitter, const Match &match) {
  return require(emitter, match, ofModifiers(match)) &&
         emitOn(emitter, match, match.instruction.operands[0], &invalidateOp,
                0);
}

bool emitArrive(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool expects = match.has("expect_tx"), drops = match.has("arrive_drop");
  bool never = match.has("noComplete"), counts = operands.size() == 3;
  Requirement needed = ofModifiers(match);
  if (expects)
    needed = both(needed, {90, 8, 0});
  else if (counts && !never)
    needed = both(needed, {90, 7, 8});
  uint32_t state = 0, count = emitter.constantRow(1, 4);
  bool isSink = operands[0].kind == Operand::Kind::Sink;
  if (match.has("shared::cluster") && !isSink)
    return emitter.error(operands[0].where,
                         "an mbarrier of another block answers no state: "
                         "expected '_'");
  if (!require(emitter, match, needed) ||
      !emitter.destination(operands[0], ScalarType::B64, false, state) ||
      (counts && !emitter.source(operands[2], ScalarType::U32, false, count)))
    return false;
  Op *op = emitOn(emitter, match, operands[1], &arriveOp,
                  (expects ? Expect : None) | (drops ? Drop : None) |
                      (isSink ? AnyBlock : None) | (never ? NoComplete : None));
  if (!op)
    return false;
  op->at[1] = state;
  op->at[2] = count;
  return true;
}

bool emitTransactions(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t count = 0;
  if (!require(emitter, match, both(ofModifiers(match), {90, 8, 0})) ||
      !emitter.source(operands[1], ScalarType::U32, false, count))
    return false;
  Op *op =
      emitOn(emitter, match, operands[0],
             match.has("expect_tx") ? &transactionsOp<1> : &transactionsOp<-1>,
             AnyBlock);
  if (!op)
    return false;
  op->at[2] = count;
  return true;
}

bool emitTest(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool parity = match.has("parity");
  Requirement needed = ofModifiers(match);
  if (match.has("try_wait"))
    needed = both(needed, {90, 7, 8});
  else if (parity)
    needed = both(needed, {80, 7, 1});
  uint32_t result = 0, state = 0, hint = 0;
  if (!require(emitter, match, needed) ||
      !emitter.destination(operands[0], ScalarType::Pred, false, result) ||
      !emitter.source(operands[2], parity ? ScalarType::U32 : ScalarType::B64,
                      false, state) ||
      // How long to try is up to the device.
      (operands.size() == 4 &&
       !emitter.source(operands[3], ScalarType::U32, false, hint)))
    return false;
  Op *op = emitOn(emitter, match, operands[1], &testOp, parity ? Parity : None,
                  /*waits=*/true);
  if (!op)
    return false;
  op->at[1] = result;
  op->at[2] = state;
  return true;
}

bool emitPendingCount(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t count = 0, state = 0;
  if (!require(emitter, match, {80, 7, 0}) ||
      !emitter.destination(operands[0], ScalarType::U32, false, count) ||
      !emitter.source(operands[1], ScalarType::B64, false, state))
    return false;
  Op &op = emitter.append(&pendingCountOp);
  op.at[1] = count;
  op.at[2] = state;
  return true;
}

bool emitArriveAfterCopies(Emitter &emitter, const Match &match) {
  return require(emitter, match, ofModifiers(match)) &&
         emitOn(emitter, match, match.instruction.operands[0],
                &arriveAfterCopiesOp, match.has("noinc") ? NoIncrement : None);
}

/// Blocks run on one thread, and copies are seen when they are waited for.
const Op *nothingOp(Warp &, const Op &op) { return &op + 1; }
bool emitFence(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {90, 8, 0}))
    return false;
  emitter.append(&nothingOp);
  return true;
}

} // namespace

void addMbarrier(FormTable &table) {
#define SPACE "{.shared|shared::cta}"
#define ANY_SPACE "{.shared|shared::cta|shared::cluster}"
  table.addCustom("mbarrier.init" SPACE ".b64 [a], *count", emitInit);
  table.addCustom("mbarrier.inval" SPACE ".b64 [a]", emitInvalidate);
  table.addCustom("mbarrier.{arrive|arrive_drop}{.release|relaxed}"
                  "{.cta|cluster}" ANY_SPACE ".b64 *state, [a], ?*count",
                  emitArrive);
  table.addCustom("mbarrier.{arrive|arrive_drop}.expect_tx{.release|relaxed}"
                  "{.cta|cluster}" ANY_SPACE ".b64 *state, [a], *bytes",
                  emitArrive);
  table.addCustom(
      "mbarrier.{arrive|arrive_drop}.noComplete{.release}{.cta}" SPACE
      ".b64 *state, [a], *count",
      emitArrive);
  table.addCustom(
      "mbarrier.{expect_tx|complete_tx}{.relaxed}{.cta|cluster}" ANY_SPACE
      ".b64 [a], *bytes",
      emitTransactions);
  // As CUTLASS has it.
  table.addCustom("mbarrier.{expect_tx|complete_tx}" ANY_SPACE
                  "{.relaxed}{.cta|cluster}.b64 [a], *bytes",
                  emitTransactions);
  table.addCustom("mbarrier.test_wait{.parity}{.acquire|relaxed}"
                  "{.cta|cluster}" SPACE ".b64 *ended, [a], *state",
                  emitTest);
  table.addCustom("mbarrier.try_wait{.parity}{.acquire|relaxed}"
                  "{.cta|cluster}" SPACE ".b64 *ended, [a], *state, ?*hint",
                  emitTest);
  table.addCustom("mbarrier.pending_count.b64 *count, *state",
                  emitPendingCount);
  table.addCustom("cp.async.mbarrier.arrive{.noinc}" SPACE ".b64 [a]",
                  emitArriveAfterCopies);
  table.addCustom("fence.proxy.async{.global|shared::cta|shared::cluster}",
                  emitFence);
  table.addCustom("fence.mbarrier_init.release.cluster", emitFence);
#undef ANY_SPACE
#undef SPACE
}

} // namespace theano::sim::THEANO_SIM_ISA
