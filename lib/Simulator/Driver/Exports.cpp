//===- Exports.cpp - names that stand for others --------------------------===//
//
// A function with a stream has a second name, under which null is the default
// stream of the calling thread (`_ptsz`; `_ptds` where no stream is named).
// Functions whose interface did not change with their number are one.
//
//===----------------------------------------------------------------------===//

#include "Driver/State.h"

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
#define SIM_EXTENSION(SYMBOL, PARAMETERS)
#include "Driver/Exports.def"
