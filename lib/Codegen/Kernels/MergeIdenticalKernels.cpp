//===- MergeIdenticalKernels.cpp - each kernel once -----------------------===//

#include "theano/Codegen/Kernels/Passes.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_MERGEIDENTICALKERNELS
#include "theano/Codegen/Kernels/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano::kernel;

#define DEBUG_TYPE "kernel-merge-identical-kernels"
ALWAYS_ENABLED_STATISTIC(numMerged, "Number of kernels merged into another");

/// Why kernels end where they do: for people, and joined when kernels are.
static constexpr StringLiteral kBoundaries = "boundaries";

/// All that a kernel is but its body, its name and its notes. Attributes are
/// unique, so that two such lists are equal where their addresses are.
static DictionaryAttr getSignature(FuncOp kernel) {
  NamedAttrList attributes(kernel->getAttrDictionary());
  attributes.erase(SymbolTable::getSymbolAttrName());
  attributes.erase(kBoundaries);
  return attributes.getDictionary(kernel.getContext());
}

/// Equal for equal kernels. Which value an operand is does not count here: it
/// is `isEqual` that compares the graphs.
static llvm::hash_code hash(FuncOp kernel, DictionaryAttr signature) {
  llvm::hash_code code = llvm::hash_value(signature.getAsOpaquePointer());
  kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    code =
        llvm::hash_combine(code, OperationEquivalence::computeHash(
                                     op, OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::IgnoreLocations));
  });
  return code;
}

static bool isEqual(FuncOp a, FuncOp b) {
  return OperationEquivalence::isRegionEquivalentTo(
      &a.getBody(), &b.getBody(), OperationEquivalence::IgnoreLocations);
}

namespace {

/// Kernels that are equal; the first stays.
struct EqualKernels {
  DictionaryAttr signature;
  SmallVector<FuncOp, 1> kernels;
};

struct MergeIdenticalKernels
    : theano::impl::MergeIdenticalKernelsBase<MergeIdenticalKernels> {
  void runOnOperation() override {
    llvm::MapVector<size_t, SmallVector<EqualKernels, 1>> byHash;
    for (FuncOp kernel : getOperation().getOps<FuncOp>()) {
      DictionaryAttr signature = getSignature(kernel);
      SmallVector<EqualKernels, 1> &candidates =
          byHash[size_t(hash(kernel, signature))];
      auto *same = llvm::find_if(candidates, [&](EqualKernels &other) {
        return other.signature == signature &&
               isEqual(other.kernels.front(), kernel);
      });
      if (same == candidates.end())
        candidates.push_back({signature, {kernel}});
      else
        same->kernels.push_back(kernel);
    }

    DenseMap<StringAttr, FlatSymbolRefAttr> renamed;
    for (auto &[code, classes] : byHash)
      for (EqualKernels &equal : classes)
        if (equal.kernels.size() > 1)
          merge(equal.kernels, renamed);
    if (renamed.empty())
      return;
    getOperation().walk([&](LaunchOp launch) {
      if (FlatSymbolRefAttr kernel =
              renamed.lookup(launch.getKernelAttr().getAttr()))
        launch.setKernelAttr(kernel);
    });
  }

  /// Leaves the first of `kernels`, with the locations and notes of all.
  static void merge(ArrayRef<FuncOp> kernels,
                    DenseMap<StringAttr, FlatSymbolRefAttr> &renamed) {
    FuncOp kept = kernels.front();
    fuseLocations(kernels);
    llvm::SetVector<Attribute> boundaries;
    for (FuncOp kernel : kernels)
      if (auto notes = kernel->getAttrOfType<ArrayAttr>(kBoundaries))
        boundaries.insert(notes.begin(), notes.end());
    if (!boundaries.empty())
      kept->setAttr(kBoundaries, ArrayAttr::get(kept.getContext(),
                                                boundaries.getArrayRef()));
    for (FuncOp kernel : kernels.drop_front()) {
      renamed[kernel.getNameAttr()] =
          FlatSymbolRefAttr::get(kept.getNameAttr());
      kernel.erase();
      ++numMerged;
    }
  }

  /// Equal kernels hold the same ops in the same order.
  static void fuseLocations(ArrayRef<FuncOp> kernels) {
    SmallVector<SmallVector<Location, 1>> locations;
    for (FuncOp kernel : kernels) {
      size_t number = 0;
      kernel->walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (number == locations.size())
          locations.emplace_back();
        locations[number++].push_back(op->getLoc());
      });
    }
    size_t number = 0;
    FuncOp kept = kernels.front();
    kept->walk<WalkOrder::PreOrder>([&](Operation *op) {
      op->setLoc(FusedLoc::get(op->getContext(), locations[number++]));
    });
  }
};

} // namespace
