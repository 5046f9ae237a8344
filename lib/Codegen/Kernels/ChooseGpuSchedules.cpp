//===- ChooseGpuSchedules.cpp - blocks, tiles and grids for a GPU ---------===//

#include "LaunchSizes.h"
#include "ScheduleKernels.h"
#include "SuitsColumns.h"
#include "VectorProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/ColumnReduction.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "theano/Dialect/Kernel/Space.h"
#include "theano/Dialect/Kernel/TransposedReads.h"
#include "theano/Support/TargetInfo.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/MathExtras.h"

namespace theano {
#define GEN_PASS_DEF_CHOOSEGPUSCHEDULES
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;

#define DEBUG_TYPE "kernel-choose-gpu-schedules"
ALWAYS_ENABLED_STATISTIC(numScheduled, "Number of kernels given a schedule");

/// The widest access of a thread, in bytes.
static constexpr int64_t kAccessBytes = 16;
/// Threads of a block where nothing else decides: eight warps fill a
/// multiprocessor evenly and leave 255 registers a thread.
static constexpr int64_t kThreads = 256;
static constexpr int64_t kWarp = 32;
/// Threads of a block that goes once through what is long: each has twice as
/// much to do, with twice as many loads in flight.
static constexpr int64_t kLongThreads = 128;
/// Rows up to this length are a warp's: no barrier, and eight rows a block.
static constexpr int64_t kWarpRow = 1024;
/// The last step of a full reduction is one block, so that its order does not
/// depend on the device; twice as many threads would have too few registers.
static constexpr int64_t kFullThreads = 512;
/// Shared memory that a block can have on every device.
static constexpr int64_t kSharedBytes = 48 * 1024;
/// Elements of a row that a thread may hold in registers.
static constexpr int64_t kElementsHeld = 32;
/// Independent vectors in flight in the loops of reductions.
static constexpr int64_t kInFlight = 4;
/// Instructions, and elements of inputs, in all lanes of a thread's vector that
/// fit 128 registers, and how many lanes they always have.
static constexpr int64_t kLaneOps = 512;
static constexpr int64_t kLaneInputs = 64;
static constexpr int64_t kFewLanes = 4;
/// Instructions of a sine or its like, about: its argument is reduced in words
/// of 64 bits.
static constexpr int64_t kTrigOps = 64;
/// Of the tiles of a transpose at least: whole sectors on either side.
static constexpr int64_t kTransposeSide = 32;
/// Vectors of a thread in such a tile, which share the search for their place.
static constexpr int64_t kTransposeVectors = 4;
/// With fewer rows or columns, reading across rows stays within a few sectors
/// of memory, and a tile of a transpose would be mostly empty.
static constexpr int64_t kTransposeLeast = 8;
/// Of a tile of a contraction, and its tiles of depth that have room.
static constexpr int64_t kDepth = 16, kStages = 3;
/// Of a large tile with more to sum: what is done once a round is shared by
/// twice the products.
static constexpr int64_t kLargeDepth = 32, kLargeStages = 2;
/// Threads that share a tile on the matrix units: with four warps each has up
/// to 64 x 64 sums, and reads a fourth as much as it multiplies.
static constexpr int64_t kTensorThreads = 128;
/// The sides of such a tile where rows or columns are many, and else; its
/// depth in bytes; and tiles of depth that have room at most.
static constexpr int64_t kTensorSide = 128, kTensorSmallSide = 64;
static constexpr int64_t kTensorDepth = 64, kTensorStages = 4;
/// With no more rows and columns most of what the matrix units do is lost.
static constexpr int64_t kTensorLeast = 16;
/// With fewer large tiles multiprocessors would be left without any.
static constexpr int64_t kTensorBlocks = 64;
/// Bytes of accumulators that a thread may hold for the columns of a vector.
static constexpr int64_t kAccumulatorBytes = 64;
/// Blocks of a kernel of checks at most; its threads loop.
static constexpr int64_t kCheckBlocks = 1024;

/// Whether `tensor` has a dimension that may be the row of a reduction: results
/// of one value a row have not.
static bool hasRow(const DimClasses &dims, const Space &space, Value tensor) {
  if (space.reduction.empty())
    return true;
  unsigned loop = space.reduction.back();
  linalg::LinalgOp leader = space.leader;
  for (OpOperand *input : leader.getDpsInputOperands()) {
    AffineMap map = leader.getMatchingIndexingMap(input);
    for (auto [dim, result] : llvm::enumerate(map.getResults())) {
      auto along = dyn_cast<AffineDimExpr>(result);
      if (!along || along.getPosition() != loop)
        continue;
      for (int64_t d = 0,
                   e = cast<RankedTensorType>(tensor.getType()).getRank();
           d < e; ++d)
        if (dims.isSame(input->get(), dim, tensor, d))
          return true;
    }
  }
  return false;
}

/// The bits of the widest elements of those arguments for which `isMeant`.
static unsigned findWidest(
    FuncOp kernel,
    function_ref<bool(Value)> isMeant = [](Value) { return true; }) {
  unsigned widest = 0;
  for (BlockArgument argument : kernel.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (type && type.getElementType().isIntOrFloat() && isMeant(argument))
      widest = std::max(widest, type.getElementTypeBitWidth());
  }
  return widest;
}

/// Elements of so many bits in the widest access.
static int64_t countInAccess(unsigned bits) {
  return std::max<int64_t>(1, kAccessBytes * 8 / std::max(8u, bits));
}

/// The elements of a vector. All values of a kernel have the same number of
/// lanes, so the widest type in memory decides. That of the body does not: an
/// f16 computed as f32 takes twice the registers, and its accesses stay whole.
static int64_t chooseVector(FuncOp kernel, const DimClasses &dims) {
  if (!isVectorizable(kernel))
    return 1;
  Space space(kernel, dims);
  unsigned along = findWidest(
      kernel, [&](Value tensor) { return hasRow(dims, space, tensor); });
  // A reduction that reads by computed indices alone has no row to see.
  return countInAccess(along ? along : findWidest(kernel));
}

/// Fewer lanes of short elements where a thread would compute, or have read,
/// more than its registers hold: every instruction is one for each lane, and
/// the values of all lanes are there at once.
static int64_t limitLanes(FuncOp kernel, int64_t vector) {
  int64_t ops = 0;
  kernel.walk([&](linalg::LinalgOp op) {
    op.getBlock()->walk([&](Operation *inner) {
      ops += isa<math::SinOp, math::CosOp, math::TanOp>(inner) ? kTrigOps : 1;
    });
  });
  int64_t inputs = kernel.getNumInputs();
  while (vector > kFewLanes &&
         (vector * ops > kLaneOps || vector * inputs > kLaneInputs))
    vector /= 2;
  return vector;
}

/// Whether tiles in shared memory pay for what a map reads across its rows:
/// unless rows or columns are known to be few, or, where there are further
/// dimensions and so a tile for each of their indices, may be.
static bool suitsTranspose(FuncOp kernel, const DimClasses &dims) {
  TransposedReads transposed(kernel, dims);
  if (transposed.reads.empty())
    return false;
  Value shape = kernel.getDestination(0);
  bool square = dims.getRealDims(shape).size() == 2;
  return llvm::all_of(ArrayRef({transposed.row, transposed.column}),
                      [&](unsigned dim) {
                        DimSize size = dims.getSize(shape, dim);
                        return size.kind == DimSize::Kind::Static
                                   ? size.value >= kTransposeLeast
                                   : square;
                      });
}

namespace {

struct ChooseGpuSchedules
    : theano::impl::ChooseGpuSchedulesBase<ChooseGpuSchedules> {
  using ChooseGpuSchedulesBase::ChooseGpuSchedulesBase;

  void runOnOperation() override {
    theano::Expected<theano::TargetInfo> found = theano::lookupGpuTarget(arch);
    if (!found) {
      getOperation().emitError(found.takeStatus().message());
      return signalPassFailure();
    }
    target = found->gpu;
    numScheduled += scheduleKernels(
        getOperation(), [&](FuncOp kernel) { return choose(kernel); },
        computeGrid);
  }

  ScheduleAttr make(ArrayRef<int64_t> block, ArrayRef<int64_t> tile,
                    int64_t vector, int64_t unroll) {
    return ScheduleAttr::get(&getContext(), block, tile, vector, unroll);
  }

  ScheduleAttr choose(FuncOp kernel) {
    DimClasses dims(kernel);
    if (kernel.getFamily() == Family::Contract)
      if (std::optional<Family> family = findVectorProduct(kernel, dims))
        kernel.setFamilyAttr(FamilyAttr::get(&getContext(), *family));
    int64_t vector = chooseVector(kernel, dims);
    switch (kernel.getFamily()) {
    case Family::Map:
      vector = limitLanes(kernel, vector);
      if (suitsTranspose(kernel, dims)) {
        kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::Transpose));
        return chooseTranspose(kernel, dims, vector);
      }
      return make({kThreads}, {kThreads * vector}, vector, 1);
    case Family::Transpose:
      return chooseTranspose(kernel, dims, limitLanes(kernel, vector));
    case Family::RowReduce:
      return chooseRows(kernel, dims, vector);
    case Family::FullReduce:
      return make({kFullThreads}, {1}, vector, kInFlight);
    case Family::PartialReduce:
      return make({kLongThreads}, {1}, vector, kInFlight);
    case Family::Contract:
      if (!suitsMatrixUnits(kernel, dims))
        return chooseContract(kernel, dims, vector);
      kernel.setFamilyAttr(
          FamilyAttr::get(&getContext(), Family::TensorContract));
      return chooseTensorContract(kernel, dims);
    case Family::TensorContract:
      return chooseTensorContract(kernel, dims);
    case Family::PlainReduce:
      if (suitsRows(kernel, dims)) {
        kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::RowReduce));
        return chooseRows(kernel, dims, vector);
      }
      if (!suitsColumns(kernel, dims))
        return make({kThreads}, {kThreads}, 1, kInFlight);
      kernel.setFamilyAttr(
          FamilyAttr::get(&getContext(), Family::ColumnReduce));
      return chooseColumns(kernel, dims, vector);
    case Family::ColumnReduce:
      // The emitter says what is wrong with another.
      if (!findColumnReduction(kernel, dims))
        return make({kThreads}, {kThreads}, 1, kInFlight);
      return chooseColumns(kernel, dims, vector);
    case Family::Check:
      return make({kThreads}, {kThreads}, 1, 1);
    }
    llvm_unreachable("all families are covered");
  }

  /// Tiles have room for several vectors of each thread, unless more of them
  /// would be known to be empty, or shared memory is too small.
  ScheduleAttr chooseTranspose(FuncOp kernel, const DimClasses &dims,
                               int64_t vector) {
    TransposedReads transposed(kernel, dims);
    auto fits = [&](int64_t side) {
      int64_t bytes = 0;
      for (const auto &read : transposed.reads)
        bytes +=
            side * (side + 1) *
            std::max(
                8u,
                getElementTypeOrSelf(read.argument).getIntOrFloatBitWidth()) /
            8;
      return bytes <= kSharedBytes;
    };
    auto cover = [&](int64_t side) {
      int64_t elements = 1;
      for (unsigned dim : {transposed.row, transposed.column}) {
        DimSize size = dims.getSize(kernel.getDestination(0), dim);
        if (size.kind == DimSize::Kind::Static)
          elements = multiplySizes(elements, llvm::alignTo(size.value, side));
      }
      return elements;
    };
    int64_t side = kTransposeSide;
    while (side * side < kThreads * vector)
      side *= 2;
    if (transposed.reads.empty())
      return make({kThreads}, {side, side}, vector, 1);
    while (side * side < kThreads * vector * kTransposeVectors &&
           fits(2 * side) &&
           multiplySizes(4, cover(2 * side)) <= multiplySizes(5, cover(side)))
      side *= 2;
    return make({kThreads}, {side, side}, vector, 1);
  }

  /// Whether threads can share the rows of a kernel that was formed to give
  /// each to one, as that of an argmax, which has two accumulators.
  static bool suitsRows(FuncOp kernel, const DimClasses &dims) {
    Space space(kernel, dims);
    return !space.parallel.empty() && space.readsAlong(space.reduction, dims) &&
           !space.readsAlong(space.parallel, dims) &&
           space.parallel.back() < space.reduction.front() &&
           Combination::of(space.leader) && readsOnce(kernel, dims, space);
  }

  ScheduleAttr chooseRows(FuncOp kernel, const DimClasses &dims,
                          int64_t vector) {
    Space space(kernel, dims);
    std::optional<int64_t> length =
        getStaticCount(dims, space.leader, space.reduction);
    bool once = readsOnce(kernel, dims, space);
    int64_t threads = once ? kLongThreads : kThreads;
    if (!length)
      return make({threads}, {1}, vector, kInFlight);
    bool warp = *length <= kWarpRow;
    if (warp)
      threads = kWarp;
    if (!space.reduction.empty()) {
      // Rows that do not end with a vector have vectors if they are read once,
      // and long enough for one for each thread.
      DimSize last = dims.getLoopSize(space.leader, space.reduction.back());
      if (last.value % vector != 0 &&
          !(once && space.reduction.size() == 1 && *length >= threads * vector))
        vector = 1;
    }
    int64_t unroll =
        std::max<int64_t>(1, llvm::divideCeil(*length, threads * vector));
    if (unroll * vector > kElementsHeld)
      unroll = kInFlight;
    if (warp)
      return make({kWarp, kThreads / kWarp}, {kThreads / kWarp}, vector,
                  unroll);
    return make({threads}, {1}, vector, unroll);
  }

  /// Whether the rows of a kernel are reduced once, and leave nothing else.
  static bool readsOnce(FuncOp kernel, const DimClasses &dims,
                        const Space &space) {
    unsigned reductions = 0;
    for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>())
      reductions += op.getNumReductionLoops() != 0;
    for (unsigned i = 0, e = kernel.getFunctionType().getNumResults(); i < e;
         ++i) {
      Value result = kernel.getDestination(i);
      if (dims.getRealDims(result).size() > space.parallel.size())
        return false;
    }
    return reductions == 1;
  }

  /// A warp across the columns, which reads whole sectors, and the others down
  /// the rows; more across where rows are known to be few.
  ScheduleAttr chooseColumns(FuncOp kernel, const DimClasses &dims,
                             int64_t vector) {
    Space space(kernel, dims);
    unsigned bits = 0; // of what a thread holds of a column
    for (Value result : space.leader->getResults())
      bits +=
          std::max(8u, getElementTypeOrSelf(result).getIntOrFloatBitWidth());
    while (vector > 1 && vector * bits > kAccumulatorBytes * 8)
      vector /= 2;
    int64_t across = kWarp;
    if (std::optional<int64_t> rows =
            getStaticCount(dims, space.leader, space.reduction)) {
      int64_t down = llvm::divideCeil(*rows, kInFlight);
      while (across < kThreads && kThreads / across >= 2 * down)
        across *= 2;
    }
    return make({kThreads}, {across * vector}, vector, kInFlight);
  }

  ScheduleAttr chooseContract(FuncOp kernel, const DimClasses &dims,
                              int64_t vector) {
    linalg::LinalgOp op = findContraction(kernel);
    ContractionLoops loops(op, dims);
    std::optional<int64_t> m = getStaticCount(dims, op, loops.m);
    std::optional<int64_t> n = getStaticCount(dims, op, loops.n);
    // Large where many blocks are sure to be left, small where a large tile
    // would be mostly empty.
    auto side = [](std::optional<int64_t> size) -> int64_t {
      return size && *size <= 32 ? 32 : 64;
    };
    int64_t tileM = side(m), tileN = side(n);
    bool many = m && n && *m >= 1024 && *n >= 1024;
    if (comesInTime(op) && !loops.m.empty() && !loops.n.empty() &&
        !loops.k.empty()) {
      // A warp for each 32 rows of 32 columns; of 64 where the tile is large.
      int64_t warps = tileM / kWarp * tileN / kWarp;
      std::optional<int64_t> k = getStaticCount(dims, op, loops.k);
      bool deep = many && (!k || *k > kDepth);
      return make(
          {warps * kWarp},
          {many ? 2 * tileM : tileM, tileN, deep ? kLargeDepth : kDepth},
          isVectorizable(kernel) ? countInAccess(findWidest(kernel)) : 1,
          deep ? kLargeStages : kStages);
    }
    // Here larger tiles would take more registers than two blocks leave.
    return make({kThreads}, {tileM, tileN, kDepth}, vector, 1);
  }

  /// Whether the emitter has tiles of these elements come while others are
  /// multiplied.
  bool comesInTime(linalg::LinalgOp op) {
    return target.asyncCopy &&
           getElementTypeOrSelf(op->getOperand(0)) ==
               getElementTypeOrSelf(op->getOperand(1)) &&
           llvm::all_of(op->getOperandTypes(), [](Type type) {
             Type element = getElementTypeOrSelf(type);
             return element.isIntOrFloat() &&
                    element.getIntOrFloatBitWidth() == 32;
           });
  }

  /// Whether the matrix units multiply these elements, and there are matrices
  /// that are not known to be tiny.
  bool suitsMatrixUnits(FuncOp kernel, const DimClasses &dims) {
    linalg::LinalgOp op = findContraction(kernel);
    Type factors = getMatrixFactors(op);
    if (!factors || !target.asyncCopy ||
        !(factors.isF32() ? tf32 && target.tf32Mma : target.bf16Mma))
      return false;
    ContractionLoops loops(op, dims);
    std::optional<int64_t> m = getStaticCount(dims, op, loops.m);
    std::optional<int64_t> n = getStaticCount(dims, op, loops.n);
    bool tiny = m && n && *m <= kTensorLeast && *n <= kTensorLeast;
    return !tiny && !loops.m.empty() && !loops.n.empty() && !loops.k.empty();
  }

  /// Operands come by chunks of their own; a vector is what the ops after the
  /// product read and write at once.
  ScheduleAttr chooseTensorContract(FuncOp kernel, const DimClasses &dims) {
    int64_t vector =
        isVectorizable(kernel) ? countInAccess(findWidest(kernel)) : 1;
    linalg::LinalgOp op = findContraction(kernel);
    ContractionLoops loops(op, dims);
    std::optional<int64_t> m = getStaticCount(dims, op, loops.m);
    std::optional<int64_t> n = getStaticCount(dims, op, loops.n);
    bool few = m && n &&
               multiplySizes(llvm::divideCeil(*m, kTensorSide),
                             llvm::divideCeil(*n, kTensorSide)) < kTensorBlocks;
    auto side = [&](std::optional<int64_t> size) {
      return few || (size && *size <= kTensorSmallSide) ? kTensorSmallSide
                                                        : kTensorSide;
    };
    int64_t tileM = side(m), tileN = side(n);
    Type factors = getElementTypeOrSelf(op->getOperand(0));
    int64_t depth =
        kTensorDepth / std::max(1u, factors.getIntOrFloatBitWidth() / 8);
    int64_t tileBytes = (tileM + tileN) * kTensorDepth;
    int64_t stages = std::min(kTensorStages, kSharedBytes / tileBytes);
    return make({kTensorThreads}, {tileM, tileN, depth}, vector, stages);
  }

  /// The parts that a first step leaves, of each result.
  static Value countParts(OpBuilder &builder, LaunchOp launch) {
    return builder.createOrFold<tensor::DimOp>(launch.getLoc(),
                                               launch.getOutputs().front(), 0);
  }

  static Value computeGrid(OpBuilder &builder, LaunchOp launch, FuncOp kernel) {
    Location loc = launch.getLoc();
    DimClasses dims(kernel);
    ScheduleAttr schedule = *kernel.getSchedule();
    ArrayRef<int64_t> tile = schedule.getTile();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    auto multiply = [&](Value a, Value b) {
      return builder.createOrFold<arith::MulIOp>(loc, a, b);
    };
    auto blocks = [&](Value size, int64_t each) {
      return builder.createOrFold<arith::CeilDivUIOp>(loc, size,
                                                      constant(each));
    };
    auto count = [&](linalg::LinalgOp op, ArrayRef<unsigned> loops) {
      return getLaunchCount(builder, launch, dims, op, loops);
    };
    Value grid;
    switch (kernel.getFamily()) {
    case Family::FullReduce:
      grid = constant(1);
      break;
    case Family::PartialReduce:
      grid = countParts(builder, launch);
      break;
    case Family::ColumnReduce: {
      Space space(kernel, dims);
      ArrayRef<unsigned> parallel = space.parallel;
      grid = constant(1);
      if (parallel.empty())
        break;
      grid = count(space.leader, parallel.drop_back());
      Value columns = count(space.leader, parallel.take_back());
      Value each = getColumnsOfBlock(builder, loc, schedule, columns);
      grid = multiply(
          grid, builder.createOrFold<arith::CeilDivUIOp>(loc, columns, each));
      if (isInParts(kernel))
        grid = multiply(grid, countParts(builder, launch));
      break;
    }
    case Family::Contract:
    case Family::TensorContract: {
      linalg::LinalgOp op = findContraction(kernel);
      ContractionLoops loops(op, dims);
      Value batches = count(op, loops.batch);
      Value rows = blocks(count(op, loops.m), tile[0]);
      Value columns = blocks(count(op, loops.n), tile[1]);
      grid = multiply(batches, multiply(rows, columns));
      if (isInParts(kernel))
        grid = multiply(grid, countParts(builder, launch));
      break;
    }
    case Family::Transpose: {
      TransposedReads transposed(kernel, dims);
      Value shape = kernel.getDestination(0);
      grid = constant(1);
      for (unsigned dim = 0,
                    rank = cast<RankedTensorType>(shape.getType()).getRank();
           dim < rank; ++dim) {
        Value size =
            getLaunchSize(builder, launch, dims, dims.getSize(shape, dim));
        if (dim == transposed.row)
          size = blocks(size, tile.front());
        else if (dim == transposed.column)
          size = blocks(size, tile.back());
        grid = multiply(grid, size);
      }
      break;
    }
    case Family::Check: {
      // At least one block: the first op may have no points where others do.
      Space space(kernel, dims);
      Value wanted = blocks(count(space.leader, space.parallel), tile[0]);
      wanted = builder.createOrFold<arith::MinUIOp>(loc, wanted,
                                                    constant(kCheckBlocks));
      grid = builder.createOrFold<arith::MaxUIOp>(loc, wanted, constant(1));
      break;
    }
    case Family::Map:
    case Family::RowReduce:
    case Family::PlainReduce: {
      Space space(kernel, dims);
      grid = blocks(count(space.leader, space.parallel), tile[0]);
      break;
    }
    }
    return grid;
  }

  theano::GpuTarget target;
};

} // namespace
