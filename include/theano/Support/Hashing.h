//===- Hashing.h - hashes that do not change between runs -------*- C++ -*-===//

#ifndef THEANO_SUPPORT_HASHING_H
#define THEANO_SUPPORT_HASHING_H

#include <cstdint>
#include <string_view>

namespace theano {

/// FNV-1a, 64 bits. The same on every machine and in every run, so it may be
/// saved; not safe against someone who looks for collisions.
constexpr uint64_t hashBytes(std::string_view bytes,
                             uint64_t seed = 0xcbf29ce484222325u) {
  for (char c : bytes)
    seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  return seed;
}

/// `value` mixed into `seed` (the finaliser of splitmix64).
constexpr uint64_t hashCombine(uint64_t seed, uint64_t value) {
  uint64_t x = seed + 0x9e3779b97f4a7c15u + value;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

} // namespace theano

#endif // THEANO_SUPPORT_HASHING_H
