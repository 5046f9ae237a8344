//===- Compare.cpp - comparisons and selections ---------------------------===//

#include "Instructions/SmallFloats.h"
#include "Machine/Emitter.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

// Integers know eq to ge; lo, ls, hi and hs are theirs, unsigned. `u` behind a
// float's comparison makes it true where one is no number.
enum class Compare : uint8_t {
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Equ,
  Neu,
  Ltu,
  Leu,
  Gtu,
  Geu,
  Num,
  Nan
};

template <typename T> auto comparable(T value) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat>)
    return toDouble(value);
  else
    return value;
}

template <typename T, Compare compare, bool ftz>
THEANO_SIM_INLINE bool test(T left, T right) {
  if constexpr (std::is_same_v<T, float>) {
    left = flushIf<ftz>(left);
    right = flushIf<ftz>(right);
  } else if constexpr (ftz) {
    left = flushSmall(left);
    right = flushSmall(right);
  }
  auto a = comparable(left), b = comparable(right);
  bool unordered = a != a || b != b;
  switch (compare) {
  case Compare::Eq:
    return a == b;
  case Compare::Ne:
    return a != b && !unordered;
  case Compare::Lt:
    return a < b;
  case Compare::Le:
    return a <= b;
  case Compare::Gt:
    return a > b;
  case Compare::Ge:
    return a >= b;
  case Compare::Equ:
    return a == b || unordered;
  case Compare::Neu:
    return a != b;
  case Compare::Ltu:
    return !(a >= b);
  case Compare::Leu:
    return !(a > b);
  case Compare::Gtu:
    return !(a <= b);
  case Compare::Geu:
    return !(a < b);
  case Compare::Num:
    return !unordered;
  case Compare::Nan:
    return unordered;
  }
}

/// How a third, boolean operand joins in.
enum class Join : uint8_t { None, And, Or, Xor };

/// Predicates (rows 0 and 1): p = t and c, q = not t and c.
template <typename T, Compare compare, bool ftz, Join join>
const Op *setp(Warp &warp, const Op &op) {
  Source<T> a(warp, op.at[2]), b(warp, op.at[3]);
  uint32_t mask = warp.mask, bits = 0;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    bits |= uint32_t(test<T, compare, ftz>(a[lane], b[lane])) << lane;
  uint32_t p = bits, q = ~bits;
  if constexpr (join != Join::None) {
    uint32_t c = warp.predicate(op.at[4]);
    p = join == Join::And ? p & c : join == Join::Or ? p | c : p ^ c;
    q = join == Join::And ? q & c : join == Join::Or ? q | c : q ^ c;
  }
  uint32_t &first = warp.predicate(op.at[0]);
  first = (first & ~mask) | (p & mask);
  uint32_t &second = warp.predicate(op.at[1]);
  second = (second & ~mask) | (q & mask);
  return &op + 1;
}

/// Two at once: p is the answer for the low halves, q for the high ones.
template <typename T, Compare compare, bool ftz, Join join>
const Op *setpPacked(Warp &warp, const Op &op) {
  const uint32_t *a = warp.row<uint32_t>(op.at[2]);
  const uint32_t *b = warp.row<uint32_t>(op.at[3]);
  uint32_t c = join == Join::None ? 0 : warp.predicate(op.at[4]);
  uint32_t mask = warp.mask;
  for (int half = 0; half < 2; ++half) {
    auto part = [half](uint32_t both) {
      T value = {static_cast<uint16_t>(both >> (16 * half))};
      return ftz ? flushSmall(value) : value;
    };
    uint32_t bits = 0;
    for (unsigned lane = 0; lane < warpSize; ++lane)
      bits |= uint32_t(test<T, compare, false>(part(a[lane]), part(b[lane])))
              << lane;
    bits = join == Join::And   ? bits & c
           : join == Join::Or  ? bits | c
           : join == Join::Xor ? bits ^ c
                               : bits;
    uint32_t &to = warp.predicate(op.at[half]);
    to = (to & ~mask) | (bits & mask);
  }
  return &op + 1;
}

/// set: the answer as a number. As in setp, but with one destination.
template <typename T, Compare compare, bool ftz, Join join>
const Op *set(Warp &warp, const Op &op) {
  Source<T> a(warp, op.at[1]), b(warp, op.at[2]);
  uint32_t c = join == Join::None ? 0 : warp.predicate(op.at[3]);
  uint32_t *to = warp.row<uint32_t>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    bool value = test<T, compare, ftz>(a[lane], b[lane]);
    bool other = c >> lane & 1;
    if constexpr (join == Join::And)
      value = value && other;
    if constexpr (join == Join::Or)
      value = value || other;
    if constexpr (join == Join::Xor)
      value = value != other;
    // `aux` is what true looks like in the destination's type.
    to[lane] = value ? op.aux : 0;
  }
  return &op + 1;
}

enum class Shape : uint8_t { Setp, SetpPacked, Set };

template <Shape shape, typename T, Compare compare, bool ftz, Join join>
constexpr Handler compareHandler() {
  if constexpr (shape == Shape::Setp)
    return &setp<T, compare, ftz, join>;
  else if constexpr (shape == Shape::Set)
    return &set<T, compare, ftz, join>;
  else
    return &setpPacked<T, compare, ftz, join>;
}
template <Shape shape, typename T, Compare compare, bool ftz, Join join>
constexpr Handler compareOp = compareHandler<shape, T, compare, ftz, join>();

template <Shape shape, typename T, Compare compare, bool ftz>
Handler withJoin(const Match &match) {
  if (match.has("and"))
    return compareOp<shape, T, compare, ftz, Join::And>;
  if (match.has("or"))
    return compareOp<shape, T, compare, ftz, Join::Or>;
  if (match.has("xor"))
    return compareOp<shape, T, compare, ftz, Join::Xor>;
  return compareOp<shape, T, compare, ftz, Join::None>;
}

template <Shape shape, typename T, bool ftz>
Handler withCompare(const Match &match) {
  using enum Compare;
  std::string_view word = match.word(0);
  auto is = [&](std::string_view name) { return word == name; };
  if (is("eq"))
    return withJoin<shape, T, Eq, ftz>(match);
  if (is("ne"))
    return withJoin<shape, T, std::is_integral_v<T> ? Neu : Ne, ftz>(match);
  if (is("lt") || is("lo"))
    return withJoin<shape, T, Lt, ftz>(match);
  if (is("le") || is("ls"))
    return withJoin<shape, T, Le, ftz>(match);
  if (is("gt") || is("hi"))
    return withJoin<shape, T, Gt, ftz>(match);
  if (is("ge") || is("hs"))
    return withJoin<shape, T, Ge, ftz>(match);
  if constexpr (!std::is_integral_v<T>) {
    if (is("equ"))
      return withJoin<shape, T, Equ, ftz>(match);
    if (is("neu"))
      return withJoin<shape, T, Neu, ftz>(match);
    if (is("ltu"))
      return withJoin<shape, T, Ltu, ftz>(match);
    if (is("leu"))
      return withJoin<shape, T, Leu, ftz>(match);
    if (is("gtu"))
      return withJoin<shape, T, Gtu, ftz>(match);
    if (is("geu"))
      return withJoin<shape, T, Geu, ftz>(match);
    if (is("num"))
      return withJoin<shape, T, Num, ftz>(match);
    if (is("nan"))
      return withJoin<shape, T, Nan, ftz>(match);
  }
  return nullptr;
}

/// The type compared is the last one.
template <Shape shape> Handler pickCompare(const Match &match) {
  switch (match.type(match.typeCount() - 1)) {
  case ScalarType::B16:
  case ScalarType::U16:
    return withCompare<shape, uint16_t, false>(match);
  case ScalarType::S16:
    return withCompare<shape, int16_t, false>(match);
  case ScalarType::B32:
  case ScalarType::U32:
    return withCompare<shape, uint32_t, false>(match);
  case ScalarType::S32:
    return withCompare<shape, int32_t, false>(match);
  case ScalarType::B64:
  case ScalarType::U64:
    return withCompare<shape, uint64_t, false>(match);
  case ScalarType::S64:
    return withCompare<shape, int64_t, false>(match);
  case ScalarType::F16:
    return match.has("ftz") ? withCompare<shape, Half, true>(match)
                            : withCompare<shape, Half, false>(match);
  case ScalarType::BF16:
    return withCompare<shape, BFloat, false>(match);
  case ScalarType::F32:
    return match.has("ftz") ? withCompare<shape, float, true>(match)
                            : withCompare<shape, float, false>(match);
  default:
    return withCompare<shape, double, false>(match);
  }
}

Handler pickPacked(const Match &match) {
  if (match.type() == ScalarType::BF16X2)
    return withCompare<Shape::SetpPacked, BFloat, false>(match);
  return match.has("ftz") ? withCompare<Shape::SetpPacked, Half, true>(match)
                          : withCompare<Shape::SetpPacked, Half, false>(match);
}

bool emitSet(Emitter &emitter, const Match &match) {
  std::vector<uint32_t> at;
  for (size_t i = 0; i < match.instruction.operands.size(); ++i)
    if (!emitter.rows(match.instruction.operands[i], match.form.operands[i],
                      match, at))
      return false;
  Handler handler = pickCompare<Shape::Set>(match);
  if (!handler)
    return emitter.error(match.instruction.where,
                         "the comparison does not fit the type");
  Op &op = emitter.append(handler);
  for (size_t i = 0; i < at.size(); ++i)
    op.at[i] = at[i];
  op.aux = match.type(0) == ScalarType::F32 ? std::bit_cast<uint32_t>(1.0f)
                                            : 0xffffffff;
  return true;
}

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

template <typename T> struct Select {
  static T apply(T a, T b, bool c) { return c ? a : b; }
};
/// By the sign of c; b where it is no number.
template <typename T> struct SelectBySign {
  static T apply(T a, T b, int32_t c) { return c >= 0 ? a : b; }
};
template <bool ftz> struct SelectByFloat {
  template <typename T> struct Of {
    static T apply(T a, T b, float c) { return flushIf<ftz>(c) >= 0 ? a : b; }
  };
};
template <template <typename> class F> Handler pickBits(const Match &match) {
  unsigned bits = bitsOf(match.type());
  return bits == 16   ? map<&F<uint16_t>::apply>
         : bits == 32 ? map<&F<uint32_t>::apply>
                      : map<&F<uint64_t>::apply>;
}

//===----------------------------------------------------------------------===//
// testp
//===----------------------------------------------------------------------===//

enum class Property : uint8_t {
  Finite,
  Infinite,
  Number,
  NotANumber,
  Normal,
  Subnormal
};
template <typename T, Property property> bool hasProperty(T x) {
  T magnitude = x < 0 ? -x : x;
  constexpr T least = sizeof(T) == 4 ? T(0x1p-126) : T(0x1p-1022);
  bool nan = x != x;
  bool infinite = !nan && magnitude - magnitude != 0;
  switch (property) {
  case Property::Finite:
    return !nan && !infinite;
  case Property::Infinite:
    return infinite;
  case Property::Number:
    return !nan;
  case Property::NotANumber:
    return nan;
  case Property::Normal:
    return !nan && !infinite && magnitude >= least;
  case Property::Subnormal:
    return magnitude != 0 && magnitude < least;
  }
}
template <typename T> Handler pickProperty(const Match &match) {
  constexpr Handler handlers[] = {map<&hasProperty<T, Property::Finite>>,
                                  map<&hasProperty<T, Property::Infinite>>,
                                  map<&hasProperty<T, Property::Number>>,
                                  map<&hasProperty<T, Property::NotANumber>>,
                                  map<&hasProperty<T, Property::Normal>>,
                                  map<&hasProperty<T, Property::Subnormal>>};
  return handlers[match.chosen[0]];
}

} // namespace

void addCompare(FormTable &table) {
#define COMPARISONS                                                            \
  "{eq|ne|lt|le|gt|ge|lo|ls|hi|hs|equ|neu|ltu|leu|gtu|geu|num|nan}"
#define TYPES "{b16|b32|b64|u16|u32|u64|s16|s32|s64|f16|bf16|f32|f64}"
  table.add("setp." COMPARISONS "{.ftz}." TYPES " =p:pred|q, a, b",
            pickCompare<Shape::Setp>);
  table.add("setp." COMPARISONS ".{and|or|xor}{.ftz}." TYPES
            " =p:pred|q, a, b, !c:pred",
            pickCompare<Shape::Setp>);
  table.add("setp." COMPARISONS "{.ftz}.f16x2 =p:pred|q, a, b", pickPacked);
  table.add("setp." COMPARISONS ".{and|or|xor}{.ftz}.f16x2 "
            "=p:pred|q, a, b, !c:pred",
            pickPacked);
  table.add("setp." COMPARISONS ".bf16x2 =p:pred|q, a, b", pickPacked);
  table.add("setp." COMPARISONS ".{and|or|xor}.bf16x2 "
            "=p:pred|q, a, b, !c:pred",
            pickPacked);
  table.addCustom("set." COMPARISONS "{.ftz}.{u32|s32|f32}." TYPES
                  " =d, a:1, b:1",
                  emitSet);
  table.addCustom("set." COMPARISONS ".{and|or|xor}{.ftz}.{u32|s32|f32}." TYPES
                  " =d, a:1, b:1, !c:pred",
                  emitSet);
#undef TYPES
#undef COMPARISONS
  table.add("selp.{b16|b32|b64|u16|u32|u64|s16|s32|s64|f32|f64} "
            "=d, a, b, c:pred",
            pickBits<Select>);
  table.add("slct.{b16|b32|b64|u16|u32|u64|s16|s32|s64|f32|f64}.s32 "
            "=d, a, b, c:1",
            pickBits<SelectBySign>);
  table.add("slct{.ftz}.{b16|b32|b64|u16|u32|u64|s16|s32|s64|f32|f64}.f32 "
            "=d, a, b, c:1",
            [](const Match &m) {
              return m.has("ftz") ? pickBits<SelectByFloat<true>::Of>(m)
                                  : pickBits<SelectByFloat<false>::Of>(m);
            });
  table.add("testp.{finite|infinite|number|notanumber|normal|subnormal}."
            "{f32|f64} =p:pred, a",
            [](const Match &m) {
              return m.type() == ScalarType::F32 ? pickProperty<float>(m)
                                                 : pickProperty<double>(m);
            });
}

} // namespace theano::sim::THEANO_SIM_ISA
