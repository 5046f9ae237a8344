//===- Modules.cpp - code that is loaded into a context -------------------===//

#include "Driver/Modules.h"

#include "Driver/Jit.h"

using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

Result theano::cuda::makeModule(ContextData &context,
                                const std::vector<NamedText> &texts,
                                Module &module, std::string &log) {
  auto made = std::make_unique<ModuleData>();
  made->context = &context;
  THEANO_SIM_TRY(loadImage(texts, context.memory, made->image, log));
  for (const sim::FunctionCode &code : made->image->functions) {
    if (!code.ast->isEntry)
      continue;
    auto function = std::make_unique<FunctionData>();
    function->module = made.get();
    function->code = &code;
    function->name = code.ast->name;
    std::string name = function->name;
    made->functions[name] = state().functions.add(std::move(function));
  }
  module = state().modules.add(std::move(made));
  return Result::Success;
}

void theano::cuda::unloadModule(Module module) {
  if (const ModuleData *found = state().modules.find(module))
    for (const auto &[name, function] : found->functions)
      state().functions.take(function);
  state().modules.take(module);
}

static Result load(Module *module, const void *image, unsigned optionCount,
                   JitOption *options, void **values) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!module || !image)
    return Result::InvalidValue;
  JitLog jitLog;
  THEANO_SIM_TRY(jitLog.read(optionCount, options, values));
  std::vector<NamedText> texts;
  std::string log;
  Result result = readImage(image, texts, log);
  if (result == Result::Success)
    result = makeModule(*context, texts, *module, log);
  jitLog.write(log);
  return result;
}

THEANO_SIM_EXPORT cuModuleLoadDataEx(Module *module, const void *image,
                                     unsigned optionCount, JitOption *options,
                                     void **values) {
  return load(module, image, optionCount, options, values);
}

THEANO_SIM_EXPORT cuModuleLoadData(Module *module, const void *image) {
  return load(module, image, 0, nullptr, nullptr);
}

THEANO_SIM_EXPORT cuModuleLoadFatBinary(Module *module, const void *fatbin) {
  return load(module, fatbin, 0, nullptr, nullptr);
}

THEANO_SIM_EXPORT cuModuleLoad(Module *module, const char *path) {
  if (!module || !path)
    return Result::InvalidValue;
  std::string bytes;
  THEANO_SIM_TRY(readFile(path, bytes));
  return load(module, bytes.c_str(), 0, nullptr, nullptr);
}

THEANO_SIM_EXPORT cuModuleUnload(Module module) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (ModuleData *found = state().modules.find(module))
    waitForIdle(context, *found->context);
  if (!state().modules.find(module))
    return Result::InvalidHandle;
  unloadModule(module);
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleGetLoadingMode(ModuleLoadingMode *mode) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!mode)
    return Result::InvalidValue;
  *mode = ModuleLoadingMode::Eager;
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a module holds
//===----------------------------------------------------------------------===//

Result theano::cuda::findGlobal(const ModuleData &module, const char *name,
                                DevicePtr *address, size_t *bytes) {
  const sim::Image &image = *module.image;
  auto variable = image.globalsByName.find(name);
  if (variable == image.globalsByName.end())
    return Result::NotFound;
  const sim::Image::Global &global = image.globals.at(variable->second);
  if (address)
    *address = global.address;
  if (bytes)
    *bytes = global.bytes;
  return Result::Success;
}

THEANO_SIM_EXPORT cuModuleGetGlobal_v2(DevicePtr *address, size_t *bytes,
                                       Module module, const char *name) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!name || (!address && !bytes))
    return Result::InvalidValue;
  const ModuleData *found = state().modules.find(module);
  return found ? findGlobal(*found, name, address, bytes)
               : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuModuleGetFunction(Function *function, Module module,
                                      const char *name) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!function || !name)
    return Result::InvalidValue;
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  return findNamed(found->functions, name, *function);
}

THEANO_SIM_EXPORT cuModuleGetFunctionCount(unsigned *count, Module module) {
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

THEANO_SIM_EXPORT cuModuleEnumerateFunctions(Function *functions,
                                             unsigned capacity, Module module) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!functions || capacity == 0)
    return Result::InvalidValue;
  ModuleData *found = state().modules.find(module);
  if (!found)
    return Result::InvalidHandle;
  listNamed(found->functions, functions, capacity);
  return Result::Success;
}
