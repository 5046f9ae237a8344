//===- AssemblyFormat.h - text of the theano dialect ------------*- C++ -*-===//
//
// Private to the dialect: the custom directives of the ops' assembly formats.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_DIALECT_THEANO_IR_ASSEMBLYFORMAT_H
#define THEANO_LIB_DIALECT_THEANO_IR_ASSEMBLYFORMAT_H

#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

using UnresolvedOperands =
    llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand>;

/// `A` if operand and result have one type, else `A -> B`.
mlir::ParseResult parseUnaryTypes(mlir::OpAsmParser &parser,
                                  mlir::Type &operand, mlir::Type &result);
void printUnaryTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                     mlir::Type operand, mlir::Type result);

/// `(broadcast [[0], []])? : A`, or `: (A, B) -> C` if the types differ. Left
/// out, what broadcasts is the statically-1 dimensions.
mlir::ParseResult parseBinaryTypes(mlir::OpAsmParser &parser,
                                   mlir::ArrayAttr &broadcast, mlir::Type &lhs,
                                   mlir::Type &rhs, mlir::Type &result);
void printBinaryTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                      mlir::ArrayAttr broadcast, mlir::Type lhs, mlir::Type rhs,
                      mlir::Type result);
mlir::ParseResult parseTernaryTypes(mlir::OpAsmParser &parser,
                                    mlir::ArrayAttr &broadcast,
                                    mlir::Type &first, mlir::Type &second,
                                    mlir::Type &third, mlir::Type &result);
void printTernaryTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::ArrayAttr broadcast, mlir::Type first,
                       mlir::Type second, mlir::Type third, mlir::Type result);

/// `(broadcast [0])? : A -> B`.
mlir::ParseResult parseAllocTypes(mlir::OpAsmParser &parser,
                                  mlir::DenseI64ArrayAttr &broadcast,
                                  mlir::Type &value, mlir::Type &result);
void printAllocTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                     mlir::DenseI64ArrayAttr broadcast, mlir::Type value,
                     mlir::Type result);

/// `(axes [0, 2])? keepdims? : A -> B`; all axes are left out.
mlir::ParseResult parseReduction(mlir::OpAsmParser &parser,
                                 mlir::DenseI64ArrayAttr &axes,
                                 mlir::UnitAttr &keepdims, mlir::Type &operand,
                                 mlir::Type &result);
void printReduction(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                    mlir::DenseI64ArrayAttr axes, mlir::UnitAttr keepdims,
                    mlir::Type operand, mlir::Type result);

/// The same with `(acc f64)?`, the element type of the result if left out.
mlir::ParseResult parseAccumulatingReduction(mlir::OpAsmParser &parser,
                                             mlir::DenseI64ArrayAttr &axes,
                                             mlir::UnitAttr &keepdims,
                                             mlir::TypeAttr &acc,
                                             mlir::Type &operand,
                                             mlir::Type &result);
void printAccumulatingReduction(mlir::OpAsmPrinter &printer,
                                mlir::Operation *op,
                                mlir::DenseI64ArrayAttr axes,
                                mlir::UnitAttr keepdims, mlir::TypeAttr acc,
                                mlir::Type operand, mlir::Type result);

/// `[1, "x", 0]`.
mlir::ParseResult parseDimshuffleOrder(mlir::OpAsmParser &parser,
                                       mlir::DenseI64ArrayAttr &order);
void printDimshuffleOrder(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                          mlir::DenseI64ArrayAttr order);

/// `[%n, 3, ?]`.
mlir::ParseResult parseSizes(mlir::OpAsmParser &parser,
                             UnresolvedOperands &values,
                             mlir::DenseI64ArrayAttr &numbers);
void printSizes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                mlir::OperandRange values, mlir::DenseI64ArrayAttr numbers);

/// `[%i, 0:%n:2, ::-1]`.
mlir::ParseResult parseIndexEntries(mlir::OpAsmParser &parser,
                                    UnresolvedOperands &values,
                                    mlir::DenseBoolArrayAttr &isIndex,
                                    mlir::DenseI64ArrayAttr &starts,
                                    mlir::DenseI64ArrayAttr &stops,
                                    mlir::DenseI64ArrayAttr &steps);
void printIndexEntries(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::OperandRange values,
                       mlir::DenseBoolArrayAttr isIndex,
                       mlir::DenseI64ArrayAttr starts,
                       mlir::DenseI64ArrayAttr stops,
                       mlir::DenseI64ArrayAttr steps);

} // namespace theano

#endif // THEANO_LIB_DIALECT_THEANO_IR_ASSEMBLYFORMAT_H
