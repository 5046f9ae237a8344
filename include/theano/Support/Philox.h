//===- Philox.h - the counter-based random generator ------------*- C++ -*-===//
//
// Philox4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011).
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_PHILOX_H
#define THEANO_SUPPORT_PHILOX_H

#include "theano/Support/HostArray.h"

#include <array>

namespace theano {

/// One block of four words from a counter and a key.
constexpr std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter,
                                             std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = uint64_t(0xD2511F53u) * counter[0];
    uint64_t product1 = uint64_t(0xCD9E8D57u) * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// Fills with `theano-run`'s `random`: element k of the array (in C order) uses
/// the block of counter (k mod 2^32, k div 2^32, 0, 0) and key (seed mod 2^32,
/// seed div 2^32). With its words w0, w1, w2, w3 and w = w0 + 2^32 w1:
///   float64            (w >> 11) * 2^-52 - 1
///   float32            (w0 >> 8) * 2^-23 - 1
///   float16            (w0 >> 21) * 2^-10 - 1
///   bfloat16           (w0 >> 24) * 2^-7 - 1
///   integers           w0 mod 10
///   bool               w0 mod 2
/// each exact in its format, so floats are uniform in [-1, 1), integers in
/// 0..9.
void fillRandom(HostArray &array, uint64_t seed);

/// Fills with `theano-run`'s `arange`: element k is k cast to the dtype.
void fillArange(HostArray &array);

} // namespace theano

#endif // THEANO_SUPPORT_PHILOX_H
