//===- Matrix.cpp - ldmatrix, stmatrix and movmatrix ----------------------===//
//
// They move matrices of 8 x 8 elements of 16 bits. In registers lane 4 * g + q
// holds the elements (g, 2q) and (g, 2q + 1) of each; in shared memory a row is
// 16 bytes anywhere, and lane 8 * i + r has the address of row r of matrix i.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Extend.h"
#include "Instructions/Meetings.h"
#include "Machine/Target.h"

#include <cstring>

namespace theano::sim::THEANO_SIM_ISA {

namespace {

constexpr unsigned order = 8, rowBytes = 16;
using Matrix = uint16_t[order][order];

/// The two elements that `lane` holds of a matrix.
template <bool transposed>
THEANO_SIM_INLINE uint32_t pieceOf(const Matrix &matrix, unsigned lane) {
  unsigned g = lane / 4, q = lane % 4;
  uint16_t low = transposed ? matrix[2 * q][g] : matrix[g][2 * q];
  uint16_t high = transposed ? matrix[2 * q + 1][g] : matrix[g][2 * q + 1];
  return uint32_t(high) << 16 | low;
}
template <bool transposed>
THEANO_SIM_INLINE void setPiece(Matrix &matrix, unsigned lane, uint32_t piece) {
  unsigned g = lane / 4, q = lane % 4;
  (transposed ? matrix[2 * q][g] : matrix[g][2 * q]) =
      static_cast<uint16_t>(piece);
  (transposed ? matrix[2 * q + 1][g] : matrix[g][2 * q + 1]) =
      static_cast<uint16_t>(piece >> 16);
}

//===----------------------------------------------------------------------===//
// ldmatrix and stmatrix: 0 the address, 1 to 4 the matrices; aux: whether it is
// a generic address
//===----------------------------------------------------------------------===//

/// The row that `lane` points at; null after a fault.
char *rowOf(const Meeting &meeting, unsigned lane, bool write) {
  Warp &warp = meeting.warp;
  const Op &op = *meeting.op[lane];
  uint64_t address = meeting.at<uint64_t>(lane, 0) + op.imm;
  if (op.aux && warp.findOwnSpace(address) != Space::Shared) {
    warp.fault(op, lane, cuda::Result::IllegalAddress,
               "the generic address of a row is not one of shared memory");
    return nullptr;
  }
  if (address % rowBytes) {
    warp.misaligned(op, lane, Space::Shared, address, rowBytes);
    return nullptr;
  }
  return warp.resolve(op, lane, Space::Shared, address, rowBytes, write);
}

template <unsigned count, bool transposed>
void loadMatrices(const Meeting &meeting) {
  Matrix matrices[count];
  for (unsigned row = 0; row < count * order; ++row) {
    const char *from = rowOf(meeting, row, /*write=*/false);
    if (!from)
      return;
    std::memcpy(matrices[row / order][row % order], from, rowBytes);
  }
  for (unsigned i = 0; i < count; ++i)
    for (unsigned lane = 0; lane < warpSize; ++lane)
      meeting.at<uint32_t>(lane, 1 + i) =
          pieceOf<transposed>(matrices[i], lane);
}

template <unsigned count, bool transposed>
void storeMatrices(const Meeting &meeting) {
  Matrix matrices[count];
  for (unsigned i = 0; i < count; ++i)
    for (unsigned lane = 0; lane < warpSize; ++lane)
      setPiece<transposed>(matrices[i], lane,
                           meeting.at<uint32_t>(lane, 1 + i));
  for (unsigned row = 0; row < count * order; ++row) {
    char *to = rowOf(meeting, row, /*write=*/true);
    if (!to)
      return;
    std::memcpy(to, matrices[row / order][row % order], rowBytes);
  }
}

template <bool store, unsigned count> Handler pickTransposed(bool transposed) {
  if constexpr (store)
    return transposed ? alignedOp<storeMatrices<count, true>>
                      : alignedOp<storeMatrices<count, false>>;
  else
    return transposed ? alignedOp<loadMatrices<count, true>>
                      : alignedOp<loadMatrices<count, false>>;
}
template <bool store> Handler pickCount(unsigned count, bool transposed) {
  return count == 1   ? pickTransposed<store, 1>(transposed)
         : count == 2 ? pickTransposed<store, 2>(transposed)
                      : pickTransposed<store, 4>(transposed);
}

template <bool store> bool emitMatrices(Emitter &emitter, const Match &match) {
  // With stmatrix sm_90 came.
  if (!require(emitter, match,
               store                      ? Requirement{90, 7, 8}
               : match.has("shared::cta") ? Requirement{75, 7, 8}
                                          : Requirement{75, 6, 5}))
    return false;
  const std::vector<Operand> &operands = match.instruction.operands;
  const Operand &data = operands[store];
  unsigned count = match.has("x4") ? 4 : match.has("x2") ? 2 : 1;
  if (data.kind != Operand::Kind::Vector || data.elements.size() != count)
    return emitter.error(data.where, "expected as many registers in braces as "
                                     "there are matrices, " +
                                         std::to_string(count));
  uint32_t at[4] = {}, base = 0;
  for (unsigned i = 0; i < count; ++i)
    if (!(store
              ? emitter.source(data.elements[i], ScalarType::B32, false, at[i])
              : emitter.destination(data.elements[i], ScalarType::B32, false,
                                    at[i])))
      return false;
  bool generic = !match.has("shared") && !match.has("shared::cta");
  uint64_t offset = 0;
  if (!wideAddress(emitter, operands[!store], base, offset))
    return false;
  Op &op = emitter.appendControl(pickCount<store>(count, match.has("trans")));
  op.at[0] = base;
  for (unsigned i = 0; i < count; ++i)
    op.at[1 + i] = at[i];
  op.at[5] = alignedMask(emitter);
  op.imm = offset;
  op.aux = generic;
  emitter.setAccess(
      {store ? MemoryAccess::Kind::Store : MemoryAccess::Kind::Load,
       generic ? Space::Generic : Space::Shared, /*narrow=*/false, rowBytes,
       /*elements=*/1, fullMask >> (warpSize - count * order)});
  return true;
}

//===----------------------------------------------------------------------===//
// movmatrix: 0 d, 1 a
//===----------------------------------------------------------------------===//

void transposeMatrix(const Meeting &meeting) {
  Matrix matrix;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    setPiece<false>(matrix, lane, meeting.at<uint32_t>(lane, 1));
  for (unsigned lane = 0; lane < warpSize; ++lane)
    meeting.at<uint32_t>(lane, 0) = pieceOf<true>(matrix, lane);
}

bool emitTranspose(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  uint32_t to = 0, from = 0;
  if (!require(emitter, match, {75, 7, 8}) ||
      !emitter.destination(operands[0], ScalarType::B32, false, to) ||
      !emitter.source(operands[1], ScalarType::B32, false, from))
    return false;
  Op &op = emitter.appendControl(&alignedOp<transposeMatrix>);
  op.at[0] = to;
  op.at[1] = from;
  op.at[5] = alignedMask(emitter);
  return true;
}

} // namespace

void addMatrix(FormTable &table) {
  table.addCustom("ldmatrix.sync.aligned.m8n8.{x1|x2|x4}{.trans}"
                  "{.shared|shared::cta}.b16 *d, [a]",
                  emitMatrices<false>);
  table.addCustom("stmatrix.sync.aligned.m8n8.{x1|x2|x4}{.trans}"
                  "{.shared|shared::cta}.b16 [a], *b",
                  emitMatrices<true>);
  table.addCustom("movmatrix.sync.aligned.m8n8.trans.b16 *d, *a",
                  emitTranspose);
}

} // namespace theano::sim::THEANO_SIM_ISA
