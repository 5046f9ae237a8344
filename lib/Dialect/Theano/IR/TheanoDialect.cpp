//===- TheanoDialect.cpp - the theano dialect -----------------------------===//

#include "theano/Dialect/Theano/IR/Theano.h"

#include "AssemblyFormat.h"
#include "ConstantFolding.h"
#include "TypeInference.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace theano;

#include "theano/Dialect/Theano/IR/TheanoDialect.cpp.inc"
#include "theano/Dialect/Theano/IR/TheanoEnums.cpp.inc"
#include "theano/Dialect/Theano/IR/TheanoInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "theano/Dialect/Theano/IR/TheanoOps.cpp.inc"

void TheanoDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "theano/Dialect/Theano/IR/TheanoOps.cpp.inc"
      >();
}

Operation *TheanoDialect::materializeConstant(OpBuilder &builder,
                                              Attribute value, Type type,
                                              Location location) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, location, elements);
}
