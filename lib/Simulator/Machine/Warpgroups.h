//===- Warpgroups.h - four warps that multiply together ---------*- C++ -*-===//
//
// A warpgroup is four warps that follow each other, from a multiple of four on.
// Each computes its own rows of a product of wgmma when it comes there. They
// must all execute the same products, in one order; and a product is there when
// all four have: who has waited for it may tell others that its memory is free.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_WARPGROUPS_H
#define THEANO_SIMULATOR_MACHINE_WARPGROUPS_H

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace theano::sim {

class Block;
class Warp;

inline constexpr unsigned warpsOfGroup = 4;

/// Those of one block.
class Warpgroups {
public:
  explicit Warpgroups(Block &block) : block_(block) {}
  void clear() { groups_.clear(); }

  /// `warp` executes the product at `pc` with the matrices that the descriptors
  /// say, A's being 0 where it is in registers. What is wrong with that, or
  /// nothing.
  std::string enter(const Warp &warp, uint32_t pc, uint64_t a, uint64_t b);

  /// How many products `warp` has executed.
  uint64_t executedBy(const Warp &warp) const;
  /// What `warp` has executed so far becomes a group.
  void commit(const Warp &warp);

  enum class Wait : uint8_t { Done, Pending, Never };
  /// Have all four warps executed the groups of `warp` but its last `pending`?
  /// `products` is then how many products those are. Never, where a warp has
  /// exited without one: `pc` and `wrong` say which.
  Wait wait(const Warp &warp, uint64_t pending, uint64_t &products,
            uint32_t &pc, std::string &wrong);

  /// All threads have exited: what some warps have executed and others have not
  /// is a finding, and false.
  bool finish();

private:
  struct Product {
    uint32_t pc = 0;
    uint64_t a = 0, b = 0;
  };
  struct Group {
    /// Those that not every warp has executed, and how many came before.
    std::deque<Product> products;
    uint64_t before = 0;
    std::array<uint64_t, warpsOfGroup> executed = {}; ///< by each warp
    /// How many each had executed with each of its groups, of the last ones.
    std::array<std::deque<uint64_t>, warpsOfGroup> committed;
  };
  static std::string missing(size_t warp);

  Block &block_;
  std::vector<Group> groups_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_WARPGROUPS_H
