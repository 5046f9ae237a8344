//===- Reductions.h - updates of memory by many values ----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_REDUCTIONS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_REDUCTIONS_H

#include "Instructions/Floats.h"
#include "Instructions/Updates.h"
#include "Machine/Combine.h"

namespace theano::sim::THEANO_SIM_ISA {

enum class Reduction : uint8_t { Add, Min, Max, Inc, Dec, And, Or, Xor };

/// What the modifiers of an instruction say.
inline Reduction reductionOf(const Match &match) {
  return match.has("add")   ? Reduction::Add
         : match.has("min") ? Reduction::Min
         : match.has("max") ? Reduction::Max
         : match.has("inc") ? Reduction::Inc
         : match.has("dec") ? Reduction::Dec
         : match.has("and") ? Reduction::And
         : match.has("or")  ? Reduction::Or
                            : Reduction::Xor;
}

/// Updates element by element with F.
template <auto F> struct Combined;
template <typename T, T (*F)(T, T, T)> struct Combined<F> {
  static void run(char *to, const char *values, uint32_t bytes) {
    for (uint32_t at = 0; at < bytes; at += sizeof(T)) {
      T value;
      std::memcpy(&value, values + at, sizeof(T));
      Update<F>::apply(to + at, value, T{});
    }
  }
};

/// With F<T> for the T that a type is, if it is one of Ts.
template <template <typename> class F, typename... Ts>
Combine pickCombine(ScalarType type) {
  Combine found = nullptr;
  ((means<Ts>(type) ? void(found = &Combined<&F<Ts>::apply>::run) : void()),
   ...);
  return found;
}
template <template <typename> class F>
Combine combineIntegers(ScalarType type) {
  return pickCombine<F, uint32_t, int32_t, uint64_t, int64_t>(type);
}

/// A number wins over none, and +0 is larger than -0.
template <bool greater, typename T> T pickSmall(T old, T b, T) {
  return toSmall<T>(pickOf<greater, false>(toDouble(old), toDouble(b)));
}
template <bool greater, template <typename> class F>
Combine combineExtreme(ScalarType type) {
  if (type == ScalarType::F16)
    return &Combined<&pickSmall<greater, Half>>::run;
  if (type == ScalarType::BF16)
    return &Combined<&pickSmall<greater, BFloat>>::run;
  return combineIntegers<F>(type);
}

/// To global memory, which flushes subnormal numbers.
inline Combine combineSum(ScalarType type) {
  switch (type) {
  case ScalarType::F16:
    return &Combined<&addSmall<Half>>::run;
  case ScalarType::BF16:
    return &Combined<&addSmall<BFloat>>::run;
  case ScalarType::F32:
    return &Combined<&addFloat<true>>::run;
  case ScalarType::F64:
    return &Combined<&addDouble>::run;
  default:
    return combineIntegers<Add>(type);
  }
}

/// Null where the operation does not fit the type. Those on bits take integers
/// whether or not they have a sign.
inline Combine combineOf(Reduction how, ScalarType type) {
  switch (how) {
  case Reduction::Add:
    return combineSum(type);
  case Reduction::Min:
    return combineExtreme<false, Min>(type);
  case Reduction::Max:
    return combineExtreme<true, Max>(type);
  case Reduction::Inc:
    return means<uint32_t>(type) ? &Combined<&increment>::run : nullptr;
  case Reduction::Dec:
    return means<uint32_t>(type) ? &Combined<&decrement>::run : nullptr;
  case Reduction::And:
    return combineIntegers<And>(type);
  case Reduction::Or:
    return combineIntegers<Or>(type);
  case Reduction::Xor:
    return combineIntegers<Xor>(type);
  }
  return nullptr;
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_REDUCTIONS_H
