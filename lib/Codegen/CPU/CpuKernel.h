//===- CpuKernel.h - what the CPU emitters of all families share -*- C++ -*-==//

#ifndef LIB_CODEGEN_CPU_CPUKERNEL_H
#define LIB_CODEGEN_CPU_CPUKERNEL_H

#include "theano/Codegen/Emission/MemRefMemory.h"
#include "theano/Dialect/Kernel/Space.h"

namespace theano::cpu {

using emission::Lanes;

/// A kernel on its way to becoming a function: the emitted arguments, the
/// element emitter over them and the loop shapes that every family uses. The
/// families are functions on it that return failure after reporting an error.
class CpuKernel {
public:
  explicit CpuKernel(kernel::FuncOp kernel);

  /// Emits the function beside the kernel.
  mlir::LogicalResult emit();

private:
  using Body = llvm::function_ref<mlir::LogicalResult(mlir::Value)>;
  using LaneBody = llvm::function_ref<mlir::LogicalResult(Lanes)>;

  // One function per family, in the file of its name.
  mlir::LogicalResult emitMap();
  mlir::LogicalResult emitRowReduce();
  mlir::LogicalResult emitPartialReduce();
  mlir::LogicalResult emitPanelReduce();
  mlir::LogicalResult emitContract();

  mlir::LogicalResult createFunction();

  /// The block number `block` as the rows [row.first, row.second) and columns.
  struct Range {
    mlir::Value begin, end;
  };
  void locateBlock(mlir::Value block, Range &rows, Range &columns);

  mlir::Value constant(int64_t value);
  /// `begin`, `end`, `step` as a loop around `body`.
  mlir::LogicalResult forEach(Range range, mlir::Value step, Body body);
  /// A loop in vectors of the schedule's width and one for what is left; `body`
  /// gets the consecutive or, in the rest, single index.
  mlir::LogicalResult forEachVector(Range range, LaneBody body);
  /// Splits a row number into indices of the given parallel loops.
  llvm::SmallVector<Lanes> delinearize(mlir::Value row,
                                       llvm::ArrayRef<unsigned> loops);
  mlir::Value sizeOfLoop(unsigned loop);
  /// The ranges of a nest of whole loops. The outermost is empty where an inner
  /// one is: a reduction over (2^40, 0) must not go round 2^40 times.
  llvm::SmallVector<Range> rangesOf(llvm::ArrayRef<unsigned> loops);
  /// The indices of `tensor` when the loops of the space that are not of size 1
  /// have the given indices, in order.
  llvm::SmallVector<Lanes> indicesOf(mlir::Value tensor,
                                     llvm::ArrayRef<Lanes> real);
  /// Loop indices of `op` from those of its parallel and reduction loops that
  /// are not of size 1.
  llvm::SmallVector<Lanes> loopsOf(mlir::linalg::LinalgOp op,
                                   llvm::ArrayRef<Lanes> parallel,
                                   llvm::ArrayRef<Lanes> reduction);
  /// The number of dimensions of `tensor` that are not known to be 1.
  unsigned countRealDims(mlir::Value tensor);
  /// Emits the given results at `real` indices and stores them: all are
  /// computed before the first is stored, since one may overwrite what another
  /// reads.
  mlir::LogicalResult storeResults(llvm::ArrayRef<unsigned> results,
                                   llvm::ArrayRef<Lanes> real);
  /// All results of the kernel.
  mlir::LogicalResult storeResults(llvm::ArrayRef<Lanes> real);

  /// A nest of loops that carries values; `body` returns the next ones.
  using ReduceBody =
      llvm::function_ref<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(
          llvm::ArrayRef<mlir::Value> indices, mlir::ValueRange carried)>;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  reduceLoops(llvm::ArrayRef<Range> ranges, llvm::ArrayRef<mlir::Value> steps,
              llvm::ArrayRef<mlir::Value> initial, ReduceBody body);

  /// Reduces one row with one accumulator for each lane; the results of the op
  /// (RowReduce.cpp). With `elements` only those of the row, counted over all
  /// reduction loops in order.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  reduceRow(mlir::linalg::LinalgOp op, llvm::ArrayRef<Lanes> row,
            std::optional<Range> elements = std::nullopt);

  /// A buffer of accumulators, as many as a panel is wide, and accesses to its
  /// lanes from element `at` on (PanelReduce.cpp).
  mlir::Value createPanel(mlir::Type element);
  Lanes loadPanel(mlir::Value panel, mlir::Value at);
  void storePanel(mlir::Value value, mlir::Value panel, mlir::Value at);

  /// Computes a tile of results, one accumulator each (Contract.cpp).
  mlir::LogicalResult emitTile(mlir::Value row, int64_t rows,
                               mlir::Value column, int64_t vectors,
                               int64_t lanes);

  kernel::FuncOp kernel;
  mlir::Location loc;
  kernel::DimClasses dims;
  kernel::Space space;
  kernel::ScheduleAttr schedule;
  bool flat;
  mlir::OpBuilder builder;
  mlir::Value firstBlock, endBlock;
  std::optional<emission::MemRefMemory> memory;
  std::optional<emission::ElementEmitter> emitter;
  kernel::Blocking blocking;
};

} // namespace theano::cpu

#endif // LIB_CODEGEN_CPU_CPUKERNEL_H
