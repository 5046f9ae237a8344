//===- Float32.cpp - single precision arithmetic --------------------------===//

#include "Instructions/Floats.h"
#include "Instructions/SmallFloats.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

template <bool ftz, bool sat> float finish(float x) {
  x = canonical(flushIf<ftz>(x));
  return sat ? saturate(x) : x;
}

// NAME of the struct, EXPRESSION in the flushed operands a, b and c.
#define THEANO_SIM_BINARY(NAME, EXPRESSION)                                    \
  template <bool ftz, bool sat> struct NAME {                                  \
    static float apply(float x, float y) {                                     \
      float a = flushIf<ftz>(x), b = flushIf<ftz>(y);                          \
      return finish<ftz, sat>(EXPRESSION);                                     \
    }                                                                          \
  };
THEANO_SIM_BINARY(Add, a + b)
THEANO_SIM_BINARY(Sub, a - b)
THEANO_SIM_BINARY(Mul, (a * b))
THEANO_SIM_BINARY(Div, a / b)
#undef THEANO_SIM_BINARY

template <bool ftz, bool sat> struct Fma {
  static float apply(float a, float b, float c) {
    return finish<ftz, sat>(
        __builtin_fmaf(flushIf<ftz>(a), flushIf<ftz>(b), flushIf<ftz>(c)));
  }
};
template <bool ftz, bool sat> struct Rcp {
  static float apply(float a) {
    return finish<ftz, sat>(1.0f / flushIf<ftz>(a));
  }
};
template <bool ftz, bool sat> struct Sqrt {
  static float apply(float a) {
    return finish<ftz, sat>(__builtin_sqrtf(flushIf<ftz>(a)));
  }
};
/// A result of 0 for divisors beyond 2^126, which the approximate division
/// reaches through their reciprocal.
template <bool ftz, bool sat> struct DivApproximate {
  static float apply(float x, float y) {
    float a = flushIf<ftz>(x), b = flushIf<ftz>(y);
    float huge = __builtin_fabsf(b);
    float quotient = a / b;
    if (huge > 0x1p126f && huge <= 0x1.fffffep127f)
      quotient = __builtin_isinf(a) ? __builtin_nanf("")
                                    : __builtin_copysignf(0.0f, quotient);
    return finish<ftz, sat>(quotient);
  }
};

/// F of the modifiers ftz and sat, in the rounding mode that the match says.
template <template <bool, bool> class F> Handler pickFloat(const Match &match) {
  Round round = roundOf(match);
  if (match.has("ftz"))
    return match.has("sat") ? rounded<map<&F<true, true>::apply>>(round)
                            : rounded<map<&F<true, false>::apply>>(round);
  return match.has("sat") ? rounded<map<&F<false, true>::apply>>(round)
                          : rounded<map<&F<false, false>::apply>>(round);
}

template <bool ftz> float negate(float a) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(flushIf<ftz>(a)) ^
                              0x80000000);
}
template <bool ftz> float absolute(float a) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(flushIf<ftz>(a)) &
                              0x7fffffff);
}
/// The magnitude of b with the sign of a.
float copySign(float a, float b) {
  return std::bit_cast<float>((std::bit_cast<uint32_t>(a) & 0x80000000) |
                              (std::bit_cast<uint32_t>(b) & 0x7fffffff));
}

template <bool greater, bool nan, bool ftz> float minMax(float a, float b) {
  return canonical(pickOf<greater, nan>(flushIf<ftz>(a), flushIf<ftz>(b)));
}
/// Of the magnitudes, with the exclusive or of the signs.
template <bool greater, bool nan, bool ftz> float minMaxXor(float a, float b) {
  float x = flushIf<ftz>(a), y = flushIf<ftz>(b);
  float picked = pickOf<greater, nan>(__builtin_fabsf(x), __builtin_fabsf(y));
  uint32_t sign =
      (std::bit_cast<uint32_t>(x) ^ std::bit_cast<uint32_t>(y)) & 0x80000000;
  if (picked != picked)
    return canonical(picked);
  return std::bit_cast<float>(std::bit_cast<uint32_t>(picked) | sign);
}
template <bool greater> Handler pickMinMax(const Match &match) {
  bool nan = match.has("NaN"), ftz = match.has("ftz");
  if (match.has("xorsign"))
    return nan ? (ftz ? map<&minMaxXor<greater, true, true>>
                      : map<&minMaxXor<greater, true, false>>)
               : (ftz ? map<&minMaxXor<greater, false, true>>
                      : map<&minMaxXor<greater, false, false>>);
  return nan ? (ftz ? map<&minMax<greater, true, true>>
                    : map<&minMax<greater, true, false>>)
             : (ftz ? map<&minMax<greater, false, true>>
                    : map<&minMax<greater, false, false>>);
}

//===----------------------------------------------------------------------===//
// f32x2: two in 64 bits
//===----------------------------------------------------------------------===//

template <typename F> uint64_t forBoth(F &&function) {
  uint64_t low = std::bit_cast<uint32_t>(function(0));
  uint64_t high = std::bit_cast<uint32_t>(function(32));
  return high << 32 | low;
}
float part(uint64_t pair, int shift) {
  return std::bit_cast<float>(static_cast<uint32_t>(pair >> shift));
}
template <template <bool, bool> class F> struct Twice {
  template <bool ftz, bool sat> struct Binary {
    static uint64_t apply(uint64_t a, uint64_t b) {
      return forBoth(
          [&](int i) { return F<ftz, sat>::apply(part(a, i), part(b, i)); });
    }
  };
  template <bool ftz, bool sat> struct Ternary {
    static uint64_t apply(uint64_t a, uint64_t b, uint64_t c) {
      return forBoth([&](int i) {
        return F<ftz, sat>::apply(part(a, i), part(b, i), part(c, i));
      });
    }
  };
};

//===----------------------------------------------------------------------===//
// f32.f16 and f32.bf16: factors, and the first term, widened
//===----------------------------------------------------------------------===//

template <template <bool, bool> class F, typename Small> struct Widened {
  static float widen(Small x) { return static_cast<float>(toDouble(x)); }
  template <bool ftz, bool sat> struct Binary {
    static float apply(Small a, float b) {
      return F<ftz, sat>::apply(widen(a), b);
    }
  };
  template <bool ftz, bool sat> struct Ternary {
    static float apply(Small a, Small b, float c) {
      return F<ftz, sat>::apply(widen(a), widen(b), c);
    }
  };
};

} // namespace

void addFloat32(FormTable &table) {
  table.add("add{.rn|rz|rm|rp}{.ftz}{.sat}.f32 =d, a, b", pickFloat<Add>);
  table.add("sub{.rn|rz|rm|rp}{.ftz}{.sat}.f32 =d, a, b", pickFloat<Sub>);
  table.add("mul{.rn|rz|rm|rp}{.ftz}{.sat}.f32 =d, a, b", pickFloat<Mul>);
  table.add("fma.{rn|rz|rm|rp}{.ftz}{.sat}.f32 =d, a, b, c", pickFloat<Fma>);
  table.add("mad{.rn|rz|rm|rp}{.ftz}{.sat}.f32 =d, a, b, c", pickFloat<Fma>);
  table.add("div.{rn|rz|rm|rp}{.ftz}.f32 =d, a, b", pickFloat<Div>);
  table.add("div.full{.ftz}.f32 =d, a, b", pickFloat<Div>);
  table.add("div.approx{.ftz}.f32 =d, a, b", pickFloat<DivApproximate>);
  table.add("rcp.{rn|rz|rm|rp}{.ftz}.f32 =d, a", pickFloat<Rcp>);
  table.add("sqrt.{rn|rz|rm|rp}{.ftz}.f32 =d, a", pickFloat<Sqrt>);

  table.add("neg{.ftz}.f32 =d, a", [](const Match &m) {
    return m.has("ftz") ? map<&negate<true>> : map<&negate<false>>;
  });
  table.add("abs{.ftz}.f32 =d, a", [](const Match &m) {
    return m.has("ftz") ? map<&absolute<true>> : map<&absolute<false>>;
  });
  table.add("copysign.f32 =d, a, b",
            [](const Match &) { return map<&copySign>; });
  table.add("min{.ftz}{.NaN}.f32 =d, a, b", pickMinMax<false>);
  table.add("max{.ftz}{.NaN}.f32 =d, a, b", pickMinMax<true>);
  // One modifier of two words: neither stands alone.
  table.add("min{.ftz}{.NaN}.xorsign.abs.f32 =d, a, b", pickMinMax<false>);
  table.add("max{.ftz}{.NaN}.xorsign.abs.f32 =d, a, b", pickMinMax<true>);

  table.add("add{.rn|rz|rm|rp}{.ftz}.f32x2 =d, a, b",
            pickFloat<Twice<Add>::Binary>);
  table.add("sub{.rn|rz|rm|rp}{.ftz}.f32x2 =d, a, b",
            pickFloat<Twice<Sub>::Binary>);
  table.add("mul{.rn|rz|rm|rp}{.ftz}.f32x2 =d, a, b",
            pickFloat<Twice<Mul>::Binary>);
  table.add("fma.{rn|rz|rm|rp}{.ftz}.f32x2 =d, a, b, c",
            pickFloat<Twice<Fma>::Ternary>);

  table.add("add{.rn|rz|rm|rp}{.sat}.f32.f16 =d:f32, a:f16, b:f32",
            pickFloat<Widened<Add, Half>::Binary>);
  table.add("add{.rn|rz|rm|rp}{.sat}.f32.bf16 =d:f32, a:bf16, b:f32",
            pickFloat<Widened<Add, BFloat>::Binary>);
  table.add("sub{.rn|rz|rm|rp}{.sat}.f32.f16 =d:f32, a:f16, b:f32",
            pickFloat<Widened<Sub, Half>::Binary>);
  table.add("sub{.rn|rz|rm|rp}{.sat}.f32.bf16 =d:f32, a:bf16, b:f32",
            pickFloat<Widened<Sub, BFloat>::Binary>);
  table.add("fma.{rn|rz|rm|rp}{.sat}.f32.f16 =d:f32, a:f16, b:f16, c:f32",
            pickFloat<Widened<Fma, Half>::Ternary>);
  table.add("fma.{rn|rz|rm|rp}{.sat}.f32.bf16 =d:f32, a:bf16, b:bf16, c:f32",
            pickFloat<Widened<Fma, BFloat>::Ternary>);
}

} // namespace theano::sim::THEANO_SIM_ISA
