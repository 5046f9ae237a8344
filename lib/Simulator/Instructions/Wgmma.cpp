//===- Wgmma.cpp - matrix products of four warps --------------------------===//
//
// wgmma.mma_async: D = A * B + D, D having 64 rows. Warp w of the four has rows
// 16 * w to 16 * w + 15 of A and D, in registers as mma.sync has them; B, and A
// where it is no registers, are in shared memory (SharedMatrix.h). A row of A,
// and a column of B, has 32 bytes.
//
// The product is computed when it is issued, and added up as that of mma is.
// That a result is used before it has been waited for is found by the checks.
//
//===----------------------------------------------------------------------===//

#include "Checks/BlockChecks.h"
#include "Instructions/MatrixElements.h"
#include "Instructions/Meetings.h"
#include "Instructions/SharedMatrix.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

constexpr unsigned rows = 16, mostColumns = 256, lineBytes = 32;
constexpr unsigned groupBytes = SharedMatrix::groupBytes;

/// In `aux` of an op, behind the number of columns.
enum Flag : uint32_t {
  None = 0,
  OtherA = 1 << 9,
  OtherB = 1 << 10,
  Clamp = 1 << 11,
  NegateA = 1 << 12,
  NegateB = 1 << 13,
  TransposeA = 1 << 14,
  TransposeB = 1 << 15,
  AInRegisters = 1 << 16,
};
constexpr uint32_t columnMask = (1 << 9) - 1;

//===----------------------------------------------------------------------===//
// Reading the matrices
//===----------------------------------------------------------------------===//

/// The groups of a matrix that a warp reads, as accesses of 16 bytes a lane.
class GroupReader {
public:
  /// `counts`: whether the reads are counted.
  GroupReader(const Meeting &meeting, bool counts)
      : warp_(meeting.warp), op_(*meeting.op[0]),
        counts_(counts && meeting.warp.counters) {}

  /// The bytes at `address`; null after a fault.
  const char *read(uint32_t address) {
    const char *bytes = warp_.resolve(op_, 0, Space::Shared, address,
                                      groupBytes, /*write=*/false);
    if (!bytes)
      return nullptr;
    if (warp_.checks)
      warp_.checks->productsOf(warp_).reads(warp_, warp_.pcOf(op_), address);
    if (counts_) {
      addresses_[lanes_++] = address;
      if (lanes_ == warpSize)
        note();
    }
    return bytes;
  }
  ~GroupReader() {
    if (lanes_)
      note();
  }
  GroupReader(const GroupReader &) = delete;
  GroupReader &operator=(const GroupReader &) = delete;

private:
  void note() {
    warp_.counters->noteAddresses(
        warp_, op_, MemoryAccess::Kind::Load, Space::Shared,
        fullMask >> (warpSize - lanes_), addresses_, groupBytes);
    lanes_ = 0;
  }

  Warp &warp_;
  const Op &op_;
  bool counts_;
  unsigned lanes_ = 0;
  std::array<uint64_t, warpSize> addresses_ = {};
};

/// The bits of `count` lines from `first` on, 32 bytes each; false after a
/// fault.
bool readLines(const Meeting &meeting, uint64_t descriptor, bool transposed,
               unsigned first, unsigned count, bool counts,
               char (*lines)[lineBytes]) {
  SharedMatrix matrix(descriptor, transposed);
  GroupReader reader(meeting, counts);
  if (!transposed) {
    for (unsigned group = 0; group < lineBytes / groupBytes; ++group)
      for (unsigned line = 0; line < count; ++line) {
        const char *from = reader.read(matrix.addressOf(first + line, group));
        if (!from)
          return false;
        std::memcpy(lines[line] + group * groupBytes, from, groupBytes);
      }
    return true;
  }
  // Of 16 bits an element: a group has one of each of eight lines.
  constexpr unsigned bytes = 2, perGroup = groupBytes / bytes;
  for (unsigned group = 0; group < count / perGroup; ++group)
    for (unsigned k = 0; k < lineBytes / bytes; ++k) {
      const char *from =
          reader.read(matrix.addressOf(k, first / perGroup + group));
      if (!from)
        return false;
      for (unsigned i = 0; i < perGroup; ++i)
        std::memcpy(lines[group * perGroup + i] + k * bytes, from + i * bytes,
                    bytes);
    }
  return true;
}

template <typename Word>
Word &cell(const Meeting &meeting, unsigned lane, uint32_t row) {
  return reinterpret_cast<Word *>(meeting.regs[lane] + row)[lane];
}

/// The warp's rows of A from four registers a lane.
void readRegisters(const Meeting &meeting, const uint32_t *registers,
                   char (*lines)[lineBytes]) {
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < 4; ++i) {
      unsigned row = lane / 4 + 8 * (i % 2), word = lane % 4 + 4 * (i / 2);
      std::memcpy(lines[row] + 4 * word,
                  &cell<uint32_t>(meeting, lane, registers[i]), 4);
    }
}

/// The element at `at` of a line of A or B.
template <typename Element>
typename Element::Value elementOf(const char *line, unsigned at, bool other) {
  using Word = std::conditional_t<
      Element::bits == 8, uint8_t,
      std::conditional_t<Element::bits == 16, uint16_t, uint32_t>>;
  Word word;
  std::memcpy(&word, line + at * sizeof(Word), sizeof(Word));
  return Element::read(word, other);
}

//===----------------------------------------------------------------------===//
// The product: 0 and 1 the descriptors of A and B, 2 whether D is added, 5 the
// lanes; imm: the registers of D, then of A, among the image's operands
//===----------------------------------------------------------------------===//

/// What all lanes and warps must agree on; false after a fault.
bool checkGroup(const Meeting &meeting) {
  Warp &warp = meeting.warp;
  const Op &op = *meeting.op[0];
  uint64_t a = op.aux & AInRegisters ? 0 : meeting.at<uint64_t>(0, 0);
  uint64_t b = meeting.at<uint64_t>(0, 1);
  for (unsigned lane = 1; lane < warpSize; ++lane) {
    bool isSame = meeting.at<uint64_t>(lane, 1) == b &&
                  meeting.bit(lane, 2) == meeting.bit(0, 2);
    if (!(op.aux & AInRegisters))
      isSame &= meeting.at<uint64_t>(lane, 0) == a;
    if (!isSame) {
      warp.fault(op, lane, cuda::Result::IllegalInstruction,
                 "the lanes of a warp pass different matrix descriptors or "
                 "different predicates");
      return false;
    }
  }
  std::string wrong =
      warp.block().warpgroups().enter(warp, warp.pcOf(op), a, b);
  if (wrong.empty() && warp.checks && !warp.checks->productsOf(warp).isFenced())
    wrong = "no wgmma.fence comes before the first product of the warp, whose "
            "registers may not be ready";
  if (wrong.empty())
    return true;
  warp.fault(op, 0, cuda::Result::LaunchFailed, std::move(wrong));
  return false;
}

/// The lines of A and B; false after a fault.
struct Lines {
  char a[rows][lineBytes], b[mostColumns][lineBytes];
};
bool readOperands(const Meeting &meeting, unsigned columns, Lines &lines,
                  const uint32_t *aRegisters) {
  const Op &op = *meeting.op[0];
  unsigned within = meeting.warp.index() % warpsOfGroup;
  if (op.aux & AInRegisters)
    readRegisters(meeting, aRegisters, lines.a);
  else if (!readLines(meeting, meeting.at<uint64_t>(0, 0), op.aux & TransposeA,
                      rows * within, rows, /*counts=*/true, lines.a))
    return false;
  // A device reads B once for all four.
  return readLines(meeting, meeting.at<uint64_t>(0, 1), op.aux & TransposeB, 0,
                   columns, /*counts=*/within == 0, lines.b);
}

/// Calls `visit(lane, register, element, row, column)` for the elements of D.
template <typename Sum, typename F> void forSums(unsigned columns, F &&visit) {
  constexpr unsigned perRegister = 32 / Sum::bits;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < columns / 2; ++i)
      visit(lane, i / perRegister, i % perRegister, lane / 4 + 8 * (i / 2 % 2),
            8 * (i / 4) + 2 * (lane % 4) + i % 2);
}

template <typename Sum>
void finish(const Meeting &meeting, unsigned columns, const uint32_t *registers,
            const typename Sum::Value (*sums)[mostColumns]) {
  const Op &op = *meeting.op[0];
  forSums<Sum>(columns, [&](unsigned lane, unsigned reg, unsigned part,
                            unsigned row, unsigned column) {
    auto &word = cell<uint32_t>(meeting, lane, registers[reg]);
    uint32_t value = Sum::write(sums[row][column], op.aux & Clamp);
    if constexpr (Sum::bits == 16)
      word = part ? (word & 0xffff) | value << 16 : value;
    else
      word = value;
  });
  Warp &warp = meeting.warp;
  if (warp.checks)
    warp.checks->productsOf(warp).issue(
        warp, *warp.block().launch().image->info[warp.pcOf(op)].instruction);
}

template <typename Sum>
void start(const Meeting &meeting, unsigned columns, const uint32_t *registers,
           typename Sum::Value (*sums)[mostColumns]) {
  bool adds = meeting.bit(0, 2);
  forSums<Sum>(columns, [&](unsigned lane, unsigned reg, unsigned part,
                            unsigned row, unsigned column) {
    uint32_t word = cell<uint32_t>(meeting, lane, registers[reg]);
    sums[row][column] = adds ? Sum::read(word >> part * Sum::bits) : 0;
  });
}

template <typename Element, typename Sum>
void multiply(const Meeting &meeting) {
  constexpr unsigned depth = lineBytes * 8 / Element::bits;
  const Op &op = *meeting.op[0];
  unsigned columns = op.aux & columnMask;
  const uint32_t *registers =
      &meeting.warp.block().launch().image->moreOperands[op.imm];
  Lines lines;
  if (!checkGroup(meeting) ||
      !readOperands(meeting, columns, lines,
                    registers + columns * Sum::bits / 64))
    return;
  using Value = typename Element::Value;
  Value signA = op.aux & NegateA ? -1 : 1, signB = op.aux & NegateB ? -1 : 1;
  static_assert(mostColumns * depth * sizeof(Value) <= 1 << 16);
  Value b[depth][mostColumns];
  for (unsigned n = 0; n < columns; ++n)
    for (unsigned k = 0; k < depth; ++k)
      b[k][n] = signB * elementOf<Element>(lines.b[n], k, op.aux & OtherB);
  typename Sum::Value sums[rows][mostColumns];
  start<Sum>(meeting, columns, registers, sums);
  for (unsigned m = 0; m < rows; ++m)
    for (unsigned k = 0; k < depth; ++k) {
      Value a = signA * elementOf<Element>(lines.a[m], k, op.aux & OtherA);
      for (unsigned n = 0; n < columns; ++n)
        sums[m][n] += a * b[k][n];
    }
  finish<Sum>(meeting, columns, registers, sums);
}

/// Of single bits: those that are 1 in both are counted.
void multiplyBits(const Meeting &meeting) {
  using Sum = IntegerSum;
  const Op &op = *meeting.op[0];
  unsigned columns = op.aux & columnMask;
  const uint32_t *registers =
      &meeting.warp.block().launch().image->moreOperands[op.imm];
  Lines lines;
  if (!checkGroup(meeting) ||
      !readOperands(meeting, columns, lines, registers + columns / 2))
    return;
  Sum::Value sums[rows][mostColumns];
  start<Sum>(meeting, columns, registers, sums);
  for (unsigned m = 0; m < rows; ++m)
    for (unsigned n = 0; n < columns; ++n)
      for (unsigned at = 0; at < lineBytes; at += sizeof(uint64_t)) {
        uint64_t a = 0, b = 0;
        std::memcpy(&a, lines.a[m] + at, sizeof(a));
        std::memcpy(&b, lines.b[n] + at, sizeof(b));
        sums[m][n] += std::popcount(a & b);
      }
  finish<Sum>(meeting, columns, registers, sums);
}

//===----------------------------------------------------------------------===//
// Fences and groups
//===----------------------------------------------------------------------===//

void fenceProducts(const Meeting &meeting) {
  if (BlockChecks *checks = meeting.warp.checks)
    checks->productsOf(meeting.warp).fence();
}
void commitProducts(const Meeting &meeting) {
  if (BlockChecks *checks = meeting.warp.checks)
    checks->productsOf(meeting.warp).commit();
}
/// imm: how many groups may stay.
void awaitProducts(const Meeting &meeting) {
  Warp &warp = meeting.warp;
  if (!warp.checks)
    return;
  uint32_t pc = 0;
  std::string wrong =
      warp.checks->productsOf(warp).wait(warp, meeting.op[0]->imm, pc);
  if (!wrong.empty())
    warp.fault(warp.code[pc], 0, cuda::Result::LaunchFailed, std::move(wrong));
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

constexpr std::string_view target = "sm_90a";
/// Where the types of A and B stand in the form of integers.
constexpr unsigned aGroup = 6, bGroup = 7;

template <MeetingFunction F>
bool emitGroup(Emitter &emitter, const Match &match) {
  if (!requireTarget(emitter, match, target, {90, 8, 0}))
    return false;
  const std::vector<Operand> &operands = match.instruction.operands;
  uint64_t pending = 0;
  if (!operands.empty() && !emitter.immediate(operands[0], pending))
    return false;
  Op &op = emitter.appendControl(&alignedOp<F>);
  op.at[5] = alignedMask(emitter);
  op.imm = pending < ~uint32_t(0) ? pending : ~uint32_t(0);
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
  table.addCustom("wgmma.fence.sync.aligned", emitGroup<fenceProducts>);
  table.addCustom("wgmma.commit_group.sync.aligned", emitGroup<commitProducts>);
  table.addCustom("wgmma.wait_group.sync.aligned #n", emitGroup<awaitProducts>);
}

} // namespace theano::sim::THEANO_SIM_ISA
