//===- LinkTest.cpp - modules, links of several texts, and libraries ------===//

#include "DriverLibrary.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <unistd.h>

using namespace theano;
using namespace theano::cuda;

namespace {

// A kernel that stores offset + twice(7), which another text defines.
const std::string callerPtx = ptxStart + R"(
.extern .func (.param .b32 r) twice(.param .b32 x);
.extern .global .b32 offset;
.visible .entry k(.param .u64 to) {
  .reg .b64 %a; .reg .b32 %v, %o;
  ld.param.u64 %a, [to];
  {
    .param .b32 x, r;
    st.param.b32 [x], 7;
    call.uni (r), twice, (x);
    ld.param.b32 %v, [r];
  }
  ld.global.b32 %o, [offset];
  add.s32 %v, %v, %o;
  st.global.u32 [%a], %v;
  ret;
}
)";
const std::string calleePtx = ptxStart + R"(
.visible .global .b32 offset = 100;
.func (.param .b32 r) helper(.param .b32 x) {
  .reg .b32 %v;
  ld.param.b32 %v, [x];
  add.s32 %v, %v, %v;
  st.param.b32 [r], %v;
  ret;
}
.visible .func (.param .b32 r) twice(.param .b32 x) {
  .reg .b32 %v;
  .param .b32 y, s;
  ld.param.b32 %v, [x];
  st.param.b32 [y], %v;
  call.uni (s), helper, (y);
  ld.param.b32 %v, [s];
  st.param.b32 [r], %v;
  ret;
}
)";
/// Its helper is its own, and its `twice` gives way.
const std::string weakPtx = ptxStart + R"(
.func helper() { ret; }
.weak .func (.param .b32 r) twice(.param .b32 x) {
  st.param.b32 [r], 0;
  call.uni helper;
  ret;
}
)";

class LinkTest : public DriverLibraryTest {
protected:
  LinkState make() {
    options[0] = JitOption::ErrorLogBuffer;
    options[1] = JitOption::ErrorLogBufferSizeBytes;
    values[0] = buffer;
    values[1] = reinterpret_cast<void *>(sizeof(buffer));
    LinkState link = nullptr;
    EXPECT_EQ(cu.cuLinkCreate_v2(2, options, values, &link), ok);
    return link;
  }
  Result add(LinkState link, const std::string &text, const char *name) {
    return cu.cuLinkAddData_v2(link, JitInput::Ptx,
                               const_cast<char *>(text.data()), text.size() + 1,
                               name, 0, nullptr, nullptr);
  }
  std::string log() const { return buffer; }
  /// What kernel `k` of a module stores.
  uint32_t run(Module module) {
    DevicePtr address = allocate(4);
    void *parameters[] = {&address};
    EXPECT_EQ(cu.cuLaunchKernel(kernel(module, "k"), 1, 1, 1, 1, 1, 1, 0,
                                nullptr, parameters, nullptr),
              ok);
    uint32_t value = download<uint32_t>(address, 1)[0];
    release(address);
    return value;
  }
  std::string writeFile(const std::string &bytes) {
    char path[] = "/tmp/theano-link-XXXXXX";
    int file = mkstemp(path);
    EXPECT_GE(file, 0);
    close(file);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  JitOption options[2] = {};
  void *values[2] = {};
  char buffer[1000] = {};
};

//===----------------------------------------------------------------------===//
// Links
//===----------------------------------------------------------------------===//

TEST_F(LinkTest, OneTextCallsAnother) {
  for (bool callerFirst : {true, false}) {
    LinkState link = make();
    EXPECT_EQ(add(link, callerFirst ? callerPtx : calleePtx, "first"), ok);
    EXPECT_EQ(add(link, callerFirst ? calleePtx : callerPtx, "second"), ok);
    void *product = nullptr;
    size_t size = 0;
    EXPECT_EQ(cu.cuLinkComplete(link, &product, &size), ok) << log();
    EXPECT_GT(size, 0u);
    Module module = nullptr;
    ASSERT_EQ(cu.cuModuleLoadData(&module, product), ok);
    // The module does without the link.
    EXPECT_EQ(cu.cuLinkDestroy(link), ok);
    EXPECT_EQ(cu.cuLinkDestroy(link), Result::InvalidHandle);
    EXPECT_EQ(run(module), 114u);
    DevicePtr offset = 0;
    size_t bytes = 0;
    EXPECT_EQ(cu.cuModuleGetGlobal_v2(&offset, &bytes, module, "offset"), ok);
    EXPECT_EQ(bytes, 4u);
    EXPECT_EQ(cu.cuMemsetD32_v2(offset, 1, 1), ok);
    EXPECT_EQ(run(module), 15u);
  }
}

TEST_F(LinkTest, AWeakDefinitionGivesWay) {
  for (bool weakFirst : {true, false}) {
    LinkState link = make();
    EXPECT_EQ(add(link, callerPtx, "caller"), ok);
    EXPECT_EQ(add(link, weakFirst ? weakPtx : calleePtx, "b"), ok);
    EXPECT_EQ(add(link, weakFirst ? calleePtx : weakPtx, "c"), ok);
    void *product = nullptr;
    ASSERT_EQ(cu.cuLinkComplete(link, &product, nullptr), ok) << log();
    Module module = nullptr;
    ASSERT_EQ(cu.cuModuleLoadData(&module, product), ok);
    EXPECT_EQ(run(module), 114u);
    EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  }
}

TEST_F(LinkTest, FilesAndProductsOfLinks) {
  std::string caller = writeFile(callerPtx), callee = writeFile(calleePtx);
  LinkState link = make();
  EXPECT_EQ(cu.cuLinkAddFile_v2(link, JitInput::Ptx, caller.c_str(), 0, nullptr,
                                nullptr),
            ok);
  EXPECT_EQ(cu.cuLinkAddFile_v2(link, JitInput::Ptx, callee.c_str(), 0, nullptr,
                                nullptr),
            ok);
  EXPECT_EQ(cu.cuLinkAddFile_v2(link, JitInput::Library, "/x/libcudadevrt.a", 0,
                                nullptr, nullptr),
            ok);
  EXPECT_EQ(cu.cuLinkAddFile_v2(link, JitInput::Ptx, "/none/such.ptx", 0,
                                nullptr, nullptr),
            Result::FileNotFound);
  void *product = nullptr;
  size_t size = 0;
  ASSERT_EQ(cu.cuLinkComplete(link, &product, &size), ok) << log();
  std::string file = writeFile(std::string(static_cast<char *>(product), size));
  EXPECT_EQ(add(link, calleePtx, "late"), invalid);
  Module module = nullptr;
  ASSERT_EQ(cu.cuModuleLoad(&module, file.c_str()), ok);
  EXPECT_EQ(run(module), 114u);
  // A product is an input, too.
  LinkState second = make();
  EXPECT_EQ(cu.cuLinkAddData_v2(second, JitInput::Cubin, product, size, "p", 0,
                                nullptr, nullptr),
            ok);
  void *again = nullptr;
  ASSERT_EQ(cu.cuLinkComplete(second, &again, nullptr), ok) << log();
  ASSERT_EQ(cu.cuModuleLoadData(&module, again), ok);
  EXPECT_EQ(run(module), 114u);
  // A file that was cut off.
  std::string cut = writeFile(
      std::string(static_cast<char *>(product), size).substr(0, size - 1));
  EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  EXPECT_EQ(cu.cuLinkDestroy(second), ok);
  EXPECT_EQ(cu.cuModuleLoad(&module, "/none/such.ptx"), Result::FileNotFound);
  EXPECT_EQ(cu.cuModuleLoad(&module, cut.c_str()), Result::InvalidImage);
  std::remove(cut.c_str());
  EXPECT_EQ(cu.cuModuleLoad(&module, nullptr), invalid);
  for (const std::string &path : {caller, callee, file})
    std::remove(path.c_str());
}

TEST_F(LinkTest, WhatDoesNotFitTogether) {
  void *product = nullptr;
  auto failing = [&](std::vector<std::string> texts) {
    LinkState link = make();
    std::string names = "abc";
    for (size_t i = 0; i < texts.size(); ++i)
      EXPECT_EQ(add(link, texts[i], names.substr(i, 1).c_str()), ok);
    Result result = cu.cuLinkComplete(link, &product, nullptr);
    EXPECT_EQ(cu.cuLinkComplete(link, &product, nullptr), result)
        << "it stays so";
    EXPECT_EQ(cu.cuLinkDestroy(link), ok);
    return result;
  };
  EXPECT_EQ(failing({callerPtx}), Result::NoBinaryForGpu);
  EXPECT_EQ(log(), "error   : Undefined reference to 'twice' in 'a'\n"
                   "error   : Undefined reference to 'offset' in 'a'\n");
  EXPECT_EQ(failing({callerPtx, calleePtx, calleePtx}), Result::NoBinaryForGpu);
  EXPECT_NE(log().find("error   : Multiple definition of 'twice' in 'c', first "
                       "defined in 'b'\n"),
            std::string::npos)
      << log();
  EXPECT_EQ(failing({callerPtx,
                     ptxStart + ".visible .global .b64 offset;\n"
                                ".visible .func (.param .b32 r) twice(.param "
                                ".b64 x) { ret; }\n"}),
            Result::NoBinaryForGpu);
  EXPECT_NE(log().find("'twice' in 'a' has other parameters or another size "
                       "than in 'b'"),
            std::string::npos)
      << log();
  EXPECT_EQ(failing({}), Result::InvalidImage);
}

TEST_F(LinkTest, InputsThatAreNone) {
  LinkState link = make();
  EXPECT_EQ(add(link, "no ptx", "a"), Result::InvalidPtx);
  EXPECT_NE(log().find("line 1"), std::string::npos) << log();
  void *product = nullptr;
  EXPECT_EQ(cu.cuLinkComplete(link, &product, nullptr), Result::InvalidPtx);
  EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  link = make();
  char elf[] = "\x7f"
               "ELF.....";
  EXPECT_EQ(cu.cuLinkAddData_v2(link, JitInput::Cubin, elf, sizeof(elf), "c", 0,
                                nullptr, nullptr),
            Result::NoBinaryForGpu);
  EXPECT_NE(log().find("(a cubin), which is not simulated; expected PTX"),
            std::string::npos)
      << log();
  EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  EXPECT_EQ(add(link, calleePtx, "gone"), Result::InvalidHandle);
  EXPECT_EQ(cu.cuLinkComplete(link, &product, nullptr), Result::InvalidHandle);
  EXPECT_EQ(cu.cuLinkCreate_v2(0, nullptr, nullptr, nullptr), invalid);
  JitOption unknown[] = {static_cast<JitOption>(99)};
  void *value[] = {nullptr};
  EXPECT_EQ(cu.cuLinkCreate_v2(1, unknown, value, &link), invalid);
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

TEST_F(LinkTest, VariablesOfAModule) {
  Module module = load(ptxStart + ".global .align 8 .b8 own[24];\n"
                                  ".visible .const .f32 c = 0f3F800000;\n"
                                  ".visible .entry k() { ret; }\n");
  DevicePtr address = 0;
  size_t bytes = 0;
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(&address, &bytes, module, "own"), ok)
      << "whether or not it is visible";
  EXPECT_EQ(bytes, 24u);
  EXPECT_EQ(download<uint32_t>(address, 6), std::vector<uint32_t>(6));
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(nullptr, &bytes, module, "c"), ok);
  EXPECT_EQ(bytes, 4u);
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(&address, nullptr, module, "none"),
            Result::NotFound);
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(nullptr, nullptr, module, "c"), invalid);
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(&address, nullptr, module, nullptr),
            invalid);
  ASSERT_EQ(cu.cuModuleUnload(module), ok);
  EXPECT_EQ(cu.cuModuleGetGlobal_v2(&address, nullptr, module, "c"),
            Result::InvalidHandle);
  ModuleLoadingMode mode = {};
  EXPECT_EQ(cu.cuModuleGetLoadingMode(&mode), ok);
  EXPECT_EQ(mode, ModuleLoadingMode::Eager);
}

TEST_F(LinkTest, CompiledCodeIsRefusedWithALog) {
  Module module = nullptr;
  struct {
    std::string start, what;
  } images[] = {{"\x7f"
                 "ELF",
                 "a cubin"},
                {"\x50\xed\x55\xba", "a fatbin"},
                {"\xb1\x43\x62\x46", "a fatbin"}};
  for (const auto &image : images) {
    JitOption names[] = {JitOption::ErrorLogBuffer,
                         JitOption::ErrorLogBufferSizeBytes,
                         JitOption::WallTime};
    void *values[] = {buffer, reinterpret_cast<void *>(sizeof(buffer)),
                      nullptr};
    EXPECT_EQ(
        cu.cuModuleLoadDataEx(&module, image.start.c_str(), 3, names, values),
        Result::NoBinaryForGpu);
    EXPECT_EQ(log(), "ptxas fatal   : the image is compiled code (" +
                         image.what +
                         "), which is not simulated; expected PTX text\n");
    EXPECT_EQ(reinterpret_cast<size_t>(values[1]), log().size());
  }
  EXPECT_EQ(cu.cuModuleLoadFatBinary(&module, "\x50\xed\x55\xba"),
            Result::NoBinaryForGpu);
  // A log that does not fit is cut, and terminated.
  char few[5] = {'x', 'x', 'x', 'x', 'x'};
  JitOption names[] = {JitOption::ErrorLogBuffer,
                       JitOption::ErrorLogBufferSizeBytes};
  void *values[] = {few, reinterpret_cast<void *>(sizeof(few))};
  EXPECT_EQ(cu.cuModuleLoadDataEx(&module, "nothing", 2, names, values),
            Result::InvalidPtx);
  EXPECT_STREQ(few, "ptxa");
}

//===----------------------------------------------------------------------===//
// Libraries
//===----------------------------------------------------------------------===//

TEST_F(LinkTest, ALibraryIsAModuleOfEachContext) {
  std::string text = ptxStart + R"(
.visible .global .b32 v = 3;
.visible .entry k(.param .u64 to) {
  .reg .b64 %a; .reg .b32 %v;
  ld.param.u64 %a, [to];
  ld.global.b32 %v, [v];
  st.global.b32 [%a], %v;
  ret;
}
.visible .entry other() { ret; }
)";
  Library library = nullptr, found = nullptr;
  ASSERT_EQ(cu.cuLibraryLoadData(&library, text.c_str(), nullptr, nullptr, 0,
                                 nullptr, nullptr, 0),
            ok);
  Kernel kernel = nullptr, kernels[3] = {};
  unsigned count = 0;
  ASSERT_EQ(cu.cuLibraryGetKernel(&kernel, library, "k"), ok);
  EXPECT_EQ(cu.cuLibraryGetKernel(&kernels[0], library, "none"),
            Result::NotFound);
  EXPECT_EQ(cu.cuLibraryGetKernelCount(&count, library), ok);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(cu.cuLibraryEnumerateKernels(kernels, 3, library), ok);
  EXPECT_EQ(kernels[0], kernel);
  EXPECT_EQ(kernels[2], nullptr);
  const char *name = nullptr;
  EXPECT_EQ(cu.cuKernelGetName(&name, kernel), ok);
  EXPECT_STREQ(name, "k");
  size_t offset = 9, bytes = 0;
  EXPECT_EQ(cu.cuKernelGetParamInfo(kernel, 0, &offset, &bytes), ok);
  EXPECT_EQ(offset, 0u);
  EXPECT_EQ(bytes, 8u);
  EXPECT_EQ(cu.cuKernelGetLibrary(&found, kernel), ok);
  EXPECT_EQ(found, library);
  // What is set for the kernel holds in every context.
  auto attribute = FunctionAttribute::MaxDynamicSharedSizeBytes;
  int value = 0;
  EXPECT_EQ(cu.cuKernelSetAttribute(attribute, 60000, kernel, 0), ok);
  EXPECT_EQ(cu.cuKernelGetAttribute(&value, attribute, kernel, 0), ok);
  EXPECT_EQ(value, 60000);
  EXPECT_EQ(cu.cuKernelGetAttribute(&value, attribute, kernel, 1),
            Result::InvalidDevice);
  Function function = nullptr, second = nullptr;
  ASSERT_EQ(cu.cuKernelGetFunction(&function, kernel), ok);
  EXPECT_EQ(cu.cuFuncGetAttribute(&value, attribute, function), ok);
  EXPECT_EQ(value, 60000);
  Module module = nullptr;
  DevicePtr v = 0;
  EXPECT_EQ(cu.cuLibraryGetModule(&module, library), ok);
  EXPECT_EQ(cu.cuLibraryGetGlobal(&v, nullptr, library, "v"), ok);
  EXPECT_EQ(cu.cuMemsetD32_v2(v, 5, 1), ok);
  EXPECT_EQ(run(module), 5u);
  // A kernel stands for its function where it is launched.
  DevicePtr address = allocate(4);
  void *parameters[] = {&address};
  EXPECT_EQ(cu.cuLaunchKernel(reinterpret_cast<Function>(kernel), 1, 1, 1, 1, 1,
                              1, 0, nullptr, parameters, nullptr),
            ok);
  EXPECT_EQ(download<uint32_t>(address, 1)[0], 5u);
  release(address);
  // Another context has its own variable.
  Context other = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&other, 0, 0), ok);
  ASSERT_EQ(cu.cuKernelGetFunction(&second, kernel), ok);
  EXPECT_NE(function, second);
  ASSERT_EQ(cu.cuLibraryGetModule(&module, library), ok);
  EXPECT_EQ(run(module), 3u);
  ASSERT_EQ(cu.cuCtxDestroy_v2(other), ok);
  FunctionLoadingState loading = {};
  EXPECT_EQ(cu.cuFuncIsLoaded(&loading, function), ok);
  EXPECT_EQ(loading, FunctionLoadingState::Loaded);
  EXPECT_EQ(cu.cuFuncLoad(function), ok);
  ASSERT_EQ(cu.cuLibraryUnload(library), ok);
  EXPECT_EQ(cu.cuLibraryUnload(library), Result::InvalidHandle);
  EXPECT_EQ(cu.cuKernelGetFunction(&function, kernel), Result::InvalidHandle);
  EXPECT_EQ(cu.cuLibraryGetKernel(&kernel, library, "k"),
            Result::InvalidHandle);
  EXPECT_EQ(cu.cuFuncLoad(function), Result::InvalidHandle);
}

TEST_F(LinkTest, LibrariesThatAreNone) {
  Library library = nullptr;
  auto loadText = [&](const char *text) {
    return cu.cuLibraryLoadData(&library, text, nullptr, nullptr, 0, nullptr,
                                nullptr, 0);
  };
  EXPECT_EQ(loadText("none"), Result::InvalidPtx);
  EXPECT_EQ(loadText(nullptr), invalid);
  EXPECT_EQ(loadText("\x7f"
                     "ELF"),
            Result::NoBinaryForGpu);
  EXPECT_EQ(cu.cuLibraryLoadFromFile(&library, "/none", nullptr, nullptr, 0,
                                     nullptr, nullptr, 0),
            Result::FileNotFound);
  LibraryOption option = static_cast<LibraryOption>(7);
  EXPECT_EQ(cu.cuLibraryLoadData(&library, calleePtx.c_str(), nullptr, nullptr,
                                 0, &option, nullptr, 1),
            invalid);
  ASSERT_EQ(loadText(calleePtx.c_str()), ok);
  DevicePtr address = 0;
  size_t bytes = 0;
  EXPECT_EQ(cu.cuLibraryGetManaged(&address, &bytes, library, "offset"),
            Result::NotFound);
  EXPECT_EQ(cu.cuLibraryUnload(library), ok);
}

} // namespace
