//===- Libraries.h - code that belongs to no context ------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_LIBRARIES_H
#define THEANO_SIMULATOR_DRIVER_LIBRARIES_H

#include "theano/DriverAbi/Launch.h"

namespace theano::cuda {

struct ContextData;
struct FunctionData;

/// What a kernel of a library is in `context`, into which its library is loaded
/// for it. Null if the handle is none, or its variables find no memory.
FunctionData *functionOfKernel(ContextData &context, Kernel kernel);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_LIBRARIES_H
