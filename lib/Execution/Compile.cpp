//===- Compile.cpp - from a graph to a Program ----------------------------===//

#include "theano/Execution/Compile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Dialect/Kernel/Locations.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "theano/Pipelines/Pipelines.h"
#include "theano/Target/CPU/EmitObject.h"
#include "theano/Target/Host/BuildProgram.h"

using namespace mlir;
using namespace theano;

//===----------------------------------------------------------------------===//
// Stages and targets by name
//===----------------------------------------------------------------------===//

static constexpr std::pair<std::string_view, Stage> kStages[] = {
    {"theano", Stage::Theano},   {"linalg", Stage::Linalg},
    {"kernels", Stage::Kernels}, {"gpu", Stage::Gpu},
    {"nvvm", Stage::Nvvm},       {"llvm", Stage::Llvm},
    {"program", Stage::Program}, {"ptx", Stage::Ptx},
    {"asm", Stage::Asm}};

Expected<Stage> theano::parseStage(std::string_view name) {
  std::string known;
  for (auto [stageName, stage] : kStages) {
    if (stageName == name)
      return stage;
    known += (known.empty() ? "" : ", ") + std::string(stageName);
  }
  return invalidArgument("no stage is called '" + std::string(name) +
                         "'; the stages are " + known);
}

Expected<TargetInfo> theano::resolveTarget(std::string_view name) {
  if (name == "native")
    return getHostCpuTarget();
  if (name.starts_with("sm_"))
    return lookupGpuTarget(name);
  return lookupCpuTarget(name);
}

void theano::registerForExecution(DialectRegistry &registry) {
  registry.insert<TheanoDialect, kernel::KernelDialect, arith::ArithDialect,
                  func::FuncDialect, linalg::LinalgDialect, LLVM::LLVMDialect,
                  math::MathDialect, scf::SCFDialect, tensor::TensorDialect,
                  vector::VectorDialect>();
  func::registerInlinerExtension(registry);
  registerCpuTranslations(registry);
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

namespace {
/// Turns the diagnostics of a compilation into one error.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          add(diagnostic);
          return success();
        }) {}

  Failure takeFailure() {
    if (message.empty())
      message = "the compiler failed without a message; please report this";
    Failure failure = invalidArgument(message);
    failure.location = location;
    return failure;
  }

private:
  void add(Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return;
    if (message.empty())
      location = kernel::describeLocation(diagnostic.getLocation());
    else
      message += "\n";
    message += diagnostic.str();
    for (Diagnostic &note : diagnostic.getNotes())
      message += "\n  note: " + note.str();
  }

  std::string message, location;
  ScopedDiagnosticHandler handler;
};

/// One compilation: a private copy of the module with one host function, taken
/// from stage to stage.
class Compilation {
public:
  Compilation(ModuleOp source, StringRef name, const CompileOptions &options)
      : options(options), collector(source.getContext()), name(name),
        module(source.clone()) {
    pipeline.theanoRewrites = options.theanoRewrites;
    pipeline.keepContractions = options.useBlas;
    pipeline.vectorBytes = options.target.cpu.vectorBytes;
  }

  Expected<Program> compile() {
    if (failed(selectFunction()) || failed(runToKernels()))
      return collector.takeFailure();
    Expected<Program> program = build();
    if (!program)
      return program;
    if (failed(run([&](OpPassManager &pm) { addNativePasses(pm); })))
      return collector.takeFailure();
    if (program->kernels.empty())
      return program;
    FailureOr<std::vector<uint8_t>> object =
        emitSharedObject(*module, options.target.cpu);
    if (failed(object))
      return collector.takeFailure();
    program->cpuObject = std::move(*object);
    return program;
  }

  Expected<std::string> emit(Stage stage) {
    if (failed(selectFunction()))
      return collector.takeFailure();
    if (failed(run([&](OpPassManager &pm) {
          addSimplifyPasses(pm, pipeline);
        })))
      return collector.takeFailure();
    if (stage == Stage::Theano)
      return print();
    if (failed(run([&](OpPassManager &pm) { addLinalgPasses(pm); })))
      return collector.takeFailure();
    if (stage == Stage::Linalg)
      return print();
    if (failed(run([&](OpPassManager &pm) {
          addKernelPasses(pm, pipeline);
          addCpuSchedulePasses(pm, pipeline);
        })))
      return collector.takeFailure();
    if (stage == Stage::Kernels)
      return print();
    if (failed(run([&](OpPassManager &pm) { addNativePasses(pm); })))
      return collector.takeFailure();
    if (stage == Stage::Llvm)
      return print();
    if (stage == Stage::Asm) {
      FailureOr<std::string> text = emitAssembly(*module, options.target.cpu);
      if (failed(text))
        return collector.takeFailure();
      return *text;
    }
    return unsupported("this stage has no text for a CPU target");
  }

private:
  /// Keeps only the function that is compiled and what it calls.
  LogicalResult selectFunction() {
    auto function = module->lookupSymbol<func::FuncOp>(name);
    if (!function) {
      std::string known;
      for (auto other : module->getOps<func::FuncOp>())
        known += (known.empty() ? "'" : ", '") + other.getName().str() + "'";
      return module->emitError("no function is called '")
             << name << "'; the module has "
             << (known.empty() ? "none" : known);
    }
    for (auto other : llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
      if (other != function)
        other.erase();
    return success();
  }

  LogicalResult run(llvm::function_ref<void(OpPassManager &)> add) {
    PassManager pm(module->getContext(), ModuleOp::getOperationName());
    pm.enableVerifier(false);
    add(pm);
    return pm.run(*module);
  }

  LogicalResult runToKernels() {
    return run([&](OpPassManager &pm) {
      addSimplifyPasses(pm, pipeline);
      addLinalgPasses(pm);
      addKernelPasses(pm, pipeline);
      addCpuSchedulePasses(pm, pipeline);
    });
  }

  Expected<Program> build() {
    FailureOr<Program> program =
        buildProgram(module->lookupSymbol<func::FuncOp>(name));
    if (failed(program))
      return collector.takeFailure();
    program->target = options.target;
    return std::move(*program);
  }

  std::string print() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }

  const CompileOptions &options;
  DiagnosticCollector collector;
  std::string name;
  OwningOpRef<ModuleOp> module;
  PipelineOptions pipeline;
};
} // namespace

Expected<Program> theano::compile(ModuleOp module, StringRef name,
                                  const CompileOptions &options) {
  return Compilation(module, name, options).compile();
}

Expected<std::string> theano::emitStage(ModuleOp module, StringRef name,
                                        Stage stage,
                                        const CompileOptions &options) {
  return Compilation(module, name, options).emit(stage);
}
