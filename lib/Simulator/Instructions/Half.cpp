//===- Half.cpp - f16 and bf16 arithmetic, single and packed --------------===//
//
// Sums, differences and products of two are rounded to double first. It has
// more than twice the digits and two, so that the second rounding gives what a
// single one would.
//
//===----------------------------------------------------------------------===//

#include "Instructions/SmallFloats.h"

#include <cmath>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

enum class Finish : uint8_t { Plain, Sat, Relu };

template <typename T, bool ftz> double read(T x) {
  return toDouble(ftz ? flushSmall(x) : x);
}
template <typename T, bool ftz, Finish how> T write(double x) {
  if (how == Finish::Sat)
    x = saturate(x);
  if (how == Finish::Relu)
    x = x != x ? x : x > 0 ? x : 0;
  T made = toSmall<T>(x);
  return ftz ? flushSmall(made) : made;
}

template <typename T, bool ftz, Finish how> struct Add {
  static T apply(T a, T b) {
    return write<T, ftz, how>(read<T, ftz>(a) + read<T, ftz>(b));
  }
};
template <typename T, bool ftz, Finish how> struct Sub {
  static T apply(T a, T b) {
    return write<T, ftz, how>(read<T, ftz>(a) - read<T, ftz>(b));
  }
};
template <typename T, bool ftz, Finish how> struct Mul {
  static T apply(T a, T b) {
    return write<T, ftz, how>(read<T, ftz>(a) * read<T, ftz>(b));
  }
};
template <typename T, bool ftz, Finish how> struct Fma {
  static T apply(T a, T b, T c) {
    return write<T, ftz, how>(
        oddFma(read<T, ftz>(a), read<T, ftz>(b), read<T, ftz>(c)));
  }
};

/// A function of two or three small floats, on both halves of 32 bits.
template <auto F> struct Packed;
template <typename T, T (*F)(T, T)> struct Packed<F> {
  static uint32_t apply(uint32_t a, uint32_t b) {
    auto at = [&](int i) -> uint32_t {
      return F(T{static_cast<uint16_t>(a >> i)},
               T{static_cast<uint16_t>(b >> i)})
          .bits;
    };
    return at(16) << 16 | at(0);
  }
};
template <typename T, T (*F)(T, T, T)> struct Packed<F> {
  static uint32_t apply(uint32_t a, uint32_t b, uint32_t c) {
    auto at = [&](int i) -> uint32_t {
      return F(T{static_cast<uint16_t>(a >> i)},
               T{static_cast<uint16_t>(b >> i)},
               T{static_cast<uint16_t>(c >> i)})
          .bits;
    };
    return at(16) << 16 | at(0);
  }
};
template <typename T, T (*F)(T)> struct Packed<F> {
  static uint32_t apply(uint32_t a) {
    auto at = [&](int i) -> uint32_t {
      return F(T{static_cast<uint16_t>(a >> i)}).bits;
    };
    return at(16) << 16 | at(0);
  }
};

/// The handler of F for the type that the match ends with.
template <auto half, auto bfloat> Handler byType(const Match &match) {
  switch (match.type()) {
  case ScalarType::F16:
    return map<half>;
  case ScalarType::BF16:
    return map<bfloat>;
  case ScalarType::F16X2:
    return map<&Packed<half>::apply>;
  default:
    return map<&Packed<bfloat>::apply>;
  }
}
template <template <typename, bool, Finish> class F>
Handler pickSmall(const Match &match) {
  using enum Finish;
  bool ftz = match.has("ftz");
  if (match.has("sat"))
    return ftz ? byType<&F<Half, true, Sat>::apply,
                        &F<BFloat, false, Sat>::apply>(match)
               : byType<&F<Half, false, Sat>::apply,
                        &F<BFloat, false, Sat>::apply>(match);
  if (match.has("relu"))
    return ftz ? byType<&F<Half, true, Relu>::apply,
                        &F<BFloat, false, Relu>::apply>(match)
               : byType<&F<Half, false, Relu>::apply,
                        &F<BFloat, false, Relu>::apply>(match);
  return ftz ? byType<&F<Half, true, Plain>::apply,
                      &F<BFloat, false, Plain>::apply>(match)
             : byType<&F<Half, false, Plain>::apply,
                      &F<BFloat, false, Plain>::apply>(match);
}

template <typename T, bool ftz> T negate(T a) {
  return {static_cast<uint16_t>((ftz ? flushSmall(a) : a).bits ^ 0x8000)};
}
template <typename T, bool ftz> T absolute(T a) {
  return {static_cast<uint16_t>((ftz ? flushSmall(a) : a).bits & 0x7fff)};
}
template <typename T, bool greater, bool nan, bool ftz> T minMax(T a, T b) {
  return toSmall<T>(pickOf<greater, nan>(read<T, ftz>(a), read<T, ftz>(b)));
}
template <bool greater> Handler pickMinMax(const Match &match) {
  bool ftz = match.has("ftz");
  if (match.has("NaN"))
    return ftz ? byType<&minMax<Half, greater, true, true>,
                        &minMax<BFloat, greater, true, false>>(match)
               : byType<&minMax<Half, greater, true, false>,
                        &minMax<BFloat, greater, true, false>>(match);
  return ftz ? byType<&minMax<Half, greater, false, true>,
                      &minMax<BFloat, greater, false, false>>(match)
             : byType<&minMax<Half, greater, false, false>,
                      &minMax<BFloat, greater, false, false>>(match);
}
template <typename T, bool ftz> T exp2Of(T a) {
  return write<T, ftz, Finish::Plain>(std::exp2(read<T, ftz>(a)));
}
template <typename T> T tanhOf(T a) {
  return toSmall<T>(std::tanh(toDouble(a)));
}

} // namespace

void addHalf(FormTable &table) {
  table.add("add{.rn}{.ftz}{.sat}.{f16|f16x2} =d, a, b", pickSmall<Add>);
  table.add("sub{.rn}{.ftz}{.sat}.{f16|f16x2} =d, a, b", pickSmall<Sub>);
  table.add("mul{.rn}{.ftz}{.sat}.{f16|f16x2} =d, a, b", pickSmall<Mul>);
  table.add("add{.rn}.{bf16|bf16x2} =d, a, b", pickSmall<Add>);
  table.add("sub{.rn}.{bf16|bf16x2} =d, a, b", pickSmall<Sub>);
  table.add("mul{.rn}.{bf16|bf16x2} =d, a, b", pickSmall<Mul>);
  table.add("fma.rn{.ftz}{.sat|relu}.{f16|f16x2} =d, a, b, c", pickSmall<Fma>);
  table.add("fma.rn{.relu}.{bf16|bf16x2} =d, a, b, c", pickSmall<Fma>);
  table.add("neg.{f16|f16x2|bf16|bf16x2} =d, a",
            byType<&negate<Half, false>, &negate<BFloat, false>>);
  table.add("abs.{f16|f16x2|bf16|bf16x2} =d, a",
            byType<&absolute<Half, false>, &absolute<BFloat, false>>);
  table.add("neg.ftz.{f16|f16x2} =d, a",
            byType<&negate<Half, true>, &negate<BFloat, true>>);
  table.add("abs.ftz.{f16|f16x2} =d, a",
            byType<&absolute<Half, true>, &absolute<BFloat, true>>);
  table.add("min{.ftz}{.NaN}.{f16|f16x2} =d, a, b", pickMinMax<false>);
  table.add("max{.ftz}{.NaN}.{f16|f16x2} =d, a, b", pickMinMax<true>);
  table.add("min{.NaN}.{bf16|bf16x2} =d, a, b", pickMinMax<false>);
  table.add("max{.NaN}.{bf16|bf16x2} =d, a, b", pickMinMax<true>);
  table.add("ex2.approx.{f16|f16x2} =d, a",
            byType<&exp2Of<Half, false>, &exp2Of<BFloat, false>>);
  table.add("ex2.approx.ftz.{bf16|bf16x2} =d, a",
            byType<&exp2Of<Half, true>, &exp2Of<BFloat, true>>);
  table.add("tanh.approx.{f16|f16x2|bf16|bf16x2} =d, a",
            byType<&tanhOf<Half>, &tanhOf<BFloat>>);
}

} // namespace theano::sim::THEANO_SIM_ISA
