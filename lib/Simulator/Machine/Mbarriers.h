//===- Mbarriers.h - barrier objects in shared memory -----------*- C++ -*-===//
//
// The state of an mbarrier is the 8 bytes that it takes, in a layout of our
// own:
//
//   bits 0 to 19    arrivals that the phase still waits for
//   bits 20 to 39   arrivals that the next phase will wait for
//   bits 40 to 60   bytes that copies are still to write, signed
//   bit 61          the parity of the phase
//   bits 62 and 63  10
//
// A phase ends when neither arrivals nor bytes are missing. What copies do to
// an mbarrier is held back until somebody tests it and the phase has not ended
// without them.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_MBARRIERS_H
#define THEANO_SIMULATOR_MACHINE_MBARRIERS_H

#include "Machine/Combine.h"

#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace theano::sim {

class Block;
class Warp;

enum class MbarrierTest : uint8_t { Ended, Pending, Faulted };

/// How a thread arrives.
struct MbarrierArrival {
  uint32_t count = 1;
  uint32_t transactions = 0; ///< bytes expected from now on
  bool drop = false;         ///< the next phases wait for so many fewer
  bool completes = true;     ///< may end the phase
};

/// Who issued a copy, for a finding when it completes.
struct AsyncIssuer {
  Warp *warp = nullptr;
  unsigned lane = 0;
  uint32_t pc = 0;
};

/// What a bulk copy or an asynchronous store puts into shared memory.
struct AsyncWrite {
  uint32_t to = 0;
  uint32_t size = 0;
  const char *bytes = nullptr;
  Combine combine = nullptr; ///< with one, it updates what is there
  uint32_t swizzle = 0;      ///< the mask of TensorMap.h
  /// They come from the shared memory of the issuer's block.
  bool fromShared = false;
};

/// Those of one block. Addresses are offsets in shared memory, checked for
/// bounds and alignment. What answers a string says what is wrong; it is empty
/// where nothing is.
class Mbarriers {
public:
  explicit Mbarriers(Block &block) : block_(block) {}
  void clear();

  std::string init(uint32_t at, uint32_t count);
  std::string invalidate(uint32_t at);
  /// `before` is the state that it finds.
  std::string arrive(uint32_t at, const MbarrierArrival &how, uint64_t &before);
  /// More bytes are expected, or with a negative number have come.
  std::string addTransactions(uint32_t at, int64_t bytes);

  /// Has the phase of `parity` ended? That is the current phase or the one
  /// before.
  MbarrierTest test(uint32_t at, bool parity, std::string &wrong);

  static bool parityOf(uint64_t state) { return state >> 61 & 1; }
  static uint32_t pendingOf(uint64_t state) { return state & maxCount; }

  /// An arrival that waits for the copies that the issuer's lane has issued so
  /// far. `counts`: the phase waits for one more arrival, this one.
  std::string arriveAfterCopies(uint32_t at, const AsyncIssuer &issuer,
                                bool counts);
  /// Bytes for shared memory, which then count as come.
  std::string bulkWrite(uint32_t at, const AsyncIssuer &issuer,
                        const AsyncWrite &write);
  /// A write that is on its way from another block, or null.
  const AsyncIssuer *firstFromOthers() const;
  /// One that reads the shared memory of `block`, or null.
  const AsyncIssuer *firstReading(const Block &block) const;

  /// Goes up whenever an mbarrier changes.
  uint64_t changes() const { return changes_; }

private:
  static constexpr uint32_t maxCount = (1u << 20) - 1;

  struct State {
    uint32_t pending = 0, expected = 0;
    int64_t transactions = 0;
    bool parity = false;
  };
  /// What a copy does in the end.
  struct Completion {
    uint32_t at = 0;
    AsyncIssuer issuer;
    uint64_t copiesBefore = 0; ///< of the issuer's warp
    bool isBulk = false, fromShared = false;
    uint32_t to = 0, swizzle = 0;
    Combine combine = nullptr;
    std::vector<char> bytes;
  };

  std::string read(uint32_t at, State &state) const;
  void write(uint32_t at, State state);
  /// Ends the phase if nothing is missing.
  void update(uint32_t at, State state);
  void hold(Completion completion);
  bool complete(const Completion &completion);
  bool completeAllOf(uint32_t at);

  Block &block_;
  std::unordered_set<uint32_t> live_;
  std::deque<Completion> held_;
  uint64_t heldBytes_ = 0, changes_ = 0;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_MBARRIERS_H
