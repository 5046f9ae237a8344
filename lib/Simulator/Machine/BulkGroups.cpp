//===- BulkGroups.cpp - bulk copies to global memory ----------------------===//

#include "Machine/BulkGroups.h"

#include "Checks/BlockChecks.h"
#include "Machine/Block.h"

#include <cstring>

namespace theano::sim {

/// Copies that a warp may have outstanding: a kernel that never waits must not
/// use up the host's memory.
static constexpr size_t maxPending = 1024;

void BulkGroups::clear() {
  pending_.clear();
  committed_.fill(0);
}

void BulkGroups::issue(Warp &warp, BulkStore store) {
  if (pending_.size() == maxPending) {
    for (size_t i = 0; i < maxPending / 2; ++i)
      write(warp, pending_[i]);
    pending_.erase(pending_.begin(), pending_.begin() + maxPending / 2);
  }
  store.group = committed_[store.lane];
  pending_.push_back(std::move(store));
}

void BulkGroups::commit(uint32_t lanes) {
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    ++committed_[static_cast<unsigned>(std::countr_zero(rest))];
}

void BulkGroups::wait(Warp &warp, uint32_t lanes, uint64_t pending,
                      bool onlyReads) {
  auto isDue = [&](const BulkStore &store) {
    return (lanes >> store.lane & 1) &&
           store.group + pending < committed_[store.lane];
  };
  for (BulkStore &store : pending_)
    if (isDue(store))
      onlyReads ? read(warp, store) : write(warp, store);
  if (!onlyReads)
    std::erase_if(pending_, isDue);
}

bool BulkGroups::finish(Warp &warp) {
  for (BulkStore &store : pending_) {
    if (warp.checks && !store.hasRead) {
      warp.block().report(warp, store.lane, store.pc,
                          cuda::Result::LaunchFailed,
                          "ended block: the copy from its shared memory may "
                          "still go on, as the thread has not waited for it");
      return false;
    }
    write(warp, store);
  }
  pending_.clear();
  return true;
}

void BulkGroups::read(Warp &warp, BulkStore &store) {
  if (std::exchange(store.hasRead, true))
    return;
  const char *from = warp.shared + store.from;
  store.data.assign(from, from + store.bytes);
}

void BulkGroups::write(Warp &warp, BulkStore &store) {
  read(warp, store);
  auto *to = reinterpret_cast<char *>(store.to);
  if (store.combine)
    store.combine(to, store.data.data(), store.bytes);
  else if (store.bytes)
    std::memcpy(to, store.data.data(), store.bytes);
  if (warp.checks)
    warp.checks->wrote(Space::Global, store.to, store.bytes);
}

} // namespace theano::sim
