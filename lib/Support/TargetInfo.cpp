//===- TargetInfo.cpp - what a program is compiled for --------------------===//

#include "theano/Support/TargetInfo.h"

#include <unistd.h>

using namespace theano;

//===----------------------------------------------------------------------===//
// GPUs
//===----------------------------------------------------------------------===//

namespace {
struct GpuRow {
  std::string_view name;
  int sm;
  int ptxVersion;
  int sharedKilobytes; // opt-in limit of one block
  int maxThreads;      // resident on one multiprocessor
  int multiprocessors; // of the line's usual large chip
  bool portable;       // later chips run PTX made for it
};
} // namespace

// PTX versions are the first of the ISA that knows the chip. Shared memory,
// threads and registers (65536 everywhere) are the CUDA programming guide's
// table of technical specifications per compute capability.
static constexpr GpuRow gpuRows[] = {
    {"sm_75", 75, 63, 64, 1024, 40, true},
    {"sm_80", 80, 70, 163, 2048, 108, true},
    {"sm_86", 86, 71, 99, 1536, 84, true},
    {"sm_87", 87, 74, 163, 1536, 16, true},
    {"sm_89", 89, 78, 99, 1536, 128, true},
    {"sm_90", 90, 78, 227, 2048, 132, true},
    {"sm_90a", 90, 80, 227, 2048, 132, false},
    {"sm_100", 100, 86, 227, 2048, 148, true},
    {"sm_100a", 100, 86, 227, 2048, 148, false},
    {"sm_103", 103, 88, 227, 2048, 148, true},
    {"sm_120", 120, 87, 99, 1536, 170, true},
    {"sm_120a", 120, 87, 99, 1536, 170, false},
    {"sm_121", 121, 88, 99, 1536, 48, true},
};

static TargetInfo makeGpuTarget(const GpuRow &row) {
  TargetInfo target;
  target.kind = TargetInfo::Kind::Cuda;
  target.name = row.name;
  GpuTarget &gpu = target.gpu;
  gpu.smNumber = row.sm;
  gpu.ptxVersion = row.ptxVersion;
  gpu.asyncCopy = gpu.bf16Mma = gpu.tf32Mma = gpu.redux = row.sm >= 80;
  gpu.sharedPerBlock = int64_t(row.sharedKilobytes) * 1024;
  gpu.registersPerMultiprocessor = 65536;
  gpu.maxThreadsPerMultiprocessor = row.maxThreads;
  gpu.multiprocessors = row.multiprocessors;
  return target;
}

static std::string joinNames(const std::vector<std::string_view> &names) {
  std::string text;
  for (std::string_view name : names)
    text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

Expected<TargetInfo> theano::lookupGpuTarget(std::string_view name) {
  for (const GpuRow &row : gpuRows)
    if (row.name == name)
      return makeGpuTarget(row);
  return invalidArgument("unknown GPU architecture '" + std::string(name) +
                         "': expected one of " + joinNames(gpuTargetNames()));
}

Expected<TargetInfo> theano::gpuTargetForDevice(int major, int minor) {
  int number = major * 10 + minor;
  const GpuRow *best = nullptr;
  for (const GpuRow &row : gpuRows)
    if (row.portable && row.sm <= number && (!best || row.sm > best->sm))
      best = &row;
  if (!best)
    return unsupported("the device has compute capability " +
                       std::to_string(major) + "." + std::to_string(minor) +
                       ": expected 7.5 or later");
  return makeGpuTarget(*best);
}

std::vector<std::string_view> theano::gpuTargetNames() {
  std::vector<std::string_view> names;
  for (const GpuRow &row : gpuRows)
    names.push_back(row.name);
  return names;
}

//===----------------------------------------------------------------------===//
// CPUs
//===----------------------------------------------------------------------===//

namespace {
struct CpuRow {
  std::string_view name;
  int vectorBytes;
};
} // namespace

static constexpr CpuRow cpuRows[] = {
    {"x86-64-v2", 16}, {"x86-64-v3", 32}, {"x86-64-v4", 64}};

static int64_t cacheSize(int name, int64_t fallback) {
  long size = sysconf(name);
  return size > 0 ? size : fallback;
}

Expected<TargetInfo> theano::lookupCpuTarget(std::string_view name) {
  for (const CpuRow &row : cpuRows) {
    if (row.name != name)
      continue;
    TargetInfo target;
    target.name = name;
    // Sizes that every machine of the level has, so that what is compiled
    // does not depend on the machine that compiles.
    target.cpu = {std::string(name), "",         row.vectorBytes,
                  32 * 1024,         256 * 1024, 4 * 1024 * 1024};
    return target;
  }
  return invalidArgument("unknown CPU '" + std::string(name) +
                         "': expected native, " + joinNames(cpuTargetNames()));
}

TargetInfo theano::nativeCpuTarget(std::string llvmName, std::string features) {
  auto has = [&](std::string_view feature) {
    return ("," + features + ",").find("," + std::string(feature) + ",") !=
           std::string::npos;
  };
  TargetInfo target;
  target.name = "native";
  target.cpu.vectorBytes = has("+avx512f") ? 64 : has("+avx2") ? 32 : 16;
  target.cpu.llvmName = std::move(llvmName);
  target.cpu.features = std::move(features);
  target.cpu.l1Bytes = cacheSize(_SC_LEVEL1_DCACHE_SIZE, 32 * 1024);
  target.cpu.l2Bytes = cacheSize(_SC_LEVEL2_CACHE_SIZE, 256 * 1024);
  target.cpu.l3Bytes = cacheSize(_SC_LEVEL3_CACHE_SIZE, 4 * 1024 * 1024);
  return target;
}

std::vector<std::string_view> theano::cpuTargetNames() {
  std::vector<std::string_view> names;
  for (const CpuRow &row : cpuRows)
    names.push_back(row.name);
  return names;
}
