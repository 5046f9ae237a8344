//===- EmitCpuKernels.cpp - writes the loops of each kernel ---------------===//

#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Codegen/CPU/Passes.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_EMITCPUKERNELS
#include "theano/Codegen/CPU/Passes.h.inc"
} // namespace theano

using namespace mlir;

#define DEBUG_TYPE "emit-cpu-kernels"
ALWAYS_ENABLED_STATISTIC(numEmitted, "Number of kernels emitted");

namespace {
struct EmitCpuKernels : theano::impl::EmitCpuKernelsBase<EmitCpuKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto host : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      host.erase();
    for (auto kernel :
         llvm::make_early_inc_range(module.getOps<theano::kernel::FuncOp>())) {
      if (failed(theano::cpu::CpuKernel(kernel).emit()))
        return signalPassFailure();
      kernel.erase();
      ++numEmitted;
    }
  }
};
} // namespace
