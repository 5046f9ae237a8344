//===- ZeroArena.cpp - much memory for a short time -----------------------===//

#include "Memory/ZeroArena.h"

#include <algorithm>
#include <new>
#include <sys/mman.h>

namespace theano::sim {

/// The first chunk is small, as most launches are; later ones fill large pages
/// of the host, each of which costs one fault rather than 512.
static constexpr size_t firstChunk = 256 << 10, laterChunk = 8 << 20;
static constexpr size_t alignment = 64;

ZeroArena::~ZeroArena() {
  for (const Chunk &chunk : chunks_)
    munmap(chunk.begin, chunk.bytes);
}

void *ZeroArena::take(size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  bytes = (bytes + alignment - 1) / alignment * alignment;
  if (bytes > static_cast<size_t>(end_ - next_)) {
    size_t size = std::max(chunks_.empty() ? firstChunk : laterChunk, bytes);
    void *made = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED)
      throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    if (size >= laterChunk)
      madvise(made, size, MADV_HUGEPAGE);
#endif
    chunks_.push_back({made, size});
    next_ = static_cast<char *>(made);
    end_ = next_ + size;
  }
  void *taken = next_;
  next_ += bytes;
  return taken;
}

} // namespace theano::sim
