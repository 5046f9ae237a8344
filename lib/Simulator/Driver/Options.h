//===- Options.h - what a user may set --------------------------*- C++ -*-===//
//
// A foreign program can only configure the library by variables of its
// environment, which is why it reads them: THEANO_SIM_ARCH, _SEED, _LIMIT,
// _THREADS, _REPORT, _CHECK and _COUNT. theanoSimSet takes the same keys in
// lower case without the prefix, and wins.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_OPTIONS_H
#define THEANO_SIMULATOR_DRIVER_OPTIONS_H

#include "Machine/Block.h"

#include <string_view>

namespace theano::sim {

struct Options {
  int arch = 80;
  std::string reportFile; ///< of findings; empty: standard error
  LaunchOptions launch;   ///< seed, instruction limit, host threads

  /// The defaults, with a host thread for each processor.
  static Options defaults();

  /// Sets one; on failure says what was expected in `error`.
  bool set(std::string_view key, std::string_view value, std::string &error);
  /// Sets all that the environment has.
  bool readEnvironment(std::string &error);
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_DRIVER_OPTIONS_H
