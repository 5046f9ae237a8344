//===- Rounding.h - the host's rounding mode --------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_ROUNDING_H
#define THEANO_SIMULATOR_INSTRUCTIONS_ROUNDING_H

#include "Instructions/Lanes.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace theano::sim::THEANO_SIM_ISA {

enum class Round : uint8_t { Nearest, Down, Up, Zero };

/// From the modifier rn, rz, rm or rp; nearest without one.
inline Round roundOf(const Match &match) {
  if (match.has("rz") || match.has("rzi"))
    return Round::Zero;
  if (match.has("rm") || match.has("rmi"))
    return Round::Down;
  if (match.has("rp") || match.has("rpi"))
    return Round::Up;
  return Round::Nearest;
}

/// Runs a handler whose arithmetic rounds by the host's mode in another mode,
/// set once for all lanes. The barriers keep its loads and stores, and so its
/// arithmetic between them, inside.
template <Handler handler, Round round>
const Op *withRounding(Warp &warp, const Op &op) {
#if defined(__x86_64__)
  // The field of MXCSR has the enumerators' order.
  unsigned saved = _mm_getcsr();
  _mm_setcsr((saved & ~0x6000u) | static_cast<unsigned>(round) << 13);
  __asm__ volatile("" ::: "memory");
  const Op *next = handler(warp, op);
  __asm__ volatile("" ::: "memory");
  _mm_setcsr(saved);
#else
  constexpr int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  int saved = std::fegetround();
  std::fesetround(modes[static_cast<int>(round)]);
  __asm__ volatile("" ::: "memory");
  const Op *next = handler(warp, op);
  __asm__ volatile("" ::: "memory");
  std::fesetround(saved);
#endif
  return next;
}

template <Handler handler> Handler rounded(Round round) {
  switch (round) {
  case Round::Down:
    return withRounding<handler, Round::Down>;
  case Round::Up:
    return withRounding<handler, Round::Up>;
  case Round::Zero:
    return withRounding<handler, Round::Zero>;
  case Round::Nearest:
    break;
  }
  return handler;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_ROUNDING_H
