//===- BlockReduce.cpp - combining values across threads ------------------===//

#include "BlockReduce.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

static constexpr int64_t kWarp = 32;

Accumulators gpu_emission::combineLanes(KernelFrame &f,
                                        const kernel::Combination &combination,
                                        Accumulators values) {
  auto type = dyn_cast<VectorType>(values.front().getType());
  if (!type)
    return values;
  SmallVector<Accumulators> parts;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
    Accumulators &part = parts.emplace_back();
    for (Value value : values)
      part.push_back(vector::ExtractOp::create(f.builder, f.loc, value, lane));
  }
  while (parts.size() > 1) {
    SmallVector<Accumulators> pairs;
    for (size_t i = 0; i + 1 < parts.size(); i += 2)
      pairs.push_back(
          combination.combine(f.builder, f.loc, parts[i], parts[i + 1]));
    if (parts.size() % 2)
      pairs.push_back(parts.back());
    parts = std::move(pairs);
  }
  return parts.front();
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

/// A butterfly: every thread of a group of `threads` gets the same values,
/// since each step combines the same two parts, and all combinations commute.
static Accumulators shuffleCombine(KernelFrame &f,
                                   const kernel::Combination &combination,
                                   Accumulators values, int64_t threads) {
  for (int64_t offset = threads / 2; offset > 0; offset /= 2) {
    Accumulators others;
    for (Value value : values)
      others.push_back(shuffle(f, value, offset));
    values = combination.combine(f.builder, f.loc, values, others);
  }
  return values;
}

Accumulators gpu_emission::combineThreads(
    KernelFrame &f, const kernel::Combination &combination, Accumulators values,
    int64_t threads, SmallVector<Value> &shared) {
  if (threads <= kWarp)
    return shuffleCombine(f, combination, values, threads);
  int64_t warps = threads / kWarp;
  if (shared.empty())
    for (Value value : values)
      shared.push_back(f.addShared({warps}, value.getType()));
  values = shuffleCombine(f, combination, values, kWarp);
  Value warp = f.divide(f.threadId(), kWarp);
  Value lane = f.remainder(f.threadId(), kWarp);
  scf::IfOp::create(f.builder, f.loc, f.isEqual(lane, 0),
                    [&](OpBuilder &b, Location loc) {
                      for (auto [value, slots] : llvm::zip(values, shared))
                        memref::StoreOp::create(b, loc, value, slots, warp);
                      scf::YieldOp::create(b, loc);
                    });
  f.barrier();
  Value slot = f.remainder(lane, warps);
  for (auto [value, slots] : llvm::zip(values, shared))
    value = memref::LoadOp::create(f.builder, f.loc, slots, slot);
  return shuffleCombine(f, combination, values, warps);
}
