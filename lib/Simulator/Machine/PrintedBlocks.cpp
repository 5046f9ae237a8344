//===- PrintedBlocks.cpp - what the blocks of a launch print --------------===//

#include "Machine/PrintedBlocks.h"

#include <cstdio>

namespace theano::sim {

/// Text that waits for that of earlier blocks; more goes out of order.
static constexpr size_t mostKept = 64 << 20;

void PrintedBlocks::put(std::string_view text) {
  if (print_)
    print_(text);
  else
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void PrintedBlocks::add(uint64_t block, std::string_view text, bool ends) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (block == next_ || keptBytes_ + text.size() > mostKept) {
    put(text);
  } else if (!text.empty()) {
    kept_[block].text += text;
    keptBytes_ += text.size();
  }
  if (!ends)
    return;
  if (block != next_) {
    kept_[block].hasEnded = true;
    return;
  }
  // What comes next may have ended before.
  for (bool isNext = true; isNext;) {
    auto found = kept_.find(++next_);
    isNext = found != kept_.end() && found->second.hasEnded;
    if (found == kept_.end())
      break;
    put(found->second.text);
    keptBytes_ -= found->second.text.size();
    kept_.erase(found);
  }
}

void PrintedBlocks::finish() {
  for (const auto &[block, kept] : kept_)
    put(kept.text);
  if (!print_)
    std::fflush(stdout);
}

} // namespace theano::sim
