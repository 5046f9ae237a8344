//===- Theano.h - the theano dialect ----------------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANO_H
#define THEANO_DIALECT_THEANO_IR_THEANO_H

#include "mlir/IR/Dialect.h"

#include "theano/Dialect/Theano/IR/TheanoDialect.h.inc"

#endif // THEANO_DIALECT_THEANO_IR_THEANO_H
