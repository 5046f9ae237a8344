//===- AsyncStore.cpp - st.async and red.async ----------------------------===//

#include "Instructions/AsyncWrites.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// st.async and red.async: 1, 2, 3 and 5 the values
//===----------------------------------------------------------------------===//

constexpr unsigned valueAt[] = {1, 2, 3, 5};
constexpr unsigned widthShift = 16, countShift = 24;

const Op *storeOp(Warp &warp, const Op &op) {
  uint32_t width = op.aux >> widthShift & 0xff, count = op.aux >> countShift;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    std::array<char, 16> bytes;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t row = op.at[valueAt[i]];
      uint64_t value = width == 8 ? warp.row<uint64_t>(row)[lane]
                                  : warp.row<uint32_t>(row)[lane];
      std::memcpy(bytes.data() + size_t(i) * width, &value, width);
    }
    Target target;
    if (!findTarget(warp, op, lane, width * count, width * count, target) ||
        !send(warp, op, lane, target, bytes.data(), width * count,
              /*fromShared=*/false))
      return warp.stop;
  }
  return &op + 1;
}

bool emitStore(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  bool reduces = match.instruction.opcode == "red";
  ScalarType type = match.type();
  unsigned count = match.vectorWidth(), width = bytesOf(type);
  if (!require(emitter, match, {90, 8, 1}))
    return false;
  if (count * width > 16)
    return emitter.error(match.instruction.where,
                         "at most 16 bytes are written at once");
  const Operand &data = operands[1];
  bool braces = data.kind == Operand::Kind::Vector;
  if (count == 1 ? braces : !braces || data.elements.size() != count)
    return emitter.error(
        data.where, "expected " + std::to_string(count) +
                        (count == 1 ? " register" : " registers in braces"));
  Combine combine = nullptr;
  if (!readCombine(emitter, match, reduces, combine))
    return false;
  uint32_t at[4] = {};
  for (unsigned i = 0; i < count; ++i)
    if (!emitter.source(braces ? data.elements[i] : data, type, false, at[i]))
      return false;
  Op *op = emitTarget(emitter, match, operands[0], operands[2], &storeOp);
  if (!op)
    return false;
  for (unsigned i = 0; i < count; ++i)
    op->at[valueAt[i]] = at[i];
  op->aux |= width << widthShift | count << countShift;
  op->imm = immediateOf(combine);
  return true;
}

} // namespace

void addAsyncStore(FormTable &table) {
#define BARRIER ".mbarrier::complete_tx::bytes"
  table.addCustom("st.async{.weak}{.shared::cluster|shared::cta}" BARRIER
                  "{.v2|v4}.{b32|b64|u32|u64|s32|s64|f32|f64} [a], *b, [m]",
                  emitStore);
  for (const char *operation :
       {".add.{u32|s32|u64|s64}", ".{min|max}.{u32|s32}", ".{and|or|xor}.b32",
        ".{inc|dec}.u32"})
    table.addCustom(std::string("red.async.relaxed.cluster"
                                "{.shared::cluster|shared::cta}" BARRIER) +
                        operation + " [a], *b, [m]",
                    emitStore);
#undef BARRIER
}

} // namespace theano::sim::THEANO_SIM_ISA
