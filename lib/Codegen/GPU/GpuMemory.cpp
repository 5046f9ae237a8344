//===- GpuMemory.cpp - aligned accesses on a GPU --------------------------===//

#include "GpuMemory.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

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

Value GpuMemory::load(OpBuilder &builder, Location loc, unsigned argument,
                      Value linear, Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return MemRefMemory::load(builder, loc, argument, linear, type);
  if (isMultiple(linear, vector.getNumElements())) {
    Value loaded = MemRefMemory::load(builder, loc, argument, linear, type);
    loaded.getDefiningOp<vector::LoadOp>().setAlignment(
        std::min(kWidestAccess, bytesOf(vector)));
    return loaded;
  }
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value at = arith::AddIOp::create(
        builder, loc, linear,
        arith::ConstantIndexOp::create(builder, loc, lane));
    elements.push_back(MemRefMemory::load(builder, loc, argument, at,
                                          vector.getElementType()));
  }
  return vector::FromElementsOp::create(builder, loc, vector, elements);
}

void GpuMemory::store(OpBuilder &builder, Location loc, Value value,
                      unsigned argument, Value linear) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector)
    return MemRefMemory::store(builder, loc, value, argument, linear);
  if (isMultiple(linear, vector.getNumElements())) {
    MemRefMemory::store(builder, loc, value, argument, linear);
    cast<vector::StoreOp>(*std::prev(builder.getInsertionPoint()))
        .setAlignment(std::min(kWidestAccess, bytesOf(vector)));
    return;
  }
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value at = arith::AddIOp::create(
        builder, loc, linear,
        arith::ConstantIndexOp::create(builder, loc, lane));
    Value element = vector::ExtractOp::create(builder, loc, value, lane);
    MemRefMemory::store(builder, loc, element, argument, at);
  }
}
