//===- Options.h - the command line of theano-sim ---------------*- C++ -*-===//

#ifndef TOOLS_THEANO_SIM_OPTIONS_H
#define TOOLS_THEANO_SIM_OPTIONS_H

#include "theano/DriverAbi/Extensions.h"
#include "theano/Support/Status.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace theano::simtool {

/// Sizes along x, y and z.
using Sizes = std::array<unsigned, 3>;

/// "(16, 8, 1)".
std::string formatSizes(const Sizes &sizes);

struct Options {
  std::string file;
  std::string kernel; ///< empty: the only one of the file
  Sizes grid = {}, block = {};
  int sharedBytes = 0;
  std::vector<std::string> arguments; ///< in the order of the parameters
  /// Options of the simulated device by key.
  std::vector<std::pair<std::string, std::string>> simulator;
  /// The form in which to print what the kernel did.
  std::optional<cuda::SimReportFormat> counters;
  bool help = false, version = false;
};

extern const char *const kHelp;

/// Options that are complete, or ask for help or the version.
Expected<Options> parseOptions(const std::vector<std::string> &arguments);

} // namespace theano::simtool

#endif // TOOLS_THEANO_SIM_OPTIONS_H
