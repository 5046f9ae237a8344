//===- Passes.h - kernels as GPU code ---------------------------*- C++ -*-===//

#ifndef THEANO_CODEGEN_GPU_PASSES_H
#define THEANO_CODEGEN_GPU_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace theano {

#define GEN_PASS_DECL
#include "theano/Codegen/GPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "theano/Codegen/GPU/Passes.h.inc"

} // namespace theano

#endif // THEANO_CODEGEN_GPU_PASSES_H
