//===- Exports.h - the functions that the driver exports --------*- C++ -*-===//
//
// Declares what Exports.def lists; nothing else is exported, and a definition
// of anything else does not compile.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_EXPORTS_H
#define THEANO_SIMULATOR_DRIVER_EXPORTS_H

#include "Driver/ExportTypes.h"

namespace theano::cuda {

// Starts the definition of a listed function: THEANO_SIM_EXPORT cuInit(...) {}
#define THEANO_SIM_EXPORT theano::cuda::Result theano::cuda::

extern "C" {
#define SIM_VISIBLE __attribute__((visibility("default")))
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS)                                \
  SIM_VISIBLE Result SYMBOL PARAMETERS;
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  SIM_VISIBLE Result SYMBOL PARAMETERS;                                        \
  SIM_VISIBLE Result SYMBOL##_ptsz PARAMETERS;
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  SIM_VISIBLE Result SYMBOL PARAMETERS;                                        \
  SIM_VISIBLE Result SYMBOL##_ptds PARAMETERS;
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  SIM_VISIBLE Result SYMBOL PARAMETERS;
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER) SIM_VISIBLE Result SYMBOL();
#define SIM_EXTENSION(SYMBOL, PARAMETERS) SIM_VISIBLE Result SYMBOL PARAMETERS;
#include "Driver/Exports.def"
#undef SIM_VISIBLE
}

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_EXPORTS_H
