//===- Simulator.h - the device called sim ----------------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SIMULATOR_H
#define TOOLS_THEANO_RUN_SIMULATOR_H

#include "Options.h"

namespace theano::run {

/// Makes `--device=sim` what it is short for: `cuda`, whose driver is the
/// simulated one in ../lib beside this executable, with every buffer an
/// allocation of its own, so that each overrun is seen. Leaves other devices
/// alone.
Status chooseSimulator(Options &options, const char *argv0);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SIMULATOR_H
