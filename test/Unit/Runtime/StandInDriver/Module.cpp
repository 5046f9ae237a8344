//===- Module.cpp - modules and launches of the stand-in driver -----------===//

#include "State.h"

#include <cctype>
#include <cstring>

using namespace theano::standin;

namespace theano::standin {

namespace {
std::string withoutComments(const std::string &text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "//") == 0)
      i = std::min(text.find('\n', i), text.size() - 1);
    else if (text.compare(i, 2, "/*") == 0)
      i = std::min(text.find("*/", i + 2), text.size() - 2) + 1;
    else
      result += text[i];
  }
  return result;
}

/// The bytes of one `.param` declaration, 0 when it cannot be read.
size_t parameterSize(const std::string &text) {
  size_t element = 0;
  for (const char *type : {".b64", ".u64", ".s64", ".f64"})
    element = text.find(type) != std::string::npos ? 8 : element;
  for (const char *type : {".b32", ".u32", ".s32", ".f32"})
    element = text.find(type) != std::string::npos ? 4 : element;
  for (const char *type : {".b16", ".u16", ".s16", ".f16"})
    element = text.find(type) != std::string::npos ? 2 : element;
  for (const char *type : {".b8", ".u8", ".s8"})
    element = text.find(type) != std::string::npos ? 1 : element;
  size_t bracket = text.find('[');
  if (bracket != std::string::npos)
    element *= std::strtoul(text.c_str() + bracket + 1, nullptr, 10);
  return element;
}
} // namespace

std::vector<KernelSignature> parseEntries(const std::string &ptx) {
  std::vector<KernelSignature> entries;
  std::string text = withoutComments(ptx);
  const std::string word = ".entry";
  for (size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + 1)) {
    size_t begin = text.find_first_not_of(" \t\r\n", at + word.size());
    size_t end = text.find_first_of(" \t\r\n({.", begin);
    if (begin == std::string::npos || end == std::string::npos)
      break;
    KernelSignature entry;
    entry.name = text.substr(begin, end - begin);
    size_t open = text.find_first_not_of(" \t\r\n", end);
    if (open != std::string::npos && text[open] == '(') {
      size_t close = text.find(')', open);
      for (size_t p = text.find(".param", open);
           p != std::string::npos && p < close;) {
        size_t next = std::min(text.find(',', p), close);
        entry.parameterSizes.push_back(parameterSize(text.substr(p, next - p)));
        p = text.find(".param", next);
      }
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

namespace {
void *launchMemory(DevicePtr address, size_t bytes) {
  return State::get().memory(address, bytes, "kernel");
}

/// Everything that a launch needs later, when it runs.
struct LaunchRecord {
  std::string kernel;
  unsigned grid[3], block[3], sharedBytes;
  std::vector<std::vector<uint64_t>> values; // aligned copies
  Result fault = Result::Success;

  Result run() const {
    State &state = State::get();
    if (fault != Result::Success)
      return fault;
    auto it = state.bodies.find(kernel);
    if (it == state.bodies.end())
      return Result::Success; // checked when it was launched
    std::vector<const void *> parameters;
    for (const auto &value : values)
      parameters.push_back(value.data());
    Launch launch = {kernel.c_str(),
                     {grid[0], grid[1], grid[2]},
                     {block[0], block[1], block[2]},
                     sharedBytes,
                     static_cast<unsigned>(values.size()),
                     parameters.data(),
                     launchMemory};
    it->second.body(launch, it->second.user);
    return Result::Success;
  }
};

/// Writes a line where the caller asked for the log.
void writeLog(const std::string &text, JitOption buffer, JitOption size,
              unsigned count, const JitOption *options, void **values) {
  char *target = nullptr;
  size_t capacity = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == buffer)
      target = static_cast<char *>(values[i]);
    if (options[i] == size)
      capacity = reinterpret_cast<size_t>(values[i]);
  }
  if (!target || capacity == 0)
    return;
  std::strncpy(target, text.c_str(), capacity);
  target[capacity - 1] = 0;
}
} // namespace
} // namespace theano::standin

STANDIN_EXPORT Result cuModuleLoadDataEx(Module *module, const void *image,
                                         unsigned optionCount,
                                         JitOption *options, void **values) {
  auto log = [&](const std::string &text) {
    writeLog(text, JitOption::ErrorLogBuffer,
             JitOption::ErrorLogBufferSizeBytes, optionCount, options, values);
  };
  if (willFail("cuModuleLoadDataEx"))
    log("stand-in driver: this load was told to fail\n");
  return call("cuModuleLoadDataEx", Needs::Context, [&] {
    State &state = State::get();
    std::string ptx = static_cast<const char *>(image);
    if (ptx.find(".version") == std::string::npos) {
      log("ptxas application ptx input, line 1; fatal: missing .version\n");
      return Result::InvalidPtx;
    }
    *module = state.newHandle<Module>();
    ModuleState &made = state.modules[*module];
    for (KernelSignature &entry : parseEntries(ptx)) {
      auto function = state.newHandle<Function>();
      made.functions[entry.name] = function;
      state.functions[function] = {std::move(entry), *module, 48 * 1024};
    }
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuModuleUnload(Module module) {
  State &state = State::get();
  std::lock_guard<std::recursive_mutex> lock(state.mutex);
  auto it = state.modules.find(module);
  if (it != state.modules.end())
    it->second.releaseTried = true;
  return call("cuModuleUnload", Needs::Context, [&] {
    if (it == state.modules.end()) {
      state.find("cuModuleUnload: unknown module");
      return Result::InvalidHandle;
    }
    Result result = state.drainAll();
    for (const auto &[name, function] : it->second.functions)
      state.functions.erase(function);
    state.modules.erase(it);
    return result;
  });
}

STANDIN_EXPORT Result cuModuleGetFunction(Function *function, Module module,
                                          const char *name) {
  return call("cuModuleGetFunction", Needs::Context, [&] {
    State &state = State::get();
    auto it = state.modules.find(module);
    if (it == state.modules.end()) {
      state.find("cuModuleGetFunction: unknown module");
      return Result::InvalidHandle;
    }
    auto found = it->second.functions.find(name);
    if (found == it->second.functions.end())
      return Result::NotFound;
    *function = found->second;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuFuncSetAttribute(Function function,
                                         FunctionAttribute attribute,
                                         int value) {
  return call("cuFuncSetAttribute", Needs::Context, [&] {
    State &state = State::get();
    auto it = state.functions.find(function);
    if (it == state.functions.end()) {
      state.find("cuFuncSetAttribute: unknown function");
      return Result::InvalidHandle;
    }
    if (attribute != FunctionAttribute::MaxDynamicSharedSizeBytes ||
        value < 0 || value > 99 * 1024)
      return Result::InvalidValue;
    it->second.maxDynamicShared = value;
    return Result::Success;
  });
}

STANDIN_EXPORT Result cuLaunchKernel(Function function, unsigned gridX,
                                     unsigned gridY, unsigned gridZ,
                                     unsigned blockX, unsigned blockY,
                                     unsigned blockZ, unsigned sharedBytes,
                                     Stream stream, void **parameters,
                                     void **extra) {
  return call("cuLaunchKernel", Needs::Context, [&] {
    State &state = State::get();
    auto it = state.functions.find(function);
    if (it == state.functions.end()) {
      state.find("cuLaunchKernel: unknown function");
      return Result::InvalidHandle;
    }
    const FunctionState &info = it->second;
    uint64_t threads = uint64_t(blockX) * blockY * blockZ;
    if (!gridX || !gridY || !gridZ || gridX > 0x7fffffff || gridY > 65535 ||
        gridZ > 65535 || threads == 0 || threads > 1024 || blockZ > 64 ||
        sharedBytes > static_cast<unsigned>(info.maxDynamicShared) || extra ||
        (!parameters && !info.signature.parameterSizes.empty()))
      return Result::InvalidValue;
    const std::string &name = info.signature.name;
    if (!state.bodies.contains(name) && !state.settings.ignoreKernels)
      return Result::NotSupported;
    LaunchRecord record{
        name, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes,
        {},   Result::Success};
    for (size_t i = 0; i < info.signature.parameterSizes.size(); ++i) {
      size_t bytes = info.signature.parameterSizes[i];
      record.values.emplace_back((bytes + 7) / 8);
      std::memcpy(record.values.back().data(), parameters[i], bytes);
    }
    if (auto fault = state.faults.find(++state.launches);
        fault != state.faults.end())
      record.fault = fault->second;
    auto run = [record = std::move(record)] { return record.run(); };
    return state.enqueue(stream, {run}, "cuLaunchKernel");
  });
}
STANDIN_ALIAS(cuLaunchKernel_ptsz, cuLaunchKernel);
