//===- DriverLibrary.h - all that the simulated driver exports --*- C++ -*-===//
//
// Every function of Exports.def by its name, found in the shared library.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_SIMULATOR_DRIVERLIBRARY_H
#define THEANO_TEST_SIMULATOR_DRIVERLIBRARY_H

#include "Driver/ExportTypes.h"

#include "gtest/gtest.h"

#include <atomic>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <vector>

namespace theano::cuda {

struct DriverLibrary {
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS) Result(*SYMBOL) PARAMETERS;
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  Result(*SYMBOL) PARAMETERS;                                                  \
  Result(*SYMBOL##_ptsz) PARAMETERS;
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  Result(*SYMBOL) PARAMETERS;                                                  \
  Result(*SYMBOL##_ptds) PARAMETERS;
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  Result(*SYMBOL) PARAMETERS;
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER) Result (*SYMBOL)();
#define SIM_EXTENSION(SYMBOL, PARAMETERS) Result(*SYMBOL) PARAMETERS;
#include "Driver/Exports.def"

  DriverLibrary() {
    void *library = dlopen(THEANO_SIM_DRIVER, RTLD_NOW | RTLD_LOCAL);
    EXPECT_TRUE(library) << dlerror();
    auto find = [&](auto &function, const char *name) {
      void *symbol = library ? dlsym(library, name) : nullptr;
      EXPECT_TRUE(symbol) << name << " is not exported";
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
    };
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS) find(SYMBOL, #SYMBOL);
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  find(SYMBOL, #SYMBOL);                                                       \
  find(SYMBOL##_ptsz, #SYMBOL "_ptsz");
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  find(SYMBOL, #SYMBOL);                                                       \
  find(SYMBOL##_ptds, #SYMBOL "_ptds");
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  find(SYMBOL, #SYMBOL);
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER) find(SYMBOL, #SYMBOL);
#define SIM_EXTENSION(SYMBOL, PARAMETERS) find(SYMBOL, #SYMBOL);
#include "Driver/Exports.def"
  }

  /// Opened once, as a program does.
  static const DriverLibrary &open() {
    static const DriverLibrary library;
    return library;
  }
};

/// A test with a context of its own, which is current and leaks nothing.
class DriverLibraryTest : public ::testing::Test {
protected:
  static constexpr Result ok = Result::Success;
  static constexpr Result invalid = Result::InvalidValue;

  void SetUp() override {
    ASSERT_EQ(cu.cuInit(0), ok);
    ASSERT_EQ(cu.theanoSimSet("report", "/dev/null"), ok);
    ASSERT_EQ(cu.theanoSimReset(), ok);
    ASSERT_EQ(cu.cuCtxCreate_v2(&context, 0, 0), ok);
  }
  void TearDown() override {
    if (context) {
      EXPECT_EQ(cu.cuCtxDestroy_v2(context), ok);
    }
    if (!mayHaveFindings) {
      EXPECT_EQ(findings(), "");
    }
    EXPECT_EQ(cu.theanoSimSet("report", ""), ok);
  }

  /// What was found since the last reset.
  std::string findings() {
    std::string text, found;
    auto append = [](const char *piece, size_t length, void *user) {
      static_cast<std::string *>(user)->append(piece, length);
    };
    EXPECT_EQ(cu.theanoSimReport(SimReportFormat::Table, append, &text), ok);
    size_t at = text.find("finding: ");
    return at == std::string::npos ? "" : text.substr(at);
  }

  DevicePtr allocate(size_t bytes) {
    DevicePtr address = 0;
    EXPECT_EQ(cu.cuMemAlloc_v2(&address, bytes), ok);
    return address;
  }
  template <typename T> DevicePtr upload(const std::vector<T> &values) {
    DevicePtr address = allocate(values.size() * sizeof(T));
    EXPECT_EQ(
        cu.cuMemcpyHtoD_v2(address, values.data(), values.size() * sizeof(T)),
        ok);
    return address;
  }
  template <typename T>
  std::vector<T> download(DevicePtr address, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(cu.cuMemcpyDtoH_v2(values.data(), address, count * sizeof(T)),
              ok);
    return values;
  }
  void release(DevicePtr address) { EXPECT_EQ(cu.cuMemFree_v2(address), ok); }

  Module load(const std::string &text) {
    Module module = nullptr;
    EXPECT_EQ(cu.cuModuleLoadDataEx(&module, text.c_str(), 0, nullptr, nullptr),
              ok);
    return module;
  }
  Function kernel(Module module, const char *name) {
    Function function = nullptr;
    EXPECT_EQ(cu.cuModuleGetFunction(&function, module, name), ok) << name;
    return function;
  }

  const DriverLibrary &cu = DriverLibrary::open();
  Context context = nullptr;
  bool mayHaveFindings = false;
};

/// A function of the host that waits until the test opens it.
struct Gate {
  std::atomic<bool> isOpen = false, hasRun = false;

  static void wait(void *user) {
    auto *gate = static_cast<Gate *>(user);
    while (!gate->isOpen)
      std::this_thread::yield();
    gate->hasRun = true;
  }
};

/// What texts start with.
inline const std::string ptxStart =
    ".version 8.0\n.target sm_80\n.address_size 64\n";

/// A kernel that stores `value` to a word, and one that reads behind it.
inline const std::string storePtx = ptxStart + R"(
.visible .entry store(.param .u64 to, .param .u32 value) {
  .reg .b64 %a; .reg .b32 %v;
  ld.param.u64 %a, [to];
  ld.param.u32 %v, [value];
  st.global.u32 [%a], %v;
  ret;
}
.visible .entry fault() {
  .reg .b64 %a; .reg .b32 %v;
  mov.u64 %a, 16;
  st.global.u32 [%a], 1;
  ret;
}
)";

} // namespace theano::cuda

#endif // THEANO_TEST_SIMULATOR_DRIVERLIBRARY_H
