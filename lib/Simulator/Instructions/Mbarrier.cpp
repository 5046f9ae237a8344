//===- Mbarrier.cpp - mbarrier, and copies that arrive at one -------------===//
//
// Lanes go in ascending order. What an mbarrier does is in Mbarriers.h.
//
//===----------------------------------------------------------------------===//

#include "Checks/BlockChecks.h"
#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// Of all ops here: 0 the address of the mbarrier, 1 the result, 2 a count or a
/// state; imm: what to add to the address.
enum Flag : uint32_t {
  None = 0,
  Generic = 1, ///< the address is generic
  Drop = 2,
  NoComplete = 4,
  Expect = 8,  ///< operand 2 is bytes, not arrivals
  Parity = 16, ///< operand 2 is a parity, not a state
  NoIncrement = 32,
  Relaxed = 64,
  Cluster = 128,  ///< the address is of shared::cluster
  AnyBlock = 256, ///< it may be generic, and in another block's memory
  Wide = 512,     ///< orders the threads of the cluster, not of the block
};

/// What an arrival or a test orders: an arrival releases and a test acquires,
/// unless they are relaxed; then a fence may.
Ordering orderingOf(const Op &op) {
  Ordering ordering;
  ordering.kind = Ordering::Kind::Access;
  ordering.scope =
      op.aux & Wide ? Ordering::Scope::Cluster : Ordering::Scope::Block;
  ordering.isStrong = true;
  ordering.acquires = ordering.releases = !(op.aux & Relaxed);
  return ordering;
}

/// The place of an mbarrier in the shared memory of `owner`; false after a
/// fault.
bool placeOf(Warp &warp, const Op &op, unsigned lane, uint64_t address,
             Block *&owner, uint32_t &at) {
  Space space = op.aux & Cluster ? Space::SharedCluster : Space::Shared;
  if (op.aux & Generic)
    space = warp.findOwnSpace(address);
  if (space != Space::Shared &&
      (space != Space::SharedCluster || !(op.aux & (Cluster | AnyBlock)))) {
    warp.fault(op, lane, cuda::Result::IllegalAddress,
               "the generic address of an mbarrier is not one of shared "
               "memory" +
                   std::string(space == Space::SharedCluster
                                   ? " of the own block"
                                   : ""));
    return false;
  }
  if (address % 8)
    return warp.misaligned(op, lane, space, address, 8);
  if (!warp.resolve(op, lane, space, address, 8, /*write=*/true))
    return false;
  owner = warp.ownerOf(address);
  at = static_cast<uint32_t>(address);
  return true;
}

/// Calls `act(lane, owner, place)` for the active lanes; what it answers is a
/// finding.
template <typename F>
THEANO_SIM_INLINE const Op *forPlaces(Warp &warp, const Op &op, F &&act) {
  const uint64_t *addresses = warp.row<uint64_t>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    Block *owner = nullptr;
    uint32_t at = 0;
    if (!placeOf(warp, op, lane, addresses[lane] + op.imm, owner, at))
      return warp.stop;
    if (std::string wrong = act(lane, *owner, at); !wrong.empty())
      return warp.fault(op, lane, cuda::Result::LaunchFailed, std::move(wrong));
  }
  return &op + 1;
}

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

/// 3 the source, 4 the destination; `slot` and the one behind it.
const Op *bulkCopyOp(Warp &warp, const Op &op) {
  const uint32_t *sizes = warp.row<uint32_t>(op.at[2]);
  const uint64_t *sources = warp.row<uint64_t>(op.at[3]);
  const uint64_t *destinations = warp.row<uint64_t>(op.at[4]);
  return forPlaces(
      warp, op, [&](unsigned lane, Block &owner, uint32_t at) -> std::string {
        uint32_t size = sizes[lane];
        if (size % 16)
          return "a bulk copy of " + std::to_string(size) +
                 " bytes, which is not a multiple of 16";
        uint64_t from = sources[lane], to = destinations[lane];
        if (to % 16)
          warp.misaligned(op, lane, Space::Shared, to, 16);
        else if (from % 16)
          warp.misaligned(op, lane, Space::Global, from, 16);
        else
          warp.resolve(op, lane, Space::Shared, to, size, /*write=*/true);
        const char *bytes = nullptr;
        if (!warp.faulted() && size)
          bytes = warp.resolve(op, lane, Space::Global, from, size,
                               /*write=*/false);
        if (warp.faulted())
          return "";
        if (warp.counters)
          warp.counters->noteBulkCopy(warp, op, from, size);
        return owner.mbarriers().bulkCopy(at, {&warp, lane, warp.pcOf(op)},
                                          static_cast<uint32_t>(to), bytes,
                                          size);
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

uint32_t spaceFlag(const Match &match) {
  return match.has("shared::cluster")                      ? Cluster
         : match.has("shared") || match.has("shared::cta") ? None
                                                           : Generic;
}

/// The op on the mbarrier that `address` names.
Op *emitOn(Emitter &emitter, const Match &match, const Operand &address,
           Handler handler, uint32_t flags, bool waits = false) {
  uint32_t base = 0;
  uint64_t offset = 0;
  if (!wideAddress(emitter, address, base, offset))
    return nullptr;
  Op &op = waits ? emitter.appendControl(handler) : emitter.append(handler);
  op.at[0] = base;
  op.imm = offset;
  op.aux = flags | spaceFlag(match) | (match.has("relaxed") ? Relaxed : None) |
           (match.has("cluster") ? Wide : None);
  return &op;
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

uint64_t addOffset(uint64_t base, uint64_t offset) { return base + offset; }

/// A row with an address, its offset added.
bool fullAddress(Emitter &emitter, const Operand &operand, uint32_t &row) {
  uint64_t offset = 0;
  if (!wideAddress(emitter, operand, row, offset))
    return false;
  if (!offset)
    return true;
  uint32_t sum = emitter.temporaryRow();
  uint32_t constant = emitter.constantRow(offset, 8);
  Op &op = emitter.appendHelper(map<&addOffset>);
  op.at[0] = sum;
  op.at[1] = row;
  op.at[2] = constant;
  row = sum;
  return true;
}

bool emitBulkCopy(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool hints = match.has("L2::cache_hint");
  uint32_t to = 0, from = 0, size = 0, policy = 0;
  if (!require(emitter, match,
               match.has("shared::cta") ? Requirement{90, 8, 6}
                                        : Requirement{90, 8, 0}))
    return false;
  if (operands.size() != 4u + hints)
    return emitter.error(match.instruction.where,
                         "expected two addresses, a size, an mbarrier, and "
                         "with .L2::cache_hint a cache policy");
  if (operands[2].kind == Operand::Kind::Integer && operands[2].value % 16)
    return emitter.error(operands[2].where,
                         "the size must be a multiple of 16");
  if (!fullAddress(emitter, operands[0], to) ||
      !fullAddress(emitter, operands[1], from) ||
      !emitter.source(operands[2], ScalarType::U32, false, size) ||
      (hints && !emitter.source(operands[4], ScalarType::B64, false, policy)))
    return false;
  Op *op = emitOn(emitter, match, operands[3], &bulkCopyOp, 0);
  if (!op)
    return false;
  op->at[2] = size;
  op->at[3] = from;
  op->at[4] = to;
  op->slot = emitter.hitSlot();
  return true;
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
  table.addCustom("cp.async.bulk.{shared::cluster|shared::cta}.global."
                  "mbarrier::complete_tx::bytes{.L2::cache_hint} "
                  "[d], [a], *size, [b], ?*policy",
                  emitBulkCopy);
  table.addCustom("fence.proxy.async{.global|shared::cta|shared::cluster}",
                  emitFence);
  table.addCustom("fence.mbarrier_init.release.cluster", emitFence);
#undef ANY_SPACE
#undef SPACE
}

} // namespace theano::sim::THEANO_SIM_ISA
