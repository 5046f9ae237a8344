//===- Extend.h - values in wider registers ---------------------*- C++ -*-===//
//
// cvt, ld and st take registers that are wider than their type. Such a value
// goes through a row of its own width, which an op before or behind converts.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_EXTEND_H
#define THEANO_SIMULATOR_INSTRUCTIONS_EXTEND_H

#include "Instructions/Lanes.h"
#include "Machine/Emitter.h"

namespace theano::sim::THEANO_SIM_ISA {

template <typename To, typename From> To convertInteger(From value) {
  return static_cast<To>(value);
}

/// The op that fills a register of `bits` from a row that holds a `type`: with
/// the sign of a signed type, else with zeros. Null when the row already is
/// what the register should hold.
inline Handler extension(ScalarType type, unsigned bits) {
  unsigned from = bitsOf(type);
  if (from >= bits)
    return nullptr;
  bool wide = bits == 64;
  if (kindOf(type) != TypeKind::Signed)
    return wide ? map<&convertInteger<uint64_t, uint32_t>> : nullptr;
  if (from == 8)
    return wide         ? map<&convertInteger<int64_t, int8_t>>
           : bits == 32 ? map<&convertInteger<int32_t, int8_t>>
                        : map<&convertInteger<int16_t, int8_t>>;
  if (from == 16)
    return wide ? map<&convertInteger<int64_t, int16_t>>
                : map<&convertInteger<int32_t, int16_t>>;
  return map<&convertInteger<int64_t, int32_t>>;
}

/// Resolves a destination that may be wider than `type`: `at` is the row for
/// the op to write, and `finishDestination` completes the register afterwards.
struct WideDestination {
  uint32_t at = 0, registerAt = 0;
  Handler extend = nullptr;
};
inline bool wideDestination(Emitter &emitter, const Operand &operand,
                            ScalarType type, WideDestination &made) {
  if (!emitter.destination(operand, type, true, made.registerAt))
    return false;
  made.at = made.registerAt;
  if (operand.kind != Operand::Kind::Register)
    return true;
  made.extend =
      extension(type, bitsOf(emitter.registerType(operand, ScalarType::B32)));
  if (made.extend)
    made.at = emitter.temporaryRow();
  return true;
}
inline void finishDestination(Emitter &emitter, const WideDestination &made) {
  if (!made.extend)
    return;
  Op &op = emitter.append(made.extend);
  op.at[0] = made.registerAt;
  op.at[1] = made.at;
}

/// Resolves a source that may be wider than `type`: the low bits go to a row of
/// their own where the register has 64 bits and the type fewer. A row of 32-bit
/// lanes needs nothing, as handlers look at the type's bits alone.
inline bool wideSource(Emitter &emitter, const Operand &operand,
                       ScalarType type, uint32_t &at) {
  if (!emitter.source(operand, type, true, at))
    return false;
  if (operand.kind != Operand::Kind::Register &&
      operand.kind != Operand::Kind::Special)
    return true;
  if (bitsOf(type) > 32 || bitsOf(emitter.registerType(operand, type)) != 64)
    return true;
  uint32_t low = emitter.temporaryRow();
  Op &op = emitter.appendHelper(map<&convertInteger<uint32_t, uint64_t>>);
  op.at[0] = low;
  op.at[1] = at;
  at = low;
  return true;
}

/// An address operand whose base has 64-bit lanes, be its register narrower.
inline bool wideAddress(Emitter &emitter, const Operand &operand,
                        uint32_t &base, uint64_t &offset) {
  bool narrow = false;
  if (!emitter.address(operand, base, narrow, offset))
    return false;
  if (!narrow)
    return true;
  uint32_t wide = emitter.temporaryRow();
  Op &op = emitter.appendHelper(map<&convertInteger<uint64_t, uint32_t>>);
  op.at[0] = wide;
  op.at[1] = base;
  base = wide;
  return true;
}

inline uint64_t addOffset(uint64_t base, uint64_t offset) {
  return base + offset;
}

/// A row with an address, its offset added.
inline bool fullAddress(Emitter &emitter, const Operand &operand,
                        uint32_t &row) {
  uint64_t offset = 0;
  if (!wideAddress(emitter, operand, row, offset))
    return false;
  if (!offset)
    return true;
  uint32_t sum = emitter.temporaryRow();
  uint32_t constant = emitter.constantRow(offset, 8);
  Op &op = emitter.appendHelper(map<&addOffset>);
  op.at[0] = sum;
  op.at[1] = row;
  op.at[2] = constant;
  row = sum;
  return true;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_EXTEND_H
