//===- PtxRunner.h - loads a text and launches what it holds ----*- C++ -*-===//
//
// What a program does that loads PTX from somebody it should not trust: through
// the driver's own functions, with every check on. Shared by the fuzzer and by
// the test that replays what it found.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_FUZZ_PTXRUNNER_H
#define THEANO_TEST_FUZZ_PTXRUNNER_H

#include "theano/DriverAbi/Launch.h"
#include "theano/DriverAbi/TensorMap.h"
#include "theano/Runtime/Driver.h"

#include <initializer_list>
#include <utility>
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
  using EncodeTensorMap = cuda::Result(
      cuda::TensorMap *map, cuda::TensorMapDataType type, unsigned rank,
      void *address, const uint64_t *sizes, const uint64_t *strides,
      const uint32_t *box, const uint32_t *steps,
      cuda::TensorMapInterleave interleave, cuda::TensorMapSwizzle swizzle,
      cuda::TensorMapL2Promotion promotion, cuda::TensorMapFill fill);
  using LaunchKernelEx = cuda::Result(const cuda::LaunchConfig *config,
                                      cuda::Function function,
                                      void **parameters, void **extra);
  PtxRunner() = default;
  bool setOptions(std::initializer_list<std::pair<const char *, const char *>>
                      options) const;
  void runKernels(Session &session, const std::string &text, unsigned cluster,
                  Outcome &outcome) const;
  cuda::TensorMap mapFor(const std::string &text, cuda::DevicePtr array) const;
  cuda::Result launch(cuda::Function function, const std::string &text,
                      unsigned cluster) const;

  std::shared_ptr<const cuda::Driver> driver_;
  // Those that the runtime has no need of.
  cuda::SimReset *reset_ = nullptr;
  EncodeTensorMap *encode_ = nullptr;
  LaunchKernelEx *launchEx_ = nullptr;
};

} // namespace theano::fuzz

#endif // THEANO_TEST_FUZZ_PTXRUNNER_H
