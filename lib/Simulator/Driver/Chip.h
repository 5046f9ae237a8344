//===- Chip.h - what a device of a generation has ---------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_CHIP_H
#define THEANO_SIMULATOR_DRIVER_CHIP_H

#include <cstdint>

namespace theano::sim {

struct Image;
struct FunctionCode;

/// The table "technical specifications per compute capability" of the CUDA
/// programming guide, as far as programs ask for it.
struct Chip {
  int arch = 0; ///< the first that has these numbers
  int threadsPerMultiprocessor = 0;
  int blocksPerMultiprocessor = 0;
  int sharedPerMultiprocessor = 0; ///< bytes
  int sharedPerBlock = 0;          ///< bytes, where a function asks for them
  int sharedReservedPerBlock = 0;  ///< bytes that the system takes
  unsigned blocksPerCluster = 1;   ///< where a function asks for them
};

/// Of compute capability `arch`, which is 10 * major + minor.
const Chip &chipOf(int arch);

inline constexpr int registersPerMultiprocessor = 65536;
inline constexpr int sharedPerBlockByDefault = 48 << 10;
inline constexpr int maxThreadsPerBlock = 1024;
/// Blocks run on host threads, but programs size their grids by this; it is
/// fixed, so that results do not depend on the host.
inline constexpr int multiprocessors = 108;

/// Registers of a thread. What ptxas would make of the text is not known: as
/// many as the text has, at most what lets a device run as many threads as it
/// can.
int registersOf(const FunctionCode &code);

/// How many blocks of `threads` threads with `dynamicShared` bytes run on one
/// multiprocessor at a time.
int blocksPerMultiprocessor(const Chip &chip, const FunctionCode &code,
                            int threads, uint64_t dynamicShared);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_DRIVER_CHIP_H
