//===- ScalarSemantics.h - what elementwise ops do to scalars ---*- C++ -*-===//

#ifndef THEANO_LIB_DIALECT_THEANO_IR_SCALARSEMANTICS_H
#define THEANO_LIB_DIALECT_THEANO_IR_SCALARSEMANTICS_H

#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

/// The element that an elementwise op computes from these elements of its
/// operands (IntegerAttr or FloatAttr), as one of type `resultElement`. Null if
/// it is an error at run time, or a function that only run time computes.
mlir::Attribute evaluateScalar(mlir::Operation *op,
                               llvm::ArrayRef<mlir::Attribute> operands,
                               mlir::Type resultElement);

/// Whether every value of type `from` is one of type `to`.
bool isValuePreserving(mlir::Type from, mlir::Type to);

} // namespace theano

#endif // THEANO_LIB_DIALECT_THEANO_IR_SCALARSEMANTICS_H
