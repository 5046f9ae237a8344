//===- TensorBox.cpp - the rows of a box of an array ----------------------===//

#include "Machine/TensorBox.h"

#include "Machine/Tf32.h"

#include <cstring>

namespace theano::sim {

using cuda::TensorMapDataType;

/// The NaN that stands for what is outside. Which one it is on a device is not
/// public; here it is that of the instructions.
static uint64_t nanOf(TensorMapDataType type) {
  switch (bytesOf(type)) {
  case 2:
    return 0x7fff;
  case 4:
    return 0x7fffffff;
  default:
    return 0x7fffffffffffffff;
  }
}

void fillTensorBox(const TensorMap &map, char *box, uint64_t bytes) {
  if (map.fill == cuda::TensorMapFill::Zeros) {
    std::memset(box, 0, bytes);
    return;
  }
  uint64_t nan = nanOf(map.type), size = map.elementBytes();
  for (uint64_t at = 0; at + size <= bytes; at += size)
    std::memcpy(box + at, &nan, size);
}

static uint32_t flushSubnormal(uint32_t bits) {
  return bits & 0x7f800000 ? bits : bits & 0x80000000;
}

void convertTensorElements(TensorMapDataType type, char *elements,
                           uint64_t bytes) {
  bool flushes = type == TensorMapDataType::Float32Ftz ||
                 type == TensorMapDataType::Tfloat32Ftz;
  bool rounds = type == TensorMapDataType::Tfloat32 ||
                type == TensorMapDataType::Tfloat32Ftz;
  if (!flushes && !rounds)
    return;
  for (uint64_t at = 0; at < bytes; at += sizeof(uint32_t)) {
    uint32_t bits = 0;
    std::memcpy(&bits, elements + at, sizeof(bits));
    if (flushes)
      bits = flushSubnormal(bits);
    if (rounds)
      bits = roundToTf32<Ties::Away>(bits);
    std::memcpy(elements + at, &bits, sizeof(bits));
  }
}

} // namespace theano::sim
