//===- CudaHeaderTest.cpp - our declarations against cuda.h ---------------===//
//
// Compiled against NVIDIA's header where it is found: a difference in a
// signature does not compile, a difference in a number fails a test.
//
//===----------------------------------------------------------------------===//

#include "Alike.h"

#include "theano/DriverAbi/Types.h"

#include "gtest/gtest.h"

#ifdef THEANO_CUDA_HEADER

#include <cuda.h>

#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

using namespace theano;
using theano::cuda::Alike;

namespace {

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

// Our types by their short names, so that Symbols.def reads as it does at home.
namespace ours {
using namespace theano::cuda;
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  using NAME = Result PARAMETERS;
#include "theano/DriverAbi/Symbols.def"
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  using NAME = Result PARAMETERS;
#include "theano/DriverAbi/OptionalSymbols.def"
} // namespace ours

// cuda.h renames a function to its newest version, so this is the newest
// signature; that it is also the one of the older names in our list is what
// "the oldest that suffices" means.
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  static_assert(Alike<ours::NAME, decltype(::cu##NAME)>::value,                \
                "cu" #NAME " is declared differently in cuda.h");
#include "theano/DriverAbi/Symbols.def"
#if CUDA_VERSION >= 12040
#define THEANO_DRIVER_SYMBOL(NAME, PARAMETERS, ...)                            \
  static_assert(Alike<ours::NAME, decltype(::cu##NAME)>::value,                \
                "cu" #NAME " is declared differently in cuda.h");
#include "theano/DriverAbi/OptionalSymbols.def"
#endif

//===----------------------------------------------------------------------===//
// Types and numbers
//===----------------------------------------------------------------------===//

static_assert(Alike<cuda::Result, CUresult>::value);
static_assert(Alike<cuda::Device, CUdevice>::value);
static_assert(Alike<cuda::DevicePtr, CUdeviceptr>::value);
static_assert(Alike<cuda::DeviceAttribute, CUdevice_attribute>::value);
static_assert(Alike<cuda::FunctionAttribute, CUfunction_attribute>::value);
static_assert(Alike<cuda::JitOption, CUjit_option>::value);
static_assert(sizeof(cuda::Context) == sizeof(CUcontext) &&
              sizeof(cuda::Module) == sizeof(CUmodule) &&
              sizeof(cuda::Function) == sizeof(CUfunction) &&
              sizeof(cuda::Stream) == sizeof(CUstream) &&
              sizeof(cuda::Event) == sizeof(CUevent));

static_assert(cuda::streamNonBlocking == CU_STREAM_NON_BLOCKING);
static_assert(cuda::eventDefault == CU_EVENT_DEFAULT);
static_assert(cuda::eventDisableTiming == CU_EVENT_DISABLE_TIMING);

#define SAME(OURS, THEIRS)                                                     \
  static_assert(static_cast<unsigned>(cuda::OURS) == THEIRS)
SAME(DeviceAttribute::MaxThreadsPerBlock,
     CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
SAME(DeviceAttribute::MaxBlockDimX, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X);
SAME(DeviceAttribute::MaxBlockDimY, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y);
SAME(DeviceAttribute::MaxBlockDimZ, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z);
SAME(DeviceAttribute::MaxGridDimX, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X);
SAME(DeviceAttribute::MaxGridDimY, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y);
SAME(DeviceAttribute::MaxGridDimZ, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z);
SAME(DeviceAttribute::MaxSharedMemoryPerBlock,
     CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
SAME(DeviceAttribute::WarpSize, CU_DEVICE_ATTRIBUTE_WARP_SIZE);
SAME(DeviceAttribute::MaxRegistersPerBlock,
     CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK);
SAME(DeviceAttribute::ClockRate, CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
SAME(DeviceAttribute::MultiprocessorCount,
     CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
SAME(DeviceAttribute::ComputeCapabilityMajor,
     CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
SAME(DeviceAttribute::ComputeCapabilityMinor,
     CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
SAME(DeviceAttribute::MaxSharedMemoryPerBlockOptin,
     CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
SAME(FunctionAttribute::MaxThreadsPerBlock,
     CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
SAME(FunctionAttribute::SharedSizeBytes, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
SAME(FunctionAttribute::LocalSizeBytes, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
SAME(FunctionAttribute::NumRegs, CU_FUNC_ATTRIBUTE_NUM_REGS);
SAME(FunctionAttribute::MaxDynamicSharedSizeBytes,
     CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
SAME(JitOption::InfoLogBuffer, CU_JIT_INFO_LOG_BUFFER);
SAME(JitOption::InfoLogBufferSizeBytes, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES);
SAME(JitOption::ErrorLogBuffer, CU_JIT_ERROR_LOG_BUFFER);
SAME(JitOption::ErrorLogBufferSizeBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
SAME(JitOption::LogVerbose, CU_JIT_LOG_VERBOSE);
#undef SAME

/// The number that the header's text gives to the enumerator `name`. Older
/// headers lack the newest codes, and the preprocessor cannot ask for an
/// enumerator, so the text is read.
std::optional<unsigned> numberInHeader(const std::string &text,
                                       const std::string &name) {
  for (size_t at = text.find(name); at != std::string::npos;
       at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    if (at == 0 || !std::isspace(static_cast<unsigned char>(text[at - 1])))
      continue;
    size_t equals = text.find_first_not_of(" \t", end);
    if (equals == std::string::npos || text[equals] != '=')
      continue;
    size_t digit = text.find_first_not_of(" \t", equals + 1);
    if (digit == std::string::npos ||
        !std::isdigit(static_cast<unsigned char>(text[digit])))
      continue;
    return static_cast<unsigned>(std::stoul(text.substr(digit, 6)));
  }
  return std::nullopt;
}

TEST(CudaHeader, ResultCodesAgree) {
  std::ifstream file(THEANO_CUDA_HEADER);
  std::stringstream text;
  text << file.rdbuf();
  ASSERT_GT(text.str().size(), 100000u) << THEANO_CUDA_HEADER;
  const std::map<std::string, unsigned> codes = {
#define THEANO_DRIVER_RESULT(NAME, VALUE, DRIVER_NAME, TEXT)                   \
  {DRIVER_NAME, VALUE},
#include "theano/DriverAbi/Results.def"
  };
  size_t found = 0;
  for (const auto &[name, value] : codes) {
    std::optional<unsigned> number = numberInHeader(text.str(), name);
    if (!number)
      continue;
    ++found;
    EXPECT_EQ(*number, value) << name;
  }
  EXPECT_GE(found, codes.size() - 5) << "most names should be in any cuda.h";
}

} // namespace

#else

TEST(CudaHeader, ResultCodesAgree) {
  GTEST_SKIP() << "no cuda.h on this machine to compare with";
}

#endif // THEANO_CUDA_HEADER
