//===- Carry.cpp - additions and products with a carry --------------------===//
//
// CC.CF holds the carry. Devices keep the inverted borrow after a subtraction
// and invert it again when subc reads it, so that sub.cc followed by addc sees
// a carry; so do we.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Lanes.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

enum class Kind : uint8_t { Add, Sub, MadLo, MadHi };

template <typename T> T highHalf(T a, T b) {
  if constexpr (sizeof(T) == 8)
    return static_cast<T>((static_cast<unsigned __int128>(a) * b) >> 64);
  else
    return static_cast<T>((uint64_t(a) * b) >> 32);
}
/// Of signed operands, from that of the same bits unsigned.
template <typename T> T signedHighHalf(T a, T b) {
  T high = highHalf(a, b);
  high -= a >> (8 * sizeof(T) - 1) ? b : 0;
  return high - (b >> (8 * sizeof(T) - 1) ? a : 0);
}

template <typename T, Kind kind, bool isSigned, bool readsCarry,
          bool writesCarry>
const Op *carryOp(Warp &warp, const Op &op) {
  T *to = warp.row<T>(op.at[0]);
  const T *a = warp.row<T>(op.at[1]), *b = warp.row<T>(op.at[2]);
  const T *c = warp.row<T>(op.at[3]);
  uint32_t carry = warp.carry;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    bool in = carry >> lane & 1;
    T left = a[lane], right = b[lane];
    if constexpr (kind == Kind::MadLo)
      left = a[lane] * b[lane];
    if constexpr (kind == Kind::MadHi)
      left = isSigned ? signedHighHalf(a[lane], b[lane])
                      : highHalf(a[lane], b[lane]);
    if constexpr (kind == Kind::MadLo || kind == Kind::MadHi)
      right = c[lane];
    // a - b is a + ~b + 1, and its carry the inverted borrow.
    if constexpr (kind == Kind::Sub)
      right = ~right;
    T extra = readsCarry ? in : kind == Kind::Sub;
    T partial = left + right;
    T sum = partial + extra;
    bool out = partial < left || sum < partial;
    to[lane] = sum;
    if constexpr (writesCarry)
      carry = (carry & ~(1u << lane)) | uint32_t(out) << lane;
  }
  if constexpr (writesCarry)
    warp.carry = carry;
  return &op + 1;
}

template <Kind kind, bool readsCarry, bool writesCarry>
Handler choose(const Match &match) {
  switch (match.type()) {
  case ScalarType::U32:
    return carryOp<uint32_t, kind, false, readsCarry, writesCarry>;
  case ScalarType::S32:
    return carryOp<uint32_t, kind, true, readsCarry, writesCarry>;
  case ScalarType::U64:
    return carryOp<uint64_t, kind, false, readsCarry, writesCarry>;
  default:
    return carryOp<uint64_t, kind, true, readsCarry, writesCarry>;
  }
}

} // namespace

void addCarry(FormTable &table) {
  table.add("add.cc.{u32|s32|u64|s64} =d, a, b",
            choose<Kind::Add, false, true>);
  table.add("addc.{u32|s32|u64|s64} =d, a, b", choose<Kind::Add, true, false>);
  table.add("addc.cc.{u32|s32|u64|s64} =d, a, b",
            choose<Kind::Add, true, true>);
  table.add("sub.cc.{u32|s32|u64|s64} =d, a, b",
            choose<Kind::Sub, false, true>);
  table.add("subc.{u32|s32|u64|s64} =d, a, b", choose<Kind::Sub, true, false>);
  table.add("subc.cc.{u32|s32|u64|s64} =d, a, b",
            choose<Kind::Sub, true, true>);
  table.add("mad.lo.cc.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadLo, false, true>);
  table.add("mad.hi.cc.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadHi, false, true>);
  table.add("madc.lo.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadLo, true, false>);
  table.add("madc.hi.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadHi, true, false>);
  table.add("madc.lo.cc.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadLo, true, true>);
  table.add("madc.hi.cc.{u32|s32|u64|s64} =d, a, b, c",
            choose<Kind::MadHi, true, true>);
}

} // namespace theano::sim::THEANO_SIM_ISA
