//===- Memory.cpp - how much memory the host has --------------------------===//

#include "theano/Support/Memory.h"

#include <cstdint>
#include <new>
#include <unistd.h>

using namespace theano;

size_t theano::physicalMemory() {
  static const size_t bytes = [] {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0
               ? static_cast<size_t>(pages) * static_cast<size_t>(size)
               : SIZE_MAX;
  }();
  return bytes;
}

bool theano::memoryIsThere(size_t count, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > physicalMemory() ||
      bytes > PTRDIFF_MAX)
    return false;
  // Asked and given back untouched: address space may be short of what the
  // machine has (ulimit -v).
  void *probe = ::operator new(bytes, std::nothrow);
  ::operator delete(probe);
  return probe != nullptr;
}
