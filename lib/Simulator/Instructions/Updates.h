//===- Updates.h - atomic updates of memory ---------------------*- C++ -*-===//
//
// Blocks run on several host threads, so that every update of memory is a
// compare-and-exchange of the host.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_UPDATES_H
#define THEANO_SIMULATOR_INSTRUCTIONS_UPDATES_H

#include "Instructions/Access.h"
#include "Instructions/SmallFloats.h"

namespace theano::sim::THEANO_SIM_ISA {

//===----------------------------------------------------------------------===//
// What becomes of the old value with b, and of some with c
//===----------------------------------------------------------------------===//

template <typename T> struct Add {
  static T apply(T old, T b, T) {
    return static_cast<T>(std::make_unsigned_t<T>(old) +
                          std::make_unsigned_t<T>(b));
  }
};
template <typename T> struct Min {
  static T apply(T old, T b, T) { return b < old ? b : old; }
};
template <typename T> struct Max {
  static T apply(T old, T b, T) { return b > old ? b : old; }
};
template <typename T> struct And {
  static T apply(T old, T b, T) { return old & b; }
};
template <typename T> struct Or {
  static T apply(T old, T b, T) { return old | b; }
};
template <typename T> struct Xor {
  static T apply(T old, T b, T) { return old ^ b; }
};
template <typename T> struct Exchange {
  static T apply(T, T b, T) { return b; }
};
template <typename T> struct CompareExchange {
  static T apply(T old, T b, T c) { return old == b ? c : old; }
};
inline uint32_t increment(uint32_t old, uint32_t b, uint32_t) {
  return old >= b ? 0 : old + 1;
}
inline uint32_t decrement(uint32_t old, uint32_t b, uint32_t) {
  return old == 0 || old > b ? b : old - 1;
}
/// Global memory flushes subnormal numbers, shared memory does not.
template <bool ftz> float addFloat(float old, float b, float) {
  return canonical(flushIf<ftz>(flushIf<ftz>(old) + flushIf<ftz>(b)));
}
inline double addDouble(double old, double b, double) { return old + b; }
template <typename T> T addSmall(T old, T b, T) {
  return toSmall<T>(toDouble(old) + toDouble(b));
}
template <typename T> uint32_t addPacked(uint32_t old, uint32_t b, uint32_t) {
  auto at = [&](int i) -> uint32_t {
    return addSmall(T{static_cast<uint16_t>(old >> i)},
                    T{static_cast<uint16_t>(b >> i)}, T{})
        .bits;
  };
  return at(16) << 16 | at(0);
}

//===----------------------------------------------------------------------===//
// The update
//===----------------------------------------------------------------------===//

/// Makes what is at an address F(old, b, c), and answers what was there.
template <auto F> struct Update;
template <typename T, T (*F)(T, T, T)> struct Update<F> {
  using W = Word<sizeof(T)>;

  static THEANO_SIM_INLINE W apply(char *memory, T b, T c) {
    auto *word = reinterpret_cast<W *>(memory);
    W old = __atomic_load_n(word, __ATOMIC_RELAXED), wanted;
    do
      wanted = std::bit_cast<W>(F(std::bit_cast<T>(old), b, c));
    while (!__atomic_compare_exchange_n(word, &old, wanted, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return old;
  }
};

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_UPDATES_H
