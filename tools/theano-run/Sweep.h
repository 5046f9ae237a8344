//===- Sweep.h - one call, or many in a row ---------------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SWEEP_H
#define TOOLS_THEANO_RUN_SWEEP_H

#include "Options.h"

#include "theano/Runtime/Executable.h"
#include "theano/Support/Npy.h"

namespace theano::run {

/// What one call took, in nanoseconds; the device is waited for after each
/// part.
struct CallTimes {
  int64_t transferNs = 0; ///< inputs to the device and outputs back
  int64_t runNs = 0;
};

/// What a sweep needs: everything but the options is about one function.
struct Sweep {
  std::shared_ptr<Executable> executable;
  std::vector<HostArray> inputs; ///< of the arguments that are not shared
  std::vector<std::shared_ptr<SharedVariable>> shared;
  /// Which of `inputs` --for sets, or -1.
  int rangeInput = -1;
  Trace *trace = nullptr; ///< receives the last call
  bool timed = false;
  std::vector<CallTimes> times; ///< one a call, where `timed`
};

/// Fails where a sweep that makes no call has results that are not 0-d, which
/// then have no value: an empty collection of 0-d results is a value.
Status checkEmptySweep(const Program &program, const CallOptions &options);

/// Runs the calls and returns the outputs by name: 0-d outputs of a sweep that
/// go to a file are collected, one value a call; others are the last call's,
/// and left out where there is none.
Expected<NamedArrays> runSweep(Sweep &sweep, const CallOptions &options);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SWEEP_H
