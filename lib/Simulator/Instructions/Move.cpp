//===- Move.cpp - moves, packing, and addresses between spaces ------------===//

#include "Instructions/Extend.h"

#include <chrono>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

template <typename T> struct Copy {
  static T apply(T a) { return a; }
};

//===----------------------------------------------------------------------===//
// Clocks
//===----------------------------------------------------------------------===//

uint64_t readClock(Warp &warp, SpecialRegister which) {
  using enum SpecialRegister;
  warp.noteClockRead();
  switch (which) {
  case Clock:
  case Clock64:
    return warp.clock();
  case ClockHi:
    return warp.clock() >> 32;
  default:
    break;
  }
  auto now = std::chrono::system_clock::now().time_since_epoch();
  auto nanoseconds = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  return which == GlobalTimerHi ? nanoseconds >> 32 : nanoseconds;
}

template <typename T> const Op *clockOp(Warp &warp, const Op &op) {
  auto value =
      static_cast<T>(readClock(warp, static_cast<SpecialRegister>(op.aux)));
  T *to = warp.row<T>(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1)
    to[std::countr_zero(rest)] = value;
  return &op + 1;
}

//===----------------------------------------------------------------------===//
// mov
//===----------------------------------------------------------------------===//

template <typename Whole, typename Part> Whole join(Part low, Part high) {
  return static_cast<Whole>(Whole(high) << (8 * sizeof(Part)) | low);
}
uint64_t joinFour(uint16_t a, uint16_t b, uint16_t c, uint16_t d) {
  return join<uint64_t>(join<uint32_t>(a, b), join<uint32_t>(c, d));
}
uint32_t joinFourBytes(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return join<uint32_t>(join<uint16_t>(a, b), join<uint16_t>(c, d));
}
template <typename Whole, typename Part, int index> Part take(Whole whole) {
  return static_cast<Part>(whole >> (8 * sizeof(Part) * index));
}
template <typename Whole, typename Part> Handler takePart(size_t index) {
  constexpr int top = sizeof(Whole) / sizeof(Part) - 1;
  return index == 0   ? map<&take<Whole, Part, 0>>
         : index == 1 ? map<&take<Whole, Part, 1 < top ? 1 : top>>
         : index == 2 ? map<&take<Whole, Part, 2 < top ? 2 : top>>
                      : map<&take<Whole, Part, 3 < top ? 3 : top>>;
}

Handler joining(unsigned bits, size_t parts) {
  if (parts == 2)
    return bits == 64   ? map<&join<uint64_t, uint32_t>>
           : bits == 32 ? map<&join<uint32_t, uint16_t>>
                        : map<&join<uint16_t, uint8_t>>;
  if (parts == 4)
    return bits == 64   ? map<&joinFour>
           : bits == 32 ? map<&joinFourBytes>
                        : nullptr;
  return nullptr;
}
Handler taking(unsigned bits, size_t parts, size_t index) {
  if (parts == 2)
    return bits == 64   ? takePart<uint64_t, uint32_t>(index)
           : bits == 32 ? takePart<uint32_t, uint16_t>(index)
                        : takePart<uint16_t, uint8_t>(index);
  if (parts == 4)
    return bits == 64   ? takePart<uint64_t, uint16_t>(index)
           : bits == 32 ? takePart<uint32_t, uint8_t>(index)
                        : nullptr;
  return nullptr;
}
ScalarType bitsType(unsigned bits) {
  return bits == 8    ? ScalarType::B8
         : bits == 16 ? ScalarType::B16
         : bits == 32 ? ScalarType::B32
                      : ScalarType::B64;
}

bool emitPack(Emitter &emitter, const Match &match) {
  const Operand &to = match.instruction.operands[0];
  const Operand &from = match.instruction.operands[1];
  ScalarType type = match.type();
  size_t parts = from.elements.size();
  Handler handler = joining(bitsOf(type), parts);
  if (kindOf(type) != TypeKind::Bits || !handler)
    return emitter.error(from.where, "mov." + std::string(spelling(type)) +
                                         " of " + std::to_string(parts) +
                                         " parts is not implemented");
  uint32_t at[4] = {}, whole = 0;
  for (size_t i = 0; i < parts; ++i)
    if (!emitter.source(from.elements[i],
                        bitsType(bitsOf(type) / static_cast<unsigned>(parts)),
                        false, at[i]))
      return false;
  if (!emitter.destination(to, type, false, whole))
    return false;
  Op &op = emitter.append(handler);
  op.at[0] = whole;
  for (size_t i = 0; i < parts; ++i)
    op.at[i + 1] = at[i];
  return true;
}

bool emitUnpack(Emitter &emitter, const Match &match) {
  const Operand &to = match.instruction.operands[0];
  const Operand &from = match.instruction.operands[1];
  ScalarType type = match.type();
  size_t parts = to.elements.size();
  if (kindOf(type) != TypeKind::Bits || !taking(bitsOf(type), parts, 0))
    return emitter.error(to.where, "mov." + std::string(spelling(type)) +
                                       " to " + std::to_string(parts) +
                                       " parts is not implemented");
  uint32_t whole = 0, at[4] = {};
  if (!emitter.source(from, type, false, whole))
    return false;
  bool overlaps = false;
  for (size_t i = 0; i < parts; ++i) {
    if (!emitter.destination(
            to.elements[i],
            bitsType(bitsOf(type) / static_cast<unsigned>(parts)), false,
            at[i]))
      return false;
    overlaps |= at[i] == whole;
  }
  // A part written early must not change what the others are taken from.
  if (overlaps) {
    uint32_t kept = emitter.temporaryRow();
    Op &op =
        emitter.appendHelper(bitsOf(type) == 64 ? map<&Copy<uint64_t>::apply>
                                                : map<&Copy<uint32_t>::apply>);
    op.at[0] = kept;
    op.at[1] = whole;
    whole = kept;
  }
  for (size_t i = 0; i < parts; ++i) {
    if (to.elements[i].kind == Operand::Kind::Sink)
      continue;
    Op &op = emitter.append(taking(bitsOf(type), parts, i));
    op.at[0] = at[i];
    op.at[1] = whole;
  }
  return true;
}

bool emitMove(Emitter &emitter, const Match &match) {
  const Operand &to = match.instruction.operands[0];
  const Operand &from = match.instruction.operands[1];
  ScalarType type = match.type();
  if (from.kind == Operand::Kind::Vector)
    return emitPack(emitter, match);
  if (to.kind == Operand::Kind::Vector)
    return emitUnpack(emitter, match);
  uint32_t destination = 0, source = 0;
  if (!emitter.destination(to, type, false, destination))
    return false;
  if (from.kind == Operand::Kind::Special &&
      factsOf(from.special).when == SpecialWhen::Clock) {
    if (bitsOf(type) != bitsOf(factsOf(from.special).type))
      return emitter.error(from.where, "the clock has another width");
    Op &op = emitter.append(bitsOf(type) == 64 ? &clockOp<uint64_t>
                                               : &clockOp<uint32_t>);
    op.at[0] = destination;
    op.aux = static_cast<uint32_t>(from.special);
    return true;
  }
  if (!emitter.source(from, type, false, source))
    return false;
  Op &op = emitter.append(type == ScalarType::Pred ? map<&Copy<bool>::apply>
                          : bitsOf(type) == 64 ? map<&Copy<uint64_t>::apply>
                                               : map<&Copy<uint32_t>::apply>);
  op.at[0] = destination;
  op.at[1] = source;
  return true;
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

template <uint64_t window> uint64_t toGeneric(uint64_t address) {
  return address + window;
}
template <uint64_t window> uint64_t fromGeneric(uint64_t address) {
  return address - window;
}
Handler pickToGeneric(const Match &match) {
  if (match.has("local"))
    return map<&toGeneric<localWindow>>;
  if (match.has("param") || match.has("param::entry"))
    return map<&toGeneric<paramWindow>>;
  return map<&toGeneric<0>>;
}
Handler pickFromGeneric(const Match &match) {
  if (match.has("local"))
    return map<&fromGeneric<localWindow>>;
  if (match.has("param") || match.has("param::entry"))
    return map<&fromGeneric<paramWindow>>;
  return map<&fromGeneric<0>>;
}
template <uint64_t window> bool isIn(uint64_t address) {
  return address >> windowShift == window >> windowShift;
}
const Op *isConstOp(Warp &warp, const Op &op) {
  const auto *addresses = warp.row<uint64_t>(op.at[1]);
  uint32_t &to = warp.predicate(op.at[0]);
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    // Constant memory is the read-only part of global memory.
    bool inside = warp.isReadOnly(addresses[lane]);
    to = (to & ~(1u << lane)) | uint32_t(inside) << lane;
  }
  return &op + 1;
}

} // namespace

void addMove(FormTable &table) {
  table.addCustom("mov.{pred|b16|b32|b64|u16|u32|u64|s16|s32|s64|f32|f64} "
                  "*d, *a",
                  emitMove);
  // Those of shared memory know of clusters.
  table.add("cvta.{global|const|local|param|param::entry}.u64 =d, a",
            pickToGeneric);
  table.add("cvta.to.{global|const|local|param|param::entry}.u64 =d, a",
            pickFromGeneric);
  table.add("isspacep.{global|local|param} =p:pred, a:u64", [](const Match &m) {
    return m.has("global")  ? map<&isIn<0>>
           : m.has("local") ? map<&isIn<localWindow>>
                            : map<&isIn<paramWindow>>;
  });
  table.add("isspacep.const =p:pred, a:u64",
            [](const Match &) -> Handler { return &isConstOp; });
}

} // namespace theano::sim::THEANO_SIM_ISA
