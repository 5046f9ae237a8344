//===- Combiner.h - joining accumulators on a CPU ---------------*- C++ -*-===//

#ifndef LIB_CODEGEN_CPU_COMBINER_H
#define LIB_CODEGEN_CPU_COMBINER_H

#include "theano/Dialect/Kernel/Combination.h"

namespace theano::cpu {

/// How the accumulators of a reduction join, if they do: then parts can be
/// reduced apart, in the lanes of vectors too. One accumulator with an
/// associative operation (up to rounding), or an element and its index.
class Combiner {
public:
  explicit Combiner(mlir::linalg::LinalgOp op);

  explicit operator bool() const { return combination.has_value(); }

  /// Whether joining rounds: then long chains of it lose accuracy, and parts
  /// are reduced apart. Only a single accumulator rounds.
  bool rounds() const { return rounding; }

  /// The accumulators `a` and `b`, values of any one shape, joined.
  llvm::SmallVector<mlir::Value> combine(mlir::OpBuilder &builder,
                                         mlir::ValueRange a,
                                         mlir::ValueRange b) const;

  /// The lanes of one vector for each accumulator, joined in halves.
  llvm::SmallVector<mlir::Value> combineLanes(mlir::OpBuilder &builder,
                                              mlir::ValueRange vectors) const;

  /// See kernel::Combination.
  std::optional<kernel::Combination::Followed> getFollowed() const {
    return combination ? combination->getFollowed() : std::nullopt;
  }

private:
  mlir::Location loc;
  std::optional<kernel::Combination> combination;
  bool rounding = false;
};

} // namespace theano::cpu

#endif // LIB_CODEGEN_CPU_COMBINER_H
