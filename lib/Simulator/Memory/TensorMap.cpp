//===- TensorMap.cpp - what a tensor map says -----------------------------===//

#include "Memory/TensorMap.h"

#include <cstring>

namespace theano::sim {

using namespace theano::cuda;

unsigned bytesOf(TensorMapDataType type) {
  switch (type) {
  case TensorMapDataType::Uint8:
    return 1;
  case TensorMapDataType::Uint16:
  case TensorMapDataType::Float16:
  case TensorMapDataType::Bfloat16:
    return 2;
  case TensorMapDataType::Uint32:
  case TensorMapDataType::Int32:
  case TensorMapDataType::Float32:
  case TensorMapDataType::Float32Ftz:
  case TensorMapDataType::Tfloat32:
  case TensorMapDataType::Tfloat32Ftz:
    return 4;
  case TensorMapDataType::Uint64:
  case TensorMapDataType::Int64:
  case TensorMapDataType::Float64:
    return 8;
  case TensorMapDataType::Packed16U4Align8:
  case TensorMapDataType::Packed16U4Align16:
  case TensorMapDataType::Packed16U6Align16:
    return 0;
  }
  return 0;
}

bool isFloat(TensorMapDataType type) {
  switch (type) {
  case TensorMapDataType::Float16:
  case TensorMapDataType::Bfloat16:
  case TensorMapDataType::Float32:
  case TensorMapDataType::Float32Ftz:
  case TensorMapDataType::Tfloat32:
  case TensorMapDataType::Tfloat32Ftz:
  case TensorMapDataType::Float64:
    return true;
  default:
    return false;
  }
}

unsigned TensorMap::elementBytes() const { return bytesOf(type); }

uint64_t TensorMap::boxBytes() const {
  uint64_t bytes = elementBytes();
  for (unsigned i = 0; i < maxTensorRank; ++i)
    bytes *= boxCount(i);
  return bytes;
}

//===----------------------------------------------------------------------===//
// Limits
//===----------------------------------------------------------------------===//

/// The width of the rows whose pieces a swizzle exchanges.
static uint64_t spanOf(TensorMapSwizzle swizzle) {
  return swizzle == TensorMapSwizzle::Bytes32   ? 32
         : swizzle == TensorMapSwizzle::Bytes64 ? 64
                                                : 128;
}

bool TensorMap::isValid() const {
  constexpr uint64_t unit = 16, mostElements = uint64_t(1) << 32,
                     strideEnd = uint64_t(1) << 40;
  constexpr uint32_t mostBox = 256, mostStep = 8;
  if (!elementBytes() || swizzle > TensorMapSwizzle::Bytes128 ||
      promotion > TensorMapL2Promotion::Bytes256 || fill > TensorMapFill::NaN)
    return false;
  if (fill == TensorMapFill::NaN && !isFloat(type))
    return false;
  if (rank == 0 || rank > maxTensorRank || address % unit)
    return false;
  for (unsigned i = 0; i < rank; ++i)
    if (sizes[i] == 0 || sizes[i] > mostElements || strides[i] % unit ||
        strides[i] >= strideEnd || box[i] == 0 || box[i] > mostBox ||
        steps[i] == 0 || steps[i] > mostStep)
      return false;
  return rowBytes() % unit == 0 &&
         (swizzle == TensorMapSwizzle::None || rowBytes() <= spanOf(swizzle));
}

//===----------------------------------------------------------------------===//
// As bytes
//===----------------------------------------------------------------------===//

namespace {

struct Encoded {
  uint64_t name;
  uint64_t address;
  uint8_t type, swizzle, promotion, fill, rank, zeros0[3];
  uint32_t last[maxTensorRank]; ///< the last index of each dimension
  uint32_t zeros1;
  uint64_t strides[maxTensorRank - 1];
  uint16_t box[maxTensorRank];
  uint8_t steps[maxTensorRank];
  uint8_t zeros2[25];
  uint64_t sum; ///< over all of the above
};
static_assert(sizeof(Encoded) == sizeof(cuda::TensorMap));

constexpr uint64_t encodedName = 0x50414d524f534e54; // "TNSORMAP"

/// FNV-1a.
uint64_t sumOf(const Encoded &encoded) {
  unsigned char bytes[offsetof(Encoded, sum)];
  std::memcpy(bytes, &encoded, sizeof(bytes));
  uint64_t sum = 0xcbf29ce484222325;
  for (unsigned char byte : bytes)
    sum = (sum ^ byte) * 0x100000001b3;
  return sum;
}

} // namespace

cuda::TensorMap TensorMap::encode() const {
  Encoded encoded = {};
  encoded.name = encodedName;
  encoded.address = address;
  encoded.type = static_cast<uint8_t>(type);
  encoded.swizzle = static_cast<uint8_t>(swizzle);
  encoded.promotion = static_cast<uint8_t>(promotion);
  encoded.fill = static_cast<uint8_t>(fill);
  encoded.rank = static_cast<uint8_t>(rank);
  for (unsigned i = 0; i < maxTensorRank; ++i) {
    encoded.last[i] = static_cast<uint32_t>(sizes[i] - 1);
    encoded.box[i] = static_cast<uint16_t>(box[i]);
    encoded.steps[i] = static_cast<uint8_t>(steps[i]);
    if (i)
      encoded.strides[i - 1] = strides[i];
  }
  encoded.sum = sumOf(encoded);
  cuda::TensorMap made;
  std::memcpy(&made, &encoded, sizeof(made));
  return made;
}

std::optional<TensorMap> TensorMap::decode(const void *bytes) {
  Encoded encoded;
  std::memcpy(&encoded, bytes, sizeof(encoded));
  if (encoded.name != encodedName || encoded.sum != sumOf(encoded))
    return std::nullopt;
  TensorMap map;
  map.address = encoded.address;
  map.type = static_cast<TensorMapDataType>(encoded.type);
  map.swizzle = static_cast<TensorMapSwizzle>(encoded.swizzle);
  map.promotion = static_cast<TensorMapL2Promotion>(encoded.promotion);
  map.fill = static_cast<TensorMapFill>(encoded.fill);
  map.rank = encoded.rank;
  for (unsigned i = 0; i < maxTensorRank; ++i) {
    map.sizes[i] = uint64_t(encoded.last[i]) + 1;
    map.box[i] = encoded.box[i];
    map.steps[i] = encoded.steps[i];
    if (i)
      map.strides[i] = encoded.strides[i - 1];
  }
  // Whoever forges the sum must not make us divide by zero.
  if (!map.isValid())
    return std::nullopt;
  for (unsigned i = map.rank; i < maxTensorRank; ++i)
    if (map.sizes[i] != 1 || map.box[i] != 1 || map.steps[i] != 1)
      return std::nullopt;
  return map;
}

} // namespace theano::sim
