//===- Pipeline.cpp - the passes from an emitted GPU kernel to NVVM -------===//

#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "theano/Codegen/Lowering/Passes.h"

using namespace mlir;

void theano::addGpuToNvvmPasses(OpPassManager &pm) {
  OpPassManager &kernel = pm.nest<gpu::GPUModuleOp>();
  kernel.addPass(createExpandMath());
  // No canonicalizer: LLVM finds the same, in less time.
  kernel.addPass(createCSEPass());
  kernel.addPass(createSCFToControlFlowPass());
  kernel.addPass(createConvertKernelGpuToNvvm());
  pm.addPass(createKernelPickLocations());
  // On the outer module: the pass refuses to run nested. Directives alone, as
  // anything more marks the PTX as debug code, which the driver deoptimises.
  LLVM::DIScopeForLLVMFuncOpPassOptions debug;
  debug.emissionKind = LLVM::DIEmissionKind::DebugDirectivesOnly;
  pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass(debug));
}
