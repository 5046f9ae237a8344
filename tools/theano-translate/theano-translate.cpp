//===- theano-translate.cpp - kernels as text of their target -------------===//

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "theano/InitAll.h"
#include "theano/Target/PTX/EmitPtx.h"

static mlir::LogicalResult printPtx(mlir::Operation *op,
                                    llvm::raw_ostream &os) {
  mlir::WalkResult walk = op->walk([&](mlir::gpu::GPUModuleOp module) {
    mlir::FailureOr<theano::PtxModule> ptx = theano::emitPtx(module);
    if (mlir::failed(ptx))
      return mlir::WalkResult::interrupt();
    os << ptx->text;
    return mlir::WalkResult::advance();
  });
  return mlir::failure(walk.wasInterrupted());
}

int main(int argc, char **argv) {
  mlir::TranslateFromMLIRRegistration ptx(
      "gpu-to-ptx", "the PTX of every gpu.module in the NVVM dialect", printPtx,
      [](mlir::DialectRegistry &registry) {
        theano::registerAllDialects(registry);
        theano::registerPtxTranslations(registry);
      });
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "theano-translate: targets\n"));
}
