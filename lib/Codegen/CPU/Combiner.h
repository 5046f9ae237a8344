//===- Combiner.h - the operation that joins what is reduced ----*- C++ -*-===//

#ifndef LIB_CODEGEN_CPU_COMBINER_H
#define LIB_CODEGEN_CPU_COMBINER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace theano::cpu {

/// The operation of a reduction with one result that joins a new value with the
/// accumulator, if the body is of that form and the operation is associative
/// (up to rounding), so that parts can be reduced apart and joined.
class Combiner {
public:
  explicit Combiner(mlir::linalg::LinalgOp op);

  explicit operator bool() const { return operation != nullptr; }

  /// Whether joining rounds: then long chains of it lose accuracy, and parts
  /// are reduced apart.
  bool rounds() const;

  /// Two values of any one shape, joined.
  mlir::Value combine(mlir::OpBuilder &builder, mlir::Value a,
                      mlir::Value b) const;

  /// The lanes of a vector, joined in halves.
  mlir::Value combineLanes(mlir::OpBuilder &builder, mlir::Value vector) const;

private:
  mlir::Operation *operation = nullptr;
};

} // namespace theano::cpu

#endif // LIB_CODEGEN_CPU_COMBINER_H
