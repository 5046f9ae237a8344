//===- Pipelines.cpp - the stages of the compiler as functions ------------===//

#include "theano/Pipelines/Pipelines.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "theano/Codegen/CPU/Passes.h"
#include "theano/Codegen/GPU/Passes.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Codegen/Lowering/Passes.h"
#include "theano/Conversion/TheanoToLinalg/Passes.h"
#include "theano/Dialect/Theano/Transforms/Passes.h"

using namespace mlir;

/// Elements of a full reduction that are worth handing to a thread.
static constexpr int64_t kCpuElementsPerBlock = 65536;

void theano::addSimplifyPasses(OpPassManager &pm,
                               const PipelineOptions &options) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createStabilize());
  if (options.theanoRewrites)
    pm.addPass(createApplyTheanoRewrites());
  pm.addPass(createInferShapes());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void theano::addLinalgPasses(OpPassManager &pm) {
  pm.addPass(createConvertTheanoToLinalg());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void theano::addCpuSchedulePasses(OpPassManager &pm,
                                  const PipelineOptions &options) {
  SplitReductionsOptions split;
  split.elementsPerBlock = kCpuElementsPerBlock;
  split.rowsPerBlock = 0;
  split.stepsPerBlock = 0;
  pm.addPass(createSplitReductions(split));
  ChooseCpuSchedulesOptions schedules;
  schedules.vectorBytes = options.vectorBytes;
  pm.addPass(createChooseCpuSchedules(schedules));
}

void theano::addGpuSchedulePasses(OpPassManager &pm,
                                  const PipelineOptions &options) {
  pm.addPass(createSplitReductions());
  ChooseGpuSchedulesOptions schedules;
  schedules.arch = options.arch;
  schedules.tf32 = options.tf32;
  pm.addPass(createChooseGpuSchedules(schedules));
}

void theano::addScheduledKernelPasses(OpPassManager &pm,
                                      const PipelineOptions &options,
                                      bool gpu) {
  FormKernelsOptions form;
  form.keepContractions = options.keepContractions;
  // A block sums a row together; a CPU thread sums many rows as fast alone.
  if (gpu)
    pm.addPass(createNestReductions());
  // What has been formed is split and scheduled as it is, and canonical then.
  pm.addPass(createFormKernels(form));
  if (gpu)
    addGpuSchedulePasses(pm, options);
  else
    addCpuSchedulePasses(pm, options);
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  if (options.updateInPlace)
    pm.addPass(createUpdateInPlace());
  // Last, when all that tells kernels apart has been decided.
  pm.addPass(createMergeIdenticalKernels());
}

void theano::addGraphToKernelsPasses(OpPassManager &pm,
                                     const PipelineOptions &options, bool gpu) {
  addSimplifyPasses(pm, options);
  addLinalgPasses(pm);
  addScheduledKernelPasses(pm, options, gpu);
}

void theano::addNativePasses(OpPassManager &pm,
                             const PipelineOptions &options) {
  pm.addPass(createEmitCpuKernels());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  ExpandMathOptions math;
  math.expandF16 = options.expandF16;
  pm.addPass(createExpandMath(math));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(arith::createArithExpandOpsPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  ConvertFuncToLLVMPassOptions functions;
  functions.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(functions));
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createWrapCpuKernels());
}

void theano::addGpuPasses(OpPassManager &pm) {
  pm.addPass(createEmitGpuKernels());
}

void theano::addNvvmPasses(OpPassManager &pm) { addGpuToNvvmPasses(pm); }
