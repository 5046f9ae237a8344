//===- Link.h - several modules as one --------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_LINK_H
#define THEANO_SIMULATOR_PTX_LINK_H

#include "Ptx/Ast.h"

#include <functional>

namespace theano::sim {

struct LinkInput {
  std::unique_ptr<Module> module;
  std::string name; ///< what errors call it
};

/// Makes the first module the head of all (at least one): what one declares
/// means what another defines. Names without .visible stay their module's own;
/// of weak definitions the first counts, or one that is not weak. Null, with a
/// line for each in `errors`, where something is defined twice, or with other
/// parameters or another size than where it is declared, or is used and not
/// defined, unless it is a function that `isProvided` by the device.
std::unique_ptr<Module>
linkModules(std::vector<LinkInput> inputs,
            const std::function<bool(std::string_view name)> &isProvided,
            std::string &errors);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_LINK_H
