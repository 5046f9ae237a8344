//===- AddressSpace.cpp - the device's memory -----------------------------===//

#include "Memory/AddressSpace.h"

#include <cstdlib>
#include <cstring>
#include <iterator>
#include <mutex>

namespace theano::sim {

static constexpr uint64_t alignment = 256;
/// Bytes before and behind each allocation that belong to none.
static constexpr uint64_t gap = 256;
/// Freed memory that is kept out of use.
static constexpr uint64_t quarantineBytes = 64 << 20;
static constexpr size_t quarantineCount = 4096;

std::string describe(const Allocation &allocation) {
  std::string size =
      std::to_string(allocation.end - allocation.begin) + " bytes";
  if (allocation.kind == AllocationKind::Variable)
    return "variable '" + allocation.name + "' of " + size;
  std::string number = std::to_string(allocation.number);
  const char *what =
      allocation.kind == AllocationKind::Host ? "host allocation "
      : allocation.kind == AllocationKind::Registered
          ? "registered host memory "
      : allocation.kind == AllocationKind::Managed ? "managed allocation "
      : allocation.kind == AllocationKind::Heap    ? "heap allocation "
                                                   : "allocation ";
  return what + number + " of " + size;
}

AddressSpace::~AddressSpace() {
  for (auto &[begin, allocation] : allocations_)
    std::free(allocation.base);
}

uint64_t AddressSpace::bytesInUse() const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  return bytesInUse_;
}

std::optional<uint64_t> AddressSpace::allocate(uint64_t bytes,
                                               AllocationKind kind,
                                               bool readOnly,
                                               std::string name) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  if (bytes == 0 || bytes > capacity_ ||
      (isOnDevice(kind) && bytesInUse_ > capacity_ - bytes))
    return std::nullopt;
  uint64_t padded = (bytes + alignment - 1) / alignment * alignment + 2 * gap;
  // What is zero from the start takes no memory of the host before it is used.
  void *base = kind == AllocationKind::Variable
                   ? std::calloc(1, padded + alignment)
                   : std::malloc(padded + alignment);
  if (!base)
    return std::nullopt;
  Allocation made;
  made.base = base;
  made.begin = (reinterpret_cast<uint64_t>(base) + alignment - 1) / alignment *
                   alignment +
               gap;
  made.end = made.begin + bytes;
  made.kind = kind;
  made.readOnly = readOnly;
  made.name = std::move(name);
  if (isOnDevice(kind))
    bytesInUse_ += bytes;
  return insert(std::move(made));
}

uint64_t AddressSpace::insert(Allocation made) {
  made.number = ++made_;
  if (tracksWrites_ && (made.kind == AllocationKind::Device ||
                        made.kind == AllocationKind::Heap))
    made.written = std::make_shared<WrittenBytes>(made.end - made.begin);
  uint64_t begin = made.begin;
  allocations_[begin] = std::move(made);
  return begin;
}

bool AddressSpace::adopt(uint64_t address, uint64_t bytes) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  auto next = allocations_.lower_bound(address);
  if (next != allocations_.end() && next->first < address + bytes)
    return false;
  if (next != allocations_.begin() && std::prev(next)->second.end > address)
    return false;
  Allocation made;
  made.begin = address;
  made.end = address + bytes;
  made.kind = AllocationKind::Registered;
  insert(std::move(made));
  return true;
}

std::optional<uint64_t> AddressSpace::allocateHeap(uint64_t bytes) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  std::optional<uint64_t> begin = heap_.take(bytes);
  if (!begin)
    return std::nullopt;
  Allocation made;
  made.begin = *begin;
  made.end = *begin + bytes;
  made.kind = AllocationKind::Heap;
  // What was freed here is forgotten.
  auto old = allocations_.upper_bound(made.begin);
  if (old != allocations_.begin() && std::prev(old)->second.end > made.begin)
    --old;
  while (old != allocations_.end() &&
         old->first < made.begin + DeviceHeap::padded(bytes))
    old = allocations_.erase(old);
  std::memset(reinterpret_cast<void *>(made.begin), 255, bytes);
  return insert(std::move(made));
}

bool AddressSpace::resizeHeap(uint64_t bytes) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  return heap_.resize(bytes);
}

void AddressSpace::trackWrites(bool on) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  tracksWrites_ = on;
}

void AddressSpace::noteWritten(uint64_t address, uint64_t bytes) {
  if (std::optional<Allocation> found = find(address); found && found->written)
    found->written->mark(address - found->begin, bytes);
}

void AddressSpace::noteCopied(uint64_t address, uint64_t from, uint64_t bytes) {
  std::optional<Allocation> source = find(from), target = find(address);
  if (!target || !target->written)
    return;
  if (source && source->written)
    target->written->copy(address - target->begin, *source->written,
                          from - source->begin, bytes);
  else
    target->written->mark(address - target->begin, bytes);
}

bool AddressSpace::free(uint64_t address, AllocationKind kind) {
  std::unique_lock<std::shared_mutex> lock(mutex_);
  auto found = allocations_.find(address);
  if (found == allocations_.end() || found->second.freed ||
      found->second.kind != kind)
    return false;
  // It is the host's, which may use the place again for anything.
  if (kind == AllocationKind::Registered) {
    allocations_.erase(found);
    return true;
  }
  uint64_t bytes = found->second.end - found->second.begin;
  found->second.freed = true;
  if (kind == AllocationKind::Heap) {
    heap_.give(address, bytes);
    return true;
  }
  if (isOnDevice(kind))
    bytesInUse_ -= bytes;
  quarantine_.push_back(address);
  quarantinedBytes_ += bytes;
  while (!quarantine_.empty() && (quarantinedBytes_ > quarantineBytes ||
                                  quarantine_.size() > quarantineCount))
    release(quarantine_.front());
  return true;
}

/// Gives the oldest of the quarantine back to the host.
void AddressSpace::release(uint64_t begin) {
  auto found = allocations_.find(begin);
  quarantinedBytes_ -= found->second.end - found->second.begin;
  std::free(found->second.base);
  allocations_.erase(found);
  quarantine_.pop_front();
}

std::optional<Allocation> AddressSpace::before(uint64_t address) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  auto next = allocations_.upper_bound(address);
  if (next == allocations_.begin())
    return std::nullopt;
  return std::prev(next)->second;
}

std::optional<Allocation> AddressSpace::after(uint64_t address) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  auto next = allocations_.upper_bound(address);
  if (next == allocations_.end())
    return std::nullopt;
  return next->second;
}

std::optional<Allocation> AddressSpace::find(uint64_t address) const {
  std::optional<Allocation> found = before(address);
  if (!found || address >= found->end)
    return std::nullopt;
  return found;
}

bool AddressSpace::covers(uint64_t address, uint64_t bytes) const {
  std::optional<Allocation> found = find(address);
  return found && !found->freed && found->kind != AllocationKind::Heap &&
         bytes <= found->end - address;
}

bool AddressSpace::overlaps(uint64_t address, uint64_t bytes) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  // From the last that begins in front, which may reach into it.
  auto next = allocations_.upper_bound(address);
  if (next != allocations_.begin())
    --next;
  for (; next != allocations_.end() && next->first < address + bytes; ++next)
    if (!next->second.freed && next->second.end > address)
      return true;
  return false;
}

size_t AddressSpace::countLive(AllocationKind kind) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  size_t count = 0;
  for (const auto &[begin, allocation] : allocations_)
    count += allocation.kind == kind && !allocation.freed;
  return count;
}

std::optional<Allocation> AddressSpace::firstLive(AllocationKind kind) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  for (const auto &[begin, allocation] : allocations_)
    if (allocation.kind == kind && !allocation.freed)
      return allocation;
  return std::nullopt;
}

} // namespace theano::sim
