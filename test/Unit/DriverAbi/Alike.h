//===- Alike.h - two declarations of one binary interface -------*- C++ -*-===//

#ifndef THEANO_TEST_DRIVERABI_ALIKE_H
#define THEANO_TEST_DRIVERABI_ALIKE_H

#include <type_traits>

namespace theano::cuda {

/// Whether A and B are passed alike: numbers and enums of one size and
/// signedness, pointers to things that are themselves alike and equally const.
/// Pointers to incomplete types (the handles) are alike.
template <typename A, typename B> struct Alike {
  static constexpr bool scalar() {
    if constexpr (std::is_enum_v<A>)
      return Alike<std::underlying_type_t<A>, B>::value;
    else if constexpr (std::is_enum_v<B>)
      return Alike<A, std::underlying_type_t<B>>::value;
    else if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>)
      return sizeof(A) == sizeof(B) &&
             std::is_signed_v<A> == std::is_signed_v<B> &&
             std::is_floating_point_v<A> == std::is_floating_point_v<B>;
    else
      return std::is_same_v<A, B> ||
             (std::is_class_v<A> && std::is_class_v<B>) ||
             (std::is_union_v<A> && std::is_union_v<B>);
  }
  static constexpr bool value = scalar();
};
template <typename A, typename B> struct Alike<A *, B *> {
  static constexpr bool value =
      std::is_const_v<A> == std::is_const_v<B> &&
      Alike<std::remove_const_t<A>, std::remove_const_t<B>>::value;
};
template <typename R, typename... As, typename S, typename... Bs>
struct Alike<R(As...), S(Bs...)> {
  static constexpr bool parameters() {
    if constexpr (sizeof...(As) == sizeof...(Bs))
      return (Alike<As, Bs>::value && ...);
    else
      return false;
  }
  static constexpr bool value = Alike<R, S>::value && parameters();
};

// The comparison itself can say no.
static_assert(!Alike<int(int), int(unsigned)>::value);
static_assert(!Alike<int(int), int(int, int)>::value);
static_assert(!Alike<int(const char *), int(char *)>::value);
static_assert(!Alike<int(void *), int(void **)>::value);
static_assert(!Alike<int(float), int(int)>::value);

} // namespace theano::cuda

#endif // THEANO_TEST_DRIVERABI_ALIKE_H
