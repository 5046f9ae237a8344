//===- Wmma.cpp - matrix products by fragments ----------------------------===//
//
// Which elements a register of a fragment holds is up to the device, as long as
// load, mma and store agree. Here the elements of a matrix stand in one row, of
// which each lane holds the next few: of A and B line after line as they lie in
// memory, so that a product that names another layout than its loads did is
// wrong here, too; of C and D row after row. Of halves there are more registers
// than elements: when the row ends it starts again.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/MatrixElements.h"
#include "Instructions/Meetings.h"
#include "Machine/Counters.h"
#include "Machine/Target.h"

#include <charconv>
#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// In `aux` of an op.
enum Flag : uint32_t {
  None = 0,
  Columns = 1,  ///< of A, or of C or D in memory: a line is a column
  BColumns = 2, ///< the same of B, in a product
  Other = 4,    ///< the other of two types of A and B
  Clamp = 8,    ///< the sums, where they do not fit
  ByAnd = 16,   ///< of single bits: which are 1 in both, not in one of them
  SpaceAt = 5,  ///< the space, from this bit on
};

/// A matrix in memory and in registers.
struct Fragment {
  unsigned lines, length; ///< in memory
  unsigned bits;          ///< of an element
  unsigned registers;

  unsigned wordBits() const { return bits == 64 ? 64 : 32; }
  unsigned perWord() const { return wordBits() / bits; }
  unsigned elements() const { return lines * length; }
  unsigned lineBytes() const { return length * bits / 8; }

  uint32_t pack() const {
    return lines | length << 8 | bits << 16 | registers << 24;
  }
  static Fragment unpack(uint32_t packed) {
    return {packed & 0xff, packed >> 8 & 0xff, packed >> 16 & 0xff,
            packed >> 24};
  }
};

/// Which element of its matrix comes first in a register of a lane.
unsigned firstElement(unsigned lane, unsigned reg, unsigned registers,
                      unsigned perWord, unsigned elements) {
  return (lane * registers + reg) * perWord % elements;
}

template <typename Word>
Word &cell(const Meeting &meeting, uint32_t row, unsigned lane) {
  return reinterpret_cast<Word *>(meeting.regs[lane] + row)[lane];
}
const uint32_t *operandsOf(const Meeting &meeting, uint64_t first) {
  return &meeting.warp.block().launch().image->moreOperands[first];
}

//===----------------------------------------------------------------------===//
// Loads and stores: 0 the address, 1 the stride in elements; imm: what to add
// to the address. Among the image's operands from at[2]: the fragment, packed,
// and its registers.
//===----------------------------------------------------------------------===//

constexpr unsigned mostLines = 32, mostPieceBytes = 16;
using Lines = std::array<char *, mostLines>;

/// As accesses of 16 bytes a lane, or of a shorter line, line by line.
void countLines(const Meeting &meeting, const Fragment &fragment, Space space,
                uint64_t base, uint64_t step, MemoryAccess::Kind kind) {
  unsigned pieceBytes = std::min(fragment.lineBytes(), mostPieceBytes);
  unsigned perLine = fragment.lineBytes() / pieceBytes;
  unsigned pieces = fragment.lines * perLine;
  std::array<uint64_t, warpSize> addresses = {};
  for (unsigned first = 0; first < pieces; first += warpSize) {
    unsigned count = std::min(pieces - first, warpSize);
    for (unsigned lane = 0; lane < count; ++lane) {
      unsigned piece = first + lane;
      addresses[lane] =
          base + piece / perLine * step + piece % perLine * pieceBytes;
    }
    meeting.warp.counters->noteAddresses(meeting.warp, *meeting.op[0], kind,
                                         space, fullMask >> (warpSize - count),
                                         addresses, pieceBytes);
  }
}

/// Where the lines of the matrix are; false after a fault.
bool findLines(const Meeting &meeting, const Fragment &fragment, bool write,
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
    space = warp.findOwnSpace(base);
  if (space != Space::Global && space != Space::Shared) {
    warp.fault(op, 0, cuda::Result::IllegalAddress,
               "a matrix is in global or shared memory");
    return false;
  }
  uint64_t step = uint64_t(stride) * fragment.bits / 8;
  unsigned pieceBytes = std::min(fragment.lineBytes(), mostPieceBytes);
  for (unsigned i = 0; i < fragment.lines; ++i) {
    uint64_t address = base + i * step;
    if (address % pieceBytes)
      return warp.misaligned(op, 0, space, address, pieceBytes);
    lines[i] = warp.resolve(op, 0, space, address, fragment.lineBytes(), write);
    if (!lines[i])
      return false;
  }
  if (warp.counters)
    countLines(meeting, fragment, space, base, step,
               write ? MemoryAccess::Kind::Store : MemoryAccess::Kind::Load);
  return true;
}

/// Calls `visit(cell, shift, memory, bytes)` for all parts of registers that
/// are `bytes` in one piece in memory, the part's lowest bit being `shift`.
template <typename Word, typename F>
void forParts(const Meeting &meeting, const Fragment &fragment,
              const uint32_t *rows, const Lines &lines, F &&visit) {
  bool apart = meeting.op[0]->aux & Columns;
  unsigned perWord = fragment.perWord(), perPart = apart ? 1 : perWord;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned reg = 0; reg < fragment.registers; ++reg)
      for (unsigned part = 0; part < perWord; part += perPart) {
        unsigned element = part + firstElement(lane, reg, fragment.registers,
                                               perWord, fragment.elements());
        unsigned line =
            apart ? element % fragment.lines : element / fragment.length;
        unsigned place =
            apart ? element / fragment.lines : element % fragment.length;
        visit(cell<Word>(meeting, rows[reg], lane), part * fragment.bits,
              lines[line] + place * fragment.bits / 8,
              perPart * fragment.bits / 8);
      }
}

template <typename Word> void load(const Meeting &meeting) {
  const uint32_t *operands = operandsOf(meeting, meeting.op[0]->at[2]);
  Fragment fragment = Fragment::unpack(operands[0]);
  Lines lines;
  if (!findLines(meeting, fragment, /*write=*/false, lines))
    return;
  forParts<Word>(meeting, fragment, operands + 1, lines,
                 [](Word &to, unsigned shift, const char *at, unsigned bytes) {
                   Word word = 0;
                   std::memcpy(&word, at, bytes);
                   Word mask = ~Word(0) >> (8 * (sizeof(Word) - bytes));
                   to = (to & ~(mask << shift)) | word << shift;
                 });
}

template <typename Word> void store(const Meeting &meeting) {
  const uint32_t *operands = operandsOf(meeting, meeting.op[0]->at[2]);
  Fragment fragment = Fragment::unpack(operands[0]);
  Lines lines;
  if (!findLines(meeting, fragment, /*write=*/true, lines))
    return;
  forParts<Word>(meeting, fragment, operands + 1, lines,
                 [](Word from, unsigned shift, char *at, unsigned bytes) {
                   Word word = from >> shift;
                   std::memcpy(at, &word, bytes);
                 });
}

//===----------------------------------------------------------------------===//
// Products: the registers of D, A, B and C among the image's operands
//===----------------------------------------------------------------------===//

/// Halves have 8 registers of A and of B whatever the shape.
template <typename Element>
constexpr unsigned factorRegisters(unsigned elements) {
  constexpr unsigned wordBits = Element::bits == 64 ? 64 : 32;
  return std::is_same_v<Element, SmallElement<Half>>
             ? 8
             : elements * Element::bits / (warpSize * wordBits);
}

/// A matrix of `elements` in `registers` of a Word.
template <typename Word, unsigned bits, unsigned elements, unsigned registers>
struct Spread {
  static constexpr unsigned perWord = 8 * sizeof(Word) / bits;

  /// Calls `visit(cell, shift, element)` for each element, once or more often.
  template <typename F>
  static void forElements(const Meeting &meeting, const uint32_t *rows,
                          F &&visit) {
    for (unsigned lane = 0; lane < warpSize; ++lane)
      for (unsigned reg = 0; reg < registers; ++reg)
        for (unsigned i = 0; i < perWord; ++i)
          visit(cell<Word>(meeting, rows[reg], lane), i * bits,
                i + firstElement(lane, reg, registers, perWord, elements));
  }
};

template <typename Element, typename D, typename C, unsigned M, unsigned N,
          unsigned K>
struct Product {
  static constexpr bool isWide = Element::bits == 64;
  static constexpr bool isBits = std::is_same_v<Element, BitElement>;
  using Word = std::conditional_t<isWide, uint64_t, uint32_t>;
  using Value = typename Element::Value;
  static constexpr unsigned wordBits = 8 * sizeof(Word);
  static constexpr unsigned aRegisters = factorRegisters<Element>(M * K);
  static constexpr unsigned bRegisters = factorRegisters<Element>(K * N);
  template <typename Sum>
  static constexpr unsigned sumRegisters =
      M * N * Sum::bits / (warpSize * wordBits);
  static constexpr unsigned dRegisters = sumRegisters<D>;
  static constexpr unsigned cRegisters = sumRegisters<C>;

  /// A matrix of `rows` x `columns` that lies by rows or by columns.
  template <unsigned rows, unsigned columns, unsigned registers>
  static void read(const Meeting &meeting, const uint32_t *from, bool byColumns,
                   Value (&matrix)[rows][columns]) {
    bool other = meeting.op[0]->aux & Other;
    Spread<Word, Element::bits, rows * columns, registers>::forElements(
        meeting, from, [&](Word word, unsigned shift, unsigned i) {
          Value x = Element::read(word >> shift, other);
          (byColumns ? matrix[i % rows][i / rows]
                     : matrix[i / columns][i % columns]) = x;
        });
  }

  static void multiply(const Meeting &meeting) {
    const Op &op = *meeting.op[0];
    const uint32_t *d = operandsOf(meeting, op.imm), *a = d + dRegisters;
    const uint32_t *b = a + aRegisters, *c = b + bRegisters;
    Value left[M][K], right[K][N];
    typename C::Value sum[M * N];
    read<M, K, aRegisters>(meeting, a, op.aux & Columns, left);
    read<K, N, bRegisters>(meeting, b, op.aux & BColumns, right);
    Spread<Word, C::bits, M * N, cRegisters>::forElements(
        meeting, c, [&](Word word, unsigned shift, unsigned i) {
          sum[i] = C::read(static_cast<Word>(word >> shift));
        });
    bool byAnd = op.aux & ByAnd;
    // As mma adds.
    for (unsigned m = 0; m < M; ++m)
      for (unsigned k = 0; k < K; ++k)
        for (unsigned n = 0; n < N; ++n) {
          Value x = left[m][k], y = right[k][n];
          typename C::Value &to = sum[m * N + n];
          if constexpr (isWide)
            to = __builtin_fma(x, y, to);
          else if constexpr (isBits)
            to += byAnd ? x & y : x ^ y;
          else
            to += x * y;
        }
    bool clamp = op.aux & Clamp;
    Spread<Word, D::bits, M * N, dRegisters>::forElements(
        meeting, d, [&](Word &to, unsigned shift, unsigned i) {
          Word mask = ~Word(0) >> (wordBits - D::bits);
          to = (to & ~(mask << shift)) | Word(D::write(sum[i], clamp)) << shift;
        });
  }

  static bool emit(Emitter &emitter, const Match &match, uint32_t flags) {
    const std::vector<Operand> &operands = match.instruction.operands;
    constexpr ScalarType input = isWide ? ScalarType::F64 : ScalarType::B32;
    constexpr unsigned count =
        dRegisters + aRegisters + bRegisters + cRegisters;
    uint32_t rows[count];
    uint32_t *a = rows + dRegisters, *b = a + aRegisters, *c = b + bRegisters;
    if (!readFragment(emitter, operands[0], D::type, dRegisters, true, rows) ||
        !readFragment(emitter, operands[1], input, aRegisters, false, a) ||
        !readFragment(emitter, operands[2], input, bRegisters, false, b) ||
        !readFragment(emitter, operands[3], C::type, cRegisters, false, c))
      return false;
    // Which of the two layouts is which the order says.
    std::string_view layouts[2];
    unsigned found = 0;
    for (std::string_view modifier : match.instruction.modifiers)
      if (modifier == "row" || modifier == "col")
        layouts[found++ & 1] = modifier;
    std::vector<uint32_t> &more = emitter.image().moreOperands;
    Op &op = emitter.appendControl(&alignedOp<multiply>);
    op.at[5] = alignedMask(emitter);
    op.aux = flags | (layouts[0] == "col" ? Columns : None) |
             (layouts[1] == "col" ? BColumns : None);
    op.imm = more.size();
    more.insert(more.end(), rows, rows + count);
    return true;
  }
};

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

struct Shape {
  unsigned m = 0, n = 0, k = 0;
};
/// The numbers in m16n16k16.
Shape shapeOf(const Match &match) {
  Shape shape;
  for (std::string_view word : match.instruction.modifiers) {
    if (word.size() < 2 || word[0] != 'm' || word[1] < '0' || word[1] > '9')
      continue;
    const char *at = word.data(), *end = at + word.size();
    for (unsigned *number : {&shape.m, &shape.n, &shape.k})
      at = std::from_chars(at + 1, end, *number).ptr;
  }
  return shape;
}

/// What has products of a shape and of a type of A and B, or of sums. None has
/// `.aligned` before 6.3.
Requirement requirementOf(const Shape &shape, std::string_view type) {
  if (type == "b1" || type == "s4" || type == "u4")
    return {75, 6, 3};
  if (type == "s8" || type == "u8" || type == "s32")
    return shape.k == 16 ? Requirement{72, 6, 3} : Requirement{75, 6, 3};
  if (type == "bf16" || type == "tf32" || type == "f64" || shape.k == 8)
    return {80, 7, 0};
  return {70, 6, 3};
}

unsigned bitsOf(std::string_view type) {
  unsigned bits = 0;
  size_t digits = type.find_first_of("0123456789");
  std::from_chars(type.data() + digits, type.data() + type.size(), bits);
  return bits;
}

bool emitMove(Emitter &emitter, const Match &match) {
  const Instruction &instruction = match.instruction;
  std::string_view type = instruction.modifiers.back();
  Shape shape = shapeOf(match);
  Requirement needed = requirementOf(shape, type);
  if (match.has("shared::cta"))
    needed = both(needed, {0, 7, 8});
  if (!require(emitter, match, needed))
    return false;
  bool stores = match.has("store"), isA = match.has("a"), isB = match.has("b");
  bool isSum = !isA && !isB, columns = match.has("col");
  unsigned rows = isB ? shape.k : shape.m, length = isA ? shape.k : shape.n;
  if (columns)
    std::swap(rows, length);
  // tf32 is a float that is looked at in part.
  Fragment fragment{rows, length, type == "tf32" ? 32 : bitsOf(type), 0};
  fragment.registers =
      !isSum && type == "f16"
          ? 8
          : fragment.elements() / (warpSize * fragment.perWord());
  ScalarType registerType = type == "f64"            ? ScalarType::F64
                            : isSum && type == "f32" ? ScalarType::F32
                                                     : ScalarType::B32;
  const std::vector<Operand> &operands = instruction.operands;
  std::vector<uint32_t> &more = emitter.image().moreOperands;
  auto first = static_cast<uint32_t>(more.size());
  uint32_t registers[8];
  uint32_t base = 0, stride = emitter.constantRow(length, 4);
  uint64_t offset = 0;
  if (!readFragment(emitter, operands[stores], registerType, fragment.registers,
                    !stores, registers) ||
      !wideAddress(emitter, operands[!stores], base, offset) ||
      (operands.size() == 3 &&
       !emitter.source(operands[2], ScalarType::U32, false, stride)))
    return false;
  more.push_back(fragment.pack());
  more.insert(more.end(), registers, registers + fragment.registers);
  Space space = match.has("global") ? Space::Global
                : match.has("shared") || match.has("shared::cta")
                    ? Space::Shared
                    : Space::Generic;
  bool isWide = fragment.bits == 64;
  Op &op = emitter.appendControl(
      stores
          ? (isWide ? &alignedOp<store<uint64_t>> : &alignedOp<store<uint32_t>>)
          : (isWide ? &alignedOp<load<uint64_t>> : &alignedOp<load<uint32_t>>));
  op.at[0] = base;
  op.at[1] = stride;
  op.at[2] = first;
  op.at[5] = alignedMask(emitter);
  op.imm = offset;
  op.aux = (isSum && columns ? Columns : None) | uint32_t(space) << SpaceAt;
  op.slot = emitter.hitSlot();
  return true;
}

/// A product of the three shapes with a K of 16.
template <typename Element, typename D, typename C>
bool emitSquareOrLong(Emitter &emitter, const Match &match, uint32_t flags) {
  switch (shapeOf(match).m) {
  case 16:
    return Product<Element, D, C, 16, 16, 16>::emit(emitter, match, flags);
  case 8:
    return Product<Element, D, C, 8, 32, 16>::emit(emitter, match, flags);
  default:
    return Product<Element, D, C, 32, 8, 16>::emit(emitter, match, flags);
  }
}

bool emitHalves(Emitter &emitter, const Match &match) {
  using Element = SmallElement<Half>;
  if (!require(emitter, match, requirementOf(shapeOf(match), "f16")))
    return false;
  const std::vector<std::string_view> &modifiers = match.instruction.modifiers;
  bool d = modifiers[modifiers.size() - 2] == "f32";
  bool c = modifiers.back() == "f32";
  return d ? (c ? emitSquareOrLong<Element, FloatSum, FloatSum>
                : emitSquareOrLong<Element, FloatSum, HalfSum>)(emitter, match,
                                                                0)
           : (c ? emitSquareOrLong<Element, HalfSum, FloatSum>
                : emitSquareOrLong<Element, HalfSum, HalfSum>)(emitter, match,
                                                               0);
}

bool emitBFloats(Emitter &emitter, const Match &match) {
  return require(emitter, match, {80, 7, 0}) &&
         emitSquareOrLong<SmallElement<BFloat>, FloatSum, FloatSum>(emitter,
                                                                    match, 0);
}

bool emitTf32(Emitter &emitter, const Match &match) {
  return require(emitter, match, {80, 7, 0}) &&
         Product<Tf32Element, FloatSum, FloatSum, 16, 16, 8>::emit(emitter,
                                                                   match, 0);
}

bool emitDoubles(Emitter &emitter, const Match &match) {
  return require(emitter, match, {80, 7, 0}) &&
         Product<DoubleElement, DoubleSum, DoubleSum, 8, 8, 4>::emit(emitter,
                                                                     match, 0);
}

/// A and B of integers have one type; false after an error.
bool readIntegers(Emitter &emitter, const Match &match, uint32_t &flags) {
  const std::vector<std::string_view> &modifiers = match.instruction.modifiers;
  bool clamps = match.has("satfinite");
  size_t types = modifiers.size() - clamps;
  std::string_view a = modifiers[types - 3], b = modifiers[types - 2];
  flags = (a[0] == 'u' ? Other : None) | (clamps ? Clamp : None);
  if (!require(emitter, match, requirementOf(shapeOf(match), a)))
    return false;
  return a == b ||
         emitter.error(match.instruction.where,
                       "A and B must be of the same type, found ." +
                           std::string(a) + " and ." + std::string(b));
}

bool emitBytes(Emitter &emitter, const Match &match) {
  uint32_t flags = 0;
  return readIntegers(emitter, match, flags) &&
         emitSquareOrLong<ByteElement, IntegerSum, IntegerSum>(emitter, match,
                                                               flags);
}

bool emitNibbles(Emitter &emitter, const Match &match) {
  uint32_t flags = 0;
  return readIntegers(emitter, match, flags) &&
         Product<NibbleElement, IntegerSum, IntegerSum, 8, 8, 32>::emit(
             emitter, match, flags);
}

bool emitBits(Emitter &emitter, const Match &match) {
  bool byAnd = match.has("and");
  return require(emitter, match,
                 byAnd ? Requirement{80, 7, 1} : Requirement{75, 6, 3}) &&
         Product<BitElement, IntegerSum, IntegerSum, 8, 8, 128>::emit(
             emitter, match, byAnd ? ByAnd : None);
}

} // namespace

void addWmma(FormTable &table) {
#define SPACE "{.global|shared|shared::cta}"
#define SHAPES ".{m16n16k16|m8n32k16|m32n8k16}"
#define LOAD " *d, [a], ?*stride"
#define STORE " [a], *d, ?*stride"
#define PRODUCT " *d, *a, *b, *c"
  for (const char *factor :
       {"{a|b}.sync.aligned.{row|col}" SHAPES SPACE ".{f16|bf16|s8|u8}" LOAD,
        "{a|b}.sync.aligned.{row|col}.m16n16k8" SPACE ".tf32" LOAD,
        "{a|b}.sync.aligned.{row|col}.m8n8k4" SPACE ".f64" LOAD,
        "a.sync.aligned.row.m8n8k32" SPACE ".{s4|u4}" LOAD,
        "b.sync.aligned.col.m8n8k32" SPACE ".{s4|u4}" LOAD,
        "a.sync.aligned.row.m8n8k128" SPACE ".b1" LOAD,
        "b.sync.aligned.col.m8n8k128" SPACE ".b1" LOAD})
    table.addCustom(std::string("wmma.load.") + factor, emitMove);
  for (const char *sum :
       {SHAPES SPACE ".{f16|f32|s32}", ".m16n16k8" SPACE ".f32",
        ".m8n8k4" SPACE ".f64", ".{m8n8k32|m8n8k128}" SPACE ".s32"}) {
    table.addCustom(std::string("wmma.load.c.sync.aligned.{row|col}") + sum +
                        LOAD,
                    emitMove);
    table.addCustom(std::string("wmma.store.d.sync.aligned.{row|col}") + sum +
                        STORE,
                    emitMove);
  }
#define LAYOUTS "wmma.mma.sync.aligned.{row|col}.{row|col}"
  table.addCustom(LAYOUTS SHAPES ".{f16|f32}.{f16|f32}" PRODUCT, emitHalves);
  table.addCustom(LAYOUTS SHAPES ".f32.bf16.bf16.f32" PRODUCT, emitBFloats);
  table.addCustom(LAYOUTS ".m16n16k8.f32.tf32.tf32.f32" PRODUCT, emitTf32);
  // The manual has the rounding in front of the types, nvcc behind them.
  table.addCustom(LAYOUTS ".m8n8k4{.rn}.f64.f64.f64.f64" PRODUCT, emitDoubles);
  table.addCustom(LAYOUTS ".m8n8k4.f64.f64.f64.f64.rn" PRODUCT, emitDoubles);
  table.addCustom(LAYOUTS SHAPES ".s32.{s8|u8}.{s8|u8}.s32{.satfinite}" PRODUCT,
                  emitBytes);
  table.addCustom("wmma.mma.sync.aligned.row.col.m8n8k32.s32.{s4|u4}.{s4|u4}."
                  "s32{.satfinite}" PRODUCT,
                  emitNibbles);
  table.addCustom("wmma.mma.{xor|and}.popc.sync.aligned.row.col.m8n8k128."
                  "s32.b1.b1.s32" PRODUCT,
                  emitBits);
#undef LAYOUTS
#undef PRODUCT
#undef STORE
#undef LOAD
#undef SHAPES
#undef SPACE
}

} // namespace theano::sim::THEANO_SIM_ISA
