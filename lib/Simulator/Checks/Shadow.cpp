//===- Shadow.cpp - who accessed memory last ------------------------------===//

#include "Checks/Shadow.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace theano::sim {

bool AccessRecord::conflictsWith(const AccessRecord &other,
                                 uint32_t clusterSize) const {
  Strength least = std::min(strength(), other.strength());
  return least == Strength::Weak ||
         (least == Strength::Block && block != other.block) ||
         (least == Strength::Cluster &&
          block / clusterSize != other.block / clusterSize);
}

//===----------------------------------------------------------------------===//
// ShadowCells
//===----------------------------------------------------------------------===//

ShadowCells::~ShadowCells() {
  if (budget_ && !nodes_.empty())
    *budget_ += static_cast<int64_t>(nodes_.size()) - 1;
}

/// Makes the cells small enough for an access.
void ShadowCells::split(uint32_t bytes) {
  unsigned shift = bytes / 2;
  unsigned parts = 1u << (shift_ - shift);
  writes_ = repeat(writes_, 1, parts);
  reads_ = repeat(reads_, warps_, parts);
  readers_ = repeat(readers_, 1, parts);
  more_ = repeat(more_, 1, parts);
  shift_ = shift;
  // Each cell gets a list of its own, of what it had in common.
  for (uint32_t i = 0; more_ && i < cells(); ++i) {
    if (i % parts == 0)
      continue;
    More old = std::exchange(more_[i], More());
    for (uint32_t from = old.first; from; from = nodes_[from].next)
      append(i, nodes_[from].access);
  }
}

/// Each element of `old`, of each cell in so many planes, `parts` times.
template <typename T>
T *ShadowCells::repeat(const T *old, unsigned planes, unsigned parts) {
  if (!old)
    return nullptr;
  size_t count = size_t(cells()) * planes * parts;
  T *made = arena_.make<T>(count);
  for (size_t i = 0; i < count; ++i)
    made[i] = old[i / parts];
  return made;
}

/// Adds a node to the list of a cell; false where there is no more memory.
bool ShadowCells::append(uint32_t cell, AccessRecord access) {
  uint32_t made = takeNode();
  if (!made)
    return false;
  More &more = more_[cell];
  nodes_[made] = {access, more.first};
  more.first = made & 0xffffff;
  ++more.count;
  return true;
}

uint32_t ShadowCells::takeNode() {
  if (uint32_t node = freeNode_) {
    freeNode_ = nodes_[node].next;
    return node;
  }
  if (budget_ && budget_->fetch_sub(1, std::memory_order_relaxed) <= 0) {
    ++*budget_;
    return 0;
  }
  if (nodes_.empty()) {
    // Where one word needs a node, its neighbours mostly do.
    nodes_.reserve(cells() + 1);
    nodes_.emplace_back();
  }
  nodes_.emplace_back();
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void ShadowCells::forgetReads(uint32_t cell) {
  if (warps_ == 1)
    reads_[cell].time = 0;
  else
    readers_[cell] = 0;
  if (!more_)
    return;
  for (uint32_t node = std::exchange(more_[cell], More()).first; node;) {
    uint32_t next = nodes_[node].next;
    nodes_[node].next = freeNode_;
    freeNode_ = node;
    node = next;
  }
}

/// Are they of one warp at one time?
static bool areTogether(const AccessRecord &a, const AccessRecord &b) {
  return a.time == b.time && a.isOfSameWarp(b) &&
         a.strengthBits == b.strengthBits;
}

/// May a read take the place of `old`? If it knows of that: who comes after the
/// read comes after `old`, too. Not a strong one that of a weak one: it would
/// excuse what races with that.
static bool mayReplace(const AccessRecord &old, const Witness &witness) {
  return old.strengthBits >= witness.record.strengthBits && witness.knows(old);
}

/// Enters a read where `first`, the cell's room for it, is taken.
void ShadowCells::enterMore(uint32_t cell, AccessRecord &first,
                            const Witness &witness) {
  const AccessRecord &access = witness.record;
  if (!more_)
    more_ = arena_.make<More>(cells());
  if (more_[cell].count == mostMore_) {
    first = access;
    return;
  }
  uint32_t replaced = 0;
  for (uint32_t node = more_[cell].first; node; node = nodes_[node].next) {
    AccessRecord &old = nodes_[node].access;
    if (areTogether(old, access)) {
      old.lanes |= access.lanes;
      return;
    }
    if (!replaced && mayReplace(old, witness))
      replaced = node;
  }
  if (replaced) {
    nodes_[replaced].access = access;
    return;
  }
  if (!append(cell, access))
    first = access;
}

static bool fail(Race &race, const AccessRecord &other, bool isWithWrite) {
  race = {other, isWithWrite};
  return false;
}

bool ShadowCells::read(uint32_t at, uint32_t bytes, const Witness &witness,
                       Race &race) {
  splitRows(at, bytes);
  prepare(bytes);
  makeReads();
  const AccessRecord &access = witness.record;
  uint32_t room = warps_ == 1 ? 0 : access.warp;
  uint32_t end = (at + bytes) >> shift_;
  const AccessRecord *writes = writes_;
  AccessRecord *plane = reads_ + size_t(room) * cells();
  for (uint32_t i = at >> shift_; i < end; ++i) {
    AccessRecord &first = plane[i];
    bool isFree = !isTaken(i, room, first);
    bool isTogether = !isFree && areTogether(first, access);
    // What the lanes have read they may read again: nothing can have been
    // written since, or the read would be gone.
    if (isTogether && (first.lanes & access.lanes) == access.lanes)
      continue;
    if (writes && writes[i].time && !witness.knows(writes[i]) &&
        witness.conflictsWith(writes[i]))
      return fail(race, writes[i], true);
    if (isTogether) {
      first.lanes |= access.lanes;
    } else if (isFree || mayReplace(first, witness)) {
      first = access;
      if (warps_ > 1)
        readers_[i] |= 1u << room;
    } else {
      enterMore(i, first, witness);
    }
  }
  return true;
}

/// A read of the cell that a write would race with, or null.
const AccessRecord *ShadowCells::unorderedRead(uint32_t cell,
                                               const Witness &witness) const {
  auto races = [&](const AccessRecord &old) {
    return !witness.knows(old) && witness.conflictsWith(old);
  };
  for (uint32_t rest = warps_ == 1 ? 1 : readers_[cell]; rest; rest &= rest - 1)
    if (const AccessRecord &read =
            reads_[size_t(std::countr_zero(rest)) * cells() + cell];
        races(read))
      return &read;
  if (!more_)
    return nullptr;
  for (uint32_t node = more_[cell].first; node; node = nodes_[node].next)
    if (races(nodes_[node].access))
      return &nodes_[node].access;
  return nullptr;
}

bool ShadowCells::write(uint32_t at, uint32_t bytes, const Witness &witness,
                        Race &race) {
  splitRows(at, bytes);
  prepare(bytes);
  makeWrites();
  const AccessRecord &access = witness.record;
  uint32_t first = at >> shift_, end = (at + bytes) >> shift_;

  for (uint32_t i = first; i < end; ++i) {
    if (reads_ && (warps_ == 1 ? reads_[i].time : readers_[i])) {
      if (const AccessRecord *read = unorderedRead(i, witness))
        return fail(race, *read, false);
      forgetReads(i);
    }
    AccessRecord &written = writes_[i];
    if (written.time && !witness.knows(written) &&
        witness.conflictsWith(written)) {
      if (!witness.writesTheSame(written, (i - first) << shift_, 1u << shift_))
        return fail(race, written, true);
      // The order of equal writes is nobody's concern.
      continue;
    }
    // Who has to come after both must not be excused by the stronger.
    if (written.time && written.strength() == Strength::Weak &&
        access.strength() != Strength::Weak)
      keepAsRead(i, written);
    written = access;
  }
  return true;
}

/// Keeps a write where reads are: later writes are held against it.
void ShadowCells::keepAsRead(uint32_t cell, const AccessRecord &write) {
  makeReads();
  uint32_t room = warps_ == 1 ? 0 : write.warp;
  reads_[size_t(room) * cells() + cell] = write;
  if (warps_ > 1)
    readers_[cell] |= 1u << room;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

void ShadowCells::makeReads() {
  if (reads_)
    return;
  reads_ = arena_.make<AccessRecord>(size_t(cells()) * warps_);
  if (warps_ > 1)
    readers_ = arena_.make<uint32_t>(cells());
}

void ShadowCells::makeWrites() {
  if (!writes_)
    writes_ = arena_.make<AccessRecord>(cells());
}

ShadowCells::Row &ShadowCells::rowOf(uint32_t at) {
  if (!rows_)
    rows_ = arena_.make<Row>((bytes_ + rowBytes - 1) / rowBytes);
  return rows_[at / rowBytes];
}

void ShadowCells::splitRows(uint32_t at, uint32_t bytes) {
  if (warps_ > 1)
    return;
  // An access is aligned, and smaller than a row.
  Row &row = rowOf(at);
  if (!std::exchange(row.isSplit, true) && row.cut)
    splitRow(at / rowBytes);
}

/// Gives each of the row's cells its part of what is known of all.
void ShadowCells::splitRow(uint32_t number) {
  const Row &row = rows_[number];
  auto fill = [&](const AccessRecord &whole, AccessRecord *to, uint32_t begin,
                  uint32_t end) {
    begin = (number * rowBytes + begin * 4) >> shift_;
    end = (number * rowBytes + end * 4) >> shift_;
    auto lane = static_cast<uint32_t>(std::countr_zero(whole.lanes));
    auto lanes = static_cast<uint32_t>(std::popcount(whole.lanes));
    for (uint32_t i = begin; i < end && i < cells(); ++i) {
      to[i] = whole;
      to[i].lanes = 1u << (lane + (i - begin) * lanes / (end - begin));
    }
  };
  for (unsigned i = 0; i < 2; ++i) {
    const Row::Part &part = row.parts[i];
    uint32_t begin = i ? row.cut : 0, end = i ? rowWords : row.cut;
    if (part.write.time) {
      makeWrites();
      fill(part.write, writes_, begin, end);
    }
    if (part.read.time) {
      makeReads();
      fill(part.read, reads_, begin, end);
    }
  }
}

/// The part of a row for [at, end), or null where others are in the way.
ShadowCells::Row::Part *ShadowCells::partOf(uint32_t at, uint32_t end,
                                            bool isWrite,
                                            const Witness &witness) {
  Row &row = rowOf(at);
  uint32_t begin = at % rowBytes / 4, behind = begin + (end - at) / 4;
  if (row.isSplit || (begin != 0 && behind != rowWords))
    return nullptr;
  uint32_t cut = begin == 0 ? behind : begin;
  if (row.cut != cut) {
    // The parts change where the access takes the place of all that was there.
    for (const Row::Part &part : row.parts)
      if ((part.write.time && !(isWrite && witness.knows(part.write))) ||
          (part.read.time && !witness.knows(part.read)))
        return nullptr;
    row = Row();
    row.cut = cut;
  }
  return &row.parts[begin == 0 ? 0 : 1];
}

/// Did the lanes of the access do `old`, each in its own part of the row?
static bool isOwn(const AccessRecord &old, const AccessRecord &access) {
  return old.isOfSameWarp(access) && old.lanes == access.lanes;
}

bool ShadowCells::readRow(uint32_t at, uint32_t end, const Witness &witness) {
  Row::Part *part = partOf(at, end, /*isWrite=*/false, witness);
  if (!part)
    return false;
  const AccessRecord &access = witness.record;
  AccessRecord &read = part->read, &write = part->write;
  bool isOrdered = !write.time || isOwn(write, access) || witness.knows(write);
  if (!isOrdered ||
      (read.time && !isOwn(read, access) && !mayReplace(read, witness)))
    return false;
  read = access;
  return true;
}

bool ShadowCells::writeRow(uint32_t at, uint32_t end, const Witness &witness) {
  Row::Part *part = partOf(at, end, /*isWrite=*/true, witness);
  if (!part)
    return false;
  const AccessRecord &access = witness.record;
  for (const AccessRecord *old : {&part->read, &part->write})
    if (old->time && !isOwn(*old, access) && !witness.knows(*old))
      return false;
  part->read.time = 0;
  part->write = access;
  return true;
}

//===----------------------------------------------------------------------===//
// AllocationShadow
//===----------------------------------------------------------------------===//

/// Reads that are remembered of one cell of global memory, beyond the first.
static constexpr unsigned mostGlobalReads = 3;

AllocationShadow::Page::Page(ZeroArena &arena, uint32_t bytes,
                             std::atomic<int64_t> &budget)
    : cells(arena, bytes, 1, mostGlobalReads, &budget) {}

AllocationShadow::AllocationShadow(ZeroArena &arena, uint64_t bytes,
                                   std::atomic<int64_t> &budget)
    : arena_(arena), bytes_(bytes), budget_(budget),
      pages_((bytes + (1u << pageBits) - 1) >> pageBits) {}

AllocationShadow::~AllocationShadow() {
  for (std::atomic<Page *> &page : pages_)
    delete page.load();
}

AllocationShadow::Page &AllocationShadow::page(uint64_t offset) {
  std::atomic<Page *> &place = pages_[offset >> pageBits];
  if (Page *found = place.load(std::memory_order_acquire))
    return *found;
  uint64_t start = offset >> pageBits << pageBits;
  auto bytes = static_cast<uint32_t>(
      std::min<uint64_t>(bytes_ - start, uint64_t(1) << pageBits));
  auto made = std::make_unique<Page>(arena_, bytes, budget_);
  Page *none = nullptr;
  return place.compare_exchange_strong(none, made.get()) ? *made.release()
                                                         : *none;
}

} // namespace theano::sim
