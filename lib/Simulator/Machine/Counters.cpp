//===- Counters.cpp - what a launch did, instruction by instruction -------===//

#include "Machine/Counters.h"

#include "Machine/CoreOps.h"
#include "Machine/Warp.h"

#include <algorithm>
#include <bit>

namespace theano::sim {

OpCounts &OpCounts::operator+=(const OpCounts &other) {
  warps += other.warps;
  lanes += other.lanes;
  divergent += other.divergent;
  requests += other.requests;
  sectors += other.sectors;
  wavefronts += other.wavefronts;
  idealWavefronts += other.idealWavefronts;
  return *this;
}

//===----------------------------------------------------------------------===//
// Sectors
//===----------------------------------------------------------------------===//

void SectorSet::insert(uint64_t sector) {
  uint64_t number = sector >> pageBits;
  if (!last_ || number != lastNumber_) {
    last_ = &pages_[number];
    lastNumber_ = number;
  }
  uint64_t bit = sector & ((1u << pageBits) - 1);
  (*last_)[bit / 64] |= uint64_t(1) << bit % 64;
}

void SectorSet::insert(const SectorSet &other) {
  for (const auto &[number, page] : other.pages_)
    for (size_t i = 0; i < page.size(); ++i)
      pages_[number][i] |= page[i];
}

uint64_t SectorSet::size() const {
  uint64_t bits = 0;
  for (const auto &[number, page] : pages_)
    for (uint64_t word : page)
      bits += static_cast<uint64_t>(std::popcount(word));
  return bits;
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

static constexpr unsigned banks = 32, bankBytes = 4;

/// The turns that the accesses of some lanes take together. Those of 8 and 16
/// bytes go in halves and quarters of a warp, so that a phase wants at most one
/// word of each bank where nothing conflicts.
static void countWavefronts(const std::array<uint64_t, warpSize> &addresses,
                            uint32_t lanes, unsigned bytes, OpCounts &counts) {
  unsigned phase = warpSize / std::max(1u, bytes / bankBytes);
  for (unsigned first = 0; first < warpSize; first += phase) {
    std::array<std::array<uint64_t, warpSize>, banks> words;
    std::array<unsigned, banks> count = {};
    unsigned distinct = 0, most = 0;
    for (unsigned lane = first; lane < first + phase; ++lane) {
      if (!(lanes >> lane & 1))
        continue;
      for (uint64_t word = addresses[lane] / bankBytes;
           word <= (addresses[lane] + bytes - 1) / bankBytes; ++word) {
        unsigned bank = word % banks;
        auto *end = words[bank].begin() + count[bank];
        if (std::find(words[bank].begin(), end, word) != end)
          continue;
        *end = word;
        ++distinct;
        most = std::max(most, ++count[bank]);
      }
    }
    counts.wavefronts += most;
    counts.idealWavefronts += (distinct + banks - 1) / banks;
  }
}

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

Counters::Counters(const Image &image)
    : image_(&image), ops_(image.code.size()) {}

void Counters::add(const Counters &other) {
  for (size_t i = 0; i < ops_.size(); ++i)
    ops_[i] += other.ops_[i];
  loaded_.insert(other.loaded_);
  stored_.insert(other.stored_);
}

void Counters::note(const Warp &warp, const Op &op) {
  uint32_t pc = warp.pcOf(op);
  // A guard runs the op behind it by itself. Where no lane passes it the
  // instruction takes its slot all the same.
  if (op.run == guardOp)
    return noteAt(warp, (&op)[1], pc + 1, warp.mask & guardLanes(warp, op));
  // So it does where the guard is a branch around it.
  if (op.run == branchIfOp && !counted(pc) && counted(pc + 1) &&
      (warp.mask & ~branchLanes(warp, op)) == 0)
    return noteAt(warp, (&op)[1], pc + 1, 0);
  noteAt(warp, op, pc, warp.mask);
}

void Counters::noteAt(const Warp &warp, const Op &op, uint32_t pc,
                      uint32_t lanes) {
  OpCounts &counts = ops_[pc];
  if (counted(pc)) {
    ++counts.warps;
    counts.lanes += static_cast<uint64_t>(std::popcount(lanes));
  }
  const MemoryAccess &access = image_->info[pc].access;
  if (access.kind != MemoryAccess::Kind::None && lanes & access.lanes)
    noteAccess(warp, op, access, lanes & access.lanes, counts);
}

void Counters::noteAccess(const Warp &warp, const Op &op,
                          const MemoryAccess &access, uint32_t lanes,
                          OpCounts &counts) {
  std::array<uint64_t, warpSize> addresses;
  uint32_t global = 0, shared = 0;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t address =
        access.narrow
            ? warp.row<uint32_t>(op.at[0])[lane] + static_cast<uint32_t>(op.imm)
            : warp.row<uint64_t>(op.at[0])[lane] + op.imm;
    Space space = access.space;
    if (space == Space::Generic)
      space = findSpace(address);
    addresses[lane] = address;
    global |= uint32_t(space == Space::Global) << lane;
    shared |= uint32_t(space == Space::Shared || space == Space::SharedCluster)
              << lane;
  }
  if (shared)
    countWavefronts(addresses, shared, access.bytes, counts);
  if (global)
    noteSectors(addresses, global,
                access.kind == MemoryAccess::Kind::Load ? loaded_ : stored_,
                counts);
}

void Counters::noteAddresses(const Warp &warp, const Op &op,
                             MemoryAccess::Kind kind, Space space,
                             uint32_t lanes,
                             const std::array<uint64_t, warpSize> &addresses,
                             unsigned bytes) {
  OpCounts &counts = ops_[warp.pcOf(op)];
  if (space == Space::Shared && lanes)
    countWavefronts(addresses, lanes, bytes, counts);
  if (space == Space::Global && lanes)
    noteSectors(addresses, lanes,
                kind == MemoryAccess::Kind::Load ? loaded_ : stored_, counts);
}

void Counters::noteTurns(const Warp &warp, const Op &op, uint64_t bytes) {
  OpCounts &counts = ops_[warp.pcOf(op)];
  uint64_t turns = (bytes + banks * bankBytes - 1) / (banks * bankBytes);
  counts.wavefronts += turns;
  counts.idealWavefronts += turns;
}

void Counters::noteBulk(const Warp &warp, const Op &op, uint64_t bytes) {
  noteTurns(warp, op, bytes);
  ops_[warp.pcOf(op)].requests += bytes != 0;
}

void Counters::noteBulkCopy(const Warp &warp, const Op &op,
                            MemoryAccess::Kind kind, uint64_t global,
                            uint64_t bytes) {
  if (kind == MemoryAccess::Kind::None) {
    // Both ends are in shared memory.
    noteTurns(warp, op, bytes);
    noteTurns(warp, op, bytes);
    return;
  }
  noteBulk(warp, op, bytes);
  noteSpan(warp, op, kind, global, bytes);
}

void Counters::noteSpan(const Warp &warp, const Op &op, MemoryAccess::Kind kind,
                        uint64_t address, uint64_t bytes) {
  if (!bytes)
    return;
  uint64_t first = address / 32, last = (address + bytes - 1) / 32;
  ops_[warp.pcOf(op)].sectors += last - first + 1;
  SectorSet &all = kind == MemoryAccess::Kind::Load ? loaded_ : stored_;
  for (uint64_t sector = first; sector <= last; ++sector)
    all.insert(sector);
}

void Counters::noteSectors(const std::array<uint64_t, warpSize> &addresses,
                           uint32_t lanes, SectorSet &all, OpCounts &counts) {
  // A lane touches one sector: accesses are aligned to their size, or end the
  // launch.
  std::array<uint64_t, warpSize> sectors;
  unsigned count = 0;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    uint64_t sector = addresses[std::countr_zero(rest)] / 32;
    // Mostly that of the lane before.
    if (count && sectors[count - 1] == sector)
      continue;
    sectors[count++] = sector;
    all.insert(sector);
  }
  std::sort(sectors.begin(), sectors.begin() + count);
  ++counts.requests;
  counts.sectors += static_cast<uint64_t>(
      std::unique(sectors.begin(), sectors.begin() + count) - sectors.begin());
}

} // namespace theano::sim
