//===- InPlace.h - arguments that a kernel overwrites -----------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_INPLACE_H
#define THEANO_DIALECT_KERNEL_INPLACE_H

#include "llvm/ADT/StringRef.h"

namespace theano::kernel {

/// The unit attribute of an argument of a kernel.func that may share its memory
/// with a destination: it is read only at the index that is then written.
constexpr llvm::StringLiteral kInPlaceAttr = "kernel.in_place";

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_INPLACE_H
