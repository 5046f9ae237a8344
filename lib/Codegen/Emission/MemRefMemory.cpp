//===- MemRefMemory.cpp - kernel arguments as flat memrefs ----------------===//

#include "theano/Codegen/Emission/MemRefMemory.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace theano;
using namespace theano::emission;

Value MemRefMemory::load(OpBuilder &builder, Location loc, unsigned argument,
                         Value linear, Type type) {
  if (auto vector = dyn_cast<VectorType>(type)) {
    auto op =
        vector::LoadOp::create(builder, loc, vector, buffers[argument], linear);
    if (alignment)
      op.setAlignment(alignment);
    return op.getResult();
  }
  return memref::LoadOp::create(builder, loc, buffers[argument], linear);
}

void MemRefMemory::store(OpBuilder &builder, Location loc, Value value,
                         unsigned argument, Value linear) {
  if (isa<VectorType>(value.getType())) {
    auto op =
        vector::StoreOp::create(builder, loc, value, buffers[argument], linear);
    if (alignment)
      op.setAlignment(alignment);
    return;
  }
  memref::StoreOp::create(builder, loc, value, buffers[argument], linear);
}

void MemRefMemory::check(OpBuilder &builder, Location loc, Value condition,
                         kernel::CheckOp op, ValueRange values) {
  auto i64 = builder.getI64Type();
  auto i8 = builder.getI8Type();
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto at = [&](OpBuilder &b, int64_t offset) -> Value {
    return LLVM::GEPOp::create(b, loc, pointer, i8, status,
                               ArrayRef<LLVM::GEPArg>{int32_t(offset)});
  };
  Value yes =
      arith::ConstantOp::create(builder, loc, builder.getBoolAttr(true));
  Value bad = arith::XOrIOp::create(builder, loc, condition, yes);
  scf::IfOp::create(builder, loc, bad, [&](OpBuilder &b, Location) {
    Value fine = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value code = arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(int32_t(op.getCode())));
    auto exchange = LLVM::AtomicCmpXchgOp::create(
        b, loc, status, fine, code, LLVM::AtomicOrdering::monotonic,
        LLVM::AtomicOrdering::monotonic);
    Value claimed =
        LLVM::ExtractValueOp::create(b, loc, exchange, ArrayRef<int64_t>{1});
    scf::IfOp::create(b, loc, claimed, [&](OpBuilder &inner, Location) {
      int32_t id = -1;
      if (auto attr = op->getAttrOfType<IntegerAttr>(kLocationIdAttr))
        id = attr.getInt();
      Value location =
          arith::ConstantOp::create(inner, loc, inner.getI32IntegerAttr(id));
      LLVM::StoreOp::create(inner, loc, location,
                            at(inner, kStatusLocationOffset));
      for (auto [i, value] :
           llvm::enumerate(values.take_front(kStatusValues))) {
        Value word = value;
        if (word.getType().isIndex())
          word = arith::IndexCastOp::create(inner, loc, i64, word);
        else if (word.getType().getIntOrFloatBitWidth() < 64)
          word = arith::ExtSIOp::create(inner, loc, i64, word);
        LLVM::StoreOp::create(inner, loc, word,
                              at(inner, kStatusValuesOffset + 8 * i));
      }
      scf::YieldOp::create(inner, loc);
    });
    scf::YieldOp::create(b, loc);
  });
}
