//===- WrittenBytes.h - which bytes of memory hold a value ------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MEMORY_WRITTENBYTES_H
#define THEANO_SIMULATOR_MEMORY_WRITTENBYTES_H

#include <atomic>
#include <cstdint>
#include <vector>

namespace theano::sim {

/// A bit for each byte of a piece of memory: whether anything wrote it. Host
/// threads may use one at the same time.
class WrittenBytes {
public:
  explicit WrittenBytes(uint64_t bytes);

  uint64_t size() const { return bytes_; }

  /// All that is asked for lies inside.
  void mark(uint64_t at, uint64_t bytes);
  /// The same while no other host thread uses it.
  void markAlone(uint64_t at, uint64_t bytes) {
    if (at % 64 + bytes >= 64)
      return mark(at, bytes);
    std::atomic<uint64_t> &word = words_[at / 64];
    word.store(word.load(std::memory_order_relaxed) | bitsAt(at, bytes),
               std::memory_order_relaxed);
  }
  void clear(uint64_t at, uint64_t bytes);
  /// Is every byte of [at, at + bytes) written?
  bool all(uint64_t at, uint64_t bytes) const {
    if (isFull_.load(std::memory_order_relaxed))
      return true;
    // An access has few bytes and is aligned, so that one word has them all.
    if (at % 64 + bytes < 64)
      return (~words_[at / 64].load(std::memory_order_relaxed) &
              bitsAt(at, bytes)) == 0;
    return firstUnwritten(at, bytes) == at + bytes;
  }
  /// The first byte of [at, at + bytes) that is not written, or its end.
  uint64_t firstUnwritten(uint64_t at, uint64_t bytes) const;
  /// As many bytes behind `at` become what those of `from` behind `start` are;
  /// `from` may be this object.
  void copy(uint64_t at, const WrittenBytes &from, uint64_t start,
            uint64_t bytes);

private:
  static uint64_t bitsAt(uint64_t at, uint64_t bytes) {
    return ((uint64_t(1) << bytes) - 1) << at % 64;
  }
  bool test(uint64_t at) const {
    return words_[at / 64].load(std::memory_order_relaxed) >> at % 64 & 1;
  }

  uint64_t bytes_;
  /// Set once, by a write of everything at once, and then the words are right,
  /// too: the usual case of an input needs no look at them.
  std::atomic<bool> isFull_ = false;
  std::vector<std::atomic<uint64_t>> words_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MEMORY_WRITTENBYTES_H
