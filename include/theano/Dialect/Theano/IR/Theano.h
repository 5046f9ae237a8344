//===- Theano.h - the theano dialect ----------------------------*- C++ -*-===//
//
// The dialect, its ops and the helpers that its users share. What the ops mean
// is written in the .td files of each family.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANO_H
#define THEANO_DIALECT_THEANO_IR_THEANO_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "theano/Dialect/Theano/IR/Axes.h"
#include "theano/Dialect/Theano/IR/Broadcast.h"
#include "theano/Dialect/Theano/IR/ElementTypes.h"
#include "theano/Dialect/Theano/IR/IndexEntry.h"
#include "theano/Dialect/Theano/IR/KnownSizes.h"

#include "theano/Dialect/Theano/IR/TheanoDialect.h.inc"
#include "theano/Dialect/Theano/IR/TheanoEnums.h.inc"
#include "theano/Dialect/Theano/IR/TheanoInterfaces.h.inc"

#define GET_OP_CLASSES
#include "theano/Dialect/Theano/IR/TheanoOps.h.inc"

#endif // THEANO_DIALECT_THEANO_IR_THEANO_H
