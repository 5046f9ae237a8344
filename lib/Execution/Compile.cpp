//===- Compile.cpp - from a graph to a Program ----------------------------===//

#include "theano/Execution/Compile.h"

#include "IndexLimits.h"
#include "PassTrace.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Dialect/Kernel/Locations.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "theano/Execution/PassCache.h"
#include "theano/Pipelines/Pipelines.h"
#include "theano/Program/Print.h"
#include "theano/Program/Verify.h"
#include "theano/Target/CPU/EmitObject.h"
#include "theano/Target/Host/BuildProgram.h"
#include "theano/Target/PTX/EmitPtx.h"

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
  registerPtxTranslations(registry);
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

/// Whether the CPU converts f16 in hardware: x86-64-v3 and later do; a list of
/// features says so itself.
static bool hasF16Conversions(const TargetInfo &target) {
  return target.cpu.features.empty()
             ? target.name != "x86-64-v2"
             : target.cpu.features.find("+f16c") != std::string::npos;
}

static bool isStageOf(Stage stage, const TargetInfo &target) {
  switch (stage) {
  case Stage::Gpu:
  case Stage::Nvvm:
  case Stage::Ptx:
    return target.isGpu();
  case Stage::Asm:
    return !target.isGpu();
  default:
    return true;
  }
}

static Status checkStage(Stage stage, const TargetInfo &target) {
  if (isStageOf(stage, target))
    return Status::success();
  return invalidArgument(target.isGpu()
                             ? "a GPU program has no stage 'asm'; ask for "
                               "'ptx', or compile for a CPU"
                             : "a CPU program has no such stage; ask for "
                               "'llvm' or 'asm', or compile for a GPU");
}

static PipelineOptions getPipelineOptions(const CompileOptions &options) {
  PipelineOptions pipeline;
  pipeline.theanoRewrites = options.theanoRewrites;
  pipeline.keepContractions = options.useBlas;
  pipeline.updateInPlace = !options.safeUpdates;
  pipeline.tf32 = options.tf32;
  if (options.target.isGpu()) {
    pipeline.arch = options.target.name;
  } else {
    pipeline.vectorBytes = options.target.cpu.vectorBytes;
    pipeline.expandF16 = !hasF16Conversions(options.target);
  }
  return pipeline;
}

namespace {
/// The passes that end in a stage.
struct Phase {
  Stage reached;
  std::function<void(OpPassManager &)> add;
};
} // namespace

/// All passes of a compilation, by the stages at which it can be stopped. The
/// one list of them: compiling, --emit and --dump-pipeline take it from here.
static std::vector<Phase> getPhases(const PipelineOptions &pipeline, bool gpu) {
  std::vector<Phase> phases = {
      {Stage::Theano,
       [=](OpPassManager &pm) { addSimplifyPasses(pm, pipeline); }},
      {Stage::Linalg, [=](OpPassManager &pm) { addLinalgPasses(pm); }},
      {Stage::Kernels,
       [=](OpPassManager &pm) { addScheduledKernelPasses(pm, pipeline, gpu); }},
  };
  if (gpu) {
    phases.push_back({Stage::Gpu, addGpuPasses});
    phases.push_back({Stage::Nvvm, addNvvmPasses});
  } else {
    phases.push_back({Stage::Llvm, [=](OpPassManager &pm) {
                        addNativePasses(pm, pipeline);
                      }});
  }
  return phases;
}

/// Whether the compilation stops after the passes of `reached` to show `stage`.
/// A GPU's NVVM dialect is its LLVM dialect.
static bool stopsAt(Stage reached, Stage stage) {
  return reached == stage || (reached == Stage::Nvvm && stage == Stage::Llvm);
}

Expected<std::string> theano::printPassPipeline(MLIRContext *context,
                                                std::optional<Stage> stage,
                                                const CompileOptions &options) {
  if (stage)
    if (Status status = checkStage(*stage, options.target); status.failed())
      return status;
  PassManager pm(context, ModuleOp::getOperationName());
  for (const Phase &phase :
       getPhases(getPipelineOptions(options), options.target.isGpu())) {
    phase.add(pm);
    if (stage && stopsAt(phase.reached, *stage))
      break;
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  pm.printAsTextualPipeline(stream);
  return text;
}

/// What stands where in the graph.
static SourceOps nameOps(ModuleOp module) {
  SourceOps ops;
  module.walk([&](Operation *op) {
    if (!isa<TheanoDialect>(op->getDialect()))
      return;
    for (const std::string &place : kernel::listLocations(op->getLoc())) {
      std::string &names = ops[place];
      names += (names.empty() ? "" : "+") + op->getName().stripDialect().str();
    }
  });
  return ops;
}

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
        module(source.clone()), sourceOps(nameOps(source)),
        phases(getPhases(getPipelineOptions(options), isGpu())) {}

  Expected<Program> compile() {
    if (failed(selectFunction()))
      return collector.takeFailure();
    std::optional<Program> program;
    for (const Phase &phase : phases) {
      if (failed(run(phase)))
        return collector.takeFailure();
      if (phase.reached != Stage::Kernels)
        continue;
      Expected<Program> built = build();
      if (!built || built->kernels.empty())
        return built;
      program = std::move(*built);
      if (isGpu()) {
        addIndexLimits(*program, *module);
        eraseHost();
      }
    }
    if (failed(isGpu() ? addPtx(*program) : addObject(*program)))
      return collector.takeFailure();
    return std::move(*program);
  }

  Expected<std::string> emit(Stage stage) {
    if (Status status = checkStage(stage, options.target); status.failed())
      return status;
    if (stage == Stage::Program) {
      Expected<Program> program = compile();
      if (!program)
        return program.takeStatus();
      return theano::print(*program);
    }
    if (failed(selectFunction()))
      return collector.takeFailure();
    for (const Phase &phase : phases) {
      if (phase.reached == Stage::Gpu)
        eraseHost();
      if (failed(run(phase)))
        return collector.takeFailure();
      if (stopsAt(phase.reached, stage))
        return print();
    }
    FailureOr<std::string> text = failure();
    if (stage == Stage::Asm) {
      text = emitAssembly(*module, options.target.cpu);
    } else if (gpu::GPUModuleOp kernels = mergeGpuModules()) {
      FailureOr<PtxModule> ptx = emitPtx(kernels, options.target.name);
      if (succeeded(ptx))
        text = std::move(ptx->text);
    } else {
      return std::string();
    }
    if (failed(text))
      return collector.takeFailure();
    return *text;
  }

private:
  /// Keeps only the function that is compiled.
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
    if (function.isExternal())
      return function.emitError("function '")
             << name << "' is declared without a body; give it one";
    WalkResult calls = function.walk([](CallOpInterface call) {
      call->emitError("calls of functions are not supported: a function is "
                      "compiled by itself; write the body of the called one "
                      "here");
      return WalkResult::interrupt();
    });
    if (calls.wasInterrupted())
      return failure();
    for (auto other :
         llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
      if (other != function)
        other.erase();
    return success();
  }

  LogicalResult run(const Phase &phase) {
    auto make = [&] {
      auto pm = std::make_unique<PassManager>(module->getContext(),
                                              ModuleOp::getOperationName());
      pm->enableVerifier(false);
      if (options.trace)
        pm->addInstrumentation(std::make_unique<PassTrace>(*options.trace));
      phase.add(*pm);
      return pm;
    };
    if (!options.passes)
      return make()->run(*module);
    PassCache::Key key{static_cast<int>(phase.reached), isGpu(),
                       getPipelineOptions(options), options.trace};
    PassManager &pm = options.passes->get(key, make);
    assert(pm.getContext() == module->getContext() &&
           "a PassCache serves one context");
    return pm.run(*module);
  }

  bool isGpu() const { return options.target.isGpu(); }

  /// The Program has the host function; what is left is kernels.
  void eraseHost() {
    for (auto host : llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
      host.erase();
  }

  /// Moves the kernels of all gpu.modules into one, since a Program has one PTX
  /// module. Null when there is none.
  gpu::GPUModuleOp mergeGpuModules() {
    gpu::GPUModuleOp all;
    for (auto one :
         llvm::make_early_inc_range(module->getOps<gpu::GPUModuleOp>())) {
      if (!all) {
        all = one;
        all.setSymName("kernels");
        continue;
      }
      all.getBody()->getOperations().splice(all.getBody()->end(),
                                            one.getBody()->getOperations());
      one.erase();
    }
    return all;
  }

  LogicalResult addObject(Program &program) {
    TraceSpan span(options.trace, "machine code and link", "compile");
    FailureOr<std::vector<uint8_t>> object =
        emitSharedObject(*module, options.target.cpu);
    if (failed(object))
      return failure();
    program.cpuObject = std::move(*object);
    return success();
  }

  LogicalResult addPtx(Program &program) {
    TraceSpan span(options.trace, "PTX", "compile");
    FailureOr<PtxModule> ptx = emitPtx(mergeGpuModules(), options.target.name);
    if (failed(ptx))
      return failure();
    program.ptx = std::move(ptx->text);
    llvm::StringMap<const PtxFunction *> byName;
    for (const PtxFunction &function : ptx->entries)
      byName[function.name] = &function;
    for (Kernel &kernel : program.kernels) {
      const PtxFunction *function = byName.lookup(kernel.name);
      if (!function)
        return module->emitError("the PTX has no entry for kernel '")
               << kernel.name << "'";
      PtxEntry entry;
      entry.entry = function->name;
      for (auto [i, threads] : llvm::enumerate(function->block))
        entry.block[i] = threads;
      for (PtxParam param : function->params)
        entry.params.push_back(param == PtxParam::Pointer ? ParamType::Pointer
                               : param == PtxParam::I64   ? ParamType::Int64
                                                          : ParamType::Int32);
      kernel.entry = entry;
    }
    setParameterWidths(program, program.commands);
    return success();
  }

  /// A kernel takes its sizes in the width of its indices.
  static void setParameterWidths(const Program &program,
                                 CommandList &commands) {
    for (Command &command : commands) {
      auto *launch = std::get_if<LaunchCommand>(&command.step);
      if (!launch)
        continue;
      const auto &entry =
          std::get<PtxEntry>(program.kernels[launch->kernel].entry);
      // The last parameter is the status word.
      launch->hasStatus = entry.params.size() == launch->arguments.size() + 1;
      for (auto [argument, type] : llvm::zip(launch->arguments, entry.params))
        if (auto *scalar = std::get_if<ScalarArgument>(&argument))
          scalar->wide = type == ParamType::Int64;
    }
  }

  Expected<Program> build() {
    TraceSpan span(options.trace, "build the program", "compile");
    FailureOr<Program> program =
        buildProgram(module->lookupSymbol<func::FuncOp>(name), sourceOps);
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
  SourceOps sourceOps;
  std::vector<Phase> phases;
};
} // namespace

Expected<Program> theano::compile(ModuleOp module, StringRef name,
                                  const CompileOptions &options) {
  TraceSpan span(options.trace, "all of " + name.str(), "compile");
  return Compilation(module, name, options).compile();
}

Expected<std::string> theano::emitStage(ModuleOp module, StringRef name,
                                        Stage stage,
                                        const CompileOptions &options) {
  return Compilation(module, name, options).emit(stage);
}
