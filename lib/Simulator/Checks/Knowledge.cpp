//===- Knowledge.cpp - what has happened before ---------------------------===//

#include "Checks/Knowledge.h"

#include "Machine/Op.h"

#include <algorithm>
#include <array>
#include <bit>

namespace theano::sim {

//===----------------------------------------------------------------------===//
// BlockKnowledge
//===----------------------------------------------------------------------===//

bool BlockKnowledge::coversLanes(unsigned warp, uint32_t lanes,
                                 Time time) const {
  if (lanes_.empty())
    return lanes == 0;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    uint32_t thread =
        warp * warpSize + static_cast<uint32_t>(std::countr_zero(rest));
    auto found = std::ranges::lower_bound(lanes_, thread, {}, &Lane::thread);
    if (found == lanes_.end() || found->thread != thread || found->time < time)
      return false;
  }
  return true;
}

bool BlockKnowledge::covers(const BlockKnowledge &other) const {
  for (size_t warp = 0; warp < other.warps_.size(); ++warp)
    if (!covers(static_cast<unsigned>(warp), fullMask, other.warps_[warp]))
      return false;
  return std::ranges::all_of(other.lanes_, [&](const Lane &lane) {
    return covers(lane.thread / warpSize, 1u << lane.thread % warpSize,
                  lane.time);
  });
}

void BlockKnowledge::learn(const BlockKnowledge &other) {
  if (warps_.size() < other.warps_.size())
    warps_.resize(other.warps_.size());
  for (size_t warp = 0; warp < other.warps_.size(); ++warp)
    warps_[warp] = std::max(warps_[warp], other.warps_[warp]);
  for (const Lane &lane : other.lanes_)
    learnLane(lane.thread / warpSize, lane.thread % warpSize, lane.time);
  forgetLanes();
}

void BlockKnowledge::learnWarp(unsigned warp, Time time) {
  warps_[warp] = std::max(warps_[warp], time);
  forgetLanes();
}

void BlockKnowledge::learnLane(unsigned warp, unsigned lane, Time time) {
  if (warp < warps_.size() && warps_[warp] >= time)
    return;
  uint32_t thread = warp * warpSize + lane;
  auto found = std::ranges::lower_bound(lanes_, thread, {}, &Lane::thread);
  if (found == lanes_.end() || found->thread != thread)
    lanes_.insert(found, {thread, time});
  else
    found->time = std::max(found->time, time);
}

void BlockKnowledge::forgetLanes() {
  std::erase_if(lanes_, [&](const Lane &lane) {
    return warps_[lane.thread / warpSize] >= lane.time;
  });
}

//===----------------------------------------------------------------------===//
// GridKnowledge
//===----------------------------------------------------------------------===//

static constexpr unsigned fanBits = 4, fan = 1u << fanBits;

struct GridKnowledge::Node {
  std::vector<NodePtr> children; ///< none in a leaf
  BlockKnowledge block;          ///< of a leaf
};

static unsigned childOf(uint32_t block, unsigned height) {
  return block >> (height - 1) * fanBits & (fan - 1);
}

/// Can a tree of this height hold `block`?
static bool isWithin(uint32_t block, unsigned height) {
  return height * fanBits >= 32 || block >> height * fanBits == 0;
}

const BlockKnowledge *GridKnowledge::find(uint32_t block) const {
  if (!isWithin(block, height_))
    return nullptr;
  const Node *node = root_.get();
  for (unsigned height = height_; node && height > 0; --height)
    node = node->children[childOf(block, height)].get();
  return node ? &node->block : nullptr;
}

GridKnowledge::NodePtr GridKnowledge::raised(NodePtr node, unsigned from,
                                             unsigned to) {
  for (; node && from < to; ++from) {
    auto above = std::make_shared<Node>();
    above->children.resize(fan);
    above->children[0] = std::move(node);
    node = std::move(above);
  }
  return node;
}

GridKnowledge::NodePtr GridKnowledge::joined(const NodePtr &a, const NodePtr &b,
                                             unsigned height) {
  if (a == b || !b)
    return a;
  if (!a)
    return b;
  if (height == 0) {
    if (a->block.covers(b->block))
      return a;
    if (b->block.covers(a->block))
      return b;
    auto both = std::make_shared<Node>(*a);
    both->block.learn(b->block);
    return both;
  }
  std::array<NodePtr, fan> children;
  bool isA = true, isB = true;
  for (unsigned i = 0; i < fan; ++i) {
    children[i] = joined(a->children[i], b->children[i], height - 1);
    isA &= children[i] == a->children[i];
    isB &= children[i] == b->children[i];
  }
  if (isA)
    return a;
  if (isB)
    return b;
  auto both = std::make_shared<Node>();
  both->children.assign(children.begin(), children.end());
  return both;
}

GridKnowledge GridKnowledge::with(const GridKnowledge &other) const {
  if (!other.root_ || root_ == other.root_)
    return *this;
  if (!root_)
    return other;
  GridKnowledge both;
  both.height_ = std::max(height_, other.height_);
  both.root_ =
      joined(raised(root_, height_, both.height_),
             raised(other.root_, other.height_, both.height_), both.height_);
  return both;
}

GridKnowledge GridKnowledge::with(uint32_t block,
                                  BlockKnowledge knowledge) const {
  GridKnowledge leaf;
  while (!isWithin(block, leaf.height_))
    ++leaf.height_;
  auto node = std::make_shared<Node>();
  node->block = std::move(knowledge);
  leaf.root_ = std::move(node);
  for (unsigned height = 1; height <= leaf.height_; ++height) {
    auto above = std::make_shared<Node>();
    above->children.resize(fan);
    above->children[childOf(block, height)] = std::move(leaf.root_);
    leaf.root_ = std::move(above);
  }
  return with(leaf);
}

} // namespace theano::sim
