//===- SplitReductions.cpp - reductions of much in two steps --------------===//

#include "LaunchSizes.h"
#include "SuitsColumns.h"
#include "VectorProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/ColumnReduction.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "theano/Dialect/Kernel/Space.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_SPLITREDUCTIONS
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

#define DEBUG_TYPE "kernel-split-reductions"
ALWAYS_ENABLED_STATISTIC(numSplit, "Number of kernels split in two");

/// Blocks of the first step at most: more than are resident at once on a large
/// chip, few enough for the second step to be short. It must not depend on the
/// chip or the number of threads, or the order of a sum would.
static constexpr int64_t kMaxBlocks = 1024;
/// Known sizes of up to so many blocks are reduced by one: a second launch
/// costs more than it saves.
static constexpr int64_t kFewBlocks = 4;
/// A block of more elements would be the only one of any tensor that a kernel
/// can index with 32 bits.
static constexpr int64_t kMaxElementsPerBlock = int64_t(1) << 30;
/// Columns that one block has, about: a schedule of their kernel is not chosen
/// yet. Fewer columns leave room for more blocks along the rows.
static constexpr int64_t kColumnsPerBlock = 128;
/// With fewer columns a part has more rows, or its threads would have too few
/// elements each.
static constexpr int64_t kFewColumns = 32;

/// Sides of a block's piece of a product of matrices, about, and pieces from
/// which on there is work for a whole chip.
static constexpr int64_t kProductSide = 64;
static constexpr int64_t kManyPieces = 64;
/// Blocks of the first step of a product, about.
static constexpr int64_t kProductBlocks = 256;

/// The only reduction of a kernel that reduces everything, or null.
static LinalgOp findFullReduction(FuncOp kernel, const DimClasses &dims) {
  if (kernel.getFamily() != Family::FullReduce &&
      kernel.getFamily() != Family::PlainReduce)
    return {};
  LinalgOp found;
  for (auto op : kernel.getBody().front().getOps<LinalgOp>()) {
    if (op.getNumReductionLoops() == 0)
      continue;
    if (found)
      return {};
    found = op;
  }
  if (!found || !Space(kernel, dims).parallel.empty())
    return {};
  return found;
}

/// Also what checks its elements: who needs no element checks none.
static void eraseDead(FuncOp kernel) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
    if (isOpTriviallyDead(&op) || (isa<LinalgOp>(op) && op.use_empty()))
      op.erase();
}

/// Removes the inputs that nothing reads, from the kernel and from `operands`.
static void eraseUnusedInputs(FuncOp kernel, SmallVectorImpl<Value> &operands) {
  Block &body = kernel.getBody().front();
  BitVector unused(body.getNumArguments());
  for (unsigned i = 0, e = kernel.getNumInputs(); i < e; ++i)
    if (body.getArgument(i).use_empty())
      unused.set(i);
  for (unsigned i = operands.size(); i-- > 0;)
    if (unused.test(i))
      operands.erase(operands.begin() + i);
  (void)kernel.eraseArguments(unused);
}

namespace {
struct SplitReductions : theano::impl::SplitReductionsBase<SplitReductions> {
  using SplitReductionsBase::SplitReductionsBase;

  void runOnOperation() override {
    if (failed(checkOption("elements-per-block", elementsPerBlock, 1)) ||
        failed(checkOption("rows-per-block", rowsPerBlock, 0)) ||
        failed(checkOption("steps-per-block", stepsPerBlock, 0)))
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    SmallVector<LaunchOp> launches;
    getOperation().walk([&](LaunchOp launch) { launches.push_back(launch); });
    DenseMap<Operation *, unsigned> uses;
    for (LaunchOp launch : launches)
      ++uses[symbols.lookup(launch.getKernel())];
    for (LaunchOp launch : launches) {
      auto kernel = symbols.lookup<FuncOp>(launch.getKernel());
      // Launches that share a kernel would each need their own operands.
      // Nor is one split whose arguments are marked, as updates in place are.
      if (kernel && !kernel.getSchedule() && !kernel.getArgAttrsAttr() &&
          uses[kernel] == 1)
        visit(kernel, launch, symbols);
    }
  }

private:
  LogicalResult checkOption(StringRef name, int64_t value, int64_t least) {
    if (value >= least && value <= kMaxElementsPerBlock)
      return success();
    return getOperation().emitError()
           << name << " is " << value << "; expected " << least << " to "
           << kMaxElementsPerBlock;
  }

  void visit(FuncOp kernel, LaunchOp launch, SymbolTable &symbols) {
    DimClasses dims(kernel);
    if (kernel.getFamily() == Family::Contract && stepsPerBlock > 0)
      if (std::optional<Family> family = findVectorProduct(kernel, dims))
        kernel.setFamilyAttr(FamilyAttr::get(&getContext(), *family));
    if (LinalgOp op = findFullReduction(kernel, dims))
      visitFull(kernel, launch, op, dims, symbols);
    else if (kernel.getFamily() == Family::PlainReduce && rowsPerBlock > 0)
      visitColumns(kernel, launch, dims, symbols);
    else if (kernel.getFamily() == Family::Contract && stepsPerBlock > 0)
      visitProduct(kernel, launch, dims, symbols);
  }

  void visitFull(FuncOp kernel, LaunchOp launch, LinalgOp op,
                 const DimClasses &dims, SymbolTable &symbols) {
    if (!Combination::of(op))
      return;
    // The accumulators of a full reduction are one element each.
    for (Value result : op->getResults())
      if (!cast<RankedTensorType>(result.getType()).hasStaticShape())
        return;
    kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::FullReduce));
    SmallVector<unsigned> loops =
        llvm::to_vector(llvm::seq<unsigned>(op.getNumLoops()));
    if (hasUnknownSize(op, dims))
      return;
    std::optional<int64_t> total = getStaticCount(dims, op, loops);
    if (total && *total <= kFewBlocks * elementsPerBlock)
      return;
    OpBuilder host(launch);
    Value elements = getLaunchCount(host, launch, dims, op, loops);
    Value each = constant(host, launch.getLoc(), elementsPerBlock);
    Value most = constant(host, launch.getLoc(), kMaxBlocks);
    Value blocks = boundParts(host, launch.getLoc(), elements, each, most);
    split(kernel, launch, op, dims, blocks, Family::PartialReduce, symbols);
  }

  /// Rows are shared among blocks where columns alone give work to few.
  void visitColumns(FuncOp kernel, LaunchOp launch, const DimClasses &dims,
                    SymbolTable &symbols) {
    LinalgOp op = findColumnReduction(kernel, dims);
    if (!suitsColumns(kernel, dims) || hasUnknownSize(op, dims))
      return;
    Space space(kernel, dims);
    ArrayRef<unsigned> outer = ArrayRef(space.parallel).drop_back();
    ArrayRef<unsigned> last = ArrayRef(space.parallel).take_back();
    std::optional<int64_t> rows = getStaticCount(dims, op, space.reduction);
    if (rows && *rows <= kFewBlocks * rowsPerBlock)
      return;
    std::optional<int64_t> width = getStaticCount(dims, op, last);
    if (width && *width > kMaxBlocks / 2 * kColumnsPerBlock)
      return;
    OpBuilder host(launch);
    Location loc = launch.getLoc();
    Value columns = getLaunchCount(host, launch, dims, op, last);
    Value each = constant(host, loc, kColumnsPerBlock);
    Value across = host.createOrFold<arith::CeilDivUIOp>(loc, columns, each);
    Value others = getLaunchCount(host, launch, dims, op, outer);
    across = host.createOrFold<arith::MulIOp>(loc, others, across);
    Value one = constant(host, loc, 1);
    across = host.createOrFold<arith::MaxUIOp>(loc, across, one);
    Value most = constant(host, loc, kMaxBlocks);
    most = host.createOrFold<arith::DivUIOp>(loc, most, across);
    // Threads that narrow rows leave free lie down the rows.
    Value some = host.createOrFold<arith::MaxUIOp>(loc, columns, one);
    Value few = constant(host, loc, kFewColumns);
    Value times = host.createOrFold<arith::DivUIOp>(loc, few, some);
    times = host.createOrFold<arith::MaxUIOp>(loc, times, one);
    Value rowsOfPart = constant(host, loc, rowsPerBlock);
    rowsOfPart = host.createOrFold<arith::MulIOp>(loc, rowsOfPart, times);
    Value total = getLaunchCount(host, launch, dims, op, space.reduction);
    Value parts = boundParts(host, loc, total, rowsOfPart, most);
    if (matchPattern(parts, m_One()))
      return;
    split(kernel, launch, op, dims, parts, Family::ColumnReduce, symbols);
    // Not to be split again.
    kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::ColumnReduce));
  }

  /// Each part starts from what the whole does.
  static bool startsFromZero(LinalgOp op) {
    auto fill = op.getDpsInitOperand(0)->get().getDefiningOp<linalg::FillOp>();
    return fill && (matchPattern(fill.value(), m_AnyZeroFloat()) ||
                    matchPattern(fill.value(), m_Zero()));
  }

  /// The summed dimension of a product is shared among blocks where its result
  /// is known to give work to few. Where that is not known, parts would cost
  /// more traffic than they may gain.
  void visitProduct(FuncOp kernel, LaunchOp launch, const DimClasses &dims,
                    SymbolTable &symbols) {
    LinalgOp op = findContraction(kernel);
    if (!startsFromZero(op) || hasUnknownSize(op, dims))
      return;
    ContractionLoops loops(op, dims);
    std::optional<int64_t> batches = getStaticCount(dims, op, loops.batch);
    std::optional<int64_t> rows = getStaticCount(dims, op, loops.m);
    std::optional<int64_t> columns = getStaticCount(dims, op, loops.n);
    std::optional<int64_t> steps = getStaticCount(dims, op, loops.k);
    if (!batches || !rows || !columns ||
        (steps && *steps <= kFewBlocks * stepsPerBlock))
      return;
    auto pieces = [](int64_t size) {
      return int64_t(llvm::divideCeil(size, kProductSide));
    };
    int64_t across = std::max<int64_t>(
        1, multiplySizes(*batches,
                         multiplySizes(pieces(*rows), pieces(*columns))));
    if (across >= kManyPieces)
      return;
    OpBuilder host(launch);
    Location loc = launch.getLoc();
    Value total = getLaunchCount(host, launch, dims, op, loops.k);
    Value parts =
        boundParts(host, loc, total, constant(host, loc, stepsPerBlock),
                   constant(host, loc, kProductBlocks / across));
    split(kernel, launch, op, dims, parts, Family::Contract, symbols);
    // The parts of each sum lie one above the other.
    kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::ColumnReduce));
  }

  static bool hasUnknownSize(LinalgOp op, const DimClasses &dims) {
    for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop)
      if (dims.getLoopSize(op, loop).kind == DimSize::Kind::Unknown)
        return true;
    return false;
  }

  static Value constant(OpBuilder &b, Location loc, int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }

  /// Parts of about `each` of `total`, at most `most`, and at least one, so
  /// that the parts of an empty reduction are its identity.
  static Value boundParts(OpBuilder &b, Location loc, Value total, Value each,
                          Value most) {
    Value parts = b.createOrFold<arith::CeilDivUIOp>(loc, total, each);
    parts = b.createOrFold<arith::MinUIOp>(loc, parts, most);
    Value one = constant(b, loc, 1);
    return b.createOrFold<arith::MaxUIOp>(loc, parts, one);
  }

  /// Splits `kernel` in two: the first, of the given family, leaves as many
  /// parts as the host value `parts` says, one for each block or with a
  /// dimension in front of those of the results of `op`.
  void split(FuncOp kernel, LaunchOp launch, LinalgOp op,
             const DimClasses &dims, Value parts, Family family,
             SymbolTable &symbols) {
    OpBuilder host(launch);
    bool whole = family != Family::PartialReduce;
    IntegerAttr known;
    int64_t size = matchPattern(parts, m_Constant(&known))
                       ? known.getInt()
                       : ShapedType::kDynamic;
    SmallVector<Type> types;
    SmallVector<Value> destinations;
    for (Value result : op->getResults()) {
      auto type = cast<RankedTensorType>(result.getType());
      SmallVector<int64_t> shape{size};
      SmallVector<Value> sizes;
      if (ShapedType::isDynamic(size))
        sizes.push_back(parts);
      for (unsigned dim = 0; whole && dim < type.getRank(); ++dim) {
        shape.push_back(type.getDimSize(dim));
        if (type.isDynamicDim(dim))
          sizes.push_back(
              getLaunchSize(host, launch, dims, dims.getSize(result, dim)));
      }
      types.push_back(RankedTensorType::get(shape, type.getElementType()));
      destinations.push_back(
          tensor::EmptyOp::create(host, launch.getLoc(), types.back(), sizes));
    }

    FuncOp first = makeFirst(kernel, op, types, family);
    symbols.insert(first, Block::iterator(kernel));
    SmallVector<Value> operands(launch.getInputs());
    // Its former destinations are inputs now, that nothing reads.
    llvm::append_range(operands, launch.getOutputs());
    eraseUnusedInputs(first, operands);
    // The blocks of a full reduction are its parts; else the schedule says.
    SmallVector<Value> grid;
    if (!whole)
      grid.push_back(parts);
    auto before = LaunchOp::create(host, launch.getLoc(), types,
                                   FlatSymbolRefAttr::get(first.getNameAttr()),
                                   grid, operands, destinations);

    makeSecond(kernel, op, dims, before.getResults());
    operands.assign(before.getResults().begin(), before.getResults().end());
    llvm::append_range(operands, launch.getInputs());
    eraseUnusedInputs(kernel, operands);
    launch.getInputsMutable().assign(operands);
    ++numSplit;
  }

  /// The kernel of the first step: what `op` reads, `op`, and its parts.
  FuncOp makeFirst(FuncOp kernel, LinalgOp op, TypeRange types, Family family) {
    IRMapping mapping;
    auto first =
        cast<FuncOp>(OpBuilder(kernel).clone(*kernel.getOperation(), mapping));
    first.setFamilyAttr(FamilyAttr::get(&getContext(), family));
    first.setName((kernel.getName() + "_parts").str());
    first->setLoc(op->getLoc());
    Block &body = first.getBody().front();
    Operation *end = body.getTerminator();
    OpBuilder b(end);
    SmallVector<Value> returned;
    Value returnedInto;
    for (auto [result, type] : llvm::zip(op->getResults(), types)) {
      Value out = body.addArgument(type, op->getLoc());
      returnedInto = out;
      returned.push_back(PartialsOp::create(b, op->getLoc(), type,
                                            mapping.lookup(result), out));
    }
    ReturnOp::create(b, op->getLoc(), returned);
    end->erase();
    first.setFunctionType(b.getFunctionType(body.getArgumentTypes(), types));
    eraseDead(first);
    // What the accumulators begin as lay in a destination of the kernel, which
    // has their shape.
    for (unsigned i = 0, e = kernel.getFunctionType().getNumResults(); i < e;
         ++i) {
      BlockArgument old = body.getArgument(kernel.getNumInputs() + i);
      if (old.use_empty())
        continue;
      OpBuilder top = OpBuilder::atBlockBegin(&body);
      auto type = cast<RankedTensorType>(old.getType());
      SmallVector<Value> sizes;
      for (unsigned dim = 0; dim < type.getRank(); ++dim)
        if (type.isDynamicDim(dim))
          sizes.push_back(
              tensor::DimOp::create(top, old.getLoc(), returnedInto, dim + 1));
      old.replaceAllUsesWith(
          tensor::EmptyOp::create(top, old.getLoc(), type, sizes));
    }
    return first;
  }

  /// Takes the sizes of the results of `op` from `parts`, so that what it reads
  /// need not be passed for its sizes alone.
  static void measureParts(FuncOp kernel, LinalgOp op, const DimClasses &dims,
                           Value parts) {
    Value result = op->getResult(0);
    int64_t rank = cast<RankedTensorType>(result.getType()).getRank();
    if (cast<RankedTensorType>(parts.getType()).getRank() != rank + 1)
      return;
    for (auto of : llvm::make_early_inc_range(
             kernel.getBody().front().getOps<tensor::DimOp>())) {
      std::optional<int64_t> number = of.getConstantIndex();
      for (int64_t dim = 0; number && dim < rank; ++dim)
        if (dims.isSame(of.getSource(), *number, result, dim)) {
          OpBuilder b(of);
          Value same = tensor::DimOp::create(b, of.getLoc(), parts, dim + 1);
          of.replaceAllUsesWith(same);
          of.erase();
          break;
        }
    }
  }

  /// Makes `kernel` that of the second step, whose reduction runs over `parts`,
  /// its new first arguments.
  void makeSecond(FuncOp kernel, LinalgOp op, const DimClasses &dims,
                  ValueRange parts) {
    Location loc = op->getLoc();
    Combination combination = *Combination::of(op);
    Block &body = kernel.getBody().front();
    SmallVector<Value> arguments;
    for (auto [i, part] : llvm::enumerate(parts))
      arguments.push_back(body.insertArgument(i, part.getType(), loc));
    OpBuilder b(op);
    MLIRContext *context = &getContext();
    // Parts come first, then what they are parts of.
    unsigned rank = cast<RankedTensorType>(parts[0].getType()).getRank();
    SmallVector<AffineMap> maps(
        parts.size(), AffineMap::getMultiDimIdentityMap(rank, context));
    SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
    loops.front() = utils::IteratorType::reduction;
    SmallVector<Value> inits(op.getDpsInits());
    for (Value init : inits) {
      unsigned dims = cast<RankedTensorType>(init.getType()).getRank();
      SmallVector<AffineExpr> element(dims, getAffineConstantExpr(0, context));
      for (unsigned dim = 0; dim + 1 < rank; ++dim)
        element[dim] = getAffineDimExpr(dim + 1, context);
      maps.push_back(AffineMap::get(rank, 0, element, context));
    }
    auto joined = linalg::GenericOp::create(
        b, loc, op->getResultTypes(), arguments, inits, maps, loops,
        [&](OpBuilder &inner, Location at, ValueRange values) {
          unsigned count = parts.size();
          linalg::YieldOp::create(
              inner, at,
              combination.combine(inner, at, values.drop_front(count),
                                  values.take_front(count)));
        });
    measureParts(kernel, op, dims, arguments.front());
    op->replaceAllUsesWith(joined->getResults());
    op->erase();
    kernel.setFunctionType(
        b.getFunctionType(body.getArgumentTypes(), kernel.getResultTypes()));
    eraseDead(kernel);
  }
};
} // namespace
