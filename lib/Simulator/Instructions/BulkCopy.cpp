//===- BulkCopy.cpp - asynchronous copies and writes in pieces ------------===//
//
// cp.async.bulk, cp.reduce.async.bulk, st.async and red.async. All addresses
// have their offsets added.
//
//===----------------------------------------------------------------------===//

#include "Checks/BlockChecks.h"
#include "Instructions/AtomicOperations.h"
#include "Instructions/MbarrierOperands.h"
#include "Machine/AccessText.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

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
Combine combineOf(const Match &match, bool isGlobal) {
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
Combine combineIn(const Op &op) { return reinterpret_cast<Combine>(op.imm); }
uint64_t immediateOf(Combine combine) {
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
bool findTarget(Warp &warp, const Op &op, unsigned lane, uint32_t bytes,
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

bool send(Warp &warp, const Op &op, unsigned lane, const Target &target,
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
bool isBulkSize(Warp &warp, const Op &op, unsigned lane, uint32_t size) {
  if (size % 16 == 0)
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed,
             "a bulk copy of " + std::to_string(size) +
                 " bytes, which is not a multiple of 16");
  return false;
}

/// The source of a copy; null after a fault, or where there is none of it.
const char *findSource(Warp &warp, const Op &op, unsigned lane, Space space,
                       uint64_t from, uint32_t size) {
  if (from % 16) {
    warp.misaligned(op, lane, space, from, 16);
    return nullptr;
  }
  return size ? warp.resolve(op, lane, space, from, size, /*write=*/false)
              : nullptr;
}

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
  warp.ownerOf(to);
  warp.ownerOf(at);
  uint32_t blocks = warp.block().launch().clusterSize();
  for (; ranks; ranks &= ranks - 1) {
    auto rank = static_cast<uint32_t>(std::countr_zero(ranks));
    if (rank >= blocks) {
      warp.fault(op, lane, cuda::Result::IllegalAddress,
                 "there is no block of rank " + std::to_string(rank) +
                     " in a cluster of " + std::to_string(blocks));
      return false;
    }
    uint64_t block = uint64_t(rank + 1) << clusterShift;
    if (!warp.resolve(op, lane, Space::SharedCluster, block | to, size,
                      /*write=*/true) ||
        !warp.resolve(op, lane, Space::SharedCluster, block | at, 8,
                      /*write=*/true) ||
        !send(warp, op, lane,
              {warp.block().peer(rank), static_cast<uint32_t>(to),
               static_cast<uint32_t>(at)},
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

/// The op of a write to shared memory.
Op *emitTarget(Emitter &emitter, const Match &match, const Operand &to,
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

bool bulkSize(Emitter &emitter, const Operand &operand, uint32_t &size) {
  if (operand.kind == Operand::Kind::Integer && operand.value % 16)
    return emitter.error(operand.where, "the size must be a multiple of 16");
  return emitter.source(operand, ScalarType::U32, false, size);
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
  Combine combine = reduces ? combineOf(match, /*isGlobal=*/false) : nullptr;
  if (reduces && !combine)
    return emitter.error(match.instruction.where,
                         "the operation does not fit the type");
  uint32_t from = 0, size = 0, ranks = 0, policy = 0;
  if (!fullAddress(emitter, operands[1], from) ||
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

//===----------------------------------------------------------------------===//
// st.async and red.async: 1, 2, 3 and 5 the values
//===----------------------------------------------------------------------===//

constexpr unsigned valueAt[] = {1, 2, 3, 5};
constexpr unsigned widthShift = 16, countShift = 24;

const Op *storeOp(Warp &warp, const Op &op) {
  uint32_t width = op.aux >> widthShift & 0xff, count = op.aux >> countShift;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    std::array<char, 16> bytes;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t row = op.at[valueAt[i]];
      uint64_t value = width == 8 ? warp.row<uint64_t>(row)[lane]
                                  : warp.row<uint32_t>(row)[lane];
      std::memcpy(bytes.data() + size_t(i) * width, &value, width);
    }
    Target target;
    if (!findTarget(warp, op, lane, width * count, width * count, target) ||
        !send(warp, op, lane, target, bytes.data(), width * count,
              /*fromShared=*/false))
      return warp.stop;
  }
  return &op + 1;
}

bool emitStore(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool reduces = match.instruction.opcode == "red";
  ScalarType type = match.type();
  unsigned count = match.vectorWidth(), width = bytesOf(type);
  if (!require(emitter, match, {90, 8, 1}))
    return false;
  if (count * width > 16)
    return emitter.error(match.instruction.where,
                         "at most 16 bytes are written at once");
  const Operand &data = operands[1];
  bool braces = data.kind == Operand::Kind::Vector;
  if (count == 1 ? braces : !braces || data.elements.size() != count)
    return emitter.error(
        data.where, "expected " + std::to_string(count) +
                        (count == 1 ? " register" : " registers in braces"));
  // 64 bits can only be added.
  Combine combine = reduces ? combineOf(match, /*isGlobal=*/false) : nullptr;
  if (reduces && !combine)
    return emitter.error(match.instruction.where,
                         "the operation does not fit the type");
  uint32_t at[4] = {};
  for (unsigned i = 0; i < count; ++i)
    if (!emitter.source(braces ? data.elements[i] : data, type, false, at[i]))
      return false;
  Op *op = emitTarget(emitter, match, operands[0], operands[2], &storeOp);
  if (!op)
    return false;
  for (unsigned i = 0; i < count; ++i)
    op->at[valueAt[i]] = at[i];
  op->aux |= width << widthShift | count << countShift;
  op->imm = immediateOf(combine);
  return true;
}

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
    if (warp.checks && !combineIn(op))
      warp.checks->awaitsGlobal(to, size);
    if (warp.counters)
      warp.counters->noteBulkCopy(warp, op, MemoryAccess::Kind::Store, to,
                                  size);
    BulkStore store;
    store.lane = lane;
    store.pc = warp.pcOf(op);
    store.from = static_cast<uint32_t>(sources[lane]);
    store.to = to;
    store.bytes = size;
    store.combine = combineIn(op);
    warp.bulkGroups.issue(warp, std::move(store));
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
  Combine combine = reduces ? combineOf(match, /*isGlobal=*/true) : nullptr;
  if (reduces && !combine)
    return emitter.error(match.instruction.where,
                         "the operation does not fit the type");
  uint32_t to = 0, from = 0, size = 0, policy = 0;
  if (!fullAddress(emitter, operands[0], to) ||
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

const Op *commitOp(Warp &warp, const Op &op) {
  warp.bulkGroups.commit(warp.mask);
  return &op + 1;
}
const Op *waitOp(Warp &warp, const Op &op) {
  warp.bulkGroups.wait(warp, warp.mask, op.imm, /*onlyReads=*/op.aux);
  return &op + 1;
}

bool emitGroup(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint64_t pending = 0;
  if (!require(emitter, match, {90, 8, 0}) ||
      (!operands.empty() && !emitter.immediate(operands[0], pending)))
    return false;
  Op &op = emitter.append(operands.empty() ? &commitOp : &waitOp);
  // No lane has more groups than this.
  op.imm = std::min<uint64_t>(pending, ~uint32_t(0));
  op.aux = match.has("read");
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
  table.addCustom("cp.async.bulk.commit_group", emitGroup);
  table.addCustom("cp.async.bulk.wait_group{.read} #n", emitGroup);
  table.addCustom("cp.async.bulk.prefetch.L2.global{.L2::cache_hint} "
                  "[a], *size, ?*policy",
                  emitPrefetch);
  table.addCustom("st.async{.weak}{.shared::cluster|shared::cta}" BARRIER
                  "{.v2|v4}.{b32|b64|u32|u64|s32|s64|f32|f64} [a], *b, [m]",
                  emitStore);
  for (const char *operation :
       {".add.{u32|s32|u64|s64}", ".{min|max}.{u32|s32}", ".{and|or|xor}.b32",
        ".{inc|dec}.u32"})
    table.addCustom(std::string("red.async.relaxed.cluster"
                                "{.shared::cluster|shared::cta}" BARRIER) +
                        operation + " [a], *b, [m]",
                    emitStore);
#undef BARRIER
}

} // namespace theano::sim::THEANO_SIM_ISA
