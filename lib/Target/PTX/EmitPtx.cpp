//===- EmitPtx.cpp - a GPU kernel as PTX text -----------------------------===//

#include "theano/Target/PTX/EmitPtx.h"

#include "KernelCodegen.h"
#include "Selectable.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Support/TargetInfo.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include <mutex>

using namespace mlir;
using namespace theano;

/// What pays for kernels: functions without calls, whose values MLIR has merged
/// and whose loops the emitters have unrolled and vectorised already. LLVM's
/// own O3 executes three times as many instructions on softmax, and over the
/// kernels of the tests gave as many registers (within 1 in 400). Without
/// * loop-rotate and indvars ptxas unrolls loops over bytes to many registers,
/// * vector-combine, and instcombine behind it, some functions of floats take
///   17 registers more,
/// * licm indices are computed anew in each turn of some loops,
/// * infer-alignment kernels take 1 in 100 registers more.
static constexpr StringLiteral kPasses =
    "loop-mssa(licm,loop-rotate,indvars),simplifycfg,vector-combine,"
    "instcombine<no-verify-fixpoint>,infer-alignment";

/// For contractions of which several blocks shall fit on a multiprocessor: with
/// those above alone one in ten takes more than the 64 registers with which
/// four do. Other kernels take as many with either, and these passes execute 1
/// in 14 more instructions from softmax in MLIR to its PTX.
static constexpr StringLiteral kPassesForOccupancy =
    "instcombine<no-verify-fixpoint>,reassociate,"
    "loop-mssa(licm,loop-rotate,indvars),early-cse,simplifycfg,"
    "instcombine<no-verify-fixpoint>,infer-alignment";

/// For other contractions, and for transposes: those of their loops that matter
/// are unrolled already, and with indvars, and the strength reduction that
/// lives on it, each loop has addresses of its own in registers. Over the
/// contractions of the tests the kernels without take 1 in 20 fewer
/// instructions of the machine and, on the matrix units, 1 in 8 fewer
/// registers, and LLVM executes a third less. vector-combine would take vectors
/// from shared memory apart, which only a pass that is left out of the code
/// generator puts together. early-cse makes one of the addresses of what a
/// thread copies of a line.
static constexpr StringLiteral kPassesForOwnLoops =
    "loop-mssa(licm,loop-rotate),early-cse,simplifycfg,"
    "instcombine<no-verify-fixpoint>,infer-alignment";

/// Makes addresses by one instruction, mad.wide, and not by mul.wide and add,
/// as ptxas does anyway. LLVM has an option for it and no other way; without
/// the option the code is longer and otherwise the same.
static void joinAddressArithmetic() {
  auto &options = llvm::cl::getRegisteredOptions();
  if (auto it = options.find("nvptx-mad-wide-opt"); it != options.end())
    it->second->addOccurrence(1, it->first, "true");
}

/// The back end for an architecture. Setting one up is 1 in 14 of the
/// instructions of compiling a small kernel, so that a thread keeps those it
/// has used.
static FailureOr<llvm::TargetMachine *>
getTargetMachine(gpu::GPUModuleOp module, const TargetInfo &target) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    joinAddressArithmetic();
  });
  thread_local llvm::StringMap<std::unique_ptr<llvm::TargetMachine>> machines;
  std::unique_ptr<llvm::TargetMachine> &machine = machines[target.name];
  if (machine)
    return machine.get();
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *backEnd =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (backEnd)
    machine.reset(backEnd->createTargetMachine(
        triple, target.name, "+ptx" + std::to_string(target.gpu.ptxVersion),
        llvm::TargetOptions(), std::nullopt, std::nullopt,
        llvm::CodeGenOptLevel::Default));
  if (!machine)
    return module.emitError("cannot be written: LLVM has no back end for PTX")
           << (error.empty() ? "" : ": ") << error;
  return machine.get();
}

static std::optional<kernel::Family> getFamily(gpu::GPUModuleOp module) {
  auto family = module->getAttrOfType<kernel::FamilyAttr>("kernel.family");
  return family ? std::optional(family.getValue()) : std::nullopt;
}

/// Whether a contraction says that several of its blocks shall fit on a
/// multiprocessor.
static bool sharesMultiprocessor(gpu::GPUModuleOp module,
                                 const llvm::Function &function) {
  return getFamily(module) == kernel::Family::Contract &&
         function.getFnAttributeAsParsedInteger("nvvm.minctasm") > 1;
}

/// Whether the emitter has unrolled the loops that matter, and made addresses
/// for them.
static bool hasOwnLoops(gpu::GPUModuleOp module) {
  std::optional<kernel::Family> family = getFamily(module);
  return family == kernel::Family::Contract ||
         family == kernel::Family::TensorContract ||
         family == kernel::Family::Transpose;
}

/// Keeps ptxas from unrolling loops: it would take a third more registers.
static void leaveRolled(llvm::LoopInfo &loops) {
  for (llvm::Loop *loop : loops.getLoopsInPreorder())
    llvm::addStringMetadataToLoop(loop, "llvm.loop.unroll.disable");
}

static LogicalResult optimize(gpu::GPUModuleOp module, llvm::Module &llvmModule,
                              llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  bool ownLoops = hasOwnLoops(module);
  auto choose = [&](const llvm::Function &function) -> StringRef {
    if (sharesMultiprocessor(module, function))
      return kPassesForOccupancy;
    return ownLoops ? kPassesForOwnLoops : kPasses;
  };
  for (llvm::Function &function : llvmModule) {
    if (function.isDeclaration())
      continue;
    llvm::FunctionPassManager passes;
    if (llvm::Error error = builder.parsePassPipeline(passes, choose(function)))
      return module.emitError("cannot be optimised: ")
             << llvm::toString(std::move(error));
    passes.run(function, functions);
    if (ownLoops)
      leaveRolled(functions.getResult<llvm::LoopAnalysis>(function));
  }
  return success();
}

static std::optional<PtxParam> paramOf(llvm::Type *type) {
  if (type->isPointerTy())
    return PtxParam::Pointer;
  if (type->isHalfTy() || type->isBFloatTy())
    return PtxParam::F16;
  if (type->isFloatTy())
    return PtxParam::F32;
  if (type->isDoubleTy())
    return PtxParam::F64;
  if (type->isIntegerTy(8) || type->isIntegerTy(1))
    return PtxParam::I8;
  if (type->isIntegerTy(16))
    return PtxParam::I16;
  if (type->isIntegerTy(32))
    return PtxParam::I32;
  if (type->isIntegerTy(64))
    return PtxParam::I64;
  return std::nullopt;
}

static LogicalResult readEntry(gpu::GPUModuleOp module,
                               const llvm::Function &function,
                               PtxModule &result) {
  PtxFunction entry;
  entry.name = function.getName();
  if (auto op = module.lookupSymbol<LLVM::LLVMFuncOp>(entry.name))
    if (auto block =
            op->getAttrOfType<DenseI32ArrayAttr>("gpu.known_block_size"))
      llvm::copy(block.asArrayRef().take_front(3), entry.block.begin());
  for (const llvm::Argument &argument : function.args()) {
    std::optional<PtxParam> param = paramOf(argument.getType());
    if (!param)
      return module.emitError("kernel '")
             << entry.name << "' has a parameter that is neither a pointer nor "
             << "an integer or float of 8 to 64 bits";
    entry.params.push_back(*param);
  }
  result.entries.push_back(std::move(entry));
  return success();
}

static LogicalResult checkSelectable(gpu::GPUModuleOp module,
                                     const llvm::Module &llvmModule,
                                     int64_t sm) {
  std::optional<std::string> why = whyUnselectable(llvmModule, sm);
  if (!why)
    return success();
  return module.emitError("cannot be written as PTX: it holds ") << *why;
}

// Upstream's serializer for the NVVM target looks for a toolkit in the
// environment and links its device library in. Here are the steps that matter
// and nothing else.
FailureOr<PtxModule> theano::emitPtx(gpu::GPUModuleOp module, StringRef arch) {
  Expected<TargetInfo> target = lookupGpuTarget(arch.str());
  if (!target)
    return module.emitError() << target.message();
  FailureOr<llvm::TargetMachine *> machine = getTargetMachine(module, *target);
  if (failed(machine))
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "theano_kernels");
  if (!llvmModule)
    return module.emitError("cannot be translated to LLVM IR");
  llvmModule->setTargetTriple((*machine)->getTargetTriple());
  llvmModule->setDataLayout((*machine)->createDataLayout());

  PtxModule result;
  constexpr unsigned kSharedSpace = 3;
  for (const llvm::GlobalVariable &global : llvmModule->globals())
    if (global.getAddressSpace() == kSharedSpace)
      result.sharedBytes +=
          llvmModule->getDataLayout().getTypeAllocSize(global.getValueType());
  for (const llvm::Function &function : *llvmModule)
    if (function.getCallingConv() == llvm::CallingConv::PTX_Kernel &&
        failed(readEntry(module, function, result)))
      return failure();

  // Twice, since optimising may both remove what cannot be selected and form
  // new intrinsics.
  int64_t sm = target->gpu.smNumber;
  if (failed(checkSelectable(module, *llvmModule, sm)) ||
      failed(optimize(module, *llvmModule, **machine)) ||
      failed(checkSelectable(module, *llvmModule, sm)))
    return failure();
  SmallString<0> text;
  llvm::raw_svector_ostream os(text);
  llvm::legacy::PassManager codegen;
  if (failed(addKernelCodegen(codegen, **machine, os,
                              /*hasLargeLoops=*/hasOwnLoops(module))))
    return module.emitError("cannot be written: LLVM has no PTX printer");
  codegen.run(*llvmModule);
  result.text = text.str();
  return result;
}

FailureOr<PtxModule> theano::emitPtx(gpu::GPUModuleOp module) {
  for (Operation *op = module; op; op = op->getParentOp())
    if (auto target = op->getAttrOfType<kernel::TargetAttr>("kernel.target"))
      return emitPtx(module, target.getArch());
  return module.emitError(
      "has no target; expected an attribute kernel.target "
      "such as #kernel.target<arch = \"sm_80\"> on it or on "
      "the module around it");
}

void theano::registerPtxTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}
