//===- UpdateInPlace.cpp - updates that write into the state itself -------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/DimClasses.h"
#include "theano/Dialect/Kernel/InPlace.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Dialect/Kernel/Reads.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_UPDATEINPLACE
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;

#define DEBUG_TYPE "kernel-update-in-place"
ALWAYS_ENABLED_STATISTIC(numUpdated, "Number of updates made in place");

/// Whether a kernel reads an argument only at the index at which it then writes
/// its results.
static bool readsOnlyInPlace(FuncOp kernel, BlockArgument argument) {
  bool inPlace = true;
  forEachRead(kernel, [&](BlockArgument read, AffineMap map) {
    if (read == argument)
      inPlace &= map && map.isIdentity();
  });
  return inPlace;
}

//===----------------------------------------------------------------------===//
// The host function
//===----------------------------------------------------------------------===//

namespace {
/// `value` and what is its memory under another shape or type.
void collectAliases(Value value, llvm::SetVector<Value> &aliases) {
  aliases.insert(value);
  for (Operation *user : value.getUsers())
    if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
            user) &&
        user->getOperand(0) == value)
      collectAliases(user->getResult(0), aliases);
}

class Updater {
public:
  explicit Updater(func::FuncOp host)
      : host(host), body(host.getBody().front()) {}

  unsigned run() {
    unsigned updated = 0;
    for (auto [i, value] :
         llvm::enumerate(body.getTerminator()->getOperands())) {
      BlockArgument state = getUpdatedState(i);
      if (state && update(state, value))
        ++updated;
    }
    return updated;
  }

private:
  /// The shared argument that result `i` of the function updates, if it has
  /// the type of the result.
  BlockArgument getUpdatedState(unsigned i) {
    auto name = host.getResultAttrOfType<StringAttr>(i, "theano.update");
    if (!name)
      return {};
    for (BlockArgument argument : host.getArguments()) {
      unsigned number = argument.getArgNumber();
      if (host.getArgAttr(number, "theano.shared") != name)
        continue;
      bool same = argument.getType() == host.getResultTypes()[i] &&
                  host.getArgAttr(number, "theano.dtype") ==
                      host.getResultAttr(i, "theano.dtype");
      return same ? argument : BlockArgument();
    }
    return {};
  }

  bool update(BlockArgument state, Value value) {
    auto launch = value.getDefiningOp<LaunchOp>();
    if (!launch)
      return false;
    unsigned number = cast<OpResult>(value).getResultNumber();
    OpOperand &destination = launch.getOutputsMutable()[number];
    // What another state is written into is no fresh memory any more.
    if (!destination.get().getDefiningOp<tensor::EmptyOp>() ||
        destination.get().getType() != state.getType())
      return false;
    auto kernel = SymbolTable::lookupNearestSymbolFrom<FuncOp>(
        launch, launch.getKernelAttr());
    bool fails = false;
    kernel.walk([&](CheckOp) { fails = true; });
    if (fails || !hasSizesOfState(state, launch, number, kernel))
      return false;

    llvm::SetVector<Value> aliases;
    collectAliases(state, aliases);
    for (auto [i, input] : llvm::enumerate(launch.getInputs())) {
      if (!aliases.contains(input))
        continue;
      if (input != state || !readsOnlyInPlace(kernel, kernel.getArgument(i)))
        return false;
    }
    bool move = false;
    for (Value alias : aliases)
      for (Operation *user : alias.getUsers()) {
        Operation *top = body.findAncestorOpInBlock(*user);
        if (top == launch || isa<tensor::DimOp>(user) ||
            aliases.contains(user->getNumResults() == 1 ? user->getResult(0)
                                                        : Value()))
          continue;
        // The value of a 0-d integer is read when an expression needs it.
        if (top == body.getTerminator() || isa<tensor::ExtractOp>(user))
          return false;
        move |= launch->isBeforeInBlock(top);
      }
    if (move && !moveToEnd(launch))
      return false;

    destination.set(state);
    written.insert(aliases.begin(), aliases.end());
    for (auto [i, input] : llvm::enumerate(launch.getInputs()))
      if (input == state)
        kernel.setArgAttr(i, kInPlaceAttr, UnitAttr::get(kernel.getContext()));
    return true;
  }

  /// Whether result `number` is known to have the sizes of the state: an update
  /// may give a variable another size, and then needs other memory.
  static bool hasSizesOfState(BlockArgument state, LaunchOp launch,
                              unsigned number, FuncOp kernel) {
    auto empty = launch.getOutputs()[number].getDefiningOp<tensor::EmptyOp>();
    DimClasses classes(kernel);
    unsigned next = 0;
    for (auto [dim, size] : llvm::enumerate(empty.getType().getShape())) {
      if (!ShapedType::isDynamic(size))
        continue;
      auto measured =
          empty.getDynamicSizes()[next++].getDefiningOp<tensor::DimOp>();
      bool same = measured && measured.getSource() == state &&
                  measured.getConstantIndex() == int64_t(dim);
      // The kernel may walk over both in one loop.
      for (auto [i, input] : llvm::enumerate(launch.getInputs()))
        same |= input == state &&
                classes.isSame(kernel.getArgument(i), dim,
                               kernel.getDestination(number), dim);
      if (!same)
        return false;
    }
    return true;
  }

  /// Moves the launch behind every other reader of what it overwrites, if
  /// nothing waits for its results and it reads nothing that is overwritten
  /// meanwhile.
  bool moveToEnd(LaunchOp launch) {
    Operation *end = body.getTerminator();
    for (Operation *user : launch->getUsers())
      if (user != end)
        return false;
    for (Value operand : launch->getOperands())
      if (written.contains(operand))
        return false;
    launch->moveBefore(end);
    return true;
  }

  func::FuncOp host;
  Block &body;
  /// States that are written in place already, and what shares their memory.
  llvm::DenseSet<Value> written;
};

struct UpdateInPlace : theano::impl::UpdateInPlaceBase<UpdateInPlace> {
  void runOnOperation() override {
    for (auto host : getOperation().getOps<func::FuncOp>())
      if (host.getBody().hasOneBlock())
        numUpdated += Updater(host).run();
  }
};
} // namespace
