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

Block *Warp::findRank(const Op &op, unsigned lane, uint32_t rank) {
  uint32_t size = block_.launch().clusterSize();
  if (rank < size)
    return block_.peer(rank);
  fault(op, lane, cuda::Result::IllegalAddress,
        "there is no block of rank " + std::to_string(rank) +
            " in a cluster of " + std::to_string(size));
  return nullptr;
}

bool Warp::requireOneOwner(const Op &op, unsigned lane, const Block &mbarrier,
                           const Block &destination) {
  if (&mbarrier == &destination)
    return true;
  fault(op, lane, cuda::Result::LaunchFailed,
        "the mbarrier is in the memory of block " + tripleText(mbarrier.id()) +
            ", the destination in that of block " +
            tripleText(destination.id()));
  return false;
}

Block *Warp::findInCluster(const Op &op, unsigned lane, uint64_t &address,
                           uint64_t bytes, bool write) {
  uint64_t whole = address;
  Block *owner = ownerOf(address);
  auto wrong = [&](const std::string &what, const std::string &why) {
    bool isOwn = owner == &block_;
    fault(op, lane, cuda::Result::IllegalAddress,
          what + ": " + accessText(bytes, write) + " at " +
              std::string(
                  spelling(isOwn ? Space::Shared : Space::SharedCluster)) +
              " address " + hexText(isOwn ? address : whole) + ", " +
              (owner && !isOwn ? "which is " + hexText(address) + " in block " +
                                     tripleText(owner->id()) + ", "
                               : "") +
              why);
    return nullptr;
  };
  if (!owner)
    return wrong("out of bounds",
                 "of a cluster of " +
                     std::to_string(block_.launch().clusterSize()) + " blocks");
  uint64_t size = owner->sharedBytes();
  if (address > size || bytes > size - address)
    return wrong("out of bounds", "of " + std::to_string(size) + " bytes");
  if (owner == &block_)
    return owner;
  if (owner->hasEnded())
    return wrong("ended block", "whose threads have all exited");
  bool isKnown = !checks || checks->knowsStarted(*this, op, lane, *owner);
  return isKnown ? owner : nullptr;
}

char *Warp::resolveInCluster(const Op &op, unsigned lane, uint64_t address,
                             uint32_t bytes, bool write) {
  uint64_t at = address;
  Block *owner = findInCluster(op, lane, at, bytes, write);
  if (!owner)
    return nullptr;
  if (owner == &block_)
    return resolve(op, lane, Space::Shared, at, bytes, write);
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
