//===- Warpgroups.h - four warps that work together -------------*- C++ -*-===//
//
// A warpgroup is four warps that follow each other, from a multiple of four on.
// Each computes its own rows of a product of wgmma when it comes there. They
// must all execute the same products, in one order; and a product is there when
// all four have: who has waited for it may tell others that its memory is free.
// So they must execute the same setmaxnreg, which changes nothing here.
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

/// What the warps of a group must agree on: of a product of wgmma all, of a
/// setmaxnreg its place.
struct WarpgroupStep {
  uint32_t pc = 0;
  uint64_t a = 0, b = 0; ///< descriptors; that of A is 0 for registers
  bool adds = false;     ///< whether D counts
};

/// Those of one block.
class Warpgroups {
public:
  explicit Warpgroups(Block &block) : block_(block) {}
  void clear() { groups_.clear(); }

  /// `warp` executes the product. What is wrong with that, or nothing.
  std::string enter(const Warp &warp, const WarpgroupStep &product);
  /// `warp` executes the setmaxnreg at `pc`; likewise.
  std::string setRegisters(const Warp &warp, uint32_t pc);

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
  /// What all four warps execute in one order, each when it comes there.
  struct Steps {
    /// Those that not every warp has executed, and how many came before.
    std::deque<WarpgroupStep> ahead;
    uint64_t before = 0;
    std::array<uint64_t, warpsOfGroup> executed = {}; ///< by each warp

    /// The warp with this number in the group executes `step`: what the first
    /// to come there did; null where too much is ahead.
    const WarpgroupStep *enter(unsigned within, const WarpgroupStep &step);
    /// Forgets what all four have executed.
    void forget();
  };
  struct Group {
    Steps products, registers;
    /// How many products each had executed with each of its groups, of the last
    /// ones.
    std::array<std::deque<uint64_t>, warpsOfGroup> committed;
  };
  /// The group of `warp`, which must be whole; null and what is wrong if not.
  Group *groupOf(const Warp &warp, const char *instruction, std::string &wrong);
  bool isExecutedByAll(size_t number, const Steps &steps);
  static std::string missing(size_t warp);

  Block &block_;
  std::vector<Group> groups_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_WARPGROUPS_H
