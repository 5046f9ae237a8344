//===- Integer.cpp - integer arithmetic -----------------------------------===//

#include "Instructions/Lanes.h"

#include <limits>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

// All arithmetic is modulo the width: computed unsigned, and at least in 32
// bits, where C++ has no overflow to be undefined.
template <typename T> using Unsigned = std::make_unsigned_t<T>;
template <typename T>
using Wide = std::conditional_t<
    sizeof(T) == 8,
    std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>,
    std::conditional_t<
        sizeof(T) == 4,
        std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
        std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>>>;
template <typename T>
using Double = std::conditional_t<
    sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
    std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>>;

template <typename T> THEANO_SIM_INLINE T addModulo(T a, T b) {
  return static_cast<T>(Unsigned<T>(a) + Unsigned<T>(b));
}
template <typename T> THEANO_SIM_INLINE T subModulo(T a, T b) {
  return static_cast<T>(Unsigned<T>(a) - Unsigned<T>(b));
}
template <typename T> THEANO_SIM_INLINE T mulModulo(T a, T b) {
  if constexpr (sizeof(T) < 4)
    return static_cast<T>(uint32_t(a) * uint32_t(b));
  else
    return static_cast<T>(Unsigned<T>(a) * Unsigned<T>(b));
}
template <typename T> THEANO_SIM_INLINE T mulHigh(T a, T b) {
  using W = Wide<T>;
  if constexpr (sizeof(T) == 2)
    return static_cast<T>((int64_t(a) * int64_t(b)) >> 16);
  else
    return static_cast<T>((W(a) * W(b)) >> (8 * sizeof(T)));
}
template <typename T> THEANO_SIM_INLINE Double<T> mulWide(T a, T b) {
  using D = Double<T>;
  if constexpr (sizeof(T) == 2)
    return static_cast<D>(int64_t(a) * int64_t(b));
  else
    return D(a) * D(b);
}

template <typename T> struct Add {
  static T apply(T a, T b) { return addModulo(a, b); }
};
template <typename T> struct Sub {
  static T apply(T a, T b) { return subModulo(a, b); }
};
template <typename T> struct MulLo {
  static T apply(T a, T b) { return mulModulo(a, b); }
};
template <typename T> struct MulHi {
  static T apply(T a, T b) { return mulHigh(a, b); }
};
template <typename T> struct MulWide {
  static Double<T> apply(T a, T b) { return mulWide(a, b); }
};
template <typename T> struct MadLo {
  static T apply(T a, T b, T c) { return addModulo(mulModulo(a, b), c); }
};
template <typename T> struct MadHi {
  static T apply(T a, T b, T c) { return addModulo(mulHigh(a, b), c); }
};
template <typename T> struct MadWide {
  static Double<T> apply(T a, T b, Double<T> c) {
    return addModulo(mulWide(a, b), c);
  }
};

int32_t saturate(int64_t value) {
  return static_cast<int32_t>(value > INT32_MAX   ? INT32_MAX
                              : value < INT32_MIN ? INT32_MIN
                                                  : value);
}
int32_t addSaturated(int32_t a, int32_t b) { return saturate(int64_t(a) + b); }
int32_t subSaturated(int32_t a, int32_t b) { return saturate(int64_t(a) - b); }
int32_t madHiSaturated(int32_t a, int32_t b, int32_t c) {
  return saturate(int64_t(mulHigh(a, b)) + c);
}

// The ISA leaves division by 0 open; devices answer all ones, and the dividend
// as the remainder. The least integer by -1 wraps around.
template <typename T> struct Div {
  static T apply(T a, T b) {
    if (b == 0)
      return static_cast<T>(~T(0));
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return subModulo(T(0), a);
    return static_cast<T>(a / b);
  }
};
template <typename T> struct Rem {
  static T apply(T a, T b) {
    if (b == 0)
      return a;
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return 0;
    return static_cast<T>(a % b);
  }
};

template <typename T> struct Min {
  static T apply(T a, T b) { return a < b ? a : b; }
};
template <typename T> struct Max {
  static T apply(T a, T b) { return a > b ? a : b; }
};
template <typename T> struct Neg {
  static T apply(T a) { return subModulo(T(0), a); }
};
template <typename T> struct Abs {
  static T apply(T a) { return a < 0 ? subModulo(T(0), a) : a; }
};
int32_t minRelu(int32_t a, int32_t b) {
  int32_t least = a < b ? a : b;
  return least < 0 ? 0 : least;
}
int32_t maxRelu(int32_t a, int32_t b) {
  int32_t most = a > b ? a : b;
  return most < 0 ? 0 : most;
}
template <typename T> struct Sad {
  static T apply(T a, T b, T c) {
    return addModulo(c, a < b ? subModulo(b, a) : subModulo(a, b));
  }
};

//===----------------------------------------------------------------------===//
// 24-bit products, and dot products of bytes
//===----------------------------------------------------------------------===//

template <typename T> THEANO_SIM_INLINE int64_t product24(T a, T b) {
  auto low24 = [](T value) -> int64_t {
    int32_t shifted = static_cast<int32_t>(uint32_t(value) << 8);
    return std::is_signed_v<T> ? int64_t(shifted >> 8)
                               : int64_t(uint32_t(shifted) >> 8);
  };
  return low24(a) * low24(b);
}
template <typename T> struct Mul24Lo {
  static T apply(T a, T b) { return static_cast<T>(product24(a, b)); }
};
/// Bits 16 to 47.
template <typename T> struct Mul24Hi {
  static T apply(T a, T b) { return static_cast<T>(product24(a, b) >> 16); }
};
template <typename T> struct Mad24Lo {
  static T apply(T a, T b, T c) {
    return addModulo(Mul24Lo<T>::apply(a, b), c);
  }
};
template <typename T> struct Mad24Hi {
  static T apply(T a, T b, T c) {
    return addModulo(Mul24Hi<T>::apply(a, b), c);
  }
};

template <typename A> THEANO_SIM_INLINE int32_t byteOf(uint32_t word, int i) {
  return static_cast<A>(word >> (8 * i));
}
template <typename A> THEANO_SIM_INLINE int32_t halfOf(uint32_t word, int i) {
  return static_cast<A>(word >> (16 * i));
}
template <typename A, typename B>
uint32_t dp4a(uint32_t a, uint32_t b, uint32_t c) {
  for (int i = 0; i < 4; ++i)
    c += static_cast<uint32_t>(byteOf<A>(a, i) * byteOf<B>(b, i));
  return c;
}
template <typename A, typename B, int from>
uint32_t dp2a(uint32_t a, uint32_t b, uint32_t c) {
  for (int i = 0; i < 2; ++i)
    c += static_cast<uint32_t>(
        halfOf<std::conditional_t<std::is_signed_v<A>, int16_t, uint16_t>>(a,
                                                                           i) *
        byteOf<B>(b, i + from));
  return c;
}

template <typename T> struct PackedAdd {
  static uint32_t apply(uint32_t a, uint32_t b) {
    return ((a & 0x7fff7fff) + (b & 0x7fff7fff)) ^ ((a ^ b) & 0x80008000);
  }
};
template <typename T, bool greater, bool relu = false>
uint32_t packedPick(uint32_t a, uint32_t b) {
  uint32_t result = 0;
  for (int i = 0; i < 2; ++i) {
    auto x = static_cast<T>(a >> (16 * i)), y = static_cast<T>(b >> (16 * i));
    T picked = (x > y) == greater ? x : y;
    if (relu && picked < 0)
      picked = 0;
    result |= uint32_t(static_cast<uint16_t>(picked)) << (16 * i);
  }
  return result;
}

} // namespace

void addInteger(FormTable &table) {
  table.add("add.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<Add>(m.type()); });
  table.add("sub.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<Sub>(m.type()); });
  table.add("add.sat.s32 =d, a, b",
            [](const Match &) { return map<&addSaturated>; });
  table.add("sub.sat.s32 =d, a, b",
            [](const Match &) { return map<&subSaturated>; });
  table.add("add.{u16x2|s16x2} =d, a, b",
            [](const Match &) { return map<&PackedAdd<uint32_t>::apply>; });
  table.add("mul.lo.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<MulLo>(m.type()); });
  table.add("mul.hi.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<MulHi>(m.type()); });
  table.add("mul.wide.{u16|s16|u32|s32} =d:w, a, b", [](const Match &m) {
    return pick<MulWide, uint16_t, int16_t, uint32_t, int32_t>(m.type());
  });
  table.add("mad.lo.{u16|s16|u32|s32|u64|s64} =d, a, b, c",
            [](const Match &m) { return pickInteger<MadLo>(m.type()); });
  table.add("mad.hi.{u16|s16|u32|s32|u64|s64} =d, a, b, c",
            [](const Match &m) { return pickInteger<MadHi>(m.type()); });
  table.add("mad.hi.sat.s32 =d, a, b, c",
            [](const Match &) { return map<&madHiSaturated>; });
  table.add("mad.wide.{u16|s16|u32|s32} =d:w, a, b, c:w", [](const Match &m) {
    return pick<MadWide, uint16_t, int16_t, uint32_t, int32_t>(m.type());
  });
  table.add("div.{u16|s16|u32|s32|u64|s64} =d, a, b", [](const Match &m) {
    return pickCostly<Div, uint16_t, int16_t, uint32_t, int32_t, uint64_t,
                      int64_t>(m.type());
  });
  table.add("rem.{u16|s16|u32|s32|u64|s64} =d, a, b", [](const Match &m) {
    return pickCostly<Rem, uint16_t, int16_t, uint32_t, int32_t, uint64_t,
                      int64_t>(m.type());
  });
  table.add("min.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<Min>(m.type()); });
  table.add("max.{u16|s16|u32|s32|u64|s64} =d, a, b",
            [](const Match &m) { return pickInteger<Max>(m.type()); });
  // The headers of CUDA write the type first.
  table.add("min~.relu.s32 =d, a, b",
            [](const Match &) { return map<&minRelu>; });
  table.add("max~.relu.s32 =d, a, b",
            [](const Match &) { return map<&maxRelu>; });
  table.add("min.{u16x2|s16x2} =d, a, b", [](const Match &m) {
    return m.has("u16x2") ? map<&packedPick<uint16_t, false>>
                          : map<&packedPick<int16_t, false>>;
  });
  table.add("max.{u16x2|s16x2} =d, a, b", [](const Match &m) {
    return m.has("u16x2") ? map<&packedPick<uint16_t, true>>
                          : map<&packedPick<int16_t, true>>;
  });
  table.add("min~.relu.s16x2 =d, a, b", [](const Match &) {
    return map<&packedPick<int16_t, false, true>>;
  });
  table.add("max~.relu.s16x2 =d, a, b", [](const Match &) {
    return map<&packedPick<int16_t, true, true>>;
  });
  table.add("neg.{s16|s32|s64} =d, a", [](const Match &m) {
    return pick<Neg, int16_t, int32_t, int64_t>(m.type());
  });
  table.add("abs.{s16|s32|s64} =d, a", [](const Match &m) {
    return pick<Abs, int16_t, int32_t, int64_t>(m.type());
  });
  table.add("sad.{u16|s16|u32|s32|u64|s64} =d, a, b, c",
            [](const Match &m) { return pickInteger<Sad>(m.type()); });
  table.add("mul24.lo.{u32|s32} =d, a, b", [](const Match &m) {
    return pick<Mul24Lo, uint32_t, int32_t>(m.type());
  });
  table.add("mul24.hi.{u32|s32} =d, a, b", [](const Match &m) {
    return pick<Mul24Hi, uint32_t, int32_t>(m.type());
  });
  table.add("mad24.lo.{u32|s32} =d, a, b, c", [](const Match &m) {
    return pick<Mad24Lo, uint32_t, int32_t>(m.type());
  });
  table.add("mad24.hi.{u32|s32} =d, a, b, c", [](const Match &m) {
    return pick<Mad24Hi, uint32_t, int32_t>(m.type());
  });
  table.add("dp4a.{u32|s32}.{u32|s32} =d:b32, a:0, b:1, c:b32",
            [](const Match &m) {
              bool a = m.word(0) == "s32", b = m.word(1) == "s32";
              return a ? (b ? map<&dp4a<int8_t, int8_t>>
                            : map<&dp4a<int8_t, uint8_t>>)
                       : (b ? map<&dp4a<uint8_t, int8_t>>
                            : map<&dp4a<uint8_t, uint8_t>>);
            });
  table.add("dp2a.lo.{u32|s32}.{u32|s32} =d:b32, a:0, b:1, c:b32",
            [](const Match &m) {
              bool a = m.word(1) == "s32", b = m.word(2) == "s32";
              return a ? (b ? map<&dp2a<int8_t, int8_t, 0>>
                            : map<&dp2a<int8_t, uint8_t, 0>>)
                       : (b ? map<&dp2a<uint8_t, int8_t, 0>>
                            : map<&dp2a<uint8_t, uint8_t, 0>>);
            });
  table.add("dp2a.hi.{u32|s32}.{u32|s32} =d:b32, a:0, b:1, c:b32",
            [](const Match &m) {
              bool a = m.word(1) == "s32", b = m.word(2) == "s32";
              return a ? (b ? map<&dp2a<int8_t, int8_t, 2>>
                            : map<&dp2a<int8_t, uint8_t, 2>>)
                       : (b ? map<&dp2a<uint8_t, int8_t, 2>>
                            : map<&dp2a<uint8_t, uint8_t, 2>>);
            });
}

} // namespace theano::sim::THEANO_SIM_ISA
