//===- Philox.cpp - the counter-based random generator --------------------===//

#include "theano/Support/Philox.h"

#include "theano/Support/Float16.h"

using namespace theano;

template <typename T, typename F>
static void fill(HostArray &array, F element) {
  std::span<T> elements = array.as<T>();
  for (size_t k = 0; k < elements.size(); ++k)
    elements[k] = static_cast<T>(element(static_cast<uint64_t>(k)));
}

// Calls `visit` with a value of the C++ type that holds the integer or bool
// dtype; f16 and bf16 are seen as their bits and never come here.
template <typename Visit> static void visitInteger(DType dtype, Visit visit) {
  switch (dtype) {
  case DType::Bool:
  case DType::UInt8:
    return visit(uint8_t{});
  case DType::Int8:
    return visit(int8_t{});
  case DType::Int16:
    return visit(int16_t{});
  case DType::UInt16:
    return visit(uint16_t{});
  case DType::Int32:
    return visit(int32_t{});
  case DType::UInt32:
    return visit(uint32_t{});
  case DType::Int64:
    return visit(int64_t{});
  default:
    return visit(uint64_t{});
  }
}

void theano::fillRandom(HostArray &array, uint64_t seed) {
  std::array<uint32_t, 2> key = {static_cast<uint32_t>(seed),
                                 static_cast<uint32_t>(seed >> 32)};
  auto block = [&](uint64_t k) {
    return philox4x32(
        {static_cast<uint32_t>(k), static_cast<uint32_t>(k >> 32), 0, 0}, key);
  };
  // `bits` of the first word as a fraction of [-1, 1).
  auto uniform = [&](uint64_t k, int bits) {
    return static_cast<float>(block(k)[0] >> (32 - bits)) *
               (2.0f / static_cast<float>(1 << bits)) -
           1.0f;
  };
  switch (array.dtype()) {
  case DType::Float64:
    return fill<double>(array, [&](uint64_t k) {
      std::array<uint32_t, 4> words = block(k);
      uint64_t word = words[0] | (static_cast<uint64_t>(words[1]) << 32);
      return static_cast<double>(word >> 11) * 0x1p-52 - 1.0;
    });
  case DType::Float32:
    return fill<float>(array, [&](uint64_t k) { return uniform(k, 24); });
  case DType::Float16:
    return fill<uint16_t>(
        array, [&](uint64_t k) { return floatToHalf(uniform(k, 11)); });
  case DType::BFloat16:
    return fill<uint16_t>(
        array, [&](uint64_t k) { return floatToBFloat16(uniform(k, 8)); });
  default: {
    uint32_t range = array.dtype() == DType::Bool ? 2 : 10;
    visitInteger(array.dtype(), [&](auto type) {
      fill<decltype(type)>(array,
                           [&](uint64_t k) { return block(k)[0] % range; });
    });
  }
  }
}

void theano::fillArange(HostArray &array) {
  switch (array.dtype()) {
  case DType::Float64:
    return fill<double>(array, [](uint64_t k) { return k; });
  case DType::Float32:
    return fill<float>(array, [](uint64_t k) { return k; });
  case DType::Float16:
    return fill<uint16_t>(
        array, [](uint64_t k) { return doubleToHalf(static_cast<double>(k)); });
  case DType::BFloat16:
    return fill<uint16_t>(array, [](uint64_t k) {
      return doubleToBFloat16(static_cast<double>(k));
    });
  case DType::Bool:
    return fill<uint8_t>(array, [](uint64_t k) { return k != 0; });
  default:
    visitInteger(array.dtype(), [&](auto type) {
      fill<decltype(type)>(array, [](uint64_t k) { return k; });
    });
  }
}
