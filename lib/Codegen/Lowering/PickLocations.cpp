//===- PickLocations.cpp - one source line on each op ---------------------===//

#include "mlir/IR/Location.h"
#include "theano/Codegen/Lowering/Passes.h"

namespace theano {
#define GEN_PASS_DEF_KERNELPICKLOCATIONS
#include "theano/Codegen/Lowering/Passes.h.inc"
} // namespace theano

using namespace mlir;

namespace {

/// The first leaf of `loc` that names a file, or `loc` when there is none.
Location pickLocation(Location loc) {
  Location picked = loc;
  loc->walk([&](Location leaf) {
    if (!isa<FileLineColLoc>(leaf))
      return WalkResult::advance();
    picked = leaf;
    return WalkResult::interrupt();
  });
  return picked;
}

struct KernelPickLocations
    : theano::impl::KernelPickLocationsBase<KernelPickLocations> {
  void runOnOperation() override {
    // Most ops have the location of the one before.
    Location last = getOperation()->getLoc(), picked = pickLocation(last);
    getOperation()->walk([&](Operation *op) {
      if (op->getLoc() != last) {
        last = op->getLoc();
        picked = pickLocation(last);
      }
      op->setLoc(picked);
    });
  }
};

} // namespace
