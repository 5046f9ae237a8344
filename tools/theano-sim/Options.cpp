//===- Options.cpp - the command line of theano-sim -----------------------===//

#include "Options.h"

#include "theano/Runtime/Driver.h"
#include "theano/Support/ArrayReader.h"
#include "theano/Support/Spelling.h"

#include <charconv>
#include <functional>
#include <map>

using namespace theano;
using namespace theano::simtool;

const char *const simtool::kHelp =
    R"(theano-sim FILE.ptx --grid X[,Y[,Z]] --block X[,Y[,Z]] [options]: runs one kernel
of a PTX file on a simulated CUDA device, with .npy arrays, and checks its accesses.

What to run:
  --kernel NAME            the .entry (default: the only one of the file)
  --grid X[,Y[,Z]]         blocks of the grid
  --block X[,Y[,Z]]        threads of a block
  --shared BYTES           dynamic shared memory of a block (default: 0)

One --arg for each parameter of the kernel, in their order:
  --arg in:SOURCE          the address of an array that is copied to the device
  --arg out:FILE.npy:T:SHAPE
                           the address of a new array, written to FILE.npy at the
                           end; where the kernel writes nothing its bytes are 255:
                           NaN, -1
  --arg inout:SOURCE:FILE.npy
                           both: copied to the device, written to FILE.npy
  --arg scratch:T:SHAPE    as out, and forgotten at the end
  --arg T:NUMBER           a scalar, such as u32:5, s64:-1, f32:0.5, b32:0x3f800000
  --arg value:SOURCE       the bytes of an array, for a parameter passed by value
  SOURCE is one of
    FILE.npy, FILE.npz:KEY
    arange:T:SHAPE         element k is k cast to T
    random:T:SHAPE[:SEED]  floats in [-1, 1), integers 0..9, fair bools (Philox)
    zeros:T:SHAPE
  T is bool, i8 to i64, u8 to u64, f16, bf16, f32, f64 or NumPy's name; of scalars
  also s8 to s64 and b8 to b64. SHAPE is like 3x4, empty for 0-d. Arrays reach the
  kernel in C order; the address of one without elements is 0. NumPy has no
  bfloat16: bf16 is written as float32.

The device:
  --arch sm_NN             the chip that it reports (default: sm_80)
  --seed N                 the order in which the warps of a block run; 0 (default)
                           is ascending
  --limit N                warp instructions after which the watchdog ends the launch
  --check basic|all        what it looks for; all: also reads of memory that
                           nothing has written, and races
  --counters table|json|ptx
                           prints what the kernel did to memory, where it ran
                           without a finding: sums, or with ptx each line of the
                           file with its counts
  The variables THEANO_SIM_* say the same; what stands here wins.

  --help, --version

Ends with 0 if the kernel ran without a finding. Else with 1, and no file is written.
)";

std::string simtool::formatSizes(const Sizes &sizes) {
  return "(" + std::to_string(sizes[0]) + ", " + std::to_string(sizes[1]) +
         ", " + std::to_string(sizes[2]) + ")";
}

template <typename T>
static bool parseInteger(const std::string &text, T &value) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

static Status parseSizes(const std::string &name, const std::string &text,
                         Sizes &sizes) {
  std::vector<std::string> parts = splitText(text, ',');
  sizes = {1, 1, 1};
  bool isGood = parts.size() <= sizes.size();
  for (size_t i = 0; isGood && i < parts.size(); ++i)
    isGood = parseInteger(parts[i], sizes[i]) && sizes[i] > 0;
  if (isGood)
    return Status::success();
  return invalidArgument(name +
                         " takes one to three sizes from 1 to 4294967295, like "
                         "4 or 16,8,1, not '" +
                         text + "'");
}

/// What must be there to run anything.
static Status checkComplete(const Options &options) {
  if (options.help || options.version)
    return Status::success();
  if (options.file.empty())
    return invalidArgument("no file was given; theano-sim --help tells how to "
                           "run a kernel");
  for (const auto &[name, sizes] :
       {std::pair("--grid", options.grid), std::pair("--block", options.block)})
    if (sizes[0] == 0)
      return invalidArgument(std::string(name) +
                             " is missing; give the sizes, like " + name +
                             " 32 or " + name + " 16,8");
  return Status::success();
}

Expected<Options>
simtool::parseOptions(const std::vector<std::string> &arguments) {
  Options options;
  using Setter = std::function<Status(const std::string &)>;
  auto simulator = [&options](const char *key) -> Setter {
    return [&options, key](const std::string &value) {
      options.simulator.emplace_back(key, value);
      return Status::success();
    };
  };
  std::map<std::string, Setter> valued = {
      {"--kernel",
       [&](const std::string &value) {
         options.kernel = value;
         return Status::success();
       }},
      {"--grid",
       [&](const std::string &value) {
         return parseSizes("--grid", value, options.grid);
       }},
      {"--block",
       [&](const std::string &value) {
         return parseSizes("--block", value, options.block);
       }},
      {"--shared",
       [&](const std::string &value) -> Status {
         if (parseInteger(value, options.sharedBytes) &&
             options.sharedBytes >= 0)
           return Status::success();
         return invalidArgument(
             "--shared takes a number of bytes from 0 to 2147483647, not '" +
             value + "'");
       }},
      {"--arg",
       [&](const std::string &value) {
         options.arguments.push_back(value);
         return Status::success();
       }},
      {"--arch", simulator("arch")},
      {"--seed", simulator("seed")},
      {"--limit", simulator("limit")},
      {"--check", simulator("check")},
      {"--counters",
       [&](const std::string &value) -> Status {
         options.counters = cuda::parseReportFormat(value);
         options.simulator.emplace_back("count", "on");
         if (options.counters)
           return Status::success();
         return invalidArgument("--counters takes table, json or ptx, not '" +
                                value + "'");
       }},
  };
  std::map<std::string, bool *> flags = {{"--help", &options.help},
                                         {"-h", &options.help},
                                         {"--version", &options.version}};
  auto unknown = [&](const std::string &name) {
    std::vector<std::string> known;
    known.reserve(valued.size() + flags.size());
    for (const auto &[option, unused] : valued)
      known.push_back(option);
    for (const auto &[option, unused] : flags)
      known.push_back(option);
    std::string nearest = nearestSpelling(name, known);
    return invalidArgument("unknown option '" + name + "'" +
                           (nearest.empty()
                                ? "; --help lists them"
                                : "; did you mean '" + nearest + "'?"));
  };

  std::map<std::string, std::string> given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &argument = arguments[i];
    if (!argument.starts_with("-")) {
      if (argument.empty())
        return invalidArgument("the name of the file is empty");
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
    if (equals != std::string::npos) {
      name = argument.substr(0, equals);
      value = argument.substr(equals + 1);
    }
    auto setter = valued.find(name);
    if (setter == valued.end())
      return unknown(name);
    if (equals == std::string::npos) {
      if (i + 1 == arguments.size())
        return invalidArgument("option '" + name + "' needs a value");
      value = arguments[++i];
    }
    if (Status status = setter->second(value); status.failed())
      return status;
    // Twice, only one could count.
    auto [it, isNew] = given.emplace(name, value);
    if (!isNew && name != "--arg")
      return invalidArgument(name + " is given twice, with '" + it->second +
                             "' and with '" + value + "'; give it once");
  }
  if (Status status = checkComplete(options); status.failed())
    return status;
  return options;
}
