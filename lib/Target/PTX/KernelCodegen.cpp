//===- KernelCodegen.cpp - LLVM's code generator for kernels --------------===//

#include "KernelCodegen.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Pass.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

/// What these do has been done, or ptxas does it again. With them the generator
/// executes a quarter more instructions on softmax; over the kernels of the
/// tests they save 1 in 130 of the PTX and 1 in 140 of the registers, but that
/// speculation, which saves nothing, takes 1 in 200 more.
static constexpr StringLiteral kLeftToPtxas[] = {
    "Straight line strength reduction",
    "Nary reassociation",
    "Speculatively execute instructions",
    "Early CSE",
    "Early Machine Loop Invariant Code Motion",
    "Machine Common Subexpression Elimination",
    "Machine code sinking",
    "Peephole Optimizations",
};

/// These do not change one byte of the kernels of the tests (sm_80): what they
/// would improve is not there, or has been optimised before. None is needed for
/// any input: those that lower something are left alone.
static constexpr StringLiteral kNothingToDo[] = {
    "Merge contiguous icmps into a memcmp",
    "Expand memcmp() to load/stores",
    "Replace intrinsics with calls to vector library",
    "Partially inline calls to library functions",
    "Remove Redundant DEBUG_VALUE analysis",
    "Live DEBUG_VALUE analysis",
    "Stack Frame Layout Analysis",
    "Merge disjoint stack slots",
    "Stack Slot Coloring",
    "SROA",
    "NVPTX IR Peephole",
    "Constant Hoisting",
    "Optimize machine instruction PHIs",
    "Remove dead machine instructions",
    "Machine Instruction Scheduler",
    "NVPTX optimize redundant cvta.to.local instruction",
};

/// What makes large loops no better. The one gives their addresses and counters
/// registers of their own; the other goes over all that is between two
/// accesses, which are vectors already.
static constexpr StringLiteral kNotForLargeLoops[] = {
    "Loop Strength Reduction",
    "GPU Load and Store Vectorizer",
};

/// The names of passes that are left out.
static const StringSet<> &getSkipped(bool hasLargeLoops) {
  auto collect = [](ArrayRef<ArrayRef<StringLiteral>> lists) {
    StringSet<> names;
    for (ArrayRef<StringLiteral> list : lists)
      names.insert_range(list);
    return names;
  };
  static const StringSet<> always = collect({kLeftToPtxas, kNothingToDo});
  static const StringSet<> large =
      collect({kLeftToPtxas, kNothingToDo, kNotForLargeLoops});
  return hasLargeLoops ? large : always;
}

namespace {

/// Hands on the passes that it is given, but for the above. It is the only way:
/// a target's passes are its own to choose.
class KernelCodegen : public legacy::PassManagerBase {
public:
  KernelCodegen(legacy::PassManager &passes, const StringSet<> &skipped)
      : passes(passes), skipped(skipped) {}

  void add(Pass *pass) override {
    if (skipped.contains(pass->getPassName()))
      delete pass;
    else
      passes.add(pass);
  }

private:
  legacy::PassManager &passes;
  const StringSet<> &skipped;
};

} // namespace

LogicalResult theano::addKernelCodegen(legacy::PassManager &passes,
                                       TargetMachine &machine,
                                       raw_pwrite_stream &os,
                                       bool hasLargeLoops) {
  KernelCodegen codegen(passes, getSkipped(hasLargeLoops));
  return failure(machine.addPassesToEmitFile(codegen, os, nullptr,
                                             CodeGenFileType::AssemblyFile));
}
