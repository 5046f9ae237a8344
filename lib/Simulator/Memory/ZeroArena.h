//===- ZeroArena.h - much memory for a short time ---------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MEMORY_ZEROARENA_H
#define THEANO_SIMULATOR_MEMORY_ZEROARENA_H

#include <cstddef>
#include <mutex>
#include <type_traits>
#include <vector>

namespace theano::sim {

/// Gives out zeros, and takes them back all at once at its end. Thread-safe.
class ZeroArena {
public:
  ZeroArena() = default;
  ~ZeroArena();
  ZeroArena(const ZeroArena &) = delete;
  ZeroArena &operator=(const ZeroArena &) = delete;

  /// `count` Ts of zero bits.
  template <typename T> T *make(size_t count) {
    static_assert(std::is_trivially_copyable_v<T> &&
                  std::is_trivially_destructible_v<T>);
    return static_cast<T *>(take(count * sizeof(T)));
  }

private:
  struct Chunk {
    void *begin;
    size_t bytes;
  };
  void *take(size_t bytes);

  std::mutex mutex_;
  std::vector<Chunk> chunks_;
  char *next_ = nullptr, *end_ = nullptr;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MEMORY_ZEROARENA_H
