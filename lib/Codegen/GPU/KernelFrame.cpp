//===- KernelFrame.cpp - a GPU kernel being written -----------------------===//

#include "KernelFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Dialect/Kernel/InPlace.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// Global memory in LLVM's numbering of NVPTX address spaces.
static constexpr int64_t kGlobalSpace = 1;
static constexpr int64_t kBufferAlignment = 16;

static gpu::GPUModuleOp createModule(kernel::FuncOp kernel,
                                     unsigned indexBits) {
  OpBuilder builder(kernel);
  auto module =
      gpu::GPUModuleOp::create(builder, kernel.getLoc(), kernel.getName());
  module->setAttr("kernel.family", kernel.getFamilyAttr());
  module->setAttr("kernel.index_bits", builder.getI32IntegerAttr(indexBits));
  return module;
}

static bool hasChecks(kernel::FuncOp kernel) {
  bool checks = false;
  kernel.walk([&](kernel::CheckOp) { checks = true; });
  return checks;
}

/// Two blocks of 129 to 256 threads shall fit on a multiprocessor, which leaves
/// a thread 128 of its 65536 registers; more threads have as many with one
/// block. Contractions, which keep their results in registers, say for
/// themselves what they need, and blocks of up to four warps may take more.
static void limitRegisters(gpu::GPUFuncOp function, kernel::FuncOp kernel) {
  if (llvm::is_contained(
          {kernel::Family::Contract, kernel::Family::TensorContract},
          kernel.getFamily()))
    return;
  int64_t threads = 1;
  for (int64_t size : kernel.getSchedule()->getBlock())
    threads *= size;
  if (threads > 128 && threads <= 256)
    function->setAttr("nvvm.minctasm",
                      Builder(kernel.getContext()).getI32IntegerAttr(2));
}

static gpu::GPUFuncOp createFunction(gpu::GPUModuleOp module,
                                     kernel::FuncOp kernel,
                                     const kernel::DimClasses &dims) {
  MLIRContext *context = kernel.getContext();
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  SmallVector<Type> types;
  for (Type type : kernel.getArgumentTypes()) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type = MemRefType::get({1}, tensor.getElementType(), AffineMap(),
                             builder.getI64IntegerAttr(kGlobalSpace));
    types.push_back(type);
  }
  types.append(dims.getSizeArguments().size(), builder.getIndexType());
  // A call waits for the status word of its kernels, so only those that can
  // fail have one.
  if (hasChecks(kernel))
    types.push_back(LLVM::LLVMPointerType::get(context));

  auto function =
      gpu::GPUFuncOp::create(builder, kernel.getLoc(), kernel.getName(),
                             builder.getFunctionType(types, {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  SmallVector<int32_t> block(kernel.getSchedule()->getBlock());
  block.resize(3, 1);
  function.setKnownBlockSize(block);
  limitRegisters(function, kernel);

  bool inPlace = false;
  for (unsigned i = 0; i < kernel.getNumInputs(); ++i)
    inPlace |= bool(kernel.getArgAttr(i, kernel::kInPlaceAttr));
  for (unsigned i = 0, e = kernel.getNumArguments(); i < e; ++i) {
    if (!isa<RankedTensorType>(kernel.getArgumentTypes()[i]))
      continue;
    function.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kBufferAlignment));
    bool isInput = i < kernel.getNumInputs();
    // Reads go through the read-only cache where nothing can be written.
    bool shared =
        isInput ? bool(kernel.getArgAttr(i, kernel::kInPlaceAttr)) : inPlace;
    if (shared)
      continue;
    function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                        builder.getUnitAttr());
    if (isInput)
      function.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(),
                          builder.getUnitAttr());
  }
  return function;
}

KernelFrame::KernelFrame(kernel::FuncOp kernel, unsigned indexBits)
    : kernel(kernel), indexBits(indexBits), dims(kernel),
      schedule(*kernel.getSchedule()), loc(kernel.getLoc()),
      builder(kernel.getContext()), module(createModule(kernel, indexBits)),
      function(createFunction(module, kernel, dims)) {
  builder.setInsertionPointToStart(&function.getBody().front());
  unsigned count = kernel.getNumArguments();
  emission::KernelArguments arguments;
  SmallVector<Value> buffers;
  for (unsigned i = 0; i < count; ++i) {
    Value argument = function.getArgument(i);
    auto type = dyn_cast<MemRefType>(argument.getType());
    arguments.scalars.push_back(type ? Value() : argument);
    if (!type) {
      buffers.push_back({});
      continue;
    }
    // The extent is never read: accesses are linear and in bounds.
    auto flat = MemRefType::get({ShapedType::kDynamic}, type.getElementType(),
                                AffineMap(), type.getMemorySpace());
    buffers.push_back(memref::ReinterpretCastOp::create(
        builder, loc, flat, argument, builder.getIndexAttr(0),
        ArrayRef<OpFoldResult>{constant(1)},
        ArrayRef<OpFoldResult>{builder.getIndexAttr(1)}));
  }
  unsigned sizes = dims.getSizeArguments().size();
  for (unsigned i = 0; i < sizes; ++i)
    arguments.sizes.push_back(function.getArgument(count + i));
  Value status =
      hasChecks(kernel) ? function.getArgument(count + sizes) : Value();
  memory = std::make_unique<GpuMemory>(std::move(buffers), status);
  elements = std::make_unique<emission::ElementEmitter>(
      kernel, dims, std::move(arguments), *memory);
  elements->setFusesProducts(true);
}

int64_t KernelFrame::getNumThreads() const {
  int64_t threads = 1;
  for (int64_t size : schedule.getBlock())
    threads *= size;
  return threads;
}

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

Value KernelFrame::constant(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}
Value KernelFrame::add(Value a, Value b) {
  return builder.createOrFold<arith::AddIOp>(loc, a, b);
}
Value KernelFrame::multiply(Value a, Value b) {
  return builder.createOrFold<arith::MulIOp>(loc, a, b);
}
Value KernelFrame::divide(Value a, Value b) {
  return builder.createOrFold<arith::DivUIOp>(loc, a, b);
}
Value KernelFrame::remainder(Value a, Value b) {
  return builder.createOrFold<arith::RemUIOp>(loc, a, b);
}
Value KernelFrame::minimum(Value a, Value b) {
  return builder.createOrFold<arith::MinUIOp>(loc, a, b);
}
Value KernelFrame::isLess(Value a, Value b) {
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, a,
                                             b);
}
Value KernelFrame::isEqual(Value a, Value b) {
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, a,
                                             b);
}
Value KernelFrame::both(Value a, Value b) {
  return builder.createOrFold<arith::AndIOp>(loc, a, b);
}

Value KernelFrame::product(ArrayRef<Value> sizes) {
  Value total = constant(1);
  for (Value size : sizes)
    total = multiply(total, size);
  return total;
}

SmallVector<Value> KernelFrame::delinearize(Value linear,
                                            ArrayRef<Value> sizes) {
  Value whole = linear;
  SmallVector<Value> indices(sizes.size());
  for (unsigned i = sizes.size(); i-- > 1;) {
    indices[i] = remainder(linear, sizes[i]);
    linear = divide(linear, sizes[i]);
  }
  if (!sizes.empty())
    indices[0] = linear;
  elements->stateLinear(indices, sizes, whole);
  return indices;
}

SmallVector<Lanes>
KernelFrame::delinearizeSlot(Value slot, ArrayRef<Value> sizes, int64_t lanes) {
  SmallVector<Value> slots(sizes);
  if (lanes > 1)
    slots.back() = divide(slots.back(), lanes);
  SmallVector<Value> indices = delinearize(slot, slots);
  if (lanes > 1) {
    indices.back() = multiply(indices.back(), lanes);
    elements->stateLinear(indices, sizes, multiply(slot, lanes));
  }
  SmallVector<Lanes> point;
  for (Value index : indices)
    point.push_back(Lanes::uniform(index));
  if (lanes > 1)
    point.back() = Lanes::consecutive(indices.back());
  return point;
}

/// Ids are written once, at the top, where they dominate all uses.
Value KernelFrame::threadId(gpu::Dimension dimension) {
  Value &id = threads[dimension];
  if (!id) {
    OpBuilder top = OpBuilder::atBlockBegin(&function.getBody().front());
    id = gpu::ThreadIdOp::create(top, loc, dimension);
  }
  return id;
}

Value KernelFrame::blockId() {
  if (!block) {
    OpBuilder top = OpBuilder::atBlockBegin(&function.getBody().front());
    block = gpu::BlockIdOp::create(top, loc, gpu::Dimension::x);
  }
  return block;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

SmallVector<unsigned> KernelFrame::realLoops(linalg::LinalgOp op) {
  SmallVector<unsigned> real;
  for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop)
    if (!dims.getLoopSize(op, loop).isStatic(1))
      real.push_back(loop);
  return real;
}

SmallVector<unsigned> KernelFrame::realLoops(linalg::LinalgOp op,
                                             utils::IteratorType type) {
  auto types = op.getIteratorTypesArray();
  SmallVector<unsigned> real = realLoops(op);
  llvm::erase_if(real, [&](unsigned loop) { return types[loop] != type; });
  return real;
}

SmallVector<Value> KernelFrame::sizesOf(Value tensor,
                                        ArrayRef<unsigned> which) {
  SmallVector<Value> sizes;
  for (unsigned dim : which)
    sizes.push_back(elements->getSize(builder, loc, tensor, dim));
  return sizes;
}

FailureOr<SmallVector<Value>> KernelFrame::sizesOf(linalg::LinalgOp op,
                                                   ArrayRef<unsigned> loops) {
  SmallVector<Value> sizes;
  for (unsigned loop : loops) {
    Value size = elements->getSize(builder, loc, dims.getLoopSize(op, loop));
    if (!size)
      return op->emitOpError("loop ")
             << loop << " has a size that no launch argument holds";
    sizes.push_back(size);
  }
  return sizes;
}

/// `count` indices: `real` at the places `which`, 0 elsewhere.
static FailureOr<SmallVector<Lanes>> place(KernelFrame &frame, unsigned count,
                                           ArrayRef<unsigned> which,
                                           ArrayRef<Lanes> real,
                                           const Twine &what) {
  if (which.size() != real.size())
    return frame.kernel.emitOpError("has ")
           << what << " of " << which.size() << " dimensions, where its family "
           << "expects " << real.size();
  SmallVector<Lanes> indices(count, Lanes::uniform(frame.constant(0)));
  for (auto [at, index] : llvm::zip(which, real))
    indices[at] = index;
  return indices;
}

FailureOr<SmallVector<Lanes>> KernelFrame::spread(Value tensor,
                                                  ArrayRef<Lanes> real) {
  return place(*this, cast<RankedTensorType>(tensor.getType()).getRank(),
               realDims(tensor), real, "a tensor");
}

FailureOr<SmallVector<Lanes>> KernelFrame::spread(linalg::LinalgOp op,
                                                  ArrayRef<Lanes> real) {
  return place(*this, op.getNumLoops(), realLoops(op), real, "an op");
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

LogicalResult KernelFrame::emitIf(Value condition, Region then,
                                  Region otherwise) {
  auto op = scf::IfOp::create(builder, loc, TypeRange(), condition,
                              /*withElseRegion=*/bool(otherwise));
  auto emitRegion = [&](Block *block, Region region) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(block->getTerminator());
    elements->forget();
    LogicalResult result = region();
    elements->forget();
    return result;
  };
  if (failed(emitRegion(op.thenBlock(), then)))
    return failure();
  return otherwise ? emitRegion(op.elseBlock(), otherwise) : success();
}

Block *KernelFrame::openIf(Value condition) {
  return scf::IfOp::create(builder, loc, TypeRange(), condition,
                           /*withElseRegion=*/false)
      .thenBlock();
}

LogicalResult KernelFrame::emitFor(Value from, Value to, int64_t step,
                                   SmallVectorImpl<Value> &carried,
                                   LoopBody body) {
  return emitForBy(from, to, constant(step), carried, body);
}

LogicalResult KernelFrame::emitForBy(Value from, Value to, Value step,
                                     SmallVectorImpl<Value> &carried,
                                     LoopBody body) {
  auto op = scf::ForOp::create(builder, loc, from, to, step, carried);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(op.getBody());
    elements->forget();
    SmallVector<Value> values(op.getRegionIterArgs().begin(),
                              op.getRegionIterArgs().end());
    if (failed(body(op.getInductionVar(), values)))
      return failure();
    if (!carried.empty())
      scf::YieldOp::create(builder, loc, values);
    elements->forget();
  }
  carried.assign(op.getResults().begin(), op.getResults().end());
  return success();
}

LogicalResult KernelFrame::emitGroupedFor(Value from, Value to, int64_t group,
                                          SmallVectorImpl<Value> &carried,
                                          GroupBody body) {
  auto by = [&](int64_t count) {
    return [&body, count](Value index, SmallVectorImpl<Value> &values) {
      return body(index, count, values);
    };
  };
  if (group <= 1)
    return emitFor(from, to, 1, carried, by(1));
  Value count = builder.createOrFold<arith::SubIOp>(loc, to, from);
  Value whole = add(from, multiply(divide(count, group), group));
  if (failed(emitFor(from, whole, group, carried, by(group))))
    return failure();
  return emitFor(whole, to, 1, carried, by(1));
}

LogicalResult KernelFrame::emitUnrolledFor(Value from, Value to, int64_t unroll,
                                           SmallVectorImpl<Value> &carried,
                                           LoopBody body) {
  return emitGroupedFor(
      from, to, unroll, carried,
      [&](Value index, int64_t count, SmallVectorImpl<Value> &values) {
        for (int64_t i = 0; i < count; ++i)
          if (failed(body(count > 1 ? add(index, i) : index, values)))
            return failure();
        return success();
      });
}

//===----------------------------------------------------------------------===//
// The rest
//===----------------------------------------------------------------------===//

Value KernelFrame::addShared(ArrayRef<int64_t> shape, Type type) {
  auto space = gpu::AddressSpaceAttr::get(
      builder.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  Value shared = function.addWorkgroupAttribution(
      MemRefType::get(shape, type, AffineMap(), space), loc);
  // For vectors; of its own a type is aligned to one element.
  function.setWorkgroupAttributionAttr(
      function.getNumWorkgroupAttributions() - 1,
      LLVM::LLVMDialect::getAlignAttrName(),
      builder.getI64IntegerAttr(kBufferAlignment));
  return shared;
}

Value KernelFrame::viewShared(Value bytes, Value from, int64_t count,
                              Type type) {
  auto space = cast<MemRefType>(bytes.getType()).getMemorySpace();
  return memref::ViewOp::create(
      builder, loc, MemRefType::get({count}, type, AffineMap(), space), bytes,
      from, ValueRange());
}

void KernelFrame::barrier() { gpu::BarrierOp::create(builder, loc); }

static uint64_t alignmentOf(VectorType type) {
  return std::min<uint64_t>(16, type.getNumElements() *
                                    type.getElementTypeBitWidth() / 8);
}

void KernelFrame::storeShared(Value value, Value shared,
                              ArrayRef<Value> indices) {
  if (auto type = dyn_cast<VectorType>(value.getType())) {
    auto store = vector::StoreOp::create(builder, loc, value, shared, indices);
    store.setAlignment(alignmentOf(type));
    return;
  }
  memref::StoreOp::create(builder, loc, value, shared, indices);
}

SmallVector<Value>
KernelFrame::loadShared(Value shared, ArrayRef<Value> indices, int64_t count) {
  Type element = cast<MemRefType>(shared.getType()).getElementType();
  auto type = VectorType::get({count}, element);
  auto load = vector::LoadOp::create(builder, loc, type, shared, indices);
  load.setAlignment(alignmentOf(type));
  SmallVector<Value> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(vector::ExtractOp::create(builder, loc, load, i));
  return values;
}

LogicalResult KernelFrame::storeResults(ArrayRef<Lanes> point) {
  return storeResultsAt(SmallVector<Lanes>(point));
}

LogicalResult KernelFrame::storeResultsAt(ArrayRef<SmallVector<Lanes>> points) {
  return storeResultsAt(
      llvm::to_vector(llvm::seq<unsigned>(getReturned().size())), points);
}

LogicalResult KernelFrame::storeResults(ArrayRef<unsigned> results,
                                        ArrayRef<Lanes> point) {
  return storeResultsAt(results, SmallVector<Lanes>(point));
}

LogicalResult KernelFrame::storeResultsAt(ArrayRef<unsigned> results,
                                          ArrayRef<SmallVector<Lanes>> points) {
  struct Store {
    Lanes value;
    unsigned argument;
    SmallVector<Lanes> indices;
  };
  SmallVector<Store> stores;
  for (ArrayRef<Lanes> point : points)
    for (unsigned i : results) {
      FailureOr<SmallVector<Lanes>> indices =
          spread(kernel.getDestination(i), point);
      if (failed(indices))
        return failure();
      FailureOr<Lanes> value =
          elements->emit(builder, getReturned()[i], *indices);
      if (failed(value))
        return failure();
      stores.push_back({*value, kernel.getNumInputs() + i, *indices});
    }
  for (const Store &store : stores)
    elements->store(builder, loc, store.value, store.argument, store.indices);
  return success();
}

OperandRange KernelFrame::getReturned() {
  return kernel.getBody().front().getTerminator()->getOperands();
}

/// An index of the user's (int64 data, say) may lie outside the narrow range.
/// Cut to that range it is still out of bounds, and found so by the check on
/// it; cut to its low bits it could seem to be in bounds.
static void saturateIndexCasts(gpu::GPUFuncOp function) {
  function.walk([](arith::IndexCastOp cast) {
    Type type = cast.getIn().getType();
    Type element = getElementTypeOrSelf(type);
    if (!element.isInteger() || element.getIntOrFloatBitWidth() <= 32)
      return;
    OpBuilder builder(cast);
    Location loc = cast.getLoc();
    auto limit = [&](int64_t value) -> Value {
      TypedAttr attr = builder.getIntegerAttr(element, value);
      if (auto vector = dyn_cast<VectorType>(type))
        attr = DenseElementsAttr::get(vector, Attribute(attr));
      return arith::ConstantOp::create(builder, loc, attr);
    };
    Value value = arith::MinSIOp::create(
        builder, loc, cast.getIn(), limit(std::numeric_limits<int32_t>::max()));
    value = arith::MaxSIOp::create(builder, loc, value,
                                   limit(std::numeric_limits<int32_t>::min()));
    cast.getInMutable().assign(value);
  });
}

void gpu_emission::finish(KernelFrame &frame) {
  if (frame.indexBits == 32)
    saturateIndexCasts(frame.function);
  frame.builder.setInsertionPointToEnd(&frame.function.getBody().front());
  gpu::ReturnOp::create(frame.builder, frame.loc);
}
