//===- DimClasses.h - which dimensions of a kernel are one ------*- C++ -*-===//
//
// A kernel is compiled for unknown sizes, and its launch passes each size once.
// This analysis finds which dimensions of the tensors of a kernel are the same
// number, because a linalg op iterates over both at once or because one value
// defines both, and lists the sizes that a launch has to pass.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DIALECT_KERNEL_DIMCLASSES_H
#define THEANO_DIALECT_KERNEL_DIMCLASSES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "llvm/ADT/DenseMap.h"

namespace theano::kernel {

/// The size of a dimension as far as it is known at compile time.
struct DimSize {
  enum class Kind {
    Static,   ///< `value` is the size
    Argument, ///< size argument number `value`, see getSizeArguments()
    Scalar,   ///< the kernel's own index argument number `value`
    Unknown   ///< no argument has it; the emitters refuse such a kernel
  };
  Kind kind = Kind::Unknown;
  int64_t value = 0;

  bool operator==(const DimSize &other) const = default;
  bool isStatic(int64_t size) const {
    return kind == Kind::Static && value == size;
  }
};

/// A dimension of an argument of the kernel.
struct ArgumentDim {
  unsigned argument;
  unsigned dim;
};

class DimClasses {
public:
  explicit DimClasses(FuncOp kernel);

  /// The classes of the host function with the given body; it has no size
  /// arguments, and its sizes are Static or Unknown.
  explicit DimClasses(mlir::Block &body);

  /// The size of dimension `dim` of `tensor`, a ranked tensor of the kernel.
  DimSize getSize(mlir::Value tensor, unsigned dim) const;

  /// The dimensions of `tensor` that are not known to be of size 1, in order.
  llvm::SmallVector<unsigned> getRealDims(mlir::Value tensor) const;

  /// The size of loop `loop` of `op`.
  DimSize getLoopSize(mlir::linalg::LinalgOp op, unsigned loop) const;

  /// The loop of `op` in which neighbours of `operand` in memory differ, if it
  /// is one: its last real dimension may be fixed, or depend on several.
  std::optional<unsigned> findFastestLoop(mlir::linalg::LinalgOp op,
                                          mlir::OpOperand &operand) const;

  /// Whether two loops are known to be of one size.
  bool isSameLoop(mlir::linalg::LinalgOp a, unsigned loopA,
                  mlir::linalg::LinalgOp b, unsigned loopB) const {
    return isSameNode(a.getOperation(), loopA, b.getOperation(), loopB);
  }

  /// Whether two dimensions are known to be of one size.
  bool isSame(mlir::Value a, unsigned dimA, mlir::Value b,
              unsigned dimB) const {
    return isSameNode(a.getAsOpaquePointer(), dimA, b.getAsOpaquePointer(),
                      dimB);
  }

  /// The dynamic sizes that a launch passes after the pointers, in order. Every
  /// emitter and the host translation use this one list.
  llvm::ArrayRef<ArgumentDim> getSizeArguments() const { return sizeArguments; }

private:
  using Node = std::pair<void *, unsigned>;
  unsigned getNode(void *base, unsigned index);
  unsigned find(unsigned node) const;
  void unite(unsigned a, unsigned b);
  void build(mlir::Block &body, FuncOp kernel);
  bool isSameNode(void *a, unsigned dimA, void *b, unsigned dimB) const;
  DimSize lookup(void *base, unsigned index) const;

  llvm::DenseMap<Node, unsigned> nodes;
  mutable llvm::SmallVector<unsigned> parent;
  llvm::SmallVector<DimSize> sizes; // by root
  llvm::SmallVector<ArgumentDim> sizeArguments;
};

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_DIMCLASSES_H
