//===- PtxOps.cpp - what the gpu dialect cannot say about PTX -------------===//

#include "theano/Codegen/Lowering/PtxOps.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/DialectConversion.h"

#include <array>

using namespace mlir;

void theano::insertNvvmDialect(DialectRegistry &registry) {
  registry.insert<NVVM::NVVMDialect>();
}

void theano::addLegalNvvm(ConversionTarget &target) {
  target.addLegalDialect<NVVM::NVVMDialect>();
}

void theano::allowOneBlock(Operation *module) {
  StringRef kernel = NVVM::NVVMDialect::getKernelFuncAttrName();
  StringRef blocks = NVVM::NVVMDialect::getMinctasmAttrName();
  module->walk([&](LLVM::LLVMFuncOp function) {
    // A family whose tiles are cut for several has said so itself.
    if (function->hasAttr(kernel) && !function->hasAttr(blocks))
      function->setAttr(blocks, Builder(function).getI32IntegerAttr(1));
  });
}

namespace {
constexpr unsigned kWarp = 32;

NVVM::ShflKind getKind(gpu::ShuffleMode mode) {
  switch (mode) {
  case gpu::ShuffleMode::XOR:
    return NVVM::ShflKind::bfly;
  case gpu::ShuffleMode::UP:
    return NVVM::ShflKind::up;
  case gpu::ShuffleMode::DOWN:
    return NVVM::ShflKind::down;
  case gpu::ShuffleMode::IDX:
    return NVVM::ShflKind::idx;
  }
  llvm_unreachable("no such shuffle");
}

struct ShuffleWholeWarp : ConvertOpToLLVMPattern<gpu::ShuffleOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(gpu::ShuffleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    APInt width;
    if (!matchPattern(adaptor.getWidth(), m_ConstantInt(&width)) ||
        width != kWarp || !op.getValid().use_empty())
      return rewriter.notifyMatchFailure(op, "may leave threads out");
    auto constant = [&](int32_t value) -> Value {
      return LLVM::ConstantOp::create(rewriter, op.getLoc(),
                                      rewriter.getI32IntegerAttr(value));
    };
    Value all = constant(-1);
    // The furthest lane to read: going up that is the first, else the last.
    Value furthest =
        constant(op.getMode() == gpu::ShuffleMode::UP ? 0 : kWarp - 1);
    Value result = NVVM::ShflOp::create(
        rewriter, op.getLoc(), adaptor.getValue().getType(), all,
        adaptor.getValue(), adaptor.getOffset(), furthest,
        getKind(op.getMode()), UnitAttr());
    rewriter.replaceOp(op, {result, Value()});
    return success();
  }
};
} // namespace

void theano::populateShufflePatterns(const LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns,
                                     PatternBenefit benefit) {
  patterns.add<ShuffleWholeWarp>(converter, benefit);
}

void theano::createCopyCommit(OpBuilder &builder, Location loc) {
  NVVM::CpAsyncCommitGroupOp::create(builder, loc);
}

void theano::createCopyWait(OpBuilder &builder, Location loc, int64_t pending) {
  NVVM::CpAsyncWaitGroupOp::create(builder, loc, pending);
}

Value theano::createTf32(OpBuilder &builder, Location loc, Value element) {
  return NVVM::ConvertFloatToTF32Op::create(builder, loc, builder.getI32Type(),
                                            element, NVVM::FPRoundingMode::RNA);
}

/// What the registers of `type` are of a factor.
static NVVM::MMATypes getFactorType(Type type) {
  auto pair = dyn_cast<VectorType>(type);
  if (!pair)
    return NVVM::MMATypes::tf32;
  return pair.getElementType().isBF16() ? NVVM::MMATypes::bf16
                                        : NVVM::MMATypes::f16;
}

void theano::createMatrixProduct(OpBuilder &builder, Location loc,
                                 ArrayRef<Value> a, ArrayRef<Value> b,
                                 MutableArrayRef<Value> c) {
  NVVM::MMATypes type = getFactorType(a.front().getType());
  // A pair of bf16 has no type of its own there.
  auto toRegister = [&](Value pair) -> Value {
    if (type != NVVM::MMATypes::bf16)
      return pair;
    return LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), pair);
  };
  std::array<int64_t, 3> shape{16, 8, type == NVVM::MMATypes::tf32 ? 8 : 16};
  SmallVector<Type> results(c.size(), builder.getF32Type());
  auto product = NVVM::MmaOp::create(
      builder, loc,
      LLVM::LLVMStructType::getLiteral(builder.getContext(), results),
      llvm::map_to_vector(a, toRegister), llvm::map_to_vector(b, toRegister),
      ValueRange(c), shape, /*b1Op=*/std::nullopt,
      /*intOverflow=*/std::nullopt, std::array{type, type},
      std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  for (auto [i, value] : llvm::enumerate(c))
    value = LLVM::ExtractValueOp::create(builder, loc, product,
                                         ArrayRef<int64_t>{int64_t(i)});
}
