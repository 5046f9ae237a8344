//===- InitAll.cpp - registers all that the tools know --------------------===//

#include "theano/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "theano/Codegen/CPU/Passes.h"
#include "theano/Codegen/GPU/Passes.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Codegen/Lowering/Passes.h"
#include "theano/Conversion/TheanoToLinalg/Passes.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "theano/Dialect/Theano/Transforms/Passes.h"
#include "theano/Pipelines/Pipelines.h"

void theano::registerAllDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<TheanoDialect, kernel::KernelDialect>();
}

void theano::registerAllPasses() {
  mlir::registerAllPasses();
  registerTheanoTransformsPasses();
  registerConversionTheanoToLinalgPasses();
  registerCodegenKernelsPasses();
  registerCodegenCPUPasses();
  registerCodegenGpuPasses();
  registerLoweringPasses();
  mlir::PassPipelineRegistration<>(
      "kernel-gpu-to-nvvm",
      "emitted gpu.modules to the LLVM and NVVM dialects, ready for PTX",
      addGpuToNvvmPasses);
  registerPipelines();
}
