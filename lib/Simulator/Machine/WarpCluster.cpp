//===- WarpCluster.cpp - a warp and the blocks beside its own -------------===//

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Cluster.h"

namespace theano::sim {

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static constexpr uint64_t rankOne = uint64_t(1) << clusterShift;

Block *Warp::ownerOf(uint64_t &address) const {
  uint64_t number = address >> clusterShift;
  address &= rankOne - 1;
  if (number == 0)
    return &block_;
  return number <= block_.launch().clusterSize()
             ? block_.peer(static_cast<uint32_t>(number - 1))
             : nullptr;
}

Space Warp::findOwnSpace(uint64_t &address) const {
  Space space = findSpace(address);
  uint64_t place = address;
  if (space != Space::SharedCluster || ownerOf(place) != &block_)
    return space;
  address = place;
  return Space::Shared;
}

uint64_t Warp::ownInCluster() const {
  return block_.launch().clusterSize() > 1 ? (block_.rank() + 1) * rankOne : 0;
}

char *Warp::resolveInCluster(const Op &op, unsigned lane, uint64_t address,
                             uint32_t bytes, bool write) {
  uint64_t at = address;
  Block *owner = ownerOf(at);
  if (owner == &block_)
    return resolve(op, lane, Space::Shared, at, bytes, write);
  auto wrong = [&](const std::string &what, const std::string &why) {
    fault(op, lane, cuda::Result::IllegalAddress,
          what + ": " + accessText(bytes, write) +
              " at shared::cluster address " + hexText(address) + ", " + why);
    return nullptr;
  };
  if (!owner)
    return wrong("out of bounds",
                 "of a cluster of " +
                     std::to_string(block_.launch().clusterSize()) + " blocks");
  std::string place =
      "which is " + hexText(at) + " in block " + tripleText(owner->id());
  if (at > owner->sharedBytes() || bytes > owner->sharedBytes() - at)
    return wrong("out of bounds", place + ", of " +
                                      std::to_string(owner->sharedBytes()) +
                                      " bytes");
  if (owner->hasEnded())
    return wrong("ended block", place + ", whose threads have all exited");
  if (checks && !checks->knowsStarted(*this, op, lane, *owner))
    return nullptr;
  if (checks && write)
    owner->checks()->wrote(Space::Shared, at, bytes);
  else if (checks &&
           !owner->checks()->reads(*this, op, lane, Space::Shared, at, bytes))
    return nullptr;
  return owner->shared() + at;
}

//===----------------------------------------------------------------------===//
// The barrier
//===----------------------------------------------------------------------===//

/// The lanes that have arrived in the phase of that number.
uint32_t Warp::arrivedInPhase(uint64_t phase) const {
  return inCluster_ & (phase & 1 ? inOddPhase_ : ~inOddPhase_);
}

const Op *Warp::arriveAtCluster(const Op &op, bool releases) {
  Cluster &cluster = *block_.cluster();
  if (uint32_t twice = inCluster_ & mask)
    return fault(op, static_cast<unsigned>(std::countr_zero(twice)),
                 cuda::Result::LaunchFailed,
                 "impossible barrier: the thread arrives at the barrier of the "
                 "cluster a second time without having waited");
  inCluster_ |= mask;
  inOddPhase_ = cluster.phase() & 1 ? inOddPhase_ | mask : inOddPhase_ & ~mask;
  if (checks)
    checks->arrivedAtCluster(*this, mask, releases);
  cluster.arrive(mask);
  return &op + 1;
}

const Op *Warp::waitForCluster(const Op &op) {
  Cluster &cluster = *block_.cluster();
  if (uint32_t never = mask & ~inCluster_)
    return fault(op, static_cast<unsigned>(std::countr_zero(never)),
                 cuda::Result::LaunchFailed,
                 "impossible barrier: the thread waits at the barrier of the "
                 "cluster without having arrived");
  uint32_t waiting = mask & arrivedInPhase(cluster.phase());
  uint32_t passing = mask & ~waiting;
  passCluster(passing);
  if (!waiting)
    return &op + 1;
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    pc_[lane] = pcOf(op) + (passing >> lane & 1);
  }
  atCluster_ |= waiting;
  running_ &= ~waiting;
  mask = 0;
  return stop;
}

void Warp::passCluster(uint32_t lanes) {
  inCluster_ &= ~lanes;
  if (checks && lanes)
    checks->passedCluster(*this, lanes);
}

void Warp::releaseCluster() {
  for (uint32_t rest = atCluster_; rest; rest &= rest - 1)
    ++pc_[std::countr_zero(rest)];
  running_ |= atCluster_;
  passCluster(std::exchange(atCluster_, 0));
}

} // namespace theano::sim
