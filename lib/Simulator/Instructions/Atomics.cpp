//===- Atomics.cpp - atom and red -----------------------------------------===//
//
// Lane by lane in ascending order.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Access.h"
#include "Instructions/Extend.h"
#include "Instructions/Updates.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// Operands: 0 the address, 1 the old value (or a row nobody reads), 2 and 3 b
/// and c.
template <auto F> struct Atomic;
template <typename T, T (*F)(T, T, T)> struct Atomic<F> {
  template <Space space> static const Op *run(Warp &warp, const Op &op) {
    const auto *base = warp.row<uint64_t>(op.at[0]);
    Cell<T> *to = warp.row<Cell<T>>(op.at[1]);
    const Cell<T> *b = warp.row<Cell<T>>(op.at[2]);
    const Cell<T> *c = warp.row<Cell<T>>(op.at[3]);
    for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(rest));
      uint64_t address = base[lane] + op.imm;
      if (address % sizeof(T)) {
        warp.misaligned(op, lane, space, address, sizeof(T));
        return warp.stop;
      }
      char *memory = warp.resolve(op, lane, space, address, sizeof(T), true);
      if (!memory)
        return warp.stop;
      to[lane] =
          Update<F>::apply(memory, fromCell<T>(b[lane]), fromCell<T>(c[lane]));
    }
    return &op + 1;
  }

  static Handler in(Space space) {
    return space == Space::Global          ? &run<Space::Global>
           : space == Space::Shared        ? &run<Space::Shared>
           : space == Space::SharedCluster ? &run<Space::SharedCluster>
                                           : &run<Space::Generic>;
  }
};

template <template <typename> class F, typename... Ts>
Handler pickAtomic(ScalarType type, Space space) {
  Handler found = nullptr;
  ((means<Ts>(type) ? void(found = Atomic<&F<Ts>::apply>::in(space)) : void()),
   ...);
  return found;
}

Handler pickAdd(ScalarType type, Space space) {
  switch (type) {
  case ScalarType::F32:
    return space == Space::Global ? Atomic<&addFloat<true>>::in(space)
                                  : Atomic<&addFloat<false>>::in(space);
  case ScalarType::F64:
    return Atomic<&addDouble>::in(space);
  case ScalarType::F16:
    return Atomic<&addSmall<Half>>::in(space);
  case ScalarType::BF16:
    return Atomic<&addSmall<BFloat>>::in(space);
  case ScalarType::F16X2:
    return Atomic<&addPacked<Half>>::in(space);
  case ScalarType::BF16X2:
    return Atomic<&addPacked<BFloat>>::in(space);
  default:
    return pickAtomic<Add, uint32_t, int32_t, uint64_t, int64_t>(type, space);
  }
}

Handler pickOperation(const Match &match, Space space) {
  ScalarType type = match.type();
  if (match.has("add"))
    return pickAdd(type, space);
  if (match.has("min"))
    return pickAtomic<Min, uint32_t, int32_t, uint64_t, int64_t>(type, space);
  if (match.has("max"))
    return pickAtomic<Max, uint32_t, int32_t, uint64_t, int64_t>(type, space);
  if (match.has("and"))
    return pickAtomic<And, uint32_t, uint64_t>(type, space);
  if (match.has("or"))
    return pickAtomic<Or, uint32_t, uint64_t>(type, space);
  if (match.has("xor"))
    return pickAtomic<Xor, uint32_t, uint64_t>(type, space);
  if (match.has("exch"))
    return pickAtomic<Exchange, uint32_t, uint64_t>(type, space);
  if (match.has("cas"))
    return pickAtomic<CompareExchange, uint16_t, uint32_t, uint64_t>(type,
                                                                     space);
  if (match.has("inc"))
    return Atomic<&increment>::in(space);
  return Atomic<&decrement>::in(space);
}

bool emitAtomic(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool returns = match.instruction.opcode == "atom";
  ScalarType type = match.type();
  Space space = match.has("global") ? Space::Global
                : match.has("shared") || match.has("shared::cta")
                    ? Space::Shared
                : match.has("shared::cluster") ? Space::SharedCluster
                                               : Space::Generic;
  uint32_t at[4] = {};
  uint64_t offset = 0;
  bool narrow = false;
  size_t next = returns;
  if (!emitter.address(operands[next++], at[0], narrow, offset))
    return false;
  if (returns) {
    if (!emitter.destination(operands[0], type, false, at[1]))
      return false;
  } else {
    at[1] = emitter.scratchRow();
  }
  for (unsigned i = 2; next < operands.size(); ++i)
    if (!emitter.source(operands[next++], type, false, at[i]))
      return false;
  Handler handler = pickOperation(match, space);
  if (!handler)
    return emitter.error(match.instruction.where,
                         "the operation does not fit the type");
  if (narrow) {
    uint32_t wide = emitter.temporaryRow();
    Op &op = emitter.appendHelper(map<&convertInteger<uint64_t, uint32_t>>);
    op.at[0] = wide;
    op.at[1] = at[0];
    at[0] = wide;
  }
  Op &op = emitter.append(handler);
  for (unsigned i = 0; i < 4; ++i)
    op.at[i] = at[i];
  op.imm = offset;
  op.slot = emitter.hitSlot();
  emitter.setAccess({MemoryAccess::Kind::Atomic, space, /*narrow=*/false,
                     static_cast<uint8_t>(bytesOf(type))});
  return true;
}

} // namespace

void addAtomics(FormTable &table) {
  // The manual knows one order of the modifiers; ptxas takes any, and the
  // headers of CUDA write `atom.add.relaxed.gpu.s32`.
#define MODIFIERS                                                              \
  "{.relaxed|acquire|release|acq_rel}{.cta|cluster|gpu|sys}"                   \
  "{.global|shared|shared::cta|shared::cluster}"
  for (const char *add :
       {MODIFIERS ".add.{u32|s32|u64|s64|f32|f64}",
        MODIFIERS ".add.noftz.{f16|bf16|f16x2|bf16x2}",
        MODIFIERS ".{min|max}.{u32|s32|u64|s64}",
        MODIFIERS ".{and|or|xor|exch}.{b32|b64}", MODIFIERS ".{inc|dec}.u32"}) {
    table.addCustom(std::string("atom~") + add + " =d, [a], b", emitAtomic);
    table.addCustom(std::string("red~") + add + " [a], b", emitAtomic);
  }
  table.addCustom("atom~" MODIFIERS ".cas.{b16|b32|b64} =d, [a], b, c",
                  emitAtomic);
#undef MODIFIERS
}

} // namespace theano::sim::THEANO_SIM_ISA
