//===- Occupancy.cpp - how many blocks run at a time ----------------------===//

#include "Driver/Chip.h"
#include "Driver/Functions.h"

#include <algorithm>
#include <array>

using namespace theano::cuda;
using namespace theano::sim;

/// Bit 0 asks for a way to cache that is no different here.
static bool areFlags(unsigned flags) { return flags <= 1; }

THEANO_SIM_EXPORT cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
    int *blocks, Function function, int blockSize, size_t dynamicShared,
    unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!blocks || blockSize <= 0 || !areFlags(flags))
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  *blocks = blocksPerMultiprocessor(chipOf(state().options.arch), *found->code,
                                    blockSize, dynamicShared);
  return Result::Success;
}

THEANO_SIM_EXPORT
cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Function function,
                                            int blockSize,
                                            size_t dynamicShared) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
      blocks, function, blockSize, dynamicShared, 0);
}

THEANO_SIM_EXPORT cuOccupancyMaxPotentialBlockSizeWithFlags(
    int *minGridSize, int *blockSize, Function function,
    BlockSizeToShared sharedOf, size_t dynamicShared, int blockSizeLimit,
    unsigned flags) {
  constexpr int warp = 32, sizes = maxThreadsPerBlock / warp;
  // The program's function, which may call the driver: before the lock.
  std::array<size_t, sizes + 1> shared = {};
  for (int i = 1; i <= sizes; ++i)
    shared[static_cast<size_t>(i)] =
        sharedOf ? sharedOf(i * warp) : dynamicShared;
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!minGridSize || !blockSize || blockSizeLimit < 0 || !areFlags(flags))
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  int most = 0;
  THEANO_SIM_TRY(
      readAttribute(*found, FunctionAttribute::MaxThreadsPerBlock, most));
  if (blockSizeLimit)
    most = std::min(most, blockSizeLimit);
  // The largest block of those that fill a multiprocessor best.
  int bestThreads = 0, bestSize = 0, bestBlocks = 0;
  for (int i = (most + warp - 1) / warp; i > 0; --i) {
    int size = std::min(i * warp, most);
    int blocks =
        blocksPerMultiprocessor(chipOf(state().options.arch), *found->code,
                                size, shared[static_cast<size_t>(i)]);
    if (blocks * size > bestThreads) {
      bestThreads = blocks * size;
      bestSize = size;
      bestBlocks = blocks;
    }
  }
  if (bestThreads == 0)
    return Result::InvalidValue;
  *blockSize = bestSize;
  *minGridSize = bestBlocks * multiprocessors;
  return Result::Success;
}

THEANO_SIM_EXPORT
cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize,
                                 Function function, BlockSizeToShared sharedOf,
                                 size_t dynamicShared, int blockSizeLimit) {
  return cuOccupancyMaxPotentialBlockSizeWithFlags(
      minGridSize, blockSize, function, sharedOf, dynamicShared, blockSizeLimit,
      0);
}

THEANO_SIM_EXPORT
cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicShared,
                                        Function function, int blocks,
                                        int blockSize) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!dynamicShared || blocks <= 0 || blockSize <= 0)
    return Result::InvalidValue;
  const FunctionData *found = findFunction(*context, function);
  if (!found)
    return Result::InvalidHandle;
  const Chip &chip = chipOf(state().options.arch);
  if (blocks > blocksPerMultiprocessor(chip, *found->code, blockSize, 0))
    return Result::InvalidValue;
  int share = chip.sharedPerMultiprocessor / blocks / 128 * 128 -
              chip.sharedReservedPerBlock -
              static_cast<int>(found->code->sharedBytes);
  *dynamicShared =
      static_cast<size_t>(std::clamp(share, 0, mostDynamicShared(*found)));
  return Result::Success;
}
