//===- GpuMemory.h - aligned accesses on a GPU ------------------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_GPUMEMORY_H
#define THEANO_LIB_CODEGEN_GPU_GPUMEMORY_H

#include "theano/Codegen/Emission/MemRefMemory.h"
#include "llvm/ADT/DenseSet.h"

namespace theano::gpu_emission {

/// A buffer from element `from` on, for indices that add to it: LLVM keeps its
/// address.
mlir::Value advance(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value buffer, mlir::Value from);

/// Memory on a GPU, where a vector access that is not aligned is a fault. All
/// buffers are aligned to 16 bytes; a vector is loaded as one only where its
/// index is seen to be a multiple of its length, else element by element. What
/// an index adds as a constant becomes part of the instruction, and as a
/// constant number of rows something to add: accesses that differ by either
/// share the computation of an address.
class GpuMemory : public emission::MemRefMemory {
public:
  using MemRefMemory::MemRefMemory;

  mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc,
                   unsigned argument, mlir::Value linear,
                   mlir::Type type) override;
  void store(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
             unsigned argument, mlir::Value linear) override;

  /// The same for the buffer of an argument.
  mlir::Value advance(mlir::OpBuilder &builder, mlir::Location loc,
                      unsigned argument, mlir::Value from) {
    return gpu_emission::advance(builder, loc, getBuffer(argument), from);
  }

  /// States that `size` is a multiple of `factor` in what is emitted until
  /// forgetStated.
  void assumeMultiple(mlir::Value size, int64_t factor) {
    multiples[size] = factor;
  }
  void forgetStated() {
    multiples.clear();
    sums.clear();
  }

  /// States, as long, that index `linear` is `from` and `distance`, of which
  /// the latter is worth an address of its own: it is the same in each turn of
  /// a loop.
  void stateSum(mlir::Value linear, mlir::Value from, mlir::Value distance) {
    sums[linear] = {from, distance};
  }

private:
  /// Where an access of vectors or elements goes: an index into a buffer.
  struct Place {
    mlir::Value buffer, index;
  };
  Place findPlace(mlir::OpBuilder &builder, mlir::Location loc,
                  unsigned argument, mlir::Value linear);
  bool isMultiple(mlir::Value value, int64_t factor) const;

  llvm::DenseMap<mlir::Value, int64_t> multiples;
  llvm::DenseMap<mlir::Value, std::pair<mlir::Value, mlir::Value>> sums;
};

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_GPUMEMORY_H
