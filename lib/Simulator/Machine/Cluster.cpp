//===- Cluster.cpp - thread blocks that run together ----------------------===//

#include "Machine/Cluster.h"

#include "Checks/BlockChecks.h"
#include "Machine/Shuffle.h"

#include <bit>

namespace theano::sim {

Cluster::Cluster(const LaunchSpec &launch, const LaunchOptions &options,
                 Counters *counters, LaunchChecks *checks)
    : options_(options) {
  for (uint32_t rank = 0; rank < launch.clusterSize(); ++rank) {
    blocks_.push_back(
        std::make_unique<Block>(launch, options, counters, checks, this, rank));
    order_.push_back(rank);
  }
}

Cluster::~Cluster() = default;

void Cluster::start(uint64_t index) {
  for (uint32_t rank = 0; rank < size(); ++rank)
    blocks_[rank]->start(index * size() + rank);
  phase_ = work_ = 0;
  live_ = pending_ = blocks_.front()->launch().threads() * size();
  shuffle(order_, options_.seed, index);
}

uint64_t Cluster::changes() const {
  uint64_t sum = work_ + phase_;
  for (const auto &block : blocks_)
    sum += block->mbarriers().changes();
  return sum;
}

void Cluster::arrive(uint32_t lanes) {
  pending_ -= static_cast<uint32_t>(std::popcount(lanes));
  completeIfDue();
}

void Cluster::exited(uint32_t lanes, uint32_t arrived) {
  live_ -= static_cast<uint32_t>(std::popcount(lanes));
  pending_ -= static_cast<uint32_t>(std::popcount(lanes & ~arrived));
  completeIfDue();
}

void Cluster::completeIfDue() {
  if (pending_ || !live_)
    return;
  ++phase_;
  pending_ = live_;
  if (blocks_.front()->checks())
    BlockChecks::completedCluster(*this);
  for (const auto &block : blocks_)
    block->releaseCluster();
}

} // namespace theano::sim
