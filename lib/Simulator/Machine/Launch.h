//===- Launch.h - running a grid --------------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_LAUNCH_H
#define THEANO_SIMULATOR_MACHINE_LAUNCH_H

#include "Machine/Block.h"

#include <optional>

namespace theano::sim {

/// Runs every block of `launch`, in launch order over `options.threads` host
/// threads. A block waits only for lower ones, so no thread takes a block
/// before all lower ones are taken. Answers the fault of the lowest block that
/// has one; the other blocks stop when it is found. Sets `instructions` to the
/// warp instructions that were executed.
std::optional<Fault> runLaunch(const LaunchSpec &launch,
                               const LaunchOptions &options,
                               uint64_t &instructions);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_LAUNCH_H
