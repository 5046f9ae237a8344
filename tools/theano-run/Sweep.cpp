//===- Sweep.cpp - one call, or many in a row -----------------------------===//

#include "Sweep.h"

#include "theano/Support/CheckedMath.h"
#include "theano/Support/Memory.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <unistd.h>

using namespace theano;
using namespace theano::run;

/// An integer as a 0-d array of `dtype`.
static Expected<HostArray> makeIndex(DType dtype, int64_t value) {
  Expected<HostArray> wide = HostArray::allocate(DType::Int64, {});
  if (!wide)
    return wide;
  wide->as<int64_t>()[0] = value;
  Expected<HostArray> index = convertElements(*wide, dtype);
  if (!index)
    return index;
  Expected<HostArray> back = convertElements(*index, DType::Int64);
  if (!back || back->as<int64_t>()[0] != value)
    return invalidArgument(
        "--for counts to " + std::to_string(value) + ", which does not fit " +
        std::string(dtypeName(dtype)) + "; shorten the range");
  return index;
}

/// The value of a 0-d float array.
static double asDouble(const HostArray &array) {
  Expected<HostArray> wide = convertElements(array, DType::Float64);
  return wide ? wide->as<double>()[0] : std::nan("");
}

namespace {
/// A line that is rewritten on a terminal while a sweep runs.
class ProgressBar {
public:
  ProgressBar(std::string label, int64_t total)
      : label(std::move(label)), total(total), shown(isatty(STDERR_FILENO)) {}

  void update(int64_t done, double mean) {
    int64_t now = Trace::now();
    if (!shown || (done != total && now - last < 100'000'000))
      return;
    last = now;
    int filled = total ? int(30 * done / total) : 30;
    std::string bar(filled, '#');
    bar.resize(30, '.');
    std::fprintf(stderr, "\r%s [%s] %lld/%lld", label.c_str(), bar.c_str(),
                 static_cast<long long>(done), static_cast<long long>(total));
    if (!std::isnan(mean))
      std::fprintf(stderr, "  %.6g", mean);
  }
  void finish() {
    if (shown)
      std::fprintf(stderr, "\r\033[K");
  }

private:
  std::string label;
  int64_t total, last = 0;
  bool shown;
};
} // namespace

/// How often a call line asks its function to be called.
static int64_t callsPerSweep(const CallOptions &options) {
  return options.range ? options.range->count() : 1;
}

/// Whether the result is one value a call, which a sweep collects.
static bool isCollected(const Program &program, const ResultInfo &result) {
  return program.slots[result.slot].shape.empty();
}

/// Names of the outputs: their own, else out0, out1, ...
static Expected<std::vector<std::string>> nameOutputs(const Program &program) {
  std::vector<std::string> names;
  for (const ResultInfo &result : program.results)
    if (!result.isUpdate()) {
      std::string name = result.name.empty()
                             ? "out" + std::to_string(names.size())
                             : result.name;
      if (llvm::is_contained(names, name))
        return invalidArgument("two results are called '" + name + "'");
      names.push_back(std::move(name));
    }
  return names;
}

Status theano::run::checkEmptySweep(const Program &program,
                                    const CallOptions &options) {
  if (options.repeat && callsPerSweep(options))
    return Status::success();
  Expected<std::vector<std::string>> names = nameOutputs(program);
  if (!names)
    return names.takeStatus();
  size_t number = 0;
  for (const ResultInfo &result : program.results) {
    if (result.isUpdate())
      continue;
    const std::string &name = (*names)[number++];
    if (!isCollected(program, result))
      return invalidArgument(
          "the sweep of '" + options.function +
          "' makes no call, so that its result '" + name +
          "' has no value to write; leave out -o or widen the range");
  }
  return Status::success();
}

namespace {
/// The calls of one function, and what is kept of them.
class Sweeper {
public:
  Sweeper(Sweep &sweep, const CallOptions &options)
      : sweep(sweep), options(options),
        isSweep(options.range || options.repeat != 1),
        keepsAll(isSweep && !options.output.empty()),
        begin(options.range ? options.range->begin : 0),
        perSweep(callsPerSweep(options)) {}

  Expected<NamedArrays> run() {
    const Program &program = sweep.executable->program();
    Expected<std::vector<std::string>> named = nameOutputs(program);
    if (!named)
      return named.takeStatus();
    names = std::move(*named);
    collected.resize(names.size());
    last.resize(names.size());
    if (Status status = reserveCollected(); status.failed())
      return status;
    for (int64_t epoch = 0; epoch < options.repeat; ++epoch)
      if (Status status = runEpoch(epoch); status.failed())
        return status;

    NamedArrays results;
    size_t number = 0;
    for (const ResultInfo &result : program.results) {
      if (result.isUpdate())
        continue;
      size_t o = number++;
      if (keepsAll && isCollected(program, result)) {
        Expected<HostArray> all = collect(result.dtype, collected[o]);
        if (!all)
          return all.takeStatus();
        results.emplace_back(names[o], *all);
      } else if (calls > 0) {
        results.emplace_back(names[o], last[o]);
      }
    }
    return results;
  }

private:
  /// Takes the memory for one value a call now: a sweep that cannot keep its
  /// results is refused before its first call, not after hours.
  Status reserveCollected() {
    if (!keepsAll && !sweep.timed)
      return Status::success();
    std::string request = std::to_string(options.repeat) + " x " +
                          std::to_string(perSweep) + " calls of '" +
                          options.function + "'";
    std::optional<int64_t> total = checkedMul(options.repeat, perSweep);
    if (!total)
      return invalidArgument(request +
                             " are more calls than 64 bits count; lower "
                             "--repeat or shorten the range of --for");
    const Program &program = sweep.executable->program();
    size_t number = 0;
    for (const ResultInfo &result : program.results) {
      if (result.isUpdate())
        continue;
      std::vector<uint8_t> &bytes = collected[number++];
      if (!keepsAll || !isCollected(program, result))
        continue;
      std::optional<int64_t> size =
          checkedMul(*total, static_cast<int64_t>(dtypeSize(result.dtype)));
      if (Status status = tryReserve(
              bytes, size ? static_cast<size_t>(*size) : SIZE_MAX,
              "to collect result '" + names[number - 1] + "' of " + request +
                  "; lower --repeat or shorten the range of --for");
          status.failed())
        return status;
    }
    if (!sweep.timed)
      return Status::success();
    return tryReserve(sweep.times, static_cast<size_t>(*total),
                      "to keep the times of " + request + "; leave out --time");
  }

  Expected<HostArray> collect(DType dtype,
                              const std::vector<uint8_t> &bytes) const {
    Expected<HostArray> all = HostArray::allocate(dtype, {calls});
    if (all && !bytes.empty())
      std::memcpy(all->data(), bytes.data(), bytes.size());
    return all;
  }

  /// The calls of one pass over the range, and the line that ends it.
  Status runEpoch(int64_t epoch) {
    std::string label = options.function + " " + std::to_string(epoch + 1) +
                        "/" + std::to_string(options.repeat);
    ProgressBar bar(label, perSweep);
    double sum = 0, mean = std::nan("");
    const std::string *meanName = nullptr;
    for (int64_t i = 0; i < perSweep; ++i) {
      if (Status status = setIndex(begin + i); status.failed())
        return status;
      bool isLast = epoch + 1 == options.repeat && i + 1 == perSweep;
      Expected<std::vector<HostArray>> outputs =
          call(isLast ? sweep.trace : nullptr);
      if (!outputs)
        return outputs.takeStatus();
      ++calls;
      for (size_t o = 0; o < outputs->size(); ++o) {
        const HostArray &output = last[o] = (*outputs)[o];
        if (!isSweep || output.rank() != 0)
          continue;
        const auto *bytes = static_cast<const uint8_t *>(output.data());
        if (keepsAll)
          collected[o].insert(collected[o].end(), bytes,
                              bytes + output.byteSize());
        if (isFloat(output.dtype()) && (!meanName || meanName == &names[o])) {
          meanName = &names[o];
          sum += asDouble(output);
          mean = sum / double(i + 1);
        }
      }
      bar.update(i + 1, mean);
    }
    bar.finish();
    if (isSweep && meanName)
      std::printf("%s: %s %.6g\n", label.c_str(), meanName->c_str(), mean);
    else if (isSweep)
      std::printf("%s: done\n", label.c_str());
    std::fflush(stdout);
    return Status::success();
  }

  /// Gives the argument of --for its value for the next call.
  Status setIndex(int64_t value) {
    if (sweep.rangeInput < 0)
      return Status::success();
    HostArray &input = sweep.inputs[sweep.rangeInput];
    Expected<HostArray> index = makeIndex(input.dtype(), value);
    if (!index)
      return index.takeStatus();
    input = *index;
    return Status::success();
  }

  /// One call from host memory to host memory.
  Expected<std::vector<HostArray>> call(Trace *trace) {
    const std::shared_ptr<Device> &device = sweep.executable->device();
    // Parts that are timed are waited for, each by itself.
    auto wait = [&] {
      return sweep.timed ? device->synchronize() : Status::success();
    };
    int64_t start = Trace::now();
    Expected<std::vector<DeviceArray>> arguments = [&] {
      TraceSpan span(trace, "inputs to the device", "transfer");
      return toDevice(device, sweep.inputs);
    }();
    if (!arguments)
      return arguments.takeStatus();
    if (Status status = wait(); status.failed())
      return status;
    int64_t sent = Trace::now();
    Expected<std::vector<DeviceArray>> results = [&] {
      TraceSpan span(trace, options.function, "call");
      return sweep.executable->call(*arguments, sweep.shared, trace);
    }();
    if (!results)
      return results.takeStatus();
    if (Status status = wait(); status.failed())
      return status;
    int64_t computed = Trace::now();
    Expected<std::vector<HostArray>> outputs = [&] {
      TraceSpan span(trace, "outputs to the host", "transfer");
      return toHost(*results);
    }();
    if (sweep.timed)
      sweep.times.push_back(
          {sent - start + Trace::now() - computed, computed - sent});
    return outputs;
  }

  Sweep &sweep;
  const CallOptions &options;
  bool isSweep;
  bool keepsAll; ///< whether the 0-d results of every call are collected
  int64_t begin, perSweep, calls = 0;
  std::vector<std::string> names;
  std::vector<std::vector<uint8_t>> collected; ///< elements, one a call
  std::vector<HostArray> last;
};
} // namespace

Expected<NamedArrays> theano::run::runSweep(Sweep &sweep,
                                            const CallOptions &options) {
  return Sweeper(sweep, options).run();
}
