//===- Chip.cpp - what a device of a generation has -----------------------===//

#include "Driver/Chip.h"

#include "Machine/Image.h"

#include <algorithm>
#include <array>

namespace theano::sim {

static constexpr int kib = 1 << 10;

static constexpr std::array<Chip, 13> chips = {{
    {50, 2048, 32, 64 * kib, 48 * kib, 0, 1},
    {52, 2048, 32, 96 * kib, 48 * kib, 0, 1},
    {53, 2048, 32, 64 * kib, 48 * kib, 0, 1},
    {61, 2048, 32, 96 * kib, 48 * kib, 0, 1},
    {62, 2048, 32, 64 * kib, 48 * kib, 0, 1},
    {70, 2048, 32, 96 * kib, 96 * kib, 0, 1},
    {75, 1024, 16, 64 * kib, 64 * kib, 0, 1},
    {80, 2048, 32, 164 * kib, 163 * kib, kib, 1},
    {86, 1536, 16, 100 * kib, 99 * kib, kib, 1},
    {87, 1536, 16, 164 * kib, 163 * kib, kib, 1},
    {89, 1536, 24, 100 * kib, 99 * kib, kib, 1},
    {90, 2048, 32, 228 * kib, 227 * kib, kib, 16},
    {120, 1536, 24, 100 * kib, 99 * kib, kib, 8},
}};

const Chip &chipOf(int arch) {
  const auto *next = std::ranges::upper_bound(chips, arch, {}, &Chip::arch);
  return next == chips.begin() ? chips.front() : *std::prev(next);
}

int registersOf(const FunctionCode &code) {
  // Registers are given out in eights, and a kernel needs some for itself.
  constexpr int least = 8, most = 32;
  int words = 0;
  for (const Register &reg : code.ast->registers)
    words += static_cast<int>(bitsOf(reg.type) + 31) / 32;
  return std::clamp((words + 7) / 8 * 8, least, most);
}

int blocksPerMultiprocessor(const Chip &chip, const FunctionCode &code,
                            int threads, uint64_t dynamicShared) {
  // First, as what is larger may be no sum with anything.
  if (dynamicShared > static_cast<uint64_t>(chip.sharedPerBlock) ||
      threads <= 0 || threads > maxThreadsPerBlock)
    return 0;
  int warps = (threads + warpSize - 1) / static_cast<int>(warpSize);
  int blocks = std::min(chip.blocksPerMultiprocessor,
                        chip.threadsPerMultiprocessor /
                            (warps * static_cast<int>(warpSize)));
  int registers = registersOf(code) * warps * static_cast<int>(warpSize);
  blocks = std::min(blocks, registersPerMultiprocessor / registers);
  // Shared memory is given out in pieces of this size.
  constexpr uint64_t piece = 128;
  uint64_t shared =
      (code.sharedBytes + dynamicShared +
       static_cast<uint64_t>(chip.sharedReservedPerBlock) + piece - 1) /
      piece * piece;
  if (code.sharedBytes + dynamicShared >
      static_cast<uint64_t>(chip.sharedPerBlock))
    return 0;
  if (shared)
    blocks = static_cast<int>(std::min<uint64_t>(
        static_cast<uint64_t>(blocks),
        static_cast<uint64_t>(chip.sharedPerMultiprocessor) / shared));
  return blocks;
}

} // namespace theano::sim
