//===- Wmma.cpp - matrix products by fragments ----------------------------===//
//
// Which elements a register of a fragment holds is up to the device, as long as
// load, mma and store agree. Here lane 16 * h + v holds of a matrix of 16 x 16
//
//   A and B  the whole line v; both halves of the warp hold the same
//   C and D  the elements 8 * h to 8 * h + 7 of row v
//
// where the lines of A and B are their rows or columns as the layout says. So a
// product that names another layout than its loads did is wrong here, too.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"
#include "Instructions/SmallFloats.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

constexpr unsigned order = 16;
constexpr uint64_t pieceBytes = 16;

/// In `aux` of an op.
enum Flag : uint32_t {
  None = 0,
  Columns = 1,  ///< a line in memory is a column
  BColumns = 2, ///< the same of B, in a product
  Single = 4,   ///< the elements of C and D are f32
  DSingle = 8,  ///< the same of D, in a product
  SpaceAt = 4,  ///< the space, from this bit on
};

/// The registers of an op are among the image's `moreOperands`, from at[2].
const uint32_t *rowsOf(const Meeting &meeting) {
  return &meeting.warp.block()
              .launch()
              .image->moreOperands[meeting.op[0]->at[2]];
}
uint32_t &cell(const Meeting &meeting, uint32_t row, unsigned lane) {
  return reinterpret_cast<uint32_t *>(meeting.regs[lane] + row)[lane];
}

//===----------------------------------------------------------------------===//
// Loads and stores: 0 the address, 1 the stride in elements; imm: what to add
// to the address
//===----------------------------------------------------------------------===//

using Lines = std::array<char *, order>;

/// Where the lines of the matrix are; false after a fault.
bool findLines(const Meeting &meeting, unsigned elementBytes, bool write,
               Lines &lines) {
  Warp &warp = meeting.warp;
  const Op &op = *meeting.op[0];
  auto space = static_cast<Space>(op.aux >> SpaceAt);
  uint64_t base = meeting.at<uint64_t>(0, 0);
  uint32_t stride = meeting.at<uint32_t>(0, 1);
  for (unsigned lane = 1; lane < warpSize; ++lane)
    if (meeting.at<uint64_t>(lane, 0) != base ||
        meeting.at<uint32_t>(lane, 1) != stride) {
      warp.fault(op, lane, cuda::Result::IllegalAddress,
                 "the lanes of a warp pass different addresses or strides of "
                 "one matrix");
      return false;
    }
  base += op.imm;
  if (space == Space::Generic)
    space = findSpace(base);
  if (space != Space::Global && space != Space::Shared) {
    warp.fault(op, 0, cuda::Result::IllegalAddress,
               "a matrix is in global or shared memory");
    return false;
  }
  uint64_t step = uint64_t(stride) * elementBytes;
  uint32_t lineBytes = order * elementBytes;
  for (unsigned i = 0; i < order; ++i) {
    uint64_t address = base + i * step;
    if (address % pieceBytes)
      return warp.misaligned(op, 0, space, address, pieceBytes);
    lines[i] = warp.resolve(op, 0, space, address, lineBytes, write);
    if (!lines[i])
      return false;
  }
  if (!warp.counters)
    return true;
  // As accesses of 16 bytes a lane, line by line.
  unsigned perLine = lineBytes / pieceBytes;
  std::array<uint64_t, warpSize> addresses;
  for (unsigned first = 0; first < order * perLine; first += warpSize) {
    for (unsigned lane = 0; lane < warpSize; ++lane) {
      unsigned piece = first + lane;
      addresses[lane] =
          base + piece / perLine * step + piece % perLine * pieceBytes;
    }
    warp.counters->noteAddresses(
        warp, op, write ? MemoryAccess::Kind::Store : MemoryAccess::Kind::Load,
        space, fullMask, addresses, pieceBytes);
  }
  return true;
}

/// A and B: 16 halves in 8 registers.
void loadFactor(const Meeting &meeting) {
  Lines lines;
  if (!findLines(meeting, 2, /*write=*/false, lines))
    return;
  const uint32_t *rows = rowsOf(meeting);
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < order / 2; ++i)
      std::memcpy(&cell(meeting, rows[i], lane),
                  lines[lane % order] + i * sizeof(uint32_t), sizeof(uint32_t));
}

/// Element `i` of 8 that `lane` holds of C or D: the low bits of `word` from
/// bit `shift` of register `row`.
struct Place {
  unsigned row, shift;
};
Place placeOf(bool single, unsigned i) {
  return single ? Place{i, 0} : Place{i / 2, 16 * (i % 2)};
}
/// Calls `visit(lane, place, address)` for all elements of C or D in memory.
template <typename F>
void forElements(const Op &op, const Lines &lines, F &&visit) {
  bool single = op.aux & Single;
  unsigned bytes = single ? 4 : 2;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < 8; ++i) {
      unsigned row = lane % order, column = 8 * (lane / order) + i;
      char *at = op.aux & Columns ? lines[column] + row * bytes
                                  : lines[row] + column * bytes;
      visit(lane, placeOf(single, i), at);
    }
}

void loadSum(const Meeting &meeting) {
  const Op &op = *meeting.op[0];
  bool single = op.aux & Single;
  Lines lines;
  if (!findLines(meeting, single ? 4 : 2, /*write=*/false, lines))
    return;
  const uint32_t *rows = rowsOf(meeting);
  forElements(op, lines, [&](unsigned lane, Place place, const char *at) {
    uint32_t word = 0, kept = single ? 0 : 0xffffu << (16 - place.shift);
    std::memcpy(&word, at, single ? 4 : 2);
    uint32_t &to = cell(meeting, rows[place.row], lane);
    to = (to & kept) | word << place.shift;
  });
}

void storeSum(const Meeting &meeting) {
  const Op &op = *meeting.op[0];
  bool single = op.aux & Single;
  Lines lines;
  if (!findLines(meeting, single ? 4 : 2, /*write=*/true, lines))
    return;
  const uint32_t *rows = rowsOf(meeting);
  forElements(op, lines, [&](unsigned lane, Place place, char *at) {
    uint32_t word = cell(meeting, rows[place.row], lane) >> place.shift;
    std::memcpy(at, &word, single ? 4 : 2);
  });
}

//===----------------------------------------------------------------------===//
// Products: D, A, B and C among the image's operands
//===----------------------------------------------------------------------===//

constexpr unsigned factorRegisters = 8;
unsigned sumRegisters(bool single) { return single ? 8 : 4; }

double halfAt(uint32_t word, unsigned shift) {
  return toDouble(Half{static_cast<uint16_t>(word >> shift)});
}

void readFactor(const Meeting &meeting, const uint32_t *rows, bool columns,
                double (&matrix)[order][order]) {
  for (unsigned line = 0; line < order; ++line)
    for (unsigned i = 0; i < order; ++i) {
      double x = halfAt(cell(meeting, rows[i / 2], line), 16 * (i % 2));
      (columns ? matrix[i][line] : matrix[line][i]) = x;
    }
}

void multiply(const Meeting &meeting) {
  const Op &op = *meeting.op[0];
  bool cSingle = op.aux & Single, dSingle = op.aux & DSingle;
  const uint32_t *d = rowsOf(meeting), *a = d + sumRegisters(dSingle);
  const uint32_t *b = a + factorRegisters, *c = b + factorRegisters;
  double left[order][order], right[order][order], sum[order][order];
  readFactor(meeting, a, op.aux & Columns, left);
  readFactor(meeting, b, op.aux & BColumns, right);
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < 8; ++i) {
      Place place = placeOf(cSingle, i);
      uint32_t word = cell(meeting, c[place.row], lane);
      sum[lane % order][8 * (lane / order) + i] =
          cSingle ? double(std::bit_cast<float>(word))
                  : halfAt(word, place.shift);
    }
  // As mma adds.
  for (unsigned m = 0; m < order; ++m)
    for (unsigned k = 0; k < order; ++k)
      for (unsigned n = 0; n < order; ++n)
        sum[m][n] += left[m][k] * right[k][n];
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned i = 0; i < 8; ++i) {
      double x = sum[lane % order][8 * (lane / order) + i];
      Place place = placeOf(dSingle, i);
      uint32_t &to = cell(meeting, d[place.row], lane);
      if (dSingle)
        to = std::bit_cast<uint32_t>(canonical(static_cast<float>(x)));
      else
        to = (to & 0xffffu << (16 - place.shift)) |
             uint32_t(toSmall<Half>(x).bits) << place.shift;
    }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// Appends rows for registers in braces; false after an error.
bool appendFragment(Emitter &emitter, const Operand &operand, ScalarType type,
                    unsigned count, bool destination) {
  if (operand.kind != Operand::Kind::Vector || operand.elements.size() != count)
    return emitter.error(operand.where, "expected " + std::to_string(count) +
                                            " registers in braces");
  for (const Operand &element : operand.elements) {
    uint32_t at = 0;
    if (!(destination ? emitter.destination(element, type, false, at)
                      : emitter.source(element, type, false, at)))
      return false;
    emitter.image().moreOperands.push_back(at);
  }
  return true;
}
ScalarType sumType(bool single) {
  return single ? ScalarType::F32 : ScalarType::B32;
}

bool emitMove(Emitter &emitter, const Match &match) {
  if (!require(emitter, match,
               match.has("shared::cta") ? Requirement{70, 7, 8}
                                        : Requirement{70, 6, 0}))
    return false;
  const std::vector<Operand> &operands = match.instruction.operands;
  bool store = match.has("store"), factor = match.has("a") || match.has("b");
  bool single = match.has("f32");
  auto first = static_cast<uint32_t>(emitter.image().moreOperands.size());
  uint32_t base = 0, stride = emitter.constantRow(order, 4);
  uint64_t offset = 0;
  if (!appendFragment(
          emitter, operands[store], factor ? ScalarType::B32 : sumType(single),
          factor ? factorRegisters : sumRegisters(single), !store) ||
      !wideAddress(emitter, operands[!store], base, offset) ||
      (operands.size() == 3 &&
       !emitter.source(operands[2], ScalarType::U32, false, stride)))
    return false;
  Space space = match.has("global") ? Space::Global
                : match.has("shared") || match.has("shared::cta")
                    ? Space::Shared
                    : Space::Generic;
  Op &op = emitter.appendControl(factor  ? &alignedOp<loadFactor>
                                 : store ? &alignedOp<storeSum>
                                         : &alignedOp<loadSum>);
  op.at[0] = base;
  op.at[1] = stride;
  op.at[5] = alignedMask(emitter);
  op.imm = offset;
  op.aux = (match.has("col") ? Columns : None) | (single ? Single : None) |
           uint32_t(space) << SpaceAt;
  op.at[2] = first;
  op.slot = emitter.hitSlot();
  return true;
}

bool emitProduct(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {70, 6, 0}))
    return false;
  const Instruction &instruction = match.instruction;
  const std::vector<std::string_view> &modifiers = instruction.modifiers;
  size_t types = modifiers.size() - 2;
  bool dSingle = modifiers[types] == "f32",
       cSingle = modifiers[types + 1] == "f32";
  auto first = static_cast<uint32_t>(emitter.image().moreOperands.size());
  const std::vector<Operand> &operands = instruction.operands;
  if (!appendFragment(emitter, operands[0], sumType(dSingle),
                      sumRegisters(dSingle), true) ||
      !appendFragment(emitter, operands[1], ScalarType::B32, factorRegisters,
                      false) ||
      !appendFragment(emitter, operands[2], ScalarType::B32, factorRegisters,
                      false) ||
      !appendFragment(emitter, operands[3], sumType(cSingle),
                      sumRegisters(cSingle), false))
    return false;
  Op &op = emitter.appendControl(&alignedOp<multiply>);
  op.at[5] = alignedMask(emitter);
  op.aux = (modifiers[types - 3] == "col" ? Columns : None) |
           (modifiers[types - 2] == "col" ? BColumns : None) |
           (cSingle ? Single : None) | (dSingle ? DSingle : None);
  op.at[2] = first;
  return true;
}

} // namespace

void addWmma(FormTable &table) {
#define SPACE "{.global|shared|shared::cta}"
  table.addCustom("wmma.load.{a|b}.sync.aligned.{row|col}.m16n16k16" SPACE
                  ".f16 *d, [a], ?*stride",
                  emitMove);
  table.addCustom("wmma.load.c.sync.aligned.{row|col}.m16n16k16" SPACE
                  ".{f16|f32} *d, [a], ?*stride",
                  emitMove);
  table.addCustom("wmma.store.d.sync.aligned.{row|col}.m16n16k16" SPACE
                  ".{f16|f32} [a], *d, ?*stride",
                  emitMove);
  table.addCustom("wmma.mma.sync.aligned.{row|col}.{row|col}.m16n16k16."
                  "{f16|f32}.{f16|f32} *d, *a, *b, *c",
                  emitProduct);
#undef SPACE
}

} // namespace theano::sim::THEANO_SIM_ISA
