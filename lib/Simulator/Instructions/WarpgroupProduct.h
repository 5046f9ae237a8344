//===- WarpgroupProduct.h - a warp's part of a product of wgmma -*- C++ -*-===//
//
// Warp w of the four of a warpgroup has rows 16 * w to 16 * w + 15 of A and D,
// in registers as mma.sync has them; B, and A where it is no registers, are in
// shared memory (SharedMatrix.h). A row of A, and a column of B, has 32 bytes.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_INSTRUCTIONS_WARPGROUPPRODUCT_H
#define THEANO_SIMULATOR_INSTRUCTIONS_WARPGROUPPRODUCT_H

#include "Checks/BlockChecks.h"
#include "Instructions/MatrixElements.h"
#include "Instructions/Meetings.h"
#include "Instructions/SharedMatrix.h"
#include "Machine/Counters.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA::wgmma {

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
      // It counts already.
      warp_.checks->productsOf(warp_).reads(
          warp_, warp_.pcOf(op_),
          warp_.block().warpgroups().executedBy(warp_) - 1, address);
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
inline bool readLines(const Meeting &meeting, uint64_t descriptor,
                      bool transposed, unsigned first, unsigned count,
                      bool counts, char (*lines)[lineBytes]) {
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
inline void readRegisters(const Meeting &meeting, const uint32_t *registers,
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
inline bool checkGroup(const Meeting &meeting) {
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
  std::string wrong = warp.block().warpgroups().enter(
      warp, {warp.pcOf(op), a, b, meeting.bit(0, 2)});
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
inline bool readOperands(const Meeting &meeting, unsigned columns, Lines &lines,
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
        warp, warp.pcOf(op),
        *warp.block().launch().image->info[warp.pcOf(op)].instruction);
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

/// The watchdog counts a product as the multiply-adds that it stands for.
inline void chargeProduct(const Meeting &meeting) {
  unsigned columns = meeting.op[0]->aux & columnMask;
  meeting.warp.charge(uint64_t(columns) * lineBytes / 4);
}

template <typename Element, typename Sum>
void multiply(const Meeting &meeting) {
  chargeProduct(meeting);
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
inline void multiplyBits(const Meeting &meeting) {
  chargeProduct(meeting);
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

} // namespace theano::sim::THEANO_SIM_ISA::wgmma

#endif // THEANO_SIMULATOR_INSTRUCTIONS_WARPGROUPPRODUCT_H
