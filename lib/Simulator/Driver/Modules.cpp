//===- Modules.cpp - code that is loaded ----------------------------------===//

#include "Driver/Jit.h"
#include "Driver/State.h"

#include "Instructions/Families.h"
#include "Machine/Decoder.h"
#include "Machine/Target.h"
#include "Ptx/Parser.h"

#include <cstring>
#include <new>

using namespace theano::cuda;
using namespace theano::sim;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

namespace {

Result resultOf(Refusal refusal) {
  switch (refusal) {
  case Refusal::NewerVersion:
    return Result::UnsupportedPtxVersion;
  case Refusal::NoMemory:
    return Result::OutOfMemory;
  case Refusal::Invalid:
    break;
  }
  return Result::InvalidPtx;
}

Result loadText(ContextData &context, const void *image, std::string &log,
                std::unique_ptr<Image> &made) {
  const char *text = static_cast<const char *>(image);
  if (std::strncmp(text,
                   "\x7f"
                   "ELF",
                   4) == 0 ||
      std::strncmp(text, "\x50\xed\x55\xba", 4) == 0) {
    log = "ptxas fatal   : the image is compiled code (a cubin or fatbin), "
          "which is not simulated; expected PTX text\n";
    return Result::NoBinaryForGpu;
  }
  Diagnostics diagnostics;
  std::unique_ptr<theano::sim::Module> module = parsePtx(text, diagnostics);
  if (module &&
      static_cast<int>(archNumber(module->target)) > state().options.arch) {
    log = "ptxas fatal   : the target " + std::string(module->target) +
          " is newer than the device, sm_" +
          std::to_string(state().options.arch) + "\n";
    return Result::NoBinaryForGpu;
  }
  if (module)
    made = decode(std::move(module), instructionTable(), context.memory,
                  diagnostics);
  log = diagnostics.log();
  return made ? Result::Success : resultOf(diagnostics.refusal());
}

} // namespace

THEANO_SIM_EXPORT cuModuleLoadDataEx(theano::cuda::Module *module,
                                     const void *image, unsigned optionCount,
                                     JitOption *options, void **values) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!module || !image)
    return Result::InvalidValue;
  JitLog jitLog;
  THEANO_SIM_TRY(jitLog.read(optionCount, options, values));
  auto made = std::make_unique<ModuleData>();
  std::string log;
  Result result = Result::OutOfMemory;
  try {
    result = loadText(*context, image, log, made->image);
  } catch (const std::bad_alloc &) {
    log = "ptxas fatal   : the host has no memory left for what it makes of "
          "the text\n";
  }
  jitLog.write(log);
  THEANO_SIM_TRY(result);
  made->context = &*context;
  for (const FunctionCode &code : made->image->functions) {
    if (!code.ast->isEntry)
      continue;
    auto function = std::make_unique<FunctionData>();
    function->module = made.get();
    function->code = &code;
    function->name = code.ast->name;
    std::string name = function->name;
    made->functions[name] = state().functions.add(std::move(function));
  }
  *module = state().modules.add(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleUnload(theano::cuda::Module module) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  waitForIdle(context, *found->context);
  found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  for (const auto &[name, function] : found->functions)
    state().functions.take(function);
  state().modules.take(module);
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a module holds
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuModuleGetFunction(theano::cuda::Function *function,
                                      theano::cuda::Module module,
                                      const char *name) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!function || !name)
    return Result::InvalidValue;
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  auto entry = found->functions.find(std::string_view(name));
  if (entry == found->functions.end())
    return Result::NotFound;
  *function = entry->second;
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleGetFunctionCount(unsigned *count,
                                           theano::cuda::Module module) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!count)
    return Result::InvalidValue;
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  *count = static_cast<unsigned>(found->functions.size());
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleEnumerateFunctions(theano::cuda::Function *functions,
                                             unsigned capacity,
                                             theano::cuda::Module module) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!functions || capacity == 0)
    return Result::InvalidValue;
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  unsigned written = 0;
  for (const auto &[name, function] : found->functions)
    if (written < capacity)
      functions[written++] = function;
  return Result::Success;
}
