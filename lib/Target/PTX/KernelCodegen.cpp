//===- KernelCodegen.cpp - LLVM's code generator for kernels --------------===//

#include "KernelCodegen.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Pass.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

/// What these do has been done, or ptxas does it again. With them the generator
/// executes a quarter more instructions on softmax; over the kernels of the
/// tests they save 1 in 130 of the PTX and 1 in 140 of the registers.
static constexpr StringLiteral kLeftToPtxas[] = {
    "Straight line strength reduction",
    "Nary reassociation",
    "Early CSE",
    "Early Machine Loop Invariant Code Motion",
    "Machine Common Subexpression Elimination",
    "Machine code sinking",
    "Peephole Optimizations",
};

/// These do not change one byte of the kernels of the tests: what they are for
/// (garbage collection, exceptions, stacks, textures, instrumentation) no
/// kernel has, or it has been optimised before. Setting them up and asking them
/// is 1 in 35 of the instructions of compiling softmax.
static constexpr StringLiteral kNothingToDo[] = {
    "Replace occurrences of __nvvm_reflect() calls with 0/1",
    "NVPTX Image Optimizer",
    "NVPTX Replace Image Handles",
    "NVPTX lower atomics of local memory",
    "Expand variadic functions",
    "Lower ctors and dtors for NVPTX",
    "Merge contiguous icmps into a memcmp",
    "Expand memcmp() to load/stores",
    "Lower Garbage Collection Instructions",
    "Shadow Stack GC Lowering",
    "Analyze Machine Code For Garbage Collection",
    "Replace intrinsics with calls to vector library",
    "Partially inline calls to library functions",
    "Instrument function entry/exit with calls to e.g. mcount() (post "
    "inlining)",
    "Scalarize Masked Memory Intrinsics",
    "Lower invoke and unwind, for unwindless code generators",
    "ObjC ARC contraction",
    "Prepare callbr",
    "Safe Stack instrumentation pass",
    "Fixup Statepoint Caller Saved",
    "Insert fentry calls",
    "Insert XRay ops",
    "Machine Sanitizer Binary Metadata",
    "Remove Redundant DEBUG_VALUE analysis",
    "Live DEBUG_VALUE analysis",
    "Stack Frame Layout Analysis",
    "Merge disjoint stack slots",
    "Local Stack Slot Allocation",
    "Stack Slot Coloring",
    "SROA",
    "NVPTX IR Peephole",
    "Constant Hoisting",
    "Optimize machine instruction PHIs",
    "Remove dead machine instructions",
    "Machine Instruction Scheduler",
    "NVPTX optimize redundant cvta.to.local instruction",
};

static const StringSet<> &getSkipped() {
  static const StringSet<> skipped = [] {
    StringSet<> names;
    names.insert_range(kLeftToPtxas);
    names.insert_range(kNothingToDo);
    return names;
  }();
  return skipped;
}

namespace {

/// Hands on the passes that it is given, but for the above. It is the only way:
/// a target's passes are its own to choose.
class KernelCodegen : public legacy::PassManagerBase {
public:
  explicit KernelCodegen(legacy::PassManager &passes) : passes(passes) {}
  ~KernelCodegen() override {
    assert(met.size() == getSkipped().size() &&
           "LLVM has renamed or dropped a pass that is to be left out");
  }

  void add(Pass *pass) override {
    auto skipped = getSkipped().find(pass->getPassName());
    if (skipped == getSkipped().end())
      return passes.add(pass);
    met.insert(skipped->getKeyData());
    delete pass;
  }

private:
  legacy::PassManager &passes;
  DenseSet<const char *> met;
};

} // namespace

LogicalResult theano::addKernelCodegen(legacy::PassManager &passes,
                                       TargetMachine &machine,
                                       raw_pwrite_stream &os) {
  KernelCodegen codegen(passes);
  return failure(machine.addPassesToEmitFile(codegen, os, nullptr,
                                             CodeGenFileType::AssemblyFile));
}
