//===- HostileCallsTest.cpp - what a program gives that is not there ------===//
//
// Memory that nobody has, files that are none, and bytes that look like ours:
// each call answers, and the process goes on.
//
//===----------------------------------------------------------------------===//

#include "DriverLibrary.h"

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace theano;
using namespace theano::cuda;

namespace {

/// Whether memory of the host has places that AddressSanitizer chooses.
#if defined(__has_feature)
constexpr bool kChoosesPlaces = __has_feature(address_sanitizer);
#else
constexpr bool kChoosesPlaces = false;
#endif

// A kernel that stores what its malloc makes.
const std::string mallocPtx = ptxStart + R"(
.extern .func (.param .b64 r) malloc(.param .b64 bytes);
.visible .entry make(.param .u64 to, .param .u64 size) {
  .reg .b64 %a, %n, %r;
  ld.param.u64 %a, [to];
  ld.param.u64 %n, [size];
  {
    .param .b64 p, r;
    st.param.b64 [p], %n;
    call.uni (r), malloc, (p);
    ld.param.b64 %r, [r];
  }
  st.global.u64 [%a], %r;
  ret;
}
)";

class HostileCallsTest : public DriverLibraryTest {
protected:
  LinkState makeLink() {
    LinkState link = nullptr;
    EXPECT_EQ(cu.cuLinkCreate_v2(0, nullptr, nullptr, &link), ok);
    return link;
  }
  Result add(LinkState link, JitInput type, const std::string &bytes) {
    return cu.cuLinkAddData_v2(link, type, const_cast<char *>(bytes.data()),
                               bytes.size(), "x", 0, nullptr, nullptr);
  }
};

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

TEST_F(HostileCallsTest, ADirectoryIsNoFile) {
  Module module = nullptr;
  Library library = nullptr;
  for (const char *path : {"/tmp", "/proc/self/mem"}) {
    EXPECT_EQ(cu.cuModuleLoad(&module, path), Result::FileNotFound) << path;
    EXPECT_EQ(cu.cuLibraryLoadFromFile(&library, path, nullptr, nullptr, 0,
                                       nullptr, nullptr, 0),
              Result::FileNotFound)
        << path;
    LinkState link = makeLink();
    EXPECT_EQ(
        cu.cuLinkAddFile_v2(link, JitInput::Ptx, path, 0, nullptr, nullptr),
        Result::FileNotFound)
        << path;
    EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  }
}

TEST_F(HostileCallsTest, ProductsThatNoLinkHasMade) {
  const std::string magic = "theano-sim linked PTX\n";
  Module module = nullptr;
  for (const std::string &rest :
       {std::string(), std::string(8, '\xff'), std::string(8, '\0'),
        std::string("\1\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0", 24),
        std::string("0123456789abcde"), std::string("0123456789abcdef"),
        std::string("0123456789ABCDEF")}) {
    std::string bytes = magic + rest;
    EXPECT_EQ(cu.cuModuleLoadData(&module, bytes.c_str()),
              Result::InvalidImage);
    for (JitInput type : {JitInput::Cubin, JitInput::Ptx}) {
      LinkState link = makeLink();
      EXPECT_EQ(add(link, type, bytes), Result::InvalidImage);
      EXPECT_EQ(cu.cuLinkDestroy(link), ok);
    }
  }
}

TEST_F(HostileCallsTest, AProductIsNoText) {
  void *product = nullptr;
  size_t size = 0;
  LinkState link = makeLink(), second = makeLink(), third = makeLink();
  ASSERT_EQ(add(link, JitInput::Ptx, storePtx), ok);
  ASSERT_EQ(cu.cuLinkComplete(link, &product, &size), ok);
  std::string bytes(static_cast<char *>(product), size);
  EXPECT_EQ(add(second, JitInput::Ptx, bytes), Result::InvalidPtx);
  EXPECT_EQ(cu.cuLinkDestroy(second), ok);
  // It stands for its texts when the link is gone, and in any memory.
  EXPECT_EQ(cu.cuLinkDestroy(link), ok);
  EXPECT_EQ(add(third, JitInput::Cubin, bytes), ok);
  EXPECT_EQ(cu.cuLinkDestroy(third), ok);
  Module module = nullptr;
  ASSERT_EQ(cu.cuModuleLoadData(&module, bytes.c_str()), ok);
  EXPECT_NE(kernel(module, "store"), nullptr);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

TEST_F(HostileCallsTest, MemoryThatTheHostDoesNotHave) {
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void *pages = mmap(nullptr, 3 * page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  char *first = static_cast<char *>(pages);
  ASSERT_EQ(munmap(first + page, page), 0);
  EXPECT_EQ(cu.cuMemHostRegister_v2(first, page, 0), ok);
  EXPECT_EQ(cu.cuMemHostUnregister(first), ok);
  EXPECT_EQ(cu.cuMemHostRegister_v2(first, page + 1, 0), invalid);
  EXPECT_EQ(cu.cuMemHostRegister_v2(first, 3 * page, 0), invalid)
      << "a hole between";
  EXPECT_EQ(cu.cuMemHostRegister_v2(first, size_t(1) << 46, 0), invalid);
  EXPECT_EQ(cu.cuMemHostRegister_v2(reinterpret_cast<void *>(uintptr_t(1)),
                                    ~size_t(0) - 1, 0),
            invalid);
  DevicePtr address = allocate(2 * page);
  auto hole = reinterpret_cast<DevicePtr>(first + page);
  EXPECT_EQ(cu.cuMemcpy(address, 16, 8), invalid);
  EXPECT_EQ(cu.cuMemcpy(16, address, 8), invalid);
  EXPECT_EQ(cu.cuMemcpy(address, hole, 8), invalid);
  EXPECT_EQ(cu.cuMemcpy(address, hole - 8, 9), invalid);
  EXPECT_EQ(cu.cuMemcpy(address, hole - 8, 8), ok);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(address, first + page, 8), invalid);
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(first + page, address, 8), invalid);
  release(address);
  ASSERT_EQ(munmap(first, page), 0);
  ASSERT_EQ(munmap(first + 2 * page, page), 0);
}

TEST_F(HostileCallsTest, MemoryAroundWhatAnotherContextHasRegistered) {
  std::vector<char> bytes(3000);
  ASSERT_EQ(cu.cuMemHostRegister_v2(&bytes[1000], 100, 0), ok);
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  auto registered = Result::HostMemoryAlreadyRegistered;
  EXPECT_EQ(cu.cuMemHostRegister_v2(&bytes[0], 3000, 0), registered);
  EXPECT_EQ(cu.cuMemHostRegister_v2(&bytes[1099], 1, 0), registered);
  EXPECT_EQ(cu.cuMemHostRegister_v2(&bytes[0], 1000, 0), ok);
  EXPECT_EQ(cu.cuMemHostRegister_v2(&bytes[1100], 1, 0), ok);
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
  EXPECT_EQ(cu.cuMemHostUnregister(&bytes[1000]), ok);
}

TEST_F(HostileCallsTest, MemoryOfAKernelsMalloc) {
  mayHaveFindings = true; // nothing frees it
  Module module = load(mallocPtx);
  DevicePtr to = allocate(8);
  uint64_t size = 64;
  void *parameters[] = {&to, &size};
  ASSERT_EQ(cu.cuLaunchKernel(kernel(module, "make"), 1, 1, 1, 1, 1, 1, 0,
                              nullptr, parameters, nullptr),
            ok);
  DevicePtr made = download<uint64_t>(to, 1)[0], begin = 0;
  ASSERT_NE(made, 0u);
  uint64_t word = 0;
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(&word, made, 8), invalid);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(made, &word, 8), invalid);
  EXPECT_EQ(cu.cuMemcpy(to, made, 8), invalid);
  EXPECT_EQ(cu.cuMemcpy(to, made + 64, 8), invalid) << "the gap behind it";
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(to, reinterpret_cast<void *>(made), 8), invalid);
  EXPECT_EQ(cu.cuMemsetD8_v2(made, 0, 8), invalid);
  EXPECT_EQ(cu.cuMemFree_v2(made), invalid);
  EXPECT_EQ(cu.cuMemFreeAsync(made, nullptr), invalid);
  EXPECT_EQ(cu.cuMemGetAddressRange_v2(&begin, nullptr, made),
            Result::NotFound);
  EXPECT_EQ(cu.cuPointerGetAttribute(&word, PointerAttribute::MemoryType, made),
            invalid);
  EXPECT_EQ(cu.cuMemHostGetDevicePointer_v2(&begin,
                                            reinterpret_cast<void *>(made), 0),
            invalid);
  EXPECT_EQ(cu.cuCtxSetLimit(Limit::MallocHeapSize, 1 << 24), invalid)
      << "the heap is in use";
  release(to);
}

TEST_F(HostileCallsTest, AHeapThatIsLargerThanUsual) {
  mayHaveFindings = true; // nothing frees it
  Module module = load(mallocPtx);
  DevicePtr to = allocate(8);
  uint64_t size = 16 << 20;
  void *parameters[] = {&to, &size};
  auto make = [&] {
    EXPECT_EQ(cu.cuLaunchKernel(kernel(module, "make"), 1, 1, 1, 1, 1, 1, 0,
                                nullptr, parameters, nullptr),
              ok);
    return download<uint64_t>(to, 1)[0];
  };
  ASSERT_EQ(cu.cuCtxSetLimit(Limit::MallocHeapSize, 64 << 20), ok);
  EXPECT_NE(make(), 0u);
  size = 64 << 20;
  EXPECT_EQ(make(), 0u);
  release(to);
}

TEST_F(HostileCallsTest, AFreeThatComesTooLate) {
  // What another context has, and has freed itself when the stream comes to it.
  Stream stream = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&stream, streamNonBlocking), ok);
  Gate gate;
  ASSERT_EQ(cu.cuLaunchHostFunc(stream, Gate::wait, &gate), ok);
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  // So large that its place is free at once.
  constexpr size_t size = 80 << 20;
  DevicePtr address = allocate(size), lost = allocate(64);
  ASSERT_EQ(cu.cuMemFreeAsync(address, stream), ok);
  ASSERT_EQ(cu.cuMemFreeAsync(lost, stream), ok);
  release(address);
  DevicePtr again = allocate(size);
  // AddressSanitizer takes places of its own choice, and then this shows less.
  if (!kChoosesPlaces) {
    EXPECT_EQ(again, address) << "else the test shows nothing";
  }
  Context third = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&third, 0, 0), ok);
  // Nor does it look at a context that is gone.
  DevicePtr gone = allocate(64);
  ASSERT_EQ(cu.cuMemFreeAsync(gone, stream), ok);
  ASSERT_EQ(cu.cuCtxDestroy_v2(third), ok);
  mayHaveFindings = true;
  gate.isOpen = true;
  ASSERT_EQ(cu.cuStreamSynchronize(stream), ok);
  EXPECT_EQ(cu.cuMemsetD8_v2(again, 0, size), ok);
  release(again);
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
}

} // namespace
