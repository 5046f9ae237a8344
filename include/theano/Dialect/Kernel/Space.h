//===- Space.h - what a kernel iterates over --------------------*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_SPACE_H
#define THEANO_DIALECT_KERNEL_SPACE_H

#include "theano/Dialect/Kernel/DimClasses.h"

#include <functional>

namespace theano::kernel {

/// The loops of a kernel, without those that are known to run once. Every op of
/// the kernel iterates over all of them, or over the parallel ones.
struct Space {
  /// The op whose loops these are: the first reduction, else the op that
  /// computes the first result (for a kernel of checks, its first op).
  mlir::linalg::LinalgOp leader;
  /// Loops of the leader, in order.
  llvm::SmallVector<unsigned> parallel;
  llvm::SmallVector<unsigned> reduction;

  Space(FuncOp kernel, const DimClasses &dims);

  /// Whether some input of the leader is contiguous along the last of the given
  /// loops, so that neighbours load as vectors.
  bool readsAlong(llvm::ArrayRef<unsigned> loops, const DimClasses &dims) const;
};

/// How the space of a kernel is cut into blocks of rows and columns. Columns
/// are the last parallel loop of a map or plain reduction, rows the product of
/// the others; a row reduction, and a plain one whose tile has one number, has
/// its parallel loops as rows and one column block. The host computes the
/// number of blocks and the kernel what its block is, both from these formulas.
struct Blocking {
  mlir::Value rows, columns;
  mlir::Value rowsPerBlock, columnsPerBlock;
  mlir::Value rowBlocks, columnBlocks;

  /// The number of blocks.
  mlir::Value getGrid(mlir::OpBuilder &builder, mlir::Location loc) const;
};

/// Emits the blocking of `kernel`, whose schedule must be set; `sizeOf` gives
/// the index value of a size. `flat` is what emission::isFlat() says of a map.
Blocking computeBlocking(mlir::OpBuilder &builder, mlir::Location loc,
                         FuncOp kernel, const DimClasses &dims, bool flat,
                         const std::function<mlir::Value(DimSize)> &sizeOf);

/// Whether every tensor that the results of the kernel are computed from is
/// read either at the very index that is written, all of one shape, or has one
/// element: such a kernel is one loop over all elements.
bool isFlat(FuncOp kernel, const DimClasses &dims);

/// Whether what `reduction`, which reduces everything, is computed from is read
/// once in the order of memory, or has one element: it is then one loop over
/// all elements.
bool isFlatReduction(mlir::linalg::LinalgOp reduction, const DimClasses &dims);

/// Whether a kernel leaves parts of its reduction (`kernel.partials`).
bool isInParts(FuncOp kernel);

/// Whether all results are known to be of one shape.
bool haveOneShape(FuncOp kernel, const DimClasses &dims);

/// Whether a GPU takes the bodies of the kernel on several lanes of a thread:
/// no checks, no nested regions. (A CPU vectorises branches too, in
/// Codegen/Emission/VectorBranches.cpp.)
bool isVectorizable(FuncOp kernel);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_SPACE_H
