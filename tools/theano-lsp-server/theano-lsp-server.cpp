//===- theano-lsp-server.cpp - IR in editors ------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "theano/InitAll.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  theano::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
