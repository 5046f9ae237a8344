//===- Watchdog.h - what else than instructions counts ----------*- C++ -*-===//
//
// The watchdog counts instructions. What makes much of one, such as a copy, is
// worth as many as would have moved its bytes, wherever it is started.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_WATCHDOG_H
#define THEANO_SIMULATOR_MACHINE_WATCHDOG_H

#include <cstdint>

namespace theano::sim {

constexpr uint64_t instructionsFor(uint64_t bytes) {
  constexpr uint64_t bytesOfOne = 64;
  return bytes / bytesOfOne;
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_WATCHDOG_H
