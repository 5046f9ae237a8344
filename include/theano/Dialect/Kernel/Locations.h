//===- Locations.h - source locations as text -------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_LOCATIONS_H
#define THEANO_DIALECT_KERNEL_LOCATIONS_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace theano::kernel {

/// The files, lines and columns that `loc` names, in order and each once, as
/// "file:line:column".
llvm::SmallVector<std::string> listLocations(mlir::Location loc);

/// The first of them, or an empty string.
std::string describeLocation(mlir::Location loc);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_LOCATIONS_H
