//===- CpuKernel.cpp - what the CPU emitters of all families share --------===//

#include "CpuKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "theano/Dialect/Kernel/InPlace.h"

using namespace mlir;
using namespace theano;
using namespace theano::cpu;
using kernel::DimSize;
using kernel::Family;

CpuKernel::CpuKernel(kernel::FuncOp kernel)
    : kernel(kernel), loc(kernel.getLoc()), dims(kernel), space(kernel, dims),
      schedule(kernel.getScheduleAttr()),
      flat(kernel.getFamily() == Family::Map && isFlat(kernel, dims)),
      builder(kernel) {}

LogicalResult CpuKernel::emit() {
  if (!schedule)
    return kernel.emitOpError("has no schedule; run "
                              "kernel-choose-cpu-schedules first");
  if (!space.leader)
    return kernel.emitOpError("holds no linalg op that says what to loop over");
  if (failed(createFunction()))
    return failure();
  switch (kernel.getFamily()) {
  case Family::Map:
  case Family::Transpose:
  case Family::Check:
    return emitMap();
  case Family::RowReduce:
  case Family::FullReduce:
    return emitRowReduce();
  case Family::PlainReduce:
  case Family::ColumnReduce:
    // A panel of results has a width; else each result is a row by itself.
    return schedule.getTile().size() == 1 ? emitRowReduce() : emitPanelReduce();
  case Family::Contract:
  case Family::TensorContract:
    return emitContract();
  case Family::PartialReduce:
    return emitPartialReduce();
  }
  llvm_unreachable("all families are covered");
}

LogicalResult CpuKernel::createFunction() {
  Type index = builder.getIndexType();
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  SmallVector<Type> types;
  for (Type type : kernel.getArgumentTypes()) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      types.push_back(MemRefType::get({1}, tensor.getElementType()));
    else
      types.push_back(type);
  }
  unsigned sizes = dims.getSizeArguments().size();
  types.append(sizes, index);
  bool checks = false;
  kernel.walk([&](kernel::CheckOp) { checks = true; });
  if (checks)
    types.push_back(pointer);
  types.append(2, index);

  auto function = func::FuncOp::create(builder, loc, kernel.getName(),
                                       builder.getFunctionType(types, {}));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  func::ReturnOp::create(builder, loc);
  builder.setInsertionPointToStart(entry);
  // Destinations are fresh buffers, to which nothing else of the launch points;
  // or one of them is an input that is overwritten, and the rest is apart.
  auto isInPlace = [&](unsigned i) {
    return bool(kernel.getArgAttr(i, kernel::kInPlaceAttr));
  };
  unsigned inputs = kernel.getNumInputs();
  bool anyInPlace = llvm::any_of(llvm::seq(inputs), isInPlace);
  for (unsigned i = 0, e = kernel.getNumArguments(); i < e; ++i) {
    bool apart = i < inputs ? anyInPlace && !isInPlace(i) : !anyInPlace;
    if (apart && isa<RankedTensorType>(kernel.getArgumentTypes()[i]))
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
  }

  unsigned count = kernel.getNumArguments();
  emission::KernelArguments arguments;
  for (unsigned i = 0; i < sizes; ++i)
    arguments.sizes.push_back(entry->getArgument(count + i));
  for (unsigned i = 0; i < count; ++i)
    arguments.scalars.push_back(
        isa<RankedTensorType>(kernel.getArgumentTypes()[i])
            ? Value()
            : Value(entry->getArgument(i)));
  Value status = checks ? entry->getArgument(count + sizes) : Value();
  firstBlock = entry->getArgument(types.size() - 2);
  endBlock = entry->getArgument(types.size() - 1);

  SmallVector<Value> buffers(count);
  memory.emplace(buffers, status);
  emitter.emplace(kernel, dims, arguments, *memory);
  emitter->setFlat(flat);
  for (unsigned i = 0; i < count; ++i) {
    Value argument = kernel.getBody().getArgument(i);
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (!tensor)
      continue;
    Value elements = constant(1);
    for (unsigned dim = 0, e = tensor.getRank(); dim < e; ++dim) {
      Value size = emitter->getSize(builder, loc, argument, dim);
      if (!size)
        return kernel.emitOpError("dimension ")
               << dim << " of argument " << i
               << " has a size that no launch argument holds";
      elements = arith::MulIOp::create(builder, loc, elements, size);
    }
    buffers[i] = memref::ReinterpretCastOp::create(
        builder, loc,
        MemRefType::get({ShapedType::kDynamic}, tensor.getElementType()),
        entry->getArgument(i), /*offset=*/OpFoldResult(builder.getIndexAttr(0)),
        /*sizes=*/ArrayRef<OpFoldResult>{elements},
        /*strides=*/ArrayRef<OpFoldResult>{builder.getIndexAttr(1)});
  }
  memory.emplace(buffers, status);
  blocking = computeBlocking(
      builder, loc, kernel, dims, flat, [&](DimSize size) -> Value {
        Value value = emitter->getSize(builder, loc, size);
        return value ? value : constant(0);
      });
  return success();
}

void CpuKernel::locateBlock(Value block, Range &rows, Range &columns) {
  Value row =
      arith::DivUIOp::create(builder, loc, block, blocking.columnBlocks);
  Value column =
      arith::RemUIOp::create(builder, loc, block, blocking.columnBlocks);
  auto range = [&](Value number, Value perBlock, Value total) -> Range {
    Value begin = arith::MulIOp::create(builder, loc, number, perBlock);
    Value end = arith::AddIOp::create(builder, loc, begin, perBlock);
    return {begin, arith::MinUIOp::create(builder, loc, end, total)};
  };
  rows = range(row, blocking.rowsPerBlock, blocking.rows);
  columns = range(column, blocking.columnsPerBlock, blocking.columns);
}

Value CpuKernel::constant(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

LogicalResult CpuKernel::forEach(Range range, Value step, Body body) {
  auto loop = scf::ForOp::create(builder, loc, range.begin, range.end, step);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  emitter->forget();
  LogicalResult result = body(loop.getInductionVar());
  emitter->forget();
  return result;
}

LogicalResult CpuKernel::forEachVector(Range range, LaneBody body) {
  int64_t lanes = schedule.getVector();
  Value one = constant(1);
  if (lanes > 1) {
    Value step = constant(lanes);
    Value count = arith::SubIOp::create(builder, loc, range.end, range.begin);
    Value rest = arith::RemUIOp::create(builder, loc, count, step);
    Value split = arith::SubIOp::create(builder, loc, range.end, rest);
    emitter->setLanes(lanes);
    if (failed(forEach({range.begin, split}, step,
                       [&](Value i) { return body(Lanes::consecutive(i)); })))
      return failure();
    range.begin = split;
  }
  emitter->setLanes(1);
  return forEach(range, one, [&](Value i) { return body(Lanes::uniform(i)); });
}

Value CpuKernel::sizeOfLoop(unsigned loop) {
  Value size =
      emitter->getSize(builder, loc, dims.getLoopSize(space.leader, loop));
  return size ? size : constant(0);
}

SmallVector<CpuKernel::Range> CpuKernel::rangesOf(ArrayRef<unsigned> loops) {
  Value zero = constant(0);
  SmallVector<Range> ranges;
  for (unsigned loop : loops)
    ranges.push_back({zero, sizeOfLoop(loop)});
  for (const Range &inner : ArrayRef(ranges).drop_front(!ranges.empty())) {
    if (std::optional<int64_t> known = getConstantIntValue(inner.end);
        known && *known != 0)
      continue;
    Value isEmpty = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq, inner.end, zero);
    ranges.front().end = arith::SelectOp::create(builder, loc, isEmpty, zero,
                                                 ranges.front().end);
  }
  return ranges;
}

SmallVector<Lanes> CpuKernel::delinearize(Value row, ArrayRef<unsigned> loops) {
  SmallVector<Lanes> indices(loops.size());
  for (unsigned i = loops.size(); i-- > 0;) {
    if (i == 0) {
      indices[0] = Lanes::uniform(row);
      break;
    }
    Value size = sizeOfLoop(loops[i]);
    indices[i] = Lanes::uniform(
        arith::RemUIOp::create(builder, loc, row, size).getResult());
    row = arith::DivUIOp::create(builder, loc, row, size);
  }
  return indices;
}

SmallVector<Lanes> CpuKernel::indicesOf(Value tensor, ArrayRef<Lanes> real) {
  if (flat)
    return SmallVector<Lanes>(real);
  SmallVector<Lanes> indices;
  Lanes zero;
  unsigned next = 0;
  for (unsigned dim = 0, e = cast<RankedTensorType>(tensor.getType()).getRank();
       dim < e; ++dim) {
    if (dims.getSize(tensor, dim).isStatic(1) || next == real.size()) {
      if (!zero.value)
        zero = Lanes::uniform(constant(0));
      indices.push_back(zero);
    } else {
      indices.push_back(real[next++]);
    }
  }
  return indices;
}

SmallVector<Lanes> CpuKernel::loopsOf(linalg::LinalgOp op,
                                      ArrayRef<Lanes> parallel,
                                      ArrayRef<Lanes> reduction) {
  SmallVector<Lanes> loops;
  unsigned nextParallel = 0, nextReduction = 0;
  Lanes zero;
  for (auto [loop, type] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (dims.getLoopSize(op, loop).isStatic(1)) {
      if (!zero.value)
        zero = Lanes::uniform(constant(0));
      loops.push_back(zero);
    } else if (type == utils::IteratorType::reduction) {
      loops.push_back(reduction[nextReduction++]);
    } else {
      loops.push_back(parallel[nextParallel++]);
    }
  }
  return loops;
}

unsigned CpuKernel::countRealDims(Value tensor) {
  return dims.getRealDims(tensor).size();
}

LogicalResult CpuKernel::storeResults(ArrayRef<unsigned> results,
                                      ArrayRef<Lanes> real) {
  SmallVector<Lanes> elements;
  for (unsigned i : results) {
    Value value = kernel.getBody().front().getTerminator()->getOperand(i);
    FailureOr<Lanes> element =
        emitter->emit(builder, value, indicesOf(value, real));
    if (failed(element))
      return failure();
    elements.push_back(*element);
  }
  for (auto [i, element] : llvm::zip(results, elements)) {
    BlockArgument destination = kernel.getDestination(i);
    emitter->store(builder, loc, element, destination.getArgNumber(),
                   indicesOf(destination, real));
  }
  return success();
}

LogicalResult CpuKernel::storeResults(ArrayRef<Lanes> real) {
  unsigned count = kernel.getFunctionType().getNumResults();
  return storeResults(llvm::to_vector(llvm::seq(count)), real);
}

FailureOr<SmallVector<Value>> CpuKernel::reduceLoops(ArrayRef<Range> ranges,
                                                     ArrayRef<Value> steps,
                                                     ArrayRef<Value> initial,
                                                     ReduceBody body) {
  SmallVector<Value> indices;
  std::function<FailureOr<SmallVector<Value>>(ValueRange)> nest =
      [&](ValueRange values) -> FailureOr<SmallVector<Value>> {
    unsigned depth = indices.size();
    if (depth == ranges.size())
      return body(indices, values);
    auto loop = scf::ForOp::create(builder, loc, ranges[depth].begin,
                                   ranges[depth].end, steps[depth], values);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    indices.push_back(loop.getInductionVar());
    emitter->forget();
    FailureOr<SmallVector<Value>> next = nest(loop.getRegionIterArgs());
    emitter->forget();
    indices.pop_back();
    if (failed(next))
      return failure();
    scf::YieldOp::create(builder, loc, *next);
    return SmallVector<Value>(loop.getResults());
  };
  return nest(initial);
}
