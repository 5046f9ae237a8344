//===- KernelFrame.h - a GPU kernel being written ---------------*- C++ -*-===//
//
// What the emitters of all families share: the function, its arguments, where
// the code goes, and small helpers to write index arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_GPU_KERNELFRAME_H
#define THEANO_LIB_CODEGEN_GPU_KERNELFRAME_H

#include "GpuMemory.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "theano/Codegen/Emission/ElementEmitter.h"

namespace theano::gpu_emission {

using emission::Lanes;

/// Shared memory that a block can have on every device.
constexpr int64_t kSharedBytes = 48 * 1024;

class KernelFrame {
public:
  /// Opens a gpu.module with an empty gpu.func in place of `kernel`. The block
  /// of the schedule must have one dimension or more.
  KernelFrame(kernel::FuncOp kernel, unsigned indexBits);

  kernel::FuncOp kernel;
  unsigned indexBits;
  kernel::DimClasses dims;
  kernel::ScheduleAttr schedule;
  mlir::Location loc;
  mlir::OpBuilder builder;
  mlir::gpu::GPUModuleOp module;
  mlir::gpu::GPUFuncOp function;
  std::unique_ptr<GpuMemory> memory;
  std::unique_ptr<emission::ElementEmitter> elements;

  /// Threads of a block, all dimensions together.
  int64_t getNumThreads() const;

  // Index arithmetic.
  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b) { return add(a, constant(b)); }
  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value multiply(mlir::Value a, int64_t b) {
    return multiply(a, constant(b));
  }
  mlir::Value divide(mlir::Value a, mlir::Value b);
  mlir::Value divide(mlir::Value a, int64_t b) {
    return divide(a, constant(b));
  }
  mlir::Value remainder(mlir::Value a, mlir::Value b);
  mlir::Value remainder(mlir::Value a, int64_t b) {
    return remainder(a, constant(b));
  }
  mlir::Value minimum(mlir::Value a, mlir::Value b);
  mlir::Value isLess(mlir::Value a, mlir::Value b);
  mlir::Value isEqual(mlir::Value a, mlir::Value b);
  mlir::Value isEqual(mlir::Value a, int64_t b) {
    return isEqual(a, constant(b));
  }
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value product(llvm::ArrayRef<mlir::Value> sizes);
  /// The indices along `sizes` of element number `linear`, row-major.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value linear,
                                             llvm::ArrayRef<mlir::Value> sizes);
  /// Those of slot number `slot`, which is `lanes` neighbouring elements; the
  /// last of `sizes` is a multiple of `lanes`.
  llvm::SmallVector<Lanes> delinearizeSlot(mlir::Value slot,
                                           llvm::ArrayRef<mlir::Value> sizes,
                                           int64_t lanes);

  mlir::Value threadId(mlir::gpu::Dimension d = mlir::gpu::Dimension::x);
  mlir::Value blockId();

  /// The dimensions of `tensor` that are not known to be of size 1.
  llvm::SmallVector<unsigned> realDims(mlir::Value tensor) {
    return dims.getRealDims(tensor);
  }
  /// The loops of `op` that are not known to be of size 1, all or those of one
  /// iterator type.
  llvm::SmallVector<unsigned> realLoops(mlir::linalg::LinalgOp op);
  llvm::SmallVector<unsigned> realLoops(mlir::linalg::LinalgOp op,
                                        mlir::utils::IteratorType type);
  llvm::SmallVector<mlir::Value> sizesOf(mlir::Value tensor,
                                         llvm::ArrayRef<unsigned> which);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  sizesOf(mlir::linalg::LinalgOp op, llvm::ArrayRef<unsigned> loops);

  /// Indices into `tensor` whose dimensions other than those of size 1 stand,
  /// in order, for `real`.
  mlir::FailureOr<llvm::SmallVector<Lanes>> spread(mlir::Value tensor,
                                                   llvm::ArrayRef<Lanes> real);
  /// The same for the loops of `op`.
  mlir::FailureOr<llvm::SmallVector<Lanes>> spread(mlir::linalg::LinalgOp op,
                                                   llvm::ArrayRef<Lanes> real);

  /// Emits `then` (and `otherwise`) under a condition. What was computed inside
  /// is forgotten outside.
  using Region = llvm::function_ref<mlir::LogicalResult()>;
  mlir::LogicalResult emitIf(mlir::Value condition, Region then,
                             Region otherwise = nullptr);

  /// The block of an scf.if without an else, ready to be written before its
  /// terminator. Unlike emitIf this forgets nothing.
  mlir::Block *openIf(mlir::Value condition);

  /// Emits a loop from `from` to `to`; `body` gets the index and the carried
  /// values and replaces the latter.
  using LoopBody = llvm::function_ref<mlir::LogicalResult(
      mlir::Value, llvm::SmallVectorImpl<mlir::Value> &)>;
  mlir::LogicalResult emitFor(mlir::Value from, mlir::Value to, int64_t step,
                              llvm::SmallVectorImpl<mlir::Value> &carried,
                              LoopBody body);
  /// The same with a step that is no constant.
  mlir::LogicalResult emitForBy(mlir::Value from, mlir::Value to,
                                mlir::Value step,
                                llvm::SmallVectorImpl<mlir::Value> &carried,
                                LoopBody body);
  /// A loop over [from, to) by `group` indices at a time, and one for those
  /// that are left; `body` gets the first of them and how many they are.
  using GroupBody = llvm::function_ref<mlir::LogicalResult(
      mlir::Value, int64_t, llvm::SmallVectorImpl<mlir::Value> &)>;
  mlir::LogicalResult
  emitGroupedFor(mlir::Value from, mlir::Value to, int64_t group,
                 llvm::SmallVectorImpl<mlir::Value> &carried, GroupBody body);
  /// The same with a body that is written `unroll` times.
  mlir::LogicalResult
  emitUnrolledFor(mlir::Value from, mlir::Value to, int64_t unroll,
                  llvm::SmallVectorImpl<mlir::Value> &carried, LoopBody body);

  /// Elements of `type` in shared memory, rows of `shape`, aligned to 16 bytes.
  mlir::Value addShared(llvm::ArrayRef<int64_t> shape, mlir::Type type);
  /// `count` elements of `type` from byte `from` on, a multiple of 16, of bytes
  /// in shared memory.
  mlir::Value viewShared(mlir::Value bytes, mlir::Value from, int64_t count,
                         mlir::Type type);
  void barrier();
  /// A scalar or a vector into shared memory.
  void storeShared(mlir::Value value, mlir::Value shared,
                   llvm::ArrayRef<mlir::Value> indices);
  /// `count` neighbours, by accesses as wide as they can be; `indices` must be
  /// multiples of `count` in a row that is aligned to 16 bytes.
  llvm::SmallVector<mlir::Value> loadShared(mlir::Value shared,
                                            llvm::ArrayRef<mlir::Value> indices,
                                            int64_t count);

  /// Computes every result, or those with the given numbers, at the point,
  /// given by an index for each real dimension, and stores them then: one may
  /// overwrite what another reads.
  mlir::LogicalResult storeResults(llvm::ArrayRef<Lanes> point);
  mlir::LogicalResult storeResults(llvm::ArrayRef<unsigned> results,
                                   llvm::ArrayRef<Lanes> point);
  /// The same at several points: all of their loads come first.
  mlir::LogicalResult
  storeResultsAt(llvm::ArrayRef<llvm::SmallVector<Lanes>> points);

  /// The tensors that the kernel returns.
  mlir::OperandRange getReturned();

private:
  mlir::LogicalResult
  storeResultsAt(llvm::ArrayRef<unsigned> results,
                 llvm::ArrayRef<llvm::SmallVector<Lanes>> points);

  mlir::DenseMap<mlir::gpu::Dimension, mlir::Value> threads;
  mlir::Value block;
};

/// Ends the kernel: what every emitter calls last.
void finish(KernelFrame &frame);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_KERNELFRAME_H
