//===- TypeInference.h - what the ops share in inferring types --*- C++ -*-===//
//
// Private to the dialect: the code that TableGen writes for each op calls
// these.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_DIALECT_THEANO_IR_TYPEINFERENCE_H
#define THEANO_LIB_DIALECT_THEANO_IR_TYPEINFERENCE_H

#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano::inference {

/// Whether a stated type has the rank of the inferred one and each of its sizes
/// is the inferred one or left open.
bool isCompatibleShape(mlir::TypeRange inferred, mlir::TypeRange stated);
/// The same, with equal element types.
bool isCompatible(mlir::TypeRange inferred, mlir::TypeRange stated);
/// Equal element types and ranks, whatever the sizes: for ops that check at run
/// time what their stated type claims.
bool haveEqualRanks(mlir::TypeRange inferred, mlir::TypeRange stated);

/// The verifier of every op: its result has the inferred type, as far as it
/// says anything.
mlir::LogicalResult verifyTypes(mlir::Operation *op);

/// The sizes of the one result of `op`: numbers as far as they are known, else
/// index values made with `builder` from its operands.
mlir::LogicalResult reifyShape(mlir::Operation *op, mlir::OpBuilder &builder,
                               mlir::ReifiedRankedShapedTypeDims &shapes);

/// Reports an error of the op being inferred as `'theano.x' op ...`; returns
/// failure, silently where there is no location.
mlir::LogicalResult inferenceError(std::optional<mlir::Location> location,
                                   llvm::StringRef op,
                                   const llvm::Twine &message);

/// A type as it is printed.
std::string text(mlir::Type type);

/// How an elementwise op gets the element type of its result: that of all its
/// operands, bool, or that of all operands but the first.
enum class ResultElement { Same, Bool, Last };

/// `broadcast` may be null: then the statically-1 dimensions broadcast.
mlir::LogicalResult inferElementwise(std::optional<mlir::Location> location,
                                     llvm::StringRef op,
                                     mlir::ValueRange operands,
                                     mlir::ArrayAttr broadcast,
                                     ResultElement resultElement,
                                     llvm::SmallVectorImpl<mlir::Type> &types);

mlir::LogicalResult inferReduction(std::optional<mlir::Location> location,
                                   llvm::StringRef op, mlir::Type operand,
                                   llvm::ArrayRef<int64_t> axes, bool keepdims,
                                   mlir::Type resultElement,
                                   llvm::SmallVectorImpl<mlir::Type> &types);

/// Checks the type that a sum, product or mean accumulates in.
mlir::LogicalResult verifyAccumulator(mlir::Operation *op, mlir::Type acc);

/// Whether all pairs of sizes that must be equal are known to be, and the op
/// has no other way to fail.
mlir::Speculation::Speculatability
elementwiseSpeculatability(mlir::Operation *op);

inline mlir::Speculation::Speculatability speculatableIf(bool harmless) {
  return harmless ? mlir::Speculation::Speculatable
                  : mlir::Speculation::NotSpeculatable;
}

} // namespace theano::inference

#endif // THEANO_LIB_DIALECT_THEANO_IR_TYPEINFERENCE_H
