//===- Wgmma.cpp - matrix products of four warps --------------------------===//
//
// wgmma.mma_async: D = A * B + D, D having 64 rows, of which each warp has 16.
//
// The product is computed when it is issued, and added up as that of mma is.
// That a result is used before it has been waited for is found by the checks.
//
//===----------------------------------------------------------------------===//

#include "Instructions/WarpgroupProduct.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

using namespace wgmma;

//===----------------------------------------------------------------------===//
// Fences and groups
//===----------------------------------------------------------------------===//

void fenceProducts(const Meeting &meeting) {
  if (BlockChecks *checks = meeting.warp.checks)
    checks->productsOf(meeting.warp).fence();
}
void commitProducts(const Meeting &meeting) {
  Warp &warp = meeting.warp;
  warp.block().warpgroups().commit(warp);
  if (warp.checks)
    warp.checks->productsOf(warp).commit();
}

/// The lanes come together, for the op behind.
void meetToWait(const Meeting &) {}

/// Waits for the other warps of the group; imm: how many groups may stay.
const Op *waitOp(Warp &warp, const Op &op) {
  uint64_t products = 0;
  uint32_t pc = 0;
  std::string wrong;
  Block &block = warp.block();
  switch (block.warpgroups().wait(warp, op.imm, products, pc, wrong)) {
  case Warpgroups::Wait::Pending:
    return warp.stallAt(op, &op);
  case Warpgroups::Wait::Never:
    return warp.fault(warp.code[pc], 0, cuda::Result::LaunchFailed,
                      std::move(wrong));
  case Warpgroups::Wait::Done:
    break;
  }
  if (!warp.checks)
    return &op + 1;
  warp.checks->productsOf(warp).wait(op.imm);
  unsigned first = warp.index() / warpsOfGroup * warpsOfGroup;
  for (unsigned i = 0; products && i < warpsOfGroup; ++i) {
    const Warp &other = block.warp(first + i);
    wrong = warp.checks->productsOf(other).complete(other, products, pc);
    if (wrong.empty())
      continue;
    block.report(other, 0, pc, cuda::Result::LaunchFailed, std::move(wrong));
    return warp.endFaulted(op);
  }
  return &op + 1;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

constexpr std::string_view target = "sm_90a";
/// Where the types of A and B stand in the form of integers.
constexpr unsigned aGroup = 6, bGroup = 7;

template <MeetingFunction F>
bool emitMeeting(Emitter &emitter, const Match &match) {
  if (!requireTarget(emitter, match, target, {90, 8, 0}))
    return false;
  Op &op = emitter.appendControl(&alignedOp<F>);
  op.at[5] = alignedMask(emitter);
  return true;
}

bool emitWait(Emitter &emitter, const Match &match) {
  uint64_t pending = 0;
  if (!emitter.immediate(match.instruction.operands[0], pending) ||
      !emitMeeting<meetToWait>(emitter, match))
    return false;
  emitter.appendHelper(&waitOp).imm =
      pending < ~uint32_t(0) ? pending : ~uint32_t(0);
  return true;
}

/// The columns in a shape such as "m64n128k16".
uint32_t columnsOf(std::string_view shape) {
  uint32_t columns = 0;
  for (size_t i = shape.find('n') + 1; shape[i] != 'k'; ++i)
    columns = columns * 10 + static_cast<uint32_t>(shape[i] - '0');
  return columns;
}

/// Immediates of which each sets a flag: `one` leaves it, `other` sets it.
bool readFlag(Emitter &emitter, const Operand &operand, uint64_t one,
              uint64_t other, uint32_t flag, uint32_t &flags) {
  uint64_t value = 0;
  if (!emitter.immediate(operand, value))
    return false;
  if (value != one && value != other)
    return emitter.error(operand.where,
                         one ? "expected 1 or -1" : "expected 0 or 1");
  if (value == other)
    flags |= flag;
  return true;
}

/// How many of the operands behind the predicate say what becomes of A and B.
enum class Immediates : uint8_t { None, Signs, SignsAndTransposes };

template <typename Sum>
bool emitProduct(Emitter &emitter, const Match &match, Handler handler,
                 Immediates immediates, uint32_t flags = None,
                 Requirement needed = {90, 8, 0}) {
  if (!requireTarget(emitter, match, target, needed))
    return false;
  const std::vector<Operand> &operands = match.instruction.operands;
  bool inRegisters = operands[1].kind == Operand::Kind::Vector;
  size_t count = 4;
  if (immediates != Immediates::None)
    count += 2;
  if (immediates == Immediates::SignsAndTransposes)
    count += inRegisters ? 1 : 2;
  if (operands.size() != count)
    return emitter.error(match.instruction.where,
                         "expected " + std::to_string(count) + " operands");
  uint32_t columns = columnsOf(match.instruction.modifiers[3]);
  unsigned sums = columns * Sum::bits / 64;
  constexpr uint64_t minus = ~uint64_t(0);
  uint32_t at[mostColumns / 2 + 4], a = 0, b = 0, adds = 0;
  flags |= columns | (inRegisters ? AInRegisters : None);
  if (!readFragment(emitter, operands[0], Sum::type, sums, true, at) ||
      !(inRegisters ? readFragment(emitter, operands[1], ScalarType::B32, 4,
                                   false, at + sums)
                    : emitter.source(operands[1], ScalarType::B64, false, a)) ||
      !emitter.source(operands[2], ScalarType::B64, false, b) ||
      !emitter.predicate(operands[3], true, adds))
    return false;
  if (immediates != Immediates::None &&
      (!readFlag(emitter, operands[4], 1, minus, NegateA, flags) ||
       !readFlag(emitter, operands[5], 1, minus, NegateB, flags)))
    return false;
  if (immediates == Immediates::SignsAndTransposes &&
      ((!inRegisters &&
        !readFlag(emitter, operands[6], 0, 1, TransposeA, flags)) ||
       !readFlag(emitter, operands.back(), 0, 1, TransposeB, flags)))
    return false;
  std::vector<uint32_t> &more = emitter.image().moreOperands;
  Op &op = emitter.appendControl(handler);
  op.at[0] = a;
  op.at[1] = b;
  op.at[2] = adds;
  op.at[5] = alignedMask(emitter);
  op.aux = flags;
  op.imm = more.size();
  more.insert(more.end(), at, at + sums + (inRegisters ? 4 : 0));
  return true;
}

bool emitHalf(Emitter &emitter, const Match &match) {
  using Element = SmallElement<Half>;
  constexpr auto immediates = Immediates::SignsAndTransposes;
  return match.instruction.modifiers[4] == "f16"
             ? emitProduct<HalfSum>(emitter, match,
                                    &alignedOp<multiply<Element, HalfSum>>,
                                    immediates)
             : emitProduct<FloatSum>(emitter, match,
                                     &alignedOp<multiply<Element, FloatSum>>,
                                     immediates);
}

bool emitBFloat(Emitter &emitter, const Match &match) {
  return emitProduct<FloatSum>(
      emitter, match, &alignedOp<multiply<SmallElement<BFloat>, FloatSum>>,
      Immediates::SignsAndTransposes);
}

bool emitTf32(Emitter &emitter, const Match &match) {
  return emitProduct<FloatSum>(emitter, match,
                               &alignedOp<multiply<Tf32Element, FloatSum>>,
                               Immediates::Signs);
}

/// The flags for types of A and B that are `word`, not the other of two.
uint32_t typeFlags(std::string_view a, std::string_view b,
                   std::string_view word) {
  return (a == word ? OtherA : None) | (b == word ? OtherB : None);
}

bool emitFp8(Emitter &emitter, const Match &match) {
  const std::vector<std::string_view> &modifiers = match.instruction.modifiers;
  uint32_t flags = typeFlags(modifiers[5], modifiers[6], "e5m2");
  return modifiers[4] == "f16"
             ? emitProduct<HalfSum>(emitter, match,
                                    &alignedOp<multiply<Fp8Element, HalfSum>>,
                                    Immediates::Signs, flags)
             : emitProduct<FloatSum>(emitter, match,
                                     &alignedOp<multiply<Fp8Element, FloatSum>>,
                                     Immediates::Signs, flags);
}

bool emitBytes(Emitter &emitter, const Match &match) {
  std::string_view a = match.word(aGroup), b = match.word(bGroup);
  uint32_t flags = typeFlags(a, b, "u8");
  if (match.has("satfinite"))
    flags |= Clamp;
  return emitProduct<IntegerSum>(
      emitter, match, &alignedOp<multiply<ByteElement, IntegerSum>>,
      Immediates::None, flags,
      a == b ? Requirement{90, 8, 0} : Requirement{90, 8, 4});
}

bool emitBits(Emitter &emitter, const Match &match) {
  return emitProduct<IntegerSum>(emitter, match, &alignedOp<multiplyBits>,
                                 Immediates::None);
}

/// Of products of so much depth, "m64n8k16" and on. Those of integers are not
/// there for every eight columns.
std::string shapes(const char *depth, bool ofIntegers) {
  std::string words;
  for (unsigned columns = 8; columns <= mostColumns; columns += 8) {
    if (ofIntegers && columns > 32 && columns % 16)
      continue;
    words += words.empty() ? ".{m64n" : "|m64n";
    words += std::to_string(columns);
    words += depth;
  }
  return words + "}";
}

} // namespace

void addWgmma(FormTable &table) {
  const std::string name = "wgmma.mma_async.sync.aligned";
  const std::string operands = " *d, *a, *b, *adds";
  const std::string signs = operands + ", #signA, #signB";
  const std::string transposes = signs + ", #transposes, ?#transposesB";
  table.addCustom(name + shapes("k16", false) + ".{f16|f32}.f16.f16" +
                      transposes,
                  emitHalf);
  table.addCustom(name + shapes("k16", false) + ".f32.bf16.bf16" + transposes,
                  emitBFloat);
  table.addCustom(name + shapes("k8", false) + ".f32.tf32.tf32" + signs,
                  emitTf32);
  table.addCustom(name + shapes("k32", false) +
                      ".{f16|f32}.{e4m3|e5m2}.{e4m3|e5m2}" + signs,
                  emitFp8);
  // The manual has .satfinite in front, CUTLASS at the end.
  table.addCustom(name + shapes("k32", true) +
                      "{.satfinite}.s32.{s8|u8}.{s8|u8}{.satfinite}" + operands,
                  emitBytes);
  table.addCustom(
      name + shapes("k256", true) + ".s32.b1.b1.and.popc" + operands, emitBits);
  table.addCustom("wgmma.fence.sync.aligned", emitMeeting<fenceProducts>);
  table.addCustom("wgmma.commit_group.sync.aligned",
                  emitMeeting<commitProducts>);
  table.addCustom("wgmma.wait_group.sync.aligned #n", emitWait);
}

} // namespace theano::sim::THEANO_SIM_ISA
