//===- HostExprs.h - host arithmetic as expressions -------------*- C++ -*-===//

#ifndef LIB_TARGET_HOST_HOSTEXPRS_H
#define LIB_TARGET_HOST_HOSTEXPRS_H

#include "mlir/IR/Operation.h"
#include "theano/Program/Expr.h"
#include "llvm/ADT/DenseMap.h"

namespace theano {

/// Integer values of the host function as expressions of a pool.
class HostExprs {
public:
  explicit HostExprs(ExprPool &pool) : pool(pool) {}

  void set(mlir::Value value, ExprId id) { ids[value] = id; }
  ExprId get(mlir::Value value) const { return ids.lookup(value); }
  bool has(mlir::Value value) const { return ids.count(value) != 0; }

  /// Translates an arith op on integers or index whose operands are known.
  /// Returns false when the op has no expression.
  bool translate(mlir::Operation *op);

private:
  ExprId wrap(ExprId id, unsigned bits);

  ExprPool &pool;
  llvm::DenseMap<mlir::Value, ExprId> ids;
};

} // namespace theano

#endif // LIB_TARGET_HOST_HOSTEXPRS_H
