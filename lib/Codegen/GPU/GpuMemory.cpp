//===- GpuMemory.cpp - aligned accesses on a GPU --------------------------===//

#include "GpuMemory.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace theano;
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

Value gpu_emission::advance(OpBuilder &builder, Location loc, Value buffer,
                            Value from) {
  auto type = cast<MemRefType>(buffer.getType());
  auto layout = StridedLayoutAttr::get(builder.getContext(),
                                       /*offset=*/ShapedType::kDynamic,
                                       /*strides=*/{1});
  auto result = MemRefType::get({ShapedType::kDynamic}, type.getElementType(),
                                layout, type.getMemorySpace());
  // How many elements are left decides nothing.
  Value size = arith::ConstantIndexOp::create(builder, loc, 0);
  OpFoldResult stride = builder.getIndexAttr(1);
  return memref::ReinterpretCastOp::create(builder, loc, result, buffer,
                                           OpFoldResult(from),
                                           OpFoldResult(size), stride);
}

namespace {
/// An index in parts that add up to it.
struct SplitIndex {
  Value rest; ///< null for zero
  /// What is a constant number of rows or planes; null for zero.
  Value rows;
  /// None where nothing is added to an index, which may be zero.
  std::optional<int64_t> constant;

  bool isWhole() const { return !rows && !constant; }
};
} // namespace

/// A sum of which a part may be null, for zero.
static Value addParts(OpBuilder &builder, Location loc, Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return arith::AddIOp::create(builder, loc, a, b);
}

static SplitIndex split(OpBuilder &builder, Location loc, Value index);

static SplitIndex splitSum(OpBuilder &builder, Location loc, arith::AddIOp op) {
  SplitIndex a = split(builder, loc, op.getLhs());
  SplitIndex b = split(builder, loc, op.getRhs());
  int64_t sum;
  if ((a.isWhole() && b.isWhole()) ||
      llvm::AddOverflow(a.constant.value_or(0), b.constant.value_or(0), sum))
    return {op, {}, {}};
  return {addParts(builder, loc, a.rest, b.rest),
          addParts(builder, loc, a.rows, b.rows), sum};
}

static SplitIndex splitProduct(OpBuilder &builder, Location loc,
                               arith::MulIOp op) {
  SplitIndex whole{op, {}, {}};
  SplitIndex a = split(builder, loc, op.getLhs());
  if (!a.rest || a.isWhole())
    return whole;
  auto times = [&](Value value) -> Value {
    return value ? arith::MulIOp::create(builder, loc, value, op.getRhs())
                 : Value();
  };
  int64_t constant = a.constant.value_or(0), product;
  if (std::optional<int64_t> factor = getConstantIntValue(op.getRhs())) {
    if (llvm::MulOverflow(constant, *factor, product))
      return whole;
    return {times(a.rest), times(a.rows), product};
  }
  // What is left without less than nothing could be too large.
  if (constant < 0)
    return whole;
  Value rows = a.rows;
  if (constant > 0)
    rows = addParts(builder, loc, rows,
                    arith::ConstantIndexOp::create(builder, loc, constant));
  return {times(a.rest), times(rows), 0};
}

/// Sums and multiples of indices below 2^31 that are such indices themselves:
/// to add in 64 bits what was added in 32 changes nothing.
static SplitIndex split(OpBuilder &builder, Location loc, Value index) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return {{}, {}, constant};
  if (auto sum = index.getDefiningOp<arith::AddIOp>())
    return splitSum(builder, loc, sum);
  if (auto product = index.getDefiningOp<arith::MulIOp>())
    return splitProduct(builder, loc, product);
  return {index, {}, {}};
}

GpuMemory::Place GpuMemory::findPlace(OpBuilder &builder, Location loc,
                                      unsigned argument, Value linear) {
  if (auto it = sums.find(linear); it != sums.end()) {
    auto [from, distance] = it->second;
    return {advance(builder, loc, argument, from), distance};
  }
  SplitIndex parts = split(builder, loc, linear);
  if (!parts.rest || parts.isWhole())
    return {getBuffer(argument), linear};
  int64_t constant = parts.constant.value_or(0);
  Value index = parts.rows;
  if (!index || constant != 0)
    index = addParts(builder, loc, index,
                     arith::ConstantIndexOp::create(builder, loc, constant));
  return {advance(builder, loc, argument, parts.rest), index};
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
