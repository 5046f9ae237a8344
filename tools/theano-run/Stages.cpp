//===- Stages.cpp - shows the compiler at work ----------------------------===//

#include "Stages.h"

#include "theano/Runtime/OpenDevice.h"
#include "theano/Support/File.h"
#include "llvm/Support/FileSystem.h"

#include <cstdio>

using namespace theano;
using namespace theano::run;

Expected<TargetInfo> theano::run::chooseTarget(const Options &options) {
  Expected<DeviceName> name = parseDeviceName(options.device);
  if (!name)
    return name.takeStatus();
  bool gpu = name->kind == DeviceName::Kind::Cuda || !options.arch.empty() ||
             options.emitsGpuStage();
  if (!gpu || options.emit == "asm")
    return resolveTarget(options.cpu);
  return lookupGpuTarget(options.arch.empty() ? "sm_80" : options.arch);
}

Status theano::run::emitStages(SourceFile &file, const Options &options,
                               const CompileOptions &compileOptions) {
  Expected<Stage> stage = parseStage(options.emit);
  if (!stage)
    return stage.takeStatus();
  for (const CallOptions &call : options.calls) {
    Expected<std::string> text =
        emitStage(file.getModule(), call.function, *stage, compileOptions);
    if (!text)
      return text.takeStatus();
    std::fputs(text->c_str(), stdout);
    if (!text->empty() && text->back() != '\n')
      std::fputc('\n', stdout);
  }
  return Status::success();
}

Status theano::run::dumpStages(SourceFile &file, const Options &options,
                               const CompileOptions &compileOptions) {
  if (std::error_code code =
          llvm::sys::fs::create_directories(options.dumpStages))
    return ioError("cannot make the folder " + options.dumpStages + ": " +
                   code.message());
  std::vector<std::string> stages = {"theano", "linalg", "kernels", "program"};
  for (const char *stage : compileOptions.target.isGpu()
                               ? std::vector{"gpu", "nvvm", "ptx"}
                               : std::vector{"llvm", "asm"})
    stages.emplace_back(stage);
  for (const CallOptions &call : options.calls)
    for (const std::string &name : stages) {
      Expected<std::string> text = emitStage(file.getModule(), call.function,
                                             *parseStage(name), compileOptions);
      if (!text)
        return text.takeStatus();
      // A stage at a time: when one fails, those before it help to see why.
      std::string path = options.dumpStages + "/" + call.function + "." + name;
      std::span bytes(reinterpret_cast<const uint8_t *>(text->data()),
                      text->size());
      if (Status status = writeFile(path, bytes); status.failed())
        return status;
    }
  return Status::success();
}

Status theano::run::printPipeline(const Options &options,
                                  const CompileOptions &compileOptions) {
  std::optional<Stage> stage;
  if (!options.emit.empty()) {
    Expected<Stage> parsed = parseStage(options.emit);
    if (!parsed)
      return parsed.takeStatus();
    stage = *parsed;
  }
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  Expected<std::string> text =
      printPassPipeline(&context, stage, compileOptions);
  if (!text)
    return text.takeStatus();
  std::puts(text->c_str());
  return Status::success();
}
