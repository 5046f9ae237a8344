//===- EmitObject.cpp - native code in process ----------------------------===//

#include "theano/Target/CPU/EmitObject.h"

#include "Link.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

#include <mutex>

using namespace mlir;
using namespace theano;

/// What a kernel's code may import; the dynamic linker finds them in the C
/// library of every process.
static constexpr llvm::StringLiteral kAllowedImports[] = {
    "memcpy", "memmove", "memset", "fma", "fmaf"};

static void initializeBackEnd() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
}

void theano::registerCpuTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

TargetInfo theano::getHostCpuTarget() {
  llvm::SubtargetFeatures features;
  for (auto &[name, enabled] : llvm::sys::getHostCPUFeatures())
    features.AddFeature(name, enabled);
  return nativeCpuTarget(llvm::sys::getHostCPUName().str(),
                         features.getString());
}

namespace {
/// One module on its way through LLVM.
struct NativeModule {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
};
} // namespace

static LogicalResult translate(ModuleOp source, const CpuTarget &target,
                               NativeModule &native) {
  initializeBackEnd();
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *backEnd =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!backEnd)
    return source.emitError("LLVM has no back end for this CPU: ") << error;
  native.machine.reset(backEnd->createTargetMachine(
      triple, target.llvmName, target.features, llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Default));
  native.module =
      translateModuleToLLVMIR(source, native.context, "theano_kernels");
  if (!native.module)
    return source.emitError("could not be translated to LLVM IR");
  native.module->setTargetTriple(triple);
  native.module->setDataLayout(native.machine->createDataLayout());

  std::string width = std::to_string(target.vectorBytes * 8);
  for (llvm::Function &function : *native.module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.llvmName);
    function.addFnAttr("target-features", target.features);
    // Vectors are as wide as the schedule says; LLVM must not split them.
    function.addFnAttr("prefer-vector-width", width);
    function.addFnAttr("min-legal-vector-width", width);
    function.addFnAttr(llvm::Attribute::NoUnwind);
  }

  // Loops are vectorised and unrolled already; what is left is scalar cleanup.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopUnrolling = false;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(native.machine.get(), tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(*native.module, modules);
  return success();
}

static LogicalResult emitFile(ModuleOp source, NativeModule &native,
                              llvm::CodeGenFileType type,
                              llvm::SmallVectorImpl<char> &output) {
  llvm::raw_svector_ostream stream(output);
  llvm::legacy::PassManager passes;
  if (native.machine->addPassesToEmitFile(passes, stream, nullptr, type))
    return source.emitError("LLVM cannot write this kind of file");
  passes.run(*native.module);
  return success();
}

/// Refuses an object that imports more than we promise.
static LogicalResult checkImports(ModuleOp source, StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "kernels.o"));
  if (!file)
    return source.emitError("LLVM wrote an object that cannot be read: ")
           << llvm::toString(file.takeError());
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    auto name = symbol.getName();
    if (!flags || !name) {
      llvm::consumeError(flags.takeError());
      llvm::consumeError(name.takeError());
      continue;
    }
    if ((*flags & llvm::object::SymbolRef::SF_Undefined) && !name->empty() &&
        !llvm::is_contained(kAllowedImports, *name))
      return source.emitError("a kernel needs the library function '")
             << *name
             << "', which kernels may not import; the operation that "
                "asks for it has no native form on this CPU";
  }
  return success();
}

FailureOr<std::vector<uint8_t>>
theano::emitSharedObject(ModuleOp module, const CpuTarget &target) {
  NativeModule native;
  llvm::SmallString<0> object;
  if (failed(translate(module, target, native)) ||
      failed(emitFile(module, native, llvm::CodeGenFileType::ObjectFile,
                      object)) ||
      failed(checkImports(module, object)))
    return failure();
  llvm::Expected<std::vector<uint8_t>> linked = linkSharedObject(object);
  if (!linked)
    return module.emitError() << llvm::toString(linked.takeError());
  return *linked;
}

FailureOr<std::string> theano::emitAssembly(ModuleOp module,
                                            const CpuTarget &target) {
  NativeModule native;
  llvm::SmallString<0> text;
  if (failed(translate(module, target, native)) ||
      failed(
          emitFile(module, native, llvm::CodeGenFileType::AssemblyFile, text)))
    return failure();
  return text.str().str();
}
