//===- Types.h - PTX's scalar types and state spaces ------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_TYPES_H
#define THEANO_SIMULATOR_PTX_TYPES_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace theano::sim {

/// What kind of value the bits of a scalar type are.
enum class TypeKind : uint8_t { Bits, Unsigned, Signed, Float, Packed, Pred };

// NAME of the enumerator, SPELLING without the dot, KIND, BITS.
// clang-format off
#define THEANO_SIM_SCALAR_TYPES(X)                                             \
  X(B8, "b8", Bits, 8) X(B16, "b16", Bits, 16) X(B32, "b32", Bits, 32)         \
  X(B64, "b64", Bits, 64) X(B128, "b128", Bits, 128)                           \
  X(U8, "u8", Unsigned, 8) X(U16, "u16", Unsigned, 16)                         \
  X(U32, "u32", Unsigned, 32) X(U64, "u64", Unsigned, 64)                      \
  X(S8, "s8", Signed, 8) X(S16, "s16", Signed, 16)                             \
  X(S32, "s32", Signed, 32) X(S64, "s64", Signed, 64)                          \
  X(F16, "f16", Float, 16) X(BF16, "bf16", Float, 16)                          \
  X(F32, "f32", Float, 32) X(TF32, "tf32", Float, 32) X(F64, "f64", Float, 64) \
  X(F16X2, "f16x2", Packed, 32) X(BF16X2, "bf16x2", Packed, 32)                \
  X(F32X2, "f32x2", Packed, 64) X(U16X2, "u16x2", Packed, 32)                  \
  X(S16X2, "s16x2", Packed, 32) X(E4M3X2, "e4m3x2", Packed, 16)                \
  X(E5M2X2, "e5m2x2", Packed, 16) X(Pred, "pred", Pred, 1)
// clang-format on

enum class ScalarType : uint8_t {
#define X(NAME, SPELLING, KIND, BITS) NAME,
  THEANO_SIM_SCALAR_TYPES(X)
#undef X
};

/// The type's name in PTX, without the dot.
std::string_view spelling(ScalarType type);
TypeKind kindOf(ScalarType type);
unsigned bitsOf(ScalarType type);
/// Bytes in memory; a predicate has none and answers 0.
inline unsigned bytesOf(ScalarType type) { return bitsOf(type) / 8; }
/// Reads "f32", "b64", ... (no dot).
std::optional<ScalarType> parseType(std::string_view text);
/// The type of the same kind and twice the width, for mul.wide and its like.
std::optional<ScalarType> widened(ScalarType type);

enum class Space : uint8_t {
  Generic,
  Reg,
  Global,
  Const,
  Shared,
  SharedCluster, ///< of any block of the cluster
  Local,
  Param,
};

/// The space's name in PTX, without the dot; "generic" for Generic.
std::string_view spelling(Space space);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_TYPES_H
