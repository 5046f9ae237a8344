//===- Approximate.cpp - approximations of single precision ---------------===//
//
// The manual bounds the error of each; ours are within half a unit or so of the
// true value, which is inside all bounds. Results on a device differ in the
// last bits.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Floats.h"

#include <cmath>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

template <bool ftz> struct Rcp {
  static float apply(float a) {
    return canonical(flushIf<ftz>(1.0f / flushIf<ftz>(a)));
  }
};
template <bool ftz> struct Sqrt {
  static float apply(float a) {
    return canonical(flushIf<ftz>(__builtin_sqrtf(flushIf<ftz>(a))));
  }
};
template <bool ftz> struct Rsqrt {
  static float apply(float a) {
    double x = flushIf<ftz>(a);
    return canonical(flushIf<ftz>(static_cast<float>(1.0 / __builtin_sqrt(x))));
  }
};
template <bool ftz> struct Sin {
  static float apply(float a) {
    return canonical(flushIf<ftz>(std::sin(flushIf<ftz>(a))));
  }
};
template <bool ftz> struct Cos {
  static float apply(float a) {
    return canonical(flushIf<ftz>(std::cos(flushIf<ftz>(a))));
  }
};
template <bool ftz> struct Ex2 {
  static float apply(float a) {
    return canonical(flushIf<ftz>(std::exp2(flushIf<ftz>(a))));
  }
};
template <bool ftz> struct Lg2 {
  static float apply(float a) {
    return canonical(flushIf<ftz>(std::log2(flushIf<ftz>(a))));
  }
};
template <bool ftz> struct Tanh {
  static float apply(float a) { return canonical(std::tanh(a)); }
};

template <template <bool> class F> Handler pickCheap(const Match &match) {
  return match.has("ftz") ? map<&F<true>::apply> : map<&F<false>::apply>;
}
template <template <bool> class F> Handler pickCall(const Match &match) {
  return match.has("ftz") ? map<&F<true>::apply, Cost::Costly>
                          : map<&F<false>::apply, Cost::Costly>;
}

} // namespace

void addApproximate(FormTable &table) {
  table.add("rcp.approx{.ftz}.f32 =d, a", pickCheap<Rcp>);
  table.add("sqrt.approx{.ftz}.f32 =d, a", pickCheap<Sqrt>);
  table.add("rsqrt.approx{.ftz}.f32 =d, a", pickCheap<Rsqrt>);
  table.add("sin.approx{.ftz}.f32 =d, a", pickCall<Sin>);
  table.add("cos.approx{.ftz}.f32 =d, a", pickCall<Cos>);
  table.add("ex2.approx{.ftz}.f32 =d, a", pickCall<Ex2>);
  table.add("lg2.approx{.ftz}.f32 =d, a", pickCall<Lg2>);
  table.add("tanh.approx.f32 =d, a", pickCall<Tanh>);
}

} // namespace theano::sim::THEANO_SIM_ISA
