//===- SplitFullReductions.cpp - reductions of everything in two steps ----===//

#include "LaunchSizes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/Combination.h"
#include "theano/Dialect/Kernel/Space.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_SPLITFULLREDUCTIONS
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

#define DEBUG_TYPE "kernel-split-full-reductions"
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

static void eraseDead(FuncOp kernel) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
    if (isOpTriviallyDead(&op))
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
struct SplitFullReductions
    : theano::impl::SplitFullReductionsBase<SplitFullReductions> {
  using SplitFullReductionsBase::SplitFullReductionsBase;

  void runOnOperation() override {
    if (elementsPerBlock < 1 || elementsPerBlock > kMaxElementsPerBlock) {
      getOperation().emitError("elements-per-block is ")
          << elementsPerBlock.getValue() << "; expected 1 to "
          << kMaxElementsPerBlock;
      return signalPassFailure();
    }
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
  void visit(FuncOp kernel, LaunchOp launch, SymbolTable &symbols) {
    DimClasses dims(kernel);
    LinalgOp op = findFullReduction(kernel, dims);
    if (!op || !Combination::of(op))
      return;
    // The accumulators of a full reduction are one element each.
    for (Value result : op->getResults())
      if (!cast<RankedTensorType>(result.getType()).hasStaticShape())
        return;
    kernel.setFamilyAttr(FamilyAttr::get(&getContext(), Family::FullReduce));
    std::optional<int64_t> total = 1;
    for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop) {
      DimSize size = dims.getLoopSize(op, loop);
      if (size.kind == DimSize::Kind::Unknown)
        return;
      if (size.kind != DimSize::Kind::Static)
        total = std::nullopt;
      else if (total)
        total = multiplySizes(*total, size.value);
    }
    if (total && *total <= kFewBlocks * elementsPerBlock)
      return;
    split(kernel, launch, op, dims, symbols);
    ++numSplit;
  }

  /// The number of blocks of the first step: at least one, so that the parts of
  /// an empty reduction are its identity.
  Value countBlocks(OpBuilder &b, LaunchOp launch, LinalgOp op,
                    const DimClasses &dims) {
    Location loc = launch.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value total = constant(1);
    for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop)
      total = b.createOrFold<arith::MulIOp>(
          loc, total,
          getLaunchSize(b, launch, dims, dims.getLoopSize(op, loop)));
    Value blocks = b.createOrFold<arith::CeilDivUIOp>(
        loc, total, constant(elementsPerBlock));
    blocks = b.createOrFold<arith::MinUIOp>(loc, blocks, constant(kMaxBlocks));
    return b.createOrFold<arith::MaxUIOp>(loc, blocks, constant(1));
  }

  void split(FuncOp kernel, LaunchOp launch, LinalgOp op,
             const DimClasses &dims, SymbolTable &symbols) {
    OpBuilder host(launch);
    Value blocks = countBlocks(host, launch, op, dims);
    IntegerAttr known;
    int64_t size = matchPattern(blocks, m_Constant(&known))
                       ? known.getInt()
                       : ShapedType::kDynamic;
    SmallVector<Type> types;
    SmallVector<Value> parts;
    for (Value result : op->getResults()) {
      types.push_back(
          RankedTensorType::get({size}, getElementTypeOrSelf(result)));
      parts.push_back(tensor::EmptyOp::create(
          host, launch.getLoc(), types.back(),
          size == ShapedType::kDynamic ? ValueRange(blocks) : ValueRange()));
    }

    FuncOp first = makeFirst(kernel, op, types);
    symbols.insert(first, Block::iterator(kernel));
    SmallVector<Value> operands(launch.getInputs());
    // Its former destinations are inputs now, that nothing reads.
    llvm::append_range(operands, launch.getOutputs());
    eraseUnusedInputs(first, operands);
    auto before =
        LaunchOp::create(host, launch.getLoc(), types,
                         FlatSymbolRefAttr::get(first.getNameAttr()),
                         /*grid=*/ValueRange{blocks}, operands, parts);

    makeSecond(kernel, op, before.getResults());
    operands.assign(before.getResults().begin(), before.getResults().end());
    llvm::append_range(operands, launch.getInputs());
    eraseUnusedInputs(kernel, operands);
    launch.getInputsMutable().assign(operands);
  }

  /// The kernel of the first step: what `op` reads, `op`, and its parts.
  FuncOp makeFirst(FuncOp kernel, LinalgOp op, TypeRange types) {
    IRMapping mapping;
    auto first =
        cast<FuncOp>(OpBuilder(kernel).clone(*kernel.getOperation(), mapping));
    first.setFamilyAttr(FamilyAttr::get(&getContext(), Family::PartialReduce));
    first.setName((kernel.getName() + "_parts").str());
    first->setLoc(op->getLoc());
    Block &body = first.getBody().front();
    Operation *end = body.getTerminator();
    OpBuilder b(end);
    // What the accumulators begin as lay in a destination.
    for (unsigned i = 0, e = kernel.getFunctionType().getNumResults(); i < e;
         ++i)
      if (BlockArgument old = first.getDestination(i); !old.use_empty()) {
        OpBuilder top = OpBuilder::atBlockBegin(&body);
        auto type = cast<RankedTensorType>(old.getType());
        if (type.hasStaticShape())
          old.replaceAllUsesWith(
              tensor::EmptyOp::create(top, old.getLoc(), type, ValueRange()));
      }
    SmallVector<Value> returned;
    for (auto [result, type] : llvm::zip(op->getResults(), types)) {
      Value out = body.addArgument(type, op->getLoc());
      returned.push_back(PartialsOp::create(b, op->getLoc(), type,
                                            mapping.lookup(result), out));
    }
    ReturnOp::create(b, op->getLoc(), returned);
    end->erase();
    first.setFunctionType(b.getFunctionType(body.getArgumentTypes(), types));
    eraseDead(first);
    return first;
  }

  /// Makes `kernel` that of the second step, whose reduction runs over `parts`,
  /// its new first arguments.
  void makeSecond(FuncOp kernel, LinalgOp op, ValueRange parts) {
    Location loc = op->getLoc();
    Combination combination = *Combination::of(op);
    Block &body = kernel.getBody().front();
    SmallVector<Value> arguments;
    for (auto [i, part] : llvm::enumerate(parts))
      arguments.push_back(body.insertArgument(i, part.getType(), loc));
    OpBuilder b(op);
    MLIRContext *context = &getContext();
    SmallVector<AffineMap> maps(parts.size(),
                                AffineMap::getMultiDimIdentityMap(1, context));
    SmallVector<Value> inits(op.getDpsInits());
    for (Value init : inits)
      maps.push_back(
          AffineMap::get(1, 0,
                         SmallVector<AffineExpr>(
                             cast<RankedTensorType>(init.getType()).getRank(),
                             getAffineConstantExpr(0, context)),
                         context));
    auto joined = linalg::GenericOp::create(
        b, loc, op->getResultTypes(), arguments, inits, maps,
        {utils::IteratorType::reduction},
        [&](OpBuilder &inner, Location at, ValueRange values) {
          unsigned count = parts.size();
          linalg::YieldOp::create(
              inner, at,
              combination.combine(inner, at, values.drop_front(count),
                                  values.take_front(count)));
        });
    op->replaceAllUsesWith(joined->getResults());
    op->erase();
    kernel.setFunctionType(
        b.getFunctionType(body.getArgumentTypes(), kernel.getResultTypes()));
    eraseDead(kernel);
  }
};
} // namespace
