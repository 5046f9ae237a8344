//===- Sweep.h - one call, or many in a row ---------------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SWEEP_H
#define TOOLS_THEANO_RUN_SWEEP_H

#include "Options.h"

#include "theano/Runtime/Executable.h"
#include "theano/Support/Npy.h"

namespace theano::run {

/// What a sweep needs: everything but the options is about one function.
struct Sweep {
  std::shared_ptr<Executable> executable;
  std::vector<HostArray> inputs; ///< of the arguments that are not shared
  std::vector<std::shared_ptr<SharedVariable>> shared;
  /// Which of `inputs` --for sets, or -1.
  int rangeInput = -1;
  Trace *trace = nullptr;         ///< of the last call
  std::vector<int64_t> callTimes; ///< nanoseconds, one a call
};

/// Runs the calls and returns the outputs by name: 0-d outputs of a sweep are
/// collected, one value a call; others are the last call's.
Expected<NamedArrays> runSweep(Sweep &sweep, const CallOptions &options);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SWEEP_H
