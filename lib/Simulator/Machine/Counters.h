//===- Counters.h - what a launch did, instruction by instruction -*- C++ -*-=//
//
// What a kernel does to memory and to the issue slots of a multiprocessor can
// be counted exactly, and says more about its speed than a time on another
// machine. Counted is what an ideal device would do: no caches, no replays.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_COUNTERS_H
#define THEANO_SIMULATOR_MACHINE_COUNTERS_H

#include "Machine/Image.h"

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace theano::sim {

class Warp;

/// Of one instruction.
struct OpCounts {
  uint64_t warps = 0;     ///< times a warp executed it
  uint64_t lanes = 0;     ///< active lanes of those, guards considered
  uint64_t divergent = 0; ///< times the lanes went separate ways behind it
  /// Accesses to global memory with an active lane, and the 32-byte sectors
  /// that they touch, each counted once an access.
  uint64_t requests = 0, sectors = 0;
  /// Turns that shared memory needs: lanes that want different words of a bank
  /// wait for each other; and the turns that as many words need without.
  uint64_t wavefronts = 0, idealWavefronts = 0;

  OpCounts &operator+=(const OpCounts &other);
  bool operator==(const OpCounts &other) const = default;
};

/// A set of 32-byte sectors of the address space.
class SectorSet {
public:
  SectorSet() = default;
  SectorSet(const SectorSet &) = delete;
  SectorSet &operator=(const SectorSet &) = delete;
  void insert(uint64_t sector);
  void insert(const SectorSet &other);
  uint64_t size() const;

private:
  static constexpr unsigned pageBits = 12;
  using Page = std::array<uint64_t, (1u << pageBits) / 64>;
  std::unordered_map<uint64_t, Page> pages_;
  uint64_t lastNumber_ = 0;
  Page *last_ = nullptr; ///< neighbours come one after the other
};

/// Everything that is counted of a launch, or of the blocks that one host
/// thread runs of it.
class Counters {
public:
  explicit Counters(const Image &image);

  /// `op` is about to run for the running group of `warp`.
  void note(const Warp &warp, const Op &op);
  /// The lanes of `op` access so many bytes each at `addresses` of global or
  /// shared memory: for instructions that one MemoryAccess does not describe.
  void noteAddresses(const Warp &warp, const Op &op, MemoryAccess::Kind kind,
                     Space space, uint32_t lanes,
                     const std::array<uint64_t, warpSize> &addresses,
                     unsigned bytes);
  /// A lane of `op` copies so many bytes in one piece between shared and global
  /// memory, which it loads or stores; `None`: between shared memories.
  void noteBulkCopy(const Warp &warp, const Op &op, MemoryAccess::Kind kind,
                    uint64_t global, uint64_t bytes);
  /// A lane of `op` copies so many bytes of shared memory, to or from spans of
  /// global memory.
  void noteBulk(const Warp &warp, const Op &op, uint64_t bytes);
  void noteSpan(const Warp &warp, const Op &op, MemoryAccess::Kind kind,
                uint64_t address, uint64_t bytes);
  /// The lanes of a group went separate ways at op number `pc`.
  void noteDivergence(uint32_t pc) { ops_[pc].divergent += counted(pc); }
  /// Of the lanes that were noted at op number `pc`, so many come again.
  void noteReturning(uint32_t pc, uint64_t lanes) { ops_[pc].lanes -= lanes; }
  void add(const Counters &other);

  /// By number of the op; 0 for ops that are no instructions.
  const std::vector<OpCounts> &ops() const { return ops_; }
  /// Distinct sectors of global memory.
  const SectorSet &loaded() const { return loaded_; }
  const SectorSet &stored() const { return stored_; }

private:
  /// So many bytes of shared memory go 128 a turn.
  void noteTurns(const Warp &warp, const Op &op, uint64_t bytes);
  bool counted(uint32_t pc) const { return image_->info[pc].counted; }
  void noteAt(const Warp &warp, const Op &op, uint32_t pc, uint32_t lanes);
  void noteAccess(const Warp &warp, const Op &op, const MemoryAccess &access,
                  uint32_t lanes, OpCounts &counts);
  static void noteSectors(const std::array<uint64_t, warpSize> &addresses,
                          uint32_t lanes, SectorSet &all, OpCounts &counts);

  const Image *image_;
  std::vector<OpCounts> ops_;
  SectorSet loaded_, stored_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_COUNTERS_H
