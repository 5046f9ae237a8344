//===- PtxOps.cpp - what the gpu dialect cannot say about PTX -------------===//

#include "theano/Codegen/Lowering/PtxOps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"

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
