//===- HostExprs.h - host arithmetic as expressions -------------*- C++ -*-===//

#ifndef LIB_TARGET_HOST_HOSTEXPRS_H
#define LIB_TARGET_HOST_HOSTEXPRS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "theano/Program/Program.h"
#include "llvm/ADT/DenseMap.h"

namespace theano {

/// Integer values of the host function as expressions of a pool.
class HostExprs {
public:
  explicit HostExprs(ExprPool &pool) : pool(pool) {}

  void set(mlir::Value value, ExprId id) { ids[value] = id; }
  ExprId get(mlir::Value value) const { return ids.lookup(value); }
  bool has(mlir::Value value) const { return ids.count(value) != 0; }

  /// Makes `value` the 0-d integer or bool that `slot` holds at run time.
  void setScalar(mlir::Value value, SlotId slot);

  /// Translates an arith op on integers or index whose operands are known.
  /// Returns false when the op has no expression. What leaves 64 bits is an
  /// error at run time; narrower integers wrap, as NumPy's do.
  bool translate(mlir::Operation *op);

private:
  ExprId wrap(ExprId id, unsigned bits);
  ExprId getSigned(mlir::Value value);
  ExprId getUnsigned(mlir::Value value);
  ExprId isBelow(mlir::Value a, mlir::Value b);
  ExprId compare(mlir::arith::CmpIOp op);

  ExprPool &pool;
  llvm::DenseMap<mlir::Value, ExprId> ids;
};

} // namespace theano

#endif // LIB_TARGET_HOST_HOSTEXPRS_H
