//===- Lanes.h - handlers from functions of one lane ------------*- C++ -*-===//
//
// A family of instructions is written as functions of one lane, total on all
// bits: they are also called for lanes that are switched off, whose results are
// thrown away. `map<F>` makes a handler of one, `pick` chooses among types.
//
// Everything here and in the families lives in a namespace named after the
// instruction set that the file is compiled for, because each is compiled more
// than once, and shares no inline function with code that must run on older
// processors. For the same reason the families use no containers.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_LANES_H
#define THEANO_SIMULATOR_INSTRUCTIONS_LANES_H

#include "Machine/Forms.h"
#include "Machine/Warp.h"

#include <type_traits>
#include <utility>

#ifndef THEANO_SIM_ISA
#error "define THEANO_SIM_ISA as the name of the instruction set"
#endif

// Rows are either the same or apart, so that every lane may be computed at once
// even where the destination is also a source.
#if defined(__clang__)
#define THEANO_SIM_LANES                                                       \
  _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#else
#define THEANO_SIM_LANES _Pragma("GCC ivdep")
#endif

namespace theano::sim::THEANO_SIM_ISA {

/// The bits of the 16-bit floats.
struct Half {
  uint16_t bits;
};
struct BFloat {
  uint16_t bits;
};

/// How a row holds a lane of type T: 16-bit and 8-bit values in 32 bits, zeros
/// above.
template <typename T>
using Cell = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <typename T> THEANO_SIM_INLINE T fromCell(Cell<T> cell) {
  if constexpr (sizeof(T) >= 4)
    return std::bit_cast<T>(cell);
  else if constexpr (sizeof(T) == 2)
    return std::bit_cast<T>(static_cast<uint16_t>(cell));
  else
    return std::bit_cast<T>(static_cast<uint8_t>(cell));
}

template <typename T> THEANO_SIM_INLINE Cell<T> toCell(T value) {
  if constexpr (sizeof(T) >= 4)
    return std::bit_cast<Cell<T>>(value);
  else if constexpr (sizeof(T) == 2)
    return std::bit_cast<uint16_t>(value);
  else
    return std::bit_cast<uint8_t>(value);
}

//===----------------------------------------------------------------------===//
// map
//===----------------------------------------------------------------------===//

/// A source operand: its row, and for a predicate its 32 bits.
template <typename T> struct Source {
  const Cell<T> *cells;
  THEANO_SIM_INLINE Source(const Warp &warp, uint32_t at)
      : cells(warp.row<Cell<T>>(at)) {}
  THEANO_SIM_INLINE T operator[](unsigned lane) const {
    return fromCell<T>(cells[lane]);
  }
};
template <> struct Source<bool> {
  uint32_t bits;
  THEANO_SIM_INLINE Source(const Warp &warp, uint32_t at)
      : bits(warp.predicate(at)) {}
  THEANO_SIM_INLINE bool operator[](unsigned lane) const {
    return bits >> lane & 1;
  }
};

/// How lanes that are switched off are treated.
enum class Cost : uint8_t {
  Cheap,  ///< computed all the same, several lanes at once
  Costly, ///< left out
};

template <auto F, Cost cost> struct Mapped;

template <typename R, typename... A, R (*F)(A...), Cost cost>
struct Mapped<F, cost> {
  static const Op *run(Warp &warp, const Op &op) {
    apply(warp, op, std::index_sequence_for<A...>());
    return &op + 1;
  }

private:
  template <size_t... I>
  static THEANO_SIM_INLINE void apply(Warp &warp, const Op &op,
                                      std::index_sequence<I...>) {
    apply(warp, op, Source<A>(warp, op.at[I + 1])...);
  }

  static THEANO_SIM_INLINE void apply(Warp &warp, const Op &op,
                                      Source<A>... sources) {
    uint32_t mask = warp.mask;
    if constexpr (std::is_same_v<R, bool>) {
      uint32_t bits = 0;
      if constexpr (cost == Cost::Cheap) {
        for (unsigned lane = 0; lane < warpSize; ++lane)
          bits |= uint32_t(F(sources[lane]...)) << lane;
      } else {
        for (uint32_t rest = mask; rest; rest &= rest - 1) {
          auto lane = static_cast<unsigned>(std::countr_zero(rest));
          bits |= uint32_t(F(sources[lane]...)) << lane;
        }
      }
      uint32_t &row = warp.predicate(op.at[0]);
      row = (row & ~mask) | (bits & mask);
    } else {
      Cell<R> *to = warp.row<Cell<R>>(op.at[0]);
      if constexpr (cost == Cost::Costly) {
        for (uint32_t rest = mask; rest; rest &= rest - 1) {
          auto lane = static_cast<unsigned>(std::countr_zero(rest));
          to[lane] = toCell<R>(F(sources[lane]...));
        }
      } else if (mask == fullMask) {
        THEANO_SIM_LANES
        for (unsigned lane = 0; lane < warpSize; ++lane)
          to[lane] = toCell<R>(F(sources[lane]...));
      } else {
        THEANO_SIM_LANES
        for (unsigned lane = 0; lane < warpSize; ++lane) {
          Cell<R> made = toCell<R>(F(sources[lane]...));
          to[lane] = mask >> lane & 1 ? made : to[lane];
        }
      }
    }
  }
};

/// The handler that stores F(row 1, row 2, ...) in row 0. `bool` stands for a
/// predicate.
template <auto F, Cost cost = Cost::Cheap>
constexpr Handler map = &Mapped<F, cost>::run;

//===----------------------------------------------------------------------===//
// pick
//===----------------------------------------------------------------------===//

/// Does PTX's `type` mean the C++ type T? Untyped bits are taken as unsigned.
template <typename T> constexpr bool means(ScalarType type) {
  using enum ScalarType;
  if constexpr (std::is_same_v<T, uint8_t>)
    return type == U8 || type == B8;
  if constexpr (std::is_same_v<T, uint16_t>)
    return type == U16 || type == B16;
  if constexpr (std::is_same_v<T, uint32_t>)
    return type == U32 || type == B32;
  if constexpr (std::is_same_v<T, uint64_t>)
    return type == U64 || type == B64;
  if constexpr (std::is_same_v<T, int8_t>)
    return type == S8;
  if constexpr (std::is_same_v<T, int16_t>)
    return type == S16;
  if constexpr (std::is_same_v<T, int32_t>)
    return type == S32;
  if constexpr (std::is_same_v<T, int64_t>)
    return type == S64;
  if constexpr (std::is_same_v<T, float>)
    return type == F32;
  if constexpr (std::is_same_v<T, double>)
    return type == F64;
  if constexpr (std::is_same_v<T, Half>)
    return type == F16;
  if constexpr (std::is_same_v<T, BFloat>)
    return type == BF16;
  if constexpr (std::is_same_v<T, bool>)
    return type == Pred;
  return false;
}

/// The handler `map<F<T>::apply>` for the one of Ts that `type` means, or null.
template <template <typename> class F, typename... Ts>
Handler pick(ScalarType type) {
  Handler found = nullptr;
  ((means<Ts>(type) ? void(found = map<&F<Ts>::apply>) : void()), ...);
  return found;
}

/// The same, leaving out lanes that are switched off.
template <template <typename> class F, typename... Ts>
Handler pickCostly(ScalarType type) {
  Handler found = nullptr;
  ((means<Ts>(type) ? void(found = map<&F<Ts>::apply, Cost::Costly>) : void()),
   ...);
  return found;
}

template <template <typename> class F> Handler pickInteger(ScalarType type) {
  return pick<F, uint16_t, int16_t, uint32_t, int32_t, uint64_t, int64_t>(type);
}

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_LANES_H
