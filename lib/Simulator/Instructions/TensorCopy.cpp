//===- TensorCopy.cpp - copies of boxes, by tensor maps -------------------===//
//
// Each lane that executes one copies a box of its own; TensorCopies.h says how.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/Updates.h"
#include "Machine/Block.h"
#include "Machine/Target.h"
#include "Machine/TensorCopies.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// Writing elements
//===----------------------------------------------------------------------===//

using cuda::TensorMapDataType;

template <auto F> struct Reduce;
template <typename T, T (*F)(T, T, T)> struct Reduce<F> {
  static void write(char *to, const char *from, uint64_t bytes) {
    for (uint64_t at = 0; at < bytes; at += sizeof(T)) {
      T value;
      std::memcpy(&value, from + at, sizeof(T));
      Update<F>::apply(to + at, value, T{});
    }
  }
};

/// Of F<T> for the integer T that a type is, if it is one of Ts.
template <template <typename> class F, typename... Ts>
BulkWrite pickInteger(TensorMapDataType type) {
  auto is = [&]<typename T>() {
    switch (type) {
    case TensorMapDataType::Uint32:
      return std::is_same_v<T, uint32_t>;
    case TensorMapDataType::Int32:
      return std::is_same_v<T, int32_t>;
    case TensorMapDataType::Uint64:
      return std::is_same_v<T, uint64_t>;
    case TensorMapDataType::Int64:
      return std::is_same_v<T, int64_t>;
    default:
      return false;
    }
  };
  BulkWrite found = nullptr;
  ((is.template operator()<Ts>() ? void(found = Reduce<&F<Ts>::apply>::write)
                                 : void()),
   ...);
  return found;
}

template <bool greater, typename T> T pickSmall(T old, T b, T) {
  return toSmall<T>(pickOf<greater, false>(toDouble(old), toDouble(b)));
}
template <bool greater> BulkWrite pickHalf(TensorMapDataType type) {
  if (type == TensorMapDataType::Float16)
    return Reduce<&pickSmall<greater, Half>>::write;
  if (type == TensorMapDataType::Bfloat16)
    return Reduce<&pickSmall<greater, BFloat>>::write;
  return nullptr;
}

BulkWrite copyOf(TensorMapDataType) {
  return [](char *to, const char *from, uint64_t bytes) {
    std::memcpy(to, from, bytes);
  };
}
BulkWrite addOf(TensorMapDataType type) {
  switch (type) {
  case TensorMapDataType::Float16:
    return Reduce<&addSmall<Half>>::write;
  case TensorMapDataType::Bfloat16:
    return Reduce<&addSmall<BFloat>>::write;
  case TensorMapDataType::Float32:
  case TensorMapDataType::Float32Ftz:
    return Reduce<&addFloat<true>>::write;
  case TensorMapDataType::Float64:
    return Reduce<&addDouble>::write;
  default:
    return pickInteger<Add, uint32_t, int32_t, uint64_t, int64_t>(type);
  }
}
BulkWrite minOf(TensorMapDataType type) {
  BulkWrite found =
      pickInteger<Min, uint32_t, int32_t, uint64_t, int64_t>(type);
  return found ? found : pickHalf<false>(type);
}
BulkWrite maxOf(TensorMapDataType type) {
  BulkWrite found =
      pickInteger<Max, uint32_t, int32_t, uint64_t, int64_t>(type);
  return found ? found : pickHalf<true>(type);
}
BulkWrite incrementOf(TensorMapDataType type) {
  return type == TensorMapDataType::Uint32 ? Reduce<&increment>::write
                                           : nullptr;
}
BulkWrite decrementOf(TensorMapDataType type) {
  return type == TensorMapDataType::Uint32 ? Reduce<&decrement>::write
                                           : nullptr;
}
/// On the bits, whether or not they have a sign.
template <template <typename> class F>
BulkWrite logicOf(TensorMapDataType type) {
  return pickInteger<F, uint32_t, int32_t, uint64_t, int64_t>(type);
}

//===----------------------------------------------------------------------===//
// Ops: 0 the map, 1 the place in shared memory, 2 the mbarrier; imm: where the
// coordinates are among the image's operands
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

const Op *loadOp(Warp &warp, const Op &op) {
  const uint64_t *mbarriers = warp.row<uint64_t>(op.at[2]);
  return forBoxes(warp, op, [&](const TensorAccess &access) {
    return loadTensor(access, mbarriers[access.lane]);
  });
}
template <BulkWrite (*pick)(TensorMapDataType)>
const Op *storeOp(Warp &warp, const Op &op) {
  return forBoxes(warp, op, [](const TensorAccess &access) {
    return storeTensor(access, pick, /*updates=*/pick != copyOf);
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
  uint32_t to = 0, mbarrier = 0;
  Box box;
  if (!require(emitter, match,
               match.has("shared::cta") ? Requirement{90, 8, 6} : since) ||
      !fullAddress(emitter, operands[0], to) ||
      !readBox(emitter, match, operands[1], box) ||
      !fullAddress(emitter, operands[2], mbarrier))
    return false;
  Op *op = emitBox(emitter, match, box, 3, &loadOp);
  if (!op)
    return false;
  op->at[1] = to;
  op->at[2] = mbarrier;
  return true;
}

Handler storeHandler(const Match &match) {
  return match.has("add")   ? &storeOp<addOf>
         : match.has("min") ? &storeOp<minOf>
         : match.has("max") ? &storeOp<maxOf>
         : match.has("inc") ? &storeOp<incrementOf>
         : match.has("dec") ? &storeOp<decrementOf>
         : match.has("and") ? &storeOp<logicOf<And>>
         : match.has("or")  ? &storeOp<logicOf<Or>>
         : match.has("xor") ? &storeOp<logicOf<Xor>>
                            : &storeOp<copyOf>;
}

bool emitStore(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t from = 0;
  Box box;
  if (!require(emitter, match, since) ||
      !readBox(emitter, match, operands[0], box) ||
      !fullAddress(emitter, operands[1], from))
    return false;
  Op *op = emitBox(emitter, match, box, 2, storeHandler(match));
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
