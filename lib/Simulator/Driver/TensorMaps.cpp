//===- TensorMaps.cpp - tensor maps for programs --------------------------===//
//
// Kernels read what is made here, by the instructions that copy boxes of
// arrays. The interleaved layouts, of which it is not public how a box lies in
// them, and what came with sm_100 are held to their rules and not supported.
//
//===----------------------------------------------------------------------===//

#include "Driver/State.h"
#include "Memory/TensorMap.h"

using namespace theano::cuda;

/// The first chips that have tensor maps, and that have packed elements and
/// swizzles of more than 16 bytes.
static constexpr int firstArch = 90, secondArch = 100;

static bool isPlace(const TensorMap *map) {
  return map && reinterpret_cast<uintptr_t>(map) % tensorMapAlignment == 0;
}

static Result refuse(const std::string &what) {
  state().addFinding("a tensor map with " + what + " is not supported");
  return Result::NotSupported;
}

THEANO_SIM_EXPORT
cuTensorMapEncodeTiled(TensorMap *map, TensorMapDataType type, unsigned rank,
                       void *address, const uint64_t *sizes,
                       const uint64_t *strides, const uint32_t *box,
                       const uint32_t *steps, TensorMapInterleave interleave,
                       TensorMapSwizzle swizzle, TensorMapL2Promotion promotion,
                       TensorMapFill fill) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  int arch = state().options.arch;
  if (arch < firstArch)
    return Result::NotSupported;
  if (!isPlace(map) || rank == 0 || rank > sim::maxTensorRank || !sizes ||
      !box || !steps || (rank > 1 && !strides))
    return Result::InvalidValue;
  if (type > TensorMapDataType::Packed16U6Align16 ||
      swizzle > TensorMapSwizzle::Bytes128Atom64 ||
      interleave > TensorMapInterleave::Bytes32)
    return Result::InvalidValue;
  sim::TensorMap made;
  made.type = type;
  made.swizzle = swizzle;
  made.promotion = promotion;
  made.fill = fill;
  made.rank = rank;
  made.address = reinterpret_cast<uintptr_t>(address);
  for (unsigned i = 0; i < rank; ++i) {
    made.sizes[i] = sizes[i];
    made.strides[i] = i ? strides[i - 1] : 0;
    made.box[i] = box[i];
    made.steps[i] = steps[i];
  }
  bool isPacked = type >= TensorMapDataType::Packed16U4Align8;
  if (isPacked || swizzle > TensorMapSwizzle::Bytes128) {
    if (arch < secondArch)
      return Result::InvalidValue;
    return refuse(isPacked ? "packed elements" : "this swizzle");
  }
  if (interleave != TensorMapInterleave::None) {
    // A row of a box is one group of channels here, whatever its box says.
    made.box[0] = 16 / made.elementBytes();
    if (box[0] == 0 || box[0] > 256 || rank < 3 || !made.isValid())
      return Result::InvalidValue;
    uint64_t group = interleave == TensorMapInterleave::Bytes32 ? 32 : 16;
    bool isAligned = made.address % group == 0;
    for (unsigned i = 1; i < rank; ++i)
      isAligned &= made.strides[i] % group == 0;
    if (!isAligned || (group == 32 && swizzle != TensorMapSwizzle::Bytes32))
      return Result::InvalidValue;
    return refuse("an interleaved layout");
  }
  if (!made.isValid())
    return Result::InvalidValue;
  *map = made.encode();
  return Result::Success;
}

THEANO_SIM_EXPORT cuTensorMapReplaceAddress(TensorMap *map, void *address) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (state().options.arch < firstArch)
    return Result::NotSupported;
  if (!isPlace(map))
    return Result::InvalidValue;
  std::optional<sim::TensorMap> made = sim::TensorMap::decode(map);
  if (!made)
    return Result::InvalidValue;
  made->address = reinterpret_cast<uintptr_t>(address);
  if (!made->isValid())
    return Result::InvalidValue;
  *map = made->encode();
  return Result::Success;
}

THEANO_SIM_EXPORT cuTensorMapEncodeIm2col(TensorMap *, TensorMapDataType,
                                          unsigned, void *, const uint64_t *,
                                          const uint64_t *, const int *,
                                          const int *, unsigned, unsigned,
                                          const uint32_t *, TensorMapInterleave,
                                          TensorMapSwizzle,
                                          TensorMapL2Promotion, TensorMapFill) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return refuse("an image as columns");
}

THEANO_SIM_EXPORT cuTensorMapEncodeIm2colWide(
    TensorMap *, TensorMapDataType, unsigned, void *, const uint64_t *,
    const uint64_t *, int, int, unsigned, unsigned, const uint32_t *,
    TensorMapInterleave, TensorMapIm2ColWideMode, TensorMapSwizzle,
    TensorMapL2Promotion, TensorMapFill) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return refuse("an image as columns");
}
