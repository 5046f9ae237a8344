//===- Access.h - loads and stores of 32 lanes ------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_ACCESS_H
#define THEANO_SIMULATOR_INSTRUCTIONS_ACCESS_H

#include "Instructions/Lanes.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

/// An unsigned integer of so many bytes.
template <unsigned bytes>
using Word = std::conditional_t<
    bytes == 1, uint8_t,
    std::conditional_t<bytes == 2, uint16_t,
                       std::conditional_t<bytes == 4, uint32_t, uint64_t>>>;

template <unsigned bytes>
THEANO_SIM_INLINE Word<bytes> loadWord(const char *p) {
  Word<bytes> word;
  std::memcpy(&word, p, bytes);
  return word;
}
template <unsigned bytes>
THEANO_SIM_INLINE void storeWord(char *p, Word<bytes> word) {
  std::memcpy(p, &word, bytes);
}

enum class Direction : bool { Load, Store };

/// `count` words of `width` bytes for each lane. Operand 0 is the base,
/// operands 1 and up the data; `imm` is added to the base.
template <Direction direction, unsigned width, unsigned count> struct Access {
  static constexpr unsigned bytes = width * count;
  static constexpr bool store = direction == Direction::Store;
  using DataCell = Cell<Word<width>>;

  static THEANO_SIM_INLINE void lane(Warp &warp, const Op &op, unsigned lane,
                                     char *memory) {
    for (unsigned i = 0; i < count; ++i) {
      DataCell &cell = warp.row<DataCell>(op.at[1 + i])[lane];
      if constexpr (store)
        storeWord<width>(memory + i * width, static_cast<Word<width>>(cell));
      else
        cell = loadWord<width>(memory + i * width);
    }
  }

  /// All lanes, from one piece of memory.
  static THEANO_SIM_INLINE void piece(Warp &warp, const Op &op, char *memory) {
    for (unsigned i = 0; i < count; ++i) {
      DataCell *cells = warp.row<DataCell>(op.at[1 + i]);
      THEANO_SIM_LANES
      for (unsigned l = 0; l < warpSize; ++l) {
        char *at = memory + l * bytes + i * width;
        if constexpr (store)
          storeWord<width>(at, static_cast<Word<width>>(cells[l]));
        else
          cells[l] = loadWord<width>(at);
      }
    }
  }

  //===--------------------------------------------------------------------===//
  // Global
  //===--------------------------------------------------------------------===//

  static const Op *global(Warp &warp, const Op &op) {
    const uint64_t *base = warp.row<uint64_t>(op.at[0]);
    uint64_t offset = op.imm;
    const Warp::Hit hit = warp.hits[op.slot];
    bool usable = hit.end - hit.begin >= bytes && !(store && hit.readOnly);
    if (usable && warp.mask == fullMask) {
      uint64_t first = base[0] + offset, apart = 0, wrong = 0;
      // One allocation holds an address if this difference, unsigned, is small.
      uint64_t room = hit.end - hit.begin - bytes;
      for (unsigned l = 0; l < warpSize; ++l) {
        uint64_t address = base[l] + offset;
        apart |= address - first - l * bytes;
        wrong |= (address - hit.begin > room) | (address & (bytes - 1));
      }
      if (!wrong) {
        if (!apart) {
          piece(warp, op, reinterpret_cast<char *>(first));
          return &op + 1;
        }
        for (unsigned l = 0; l < warpSize; ++l)
          lane(warp, op, l, reinterpret_cast<char *>(base[l] + offset));
        return &op + 1;
      }
    }
    return general<Space::Global>(warp, op);
  }

  //===--------------------------------------------------------------------===//
  // Shared
  //===--------------------------------------------------------------------===//

  template <typename Address>
  static const Op *shared(Warp &warp, const Op &op) {
    const Address *base = warp.row<Address>(op.at[0]);
    auto offset = static_cast<Address>(op.imm);
    if (warp.mask != fullMask || warp.sharedBytes < bytes)
      return general<Space::Shared, Address>(warp, op);
    Address room = static_cast<Address>(warp.sharedBytes - bytes), wrong = 0;
    for (unsigned l = 0; l < warpSize; ++l) {
      Address address = base[l] + offset;
      wrong |= Address(address > room) | (address & (bytes - 1));
    }
    if (wrong)
      return general<Space::Shared, Address>(warp, op);
    char *memory = warp.shared;
    for (unsigned l = 0; l < warpSize; ++l)
      lane(warp, op, l, memory + static_cast<Address>(base[l] + offset));
    return &op + 1;
  }

  //===--------------------------------------------------------------------===//
  // Any space, lane by lane
  //===--------------------------------------------------------------------===//

  template <Space space, typename Address = uint64_t>
  static const Op *general(Warp &warp, const Op &op) {
    const Address *base = warp.row<Address>(op.at[0]);
    for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
      auto l = static_cast<unsigned>(std::countr_zero(rest));
      auto address = static_cast<Address>(base[l] + op.imm);
      if (address & (bytes - 1)) {
        warp.misaligned(op, l, space, address, bytes);
        return warp.stop;
      }
      char *memory = warp.resolve(op, l, space, address, bytes, store);
      if (!memory)
        return warp.stop;
      lane(warp, op, l, memory);
    }
    return &op + 1;
  }

  //===--------------------------------------------------------------------===//
  // Parameters
  //===--------------------------------------------------------------------===//

  /// A kernel's, at `imm` of the launch buffer; loads only.
  static const Op *kernelParam(Warp &warp, const Op &op) {
    const char *from = warp.params + op.imm;
    for (unsigned i = 0; i < count; ++i) {
      DataCell value = loadWord<width>(from + i * width);
      DataCell *cells = warp.row<DataCell>(op.at[1 + i]);
      for (unsigned l = 0; l < warpSize; ++l)
        cells[l] = warp.mask >> l & 1 ? value : cells[l];
    }
    return &op + 1;
  }
  /// A function's or a call's: a block of the frame at `at[0]`, `aux` bytes a
  /// lane, at `imm` of it.
  static const Op *frameParam(Warp &warp, const Op &op) {
    for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
      auto l = static_cast<unsigned>(std::countr_zero(rest));
      lane(warp, op, l, warp.regs + op.at[0] + l * op.aux + op.imm);
    }
    return &op + 1;
  }
};

} // namespace theano::sim::THEANO_SIM_ISA

#endif // THEANO_SIMULATOR_INSTRUCTIONS_ACCESS_H
