//===- Options.cpp - the command line of theano-run -----------------------===//

#include "Options.h"

#include "theano/Runtime/Driver.h"
#include "theano/Support/File.h"
#include "theano/Support/Spelling.h"

#include <charconv>
#include <functional>
#include <map>

using namespace theano;
using namespace theano::run;

const char *const theano::run::kHelp =
    R"(theano-run FILE.mlir [options]: compiles functions of a graph and runs them.

What to run (options after a --call belong to it, those before the first to all):
  --call FUNC              the function; several run in order on one shared
                           state (default: main)
  -i NAME=FILE.npy         an input from a file; FILE.npz:KEY takes one array
  -i FILE.npz              every array of the file whose key is an input
  -i NAME=arange:T:SHAPE   element k is k cast to T; SHAPE like 3x4, empty for 0-d
  -i NAME=random:T:SHAPE[:SEED]
                           floats in [-1, 1), integers 0..9, fair bools (Philox)
  -i NAME=zeros:T:SHAPE
  --for NAME=A:B           once for each i in A <= i < B, as argument NAME; wins
                           over an array of FILE.npz
  --repeat N               the whole sweep N times
  -o FILE.npz|FILE.npy     where the results go (default: a short print); files
                           are written at the end, all or none
  NAME is the argument's theano.name, else its %name, else its position.

State:
  --shared NAME=...        a shared variable's first value, as for -i
  --shared-out FILE.npz    the shared variables at the end

Where to run:
  --device=auto|cpu|cuda[:N]|sim   auto takes the first GPU, else the CPU; sim
                           is a simulated GPU with exact allocations
  --cuda-driver=PATH       another library with the CUDA driver's interface
  --sim-seed=N             a simulated GPU: the order in which the warps of a block
                           run; 0 (default) is ascending
  --sim-check=basic|all    a simulated GPU: what it looks for
  --sim-counters=table|json|ptx   a simulated GPU: prints what its kernels did to
                           memory, at the end; ptx is their text, each line
                           with its counts. With --explain: table
  --arch=sm_NN             what PTX is for (default: the device's, else sm_80)
  --cpu=native|x86-64-v2|x86-64-v3|x86-64-v4
  --threads=N              threads of the CPU (default: all)
  --blas=PATH|none         the library for large matrix products on the CPU
  --rewrites=exact|theano  whether x/x may become 1 (default: exact)
  --tf32                   may round the factors of float32 products to TF32 (10
                           bits of fraction), where a GPU has matrix units for it
  --safe-updates=on|off    keep spare buffers so that a failed call changes
                           nothing (on); off updates in place where it can, and
                           a failed call may have changed the variables
  --exact-allocations=on|off   no pool: every buffer its own allocation

What to see:
  --emit=theano|linalg|kernels|gpu|nvvm|llvm|program|ptx|asm
                           prints one stage; runs nothing, needs no inputs
  --dump-stages=DIR        writes every stage to DIR
  --dump-pipeline          prints the passes that would run on the device, as
                           theano-opt --pass-pipeline takes them; with --emit
                           those up to the stage. Needs no FILE
  --explain                kernels: family, source ops, bytes, launch shape;
                           memory in use at most
  --time                   time to compile, transfer and run (medians)
  --trace FILE.json        a Chrome trace of the compilation and the last call
  --help, --version
)";

std::string run::simulatorFlag(const std::string &key) {
  return key == "count" ? "--sim-counters" : "--sim-" + key;
}

static bool parseInteger(const std::string &text, int64_t &value) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

static Expected<ForRange> parseRange(const std::string &text) {
  ForRange range;
  size_t equals = text.find('='), colon = text.find(':', equals + 1);
  if (equals == std::string::npos || equals == 0 ||
      colon == std::string::npos ||
      !parseInteger(text.substr(equals + 1, colon - equals - 1), range.begin) ||
      !parseInteger(text.substr(colon + 1), range.end))
    return invalidArgument("--for takes NAME=A:B with integers A and B, not '" +
                           text + "'");
  if (int64_t count; __builtin_sub_overflow(range.end, range.begin, &count))
    return invalidArgument("--for " + text +
                           " asks for more calls than 64 bits count");
  range.name = text.substr(0, equals);
  return range;
}

/// Each file is written once.
static Status checkWrittenOnce(const Options &options) {
  std::vector<std::string> paths = {options.sharedOutput, options.trace};
  for (const CallOptions &call : options.calls)
    paths.push_back(call.output);
  std::map<std::string, std::string> written;
  for (const std::string &path : paths) {
    if (path.empty())
      continue;
    auto [it, isNew] = written.emplace(resultFile(path), path);
    if (!isNew)
      return invalidArgument(
          "two results go to " + it->second +
          (it->second == path ? "" : ", also called " + path) +
          "; give each --call a -o of its own");
  }
  return Status::success();
}

/// An architecture of a GPU is for what is compiled for one.
static Status checkArch(const Options &options) {
  bool isCpu = options.device == "cpu" && !options.emitsGpuStage();
  if (options.arch.empty() || (!isCpu && options.emit != "asm"))
    return Status::success();
  return invalidArgument(
      "--arch=" + options.arch + " chooses a GPU's instructions, and " +
      (isCpu ? "--device=cpu uses none" : "--emit=asm shows the CPU's") +
      "; leave out one of them");
}

/// Where nothing runs, nothing comes of what asks for results or reports.
static Status checkNothingRuns(const Options &options) {
  std::string mode = options.dumpPipeline    ? "--dump-pipeline"
                     : !options.emit.empty() ? "--emit"
                                             : "";
  if (mode.empty())
    return Status::success();
  bool writes = false;
  for (const CallOptions &call : options.calls)
    writes |= !call.output.empty();
  std::vector<std::pair<std::string, bool>> useless = {
      {"-o", writes},
      {"--shared-out", !options.sharedOutput.empty()},
      {"--trace", !options.trace.empty()},
      {"--dump-stages", !options.dumpStages.empty()},
      {"--threads", options.threads != 0},
      {"--explain", options.explain},
      {"--time", options.time}};
  for (const auto &[key, value] : options.simulator)
    useless.emplace_back(simulatorFlag(key), true);
  for (const auto &[name, isGiven] : useless)
    if (isGiven)
      return invalidArgument(mode + " runs nothing, so that " + name +
                             " has nothing to tell; leave one of them out");
  return Status::success();
}

Expected<Options>
theano::run::parseOptions(const std::vector<std::string> &arguments) {
  Options options;
  CallOptions common;
  CallOptions *current = &common;
  using Setter = std::function<Status(const std::string &)>;
  auto text = [](std::string &target) -> Setter {
    return [&target](const std::string &value) {
      target = value;
      return Status::success();
    };
  };
  auto choice = [](const std::string &name, bool &target,
                   const std::string &yes, const std::string &no) -> Setter {
    return [=, &target](const std::string &value) -> Status {
      if (value != yes && value != no)
        return invalidArgument(name + " takes " + yes + " or " + no +
                               ", not '" + value + "'");
      target = value == yes;
      return Status::success();
    };
  };
  auto integer = [](const std::string &name, int64_t &target,
                    int64_t least) -> Setter {
    return [=, &target](const std::string &value) -> Status {
      if (!parseInteger(value, target) || target < least)
        return invalidArgument(name + " takes an integer of at least " +
                               std::to_string(least) + ", not '" + value + "'");
      return Status::success();
    };
  };
  auto simulator = [&options](const char *key) -> Setter {
    return [&options, key](const std::string &value) {
      options.simulator.emplace_back(key, value);
      return Status::success();
    };
  };
  // What a call has of its own may replace what all have; twice in one place
  // only one could count.
  std::map<std::string, std::string> ofThisCall, ofTheRun;
  auto once = [&](const std::string &name, const std::string &value) -> Status {
    bool isRepeatable = name == "-i" || name == "--shared" || name == "--call";
    bool isOfCall = name == "-o" || name == "--repeat" || name == "--for";
    if (isRepeatable)
      return Status::success();
    auto [it, isNew] = (isOfCall ? ofThisCall : ofTheRun).emplace(name, value);
    if (isNew)
      return Status::success();
    return invalidArgument(
        name + " is given twice, with '" + it->second + "' and with '" + value +
        "'; give it once" +
        (isOfCall && current != &common ? " for each --call" : ""));
  };
  std::map<std::string, Setter> valued = {
      {"--device", text(options.device)},
      {"--cuda-driver", text(options.cudaDriver)},
      {"--arch", text(options.arch)},
      {"--cpu", text(options.cpu)},
      {"--blas", text(options.blas)},
      {"--emit", text(options.emit)},
      {"--trace", text(options.trace)},
      {"--dump-stages", text(options.dumpStages)},
      {"--shared-out", text(options.sharedOutput)},
      {"--sim-seed", simulator("seed")},
      {"--sim-check", simulator("check")},
      {"--sim-counters",
       [&](const std::string &value) -> Status {
         options.counters = cuda::parseReportFormat(value);
         options.simulator.emplace_back("count", "on");
         if (options.counters)
           return Status::success();
         return invalidArgument(
             "--sim-counters takes table, json or ptx, not '" + value + "'");
       }},
      {"--threads", integer("--threads", options.threads, 1)},
      {"--rewrites",
       choice("--rewrites", options.theanoRewrites, "theano", "exact")},
      {"--safe-updates",
       choice("--safe-updates", options.safeUpdates, "on", "off")},
      {"--exact-allocations",
       choice("--exact-allocations", options.exactAllocations, "on", "off")},
      {"--shared",
       [&](const std::string &value) {
         options.shared.push_back(value);
         return Status::success();
       }},
      {"-i",
       [&](const std::string &value) {
         current->inputs.push_back(value);
         return Status::success();
       }},
      {"-o",
       [&](const std::string &value) -> Status {
         if (!value.ends_with(".npz") && !value.ends_with(".npy"))
           return invalidArgument(
               "-o takes a file that ends in .npz or .npy, not '" + value +
               "'");
         current->output = value;
         return Status::success();
       }},
      {"--repeat",
       [&](const std::string &value) {
         return integer("--repeat", current->repeat, 0)(value);
       }},
      {"--for",
       [&](const std::string &value) -> Status {
         Expected<ForRange> range = parseRange(value);
         if (!range)
           return range.takeStatus();
         current->range = *range;
         current->range->isCommon = current == &common;
         return Status::success();
       }},
      {"--call",
       [&](const std::string &value) {
         options.calls.push_back(common);
         options.calls.back().commonInputs = common.inputs.size();
         current = &options.calls.back();
         ofThisCall.clear();
         current->function = value;
         return Status::success();
       }},
  };
  std::map<std::string, bool *> flags = {
      {"--time", &options.time},
      {"--explain", &options.explain},
      {"--tf32", &options.tf32},
      {"--dump-pipeline", &options.dumpPipeline},
      {"--help", &options.help},
      {"-h", &options.help},
      {"--version", &options.version}};

  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &argument = arguments[i];
    if (argument.empty() || argument[0] != '-' || argument == "-") {
      if (!options.file.empty())
        return invalidArgument("one file at a time: '" + options.file +
                               "' and '" + argument + "' were given");
      options.file = argument;
      continue;
    }
    if (auto flag = flags.find(argument); flag != flags.end()) {
      *flag->second = true;
      continue;
    }
    std::string name = argument, value;
    size_t equals = argument.find('=');
    bool inlineValue =
        argument.starts_with("--") && equals != std::string::npos;
    if (inlineValue) {
      name = argument.substr(0, equals);
      value = argument.substr(equals + 1);
    }
    auto setter = valued.find(name);
    if (setter == valued.end()) {
      std::vector<std::string> known;
      known.reserve(valued.size() + flags.size());
      for (auto &[option, unused] : valued)
        known.push_back(option);
      for (auto &[option, unused] : flags)
        known.push_back(option);
      std::string nearest = nearestSpelling(name, known);
      return invalidArgument("unknown option '" + name + "'" +
                             (nearest.empty()
                                  ? "; --help lists them"
                                  : "; did you mean '" + nearest + "'?"));
    }
    if (!inlineValue) {
      if (i + 1 == arguments.size())
        return invalidArgument("option '" + name + "' needs a value");
      value = arguments[++i];
    }
    if (Status status = setter->second(value); status.failed())
      return status;
    if (Status status = once(name, value); status.failed())
      return status;
  }
  if (options.calls.empty()) {
    // All of it is the one call's own.
    if (common.range)
      common.range->isCommon = false;
    options.calls.push_back(common);
  }
  if (Status status = checkWrittenOnce(options); status.failed())
    return status;
  if (Status status = checkArch(options); status.failed())
    return status;
  if (Status status = checkNothingRuns(options); status.failed())
    return status;
  return options;
}
