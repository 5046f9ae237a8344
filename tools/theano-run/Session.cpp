//===- Session.cpp - compiles and runs the calls of a command line --------===//

#include "Session.h"

#include "Print.h"
#include "Report.h"
#include "Sweep.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "theano/Program/Describe.h"
#include "theano/Support/Npy.h"
#include "llvm/Support/FileSystem.h"

#include <cstdio>
#include <set>

using namespace mlir;
using namespace theano;
using namespace theano::run;

Status Session::parse() {
  DialectRegistry registry;
  registerForExecution(registry);
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(options.file);
  if (!buffer)
    return ioError("cannot read " + options.file + ": " +
                   buffer.getError().message());
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());

  std::string message, location;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return;
    if (message.empty())
      if (auto at = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
        location = at.getFilename().str() + ":" + std::to_string(at.getLine()) +
                   ":" + std::to_string(at.getColumn());
    message += (message.empty() ? "" : "\n") + diagnostic.str();
  });
  ParserConfig config(context.get());
  Block block;
  if (failed(parseAsmSourceFile(sources, &block, config, &names))) {
    Failure failure = invalidArgument(message);
    failure.location = location;
    return failure;
  }
  // A file holds functions or one module of them.
  if (block.getOperations().size() == 1)
    if (auto only = dyn_cast<ModuleOp>(block.front())) {
      only->remove();
      module = only;
    }
  if (!module) {
    module = ModuleOp::create(
        FileLineColLoc::get(context.get(), options.file, 1, 1));
    module->getBody()->getOperations().splice(module->getBody()->end(),
                                              block.getOperations());
  }
  if (failed(mlir::verify(*module))) {
    Failure failure = invalidArgument(message);
    failure.location = location;
    return failure;
  }
  return Status::success();
}

std::vector<std::string> Session::namesOf(func::FuncOp function, unsigned i) {
  std::vector<std::string> result;
  for (StringRef key : {"theano.name", "theano.shared"})
    if (auto name = function.getArgAttrOfType<StringAttr>(i, key))
      result.push_back(name.str());
  if (const auto *block = names.getBlockDef(&function.getBody().front()))
    if (i < block->arguments.size()) {
      llvm::SMRange range = block->arguments[i].loc;
      StringRef text(range.Start.getPointer(),
                     range.End.getPointer() - range.Start.getPointer());
      result.push_back(text.ltrim('%').str());
    }
  result.push_back(std::to_string(i));
  return result;
}

Status Session::checkNames() {
  std::set<std::string> sharedNames, allInputs;
  for (const CallOptions &call : options.calls) {
    auto function = module->lookupSymbol<func::FuncOp>(call.function);
    if (!function || function.isExternal()) {
      std::string list;
      for (auto other : module->getOps<func::FuncOp>())
        if (!other.isExternal())
          list += (list.empty() ? "'" : ", '") + other.getName().str() + "'";
      return invalidArgument(options.file + " has no function '" +
                             call.function + "'" +
                             (list.empty() ? "" : "; it has " + list));
    }
    std::set<std::string> known;
    std::string list;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      std::vector<std::string> argumentNames = namesOf(function, i);
      if (auto name =
              function.getArgAttrOfType<StringAttr>(i, "theano.shared")) {
        sharedNames.insert(name.str());
        continue;
      }
      known.insert(argumentNames.begin(), argumentNames.end());
      list += (list.empty() ? "'" : ", '") + argumentNames.front() + "'";
    }
    allInputs.insert(known.begin(), known.end());
    auto check = [&](const std::string &name) -> Status {
      if (known.count(name))
        return Status::success();
      return invalidArgument(
          "function '" + call.function + "' has no input called '" + name +
          "'" + (list.empty() ? "; it has none" : "; it has " + list));
    };
    for (const std::string &text :
         ArrayRef(call.inputs).drop_front(call.commonInputs))
      if (std::optional<std::string> name = inputName(text))
        if (Status status = check(*name); status.failed())
          return status;
    if (call.range)
      if (Status status = check(call.range->name); status.failed())
        return status;
  }
  // What stands before the first --call is for whoever takes it.
  const CallOptions &first = options.calls.front();
  for (const std::string &text :
       ArrayRef(first.inputs).take_front(first.commonInputs))
    if (std::optional<std::string> name = inputName(text);
        name && !allInputs.count(*name))
      return invalidArgument("no called function has an input called '" +
                             *name + "'");
  for (const std::string &text : options.shared)
    if (std::optional<std::string> name = inputName(text);
        name && !sharedNames.count(*name))
      return invalidArgument("no called function has a shared variable '" +
                             *name + "'");
  return Status::success();
}

Expected<TargetInfo> Session::chooseTarget() {
  // Only --emit comes here: a running device knows its own target.
  Expected<DeviceName> name = parseDeviceName(options.device);
  if (!name)
    return name.takeStatus();
  bool gpu = name->kind == DeviceName::Kind::Cuda || !options.arch.empty();
  for (const char *stage : {"gpu", "nvvm", "ptx"})
    gpu |= options.emit == stage;
  if (options.emit == "asm")
    gpu = false;
  if (!gpu)
    return resolveTarget(options.cpu);
  return lookupGpuTarget(options.arch.empty() ? "sm_80" : options.arch);
}

Status Session::emit() {
  Expected<Stage> stage = parseStage(options.emit);
  if (!stage)
    return stage.takeStatus();
  Expected<TargetInfo> target = chooseTarget();
  if (!target)
    return target.takeStatus();
  compileOptions.target = *target;
  for (const CallOptions &call : options.calls) {
    Expected<std::string> text =
        emitStage(*module, call.function, *stage, compileOptions);
    if (!text)
      return text.takeStatus();
    std::fputs(text->c_str(), stdout);
    if (!text->empty() && text->back() != '\n')
      std::fputc('\n', stdout);
  }
  return Status::success();
}

Status Session::dumpStages() {
  if (std::error_code code =
          llvm::sys::fs::create_directories(options.dumpStages))
    return ioError("cannot make the folder " + options.dumpStages + ": " +
                   code.message());
  bool gpu = compileOptions.target.isGpu();
  std::vector<std::string> stages = {"theano", "linalg", "kernels", "program"};
  for (const char *stage :
       gpu ? std::vector{"gpu", "nvvm", "ptx"} : std::vector{"llvm", "asm"})
    stages.emplace_back(stage);
  for (const CallOptions &call : options.calls)
    for (const std::string &name : stages) {
      Expected<std::string> text =
          emitStage(*module, call.function, *parseStage(name), compileOptions);
      if (!text)
        return text.takeStatus();
      std::string path = options.dumpStages + "/" + call.function + "." + name;
      std::error_code code;
      llvm::raw_fd_ostream file(path, code);
      if (code)
        return ioError("cannot write " + path + ": " + code.message());
      file << *text;
    }
  return Status::success();
}

Status Session::openDevice() {
  Expected<TargetInfo> cpu = resolveTarget(options.cpu);
  if (!cpu)
    return cpu.takeStatus();
  if (cpu->isGpu())
    return invalidArgument("--cpu takes a CPU, not '" + options.cpu + "'");
  CpuDeviceOptions cpuOptions;
  cpuOptions.target = *cpu;
  cpuOptions.threads = options.threads;
  cpuOptions.exactAllocations = options.exactAllocations;
  cpuOptions.blas = options.blas;
  CudaDeviceOptions cudaOptions;
  cudaOptions.driverPath = options.cudaDriver;
  cudaOptions.exactAllocations = options.exactAllocations;
  Expected<OpenedDevice> opened =
      theano::openDevice(options.device, cpuOptions, cudaOptions);
  if (!opened)
    return opened.takeStatus();
  device = opened->device;
  compileOptions.target = device->target();
  compileOptions.useBlas = device->hasGemm();
  if (device->target().isGpu() && !options.arch.empty()) {
    Expected<TargetInfo> target = lookupGpuTarget(options.arch);
    if (!target)
      return target.takeStatus();
    compileOptions.target = *target;
  } else if (!options.arch.empty()) {
    // Say now that the name is wrong, not only where a GPU is.
    if (Expected<TargetInfo> target = lookupGpuTarget(options.arch); !target)
      return target.takeStatus();
  }
  if (!options.safeUpdates)
    return unsupported("--safe-updates=off asks for updates in place, which no "
                       "device does yet: spare buffers are always kept; leave "
                       "it out");
  return Status::success();
}

Expected<std::shared_ptr<SharedVariable>>
Session::getShared(const std::string &name) {
  if (auto it = shared.find(name); it != shared.end())
    return it->second;
  const HostArray *value = sharedValues.find({name});
  if (!value)
    return invalidArgument("shared variable '" + name +
                           "' has no value; give one with --shared " + name +
                           "=...");
  Expected<std::shared_ptr<SharedVariable>> variable =
      SharedVariable::create(device, name, *value);
  if (variable)
    shared[name] = *variable;
  return variable;
}

Status Session::runCall(const CallOptions &call) {
  auto function = module->lookupSymbol<func::FuncOp>(call.function);
  int64_t compileStart = Trace::now();
  Expected<Program> program = compile(*module, call.function, compileOptions);
  if (!program)
    return program.takeStatus();
  // Messages call an input what the command line calls it.
  for (auto [i, input] : llvm::enumerate(program->inputs))
    if (!input.isShared())
      input.name = namesOf(function, i).front();
  Expected<std::shared_ptr<Executable>> executable =
      Executable::load(std::move(*program), device);
  if (!executable)
    return executable.takeStatus();
  int64_t compileTime = Trace::now() - compileStart;

  Expected<GivenArrays> given = readArrays(call.inputs);
  if (!given)
    return given.takeStatus();
  Sweep sweep;
  sweep.executable = *executable;
  const std::vector<InputInfo> &inputs = (*executable)->program().inputs;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (input.isShared()) {
      Expected<std::shared_ptr<SharedVariable>> variable =
          getShared(input.sharedName);
      if (!variable)
        return variable.takeStatus();
      sweep.shared.push_back(*variable);
      continue;
    }
    std::vector<std::string> argumentNames = namesOf(function, i);
    if (call.range && llvm::is_contained(argumentNames, call.range->name)) {
      if (!input.dims.empty() || isFloat(input.dtype) ||
          input.dtype == DType::Bool)
        return typeError("--for counts argument '" + call.range->name +
                         "', which must be a 0-d integer");
      sweep.rangeInput = sweep.inputs.size();
      sweep.inputs.push_back(*HostArray::allocate(input.dtype, {}));
      continue;
    }
    const HostArray *array = given->find(argumentNames);
    if (!array)
      return invalidArgument("input '" + argumentNames.front() +
                             "' of function '" + call.function +
                             "' is missing; give it with -i " +
                             argumentNames.front() + "=...");
    // NumPy has no bfloat16; its arrays travel as float32.
    if (input.dtype == DType::BFloat16 && array->dtype() == DType::Float32) {
      Expected<HostArray> narrow = convertElements(*array, DType::BFloat16);
      if (!narrow)
        return narrow.takeStatus();
      sweep.inputs.push_back(*narrow);
      continue;
    }
    sweep.inputs.push_back(*array);
  }
  if (options.explain)
    std::fputs(describe((*executable)->program()).c_str(), stdout);
  Trace trace;
  if (!options.trace.empty())
    sweep.trace = &trace;
  device->resetPeak();
  Expected<NamedArrays> results = runSweep(sweep, call);
  if (!results)
    return results.takeStatus();
  if (options.explain)
    std::printf("peak memory: %zu bytes\n", device->peakBytes());
  if (options.time)
    printTimes(call.function, compileTime, sweep.callTimes, stdout);
  if (!options.trace.empty()) {
    std::error_code code;
    llvm::raw_fd_ostream file(options.trace, code);
    if (code)
      return ioError("cannot write " + options.trace + ": " + code.message());
    file << trace.toChromeJson();
  }

  if (call.output.empty()) {
    bool many = results->size() > 1;
    // A sweep has printed its line already.
    if (!call.range && call.repeat == 1)
      for (auto &[name, array] : *results)
        std::printf("%s%s\n", many ? (name + " = ").c_str() : "",
                    formatArray(array).c_str());
    return Status::success();
  }
  if (StringRef(call.output).ends_with(".npz"))
    return writeNpz(call.output, *results);
  if (results->size() != 1)
    return invalidArgument(
        "an .npy file holds one result and function '" + call.function +
        "' has " + std::to_string(results->size()) + "; write an .npz file");
  return writeNpy(call.output, results->front().second);
}

Status Session::writeShared() {
  if (options.sharedOutput.empty())
    return Status::success();
  NamedArrays arrays;
  for (auto &[name, variable] : shared) {
    Expected<HostArray> value = variable->get();
    if (!value)
      return value.takeStatus();
    arrays.emplace_back(name, *value);
  }
  return writeNpz(options.sharedOutput, arrays);
}

Status Session::run() {
  if (Status status = parse(); status.failed())
    return status;
  compileOptions.theanoRewrites = options.theanoRewrites;
  if (Status status = checkNames(); status.failed())
    return status;
  if (!options.emit.empty())
    return emit();
  if (Status status = openDevice(); status.failed())
    return status;
  if (!options.dumpStages.empty())
    if (Status status = dumpStages(); status.failed())
      return status;
  Expected<GivenArrays> values = readArrays(options.shared);
  if (!values)
    return values.takeStatus();
  sharedValues = *values;
  for (const CallOptions &call : options.calls)
    if (Status status = runCall(call); status.failed())
      return status;
  return writeShared();
}
