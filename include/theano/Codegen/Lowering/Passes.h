//===- Passes.h - lowering of emitted kernels -------------------*- C++ -*-===//

#ifndef THEANO_CODEGEN_LOWERING_PASSES_H
#define THEANO_CODEGEN_LOWERING_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace theano {

#define GEN_PASS_DECL
#include "theano/Codegen/Lowering/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "theano/Codegen/Lowering/Passes.h.inc"

/// Adds to a pipeline on builtin.module the passes that take every gpu.module
/// from scf, arith, math, vector and memref to the LLVM and NVVM dialects, with
/// one source line on each op, ready for Target/PTX.
void addGpuToNvvmPasses(mlir::OpPassManager &pm);

} // namespace theano

#endif // THEANO_CODEGEN_LOWERING_PASSES_H
