//===- Passes.h - from the theano dialect to linalg -------------*- C++ -*-===//

#ifndef THEANO_CONVERSION_THEANOTOLINALG_PASSES_H
#define THEANO_CONVERSION_THEANOTOLINALG_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace theano {

#define GEN_PASS_DECL
#include "theano/Conversion/TheanoToLinalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "theano/Conversion/TheanoToLinalg/Passes.h.inc"

} // namespace theano

#endif // THEANO_CONVERSION_THEANOTOLINALG_PASSES_H
