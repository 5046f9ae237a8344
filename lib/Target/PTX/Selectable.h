//===- Selectable.h - what the PTX back end can select ----------*- C++ -*-===//

#ifndef THEANO_LIB_TARGET_PTX_SELECTABLE_H
#define THEANO_LIB_TARGET_PTX_SELECTABLE_H

#include <optional>
#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace theano {

/// LLVM ends the process when its back end meets what it cannot select, so all
/// that reaches it is checked first against what is known to work. Returns the
/// reason why `module` would not be selected for sm_`sm`, or nothing when it
/// would.
std::optional<std::string> whyUnselectable(const llvm::Module &module,
                                           int64_t sm);

} // namespace theano

#endif // THEANO_LIB_TARGET_PTX_SELECTABLE_H
