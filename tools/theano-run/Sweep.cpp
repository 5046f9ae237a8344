//===- Sweep.cpp - one call, or many in a row -----------------------------===//

#include "Sweep.h"

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

Expected<NamedArrays> theano::run::runSweep(Sweep &sweep,
                                            const CallOptions &options) {
  const Program &program = sweep.executable->program();
  // Names of the outputs: their own, else out0, out1, ...
  NamedArrays results;
  for (const ResultInfo &result : program.results)
    if (!result.isUpdate()) {
      std::string name = result.name.empty()
                             ? "out" + std::to_string(results.size())
                             : result.name;
      for (auto &[other, array] : results)
        if (other == name)
          return invalidArgument("two results are called '" + name + "'");
      results.emplace_back(name, HostArray());
    }

  bool isSweep = options.range || options.repeat != 1;
  int64_t begin = options.range ? options.range->begin : 0;
  int64_t end = options.range ? options.range->end : 1;
  int64_t perSweep = std::max<int64_t>(0, end - begin);
  std::vector<std::vector<uint8_t>> collected(results.size());
  std::vector<Shape> shapes(results.size());

  int64_t calls = 0;
  for (int64_t epoch = 0; epoch < options.repeat; ++epoch) {
    std::string label = options.function + " " + std::to_string(epoch + 1) +
                        "/" + std::to_string(options.repeat);
    ProgressBar bar(label, perSweep);
    double sum = 0, mean = std::nan("");
    const std::string *meanName = nullptr;
    for (int64_t i = begin; i < end; ++i) {
      if (sweep.rangeInput >= 0) {
        HostArray &input = sweep.inputs[sweep.rangeInput];
        Expected<HostArray> index = makeIndex(input.dtype(), i);
        if (!index)
          return index.takeStatus();
        input = *index;
      }
      if (sweep.trace)
        sweep.trace->clear();
      int64_t start = Trace::now();
      Expected<std::vector<HostArray>> outputs =
          sweep.executable->callHost(sweep.inputs, sweep.shared, sweep.trace);
      if (!outputs)
        return outputs.takeStatus();
      sweep.callTimes.push_back(Trace::now() - start);
      ++calls;
      for (size_t o = 0; o < outputs->size(); ++o) {
        const HostArray &output = (*outputs)[o];
        if (!isSweep || output.rank() != 0) {
          results[o].second = output;
          continue;
        }
        results[o].second = output;
        const auto *bytes = static_cast<const uint8_t *>(output.data());
        collected[o].insert(collected[o].end(), bytes,
                            bytes + output.byteSize());
        if (isFloat(output.dtype()) &&
            (!meanName || meanName == &results[o].first)) {
          meanName = &results[o].first;
          sum += asDouble(output);
          mean = sum / double(i - begin + 1);
        }
      }
      bar.update(i - begin + 1, mean);
    }
    bar.finish();
    if (isSweep && meanName)
      std::printf("%s: %s %.6g\n", label.c_str(), meanName->c_str(), mean);
    else if (isSweep)
      std::printf("%s: done\n", label.c_str());
    std::fflush(stdout);
  }

  if (calls == 0)
    return NamedArrays();
  for (size_t o = 0; isSweep && o < results.size(); ++o) {
    HostArray &last = results[o].second;
    if (last.rank() != 0)
      continue;
    Expected<HostArray> all = HostArray::allocate(last.dtype(), {calls});
    if (!all)
      return all.takeStatus();
    std::memcpy(all->data(), collected[o].data(), collected[o].size());
    last = *all;
  }
  return results;
}
