//===- DeviceHeap.cpp - where malloc of a kernel finds memory -------------===//

#include "Memory/DeviceHeap.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace theano::sim {

/// Of the first part, as of any other allocation.
static constexpr uint64_t largestAlignment = 256;

DeviceHeap::~DeviceHeap() { std::free(base_); }

std::optional<uint64_t> DeviceHeap::take(uint64_t wanted) {
  if (!base_) {
    base_ = std::malloc(bytes_ + largestAlignment);
    if (!base_)
      return std::nullopt;
    begin_ = (reinterpret_cast<uint64_t>(base_) + largestAlignment - 1) /
             largestAlignment * largestAlignment;
    free_[begin_] = end();
    cursor_ = begin_;
  }
  if (wanted == 0 || wanted > bytes_ - gap)
    return std::nullopt;
  uint64_t size = padded(wanted);
  // From the cursor to the end, then from the start.
  auto found = free_.end();
  uint64_t at = 0;
  auto look = [&](auto from, auto to) {
    for (; from != to && found == free_.end(); ++from)
      if (at = std::max(from->first, cursor_);
          at < from->second && size <= from->second - at)
        found = from;
  };
  auto next = free_.upper_bound(cursor_);
  look(next == free_.begin() ? next : std::prev(next), free_.end());
  if (found == free_.end()) {
    cursor_ = begin_;
    look(free_.begin(), free_.end());
  }
  if (found == free_.end())
    return std::nullopt;
  auto [start, stop] = *found;
  free_.erase(found);
  if (start < at)
    free_[start] = at;
  if (at + size < stop)
    free_[at + size] = stop;
  cursor_ = at + size;
  return at;
}

void DeviceHeap::give(uint64_t address, uint64_t wanted) {
  uint64_t stop = address + padded(wanted);
  auto next = free_.upper_bound(address);
  if (next != free_.end() && next->first == stop) {
    stop = next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin() && std::prev(next)->second == address)
    std::prev(next)->second = stop;
  else
    free_[address] = stop;
}

} // namespace theano::sim
