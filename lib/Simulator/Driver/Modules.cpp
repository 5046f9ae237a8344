//===- Modules.cpp - code and functions -----------------------------------===//

#include "Driver/State.h"

#include "Instructions/Families.h"
#include "Machine/Decoder.h"
#include "Machine/Launch.h"
#include "Machine/Target.h"
#include "Ptx/Parser.h"

#include <algorithm>
#include <cstring>
#include <new>

using namespace theano::cuda;
using namespace theano::sim;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

namespace {

/// The log buffers among the options of a load.
class JitLog {
public:
  Result read(unsigned count, const JitOption *options, void **values) {
    if (count && (!options || !values))
      return Result::InvalidValue;
    for (unsigned i = 0; i < count; ++i) {
      switch (options[i]) {
      case JitOption::InfoLogBuffer:
        info_ = static_cast<char *>(values[i]);
        break;
      case JitOption::InfoLogBufferSizeBytes:
        infoSize_ = &values[i];
        break;
      case JitOption::ErrorLogBuffer:
        error_ = static_cast<char *>(values[i]);
        break;
      case JitOption::ErrorLogBufferSizeBytes:
        errorSize_ = &values[i];
        break;
      default:
        break; // optimisation levels and the like do not change results
      }
    }
    return Result::Success;
  }

  /// Ends a load: fills the buffers, and their sizes with what was written.
  void write(const std::string &errors) const {
    fill(info_, infoSize_, "");
    fill(error_, errorSize_, errors);
  }

private:
  static void fill(char *buffer, void **size, const std::string &text) {
    if (!size)
      return;
    auto room = static_cast<size_t>(reinterpret_cast<uintptr_t>(*size));
    size_t written = 0;
    if (buffer && room) {
      written = std::min(room - 1, text.size());
      std::memcpy(buffer, text.data(), written);
      buffer[written] = '\0';
    }
    *size = reinterpret_cast<void *>(written);
  }

  char *info_ = nullptr, *error_ = nullptr;
  void **infoSize_ = nullptr, **errorSize_ = nullptr;
};

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

Result loadText(ContextObject &context, const void *image, std::string &log,
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
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!module || !image)
    return Result::InvalidValue;
  JitLog jitLog;
  THEANO_SIM_TRY(jitLog.read(optionCount, options, values));
  auto made = std::make_unique<ModuleObject>();
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
  made->context = context;
  for (const FunctionCode &code : made->image->functions) {
    if (!code.ast->isEntry)
      continue;
    auto function = std::make_unique<FunctionObject>();
    function->module = made.get();
    function->code = &code;
    made->functions[std::string(code.ast->name)] = std::move(function);
  }
  *module = made.get();
  context->modules[*module] = std::move(made);
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleUnload(theano::cuda::Module module) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  return context->modules.erase(module) ? Result::Success
                                        : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuModuleGetFunction(theano::cuda::Function *function,
                                      theano::cuda::Module module,
                                      const char *name) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!function || !name)
    return Result::InvalidValue;
  auto found = context->modules.find(module);
  if (found == context->modules.end())
    return Result::InvalidHandle;
  auto &functions = found->second->functions;
  auto entry = functions.find(std::string_view(name));
  if (entry == functions.end())
    return Result::NotFound;
  *function = entry->second.get();
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a module holds
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuModuleGetFunctionCount(unsigned *count,
                                           theano::cuda::Module module) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!count)
    return Result::InvalidValue;
  auto found = context->modules.find(module);
  if (found == context->modules.end())
    return Result::InvalidHandle;
  *count = static_cast<unsigned>(found->second->functions.size());
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleEnumerateFunctions(theano::cuda::Function *functions,
                                             unsigned capacity,
                                             theano::cuda::Module module) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!functions || capacity == 0)
    return Result::InvalidValue;
  auto found = context->modules.find(module);
  if (found == context->modules.end())
    return Result::InvalidHandle;
  unsigned written = 0;
  for (const auto &[name, entry] : found->second->functions)
    if (written < capacity)
      functions[written++] = entry.get();
  return Result::Success;
}

static FunctionObject *findFunction(ContextObject &context,
                                    theano::cuda::Function function) {
  for (auto &[handle, module] : context.modules)
    for (auto &[name, entry] : module->functions)
      if (entry.get() == function)
        return entry.get();
  return nullptr;
}

THEANO_SIM_EXPORT cuFuncGetName(const char **name,
                                theano::cuda::Function function) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!name)
    return Result::InvalidValue;
  FunctionObject *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  // The module's key, which is terminated; the name in the text is not.
  *name = found->module->functions.find(found->code->ast->name)->first.c_str();
  return Result::Success;
}

THEANO_SIM_EXPORT cuFuncGetParamInfo(theano::cuda::Function function,
                                     size_t index, size_t *offset,
                                     size_t *bytes) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  if (!offset)
    return Result::InvalidValue;
  FunctionObject *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  // An index past the last parameter is how callers find their number.
  if (index >= found->code->parameters.size())
    return Result::InvalidValue;
  *offset = found->code->parameters[index].at;
  if (bytes)
    *bytes = found->code->parameters[index].bytes;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

static constexpr uint32_t defaultSharedBytes = 48 << 10;

THEANO_SIM_EXPORT cuFuncSetAttribute(theano::cuda::Function function,
                                     FunctionAttribute attribute, int value) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  FunctionObject *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  if (attribute != FunctionAttribute::MaxDynamicSharedSizeBytes)
    return Result::InvalidValue;
  int most = (state().options.arch >= 90 ? 227 : 163) << 10;
  if (value < 0 || value > most - static_cast<int>(found->code->sharedBytes))
    return Result::InvalidValue;
  found->maxDynamicShared = value;
  return Result::Success;
}

/// Gathers the parameters from an address each, or from one packed buffer.
static Result readParameters(const FunctionCode &code, void **parameters,
                             void **extra, std::vector<char> &buffer) {
  buffer.assign(code.parameterBytes, 0);
  if (parameters && extra)
    return Result::InvalidValue;
  if (extra) {
    const void *from = nullptr;
    const size_t *size = nullptr;
    for (; *extra; extra += 2) {
      auto key = reinterpret_cast<uintptr_t>(extra[0]);
      if (key == 1)
        from = extra[1];
      else if (key == 2)
        size = static_cast<const size_t *>(extra[1]);
      else
        return Result::InvalidValue;
    }
    if (!from || !size || *size < buffer.size())
      return Result::InvalidValue;
    std::memcpy(buffer.data(), from, buffer.size());
    return Result::Success;
  }
  for (size_t i = 0; i < code.parameters.size(); ++i) {
    if (!parameters || !parameters[i])
      return Result::InvalidValue;
    std::memcpy(buffer.data() + code.parameters[i].at, parameters[i],
                code.parameters[i].bytes);
  }
  return Result::Success;
}

static Result checkSizes(const FunctionObject &function,
                         const LaunchSpec &launch) {
  const std::array<uint64_t, 3> mostGrid = {0x7fffffff, 65535, 65535};
  const std::array<uint64_t, 3> mostBlock = {1024, 1024, 64};
  uint64_t threads = 1;
  for (size_t i = 0; i < 3; ++i) {
    if (launch.grid[i] == 0 || launch.grid[i] > mostGrid[i] ||
        launch.block[i] == 0 || launch.block[i] > mostBlock[i])
      return Result::InvalidValue;
    threads *= launch.block[i];
  }
  if (threads > 1024)
    return Result::InvalidValue;
  const theano::sim::Function &ast = *function.code->ast;
  uint64_t bound = 1;
  bool same = true;
  for (size_t i = 0; i < 3; ++i) {
    bound *= ast.maxThreads[i];
    same &= ast.maxThreads[i] == launch.block[i];
  }
  if (bound && (threads > bound || (ast.requiredThreads && !same)))
    return Result::LaunchOutOfResources;
  uint64_t shared = uint64_t(function.code->sharedBytes) + launch.dynamicShared;
  bool allowed = shared <= defaultSharedBytes ||
                 launch.dynamicShared <=
                     static_cast<uint32_t>(function.maxDynamicShared) ||
                 (launch.dynamicShared == 0);
  return allowed ? Result::Success : Result::InvalidValue;
}

THEANO_SIM_EXPORT cuLaunchKernel(theano::cuda::Function function,
                                 unsigned gridX, unsigned gridY, unsigned gridZ,
                                 unsigned blockX, unsigned blockY,
                                 unsigned blockZ, unsigned sharedBytes,
                                 Stream stream, void **parameters,
                                 void **extra) {
  Call call;
  Context context = nullptr;
  THEANO_SIM_TRY(call.current(context));
  FunctionObject *found = findFunction(*context, function);
  if (!found || !isStream(context, stream))
    return Result::InvalidHandle;
  auto declared = std::exchange(context->declared[stream], {});
  LaunchSpec launch;
  launch.image = found->module->image.get();
  launch.kernel = found->code;
  launch.grid = {gridX, gridY, gridZ};
  launch.block = {blockX, blockY, blockZ};
  launch.dynamicShared = sharedBytes;
  launch.memory = &context->memory;
  THEANO_SIM_TRY(checkSizes(*found, launch));
  THEANO_SIM_TRY(
      readParameters(*found->code, parameters, extra, launch.parameters));
  launch.number = ++context->launches;

  LaunchResult result = runLaunch(launch, state().options.launch);
  state().totals.add(launch, result, declared);
  if (result.fault) {
    context->sticky = result.fault->result;
    state().addFinding(result.fault->text());
  }
  return Result::Success;
}
