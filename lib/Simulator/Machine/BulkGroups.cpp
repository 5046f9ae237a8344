//===- BulkGroups.cpp - copies out of shared memory -----------------------===//

#include "Machine/BulkGroups.h"

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Block.h"

#include <bit>

namespace theano::sim {

/// What a warp may have outstanding. A kernel that never waits must not use up
/// the host's memory: the oldest copies complete when there is more.
static constexpr size_t maxPending = 1024;
static constexpr uint64_t maxPendingBytes = 4 << 20;

static uint64_t bytesOf(const BulkStore &store) {
  uint64_t bytes = store.pieces.size() * sizeof(BulkStore::Piece);
  for (const BulkStore::Piece &piece : store.pieces)
    bytes += piece.bytes;
  return bytes;
}

static std::vector<char> gather(const Warp &warp, const BulkStore &store) {
  std::vector<char> data;
  for (const BulkStore::Piece &piece : store.pieces)
    data.insert(data.end(), warp.shared + piece.from,
                warp.shared + piece.from + piece.bytes);
  return data;
}

/// Only what malloc has made can go while a kernel runs.
static void noteAllocations(const Warp &warp, BulkStore &store) {
  const AddressSpace &memory = *warp.block().launch().memory;
  auto [begin, end] = memory.heap();
  for (BulkStore::Piece &piece : store.pieces) {
    auto address = reinterpret_cast<uint64_t>(piece.to);
    if (address < begin || address >= end)
      continue;
    if (std::optional<Allocation> found = memory.find(address))
      piece.allocation = found->number;
  }
}

/// Is it still there? False after a finding.
static bool isThere(const Warp &warp, const BulkStore &store,
                    const BulkStore::Piece &piece) {
  if (!piece.allocation)
    return true;
  auto address = reinterpret_cast<uint64_t>(piece.to);
  std::optional<Allocation> found = warp.block().launch().memory->find(address);
  if (found && !found->freed && found->number == piece.allocation)
    return true;
  warp.block().report(
      warp, store.lane, store.pc, cuda::Result::IllegalAddress,
      "freed memory: the allocation at global address " + hexText(address) +
          " was freed before anybody had waited for the bulk copy that writes "
          "it");
  return false;
}

/// Nothing is in global memory before somebody has waited for it, unless the
/// copy updates what is there; and shared memory must stay as it is.
static void noteIssue(const Warp &warp, BulkStore &store) {
  store.atIssue = gather(warp, store);
  if (store.combine)
    return;
  for (const BulkStore::Piece &piece : store.pieces)
    warp.checks->awaitsGlobal(reinterpret_cast<uint64_t>(piece.to),
                              piece.bytes);
}

void BulkGroups::clear() {
  pending_.clear();
  committed_.fill(0);
  pendingBytes_ = 0;
}

bool BulkGroups::issue(Warp &warp, BulkStore store) {
  store.group = committed_[store.lane];
  noteAllocations(warp, store);
  if (warp.checks)
    noteIssue(warp, store);
  pendingBytes_ += bytesOf(store);
  pending_.push_back(std::move(store));
  while (pending_.size() > maxPending ||
         (pendingBytes_ > maxPendingBytes && pending_.size() > 1)) {
    BulkStore oldest = std::move(pending_.front());
    pending_.erase(pending_.begin());
    pendingBytes_ -= bytesOf(oldest);
    if ((!oldest.isRead && !read(warp, oldest)) || !write(warp, oldest))
      return false;
  }
  return true;
}

void BulkGroups::commit(uint32_t lanes) {
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    ++committed_[static_cast<unsigned>(std::countr_zero(rest))];
}

bool BulkGroups::wait(Warp &warp, uint32_t lanes, uint64_t pending,
                      bool readOnly) {
  auto isDue = [&](const BulkStore &store) {
    return (lanes >> store.lane & 1) &&
           store.group + pending < committed_[store.lane];
  };
  for (BulkStore &store : pending_) {
    if (!isDue(store))
      continue;
    if (!store.isRead && !read(warp, store))
      return false;
    if (!readOnly && !write(warp, store))
      return false;
  }
  if (!readOnly)
    std::erase_if(pending_, [&](const BulkStore &store) {
      bool isDone = isDue(store);
      if (isDone)
        pendingBytes_ -= bytesOf(store);
      return isDone;
    });
  return true;
}

bool BulkGroups::finish(Warp &warp) {
  for (const BulkStore &store : pending_) {
    if (!store.isRead) {
      warp.block().report(
          warp, store.lane, store.pc, cuda::Result::LaunchFailed,
          "ended block: it ends before the thread has waited for its bulk "
          "copy, which reads the block's shared memory: "
          "cp.async.bulk.commit_group and wait_group or wait_group.read are "
          "missing");
      return false;
    }
    if (!write(warp, store))
      return false;
  }
  clear();
  return true;
}

bool BulkGroups::read(Warp &warp, BulkStore &store) {
  store.data = gather(warp, store);
  store.isRead = true;
  if (!warp.checks || store.data == store.atIssue)
    return true;
  size_t at = 0;
  while (store.data[at] == store.atIssue[at])
    ++at;
  const BulkStore::Piece *piece = store.pieces.data();
  for (; at >= piece->bytes; ++piece)
    at -= piece->bytes;
  warp.block().report(
      warp, store.lane, store.pc, cuda::Result::LaunchFailed,
      "the byte at shared address " + std::to_string(piece->from + at) +
          " has changed between the bulk copy that reads it and the wait for "
          "that");
  return false;
}

bool BulkGroups::write(Warp &warp, const BulkStore &store) {
  const char *from = store.data.data();
  for (const BulkStore::Piece &piece : store.pieces) {
    if (!isThere(warp, store, piece))
      return false;
    combine(store.combine, piece.to, from, piece.bytes);
    from += piece.bytes;
    if (warp.checks)
      warp.checks->wrote(Space::Global, reinterpret_cast<uint64_t>(piece.to),
                         piece.bytes);
  }
  return true;
}

} // namespace theano::sim
