//===- Convert.cpp - cvt in all its forms ---------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/SmallFloats.h"
#include "Machine/Tf32.h"

#include <limits>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// A variant of cvt: the modifiers, apart from the types.
struct Variant {
  bool integerRound = false; ///< rni, rzi, rmi, rpi
  Round round = Round::Nearest;
  bool ftz = false, sat = false, relu = false;
};

//===----------------------------------------------------------------------===//
// Integer to integer
//===----------------------------------------------------------------------===//

template <typename D, typename S> D clampInteger(S value) {
  using Limits = std::numeric_limits<D>;
  // Wide enough for both.
  auto wide = static_cast<__int128>(value);
  return wide < __int128(Limits::min())   ? Limits::min()
         : wide > __int128(Limits::max()) ? Limits::max()
                                          : static_cast<D>(wide);
}
template <typename D, typename S> Handler integerToInteger(const Variant &how) {
  return how.sat ? map<&clampInteger<D, S>> : map<&convertInteger<D, S>>;
}

//===----------------------------------------------------------------------===//
// Float to integer: always clamped
//===----------------------------------------------------------------------===//

template <Round round> double roundToInteger(double x) {
  switch (round) {
  case Round::Nearest:
    return __builtin_roundeven(x);
  case Round::Down:
    return __builtin_floor(x);
  case Round::Up:
    return __builtin_ceil(x);
  case Round::Zero:
    return __builtin_trunc(x);
  }
}

template <typename S, bool ftz> THEANO_SIM_INLINE double readFloat(S value) {
  if constexpr (std::is_same_v<S, float>)
    return flushIf<ftz>(value);
  else
    return toDouble(value);
}

template <typename D, typename S, Round round, bool ftz> D floatToInteger(S a) {
  using Limits = std::numeric_limits<D>;
  double x = readFloat<S, ftz>(a);
  // What devices answer for no number.
  constexpr bool zero = !std::is_same_v<S, double> && sizeof(D) < 8;
  constexpr D top =
      static_cast<D>(std::make_unsigned_t<D>(1) << (8 * sizeof(D) - 1));
  if (x != x)
    return zero ? D(0) : top;
  x = roundToInteger<round>(x);
  // Both bounds are powers of two, or exact.
  if (x <= static_cast<double>(Limits::min()))
    return Limits::min();
  if (x >= static_cast<double>(Limits::max()))
    return Limits::max();
  return static_cast<D>(x);
}
template <typename D, typename S, bool ftz>
Handler floatToInteger(const Variant &how) {
  constexpr Cost cost = sizeof(D) < 4 || ftz ? Cost::Costly : Cost::Cheap;
  switch (how.round) {
  case Round::Nearest:
    return map<&floatToInteger<D, S, Round::Nearest, ftz>, cost>;
  case Round::Down:
    return map<&floatToInteger<D, S, Round::Down, ftz>, cost>;
  case Round::Up:
    return map<&floatToInteger<D, S, Round::Up, ftz>, cost>;
  case Round::Zero:
    break;
  }
  return map<&floatToInteger<D, S, Round::Zero, ftz>, cost>;
}

//===----------------------------------------------------------------------===//
// Integer to float: rounded once
//===----------------------------------------------------------------------===//

template <typename D, typename S, Round round, bool sat>
D integerToFloat(S value) {
  if constexpr (std::is_same_v<D, float> || std::is_same_v<D, double>) {
    // The host converts in its rounding mode.
    D made = static_cast<D>(value);
    return sat ? saturate(made) : made;
  } else {
    // 64 bits that double cannot hold keep a sticky last digit.
    bool negative = value < 0;
    uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(value)
                                  : static_cast<uint64_t>(value);
    if (magnitude >> 53)
      magnitude = (magnitude >> 12 | ((magnitude & 0xfff) != 0)) << 12;
    double exact = static_cast<double>(magnitude);
    exact = negative ? -exact : exact;
    return toSmall<D>(sat ? saturate(exact) : exact, round);
  }
}
template <typename D, typename S, bool sat>
Handler integerToFloat(const Variant &how) {
  if constexpr (std::is_same_v<D, float> || std::is_same_v<D, double>)
    return rounded<map<&integerToFloat<D, S, Round::Nearest, sat>>>(how.round);
  using enum Cost;
  switch (how.round) {
  case Round::Nearest:
    return map<&integerToFloat<D, S, Round::Nearest, sat>, Costly>;
  case Round::Down:
    return map<&integerToFloat<D, S, Round::Down, sat>, Costly>;
  case Round::Up:
    return map<&integerToFloat<D, S, Round::Up, sat>, Costly>;
  case Round::Zero:
    break;
  }
  return map<&integerToFloat<D, S, Round::Zero, sat>, Costly>;
}

//===----------------------------------------------------------------------===//
// Float to float
//===----------------------------------------------------------------------===//

template <typename D, Round round> D writeFloat(double x) {
  if constexpr (std::is_same_v<D, double>)
    return x;
  else if constexpr (std::is_same_v<D, float>)
    return canonical(static_cast<float>(x)); // in the host's rounding mode
  else
    return toSmall<D>(x, round);
}

template <typename D, typename S, Round round, bool toInteger, bool ftz,
          bool sat, bool relu>
D floatToFloat(S a) {
  double x = readFloat<S, ftz>(a);
  if (toInteger)
    x = __builtin_copysign(roundToInteger<round>(x), x);
  if (sat)
    x = saturate(x);
  if (relu)
    x = x != x ? x : x > 0 ? x : 0;
  D made = writeFloat<D, round>(x);
  if constexpr (std::is_same_v<D, float>)
    return flushIf<ftz>(made);
  return made;
}

template <typename D, typename S, Round round, bool toInteger>
Handler finishFloat(const Variant &how) {
  // Only the plain one is worth the code of a vectorised loop.
  using enum Cost;
  if (how.relu)
    return map<&floatToFloat<D, S, round, toInteger, false, false, true>,
               Costly>;
  if (how.ftz)
    return how.sat
               ? map<&floatToFloat<D, S, round, toInteger, true, true, false>,
                     Costly>
               : map<&floatToFloat<D, S, round, toInteger, true, false, false>,
                     Costly>;
  return how.sat
             ? map<&floatToFloat<D, S, round, toInteger, false, true, false>,
                   Costly>
             : map<&floatToFloat<D, S, round, toInteger, false, false, false>>;
}
template <typename D, typename S, Round round>
Handler roundedFloat(const Variant &how) {
  if (how.integerRound)
    return finishFloat<D, S, round, true>(how);
  if constexpr (!std::is_same_v<D, float> || !std::is_same_v<S, double>)
    return finishFloat<D, S, round, false>(how);
  // Double to single: by the host, in its rounding mode.
  if (how.ftz)
    return how.sat
               ? withRounding<
                     map<&floatToFloat<D, S, round, false, true, true, false>>,
                     round>
               : withRounding<
                     map<&floatToFloat<D, S, round, false, true, false, false>>,
                     round>;
  return how.sat
             ? withRounding<
                   map<&floatToFloat<D, S, round, false, false, true, false>>,
                   round>
             : withRounding<
                   map<&floatToFloat<D, S, round, false, false, false, false>>,
                   round>;
}
template <typename D, typename S> Handler floatToFloat(const Variant &how) {
  switch (how.round) {
  case Round::Nearest:
    return roundedFloat<D, S, Round::Nearest>(how);
  case Round::Down:
    return roundedFloat<D, S, Round::Down>(how);
  case Round::Up:
    return roundedFloat<D, S, Round::Up>(how);
  case Round::Zero:
    break;
  }
  return roundedFloat<D, S, Round::Zero>(how);
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

template <typename T>
constexpr bool isFloat =
    std::is_same_v<T, float> || std::is_same_v<T, double> ||
    std::is_same_v<T, Half> || std::is_same_v<T, BFloat>;

template <typename D, typename S> Handler between(const Variant &how) {
  if constexpr (isFloat<D> && isFloat<S>)
    return floatToFloat<D, S>(how);
  else if constexpr (isFloat<D>)
    return how.sat ? integerToFloat<D, S, true>(how)
                   : integerToFloat<D, S, false>(how);
  else if constexpr (isFloat<S>)
    return how.ftz ? floatToInteger<D, S, true>(how)
                   : floatToInteger<D, S, false>(how);
  else
    return integerToInteger<D, S>(how);
}

template <typename D, typename... Ss>
Handler from(ScalarType source, const Variant &how) {
  Handler found = nullptr;
  ((means<Ss>(source) ? void(found = between<D, Ss>(how)) : void()), ...);
  return found;
}
template <typename... Ts>
Handler conversion(ScalarType to, ScalarType source, const Variant &how) {
  Handler found = nullptr;
  ((means<Ts>(to) ? void(found = from<Ts, Ts...>(source, how)) : void()), ...);
  return found;
}

bool emitConvert(Emitter &emitter, const Match &match) {
  const Instruction &instruction = match.instruction;
  ScalarType to = match.type(0), source = match.type(1);
  Variant how;
  how.round = roundOf(match);
  how.integerRound = match.has("rni") || match.has("rzi") || match.has("rmi") ||
                     match.has("rpi");
  how.ftz = match.has("ftz");
  how.sat = match.has("sat");
  how.relu = match.has("relu");
  bool rounds = how.integerRound || match.has("rn") || match.has("rz") ||
                match.has("rm") || match.has("rp");
  bool toFloat = kindOf(to) == TypeKind::Float;
  bool fromFloat = kindOf(source) == TypeKind::Float;
  bool narrows = toFloat && (!fromFloat || bitsOf(to) < bitsOf(source));
  if ((narrows && !rounds) || (!toFloat && fromFloat && !how.integerRound))
    return emitter.error(
        instruction.where,
        std::string("cvt needs a rounding modifier here: ") +
            (toFloat ? "rn, rz, rm or rp" : "rni, rzi, rmi or rpi"));
  bool sameFloat = toFloat && to == source;
  if (how.integerRound ? !(sameFloat || (!toFloat && fromFloat))
                       : rounds && !narrows && !sameFloat)
    return emitter.error(instruction.where,
                         "cvt takes no such rounding modifier here");
  WideDestination destination;
  uint32_t at = 0;
  if (!wideSource(emitter, instruction.operands[1], source, at) ||
      !wideDestination(emitter, instruction.operands[0], to, destination))
    return false;
  Handler handler =
      conversion<uint8_t, int8_t, uint16_t, int16_t, uint32_t, int32_t,
                 uint64_t, int64_t, Half, BFloat, float, double>(to, source,
                                                                 how);
  if (!handler)
    return emitter.error(instruction.where,
                         "cvt between ." + std::string(spelling(source)) +
                             " and ." + std::string(spelling(to)) +
                             " is not implemented");
  Op &op = emitter.append(handler);
  op.at[0] = destination.at;
  op.at[1] = at;
  finishDestination(emitter, destination);
  return true;
}

//===----------------------------------------------------------------------===//
// Two at once, and tf32
//===----------------------------------------------------------------------===//

template <typename T, Round round, bool relu>
uint32_t packTwo(float high, float low) {
  auto one = [](float x) -> uint32_t {
    double value = relu && x <= 0 ? 0.0 : double(x);
    return toSmall<T>(value, round).bits;
  };
  return one(high) << 16 | one(low);
}
template <typename T> Handler pickPack(const Match &match) {
  bool relu = match.has("relu");
  if (match.has("rz"))
    return relu ? map<&packTwo<T, Round::Zero, true>>
                : map<&packTwo<T, Round::Zero, false>>;
  return relu ? map<&packTwo<T, Round::Nearest, true>>
              : map<&packTwo<T, Round::Nearest, false>>;
}

template <Ties ties> uint32_t toTf32(float a) {
  return roundToTf32<ties>(std::bit_cast<uint32_t>(a));
}

} // namespace

void addConvert(FormTable &table) {
  table.add("cvt.{rn|rz}{.relu}.f16x2.f32 =d:b32, a:f32, b:f32",
            pickPack<Half>);
  table.add("cvt.{rn|rz}{.relu}.bf16x2.f32 =d:b32, a:f32, b:f32",
            pickPack<BFloat>);
  table.add("cvt.rna.tf32.f32 =d:b32, a:f32",
            [](const Match &) { return map<&toTf32<Ties::Away>>; });
  table.add("cvt.rn.tf32.f32 =d:b32, a:f32",
            [](const Match &) { return map<&toTf32<Ties::Even>>; });
  table.addCustom("cvt{.rn|rz|rm|rp|rni|rzi|rmi|rpi}{.ftz}{.sat|relu}."
                  "{u8|s8|u16|s16|u32|s32|u64|s64|f16|bf16|f32|f64}."
                  "{u8|s8|u16|s16|u32|s32|u64|s64|f16|bf16|f32|f64} "
                  "=d~, a:1~",
                  emitConvert);
}

} // namespace theano::sim::THEANO_SIM_ISA
