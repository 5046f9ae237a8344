//===- TensorCopy.cpp - copies of boxes, by tensor maps -------------------===//
//
// Each lane that executes one copies a box of its own; TensorCopies.h says how.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/Reductions.h"
#include "Machine/Block.h"
#include "Machine/Target.h"
#include "Machine/TensorCopies.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

using cuda::TensorMapDataType;

/// What elements of a type are added as and so on, where they can be.
std::optional<ScalarType> reducedAs(TensorMapDataType type) {
  switch (type) {
  case TensorMapDataType::Uint32:
    return ScalarType::U32;
  case TensorMapDataType::Int32:
    return ScalarType::S32;
  case TensorMapDataType::Uint64:
    return ScalarType::U64;
  case TensorMapDataType::Int64:
    return ScalarType::S64;
  case TensorMapDataType::Float16:
    return ScalarType::F16;
  case TensorMapDataType::Bfloat16:
    return ScalarType::BF16;
  case TensorMapDataType::Float32:
  case TensorMapDataType::Float32Ftz:
    return ScalarType::F32;
  case TensorMapDataType::Float64:
    return ScalarType::F64;
  default:
    return std::nullopt;
  }
}
template <Reduction how> Combine pickReduction(TensorMapDataType type) {
  std::optional<ScalarType> as = reducedAs(type);
  return as ? combineOf(how, *as) : nullptr;
}

//===----------------------------------------------------------------------===//
// Ops: 0 the map, 1 the place in shared memory, 2 the mbarrier, 3 with
// .multicast::cluster the ranks of the blocks; imm: where the coordinates are
// among the image's operands
//===----------------------------------------------------------------------===//

/// In `aux` behind the number of dimensions.
constexpr uint32_t rankMask = 7, mapIsParameter = 8;

template <typename F>
THEANO_SIM_INLINE const Op *forBoxes(Warp &warp, const Op &op, F &&act) {
  const uint64_t *maps = warp.row<uint64_t>(op.at[0]);
  const uint64_t *places = warp.row<uint64_t>(op.at[1]);
  const uint32_t *rows =
      warp.block().launch().image->moreOperands.data() + op.imm;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    TensorAccess access{warp, op,          lane, maps[lane], op.aux & rankMask,
                        {},   places[lane]};
    if (op.aux & mapIsParameter)
      access.map += paramWindow;
    for (unsigned i = 0; i < access.rank; ++i)
      access.start[i] = warp.row<int32_t>(rows[i])[lane];
    if (!act(access))
      return warp.stop;
  }
  return &op + 1;
}

template <bool multicast> const Op *loadOp(Warp &warp, const Op &op) {
  const uint64_t *mbarriers = warp.row<uint64_t>(op.at[2]);
  const uint32_t *ranks = multicast ? warp.row<uint32_t>(op.at[3]) : nullptr;
  return forBoxes(warp, op, [&](const TensorAccess &access) {
    std::optional<uint32_t> blocks;
    if (multicast)
      blocks = ranks[access.lane] & 0xffff;
    return loadTensor(access, mbarriers[access.lane], blocks);
  });
}
const Op *storeOp(Warp &warp, const Op &op) {
  return forBoxes(warp, op, [](const TensorAccess &access) {
    return storeTensor(access, /*pick=*/nullptr);
  });
}
template <Reduction how> const Op *reduceOp(Warp &warp, const Op &op) {
  return forBoxes(warp, op, [](const TensorAccess &access) {
    return storeTensor(access, &pickReduction<how>);
  });
}
const Op *prefetchOp(Warp &warp, const Op &op) {
  return forBoxes(warp, op, prefetchTensor);
}
const Op *checkMapOp(Warp &warp, const Op &op) {
  return forBoxes(warp, op, checkTensorMap);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

constexpr Requirement since = {90, 8, 0};

/// The address of a map; `isParameter` where it is one within the parameters.
bool mapAddress(Emitter &emitter, const Operand &operand, uint32_t &row,
                bool &isParameter) {
  if (!fullAddress(emitter, operand, row))
    return false;
  const Operand &inner = operand.elements[0];
  isParameter = inner.kind == Operand::Kind::Symbol &&
                inner.variable->space == Space::Param;
  return true;
}

/// `[map, {coordinates}]` of so many dimensions.
struct Box {
  uint32_t map = 0, flags = 0;
  uint32_t coordinates[maxTensorRank] = {};
};
bool readBox(Emitter &emitter, const Match &match, const Operand &operand,
             Box &box) {
  unsigned rank = 0;
  for (std::string_view word : {"1d", "2d", "3d", "4d", "5d"})
    if (match.has(word))
      rank = static_cast<unsigned>(word[0] - '0');
  if (operand.kind != Operand::Kind::Address || operand.elements.size() != 2 ||
      operand.elements[1].kind != Operand::Kind::Vector ||
      operand.elements[1].elements.size() != rank)
    return emitter.error(operand.where, "expected [map, {coordinates}] with " +
                                            std::to_string(rank) +
                                            " coordinates");
  Operand map;
  map.kind = Operand::Kind::Address;
  map.where = operand.where;
  map.value = operand.value;
  map.elements.push_back(operand.elements[0]);
  bool isParameter = false;
  if (!mapAddress(emitter, map, box.map, isParameter))
    return false;
  for (unsigned i = 0; i < rank; ++i)
    if (!emitter.source(operand.elements[1].elements[i], ScalarType::S32, false,
                        box.coordinates[i]))
      return false;
  box.flags = rank | (isParameter ? mapIsParameter : 0);
  return true;
}

/// The op, `operands[count]` being the cache policy, which is a hint.
Op *emitBox(Emitter &emitter, const Match &match, const Box &box, size_t count,
            Handler handler) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool hints = match.has("L2::cache_hint");
  uint32_t policy = 0;
  if (operands.size() != count + hints) {
    emitter.error(match.instruction.where,
                  "a cache policy is there with .L2::cache_hint, and not "
                  "without");
    return nullptr;
  }
  if (hints && !emitter.source(operands[count], ScalarType::B64, false, policy))
    return nullptr;
  std::vector<uint32_t> &more = emitter.image().moreOperands;
  Op &op = emitter.append(handler);
  op.at[0] = box.map;
  op.aux = box.flags;
  op.imm = more.size();
  op.slot = emitter.hitSlot();
  for (uint32_t row : box.coordinates)
    more.push_back(row);
  return &op;
}

bool emitLoad(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool many = match.has("multicast::cluster");
  uint32_t to = 0, mbarrier = 0, ranks = 0;
  Box box;
  if (!require(emitter, match,
               match.has("shared::cta") ? Requirement{90, 8, 6} : since) ||
      !fullAddress(emitter, operands[0], to) ||
      !readBox(emitter, match, operands[1], box) ||
      !fullAddress(emitter, operands[2], mbarrier) ||
      (many && !emitter.source(operands[3], ScalarType::B16, false, ranks)))
    return false;
  Op *op = emitBox(emitter, match, box, 3u + many,
                   many ? &loadOp<true> : &loadOp<false>);
  if (!op)
    return false;
  op->at[1] = to;
  op->at[2] = mbarrier;
  op->at[3] = ranks;
  return true;
}

Handler reduceHandler(Reduction how) {
  switch (how) {
  case Reduction::Add:
    return &reduceOp<Reduction::Add>;
  case Reduction::Min:
    return &reduceOp<Reduction::Min>;
  case Reduction::Max:
    return &reduceOp<Reduction::Max>;
  case Reduction::Inc:
    return &reduceOp<Reduction::Inc>;
  case Reduction::Dec:
    return &reduceOp<Reduction::Dec>;
  case Reduction::And:
    return &reduceOp<Reduction::And>;
  case Reduction::Or:
    return &reduceOp<Reduction::Or>;
  case Reduction::Xor:
    return &reduceOp<Reduction::Xor>;
  }
  return nullptr;
}

bool emitStore(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t from = 0;
  Box box;
  if (!require(emitter, match, since) ||
      !readBox(emitter, match, operands[0], box) ||
      !fullAddress(emitter, operands[1], from))
    return false;
  Op *op = emitBox(emitter, match, box, 2,
                   match.instruction.modifiers[0] == "reduce"
                       ? reduceHandler(reductionOf(match))
                       : &storeOp);
  if (!op)
    return false;
  op->at[1] = from;
  return true;
}

bool emitPrefetch(Emitter &emitter, const Match &match) {
  Box box;
  if (!require(emitter, match, since) ||
      !readBox(emitter, match, match.instruction.operands[0], box))
    return false;
  Op *op = emitBox(emitter, match, box, 1, &prefetchOp);
  if (!op)
    return false;
  op->at[1] = box.map; // no place in shared memory
  return true;
}

/// The op that looks for a map at an address.
bool emitCheck(Emitter &emitter, const Operand &operand, bool inParameters) {
  uint32_t row = 0;
  bool isParameter = false;
  if (!mapAddress(emitter, operand, row, isParameter))
    return false;
  Op &op = emitter.append(&checkMapOp);
  op.at[0] = op.at[1] = row;
  op.aux = isParameter || inParameters ? mapIsParameter : 0;
  op.slot = emitter.hitSlot();
  return true;
}

bool emitMapPrefetch(Emitter &emitter, const Match &match) {
  return require(emitter, match, since) &&
         emitCheck(emitter, match.instruction.operands[0], match.has("param"));
}

/// Maps are read as they are in memory when they are used.
const Op *nothingOp(Warp &, const Op &op) { return &op + 1; }

bool emitFence(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  if (!require(emitter, match, {90, 8, 3}))
    return false;
  if (operands.empty()) {
    emitter.append(&nothingOp);
    return true;
  }
  uint64_t bytes = 0;
  if (!emitter.immediate(operands[1], bytes))
    return false;
  if (bytes != tensorMapBytes)
    return emitter.error(operands[1].where, "a tensor map has 128 bytes");
  return emitCheck(emitter, operands[0], /*inParameters=*/false);
}

} // namespace

void addTensorCopy(FormTable &table) {
#define RANKS "{1d|2d|3d|4d|5d}"
  table.addCustom("cp.async.bulk.tensor." RANKS
                  ".{shared::cluster|shared::cta}.global{.tile}."
                  "mbarrier::complete_tx::bytes{.L2::cache_hint} "
                  "[d], *box, [b], ?*policy",
                  emitLoad);
  table.addCustom("cp.async.bulk.tensor." RANKS
                  ".shared::cluster.global{.tile}.mbarrier::complete_tx::bytes"
                  ".multicast::cluster{.L2::cache_hint} "
                  "[d], *box, [b], *ranks, ?*policy",
                  emitLoad);
  table.addCustom("cp.async.bulk.tensor." RANKS
                  ".global.shared::cta{.tile}.bulk_group{.L2::cache_hint} "
                  "*box, [a], ?*policy",
                  emitStore);
  table.addCustom("cp.reduce.async.bulk.tensor." RANKS
                  ".global.shared::cta.{add|min|max|inc|dec|and|or|xor}"
                  "{.tile}.bulk_group{.L2::cache_hint} *box, [a], ?*policy",
                  emitStore);
  table.addCustom("cp.async.bulk.prefetch.tensor." RANKS
                  ".L2.global{.tile}{.L2::cache_hint} *box, ?*policy",
                  emitPrefetch);
  table.addCustom("prefetch{.const|param}.tensormap [a]", emitMapPrefetch);
  table.addCustom(
      "fence.proxy.tensormap::generic.release.{cta|cluster|gpu|sys}",
      emitFence);
  table.addCustom("fence.proxy.tensormap::generic.acquire."
                  "{cta|cluster|gpu|sys} [a], #size",
                  emitFence);
#undef RANKS
}

} // namespace theano::sim::THEANO_SIM_ISA
