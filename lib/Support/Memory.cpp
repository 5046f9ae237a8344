//===- Memory.cpp - how much memory the host has --------------------------===//

#include "theano/Support/Memory.h"

#include <cstdint>
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
