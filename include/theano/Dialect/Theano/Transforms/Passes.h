//===- Passes.h - passes on the theano dialect ------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_H
#define THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace theano {

#define GEN_PASS_DECL
#include "theano/Dialect/Theano/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "theano/Dialect/Theano/Transforms/Passes.h.inc"

} // namespace theano

#endif // THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_H
