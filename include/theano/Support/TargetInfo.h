//===- TargetInfo.h - what a program is compiled for ------------*- C++ -*-===//
//
// A target is plain data. The two lookups hold the only tables that know chip
// names; everything else asks for features.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_TARGETINFO_H
#define THEANO_SUPPORT_TARGETINFO_H

#include "theano/Support/Status.h"

#include <string>
#include <string_view>
#include <vector>

namespace theano {

/// What a GPU of one architecture offers.
struct GpuTarget {
  int64_t smNumber = 0;       ///< 80 for sm_80
  int64_t ptxVersion = 0;     ///< major * 10 + minor of the PTX ISA we emit
  bool asyncCopy = false;     ///< cp.async
  bool bf16Mma = false;       ///< bfloat16 matrix instructions
  bool tf32Mma = false;       ///< tf32 matrix instructions
  bool redux = false;         ///< redux.sync on integers
  int64_t sharedPerBlock = 0; ///< bytes of shared memory a block may opt in to
  int64_t registersPerMultiprocessor = 0; ///< 32-bit registers
  int64_t maxThreadsPerMultiprocessor = 0;
  int64_t multiprocessors = 0; ///< of a typical chip; the device's own is known
                               ///< only at run time
  bool operator==(const GpuTarget &) const = default;
};

/// What a CPU offers.
struct CpuTarget {
  std::string llvmName;    ///< LLVM's -mcpu
  std::string features;    ///< LLVM's feature string, "+avx2,+fma" or empty
  int64_t vectorBytes = 0; ///< the widest useful vector register
  int64_t l1Bytes = 0, l2Bytes = 0, l3Bytes = 0; ///< data caches
  bool operator==(const CpuTarget &) const = default;
};

/// A target: "cpu" with `cpu` filled, or "cuda" with `gpu` filled.
struct TargetInfo {
  enum class Kind : uint8_t { Cpu = 0, Cuda = 1 };
  Kind kind = Kind::Cpu;
  std::string name; ///< "sm_80", "x86-64-v3", "native", ...
  CpuTarget cpu;
  GpuTarget gpu;

  bool isGpu() const { return kind == Kind::Cuda; }
  bool operator==(const TargetInfo &) const = default;
};

/// The GPU target called `name` ("sm_80"); fails for a name not in the table,
/// listing those that are.
Expected<TargetInfo> lookupGpuTarget(std::string_view name);

/// The target for a real device of compute capability `major`.`minor`: its own
/// entry, else the newest known one that its line can run (a newer device runs
/// older PTX). Fails for a device older than every entry.
Expected<TargetInfo> gpuTargetForDevice(int major, int minor);

/// The CPU target "x86-64-v2", "x86-64-v3" or "x86-64-v4". "native" is the
/// caller's to resolve, as only LLVM knows the host: see nativeCpuTarget.
Expected<TargetInfo> lookupCpuTarget(std::string_view name);

/// The target "native" with LLVM's name and feature string of the host; vector
/// width is derived from the features, cache sizes are asked from the system.
TargetInfo nativeCpuTarget(std::string llvmName, std::string features);

/// The names that the lookups know, in the order of the tables.
std::vector<std::string_view> gpuTargetNames();
std::vector<std::string_view> cpuTargetNames();

} // namespace theano

#endif // THEANO_SUPPORT_TARGETINFO_H
