//===- MatrixOps.cpp - asynchronous copies and matrix units ---------------===//

#include "MatrixOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
// Costs nine seconds in every file that includes it: only this one does here.
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// The one width that can leave the first cache out.
static constexpr int64_t kWidestCopy = 16;

void gpu_emission::copyAsync(KernelFrame &frame, Value source, Value from,
                             Value shared, Value to, int64_t count,
                             Value wanted) {
  unsigned bits = cast<MemRefType>(source.getType()).getElementTypeBitWidth();
  auto token = nvgpu::DeviceAsyncTokenType::get(frame.builder.getContext());
  UnitAttr bypass = count * bits / 8 == kWidestCopy
                        ? frame.builder.getUnitAttr()
                        : UnitAttr();
  nvgpu::DeviceAsyncCopyOp::create(
      frame.builder, frame.loc, token, shared, to, source, from,
      frame.builder.getIndexAttr(count), wanted, bypass);
}

void gpu_emission::commitCopies(KernelFrame &frame) {
  NVVM::CpAsyncCommitGroupOp::create(frame.builder, frame.loc);
}

void gpu_emission::waitForCopies(KernelFrame &frame, int64_t pending) {
  NVVM::CpAsyncWaitGroupOp::create(frame.builder, frame.loc, pending);
}

SmallVector<Value> gpu_emission::loadMatrices(KernelFrame &frame, Value shared,
                                              Value at, bool transpose) {
  Type element = cast<MemRefType>(shared.getType()).getElementType();
  auto type = VectorType::get({4, 2}, element);
  Value matrices = nvgpu::LdMatrixOp::create(frame.builder, frame.loc, type,
                                             shared, at, transpose, 4);
  SmallVector<Value> each;
  for (int64_t i = 0; i < 4; ++i)
    each.push_back(
        vector::ExtractOp::create(frame.builder, frame.loc, matrices, i));
  return each;
}

/// A pair of elements as the register that an instruction expects: bf16 has no
/// type of its own there.
static Value toRegister(KernelFrame &frame, Value pair) {
  if (!cast<VectorType>(pair.getType()).getElementType().isBF16())
    return pair;
  return LLVM::BitcastOp::create(frame.builder, frame.loc,
                                 frame.builder.getI32Type(), pair);
}

void gpu_emission::multiplyMatrices(KernelFrame &frame, ArrayRef<Value> a,
                                    ArrayRef<Value> b,
                                    MutableArrayRef<Value> c) {
  assert(a.size() == 4 && b.size() == 2 && c.size() == 4 &&
         "not the fragments of a 16 x 8 x 16 product");
  OpBuilder &builder = frame.builder;
  bool bf16 = cast<VectorType>(a.front().getType()).getElementType().isBF16();
  NVVM::MMATypes type = bf16 ? NVVM::MMATypes::bf16 : NVVM::MMATypes::f16;
  auto toRegisters = [&](ArrayRef<Value> pairs) {
    return llvm::map_to_vector(
        pairs, [&](Value pair) { return toRegister(frame, pair); });
  };
  SmallVector<Type> results(c.size(), builder.getF32Type());
  auto product = NVVM::MmaOp::create(
      builder, frame.loc,
      LLVM::LLVMStructType::getLiteral(builder.getContext(), results),
      toRegisters(a), toRegisters(b), ValueRange(c),
      ArrayRef<int64_t>{kMatrixM, kMatrixN, kMatrixK},
      /*b1Op=*/std::nullopt, /*intOverflow=*/std::nullopt,
      std::array{type, type},
      std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  for (auto [i, value] : llvm::enumerate(c))
    value = LLVM::ExtractValueOp::create(builder, frame.loc, product,
                                         ArrayRef<int64_t>{int64_t(i)});
}

void gpu_emission::insertMatrixDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, NVVM::NVVMDialect, nvgpu::NVGPUDialect>();
}
