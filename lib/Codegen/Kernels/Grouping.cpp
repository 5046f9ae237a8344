//===- Grouping.cpp - which ops run in one kernel -------------------------===//

#include "Grouping.h"

#include "LaunchSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace theano::kernel;
using linalg::LinalgOp;

//===----------------------------------------------------------------------===//
// Properties of one op
//===----------------------------------------------------------------------===//

/// Multiplications below which our own kernel, which takes its epilogue along,
/// is as fast as a library call.
static constexpr int64_t kSmallProduct = 128 * 128 * 128;

bool theano::kernel::isLibraryProduct(LinalgOp op) {
  unsigned loops = op.getNumLoops();
  if (!isContraction(op) || op.getNumReductionLoops() != 1 ||
      (loops != 3 && loops != 4) || op->getNumResults() != 1)
    return false;
  Type element = getElementTypeOrSelf(op->getResult(0));
  if (!element.isF32() && !element.isF64())
    return false;
  for (Value operand : op->getOperands())
    if (getElementTypeOrSelf(operand) != element)
      return false;
  unsigned m = loops - 3, n = loops - 2, k = loops - 1;
  auto matches = [&](AffineMap map, bool batched,
                     std::initializer_list<unsigned> last) {
    SmallVector<unsigned> expected;
    if (batched)
      expected.push_back(0);
    expected.append(last);
    if (map.getNumResults() != expected.size())
      return false;
    return llvm::all_of(llvm::zip(map.getResults(), expected), [](auto pair) {
      auto dim = dyn_cast<AffineDimExpr>(std::get<0>(pair));
      return dim && dim.getPosition() == std::get<1>(pair);
    });
  };
  auto operand = [&](AffineMap map, unsigned rows, unsigned columns) {
    for (bool batched : {false, true})
      if ((!batched || loops == 4) && (matches(map, batched, {rows, columns}) ||
                                       matches(map, batched, {columns, rows})))
        return true;
    return false;
  };
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!operand(maps[0], m, k) || !operand(maps[1], k, n) ||
      !matches(maps[2], loops == 4, {m, n}))
    return false;
  int64_t work = 1;
  for (int64_t size : op.getStaticLoopRanges()) {
    if (ShapedType::isDynamic(size))
      return true;
    work = multiplySizes(work, size);
  }
  return work > kSmallProduct;
}

/// The reductions of rows in one kernel at most. Each is a loop that computes
/// again what it reads, so that the code of a chain of them grows with the
/// square of their number, and beyond a few costs more than a row in memory.
static constexpr int64_t kMaxRowReductions = 6;

OpKind theano::kernel::classify(LinalgOp op) {
  if (isa<linalg::FillOp>(op.getOperation()))
    return OpKind::Cheap;
  if (isContraction(op))
    return OpKind::Contraction;
  if (op.getNumReductionLoops() != 0)
    return OpKind::Reduction;
  // Cheap: at most one element read from memory and a few operations of a
  // cycle each, so that computing it again costs less than storing it.
  unsigned reads = 0, work = 0;
  for (OpOperand *input : op.getDpsInputOperands())
    if (auto type = dyn_cast<RankedTensorType>(input->get().getType()))
      reads += type.getRank() != 0;
  bool costly = false;
  op.getBlock()->walk([&](Operation *inner) {
    if (isa<tensor::ExtractOp>(inner))
      ++reads;
    else if (isa<CheckOp, scf::IfOp>(inner) ||
             isa<math::MathDialect>(inner->getDialect()) ||
             isa<KernelDialect>(inner->getDialect()) ||
             isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::RemSIOp,
                 arith::RemUIOp, arith::RemFOp>(inner))
      costly = true;
    else if (!isa<arith::ConstantOp, linalg::IndexOp, linalg::YieldOp>(inner) &&
             !(inner->getNumResults() == 1 &&
               inner->getResult(0).getType().isIndex()))
      ++work;
  });
  return costly || reads > 1 || work > 2 ? OpKind::Elementwise : OpKind::Cheap;
}

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

namespace {
class Grouper {
public:
  Grouper(Block &body, bool keepContractions)
      : body(body), dims(body), keepContractions(keepContractions) {}

  SmallVector<Group> run() {
    for (Operation &op : body) {
      auto linalgOp = dyn_cast<LinalgOp>(op);
      if (!linalgOp)
        placeHostOp(op);
      else if (!isCopied(linalgOp))
        place(linalgOp);
    }
    llvm::erase_if(groups,
                   [](const Group &group) { return group.ops.empty(); });
    return std::move(groups);
  }

private:
  /// A cheap op is stored after all where something other than a kernel that
  /// can hold a copy reads it.
  bool isCopied(LinalgOp op) {
    if (classify(op) != OpKind::Cheap)
      return false;
    for (Operation *user : op->getUsers()) {
      Operation *top = body.findAncestorOpInBlock(*user);
      auto reader = dyn_cast<LinalgOp>(top);
      if (!reader)
        return false;
      if (classify(reader) == OpKind::Contraction &&
          llvm::any_of(reader.getDpsInputOperands(), [&](OpOperand *input) {
            return input->get().getDefiningOp() == op.getOperation();
          }))
        return false;
    }
    return true;
  }

  /// Calls `visit` with every non-copied linalg op that `op` reads, directly or
  /// through copied ops, and `visitHost`, where given, with every other op of
  /// the body that it reads so.
  void visitProducers(LinalgOp op, function_ref<void(LinalgOp)> visit,
                      function_ref<void(Operation *)> visitHost = nullptr) {
    SmallVector<Operation *> stack{op};
    DenseSet<Operation *> seen;
    while (!stack.empty()) {
      Operation *current = stack.pop_back_val();
      auto read = [&](Value value) {
        Operation *producer = value.getDefiningOp();
        if (!producer || producer->getBlock() != &body ||
            !seen.insert(producer).second)
          return;
        auto linalgOp = dyn_cast<LinalgOp>(producer);
        if (!linalgOp) {
          if (visitHost)
            visitHost(producer);
        } else if (groupOf.count(producer)) {
          visit(linalgOp);
        } else {
          stack.push_back(producer);
        }
      };
      for (Value operand : current->getOperands())
        read(operand);
      for (Region &region : current->getRegions())
        visitUsedOutside(region, read);
    }
  }

  /// The last group that must have run before `op` of the host: a reshape, the
  /// value of a 0-d tensor, arithmetic on sizes. A size asks for no run.
  void placeHostOp(Operation &op) {
    if (isa<tensor::DimOp>(op))
      return;
    int latest = -1;
    auto read = [&](Value value) {
      Operation *producer = value.getDefiningOp();
      if (auto it = groupOf.find(producer); it != groupOf.end())
        latest = std::max(latest, int(it->second));
      else
        latest = std::max(latest, getHostGroup(producer));
    };
    for (Value operand : op.getOperands())
      read(operand);
    for (Region &region : op.getRegions())
      visitUsedOutside(region, read);
    if (latest >= 0)
      hostGroupOf[&op] = latest;
  }

  int getHostGroup(Operation *op) const {
    auto it = hostGroupOf.find(op);
    return it == hostGroupOf.end() ? -1 : it->second;
  }

  static void visitUsedOutside(Region &region, function_ref<void(Value)> read) {
    region.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (operand.getParentRegion()->isProperAncestor(&region))
          read(operand);
    });
  }

  void place(LinalgOp op) {
    llvm::SmallSetVector<unsigned, 4> producers;
    int latestHost = -1;
    visitProducers(
        op,
        [&](LinalgOp producer) { producers.insert(groupOf.lookup(producer)); },
        [&](Operation *producer) {
          latestHost = std::max(latestHost, getHostGroup(producer));
        });
    OpKind kind = classify(op);
    SmallVector<unsigned> order = producers.takeVector();
    llvm::sort(order);
    // Branches of one elementwise DAG were placed apart; the op that reads both
    // brings them together.
    while (order.size() > 1 && kind != OpKind::Contraction &&
           mergeInto(order[order.size() - 2], order.back()))
      order.pop_back();

    int latest = order.empty() ? -1 : int(order.back());
    if (latest >= 0 && latest <= latestHost) {
      groups[latest].boundaries.push_back(
          "the host reads a result before the next op can run");
    } else if (latest >= 0) {
      std::string reason;
      if (std::optional<Family> family =
              join(groups[latest], op, kind, latest, reason)) {
        groups[latest].family = *family;
        add(op, latest, order, latestHost);
        return;
      }
      groups[latest].boundaries.push_back(reason);
    }
    groups.push_back({familyOf(op, kind), {}, {}});
    groups.back().isLibraryCall = keepContractions && isLibraryProduct(op);
    needs.push_back({});
    add(op, groups.size() - 1, order, latestHost);
  }

  /// Puts `op`, which reads the groups `producers` and host values that need
  /// `latestHost`, into group `number`.
  void add(LinalgOp op, unsigned number, ArrayRef<unsigned> producers,
           int latestHost) {
    groups[number].ops.push_back(op);
    groupOf[op] = number;
    for (unsigned producer : producers)
      if (producer != number)
        needs[number].group = std::max(needs[number].group, int(producer));
    needs[number].host = std::max(needs[number].host, latestHost);
  }

  /// Moves the ops of elementwise group `from` into the earlier group `into`,
  /// if each may join it. What lies between cannot need `from`, since it is
  /// earlier; and `from` may need nothing later than `into`.
  bool mergeInto(unsigned into, unsigned from) {
    if (groups[from].family != Family::Map || needs[from].group > int(into) ||
        needs[from].host >= int(into))
      return false;
    std::string reason;
    for (LinalgOp op : groups[from].ops)
      if (join(groups[into], op, OpKind::Elementwise, into, reason) !=
          groups[into].family)
        return false;
    for (LinalgOp op : groups[from].ops) {
      groups[into].ops.push_back(op);
      groupOf[op] = into;
    }
    if (needs[from].group != int(into))
      needs[into].group = std::max(needs[into].group, needs[from].group);
    needs[into].host = std::max(needs[into].host, needs[from].host);
    groups[from].ops.clear();
    return true;
  }

  /// Whether the loops of `op` that reduce come last.
  static bool reducesLast(LinalgOp op) {
    bool reducing = false;
    for (utils::IteratorType type : op.getIteratorTypesArray()) {
      if (type == utils::IteratorType::reduction)
        reducing = true;
      else if (reducing)
        return false;
    }
    return reducing;
  }

  static Family familyOf(LinalgOp op, OpKind kind) {
    switch (kind) {
    case OpKind::Cheap:
    case OpKind::Elementwise:
      return op->getNumResults() == 0 ? Family::Check : Family::Map;
    case OpKind::Contraction:
      return Family::Contract;
    case OpKind::Reduction:
      if (!reducesLast(op) || op.getNumDpsInits() != 1)
        return Family::PlainReduce;
      return op.getNumParallelLoops() == 0 ? Family::FullReduce
                                           : Family::RowReduce;
    }
    llvm_unreachable("all kinds are covered");
  }

  /// The loops of `op` that are not known to be of size 1.
  SmallVector<unsigned> realLoops(LinalgOp op, bool parallelOnly = false) {
    SmallVector<unsigned> loops;
    auto types = op.getIteratorTypesArray();
    for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop)
      if (!dims.getLoopSize(op, loop).isStatic(1) &&
          !(parallelOnly && types[loop] == utils::IteratorType::reduction))
        loops.push_back(loop);
    return loops;
  }

  bool sameLoops(LinalgOp a, ArrayRef<unsigned> loopsA, LinalgOp b,
                 ArrayRef<unsigned> loopsB) {
    return loopsA.size() == loopsB.size() &&
           llvm::all_of(llvm::zip(loopsA, loopsB), [&](auto pair) {
             return dims.isSameLoop(a, std::get<0>(pair), b, std::get<1>(pair));
           });
  }

  static LinalgOp firstReduction(const Group &group) {
    for (LinalgOp op : group.ops)
      if (op.getNumReductionLoops() != 0)
        return op;
    return {};
  }

  /// Whether `op` reads what group `number` computes only at its own loop
  /// indices, in order (unit dimensions aside).
  bool readsInPlace(LinalgOp op, int number, bool &extracts) {
    bool result = true;
    auto isInGroup = [&](Value value) {
      bool found = false;
      auto producer = value.getDefiningOp<LinalgOp>();
      if (!producer)
        return false;
      if (auto it = groupOf.find(producer); it != groupOf.end())
        return int(it->second) == number;
      visitProducers(producer, [&](LinalgOp p) {
        found |= int(groupOf.lookup(p)) == number;
      });
      return found;
    };
    for (OpOperand *input : op.getDpsInputOperands()) {
      if (!isa<RankedTensorType>(input->get().getType()) ||
          !isInGroup(input->get()))
        continue;
      // Copied ops between are views that may permute; only direct reads count.
      if (!groupOf.count(input->get().getDefiningOp()) &&
          !isUnitView(input->get()))
        result = false;
      int last = -1;
      for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults()) {
        auto loop = dyn_cast<AffineDimExpr>(expr);
        if (!loop)
          continue;
        if (int(loop.getPosition()) <= last)
          result = false;
        last = loop.getPosition();
      }
    }
    op.getBlock()->walk([&](tensor::ExtractOp extract) {
      if (isInGroup(extract.getTensor()))
        extracts = true;
    });
    return result;
  }

  /// Whether `value` comes from a chain of copied ops that only add or drop
  /// unit dimensions or change element by element.
  bool isUnitView(Value value) {
    auto op = value.getDefiningOp<LinalgOp>();
    if (!op || op.hasIndexSemantics())
      return false;
    for (OpOperand *input : op.getDpsInputOperands()) {
      int last = -1;
      for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults()) {
        auto loop = dyn_cast<AffineDimExpr>(expr);
        if (!loop)
          continue;
        if (int(loop.getPosition()) <= last)
          return false;
        last = loop.getPosition();
      }
      Operation *def = input->get().getDefiningOp();
      if (isa_and_nonnull<LinalgOp>(def) && !groupOf.count(def) &&
          !isUnitView(input->get()))
        return false;
    }
    return true;
  }

  /// Whether the leading indices of every tensor.extract of a value of the
  /// group are the row loops themselves.
  bool picksInRow(LinalgOp op, unsigned rowLoops) {
    bool result = true;
    op.getBlock()->walk([&](tensor::ExtractOp extract) {
      auto producer = extract.getTensor().getDefiningOp<LinalgOp>();
      if (!producer)
        return;
      if (extract.getIndices().size() < rowLoops) {
        result = false;
        return;
      }
      for (unsigned i = 0; i < rowLoops; ++i) {
        auto index = extract.getIndices()[i].getDefiningOp<linalg::IndexOp>();
        if (!index || index.getDim() != i)
          result = false;
      }
    });
    return result;
  }

  /// Whether anything but `op` and the group itself, which has the number
  /// `number`, reads what the group computes, so that it must be stored.
  bool isReadBeyond(const Group &group, int number, LinalgOp op) {
    for (LinalgOp member : group.ops)
      for (Operation *user : member->getUsers()) {
        Operation *top = body.findAncestorOpInBlock(*user);
        auto it = groupOf.find(top);
        if (top != op.getOperation() &&
            (it == groupOf.end() || int(it->second) != number))
          return true;
      }
    return false;
  }

  /// The family that the group has with `op` in it, or none and the reason.
  std::optional<Family> join(Group &group, LinalgOp op, OpKind kind, int number,
                             std::string &reason) {
    auto refuse = [&](const Twine &why) {
      reason = why.str();
      return std::nullopt;
    };
    if (group.isLibraryCall)
      return refuse("a library computes the product");
    if (kind == OpKind::Contraction)
      return refuse("a contraction reads its operands from memory");
    bool extracts = false;
    if (!readsInPlace(op, number, extracts))
      return refuse("it is read at other indices than it is computed at");
    LinalgOp first = group.ops.front();
    LinalgOp reduction = firstReduction(group);

    if (kind == OpKind::Reduction) {
      if (op.getNumDpsInits() != 1 || extracts)
        return refuse("a reduction with several results stands alone");
      SmallVector<unsigned> loops = realLoops(op);
      if (!reducesLast(op)) {
        if (group.family != Family::Map ||
            !sameLoops(first, realLoops(first), op, loops))
          return refuse("a reduction of other than the last dimensions joins "
                        "only an elementwise kernel of its shape");
        // Its outputs have another shape than the group's: nothing else of the
        // group may be stored.
        if (isReadBeyond(group, number, op))
          return refuse("what it reduces is also stored");
        return Family::PlainReduce;
      }
      if (group.family == Family::Map) {
        if (!sameLoops(first, realLoops(first), op, loops))
          return refuse("the reduction runs over another shape");
        if (op.getNumParallelLoops() == 0 && isReadBeyond(group, number, op))
          return refuse("what a full reduction reads is also stored");
        return op.getNumParallelLoops() == 0 ? Family::FullReduce
                                             : Family::RowReduce;
      }
      if (group.family == Family::RowReduce &&
          llvm::count_if(group.ops, [](LinalgOp member) {
            return member.getNumReductionLoops() != 0;
          }) >= kMaxRowReductions)
        return refuse("a kernel reduces its rows at most " +
                      Twine(kMaxRowReductions) + " times");
      if (group.family == Family::RowReduce && reduction &&
          sameLoops(reduction, realLoops(reduction), op, loops) &&
          sameLoops(reduction, realLoops(reduction, true), op,
                    realLoops(op, true)))
        return Family::RowReduce;
      return refuse("the reduction runs over other rows");
    }

    // Elementwise ops.
    if (op->getNumResults() == 0)
      return refuse("checks run in a kernel of their own");
    SmallVector<unsigned> loops = realLoops(op);
    switch (group.family) {
    case Family::Map:
    case Family::Transpose:
      if (extracts)
        return refuse("it is gathered from");
      if (sameLoops(first, realLoops(first), op, loops))
        return Family::Map;
      return refuse("the next op has another shape");
    case Family::RowReduce: {
      SmallVector<unsigned> rows = realLoops(reduction, true);
      bool full = sameLoops(reduction, realLoops(reduction), op, loops);
      bool row = sameLoops(reduction, rows, op, loops);
      if (extracts && !(row && rows.size() == op.getNumLoops() &&
                        rows.size() == reduction.getNumParallelLoops() &&
                        picksInRow(op, rows.size())))
        return refuse("it is gathered from outside its row");
      if (full || row)
        return Family::RowReduce;
      return refuse("the next op has another shape");
    }
    case Family::FullReduce:
    case Family::Contract:
    case Family::PlainReduce: {
      if (extracts)
        return refuse("it is gathered from");
      if (group.ops.back().getNumDpsInits() != 1)
        return refuse("a reduction with several results stands alone");
      SmallVector<unsigned> outer = realLoops(reduction, true);
      if (sameLoops(reduction, outer, op, loops))
        return group.family;
      return refuse("the next op has another shape");
    }
    case Family::Check:
      return refuse("checks run in a kernel of their own");
    case Family::PartialReduce:
    case Family::ColumnReduce:
    case Family::TensorContract:
      llvm_unreachable("only formed kernels become these");
    }
    llvm_unreachable("all families are covered");
  }

  Block &body;
  DimClasses dims;
  bool keepContractions;
  SmallVector<Group> groups;
  /// The latest group that each group reads, itself aside, directly or through
  /// the host; -1 for none.
  struct Needs {
    int group = -1, host = -1;
  };
  SmallVector<Needs> needs;
  DenseMap<Operation *, unsigned> groupOf;
  /// Of the ops that are no linalg ops, those that depend on a group.
  DenseMap<Operation *, int> hostGroupOf;
};
} // namespace

SmallVector<Group> theano::kernel::formGroups(Block &body,
                                              bool keepContractions) {
  return Grouper(body, keepContractions).run();
}
