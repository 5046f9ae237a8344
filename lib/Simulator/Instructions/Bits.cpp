//===- Bits.cpp - logic, shifts and bit fields ----------------------------===//

#include "Instructions/Lanes.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

template <typename T> struct And {
  static T apply(T a, T b) { return static_cast<T>(a & b); }
};
template <typename T> struct Or {
  static T apply(T a, T b) { return static_cast<T>(a | b); }
};
template <typename T> struct Xor {
  static T apply(T a, T b) { return static_cast<T>(a ^ b); }
};
template <typename T> struct Not {
  static T apply(T a) { return static_cast<T>(~a); }
};
template <> struct Not<bool> {
  static bool apply(bool a) { return !a; }
};
template <typename T> struct CNot {
  static T apply(T a) { return a == 0; }
};

template <template <typename> class F> Handler pickLogic(const Match &match) {
  return pick<F, bool, uint16_t, uint32_t, uint64_t>(match.type());
}

/// Bit a<<2 | b<<1 | c of the table.
uint32_t lop3(uint32_t a, uint32_t b, uint32_t c, uint32_t table) {
  uint32_t result = 0;
  for (int i = 0; i < 8; ++i) {
    uint32_t term = (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
    result |= term & (0 - (table >> i & 1));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Shifts: a count beyond the width is the width
//===----------------------------------------------------------------------===//

template <typename T> constexpr uint32_t width = 8 * sizeof(T);

template <typename T> struct Shl {
  static T apply(T a, uint32_t count) {
    T shifted = static_cast<T>(a << (count & (width<T> - 1)));
    return count >= width<T> ? T(0) : shifted;
  }
};
template <typename T> struct Shr {
  static T apply(T a, uint32_t count) {
    if constexpr (std::is_signed_v<T>)
      return static_cast<T>(a >> (count >= width<T> ? width<T> - 1 : count));
    T shifted = static_cast<T>(a >> (count & (width<T> - 1)));
    return count >= width<T> ? T(0) : shifted;
  }
};

template <bool left, bool clamp>
uint32_t funnel(uint32_t low, uint32_t high, uint32_t count) {
  count = clamp ? (count < 32 ? count : 32) : count & 31;
  uint64_t both = uint64_t(high) << 32 | low;
  return static_cast<uint32_t>(left ? both << count >> 32 : both >> count);
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

template <typename T> struct Bfe {
  static T apply(T a, uint32_t position, uint32_t length) {
    using U = std::make_unsigned_t<T>;
    uint32_t pos = position & 0xff, len = length & 0xff, top = width<T> - 1;
    bool sign = false;
    if constexpr (std::is_signed_v<T>) {
      uint32_t last = pos + len - 1;
      sign = len != 0 && (a >> (last < top ? last : top) & 1);
    }
    U fill = sign ? ~U(0) : U(0);
    U shifted = pos > top ? fill : static_cast<U>(U(a) >> pos);
    // Of a signed value the shift brings in zeros where the sign belongs.
    if (pos != 0 && pos <= top)
      shifted |= static_cast<U>(fill << (width<T> - pos));
    U keep = len > top ? ~U(0) : static_cast<U>((U(1) << len) - 1);
    return static_cast<T>((shifted & keep) | (fill & ~keep));
  }
};

template <typename T> struct Bfi {
  static T apply(T a, T b, uint32_t position, uint32_t length) {
    uint32_t pos = position & 0xff, len = length & 0xff, top = width<T> - 1;
    if (pos > top)
      return b;
    T field = len > top ? ~T(0) : static_cast<T>((T(1) << len) - 1);
    T keep = static_cast<T>(field << pos);
    return static_cast<T>((b & ~keep) | (static_cast<T>(a << pos) & keep));
  }
};

template <typename T> uint32_t leadingZeros(T a) {
  return static_cast<uint32_t>(std::countl_zero(a));
}
template <typename T> uint32_t popcount(T a) {
  return static_cast<uint32_t>(std::popcount(a));
}
template <typename T, bool shiftAmount> uint32_t bfind(T a) {
  using U = std::make_unsigned_t<T>;
  U bits = static_cast<U>(a);
  if constexpr (std::is_signed_v<T>)
    bits = a < 0 ? static_cast<U>(~bits) : bits;
  if (bits == 0)
    return 0xffffffff;
  auto zeros = static_cast<uint32_t>(std::countl_zero(bits));
  return shiftAmount ? zeros : width<T> - 1 - zeros;
}
template <bool shiftAmount> Handler pickBfind(const Match &match) {
  switch (match.type()) {
  case ScalarType::U32:
    return map<&bfind<uint32_t, shiftAmount>>;
  case ScalarType::S32:
    return map<&bfind<int32_t, shiftAmount>>;
  case ScalarType::U64:
    return map<&bfind<uint64_t, shiftAmount>>;
  default:
    return map<&bfind<int64_t, shiftAmount>>;
  }
}

template <typename T> struct Brev {
  static T apply(T a) {
    T reversed = 0;
    for (uint32_t i = 0; i < width<T>; ++i)
      reversed |= (a >> i & 1) << (width<T> - 1 - i);
    return reversed;
  }
};

template <bool clamp> uint32_t bitMask(uint32_t start, uint32_t length) {
  uint32_t from = clamp ? start : start & 31;
  uint32_t count = clamp ? length : length & 31;
  if (from > 31)
    return 0;
  uint32_t ones = count > 31 ? ~0u : (1u << count) - 1;
  return ones << from;
}

template <typename T, bool clamp> T signOrZeroExtend(T a, uint32_t position) {
  uint32_t bits = clamp ? (position < 32 ? position : 32) : position & 31;
  if (bits == 0)
    return 0;
  return static_cast<T>(static_cast<T>(uint32_t(a) << (32 - bits)) >>
                        (32 - bits));
}

/// The position of the offset-th set bit, counted up or down from `base`.
uint32_t findNth(uint32_t mask, uint32_t base, uint32_t offset) {
  auto count = static_cast<int32_t>(offset);
  if (count == 0)
    return base < 32 && mask >> base & 1 ? base : 0xffffffff;
  int32_t step = count > 0 ? 1 : -1;
  for (int64_t i = base; i >= 0 && i < 32; i += step)
    if (mask >> i & 1 && (count -= step) == 0)
      return static_cast<uint32_t>(i);
  return 0xffffffff;
}

//===----------------------------------------------------------------------===//
// prmt
//===----------------------------------------------------------------------===//

uint32_t pickByte(uint64_t bytes, uint32_t selector) {
  uint32_t byte = bytes >> (8 * (selector & 7)) & 0xff;
  return selector & 8 ? (byte & 0x80 ? 0xff : 0) : byte;
}
uint32_t permute(uint32_t a, uint32_t b, uint32_t selectors) {
  uint64_t bytes = uint64_t(b) << 32 | a;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i)
    result |= pickByte(bytes, selectors >> (4 * i) & 15) << (8 * i);
  return result;
}
// The modes pick by two bits of the selector: four selectors each, a nibble a
// byte, lowest first.
constexpr uint16_t permuteModes[6][4] = {
    {0x3210, 0x4321, 0x5432, 0x6543}, // f4e
    {0x5670, 0x6701, 0x7012, 0x0123}, // b4e
    {0x0000, 0x1111, 0x2222, 0x3333}, // rc8
    {0x3210, 0x3211, 0x3222, 0x3333}, // ecl
    {0x0000, 0x1110, 0x2210, 0x3210}, // ecr
    {0x1010, 0x3232, 0x1010, 0x3232}, // rc16
};
template <int mode>
uint32_t permuteBy(uint32_t a, uint32_t b, uint32_t selector) {
  return permute(a, b, permuteModes[mode][selector & 3]);
}

} // namespace

void addBits(FormTable &table) {
  table.add("and.{pred|b16|b32|b64} =d, a, b", pickLogic<And>);
  table.add("or.{pred|b16|b32|b64} =d, a, b", pickLogic<Or>);
  table.add("xor.{pred|b16|b32|b64} =d, a, b", pickLogic<Xor>);
  table.add("not.{pred|b16|b32|b64} =d, a", pickLogic<Not>);
  table.add("cnot.{b16|b32|b64} =d, a", [](const Match &m) {
    return pick<CNot, uint16_t, uint32_t, uint64_t>(m.type());
  });
  table.add("lop3.b32 =d, a, b, c, #lut:u32",
            [](const Match &) { return map<&lop3>; });

  table.add("shl.{b16|b32|b64} =d, a, b:u32", [](const Match &m) {
    return pick<Shl, uint16_t, uint32_t, uint64_t>(m.type());
  });
  table.add("shr.{b16|b32|b64|u16|u32|u64|s16|s32|s64} =d, a, b:u32",
            [](const Match &m) { return pickInteger<Shr>(m.type()); });
  table.add("shf.{l|r}.{wrap|clamp}.b32 =d, a, b, c:u32", [](const Match &m) {
    bool clamp = m.has("clamp");
    return m.has("l")
               ? (clamp ? map<&funnel<true, true>> : map<&funnel<true, false>>)
               : (clamp ? map<&funnel<false, true>>
                        : map<&funnel<false, false>>);
  });

  table.add("bfe.{u32|s32|u64|s64} =d, a, b:u32, c:u32", [](const Match &m) {
    return pick<Bfe, uint32_t, int32_t, uint64_t, int64_t>(m.type());
  });
  table.add("bfi.{b32|b64} =d, a, b, c:u32, e:u32", [](const Match &m) {
    return pick<Bfi, uint32_t, uint64_t>(m.type());
  });
  table.add("bfind.{u32|s32|u64|s64} =d:u32, a", pickBfind<false>);
  table.add("bfind.shiftamt.{u32|s32|u64|s64} =d:u32, a", pickBfind<true>);
  table.add("brev.{b32|b64} =d, a", [](const Match &m) {
    return pick<Brev, uint32_t, uint64_t>(m.type());
  });
  table.add("clz.{b32|b64} =d:u32, a", [](const Match &m) {
    return m.type() == ScalarType::B32 ? map<&leadingZeros<uint32_t>>
                                       : map<&leadingZeros<uint64_t>>;
  });
  table.add("popc.{b32|b64} =d:u32, a", [](const Match &m) {
    return m.type() == ScalarType::B32 ? map<&popcount<uint32_t>>
                                       : map<&popcount<uint64_t>>;
  });
  table.add("fns.b32 =d, mask, base, offset:b32",
            [](const Match &) { return map<&findNth, Cost::Costly>; });
  table.add("bmsk.{clamp|wrap}.b32 =d, a:b32, b:b32", [](const Match &m) {
    return m.has("clamp") ? map<&bitMask<true>> : map<&bitMask<false>>;
  });
  table.add("szext.{clamp|wrap}.{u32|s32} =d, a, b:u32", [](const Match &m) {
    bool clamp = m.has("clamp");
    return m.has("s32") ? (clamp ? map<&signOrZeroExtend<int32_t, true>>
                                 : map<&signOrZeroExtend<int32_t, false>>)
                        : (clamp ? map<&signOrZeroExtend<uint32_t, true>>
                                 : map<&signOrZeroExtend<uint32_t, false>>);
  });

  table.add("prmt.b32 =d, a, b, c",
            [](const Match &) { return map<&permute>; });
  table.add("prmt.b32.{f4e|b4e|rc8|ecl|ecr|rc16} =d, a, b, c",
            [](const Match &m) -> Handler {
              constexpr Handler handlers[] = {
                  map<&permuteBy<0>>, map<&permuteBy<1>>, map<&permuteBy<2>>,
                  map<&permuteBy<3>>, map<&permuteBy<4>>, map<&permuteBy<5>>};
              return handlers[m.chosen[1]];
            });
}

} // namespace theano::sim::THEANO_SIM_ISA
