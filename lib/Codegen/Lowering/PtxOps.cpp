//===- PtxOps.cpp - what the gpu dialect cannot say about PTX -------------===//

#include "theano/Codegen/Lowering/PtxOps.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

void theano::insertNvvmDialect(DialectRegistry &registry) {
  registry.insert<NVVM::NVVMDialect>();
}

void theano::addLegalNvvm(ConversionTarget &target) {
  target.addLegalDialect<NVVM::NVVMDialect>();
}
