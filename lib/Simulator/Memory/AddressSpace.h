//===- AddressSpace.h - the device's memory ---------------------*- C++ -*-===//
//
// A device address is the host address of the same byte, so that a copy is a
// memcpy and pinned host memory has one address on both sides. What makes it a
// device's memory is the list of allocations: an access that no live allocation
// covers is a fault. Around each allocation lies a gap that belongs to none,
// and freed memory stays reserved for a while, so that an access to either is
// seen.
//
// The other spaces have windows of the generic address space far above any host
// address.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MEMORY_ADDRESSSPACE_H
#define THEANO_SIMULATOR_MEMORY_ADDRESSSPACE_H

#include "Memory/DeviceHeap.h"
#include "Memory/WrittenBytes.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>

namespace theano::sim {

/// Where the generic address space shows the other spaces.
inline constexpr uint64_t sharedWindow = uint64_t(1) << 56;
inline constexpr uint64_t localWindow = uint64_t(2) << 56;
inline constexpr uint64_t paramWindow = uint64_t(3) << 56;
inline constexpr uint64_t codeWindow = uint64_t(4) << 56;
inline constexpr unsigned windowShift = 56;
/// An address of shared::cluster is one of the block's own shared memory, or
/// has above these bits the rank of the block that has it, plus one.
inline constexpr unsigned clusterShift = 24;

enum class AllocationKind : uint8_t {
  Device,     ///< of a driver call
  Managed,    ///< the same that the host may use, too
  Host,       ///< pinned host memory
  Registered, ///< the host's own memory, shown to the device
  Variable,   ///< of a module
  Heap,       ///< of a kernel's malloc
};

/// Does memory of `kind` lie on the device?
constexpr bool isOnDevice(AllocationKind kind) {
  return kind != AllocationKind::Host && kind != AllocationKind::Registered;
}

/// [begin, end) of the address space.
struct Allocation {
  uint64_t begin = 0, end = 0;
  void *base = nullptr; ///< of the host's allocation around it, if it is ours
  AllocationKind kind = AllocationKind::Device;
  bool readOnly = false, freed = false;
  std::string name;    ///< of a variable
  uint64_t number = 0; ///< counts from 1
  /// What of it has been written; null where all counts as written.
  std::shared_ptr<WrittenBytes> written;
};

/// "allocation 3 of 4096 bytes", "variable 'table' of 16 bytes", ...
std::string describe(const Allocation &allocation);

/// Thread-safe.
class AddressSpace {
public:
  explicit AddressSpace(uint64_t capacity) : capacity_(capacity) {}
  ~AddressSpace();
  AddressSpace(const AddressSpace &) = delete;
  AddressSpace &operator=(const AddressSpace &) = delete;

  uint64_t capacity() const { return capacity_; }
  /// Bytes on the device that are allocated.
  uint64_t bytesInUse() const;

  /// The address of `bytes` (at least 1) fresh bytes, aligned to 256; zeros
  /// where they are a variable's. Empty when the device or the host has no such
  /// memory left.
  std::optional<uint64_t> allocate(uint64_t bytes, AllocationKind kind,
                                   bool readOnly = false,
                                   std::string name = {});
  /// Whether it is noted of the device memory that is allocated from now on
  /// which bytes are written. What host code writes into pinned memory cannot
  /// be seen, and variables start with a value.
  void trackWrites(bool on);
  /// A copy or a fill has written [address, address + bytes).
  void noteWritten(uint64_t address, uint64_t bytes);
  /// A copy has made it what [from, from + bytes) was, written or not.
  void noteCopied(uint64_t address, uint64_t from, uint64_t bytes);

  /// Shows memory of the host, which stays the caller's, as Registered. False
  /// where some of it is in the list already.
  bool adopt(uint64_t address, uint64_t bytes);

  /// What malloc of a kernel makes, aligned to 16, or nothing. A launch may use
  /// it without looking again: its memory stays.
  std::optional<uint64_t> allocateHeap(uint64_t bytes);
  /// How much of it there is; false where malloc has made something already.
  bool resizeHeap(uint64_t bytes);
  /// [first, second) that all of those are in.
  std::pair<uint64_t, uint64_t> heap() const {
    return {heap_.begin(), heap_.end()};
  }

  /// Frees what `allocate`, `adopt` or `allocateHeap` made at `address`; false
  /// if nothing of `kind` starts there.
  bool free(uint64_t address, AllocationKind kind);

  /// The live or freed allocation that holds `address`.
  std::optional<Allocation> find(uint64_t address) const;
  /// The allocation with the largest begin that is at most `address`, and the
  /// one after it: what an access may have meant.
  std::optional<Allocation> before(uint64_t address) const;
  std::optional<Allocation> after(uint64_t address) const;

  /// True when [address, address + bytes) lies in one live allocation that
  /// calls of the driver may use: not in what malloc of a kernel has made.
  bool covers(uint64_t address, uint64_t bytes) const;

  /// True when some of [address, address + bytes) lies in a live allocation.
  bool overlaps(uint64_t address, uint64_t bytes) const;

  /// How many allocations of `kind` are live, and the first of them.
  size_t countLive(AllocationKind kind) const;
  std::optional<Allocation> firstLive(AllocationKind kind) const;

private:
  void release(uint64_t begin);
  uint64_t insert(Allocation made);

  mutable std::shared_mutex mutex_;
  std::map<uint64_t, Allocation> allocations_; ///< by begin
  std::deque<uint64_t> quarantine_;            ///< freed, oldest first
  uint64_t quarantinedBytes_ = 0, bytesInUse_ = 0, made_ = 0;
  uint64_t capacity_;
  DeviceHeap heap_;
  bool tracksWrites_ = false;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MEMORY_ADDRESSSPACE_H
