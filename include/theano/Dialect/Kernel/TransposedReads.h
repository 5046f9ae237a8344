//===- TransposedReads.h - arguments read across their rows -----*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_TRANSPOSEDREADS_H
#define THEANO_DIALECT_KERNEL_TRANSPOSEDREADS_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// The reads of an elementwise kernel whose neighbours in memory are not
/// neighbours in the results: those of `x` in `y + x.T`. Along `column`, the
/// last dimension of the results, such an argument is read a row apart; its own
/// rows run along `row`, another dimension of the results.
struct TransposedReads {
  struct Read {
    mlir::BlockArgument argument;
    /// From an index of the results to one of the argument; each result is a
    /// dimension or a constant.
    mlir::AffineMap map;
  };

  unsigned row = 0, column = 0;
  /// All with the same `row`, each once, in the order in which they are found;
  /// at most four, which bounds the shared memory that they need. None where
  /// results have several shapes. A read of a slice is none.
  llvm::SmallVector<Read> reads;

  TransposedReads(FuncOp kernel, const DimClasses &dims);
};

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_TRANSPOSEDREADS_H
