//===- BlockReduce.cpp - combining values across threads ------------------===//

#include "BlockReduce.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

static constexpr int64_t kWarp = 32;

FailureOr<Operation *> gpu_emission::getCombiner(linalg::LinalgOp op) {
  SmallVector<Operation *> combiners;
  if (op.getNumDpsInits() == 1 &&
      matchReduction(op.getRegionOutputArgs(), 0, combiners) &&
      combiners.size() == 1)
    return combiners.front();
  return op->emitOpError("combines its accumulator by more than one operation; "
                         "a reduction by several threads needs exactly one");
}

Value gpu_emission::combine(KernelFrame &f, Operation *combiner, Value a,
                            Value b) {
  OperationState state(combiner->getLoc(), combiner->getName());
  state.operands = {a, b};
  state.types = {a.getType()};
  state.attributes = combiner->getDiscardableAttrDictionary();
  state.propertiesAttr = combiner->getPropertiesAsAttribute();
  return f.builder.create(state)->getResult(0);
}

Value gpu_emission::combineLanes(KernelFrame &f, Operation *combiner,
                                 Value vector) {
  auto type = dyn_cast<VectorType>(vector.getType());
  if (!type)
    return vector;
  SmallVector<Value> values;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane)
    values.push_back(vector::ExtractOp::create(f.builder, f.loc, vector, lane));
  while (values.size() > 1) {
    SmallVector<Value> pairs;
    for (size_t i = 0; i + 1 < values.size(); i += 2)
      pairs.push_back(combine(f, combiner, values[i], values[i + 1]));
    if (values.size() % 2)
      pairs.push_back(values.back());
    values = std::move(pairs);
  }
  return values.front();
}

/// The value of the thread whose id differs by `offset` in one bit. The
/// hardware exchanges 32 bits at a time, so wider values go in two halves.
static Value shuffle(KernelFrame &f, Value value, int64_t offset) {
  OpBuilder &b = f.builder;
  auto exchange = [&](Value word) -> Value {
    return gpu::ShuffleOp::create(b, f.loc, word, offset, kWarp,
                                  gpu::ShuffleMode::XOR)
        .getShuffleResult();
  };
  Type type = value.getType();
  unsigned bits = type.getIntOrFloatBitWidth();
  if (bits == 32)
    return exchange(value);
  Type i32 = b.getI32Type(), whole = b.getIntegerType(bits);
  value = b.createOrFold<arith::BitcastOp>(f.loc, whole, value);
  if (bits < 32) {
    value = exchange(arith::ExtUIOp::create(b, f.loc, i32, value));
    value = arith::TruncIOp::create(b, f.loc, whole, value);
  } else {
    Value shift =
        arith::ConstantOp::create(b, f.loc, b.getIntegerAttr(whole, 32));
    Value high = arith::ShRUIOp::create(b, f.loc, value, shift);
    high = exchange(arith::TruncIOp::create(b, f.loc, i32, high));
    Value low = exchange(arith::TruncIOp::create(b, f.loc, i32, value));
    high = arith::ExtUIOp::create(b, f.loc, whole, high);
    low = arith::ExtUIOp::create(b, f.loc, whole, low);
    high = arith::ShLIOp::create(b, f.loc, high, shift);
    value = arith::OrIOp::create(b, f.loc, high, low);
  }
  return b.createOrFold<arith::BitcastOp>(f.loc, type, value);
}

/// A butterfly: every thread of a group of `threads` gets the same value, since
/// each step combines the same two, and all our combiners commute.
static Value shuffleCombine(KernelFrame &f, Operation *combiner, Value value,
                            int64_t threads) {
  for (int64_t offset = threads / 2; offset > 0; offset /= 2)
    value = combine(f, combiner, value, shuffle(f, value, offset));
  return value;
}

Value gpu_emission::combineThreads(KernelFrame &f, Operation *combiner,
                                   Value value, int64_t threads,
                                   Value &shared) {
  if (threads <= kWarp)
    return shuffleCombine(f, combiner, value, threads);
  int64_t warps = threads / kWarp;
  if (!shared)
    shared = f.addShared({warps}, value.getType());
  value = shuffleCombine(f, combiner, value, kWarp);
  Value warp = f.divide(f.threadId(), f.constant(kWarp));
  Value lane = f.remainder(f.threadId(), f.constant(kWarp));
  scf::IfOp::create(f.builder, f.loc, f.isEqual(lane, f.constant(0)),
                    [&](OpBuilder &b, Location loc) {
                      memref::StoreOp::create(b, loc, value, shared, warp);
                      scf::YieldOp::create(b, loc);
                    });
  f.barrier();
  Value slot = f.remainder(lane, f.constant(warps));
  value = memref::LoadOp::create(f.builder, f.loc, shared, slot);
  return shuffleCombine(f, combiner, value, warps);
}
