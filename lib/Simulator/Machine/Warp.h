//===- Warp.h - 32 lanes with a program counter each ------------*- C++ -*-===//
//
// A group is a set of running lanes with one frame and one program counter. The
// warp runs one group at a time until it must choose again: at a branch that
// splits it, where it meets lanes that wait further on, at a call or return,
// when its lanes park, or when its budget of backward branches ends. It chooses
// the deepest frame first and there the lowest program counter, which makes the
// arms of a branch meet again at their first common instruction for any control
// flow that compilers lay out in order. A group that spins waiting for another
// uses up its budget; the groups then take turns.
//
// Only the running group's program counter is kept in the run loop; `pc` of its
// lanes is out of date until it stops.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_WARP_H
#define THEANO_SIMULATOR_MACHINE_WARP_H

#include "Machine/AsyncCopies.h"
#include "Machine/BulkGroups.h"
#include "Machine/Image.h"
#include "Machine/Watchdog.h"
#include "Memory/AddressSpace.h"
#include "theano/DriverAbi/Types.h"

#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#define THEANO_SIM_INLINE inline __attribute__((always_inline))

namespace theano::sim {

class Block;
class BlockChecks;
class Counters;
class Warp;

/// The space that a generic address is in, where `address` then is.
Space findSpace(uint64_t &address);

/// One activation of a function by some lanes of a warp.
struct Frame {
  explicit Frame(const FunctionCode &function);
  ~Frame();
  Frame(const Frame &) = delete;
  Frame &operator=(const Frame &) = delete;

  char *regs = nullptr;
  const FunctionCode *function = nullptr;
  Frame *parent = nullptr;
  const CallSite *site = nullptr; ///< what it returns to
  uint32_t returnPc = 0;
  uint32_t lanes = 0; ///< those that have not returned
  uint32_t depth = 0, serial = 0;
  uint32_t localBase = 0;
};

/// Lanes that execute a `*.sync` instruction together, each from its own copy:
/// two arms of a branch may meet in different instructions.
struct Meeting {
  Warp &warp;
  uint32_t mask;
  std::array<const Op *, warpSize> op;
  std::array<char *, warpSize> regs;

  /// The value of operand `k` of `lane`, in a row of Ts.
  template <typename T> T &at(unsigned lane, unsigned k) const {
    return reinterpret_cast<T *>(regs[lane] + op[lane]->at[k])[lane];
  }
  /// A predicate operand.
  bool bit(unsigned lane, unsigned k) const {
    return *reinterpret_cast<uint32_t *>(regs[lane] + op[lane]->at[k]) >> lane &
           1;
  }
  void setBit(unsigned lane, unsigned k, bool value) const {
    auto &row = *reinterpret_cast<uint32_t *>(regs[lane] + op[lane]->at[k]);
    row = (row & ~(1u << lane)) | uint32_t(value) << lane;
  }
};
using MeetingFunction = void (*)(const Meeting &meeting);

enum class WarpStatus : uint8_t {
  Done,    ///< every lane has exited
  Waiting, ///< every lane that has not exited is parked
  Yielded, ///< its budget ended, it can go on
  Faulted,
};

class Warp {
public:
  Warp(Block &block, uint32_t index);
  Warp(const Warp &) = delete;
  Warp &operator=(const Warp &) = delete;

  /// Where it counts what it does; null for nowhere.
  Counters *counters = nullptr;
  /// What looks at each op and runs it; null for the ops as they are.
  BlockChecks *checks = nullptr;

  /// Sets the warp up for a launch, and for each block of it.
  void prepare(const FunctionCode &kernel);
  void start();

  /// Runs until it waits, ends, yields or a fault is found.
  WarpStatus run();

  //===--------------------------------------------------------------------===//
  // For handlers
  //===--------------------------------------------------------------------===//

  char *regs = nullptr;     ///< of the running group's frame
  uint32_t mask = 0;        ///< the running group's lanes
  const Op *stop = nullptr; ///< where the running group must choose again
  const Op *code = nullptr;
  uint32_t carry = 0; ///< CC.CF of each lane; after a subtraction: no borrow

  template <typename T> THEANO_SIM_INLINE T *row(uint32_t at) const {
    return reinterpret_cast<T *>(regs + at);
  }
  THEANO_SIM_INLINE uint32_t &predicate(uint32_t at) const {
    return *reinterpret_cast<uint32_t *>(regs + at);
  }

  Block &block() const { return block_; }
  uint32_t index() const { return index_; }
  uint32_t pcOf(const Op &op) const {
    return static_cast<uint32_t>(&op - code);
  }

  /// The running group goes on at `target`, as `op` says.
  THEANO_SIM_INLINE const Op *jump(const Op &op, const Op *target) {
    executed_ += static_cast<uint64_t>(&op - segment_) + 1;
    segment_ = target;
    if (target <= &op && --budget_ < 0)
      return leaveAt(target);
    if (target >= stop || fair_)
      return leaveAt(target);
    return target;
  }
  /// The lanes of `taken`, some of the running group, go to `target` and the
  /// others behind `op`.
  const Op *split(const Op &op, uint32_t taken, const Op *target);
  /// Each running lane goes to the op with the number in `targets`.
  const Op *scatter(const Op &op,
                    const std::array<uint32_t, warpSize> &targets);
  /// The running group stops, and goes on at `target` when chosen again.
  const Op *leaveAt(const Op *target);

  /// The running group's lanes exit.
  const Op *exit(const Op &op);
  const Op *call(const Op &op, const CallSite &site, const FunctionCode &callee,
                 uint32_t lanes);
  const Op *ret(const Op &op);

  /// Runs `function` over the lanes that the member masks in operand 5 of `op`
  /// name, at once where all of them are here, else when the last arrives.
  const Op *meet(const Op &op, MeetingFunction function);
  /// True when the running group is all that a `*.sync` op waits for, the mask
  /// being row `op.at[5]`.
  THEANO_SIM_INLINE bool isComplete(const Op &op) const {
    const uint32_t *members = row<uint32_t>(op.at[5]);
    uint32_t want = members[std::countr_zero(mask)] & alive();
    if (want != mask)
      return false;
    if (mask == fullMask) {
      uint32_t differ = 0;
      for (unsigned lane = 0; lane < warpSize; ++lane)
        differ |= members[lane] ^ members[0];
      return differ == 0;
    }
    for (uint32_t rest = mask; rest; rest &= rest - 1)
      if ((members[std::countr_zero(rest)] & alive()) != want)
        return false;
    return true;
  }

  /// The running group waits at barrier `barrier` of the block.
  const Op *waitAtBarrier(const Op &op, uint32_t barrier);

  /// The running group arrives at the barrier of the cluster, or waits for the
  /// phase in which it did.
  const Op *arriveAtCluster(const Op &op, bool releases);
  const Op *waitForCluster(const Op &op);

  /// The running group has tested something that is still to come true: it goes
  /// on behind `op` when the other groups and warps have had their turn.
  const Op *stall(const Op &op);
  /// The same, and it goes on at `next`, which may be `op` again.
  const Op *stallAt(const Op &op, const Op *next);
  /// The same for lanes that sleep for a while.
  const Op *sleep(const Op &op);

  /// A finding against `lane` (of the running group) at `op`; the launch ends.
  const Op *fault(const Op &op, unsigned lane, cuda::Result result,
                  std::string message);

  /// Ends the group behind `op` after the block has reported a fault.
  const Op *endFaulted(const Op &op);

  // Memory. Every access asks for the bytes it touches; on a fault these have
  // reported it and answer false or null.
  struct Hit {
    uint64_t begin = 0, end = 0;
    bool readOnly = false;
  };
  /// The last allocation that the op with this slot met.
  Hit *hits = nullptr;
  char *shared = nullptr;
  uint64_t sharedBytes = 0;
  char *local = nullptr; ///< lane l's stack starts at l * localStride
  uint32_t localStride = 0;
  const char *params = nullptr;
  uint32_t paramBytes = 0;

  uint32_t localBase() const { return current_->localBase; }
  /// Finds the allocation of a global access and keeps it in the op's slot.
  bool findAllocation(const Op &op, unsigned lane, uint64_t address,
                      uint64_t bytes, bool write);
  /// The host address of an access by `lane`, checked.
  char *resolve(const Op &op, unsigned lane, Space space, uint64_t address,
                uint32_t bytes, bool write);
  bool noteAccess(const Op &op, unsigned lane, Space space, uint64_t address,
                  uint32_t bytes, bool write);
  /// Is the byte at a global address in read-only memory?
  bool isReadOnly(uint64_t address) const;
  /// The same in the shared memory of any block of the cluster.
  char *resolveInCluster(const Op &op, unsigned lane, uint64_t address,
                         uint32_t bytes, bool write);
  /// The block that has [address, address + bytes) of shared::cluster in its
  /// shared memory, at what `address` then is, and that may be used now; null
  /// after a fault. Tells the checks of no access.
  Block *findInCluster(const Op &op, unsigned lane, uint64_t &address,
                       uint64_t bytes, bool write);
  /// An asynchronous write and its mbarrier must be in one block; false after a
  /// fault.
  bool requireOneOwner(const Op &op, unsigned lane, const Block &mbarrier,
                       const Block &destination);
  /// The block of that rank in the cluster; null after a fault.
  Block *findRank(const Op &op, unsigned lane, uint32_t rank);
  /// The block whose shared memory an address of shared::cluster is in, where
  /// `address` then is; null where the cluster has no such block.
  Block *ownerOf(uint64_t &address) const;
  /// The space of a generic address, where one of shared::cluster that is the
  /// own block's is in its shared memory.
  Space findOwnSpace(uint64_t &address) const;
  /// What such an address has in front of it in this block; 0 where blocks are
  /// no clusters.
  uint64_t ownInCluster() const;
  /// Reports an address that is not a multiple of the access's size; false.
  bool misaligned(const Op &op, unsigned lane, Space space, uint64_t address,
                  uint32_t bytes);

  /// Copies that its lanes have issued and not waited for.
  AsyncCopies copies;
  /// Bulk copies out of shared memory.
  BulkGroups bulkGroups;

  // Time.
  uint64_t clock() const {
    return executed_ + static_cast<uint64_t>(clockReads_);
  }
  void noteClockRead() { ++clockReads_; }
  /// An op takes as long as so many others.
  void charge(uint64_t ops) { executed_ += ops; }
  /// The same of one that moves so many bytes.
  void chargeBytes(uint64_t bytes) { charge(instructionsFor(bytes)); }
  uint64_t executed() const { return executed_; }
  uint64_t takeExecuted() { return std::exchange(executed_, 0); }

  // For the block.
  uint32_t alive() const { return started_ & ~done_; }
  uint32_t running() const { return running_; }
  uint32_t atBarrier() const { return atBarrier_; }
  uint32_t barrierOf(unsigned lane) const { return barrier_[lane]; }
  uint32_t pc(unsigned lane) const { return pc_[lane]; }
  char *regsOf(unsigned lane) const { return frame_[lane]->regs; }
  bool waitsInMeeting(unsigned lane) const { return inMeeting_ >> lane & 1; }
  /// The lanes at a barrier go on behind it.
  void releaseBarrier();
  /// The same at the barrier of the cluster.
  uint32_t atCluster() const { return atCluster_; }
  void releaseCluster();
  bool faulted() const { return faulted_; }
  /// Did each loop of the last run end in a stall?
  bool idled() const { return idled_; }
  /// Did the last run test something in vain?
  bool tested() const { return tested_; }
  /// Where it did so last, if `hasTested`.
  uint32_t stalledAt() const { return stalledAt_; }
  bool hasTested() const { return hasTested_; }
  /// Lanes that have slept again and again and tested nothing between: they may
  /// go on by themselves.
  uint32_t sleeping() const { return sleeping_ & running_; }
  /// A sum over all that the warp has for itself: as long as it stays, and
  /// nothing changes around the warp, this will do the same again.
  uint64_t stateSum() const;

private:
  const Op *choose();
  const Op *runCounted(const Op *op);
  const Op *runChecked(const Op *op);
  const Op *sleepAt(const Op &op, const Op *next);
  uint64_t keyOf(unsigned lane) const;
  void afterExit();
  void holdMeetings();
  bool barrierReached();
  uint32_t arrivedInPhase(uint64_t phase) const;
  void passCluster(uint32_t lanes);
  /// A frame for a call; null where the stack is full.
  Frame *makeCallee(const FunctionCode &function);
  void freeFrame(Frame *frame);
  void fillConstants(Frame &frame);
  void fillBlockRows(Frame &frame);

  Block &block_;
  uint32_t index_;
  const Image *image_ = nullptr;
  Frame *current_ = nullptr;
  const Op *segment_ = nullptr;
  const Op *codeEnd_ = nullptr;
  int64_t budget_ = 0;
  uint64_t executed_ = 0;
  uint32_t clockReads_ = 0, stalledAt_ = 0;
  uint32_t napped_ = 0, sleeping_ = 0; ///< once, more often since a test
  bool stalled_ = false, idled_ = false, tested_ = false, hasTested_ = false;
  bool fair_ = false, diverged_ = false, faulted_ = false;
  uint32_t turns_ = 0;
  uint64_t lastKey_ = 0;

  uint32_t started_ = 0, done_ = 0;
  uint32_t running_ = 0, atBarrier_ = 0, inMeeting_ = 0;
  /// Lanes that have arrived at the barrier of the cluster and not waited, of
  /// those the ones whose phase has an odd number, and those that wait.
  uint32_t inCluster_ = 0, inOddPhase_ = 0, atCluster_ = 0;
  std::array<uint32_t, warpSize> pc_ = {};
  std::array<Frame *, warpSize> frame_ = {};
  std::array<uint32_t, warpSize> barrier_ = {};
  std::array<MeetingFunction, warpSize> meeting_ = {};
  std::array<uint32_t, warpSize> members_ = {};

  std::unique_ptr<Frame> root_;
  std::vector<Frame *> freeFrames_;
  std::vector<std::unique_ptr<Frame>> frames_;
  uint64_t stackBytes_ = 0; ///< of `frames_`
  uint32_t serial_ = 0;
  std::vector<char> localMemory_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_WARP_H
