//===- Kernel.h - the kernel dialect ----------------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_KERNEL_H
#define THEANO_DIALECT_KERNEL_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "theano/Dialect/Kernel/KernelDialect.h.inc"
#include "theano/Dialect/Kernel/KernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "theano/Dialect/Kernel/KernelAttributes.h.inc"

#define GET_OP_CLASSES
#include "theano/Dialect/Kernel/KernelOps.h.inc"

#endif // THEANO_DIALECT_KERNEL_KERNEL_H
