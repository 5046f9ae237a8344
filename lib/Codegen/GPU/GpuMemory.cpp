//===- GpuMemory.cpp - aligned accesses on a GPU --------------------------===//

#include "GpuMemory.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace theano::gpu_emission;

/// The widest access of a GPU, and what every buffer is aligned to.
static constexpr int64_t kWidestAccess = 16;

bool GpuMemory::isMultiple(Value value, int64_t factor) const {
  if (auto it = multiples.find(value); it != multiples.end())
    return it->second % factor == 0;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue() % factor == 0;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  auto operandIs = [&](unsigned i) {
    return isMultiple(op->getOperand(i), factor);
  };
  if (isa<arith::MulIOp>(op))
    return operandIs(0) || operandIs(1);
  if (isa<arith::AddIOp, arith::SubIOp>(op))
    return operandIs(0) && operandIs(1);
  if (isa<arith::SelectOp>(op))
    return operandIs(1) && operandIs(2);
  if (isa<ub::PoisonOp>(op))
    return true;
  if (auto branches = dyn_cast<scf::IfOp>(op)) {
    unsigned number = cast<OpResult>(value).getResultNumber();
    return isMultiple(branches.thenYield().getOperand(number), factor) &&
           isMultiple(branches.elseYield().getOperand(number), factor);
  }
  return false;
}

static int64_t bytesOf(VectorType type) {
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

Value GpuMemory::advance(OpBuilder &builder, Location loc, unsigned argument,
                         Value from) {
  auto type = cast<MemRefType>(getBuffer(argument).getType());
  auto layout = StridedLayoutAttr::get(builder.getContext(),
                                       /*offset=*/ShapedType::kDynamic,
                                       /*strides=*/{1});
  auto result = MemRefType::get({ShapedType::kDynamic}, type.getElementType(),
                                layout, type.getMemorySpace());
  // How many elements are left decides nothing.
  Value size = arith::ConstantIndexOp::create(builder, loc, 0);
  OpFoldResult stride = builder.getIndexAttr(1);
  return memref::ReinterpretCastOp::create(
      builder, loc, result, getBuffer(argument), OpFoldResult(from),
      OpFoldResult(size), stride);
}

namespace {
/// An index without the constant that it adds.
struct SplitIndex {
  Value rest; ///< null for zero
  int64_t constant = 0;
};
} // namespace

/// Sums and multiples of indices below 2^31 that are such indices themselves:
/// to add in 64 bits what was added in 32 changes nothing.
static SplitIndex split(OpBuilder &builder, Location loc, Value index) {
  APInt constant;
  if (matchPattern(index, m_ConstantInt(&constant)))
    return {{}, constant.getSExtValue()};
  Operation *op = index.getDefiningOp();
  if (isa_and_nonnull<arith::AddIOp>(op)) {
    SplitIndex a = split(builder, loc, op->getOperand(0));
    SplitIndex b = split(builder, loc, op->getOperand(1));
    int64_t sum;
    if ((a.constant == 0 && b.constant == 0) ||
        llvm::AddOverflow(a.constant, b.constant, sum))
      return {index, 0};
    if (!a.rest || !b.rest)
      return {a.rest ? a.rest : b.rest, sum};
    return {arith::AddIOp::create(builder, loc, a.rest, b.rest), sum};
  }
  if (isa_and_nonnull<arith::MulIOp>(op)) {
    SplitIndex a = split(builder, loc, op->getOperand(0));
    SplitIndex b = split(builder, loc, op->getOperand(1));
    int64_t product;
    if (b.rest || !a.rest || a.constant == 0 ||
        llvm::MulOverflow(a.constant, b.constant, product))
      return {index, 0};
    Value factor = op->getOperand(1);
    return {arith::MulIOp::create(builder, loc, a.rest, factor), product};
  }
  return {index, 0};
}

GpuMemory::Place GpuMemory::findPlace(OpBuilder &builder, Location loc,
                                      unsigned argument, Value linear) {
  if (auto it = sums.find(linear); it != sums.end()) {
    auto [from, distance] = it->second;
    return {advance(builder, loc, argument, from), distance};
  }
  SplitIndex parts = split(builder, loc, linear);
  if (!parts.rest || parts.constant == 0)
    return {getBuffer(argument), linear};
  return {advance(builder, loc, argument, parts.rest),
          arith::ConstantIndexOp::create(builder, loc, parts.constant)};
}

Value GpuMemory::load(OpBuilder &builder, Location loc, unsigned argument,
                      Value linear, Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector) {
    Place place = findPlace(builder, loc, argument, linear);
    return memref::LoadOp::create(builder, loc, place.buffer, place.index);
  }
  if (isMultiple(linear, vector.getNumElements())) {
    Place place = findPlace(builder, loc, argument, linear);
    auto op =
        vector::LoadOp::create(builder, loc, vector, place.buffer, place.index);
    op.setAlignment(std::min(kWidestAccess, bytesOf(vector)));
    return op.getResult();
  }
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value at = arith::AddIOp::create(
        builder, loc, linear,
        arith::ConstantIndexOp::create(builder, loc, lane));
    elements.push_back(
        load(builder, loc, argument, at, vector.getElementType()));
  }
  return vector::FromElementsOp::create(builder, loc, vector, elements);
}

void GpuMemory::store(OpBuilder &builder, Location loc, Value value,
                      unsigned argument, Value linear) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector) {
    Place place = findPlace(builder, loc, argument, linear);
    memref::StoreOp::create(builder, loc, value, place.buffer, place.index);
    return;
  }
  if (isMultiple(linear, vector.getNumElements())) {
    Place place = findPlace(builder, loc, argument, linear);
    vector::StoreOp::create(builder, loc, value, place.buffer, place.index)
        .setAlignment(std::min(kWidestAccess, bytesOf(vector)));
    return;
  }
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value at = arith::AddIOp::create(
        builder, loc, linear,
        arith::ConstantIndexOp::create(builder, loc, lane));
    Value element = vector::ExtractOp::create(builder, loc, value, lane);
    store(builder, loc, element, argument, at);
  }
}
