//===- Report.cpp - what theano-run tells of its calls --------------------===//

#include "Report.h"

#include "theano/Program/Describe.h"

#include <algorithm>

using namespace theano;
using namespace theano::run;

namespace {
/// The sizes of the arrays that a call gets; values of arrays are not known.
class ArgumentSizes final : public ExprEnvironment {
public:
  explicit ArgumentSizes(const Sweep &sweep) {
    const Program &program = sweep.executable->program();
    shapes.resize(program.slots.size());
    size_t numInputs = 0, numShared = 0;
    for (const InputInfo &input : program.inputs)
      shapes[input.slot] = input.isShared() ? sweep.shared[numShared++]->shape()
                                            : sweep.inputs[numInputs++].shape();
  }

  /// A rank that does not fit is refused by the call.
  int64_t dim(uint32_t slot, uint32_t axis) override {
    return axis < shapes[slot].size() ? shapes[slot][axis] : 0;
  }
  Expected<int64_t> scalar(uint32_t) override {
    return invalidArgument("not known before the call");
  }

private:
  std::vector<Shape> shapes;
};
} // namespace

std::string theano::run::explain(const Sweep &sweep) {
  ArgumentSizes sizes(sweep);
  std::string text = describe(sweep.executable->program(), &sizes);
  const Device &device = *sweep.executable->device();
  text += "device " + device.name() + ": " + device.description() + '\n';
  text += "library for matrix products: " + device.gemmDescription() + '\n';
  return text;
}

void theano::run::printPeakMemory(const Sweep &sweep, std::FILE *out) {
  const Device &device = *sweep.executable->device();
  size_t inputs = 0, shared = 0, peak = device.peakBytes();
  for (const HostArray &input : sweep.inputs)
    inputs += static_cast<size_t>(input.byteSize());
  for (const auto &variable : sweep.shared) {
    size_t bytes = dtypeSize(variable->dtype());
    for (int64_t size : variable->shape())
      bytes *= static_cast<size_t>(size);
    shared += bytes;
  }
  if (device.hostAccessible())
    peak += inputs;
  std::fprintf(out, "peak memory: %zu bytes (inputs %zu, shared %zu)\n", peak,
               inputs, shared);
}

/// The median in milliseconds.
static double median(std::vector<int64_t> nanoseconds) {
  auto middle = nanoseconds.begin() + nanoseconds.size() / 2;
  std::nth_element(nanoseconds.begin(), middle, nanoseconds.end());
  return double(*middle) / 1e6;
}

void theano::run::printTimes(const std::string &function, int64_t compileNs,
                             const std::vector<CallTimes> &times,
                             std::FILE *out) {
  std::fprintf(out, "%s: compile %.3f ms", function.c_str(),
               double(compileNs) / 1e6);
  if (!times.empty()) {
    std::vector<int64_t> transfers, runs;
    for (const CallTimes &call : times) {
      transfers.push_back(call.transferNs);
      runs.push_back(call.runNs);
    }
    std::fprintf(out, ", transfer %.3f ms, run %.3f ms (medians of %zu)",
                 median(std::move(transfers)), median(std::move(runs)),
                 times.size());
  }
  std::fputc('\n', out);
}
