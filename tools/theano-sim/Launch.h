//===- Launch.h - one kernel on the simulated device ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_SIM_LAUNCH_H
#define TOOLS_THEANO_SIM_LAUNCH_H

#include "Arguments.h"
#include "Options.h"

namespace theano::simtool {

/// What came of a launch.
struct Outcome {
  std::string kernel;                ///< its name
  std::vector<std::string> findings; ///< of the checks, a line each
  std::vector<std::string> arrays;   ///< where they were, a line each
  /// Where a finding ended the launch, what the driver says.
  std::string failure;
  std::string counters; ///< in the form that was asked for, or empty
};

/// Opens the simulated driver and runs the kernel that `options` name. Where
/// it ran without a finding, the arrays of `arguments` with an output hold what
/// it left there. Fails where it did not come to a launch, or a call of the
/// driver failed that is not the kernel's fault.
Expected<Outcome> runKernel(const Options &options,
                            std::vector<Argument> &arguments);

} // namespace theano::simtool

#endif // TOOLS_THEANO_SIM_LAUNCH_H
