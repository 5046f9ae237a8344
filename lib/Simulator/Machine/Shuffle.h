//===- Shuffle.h - an order by a seed ---------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_SHUFFLE_H
#define THEANO_SIMULATOR_MACHINE_SHUFFLE_H

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace theano::sim {

/// Puts the numbers from 0 into an order that `seed` and `index` alone decide;
/// ascending for seed 0.
inline void shuffle(std::vector<uint32_t> &order, uint64_t seed,
                    uint64_t index) {
  if (seed == 0)
    return;
  // A Fisher-Yates shuffle over splitmix64, so that every host agrees; from the
  // ascending order, as what ran before is up to the host's threads.
  std::iota(order.begin(), order.end(), 0u);
  uint64_t state = seed * 0x9e3779b97f4a7c15 + index;
  auto random = [&state] {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random() % i]);
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_SHUFFLE_H
