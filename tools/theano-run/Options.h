//===- Options.h - the command line of theano-run ---------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_OPTIONS_H
#define TOOLS_THEANO_RUN_OPTIONS_H

#include "theano/DriverAbi/Extensions.h"
#include "theano/Support/Status.h"

#include <optional>
#include <string>
#include <vector>

namespace theano::run {

/// `--for NAME=A:B`.
struct ForRange {
  std::string name;
  int64_t begin = 0, end = 0;
  /// Whether it stood before the first --call: a call's own -i may replace it.
  bool isCommon = false;
  /// How many calls it asks for.
  int64_t count() const { return begin < end ? end - begin : 0; }
};

/// One `--call` and the options after it. Options before the first `--call`
/// belong to every call.
struct CallOptions {
  std::string function = "main";
  std::vector<std::string> inputs; ///< the texts after -i
  /// So many of `inputs` stood before the first --call: a call may lack them.
  size_t commonInputs = 0;
  std::optional<ForRange> range;
  int64_t repeat = 1;
  std::string output; ///< empty: print
};

struct Options {
  std::string file;
  std::vector<CallOptions> calls;
  std::vector<std::string> shared; ///< the texts after --shared
  std::string sharedOutput;
  std::string device = "auto", cudaDriver;
  std::string arch, cpu = "native";
  std::string emit; ///< a stage, or empty to run
  std::string trace, dumpStages, blas;
  /// Keys and values after --sim-.
  std::vector<std::pair<std::string, std::string>> simulator;
  /// The form in which a simulated GPU's counters are printed.
  std::optional<cuda::SimReportFormat> counters;
  int64_t threads = 0;
  bool time = false, explain = false, dumpPipeline = false;
  bool theanoRewrites = false;
  bool tf32 = false;
  bool exactAllocations = false;
  bool safeUpdates = true;
  bool help = false, version = false;

  /// Whether --emit asks for a stage that only a GPU has, whatever the device.
  bool emitsGpuStage() const {
    return emit == "gpu" || emit == "nvvm" || emit == "ptx";
  }
};

/// The flag that sets the simulator's option `key`.
std::string simulatorFlag(const std::string &key);

/// Reads the command line. Errors name the option and what it takes.
Expected<Options> parseOptions(const std::vector<std::string> &arguments);

/// What `--help` prints.
extern const char *const kHelp;

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_OPTIONS_H
