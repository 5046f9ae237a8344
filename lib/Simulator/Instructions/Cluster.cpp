//===- Cluster.cpp - the cluster's barrier and addresses ------------------===//

#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"
#include "Machine/AccessText.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// barrier.cluster
//===----------------------------------------------------------------------===//

/// `.aligned`: all threads of the warp that have not exited execute the same
/// instruction.
void alignLanes(const Meeting &meeting) {
  auto first = static_cast<unsigned>(std::countr_zero(meeting.mask));
  const Op &op = *meeting.op[first];
  for (uint32_t rest = meeting.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (meeting.op[lane] == &op)
      continue;
    Warp &warp = meeting.warp;
    const Image &image = *warp.block().launch().image;
    warp.fault(
        *meeting.op[lane], lane, cuda::Result::LaunchFailed,
        "divergent barrier: other threads of the warp are at PTX line " +
            std::to_string(image.info[warp.pcOf(op)].instruction->where.line));
    return;
  }
}
const Op *alignOp(Warp &warp, const Op &op) {
  return warp.mask == warp.alive() ? &op + 1 : warp.meet(op, alignLanes);
}

const Op *arriveOp(Warp &warp, const Op &op) {
  return warp.arriveAtCluster(op, /*releases=*/op.aux);
}
const Op *waitOp(Warp &warp, const Op &op) { return warp.waitForCluster(op); }

bool emitBarrier(Emitter &emitter, const Match &match) {
  bool arrives = match.has("arrive"), relaxed = match.has("relaxed");
  if ((relaxed || match.has("release") || match.has("acquire")) &&
      !require(emitter, match, {90, 8, 0}))
    return false;
  emitter.image().usesClusters = true;
  if (match.has("aligned"))
    emitter.appendControl(&alignOp).at[5] = alignedMask(emitter);
  emitter.appendControl(arrives ? &arriveOp : &waitOp).aux = !relaxed;
  return true;
}

//===----------------------------------------------------------------------===//
// mapa and getctarank: 0 the result, 1 the address, 2 the rank; aux: whether
// the address is generic. One of 32 bits is the lower half of one of 64.
//===----------------------------------------------------------------------===//

template <typename Address>
uint64_t wholeAddress(const Op &op, Address address) {
  bool isHalf = op.aux && sizeof(Address) < sizeof(uint64_t);
  return isHalf ? sharedWindow | address : address;
}

/// The block that has the address, which becomes the place there; null after a
/// fault.
Block *findOwner(Warp &warp, const Op &op, unsigned lane, uint64_t &address) {
  uint64_t whole = address;
  Space space = op.aux ? findSpace(address) : Space::SharedCluster;
  Block *owner = space == Space::Shared || space == Space::SharedCluster
                     ? warp.ownerOf(address)
                     : nullptr;
  if (!owner)
    warp.fault(op, lane, cuda::Result::IllegalAddress,
               "the address " + hexText(whole) +
                   " is not one of the shared memory of the cluster");
  return owner;
}

template <typename Address> const Op *mapOp(Warp &warp, const Op &op) {
  const Address *addresses = warp.row<Address>(op.at[1]);
  const uint32_t *ranks = warp.row<uint32_t>(op.at[2]);
  Address *to = warp.row<Address>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t address = wholeAddress(op, addresses[lane]);
    if (!findOwner(warp, op, lane, address))
      return warp.stop;
    if (!warp.findRank(op, lane, ranks[lane]))
      return warp.stop;
    // The own memory has its own address.
    if (ranks[lane] != warp.block().rank())
      address |= (uint64_t(ranks[lane]) + 1) << clusterShift;
    else if (op.aux)
      address |= warp.ownInCluster();
    to[lane] = static_cast<Address>(op.aux ? address + sharedWindow : address);
  }
  return &op + 1;
}

template <typename Address> const Op *rankOp(Warp &warp, const Op &op) {
  const Address *addresses = warp.row<Address>(op.at[1]);
  uint32_t *to = warp.row<uint32_t>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t address = wholeAddress(op, addresses[lane]);
    const Block *owner = findOwner(warp, op, lane, address);
    if (!owner)
      return warp.stop;
    to[lane] = owner->rank();
  }
  return &op + 1;
}

bool emitAddress(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool maps = match.instruction.opcode == "mapa";
  ScalarType type = match.type();
  bool isWide = type == ScalarType::U64;
  if (!require(emitter, match, clusterRequirement))
    return false;
  uint32_t to = 0, address = 0, rank = 0;
  if (!emitter.destination(operands[0], maps ? type : ScalarType::U32, false,
                           to) ||
      !emitter.source(operands[1], type, false, address) ||
      (maps && !emitter.source(operands[2], ScalarType::U32, false, rank)))
    return false;
  Op &op = emitter.append(maps ? isWide ? &mapOp<uint64_t> : &mapOp<uint32_t>
                          : isWide ? &rankOp<uint64_t>
                                   : &rankOp<uint32_t>);
  op.at[0] = to;
  op.at[1] = address;
  op.at[2] = rank;
  op.aux = !match.has("shared::cluster");
  return true;
}

//===----------------------------------------------------------------------===//
// Generic addresses, which say of whatever block they are
//===----------------------------------------------------------------------===//

const Op *toGenericOp(Warp &warp, const Op &op) {
  const auto *addresses = warp.row<uint64_t>(op.at[1]);
  auto *to = warp.row<uint64_t>(op.at[0]);
  uint64_t own = warp.ownInCluster();
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    uint64_t address = addresses[lane];
    uint64_t whole =
        sharedWindow + (address >> clusterShift ? address : own + address);
    to[lane] = warp.mask >> lane & 1 ? whole : to[lane];
  }
  return &op + 1;
}
const Op *fromGenericOp(Warp &warp, const Op &op) {
  const auto *addresses = warp.row<uint64_t>(op.at[1]);
  auto *to = warp.row<uint64_t>(op.at[0]);
  uint64_t own = warp.ownInCluster();
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    uint64_t address = addresses[lane] - sharedWindow;
    bool isOwn = address >> clusterShift == own >> clusterShift;
    uint64_t place = isOwn ? address - own : address;
    to[lane] = warp.mask >> lane & 1 ? place : to[lane];
  }
  return &op + 1;
}
/// aux: whether any block of the cluster counts.
const Op *isSharedOp(Warp &warp, const Op &op) {
  const auto *addresses = warp.row<uint64_t>(op.at[1]);
  uint32_t &to = warp.predicate(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t address = addresses[lane];
    Space space = findSpace(address);
    const Block *owner = space == Space::Shared || space == Space::SharedCluster
                             ? warp.ownerOf(address)
                             : nullptr;
    bool inside = owner && (op.aux || owner == &warp.block());
    to = (to & ~(1u << lane)) | uint32_t(inside) << lane;
  }
  return &op + 1;
}

bool emitConversion(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool tests = match.instruction.opcode == "isspacep";
  uint32_t to = 0, from = 0;
  if (!emitter.destination(
          operands[0], tests ? ScalarType::Pred : ScalarType::U64, false, to) ||
      !emitter.source(operands[1], ScalarType::U64, false, from))
    return false;
  Op &op = emitter.append(tests             ? &isSharedOp
                          : match.has("to") ? &fromGenericOp
                                            : &toGenericOp);
  op.at[0] = to;
  op.at[1] = from;
  op.aux = match.has("shared::cluster");
  return true;
}

} // namespace

void addCluster(FormTable &table) {
  table.addCustom("barrier~.cluster.arrive{.release|relaxed}{.aligned}",
                  emitBarrier);
  table.addCustom("barrier~.cluster.wait{.acquire}{.aligned}", emitBarrier);
  table.addCustom("mapa{.shared::cluster}.{u32|u64} *d, *a, *rank",
                  emitAddress);
  table.addCustom("getctarank{.shared::cluster}.{u32|u64} *d, *a", emitAddress);
  table.addCustom("cvta.{shared|shared::cta|shared::cluster}.u64 *d, *a",
                  emitConversion);
  table.addCustom("cvta.to.{shared|shared::cta|shared::cluster}.u64 *d, *a",
                  emitConversion);
  table.addCustom("isspacep.{shared|shared::cta|shared::cluster} *p, *a",
                  emitConversion);
}

} // namespace theano::sim::THEANO_SIM_ISA
