//===- Mma.cpp - matrix products of a warp --------------------------------===//
//
// mma.sync.aligned: D = A * B + C, the matrices being spread over the registers
// of the warp. With g = lane / 4 and q = lane % 4, and p elements in a register
// of A or B:
//
//   A, register i: row g + 8 * (i % (M / 8)),
//                  columns p * q + 4 * p * (i / (M / 8)) and up
//   B, register i: rows p * q + 4 * p * i and up, column g
//   C and D, element i: (g + 8 * (i / 2), 2 * q + i % 2)
//
// Products of small floats are exact in double, in which they are added to C in
// the order of k; the sum is rounded once. Devices add in an order and a width
// of their own, and cut off digits: only sums that every order represents
// exactly are the same everywhere. Products of double are a chain of fma.
//
//===----------------------------------------------------------------------===//

#include "Instructions/MatrixElements.h"
#include "Instructions/Meetings.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

//===----------------------------------------------------------------------===//
// The product
//===----------------------------------------------------------------------===//

/// In `aux` of an op.
enum Flag : uint32_t { None = 0, OtherA = 1, OtherB = 2, Clamp = 4 };

constexpr unsigned N = 8;

/// How the matrices lie in registers.
template <typename Element, typename Sum, unsigned M, unsigned K>
struct Fragments {
  static constexpr bool wide = Element::bits == 64;
  using Word = std::conditional_t<wide, uint64_t, uint32_t>;
  static constexpr unsigned wordBits = 8 * sizeof(Word);
  static constexpr unsigned perWord = wordBits / Element::bits;
  static constexpr unsigned perSum = wordBits / Sum::bits;
  static constexpr unsigned bands = M / 8;
  static constexpr unsigned aCount = bands * K / (4 * perWord);
  static constexpr unsigned bCount = K / (4 * perWord);
  static constexpr unsigned cCount = M * N / warpSize / perSum;
};

/// The registers of D, A, B and C are in this order among the image's
/// `moreOperands`, from `imm`.
template <typename Element, typename Sum, unsigned M, unsigned K>
void multiply(const Meeting &meeting) {
  using F = Fragments<Element, Sum, M, K>;
  using Word = typename F::Word;
  const Op &op = *meeting.op[0];
  const uint32_t *dRows =
      &meeting.warp.block().launch().image->moreOperands[op.imm];
  const uint32_t *aRows = dRows + F::cCount, *bRows = aRows + F::aCount;
  const uint32_t *cRows = bRows + F::bCount;
  auto cell = [&](unsigned lane, uint32_t row) -> Word & {
    return reinterpret_cast<Word *>(meeting.regs[lane] + row)[lane];
  };

  typename Element::Value a[M][K], b[K][N];
  typename Sum::Value sum[M][N];
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    unsigned g = lane / 4, q = lane % 4;
    for (unsigned i = 0; i < F::aCount; ++i) {
      Word word = cell(lane, aRows[i]);
      unsigned k = (q + 4 * (i / F::bands)) * F::perWord;
      for (unsigned j = 0; j < F::perWord; ++j)
        a[g + 8 * (i % F::bands)][k + j] =
            Element::read(word >> j * Element::bits, op.aux & OtherA);
    }
    for (unsigned i = 0; i < F::bCount; ++i) {
      Word word = cell(lane, bRows[i]);
      unsigned k = (q + 4 * i) * F::perWord;
      for (unsigned j = 0; j < F::perWord; ++j)
        b[k + j][g] = Element::read(word >> j * Element::bits, op.aux & OtherB);
    }
    for (unsigned i = 0; i < F::cCount * F::perSum; ++i)
      sum[g + 8 * (i / 2)][2 * q + i % 2] = Sum::read(
          cell(lane, cRows[i / F::perSum]) >> i % F::perSum * Sum::bits);
  }

  for (unsigned m = 0; m < M; ++m)
    for (unsigned k = 0; k < K; ++k)
      for (unsigned n = 0; n < N; ++n) {
        if constexpr (F::wide)
          sum[m][n] = __builtin_fma(a[m][k], b[k][n], sum[m][n]);
        else
          sum[m][n] += a[m][k] * b[k][n];
      }

  for (unsigned lane = 0; lane < warpSize; ++lane) {
    unsigned g = lane / 4, q = lane % 4;
    for (unsigned r = 0; r < F::cCount; ++r) {
      Word word = 0;
      for (unsigned j = 0; j < F::perSum; ++j) {
        unsigned i = r * F::perSum + j;
        Word one =
            Sum::write(sum[g + 8 * (i / 2)][2 * q + i % 2], op.aux & Clamp);
        word |= one << j * Sum::bits;
      }
      cell(lane, dRows[r]) = word;
    }
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

template <typename Element, typename Sum, unsigned M, unsigned K>
bool emitProduct(Emitter &emitter, const Match &match, uint32_t flags) {
  using F = Fragments<Element, Sum, M, K>;
  const std::vector<Operand> &operands = match.instruction.operands;
  constexpr ScalarType input = F::wide ? ScalarType::F64 : ScalarType::B32;
  constexpr unsigned count = 2 * F::cCount + F::aCount + F::bCount;
  uint32_t rows[count];
  uint32_t *a = rows + F::cCount, *b = a + F::aCount, *c = b + F::bCount;
  if (!readFragment(emitter, operands[0], Sum::type, F::cCount, true, rows) ||
      !readFragment(emitter, operands[1], input, F::aCount, false, a) ||
      !readFragment(emitter, operands[2], input, F::bCount, false, b) ||
      !readFragment(emitter, operands[3], Sum::type, F::cCount, false, c))
    return false;
  std::vector<uint32_t> &more = emitter.image().moreOperands;
  Op &op = emitter.appendControl(&alignedOp<multiply<Element, Sum, M, K>>);
  op.at[5] = alignedMask(emitter);
  op.aux = flags;
  op.imm = more.size();
  more.insert(more.end(), rows, rows + count);
  return true;
}

/// D is of C's type.
template <typename Element, unsigned K>
bool emitFloatProduct(Emitter &emitter, const Match &match, uint32_t flags) {
  const std::vector<std::string_view> &modifiers = match.instruction.modifiers;
  std::string_view c = modifiers.back(), d = modifiers[modifiers.size() - 4];
  if (c != d)
    return emitter.error(match.instruction.where,
                         "D and C must be of the same type, found ." +
                             std::string(d) + " and ." + std::string(c));
  return c == "f16"
             ? emitProduct<Element, HalfSum, 16, K>(emitter, match, flags)
             : emitProduct<Element, FloatSum, 16, K>(emitter, match, flags);
}

bool emitHalf(Emitter &emitter, const Match &match) {
  if (match.has("m16n8k8"))
    return require(emitter, match, {75, 6, 5}) &&
           emitFloatProduct<SmallElement<Half>, 8>(emitter, match, 0);
  return require(emitter, match, {80, 7, 0}) &&
         emitFloatProduct<SmallElement<Half>, 16>(emitter, match, 0);
}

bool emitBFloat(Emitter &emitter, const Match &match) {
  using Element = SmallElement<BFloat>;
  if (!require(emitter, match, {80, 7, 0}))
    return false;
  return match.has("m16n8k8")
             ? emitProduct<Element, FloatSum, 16, 8>(emitter, match, 0)
             : emitProduct<Element, FloatSum, 16, 16>(emitter, match, 0);
}

bool emitTf32(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {80, 7, 0}))
    return false;
  return match.has("m16n8k4")
             ? emitProduct<Tf32Element, FloatSum, 16, 4>(emitter, match, 0)
             : emitProduct<Tf32Element, FloatSum, 16, 8>(emitter, match, 0);
}

/// The flags for types of A and B that are `word`, not the other of two.
uint32_t typeFlags(const Match &match, std::string_view word) {
  const std::vector<std::string_view> &modifiers = match.instruction.modifiers;
  size_t count = modifiers.size();
  return (modifiers[count - 3] == word ? OtherA : None) |
         (modifiers[count - 2] == word ? OtherB : None);
}

bool emitFp8(Emitter &emitter, const Match &match) {
  uint32_t flags = typeFlags(match, "e5m2");
  bool half = match.instruction.modifiers.back() == "f16";
  if (match.has("m16n8k16"))
    return require(emitter, match, {89, 8, 7}) &&
           emitFloatProduct<Fp8Element, 16>(emitter, match, flags);
  return require(emitter, match,
                 half ? Requirement{89, 8, 7} : Requirement{89, 8, 4}) &&
         emitFloatProduct<Fp8Element, 32>(emitter, match, flags);
}

bool emitBytes(Emitter &emitter, const Match &match) {
  uint32_t flags = typeFlags(match, "u8");
  if (match.has("satfinite"))
    flags |= Clamp;
  if (match.has("m8n8k16"))
    return require(emitter, match, {75, 6, 5}) &&
           emitProduct<ByteElement, IntegerSum, 8, 16>(emitter, match, flags);
  if (!require(emitter, match, {80, 7, 0}))
    return false;
  return match.has("m16n8k16")
             ? emitProduct<ByteElement, IntegerSum, 16, 16>(emitter, match,
                                                            flags)
             : emitProduct<ByteElement, IntegerSum, 16, 32>(emitter, match,
                                                            flags);
}

bool emitDouble(Emitter &emitter, const Match &match) {
  using Element = DoubleElement;
  if (match.has("m8n8k4"))
    return require(emitter, match, {80, 7, 0}) &&
           emitProduct<Element, DoubleSum, 8, 4>(emitter, match, 0);
  if (!require(emitter, match, {90, 7, 8}))
    return false;
  return match.has("m16n8k4")
             ? emitProduct<Element, DoubleSum, 16, 4>(emitter, match, 0)
         : match.has("m16n8k8")
             ? emitProduct<Element, DoubleSum, 16, 8>(emitter, match, 0)
             : emitProduct<Element, DoubleSum, 16, 16>(emitter, match, 0);
}

} // namespace

void addMma(FormTable &table) {
#define OPERANDS " *d, *a, *b, *c"
  table.addCustom("mma.sync.aligned.{m16n8k8|m16n8k16}.row.col."
                  "{f16|f32}.f16.f16.{f16|f32}" OPERANDS,
                  emitHalf);
  table.addCustom("mma.sync.aligned.{m16n8k8|m16n8k16}.row.col."
                  "f32.bf16.bf16.f32" OPERANDS,
                  emitBFloat);
  table.addCustom("mma.sync.aligned.{m16n8k4|m16n8k8}.row.col."
                  "f32.tf32.tf32.f32" OPERANDS,
                  emitTf32);
  table.addCustom("mma.sync.aligned.{m16n8k16|m16n8k32}.row.col."
                  "{f16|f32}.{e4m3|e5m2}.{e4m3|e5m2}.{f16|f32}" OPERANDS,
                  emitFp8);
  table.addCustom("mma.sync.aligned.{m8n8k16|m16n8k16|m16n8k32}.row.col"
                  "{.satfinite}.s32.{s8|u8}.{s8|u8}.s32" OPERANDS,
                  emitBytes);
  table.addCustom("mma.sync.aligned.{m8n8k4|m16n8k4|m16n8k8|m16n8k16}.row.col"
                  "{.rn}.f64.f64.f64.f64" OPERANDS,
                  emitDouble);
#undef OPERANDS
}

} // namespace theano::sim::THEANO_SIM_ISA
