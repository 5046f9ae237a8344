//===- FormKernels.cpp - groups linalg ops into kernels -------------------===//

#include "Grouping.h"

#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "theano/Dialect/Kernel/Locations.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringMap.h"

namespace theano {
#define GEN_PASS_DEF_FORMKERNELS
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

#define DEBUG_TYPE "kernel-form-kernels"
ALWAYS_ENABLED_STATISTIC(numKernels, "Number of kernels formed");
ALWAYS_ENABLED_STATISTIC(numFused, "Number of ops that joined a kernel");
ALWAYS_ENABLED_STATISTIC(numCopied, "Number of cheap ops copied into readers");

//===----------------------------------------------------------------------===//
// Preparation
//===----------------------------------------------------------------------===//

/// Unsigned integers of 64 bits, which the host holds as signed ones, are
/// divided by a kernel.
static bool isWideUnsignedDivision(Operation *op) {
  return isa<arith::DivUIOp, arith::CeilDivUIOp, arith::RemUIOp>(op) &&
         op->getResult(0).getType().isInteger(64);
}

/// Replaces `tensor.extract` of 0-d elementwise ops by their bodies on scalars:
/// the bounds of slices are arithmetic of the host, not kernels.
static void pullScalarsOut(Block &body) {
  SmallVector<tensor::ExtractOp> worklist(body.getOps<tensor::ExtractOp>());
  while (!worklist.empty()) {
    tensor::ExtractOp extract = worklist.pop_back_val();
    auto op = extract.getTensor().getDefiningOp<linalg::GenericOp>();
    if (!op || op.getNumLoops() != 0 || !extract.getType().isIntOrIndex())
      continue;
    Block &inner = *op.getBlock();
    bool plain = llvm::all_of(inner.without_terminator(), [](Operation &o) {
      return o.getNumRegions() == 0 && isPure(&o) &&
             !isa<tensor::ExtractOp>(o) && !isWideUnsignedDivision(&o);
    });
    if (!plain)
      continue;
    OpBuilder builder(extract);
    IRMapping mapping;
    for (OpOperand &operand : op->getOpOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(&operand);
      if (argument.use_empty())
        continue;
      Value scalar = operand.get();
      if (isa<RankedTensorType>(scalar.getType())) {
        auto read = tensor::ExtractOp::create(builder, op.getLoc(), scalar,
                                              ValueRange{});
        worklist.push_back(read);
        scalar = read;
      }
      mapping.map(argument, scalar);
    }
    for (Operation &o : inner.without_terminator())
      builder.clone(o, mapping);
    unsigned number = cast<OpResult>(extract.getTensor()).getResultNumber();
    extract.replaceAllUsesWith(
        mapping.lookupOrDefault(inner.getTerminator()->getOperand(number)));
    extract.erase();
  }
}

/// Folds a transposed view into the indexing map of the contraction that reads
/// it, so that either operand is read in place.
static void foldViewsIntoContractions(Block &body) {
  for (auto op : body.getOps<linalg::GenericOp>()) {
    if (!isContraction(op))
      continue;
    for (OpOperand *input : op.getDpsInputOperands()) {
      auto view = input->get().getDefiningOp<linalg::GenericOp>();
      if (!view || view.getNumDpsInputs() != 1 || view->getNumResults() != 1 ||
          view.getNumReductionLoops() != 0 || view.hasIndexSemantics())
        continue;
      Block &inner = *view.getBlock();
      AffineMap source = view.getIndexingMapsArray()[0];
      AffineMap result = view.getIndexingMapsArray()[1];
      if (inner.getTerminator()->getOperand(0) != inner.getArgument(0) ||
          !source.isPermutation() || !result.isPermutation())
        continue;
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      unsigned number = input->getOperandNumber();
      maps[number] =
          source.compose(inversePermutation(result)).compose(maps[number]);
      op.setIndexingMapsAttr(Builder(op).getAffineMapArrayAttr(maps));
      input->set(view.getDpsInputOperand(0)->get());
    }
  }
}

//===----------------------------------------------------------------------===//
// Outlining
//===----------------------------------------------------------------------===//

namespace {
/// Builds the kernel of one group and its launch.
class Outliner {
public:
  Outliner(func::FuncOp host, const DenseSet<Operation *> &grouped)
      : host(host), grouped(grouped) {}

  /// `outputs` are the results of the group's ops that are read outside it.
  FuncOp outline(const Group &group, StringRef name, ArrayRef<Value> outputs,
                 unsigned &copied);

private:
  /// The value inside the kernel for `value` of the host: a copy of what is
  /// cheap, or an argument.
  Value get(Value value);
  Operation *copy(Operation *op);
  Value addInput(Value value);

  func::FuncOp host;
  const DenseSet<Operation *> &grouped;
  IRMapping mapping;
  OpBuilder builder{host.getContext()};
  SmallVector<Value> inputs;
  Block *block = nullptr;
  unsigned copies = 0;
};
} // namespace

Value Outliner::addInput(Value value) {
  // Inputs come before destinations, which are there already.
  Value argument =
      block->insertArgument(inputs.size(), value.getType(), value.getLoc());
  inputs.push_back(value);
  mapping.map(value, argument);
  return argument;
}

Value Outliner::get(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || grouped.contains(op))
    return addInput(value);
  if (isa<LinalgOp, tensor::CastOp>(op)) {
    if (isa<LinalgOp>(op))
      ++copies;
    copy(op);
    return mapping.lookup(value);
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (isa<TensorType>(constant.getType()) &&
        (!elements || !elements.isSplat()))
      return addInput(value);
    copy(op);
    return mapping.lookup(value);
  }
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    copy(op);
    return mapping.lookup(value);
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    // The size of a tensor that the kernel reads anyway needs no argument.
    if (mapping.contains(dim.getSource()) && dim.getConstantIndex()) {
      copy(op);
      return mapping.lookup(value);
    }
  }
  return addInput(value);
}

Operation *Outliner::copy(Operation *op) {
  for (Value operand : op->getOperands())
    get(operand);
  op->walk([&](Operation *inner) {
    if (inner == op)
      return;
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        get(operand);
  });
  return builder.clone(*op, mapping);
}

FuncOp Outliner::outline(const Group &group, StringRef name,
                         ArrayRef<Value> outputs, unsigned &copied) {
  SmallVector<Location> locations;
  for (LinalgOp op : group.ops)
    locations.push_back(op->getLoc());
  Location loc = FusedLoc::get(host.getContext(), locations);

  Region region;
  block = &region.emplaceBlock();
  builder.setInsertionPointToEnd(block);
  SmallVector<Value> destinations;
  for (Value output : outputs) {
    auto op = output.getDefiningOp<LinalgOp>();
    Value init =
        op.getDpsInitOperand(cast<OpResult>(output).getResultNumber())->get();
    block->addArgument(output.getType(), output.getLoc());
    destinations.push_back(init);
  }
  for (LinalgOp op : group.ops) {
    // An elementwise result that is stored is written where it belongs.
    IRMapping saved;
    for (auto [i, output] : llvm::enumerate(outputs)) {
      auto result = cast<OpResult>(output);
      Value init = destinations[i];
      if (result.getOwner() == op.getOperation() &&
          op.getNumReductionLoops() == 0 &&
          init.getDefiningOp<tensor::EmptyOp>() && !mapping.contains(init) &&
          !saved.contains(init)) {
        mapping.map(init, block->getArgument(inputs.size() + i));
        saved.map(init, init);
      }
    }
    copy(op);
    for (auto [init, unused] : saved.getValueMap())
      mapping.erase(init);
  }
  SmallVector<Value> returned;
  for (Value output : outputs)
    returned.push_back(mapping.lookup(output));
  ReturnOp::create(builder, loc, returned);
  copied += copies;

  OpBuilder moduleBuilder(host);
  auto type = moduleBuilder.getFunctionType(block->getArgumentTypes(),
                                            TypeRange(ValueRange(returned)));
  auto kernel = FuncOp::create(moduleBuilder, loc, name, type, group.family,
                               /*schedule=*/ScheduleAttr(),
                               /*sym_visibility=*/StringAttr(),
                               /*arg_attrs=*/ArrayAttr(),
                               /*res_attrs=*/ArrayAttr());
  kernel.getBody().takeBody(region);
  if (!group.boundaries.empty()) {
    SmallVector<StringRef> lines(group.boundaries.begin(),
                                 group.boundaries.end());
    llvm::SetVector<StringRef> unique(lines.begin(), lines.end());
    kernel->setAttr("boundaries",
                    moduleBuilder.getStrArrayAttr(unique.getArrayRef()));
  }

  OpBuilder hostBuilder(group.ops.back());
  SmallVector<Value> fresh;
  for (auto [output, init] : llvm::zip(outputs, destinations)) {
    // Destinations are fresh: what a fill put there is emitted in the kernel.
    Value origin = init;
    while (auto fill = origin.getDefiningOp<linalg::FillOp>())
      origin = fill.getOutputs().front();
    if (auto empty = origin.getDefiningOp<tensor::EmptyOp>())
      origin = hostBuilder.clone(*empty)->getResult(0);
    fresh.push_back(origin);
  }
  auto launch =
      LaunchOp::create(hostBuilder, loc, TypeRange(ValueRange(returned)),
                       FlatSymbolRefAttr::get(host.getContext(), name),
                       /*grid=*/ValueRange{}, inputs, fresh);
  for (auto [output, result] : llvm::zip(outputs, launch.getResults()))
    Value(output).replaceUsesWithIf(result, [&](OpOperand &use) {
      return !llvm::is_contained(group.ops, use.getOwner());
    });
  return kernel;
}

namespace {
struct FormKernels : theano::impl::FormKernelsBase<FormKernels> {
  using FormKernelsBase::FormKernelsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto host : module.getOps<func::FuncOp>())
      if (!host.isExternal() && failed(form(host)))
        return signalPassFailure();
    numberChecks(module);
  }

  LogicalResult form(func::FuncOp host) {
    if (!host.getBody().hasOneBlock())
      return host.emitOpError("has several blocks; a host function is one "
                              "block with structured control flow");
    Block &body = host.getBody().front();
    WalkResult nested = host.walk([&](LinalgOp op) {
      if (op->getParentOp() != host.getOperation()) {
        op.emitOpError("stands inside control flow of the host function, where "
                       "kernels are not formed yet");
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (nested.wasInterrupted())
      return failure();
    generalize(body);
    pullScalarsOut(body);
    eraseDead(body);
    foldViewsIntoContractions(body);
    eraseDead(body);

    SmallVector<Group> groups = formGroups(body, keepContractions);
    DenseSet<Operation *> grouped;
    DenseMap<Operation *, unsigned> groupOf;
    for (auto [number, group] : llvm::enumerate(groups))
      for (LinalgOp op : group.ops) {
        grouped.insert(op);
        groupOf[op] = number;
      }

    for (auto [number, group] : llvm::enumerate(groups)) {
      if (group.isLibraryCall)
        continue;
      SmallVector<Value> outputs;
      for (LinalgOp op : group.ops)
        for (Value result : op->getResults())
          if (isReadOutside(result, number, groupOf, body))
            outputs.push_back(result);
      std::string name = (host.getName() + "_kernel_" + Twine(number)).str();
      unsigned copied = 0;
      Outliner(host, grouped).outline(group, name, outputs, copied);
      ++numKernels;
      numFused += group.ops.size() - 1;
      numCopied += copied;
    }
    // The launches replace every grouped op; cheap ops die with their readers.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (op.use_empty() &&
          ((grouped.contains(&op) && !groups[groupOf[&op]].isLibraryCall) ||
           isOpTriviallyDead(&op)))
        op.erase();
    if (!sortTopologically(&body))
      return host.emitError(
          "has kernels that need each other's results, and so "
          "no order to run in; expected sizes of tensors that "
          "are known before their elements are");
    return success();
  }

  /// Whether anything but ops of the group (and cheap ops copied into it)
  /// reads `value`.
  static bool isReadOutside(Value value, unsigned number,
                            const DenseMap<Operation *, unsigned> &groupOf,
                            Block &body) {
    for (Operation *user : value.getUsers()) {
      Operation *top = body.findAncestorOpInBlock(*user);
      auto it = groupOf.find(top);
      if (it != groupOf.end()) {
        if (it->second != number)
          return true;
        continue;
      }
      // A launch of an earlier group stands for readers replaced already; a
      // cheap op is read through.
      if (!isa<LinalgOp>(top) && !isa<tensor::CastOp>(top)) {
        if (isa<tensor::DimOp>(top))
          continue;
        return true;
      }
      for (Value result : top->getResults())
        if (isReadOutside(result, number, groupOf, body))
          return true;
    }
    return false;
  }

  static void generalize(Block &body) {
    IRRewriter rewriter(body.getParentOp()->getContext());
    for (LinalgOp op : llvm::make_early_inc_range(body.getOps<LinalgOp>())) {
      if (isa<linalg::FillOp, linalg::GenericOp>(op.getOperation()))
        continue;
      rewriter.setInsertionPoint(op);
      (void)linalg::generalizeNamedOp(rewriter, op);
    }
  }

  /// Erases what nothing reads, an op whose body checks its operands included:
  /// where no one wants the quotient, no one divides. What the host computes by
  /// itself it also checks. An op without results is nothing but a check, and
  /// stays.
  static void eraseDead(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isOpTriviallyDead(&op) ||
          (isa<LinalgOp>(op) && op.use_empty() && op.getNumResults() != 0))
        op.erase();
  }

  /// Gives each check the number that its location has in the Program's table:
  /// equal locations share one, in order of first use, 0 is the unknown one.
  static void numberChecks(ModuleOp module) {
    llvm::StringMap<int32_t> numbers;
    numbers[""] = 0;
    Builder builder(module);
    module.walk([&](CheckOp check) {
      auto it = numbers
                    .try_emplace(describeLocation(check.getLoc()),
                                 int32_t(numbers.size()))
                    .first;
      check->setAttr("kernel.location", builder.getI32IntegerAttr(it->second));
    });
  }
};
} // namespace
