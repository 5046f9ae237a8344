//===- Knowledge.h - what has happened before -------------------*- C++ -*-===//
//
// An access happens before another where a chain of barriers, meetings, fences
// and atomic updates leads from the one to the other, whatever the order in
// which warps ran. Each warp counts a time of its own, which passes where the
// warp synchronizes; an access has the time of its warp. What a thread knows is
// for each warp the time up to which all accesses of that warp happened before.
// Threads know more of single lanes than of their warp only after meetings of
// parts of a warp, and where one thread told another; that is kept apart.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_CHECKS_KNOWLEDGE_H
#define THEANO_SIMULATOR_CHECKS_KNOWLEDGE_H

#include <cstdint>
#include <memory>
#include <vector>

namespace theano::sim {

/// Of a warp; 0 is before everything.
using Time = uint32_t;

/// What is known of one block.
class BlockKnowledge {
public:
  BlockKnowledge() = default;
  explicit BlockKnowledge(size_t warps) : warps_(warps) {}

  /// Is everything that `lanes` of `warp` did up to `time` known?
  bool covers(unsigned warp, uint32_t lanes, Time time) const {
    return (warp < warps_.size() && warps_[warp] >= time) ||
           coversLanes(warp, lanes, time);
  }
  bool covers(const BlockKnowledge &other) const;
  /// Of each warp, the time up to which all that its lanes did is known.
  const Time *warps() const { return warps_.data(); }

  void learn(const BlockKnowledge &other);
  void learnWarp(unsigned warp, Time time);
  void learnLane(unsigned warp, unsigned lane, Time time);

private:
  /// One lane, of which more is known than of its warp.
  struct Lane {
    uint32_t thread; ///< in the block, by warp and lane
    Time time;
  };
  bool coversLanes(unsigned warp, uint32_t lanes, Time time) const;
  void forgetLanes();

  std::vector<Time> warps_;
  std::vector<Lane> lanes_; ///< ascending
};

/// What is known of all blocks: a tree that is never changed, so that thousands
/// of blocks which each know all before them share most of theirs.
class GridKnowledge {
public:
  /// Of one block; null for nothing.
  const BlockKnowledge *find(uint32_t block) const;
  bool empty() const { return !root_; }

  /// Both together. It is the very same as `*this` where that knew all.
  GridKnowledge with(const GridKnowledge &other) const;
  GridKnowledge with(uint32_t block, BlockKnowledge knowledge) const;
  bool operator==(const GridKnowledge &other) const = default;

private:
  struct Node;
  using NodePtr = std::shared_ptr<const Node>;
  static NodePtr raised(NodePtr node, unsigned from, unsigned to);
  static NodePtr joined(const NodePtr &a, const NodePtr &b, unsigned height);

  NodePtr root_;
  unsigned height_ = 0; ///< levels of children above the leaves
};

/// What a thread knows: of its own block, and of others.
struct Knowledge {
  BlockKnowledge own;
  GridKnowledge others;

  void learn(const Knowledge &other) {
    own.learn(other.own);
    others = others.with(other.others);
  }
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_CHECKS_KNOWLEDGE_H
