//===- Combine.h - what a copy does to what is there ------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_COMBINE_H
#define THEANO_SIMULATOR_MACHINE_COMBINE_H

#include <algorithm>
#include <cstdint>

namespace theano::sim {

/// Updates memory with values, as a reduction does; elements one by one, so
/// that others may do the same at the same time. Null: the values take the
/// place of what was there.
using Combine = void (*)(char *to, const char *values, uint32_t bytes);

inline void combine(Combine how, char *to, const char *values, uint32_t bytes) {
  if (how)
    how(to, values, bytes);
  else
    std::copy_n(values, bytes, to);
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_COMBINE_H
