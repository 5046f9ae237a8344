//===- Memory.cpp - ld, st and fences -------------------------------------===//

#include "Instructions/Access.h"
#include "Instructions/Extend.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

enum class Path : uint8_t {
  Global,
  Shared,
  SharedNarrow,
  Cluster,
  ClusterNarrow,
  Generic,
  Local,
  Param,
  KernelParam,
  FrameParam
};

template <Direction direction, unsigned width, unsigned count>
Handler pathOf(Path path) {
  using A = Access<direction, width, count>;
  switch (path) {
  case Path::Global:
    return &A::global;
  case Path::Shared:
    return &A::template shared<uint64_t>;
  case Path::SharedNarrow:
    return &A::template shared<uint32_t>;
  case Path::Cluster:
    return &A::template general<Space::SharedCluster>;
  case Path::ClusterNarrow:
    return &A::template general<Space::SharedCluster, uint32_t>;
  case Path::Generic:
    return &A::template general<Space::Generic>;
  case Path::Local:
    return &A::template general<Space::Local>;
  case Path::Param:
    return &A::template general<Space::Param>;
  case Path::KernelParam:
    return direction == Direction::Load
               ? &Access<Direction::Load, width, count>::kernelParam
               : nullptr;
  case Path::FrameParam:
    return &A::frameParam;
  }
  return nullptr;
}
template <Direction direction, unsigned width>
Handler countOf(Path path, unsigned count) {
  return count == 1   ? pathOf<direction, width, 1>(path)
         : count == 2 ? pathOf<direction, width, 2>(path)
                      : pathOf<direction, width, 4>(path);
}
template <Direction direction>
Handler accessOf(Path path, unsigned width, unsigned count) {
  switch (width) {
  case 1:
    return countOf<direction, 1>(path, count);
  case 2:
    return countOf<direction, 2>(path, count);
  case 4:
    return countOf<direction, 4>(path, count);
  default:
    return countOf<direction, 8>(path, count);
  }
}

/// The space that an access counts for; none for parameters.
std::optional<Space> spaceOf(Path path) {
  switch (path) {
  case Path::Global:
    return Space::Global;
  case Path::Shared:
  case Path::SharedNarrow:
    return Space::Shared;
  case Path::Cluster:
  case Path::ClusterNarrow:
    return Space::SharedCluster;
  case Path::Generic:
    return Space::Generic;
  case Path::Local:
    return Space::Local;
  case Path::Param:
  case Path::KernelParam:
  case Path::FrameParam:
    return std::nullopt;
  }
  return std::nullopt;
}

/// Where an access goes, and what its op says about it.
struct Place {
  Path path = Path::Generic;
  uint32_t base = 0, stride = 0;
  uint64_t offset = 0;
};

bool paramPlace(Emitter &emitter, const Operand &operand, unsigned bytes,
                Place &place) {
  const Operand &inner = operand.elements[0];
  const ParamBlock *block = emitter.paramBlock(*inner.variable);
  if (!block)
    return emitter.error(inner.where, "'" + std::string(inner.variable->name) +
                                          "' is no parameter of this function");
  place.offset = inner.value + operand.value;
  if (place.offset > block->bytes || bytes > block->bytes - place.offset)
    return emitter.error(operand.where,
                         "the access ends behind the parameter '" +
                             std::string(inner.variable->name) + "' of " +
                             std::to_string(block->bytes) + " bytes");
  if (place.offset % bytes && bytes <= 16)
    return emitter.error(operand.where, "the access to the parameter '" +
                                            std::string(inner.variable->name) +
                                            "' is misaligned");
  place.path = block->stride ? Path::FrameParam : Path::KernelParam;
  place.base = block->at;
  place.stride = block->stride;
  if (!block->stride)
    place.offset += block->at;
  return true;
}

bool findPlace(Emitter &emitter, const Match &match, const Operand &operand,
               unsigned bytes, Place &place) {
  if (operand.kind == Operand::Kind::Address && operand.elements.size() == 1 &&
      operand.elements[0].kind == Operand::Kind::Symbol &&
      operand.elements[0].variable->space == Space::Param) {
    if (!match.has("param") && !match.has("param::entry") &&
        !match.has("param::func"))
      return emitter.error(operand.where, "a parameter is accessed by "
                                          "ld.param or st.param");
    return paramPlace(emitter, operand, bytes, place);
  }
  bool narrow = false;
  if (!emitter.address(operand, place.base, narrow, place.offset))
    return false;
  bool shared = match.has("shared") || match.has("shared::cta");
  place.path = match.has("global") || match.has("const") ? Path::Global
               : shared                                  ? Path::Shared
               : match.has("shared::cluster")            ? Path::Cluster
               : match.has("local")                      ? Path::Local
               : match.has("param") || match.has("param::entry")
                   ? Path::Param
                   : Path::Generic;
  if (!narrow)
    return true;
  if (shared || place.path == Path::Cluster) {
    place.path = shared ? Path::SharedNarrow : Path::ClusterNarrow;
    return true;
  }
  uint32_t wide = emitter.temporaryRow();
  Op &op = emitter.appendHelper(map<&convertInteger<uint64_t, uint32_t>>);
  op.at[0] = wide;
  op.at[1] = place.base;
  place.base = wide;
  return true;
}

/// The operands of the data: one, or as many in braces as the modifier says.
bool dataOperands(Emitter &emitter, const Match &match, const Operand &operand,
                  const Operand *&first, size_t &count) {
  count = match.vectorWidth();
  bool braces = operand.kind == Operand::Kind::Vector;
  if (count == 1 ? braces : !braces || operand.elements.size() != count)
    return emitter.error(
        operand.where, "expected " + std::to_string(count) +
                           (count == 1 ? " register" : " registers in braces"));
  first = braces ? operand.elements.data() : &operand;
  return true;
}

template <Direction direction>
bool emitAccess(Emitter &emitter, const Match &match) {
  constexpr bool store = direction == Direction::Store;
  const std::vector<Operand> &operands = match.instruction.operands;
  const Operand *data = nullptr;
  size_t count = 0;
  if (!dataOperands(emitter, match, operands[store], data, count))
    return false;
  ScalarType type = match.type();
  auto width = bytesOf(type);
  Place place;
  if (!findPlace(emitter, match, operands[!store],
                 width * static_cast<unsigned>(count), place))
    return false;
  uint32_t at[4] = {};
  WideDestination destinations[4];
  for (size_t i = 0; i < count; ++i) {
    if (!(store ? wideSource(emitter, data[i], type, at[i])
                : wideDestination(emitter, data[i], type, destinations[i])))
      return false;
    if (!store)
      at[i] = destinations[i].at;
  }
  Handler handler =
      accessOf<direction>(place.path, width, static_cast<unsigned>(count));
  if (!handler)
    return emitter.error(match.instruction.where,
                         "a kernel's parameters cannot be written");
  Op &op = emitter.append(handler);
  op.at[0] = place.base;
  for (size_t i = 0; i < count; ++i)
    op.at[1 + i] = at[i];
  op.aux = place.stride;
  op.imm = place.offset;
  op.slot = emitter.hitSlot();
  if (std::optional<Space> space = spaceOf(place.path);
      space && !match.has("const"))
    emitter.setAccess(
        {store ? MemoryAccess::Kind::Store : MemoryAccess::Kind::Load, *space,
         place.path == Path::SharedNarrow || place.path == Path::ClusterNarrow,
         static_cast<uint8_t>(width * count), static_cast<uint8_t>(count),
         fullMask, store ? 0 : ~match.instruction.usedBytes});
  for (size_t i = 0; i < count && !store; ++i)
    finishDestination(emitter, destinations[i]);
  return true;
}

const Op *fenceOp(Warp &, const Op &op) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return &op + 1;
}
const Op *nothingOp(Warp &, const Op &op) { return &op + 1; }

} // namespace

void addMemory(FormTable &table) {
  // Cache operators, eviction priorities and prefetch sizes are hints.
#define HINTS                                                                  \
  "{.ca|cg|cs|cv|lu|wb|wt}"                                                    \
  "{.L1::evict_normal|L1::evict_unchanged|L1::evict_first|L1::evict_last|"     \
  "L1::no_allocate}"                                                           \
  "{.L2::64B|L2::128B|L2::256B}"
#define SPACES                                                                 \
  "{.global|const|shared|shared::cta|shared::cluster|local|param|"             \
  "param::entry|param::func}"
#define TYPES "{b8|b16|b32|b64|u8|u16|u32|u64|s8|s16|s32|s64|f32|f64}"
  table.addCustom("ld{.weak|volatile}" SPACES HINTS "{.v2|v4}." TYPES
                  " *d, [a]",
                  emitAccess<Direction::Load>);
  table.addCustom("ld{.weak}.global" HINTS ".nc" HINTS "{.v2|v4}." TYPES
                  " *d, [a]",
                  emitAccess<Direction::Load>);
  table.addCustom("ld.{relaxed|acquire}.{cta|cluster|gpu|sys}" SPACES HINTS
                  "{.v2|v4}." TYPES " *d, [a]",
                  emitAccess<Direction::Load>);
  table.addCustom("ldu{.global}{.v2|v4}." TYPES " *d, [a]",
                  emitAccess<Direction::Load>);
  table.addCustom("st{.weak|volatile}" SPACES HINTS "{.v2|v4}." TYPES
                  " [a], *b",
                  emitAccess<Direction::Store>);
  table.addCustom("st.{relaxed|release}.{cta|cluster|gpu|sys}" SPACES HINTS
                  "{.v2|v4}." TYPES " [a], *b",
                  emitAccess<Direction::Store>);
#undef TYPES
#undef SPACES
#undef HINTS
  auto fence = [](const Match &) -> Handler { return &fenceOp; };
  table.add("membar.{cta|gl|sys}", fence);
  table.add("fence{.sc|acq_rel|acquire|release}.{cta|cluster|gpu|sys}", fence);
  // Prefetches change nothing that can be seen.
  table.addCustom("prefetch{.global|local}.{L1|L2} [a]",
                  [](Emitter &emitter, const Match &match) {
                    uint32_t base = 0;
                    uint64_t offset = 0;
                    bool narrow = false;
                    if (!emitter.address(match.instruction.operands[0], base,
                                         narrow, offset))
                      return false;
                    emitter.append(&nothingOp);
                    return true;
                  });
}

} // namespace theano::sim::THEANO_SIM_ISA
