//===- theano-opt.cpp - runs passes on IR ---------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "theano/InitAll.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  theano::registerAllDialects(registry);
  theano::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "theano-opt: shows every stage\n", registry));
}
