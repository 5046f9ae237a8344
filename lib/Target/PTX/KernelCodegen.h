//===- KernelCodegen.h - LLVM's code generator for kernels ------*- C++ -*-===//

#ifndef THEANO_LIB_TARGET_PTX_KERNELCODEGEN_H
#define THEANO_LIB_TARGET_PTX_KERNELCODEGEN_H

#include "mlir/Support/LLVM.h"

namespace llvm {
namespace legacy {
class PassManager;
} // namespace legacy
class TargetMachine;
class raw_pwrite_stream;
} // namespace llvm

namespace theano {

/// Adds what writes a module as assembly text to `os`: the passes that
/// `machine` chooses, but for optimisations that find nothing in our kernels
/// and those that ptxas makes again. Without `reducesStrength` each address of
/// a loop is computed where it is used. Fails when `machine` has no printer.
mlir::LogicalResult addKernelCodegen(llvm::legacy::PassManager &passes,
                                     llvm::TargetMachine &machine,
                                     llvm::raw_pwrite_stream &os,
                                     bool hasLargeLoops);

} // namespace theano

#endif // THEANO_LIB_TARGET_PTX_KERNELCODEGEN_H
