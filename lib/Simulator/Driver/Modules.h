//===- Modules.h - code that is loaded into a context -----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_MODULES_H
#define THEANO_SIMULATOR_DRIVER_MODULES_H

#include "Driver/Images.h"

namespace theano::cuda {

/// Makes a module of texts in `context`; what is wrong with them goes to `log`.
Result makeModule(ContextData &context, const std::vector<NamedText> &texts,
                  Module &module, std::string &log);
/// Takes a module out of its context, which must have no pending work.
void unloadModule(Module module);

/// Where a variable of a module lies; NotFound where it has none of that name.
/// Either answer may be null.
Result findGlobal(const ModuleData &module, const char *name,
                  DevicePtr *address, size_t *bytes);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_MODULES_H
