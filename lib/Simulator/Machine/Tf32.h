//===- Tf32.h - rounding to TF32 --------------------------------*- C++ -*-===//
//
// A TF32 is an f32 of 10 digits behind the point, the others being zeros.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_TF32_H
#define THEANO_SIMULATOR_MACHINE_TF32_H

#include <cstdint>

namespace theano::sim {

enum class Ties : uint8_t { Away, Even };

/// The TF32 nearest to the f32 with these bits. Infinities stay; every NaN
/// becomes the canonical one, as in all results of instructions.
template <Ties ties> constexpr uint32_t roundToTf32(uint32_t bits) {
  constexpr uint32_t infinity = 0x7f800000, canonical = 0x7fffffff;
  constexpr unsigned dropped = 13;
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > infinity)
    return canonical;
  if (magnitude == infinity)
    return bits;
  uint32_t half = 1u << (dropped - 1);
  if (ties == Ties::Even)
    half -= ~bits >> dropped & 1;
  return (bits + half) >> dropped << dropped;
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_TF32_H
