//===- MatrixElements.h - elements of matrices in registers -----*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_MATRIXELEMENTS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_MATRIXELEMENTS_H

#include "Instructions/SmallFloats.h"
#include "Machine/Emitter.h"

namespace theano::sim::THEANO_SIM_ISA {

//===----------------------------------------------------------------------===//
// Elements of A and B: their bits in a register, and how they are read. `other`
// tells two types of one kind apart.
//===----------------------------------------------------------------------===//

template <typename Small> struct SmallElement {
  using Value = double;
  static constexpr unsigned bits = 16;
  static double read(uint32_t word, bool) {
    return toDouble(Small{static_cast<uint16_t>(word)});
  }
};
/// The lowest 13 bits are not looked at.
struct Tf32Element {
  using Value = double;
  static constexpr unsigned bits = 32;
  static double read(uint32_t word, bool) {
    return std::bit_cast<float>(word & ~0x1fffu);
  }
};
/// e4m3, and with `other` e5m2: those are the upper halves of f16. The former
/// are f16 with an exponent that is 8 too small, and one NaN in place of
/// infinities.
struct Fp8Element {
  using Value = double;
  static constexpr unsigned bits = 8;
  static double read(uint32_t word, bool other) {
    uint32_t byte = word & 0xff;
    if (other)
      return toDouble(Half{static_cast<uint16_t>(byte << 8)});
    if ((byte & 0x7f) == 0x7f)
      return __builtin_nan("");
    uint32_t half = (byte & 0x80) << 8 | (byte & 0x7f) << 7;
    return toDouble(Half{static_cast<uint16_t>(half)}) * 256;
  }
};
/// s4, and with `other` u4.
struct NibbleElement {
  using Value = int32_t;
  static constexpr unsigned bits = 4;
  static int32_t read(uint32_t word, bool other) {
    auto nibble = static_cast<int32_t>(word & 0xf);
    return other ? nibble : (nibble ^ 8) - 8;
  }
};
struct BitElement {
  using Value = int32_t;
  static constexpr unsigned bits = 1;
  static int32_t read(uint32_t word, bool) {
    return static_cast<int32_t>(word & 1);
  }
};
/// s8, and with `other` u8.
struct ByteElement {
  using Value = int32_t;
  static constexpr unsigned bits = 8;
  static int32_t read(uint32_t word, bool other) {
    return other ? int32_t(word & 0xff) : static_cast<int8_t>(word);
  }
};
struct DoubleElement {
  using Value = double;
  static constexpr unsigned bits = 64;
  static double read(uint64_t word, bool) {
    return std::bit_cast<double>(word);
  }
};

//===----------------------------------------------------------------------===//
// Elements of C and D
//===----------------------------------------------------------------------===//

struct FloatSum {
  using Value = double;
  static constexpr unsigned bits = 32;
  static constexpr ScalarType type = ScalarType::F32;
  static double read(uint32_t word) { return std::bit_cast<float>(word); }
  static uint32_t write(double sum, bool) {
    return std::bit_cast<uint32_t>(canonical(static_cast<float>(sum)));
  }
};
struct HalfSum {
  using Value = double;
  static constexpr unsigned bits = 16;
  static constexpr ScalarType type = ScalarType::B32;
  static double read(uint32_t word) {
    return toDouble(Half{static_cast<uint16_t>(word)});
  }
  static uint32_t write(double sum, bool) { return toSmall<Half>(sum).bits; }
};
struct DoubleSum {
  using Value = double;
  static constexpr unsigned bits = 64;
  static constexpr ScalarType type = ScalarType::F64;
  static double read(uint64_t word) { return std::bit_cast<double>(word); }
  static uint64_t write(double sum, bool) {
    return std::bit_cast<uint64_t>(sum);
  }
};
/// The exact sum, which wraps around or is clamped once.
struct IntegerSum {
  using Value = int64_t;
  static constexpr unsigned bits = 32;
  static constexpr ScalarType type = ScalarType::S32;
  static int64_t read(uint32_t word) { return static_cast<int32_t>(word); }
  static uint32_t write(int64_t sum, bool clamp) {
    if (clamp)
      sum = sum < INT32_MIN ? INT32_MIN : sum > INT32_MAX ? INT32_MAX : sum;
    return static_cast<uint32_t>(sum);
  }
};

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Appends the rows of a matrix: `count` registers in braces.
inline bool readFragment(Emitter &emitter, const Operand &operand,
                         ScalarType type, unsigned count, bool destination,
                         uint32_t *rows) {
  if (operand.kind != Operand::Kind::Vector || operand.elements.size() != count)
    return emitter.error(operand.where, "expected " + std::to_string(count) +
                                            " registers in braces");
  for (unsigned i = 0; i < count; ++i)
    if (!(destination
              ? emitter.destination(operand.elements[i], type, false, rows[i])
              : emitter.source(operand.elements[i], type, false, rows[i])))
      return false;
  return true;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_MATRIXELEMENTS_H
