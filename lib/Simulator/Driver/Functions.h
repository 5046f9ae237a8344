//===- Functions.h - kernels of modules -------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_FUNCTIONS_H
#define THEANO_SIMULATOR_DRIVER_FUNCTIONS_H

#include "Driver/State.h"

namespace theano::cuda {

/// What a block may have of shared memory beyond its own variables.
int mostDynamicShared(const FunctionData &function);

Result readAttribute(const FunctionData &function, FunctionAttribute attribute,
                     int &value);
Result setAttribute(FunctionData &function, FunctionAttribute attribute,
                    int value);
Result readParameter(const FunctionData &function, size_t index, size_t *offset,
                     size_t *bytes);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_FUNCTIONS_H
