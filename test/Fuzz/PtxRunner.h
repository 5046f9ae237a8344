//===- PtxRunner.h - loads a text and launches what it holds ----*- C++ -*-===//
//
// What a program does that loads PTX from somebody it should not trust: through
// the driver's own functions, with every check on. Shared by the fuzzer and by
// the test that replays what it found.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_FUZZ_PTXRUNNER_H
#define THEANO_TEST_FUZZ_PTXRUNNER_H

#include "theano/Runtime/Driver.h"

#include <vector>

namespace theano::fuzz {

/// How a text fared.
struct Outcome {
  cuda::Result load = cuda::Result::Success;
  std::string log; ///< of a load that failed
  /// Of each launch, or what waiting for it answered; none of a module without
  /// kernels.
  std::vector<cuda::Result> launches;
  /// What the simulator reports of the launches.
  std::string report;
};

class PtxRunner {
public:
  /// Opens the simulated driver and sets the limits that keep a run short.
  static Expected<PtxRunner> open();

  /// Loads `text`, and launches each of its first kernels: once as it is, once
  /// with all checks and counters. The answer depends on the text alone, as far
  /// as the kernels do not look at addresses.
  Outcome run(const std::string &text) const;

private:
  struct Session;
  PtxRunner() = default;
  Status setOptions(const char *check, const char *count) const;
  void runKernels(Session &session, const std::string &text,
                  Outcome &outcome) const;
  cuda::Result launch(cuda::Function function) const;

  std::shared_ptr<const cuda::Driver> driver_;
  cuda::SimReset *reset_ = nullptr;
};

} // namespace theano::fuzz

#endif // THEANO_TEST_FUZZ_PTXRUNNER_H
