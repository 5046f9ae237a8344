//===- Launch.h - kernels that are run --------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_LAUNCH_H
#define THEANO_SIMULATOR_DRIVER_LAUNCH_H

#include "Driver/State.h"
#include "Machine/Launch.h"
#include "theano/DriverAbi/Launch.h"

#include <array>
#include <optional>

namespace theano::cuda {

/// What a launch asks for beside the kernel and its parameters.
struct LaunchShape {
  std::array<unsigned, 3> grid = {1, 1, 1}, block = {1, 1, 1};
  unsigned sharedBytes = 0;
  bool cooperative = false;
  /// Blocks of a cluster, and of one that the device may make instead.
  std::optional<std::array<unsigned, 3>> cluster = std::nullopt,
                                         preferredCluster = std::nullopt;
};

/// A checked launch with its parameters, to be run as often as wanted while its
/// module is loaded.
struct PreparedLaunch {
  Function function = nullptr;
  Context context = nullptr;
  sim::LaunchSpec spec;
  std::vector<sim::DeclaredTensor> declared;
};

Result prepareLaunch(FunctionData &function, const LaunchShape &shape,
                     void **parameters, void **extra, PreparedLaunch &launch);
/// Lets its blocks all run at the same time, which must fit the device.
Result makeCooperative(PreparedLaunch &launch);
/// Nothing where its context is gone.
void runLaunch(PreparedLaunch &launch);

/// Reads what a launch is told beside its sizes into `shape`, and the events
/// that it records when it is done.
Result readLaunchAttributes(const LaunchAttribute *attributes, unsigned count,
                            LaunchShape &shape, std::vector<Event> &events);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_LAUNCH_H
