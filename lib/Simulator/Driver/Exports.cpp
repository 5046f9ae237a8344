//===- Exports.cpp - names that stand for others --------------------------===//
//
// A function with a stream has a second name, under which null is the default
// stream of the calling thread (`_ptsz`; `_ptds` where no stream is named).
// Functions whose interface did not change with their number are one. Those
// whose first interface had 32 bits for an address are there to say so.
//
//===----------------------------------------------------------------------===//

#include "Driver/State.h"

using namespace theano::cuda;

static Result refuse(const char *symbol, const char *newer) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  state().addFinding(std::string(symbol) +
                     " is the interface of CUDA 3.1, whose addresses have 32 "
                     "bits; call " +
                     newer);
  return Result::NotSupported;
}

#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS)
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  THEANO_SIM_EXPORT SYMBOL##_ptsz PARAMETERS {                                 \
    PerThreadDefault scope;                                                    \
    return SYMBOL ARGUMENTS;                                                   \
  }
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  THEANO_SIM_EXPORT SYMBOL##_ptds PARAMETERS {                                 \
    PerThreadDefault scope;                                                    \
    return SYMBOL ARGUMENTS;                                                   \
  }
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  THEANO_SIM_EXPORT SYMBOL PARAMETERS { return TARGET ARGUMENTS; }
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER)                                     \
  THEANO_SIM_EXPORT SYMBOL() { return refuse(#SYMBOL, #NEWER); }
#define SIM_EXTENSION(SYMBOL, PARAMETERS)
#include "Driver/Exports.def"
