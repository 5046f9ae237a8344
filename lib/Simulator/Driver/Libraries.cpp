//===- Libraries.cpp - code that belongs to no context --------------------===//
//
// A library is read when it is loaded, and becomes a module of each context
// that uses it. Its own copy answers what does not depend on a context.
//
//===----------------------------------------------------------------------===//

#include "Driver/Libraries.h"

#include "Driver/Functions.h"
#include "Driver/Jit.h"
#include "Driver/Modules.h"

using namespace theano::cuda;
namespace sim = theano::sim;

namespace {

struct LibraryData;

struct KernelData {
  Kernel handle = nullptr;
  LibraryData *library = nullptr;
  FunctionData prototype; ///< of the library's own copy
};

struct LibraryData {
  Library handle = nullptr;
  std::vector<NamedText> texts;
  sim::AddressSpace memory{deviceMemory()};
  ModuleData copy;
  NamedHandles<Kernel> kernels;
  std::map<Context, Module> modules;
};

/// Of the process, as libraries are; never destroyed, like the state.
struct Tables {
  Objects<Library, LibraryData> libraries;
  Objects<Kernel, KernelData> kernels;
};
Tables &tables() {
  static auto *made = new Tables();
  return *made;
}

/// The library's module in `context`, which is loaded where it is not there.
Result moduleOf(LibraryData &library, ContextData &context,
                ModuleData *&module) {
  Module &handle = library.modules[context.handle];
  module = state().modules.find(handle);
  if (module)
    return Result::Success;
  std::string log;
  THEANO_SIM_TRY(makeModule(context, library.texts, handle, log));
  module = state().modules.find(handle);
  // What was set for the kernel holds for all contexts.
  for (const auto &[name, kernel] : library.kernels) {
    FunctionData &function =
        *state().functions.find(module->functions.at(name));
    const FunctionData &set = tables().kernels.find(kernel)->prototype;
    function.maxDynamicShared = set.maxDynamicShared;
    function.carveout = set.carveout;
  }
  return Result::Success;
}

Result load(Library *library, const void *code, unsigned optionCount,
            const JitOption *options, void **values) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!library || !code)
    return Result::InvalidValue;
  JitLog jitLog;
  THEANO_SIM_TRY(jitLog.read(optionCount, options, values));
  auto made = std::make_unique<LibraryData>();
  std::string log;
  Result result = readImage(code, made->texts, log);
  if (result == Result::Success)
    result = loadImage(made->texts, made->memory, made->copy.image, log);
  jitLog.write(log);
  THEANO_SIM_TRY(result);
  for (const sim::FunctionCode &function : made->copy.image->functions) {
    if (!function.ast->isEntry)
      continue;
    auto kernel = std::make_unique<KernelData>();
    kernel->library = made.get();
    kernel->prototype.module = &made->copy;
    kernel->prototype.code = &function;
    kernel->prototype.name = function.ast->name;
    std::string name = kernel->prototype.name;
    made->kernels[name] = tables().kernels.add(std::move(kernel));
  }
  *library = tables().libraries.add(std::move(made));
  return Result::Success;
}

} // namespace

FunctionData *theano::cuda::functionOfKernel(ContextData &context,
                                             Kernel kernel) {
  KernelData *found = tables().kernels.find(kernel);
  ModuleData *module = nullptr;
  if (!found || moduleOf(*found->library, context, module) != Result::Success)
    return nullptr;
  return state().functions.find(module->functions.at(found->prototype.name));
}

//===----------------------------------------------------------------------===//
// Libraries
//===----------------------------------------------------------------------===//

static Result checkOptions(const LibraryOption *options, unsigned count) {
  if (count && !options)
    return Result::InvalidValue;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] > LibraryOption::BinaryIsPreserved)
      return Result::InvalidValue;
    // Functions that host and device call by one address.
    if (options[i] == LibraryOption::HostUniversalFunctionAndDataTable)
      return Result::NotSupported;
  }
  return Result::Success;
}

THEANO_SIM_EXPORT cuLibraryLoadData(Library *library, const void *code,
                                    JitOption *options, void **values,
                                    unsigned optionCount,
                                    LibraryOption *libraryOptions,
                                    void **libraryValues,
                                    unsigned libraryOptionCount) {
  THEANO_SIM_TRY(checkOptions(libraryOptions, libraryOptionCount));
  return load(library, code, optionCount, options, values);
}

THEANO_SIM_EXPORT cuLibraryLoadFromFile(Library *library, const char *path,
                                        JitOption *options, void **values,
                                        unsigned optionCount,
                                        LibraryOption *libraryOptions,
                                        void **libraryValues,
                                        unsigned libraryOptionCount) {
  if (!library || !path)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkOptions(libraryOptions, libraryOptionCount));
  std::string bytes;
  THEANO_SIM_TRY(readFile(path, bytes));
  return load(library, bytes.c_str(), optionCount, options, values);
}

THEANO_SIM_EXPORT cuLibraryUnload(Library library) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  auto modules = found->modules;
  for (const auto &[context, module] : modules) {
    if (ContextData *of = state().contexts.find(context))
      waitForIdle(call, *of);
    unloadModule(module);
  }
  std::unique_ptr<LibraryData> taken = tables().libraries.take(library);
  if (!taken)
    return Result::InvalidHandle;
  for (const auto &[name, kernel] : taken->kernels)
    tables().kernels.take(kernel);
  return Result::Success;
}

THEANO_SIM_EXPORT cuLibraryGetModule(Module *module, Library library) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!module)
    return Result::InvalidValue;
  LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  ModuleData *loaded = nullptr;
  THEANO_SIM_TRY(moduleOf(*found, *context, loaded));
  *module = loaded->handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuLibraryGetGlobal(DevicePtr *address, size_t *bytes,
                                     Library library, const char *name) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!name || (!address && !bytes))
    return Result::InvalidValue;
  LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  ModuleData *loaded = nullptr;
  THEANO_SIM_TRY(moduleOf(*found, *context, loaded));
  return findGlobal(*loaded, name, address, bytes);
}

/// For what no library here has: managed variables and functions of the host.
static Result findNothing(Library library, const char *name) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!name)
    return Result::InvalidValue;
  return tables().libraries.find(library) ? Result::NotFound
                                          : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuLibraryGetManaged(DevicePtr *address, size_t *bytes,
                                      Library library, const char *name) {
  return findNothing(library, name);
}

THEANO_SIM_EXPORT cuLibraryGetUnifiedFunction(void **function, Library library,
                                              const char *name) {
  return findNothing(library, name);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuLibraryGetKernel(Kernel *kernel, Library library,
                                     const char *name) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!kernel || !name)
    return Result::InvalidValue;
  const LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  return findNamed(found->kernels, name, *kernel);
}

THEANO_SIM_EXPORT cuLibraryGetKernelCount(unsigned *count, Library library) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!count)
    return Result::InvalidValue;
  const LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  *count = static_cast<unsigned>(found->kernels.size());
  return Result::Success;
}

THEANO_SIM_EXPORT cuLibraryEnumerateKernels(Kernel *kernels, unsigned capacity,
                                            Library library) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!kernels || capacity == 0)
    return Result::InvalidValue;
  const LibraryData *found = tables().libraries.find(library);
  if (!found)
    return Result::InvalidHandle;
  listNamed(found->kernels, kernels, capacity);
  return Result::Success;
}

THEANO_SIM_EXPORT cuKernelGetFunction(Function *function, Kernel kernel) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!function)
    return Result::InvalidValue;
  const FunctionData *found = functionOfKernel(*context, kernel);
  if (!found)
    return Result::InvalidHandle;
  *function = found->handle;
  return Result::Success;
}

/// The kernel of a handle, for what does not depend on a context.
static Result find(const Call &call, Kernel kernel, KernelData *&found) {
  THEANO_SIM_TRY(call.initialized());
  found = tables().kernels.find(kernel);
  return found ? Result::Success : Result::InvalidHandle;
}

THEANO_SIM_EXPORT cuKernelGetLibrary(Library *library, Kernel kernel) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  if (!library)
    return Result::InvalidValue;
  *library = found->library->handle;
  return Result::Success;
}

THEANO_SIM_EXPORT cuKernelGetName(const char **name, Kernel kernel) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  if (!name)
    return Result::InvalidValue;
  *name = found->prototype.name.c_str();
  return Result::Success;
}

THEANO_SIM_EXPORT cuKernelGetParamInfo(Kernel kernel, size_t index,
                                       size_t *offset, size_t *bytes) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  return readParameter(found->prototype, index, offset, bytes);
}

THEANO_SIM_EXPORT cuKernelGetAttribute(int *value, FunctionAttribute attribute,
                                       Kernel kernel, Device device) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  if (!value)
    return Result::InvalidValue;
  if (device != deviceNumber)
    return Result::InvalidDevice;
  return readAttribute(found->prototype, attribute, *value);
}

THEANO_SIM_EXPORT cuKernelSetAttribute(FunctionAttribute attribute, int value,
                                       Kernel kernel, Device device) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  if (device != deviceNumber)
    return Result::InvalidDevice;
  THEANO_SIM_TRY(setAttribute(found->prototype, attribute, value));
  for (const auto &[context, handle] : found->library->modules)
    if (const ModuleData *module = state().modules.find(handle))
      setAttribute(
          *state().functions.find(module->functions.at(found->prototype.name)),
          attribute, value);
  return Result::Success;
}

THEANO_SIM_EXPORT cuKernelSetCacheConfig(Kernel kernel, CacheConfig config,
                                         Device device) {
  Call call;
  KernelData *found = nullptr;
  THEANO_SIM_TRY(find(call, kernel, found));
  if (device != deviceNumber)
    return Result::InvalidDevice;
  return config <= CacheConfig::PreferEqual ? Result::Success
                                            : Result::InvalidValue;
}
