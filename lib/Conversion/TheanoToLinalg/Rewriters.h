//===- Rewriters.h - one rewriter for each op -------------------*- C++ -*-===//

#ifndef LIB_CONVERSION_THEANOTOLINALG_REWRITERS_H
#define LIB_CONVERSION_THEANOTOLINALG_REWRITERS_H

#include "LinalgBuilder.h"

#include "llvm/ADT/StringMap.h"
#include <functional>

namespace theano {

/// The rewriters by op name. A rewriter is called with the builder at the end
/// of the converted function and the op's operands converted; it states the
/// value of every result with LinalgBuilder::set, or reports an error and
/// fails.
class Rewriters {
public:
  using Rewriter =
      std::function<llvm::LogicalResult(mlir::Operation *, LinalgBuilder &)>;

  template <typename OpTy>
  void add(llvm::LogicalResult (*rewriter)(OpTy, LinalgBuilder &)) {
    byName[OpTy::getOperationName()] = [rewriter](mlir::Operation *op,
                                                  LinalgBuilder &builder) {
      return rewriter(llvm::cast<OpTy>(op), builder);
    };
  }
  template <typename OpTy>
  void add(llvm::LogicalResult (*rewriter)(mlir::Operation *,
                                           LinalgBuilder &)) {
    byName[OpTy::getOperationName()] = rewriter;
  }

  /// Null for an op that none is registered for.
  const Rewriter *find(mlir::Operation *op) const {
    auto it = byName.find(op->getName().getStringRef());
    return it == byName.end() ? nullptr : &it->second;
  }

private:
  llvm::StringMap<Rewriter> byName;
};

void populateElementwiseRewriters(Rewriters &rewriters);
void populateIndexingRewriters(Rewriters &rewriters);
void populateLinearAlgebraRewriters(Rewriters &rewriters);
void populateNeuralNetRewriters(Rewriters &rewriters);
void populateReductionRewriters(Rewriters &rewriters);
void populateShapeRewriters(Rewriters &rewriters);

} // namespace theano

#endif // LIB_CONVERSION_THEANOTOLINALG_REWRITERS_H
