//===- Clusters.h - blocks that a launch groups -----------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_CLUSTERS_H
#define THEANO_SIMULATOR_DRIVER_CLUSTERS_H

#include "Driver/Launch.h"

namespace theano::cuda {

/// The blocks of a cluster that the function must be launched with, by its text
/// or by the program; zeros where it is free.
std::array<unsigned, 3> requiredCluster(const FunctionData &function);

/// Gives `spec` the clusters that the function and `shape` ask for, which must
/// fit each other, the device and the grid.
Result setClusters(const FunctionData &function, const LaunchShape &shape,
                   sim::LaunchSpec &spec);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_CLUSTERS_H
