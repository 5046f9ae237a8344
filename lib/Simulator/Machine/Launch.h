//===- Launch.h - running a grid --------------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_LAUNCH_H
#define THEANO_SIMULATOR_MACHINE_LAUNCH_H

#include "Machine/Block.h"
#include "Machine/Counters.h"

#include <optional>

namespace theano::sim {

struct LaunchResult {
  /// Of the lowest block that has one; the other blocks stop when it is found.
  std::optional<Fault> fault;
  uint64_t instructions = 0;          ///< that warps executed
  std::unique_ptr<Counters> counters; ///< where the options ask for them
};

/// Runs every block of `launch`, in launch order over `options.threads` host
/// threads, cluster by cluster. A block waits only for lower ones and those of
/// its cluster, so no thread takes one before all lower ones are taken.
LaunchResult runLaunch(const LaunchSpec &launch, const LaunchOptions &options);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_LAUNCH_H
