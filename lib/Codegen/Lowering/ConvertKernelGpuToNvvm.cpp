//===- ConvertKernelGpuToNvvm.cpp - emitted GPU kernels to NVVM -----------===//

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Transforms/DialectConversion.h"
#include "theano/Codegen/Lowering/Passes.h"
#include "theano/Codegen/Lowering/PtxOps.h"

namespace theano {
#define GEN_PASS_DEF_CONVERTKERNELGPUTONVVM
#include "theano/Codegen/Lowering/Passes.h.inc"
} // namespace theano

using namespace mlir;

namespace {

/// The math ops that PTX has exact instructions for. All others are
/// expand-math's to write as arithmetic: sent on, they would become calls of a
/// device library that no driver resolves, or stop LLVM.
bool hasPtxInstruction(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp, math::FloorOp, math::FmaOp, math::IsFiniteOp,
             math::IsInfOp, math::IsNaNOp, math::IsNormalOp, math::RoundEvenOp,
             math::RoundOp, math::SqrtOp, math::TruncOp>(op);
}

/// Emits an error at each math op that cannot go on.
LogicalResult refuseLibraryMath(gpu::GPUModuleOp module) {
  bool failed = false;
  module.walk([&](Operation *op) {
    if (!isa_and_nonnull<math::MathDialect>(op->getDialect()) ||
        hasPtxInstruction(op))
      return;
    op->emitOpError("has no PTX instruction; expected it to be expanded into "
                    "arithmetic before this pass (expand-math)");
    failed = true;
  });
  return failure(failed);
}

/// The types and patterns for one width of index.
struct Lowering {
  Lowering(MLIRContext *context, unsigned indexBits)
      : options(makeOptions(context, indexBits)), converter(context, options),
        patterns(makePatterns(context)) {}

  LowerToLLVMOptions options;
  LLVMTypeConverter converter;
  FrozenRewritePatternSet patterns;

private:
  static LowerToLLVMOptions makeOptions(MLIRContext *context,
                                        unsigned indexBits) {
    LowerToLLVMOptions options(context);
    options.overrideIndexBitwidth(indexBits);
    options.useBarePtrCallConv = true;
    return options;
  }

  RewritePatternSet makePatterns(MLIRContext *context) {
    configureGpuToNVVMTypeConverter(converter);
    // Nobody waits for a single copy, so what stands for one is not read.
    converter.addConversion([](nvgpu::DeviceAsyncTokenType type) -> Type {
      return IntegerType::get(type.getContext(), 32);
    });
    RewritePatternSet patterns(context);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    vector::populateVectorStepLoweringPatterns(patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    // Upstream's GPU patterns send all of math to a device library; ours come
    // first, and refuseLibraryMath has left nothing else.
    populateMathToLLVMConversionPatterns(converter, patterns,
                                         /*approximateLog1p=*/false,
                                         /*benefit=*/10);
    populateGpuToNVVMConversionPatterns(converter, patterns, /*benefit=*/1);
    populateNVGPUToNVVMConversionPatterns(converter, patterns);
    theano::populateShufflePatterns(converter, patterns, /*benefit=*/10);
    return patterns;
  }
};

struct ConvertKernelGpuToNvvm
    : theano::impl::ConvertKernelGpuToNvvmBase<ConvertKernelGpuToNvvm> {
  void getDependentDialects(DialectRegistry &registry) const override {
    ConvertKernelGpuToNvvmBase::getDependentDialects(registry);
    theano::insertNvvmDialect(registry);
  }

  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    MLIRContext *context = &getContext();
    unsigned indexBits = 64;
    if (auto bits = module->getAttrOfType<IntegerAttr>("kernel.index_bits"))
      indexBits = bits.getInt();
    if (indexBits != 32 && indexBits != 64) {
      module.emitError("kernel.index_bits is ")
          << indexBits << "; expected 32 or 64";
      return signalPassFailure();
    }
    if (failed(refuseLibraryMath(module)))
      return signalPassFailure();

    std::shared_ptr<Lowering> &lowering = lowerings[indexBits == 64];
    if (!lowering)
      lowering = std::make_shared<Lowering>(context, indexBits);

    ConversionTarget target(*context);
    target.addLegalDialect<LLVM::LLVMDialect>();
    theano::addLegalNvvm(target);
    target.addLegalOp<gpu::GPUModuleOp>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return false; });
    // No pattern here needs to be taken back, and keeping track costs time.
    ConversionConfig config;
    config.allowPatternRollback = false;
    // LLVM folds what there is to fold, in less time.
    config.foldingMode = DialectConversionFoldingMode::Never;
    if (failed(applyFullConversion(module, target, lowering->patterns, config)))
      return signalPassFailure();
    theano::allowOneBlock(module);
    // It has served; the width is now in the types.
    module->removeAttr("kernel.index_bits");
  }

  /// For 32 and 64 bits, made when first needed and kept: on a small kernel
  /// that takes longer than to apply them.
  std::array<std::shared_ptr<Lowering>, 2> lowerings;
};

} // namespace
