//===- ChooseCpuSchedules.cpp - tiles and vector widths for a CPU ---------===//

#include "LaunchSizes.h"
#include "ScheduleKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/Space.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/MathExtras.h"

namespace theano {
#define GEN_PASS_DEF_CHOOSECPUSCHEDULES
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;

#define DEBUG_TYPE "kernel-choose-cpu-schedules"
ALWAYS_ENABLED_STATISTIC(numScheduled, "Number of kernels given a schedule");

/// Elements of one block of a map or of rows that are reduced. Large enough
/// that handing a block to a thread costs nothing beside it, small enough that
/// its operands stay in the first caches between the passes over a row.
static constexpr int64_t kBlock = 16384;
/// The longest vector register that an instruction set has (SVE: 2048 bits).
static constexpr int64_t kMaxVectorBytes = 256;
/// Columns of one block of a plain reduction, narrow enough to give several
/// threads work, and blocks that a thread sweeps together: so wide that whole
/// pages are read in order, so narrow that the accumulators stay in the first
/// caches.
static constexpr int64_t kReduceColumns = 256;
static constexpr int64_t kReduceBlocks = 8;
/// Rows that a plain reduction reads between a load and a store of its
/// accumulators, each a stream of its own.
static constexpr int64_t kReduceRows = 4;
/// Columns of one block of a contraction.
static constexpr int64_t kContractColumns = 512;
/// Rows of a block of a contraction, and rows of its register tile.
static constexpr int64_t kContractRows = 32;
static constexpr int64_t kContractTile = 4;

namespace {
struct ChooseCpuSchedules
    : theano::impl::ChooseCpuSchedulesBase<ChooseCpuSchedules> {
  using ChooseCpuSchedulesBase::ChooseCpuSchedulesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    // No register has another size: 0 would quietly make scalar code, and
    // vectors of thousands of lanes keep LLVM busy for minutes.
    if (vectorBytes < 1 || vectorBytes > kMaxVectorBytes ||
        !llvm::isPowerOf2_64(static_cast<uint64_t>(vectorBytes))) {
      module.emitError("vector-bytes is ")
          << vectorBytes.getValue() << "; expected a power of two from 1 to "
          << kMaxVectorBytes
          << ", such as 16 for SSE, 32 for AVX2 or 64 for AVX-512";
      return signalPassFailure();
    }
    numScheduled += scheduleKernels(
        module, [&](FuncOp kernel) { return choose(kernel); }, computeGrid);
  }

  /// The widest element type that the bodies compute on decides the lanes: all
  /// values of one body have the same number of lanes. Checks report one
  /// element; branches are vectorised (Emission/VectorBranches.cpp).
  int64_t chooseVector(FuncOp kernel) {
    if (kernel.walk([](CheckOp) { return WalkResult::interrupt(); })
            .wasInterrupted())
      return 1;
    unsigned widest = 0;
    auto see = [&](Type type) {
      if (type.isIntOrFloat())
        widest = std::max(widest, type.getIntOrFloatBitWidth());
    };
    // The index that goes with an element stays out of the loop over vectors,
    // but for a number of 32 bits.
    bool follows = false;
    kernel.walk([&](linalg::LinalgOp op) {
      std::optional<Combination> combination;
      if (op.getNumReductionLoops() != 0)
        combination = Combination::of(op);
      auto followed = combination ? combination->getFollowed() : std::nullopt;
      if (followed) {
        see(followed->element.getType());
        see(IntegerType::get(&getContext(), 32));
        follows = true;
        return;
      }
      for (Operation &inner : *op.getBlock())
        for (Type type : inner.getResultTypes())
          see(type);
    });
    unsigned inputs = kernel.getNumInputs();
    for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes()))
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        if (i < inputs || !follows)
          see(tensor.getElementType());
    return std::max<int64_t>(1, vectorBytes / std::max(1u, widest / 8));
  }

  ScheduleAttr choose(FuncOp kernel) {
    int64_t vector = chooseVector(kernel);
    SmallVector<int64_t> tile{kBlock};
    int64_t unroll = 1;
    switch (kernel.getFamily()) {
    case Family::RowReduce:
    case Family::FullReduce:
    case Family::PartialReduce:
      unroll = 4;
      break;
    case Family::PlainReduce:
    case Family::ColumnReduce: {
      DimClasses dims(kernel);
      Space space(kernel, dims);
      if (space.readsAlong(space.parallel, dims)) {
        tile = {1, kReduceColumns, kReduceBlocks};
        unroll = kReduceRows;
      } else {
        // Each result by itself, in vectors where what it reduces allows.
        unroll = 4;
        if (!space.readsAlong(space.reduction, dims))
          vector = 1;
      }
      break;
    }
    case Family::Contract:
    case Family::TensorContract: {
      DimClasses dims(kernel);
      Space space(kernel, dims);
      if (space.readsAlong(space.parallel, dims))
        unroll = 2;
      else
        vector = 1;
      tile = {kContractRows, kContractColumns, kContractTile};
      break;
    }
    case Family::Map:
    case Family::Transpose:
    case Family::Check:
      break;
    }
    return ScheduleAttr::get(&getContext(), {}, tile, vector, unroll);
  }

  static Value computeGrid(OpBuilder &builder, LaunchOp launch, FuncOp kernel) {
    DimClasses dims(kernel);
    bool flat = kernel.getFamily() == Family::Map && isFlat(kernel, dims);
    Blocking blocking = computeBlocking(
        builder, launch.getLoc(), kernel, dims, flat, [&](DimSize size) {
          return getLaunchSize(builder, launch, dims, size);
        });
    return blocking.getGrid(builder, launch.getLoc());
  }
};
} // namespace
