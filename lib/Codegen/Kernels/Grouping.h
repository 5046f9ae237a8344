//===- Grouping.h - which ops run in one kernel -----------------*- C++ -*-===//
//
// Assigns the linalg ops of a host function to groups, one kernel each, in
// near-linear time. A cheap op (a view, a cast, a fill) belongs to no group: it
// is copied into every kernel that reads it. Any other op joins the latest
// group that it reads from, if the family of that group allows it, else opens
// one. Since an op only ever joins the latest group among its producers, a
// group depends on earlier groups alone, and no cycle can arise. An elementwise
// group that the op reads as well is moved into an earlier one on the same
// terms.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CODEGEN_KERNELS_GROUPING_H
#define LIB_CODEGEN_KERNELS_GROUPING_H

#include "theano/Dialect/Kernel/DimClasses.h"
#include "llvm/ADT/MapVector.h"

namespace theano::kernel {

/// What an op does, as far as grouping is concerned.
enum class OpKind { Cheap, Elementwise, Reduction, Contraction };

struct Group {
  Family family;
  llvm::SmallVector<mlir::linalg::LinalgOp> ops;
  /// Why the group ends where it does, for people: one line for each op that
  /// wanted to join and could not.
  llvm::SmallVector<std::string> boundaries;
  /// A matrix product that stays in the host function, for a library.
  bool isLibraryCall = false;
};

/// Whether `op` is copied into its users instead of being stored.
OpKind classify(mlir::linalg::LinalgOp op);

/// Whether `op` is a matrix product, possibly batched, that a BLAS can do: f32
/// or f64 throughout, loops (batch,) m, n, k, operands read in place or
/// transposed, and not known to be small.
bool isLibraryProduct(mlir::linalg::LinalgOp op);

/// The groups of the body, in an order in which they can run. With
/// `keepContractions` the products that a library can do are groups of their
/// own, marked so.
llvm::SmallVector<Group> formGroups(mlir::Block &body, bool keepContractions);

} // namespace theano::kernel

#endif // LIB_CODEGEN_KERNELS_GROUPING_H
