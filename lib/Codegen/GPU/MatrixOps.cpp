//===- MatrixOps.cpp - asynchronous copies and matrix units ---------------===//

#include "MatrixOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Codegen/Lowering/PtxOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// The one width that can leave the first cache out.
static constexpr int64_t kWidestCopy = 16;

void gpu_emission::copyAsync(KernelFrame &frame, Value source, Value from,
                             Value shared, Value to, int64_t count,
                             Value wanted) {
  unsigned bits = cast<MemRefType>(source.getType()).getElementTypeBitWidth();
  // LLVM drops the quotient, which is multiplied again as the op is lowered. A
  // number of elements would be multiplied in each round of a loop.
  Value elements = frame.divide(wanted, bits / 8);
  auto token = nvgpu::DeviceAsyncTokenType::get(frame.builder.getContext());
  UnitAttr bypass = count * bits / 8 == kWidestCopy
                        ? frame.builder.getUnitAttr()
                        : UnitAttr();
  nvgpu::DeviceAsyncCopyOp::create(
      frame.builder, frame.loc, token, shared, to, source, from,
      frame.builder.getIndexAttr(count), elements, bypass);
}

void gpu_emission::commitCopies(KernelFrame &frame) {
  createCopyCommit(frame.builder, frame.loc);
}

void gpu_emission::waitForCopies(KernelFrame &frame, int64_t pending) {
  createCopyWait(frame.builder, frame.loc, pending);
}

SmallVector<Value> gpu_emission::loadMatrices(KernelFrame &frame, Value shared,
                                              Value at, bool transpose) {
  Type element = cast<MemRefType>(shared.getType()).getElementType();
  int64_t neighbours = 32 / element.getIntOrFloatBitWidth();
  auto type = VectorType::get({4, neighbours}, element);
  Value matrices = nvgpu::LdMatrixOp::create(frame.builder, frame.loc, type,
                                             shared, at, transpose, 4);
  SmallVector<Value> each;
  for (int64_t i = 0; i < 4; ++i) {
    SmallVector<int64_t> place{i};
    if (neighbours == 1)
      place.push_back(0);
    each.push_back(
        vector::ExtractOp::create(frame.builder, frame.loc, matrices, place));
  }
  return each;
}

Value gpu_emission::roundToTf32(KernelFrame &frame, Value element) {
  return createTf32(frame.builder, frame.loc, element);
}

void gpu_emission::multiplyMatrices(KernelFrame &frame, ArrayRef<Value> a,
                                    ArrayRef<Value> b,
                                    MutableArrayRef<Value> c) {
  assert(a.size() == 4 && b.size() == 2 && c.size() == 4 &&
         "not the fragments of a 16 x 8 product");
  createMatrixProduct(frame.builder, frame.loc, a, b, c);
}

void gpu_emission::insertMatrixDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, nvgpu::NVGPUDialect>();
  insertNvvmDialect(registry);
}
