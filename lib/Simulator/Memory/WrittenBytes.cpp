//===- WrittenBytes.cpp - which bytes of memory hold a value --------------===//

#include "Memory/WrittenBytes.h"

#include <algorithm>
#include <bit>

namespace theano::sim {

/// The bits of word `word` that lie in [at, end).
static uint64_t bitsWithin(uint64_t word, uint64_t at, uint64_t end) {
  uint64_t first = std::max(at, word * 64) - word * 64;
  uint64_t last = std::min(end, word * 64 + 64) - word * 64;
  uint64_t below = last == 64 ? ~uint64_t(0) : (uint64_t(1) << last) - 1;
  return below & (~uint64_t(0) << first);
}

WrittenBytes::WrittenBytes(uint64_t bytes)
    : bytes_(bytes), words_((bytes + 63) / 64) {}

void WrittenBytes::mark(uint64_t at, uint64_t bytes) {
  if (bytes == 0 || isFull_.load(std::memory_order_relaxed))
    return;
  uint64_t end = at + bytes;
  for (uint64_t word = at / 64; word * 64 < end; ++word) {
    uint64_t bits = bitsWithin(word, at, end);
    // A look is cheaper than an update, and most bytes are written again.
    if ((words_[word].load(std::memory_order_relaxed) & bits) != bits)
      words_[word].fetch_or(bits, std::memory_order_relaxed);
  }
  if (bytes == bytes_)
    isFull_ = true;
}

void WrittenBytes::clear(uint64_t at, uint64_t bytes) {
  if (bytes == 0)
    return;
  isFull_ = false;
  uint64_t end = at + bytes;
  for (uint64_t word = at / 64; word * 64 < end; ++word)
    words_[word].fetch_and(~bitsWithin(word, at, end),
                           std::memory_order_relaxed);
}

uint64_t WrittenBytes::firstUnwritten(uint64_t at, uint64_t bytes) const {
  uint64_t end = at + bytes;
  for (uint64_t word = at / 64; word * 64 < end; ++word) {
    uint64_t missing = bitsWithin(word, at, end) &
                       ~words_[word].load(std::memory_order_relaxed);
    if (missing)
      return word * 64 + static_cast<uint64_t>(std::countr_zero(missing));
  }
  return end;
}

void WrittenBytes::copy(uint64_t at, const WrittenBytes &from, uint64_t start,
                        uint64_t bytes) {
  if (from.all(start, bytes))
    return mark(at, bytes);
  // As memmove: backwards where the target lies behind an overlapping source.
  bool backwards = &from == this && at > start;
  for (uint64_t i = 0; i < bytes; ++i) {
    uint64_t k = backwards ? bytes - 1 - i : i;
    if (from.test(start + k))
      mark(at + k, 1);
    else
      clear(at + k, 1);
  }
}

} // namespace theano::sim
