//===- BuildProgram.cpp - a host function as a Program --------------------===//

#include "theano/Target/Host/BuildProgram.h"

#include "HostExprs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "theano/Dialect/Kernel/DimClasses.h"
#include "theano/Dialect/Kernel/Locations.h"
#include "theano/Support/CheckedMath.h"
#include "theano/Support/HostArray.h"
#include "theano/Support/Memory.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace theano;

namespace {
class ProgramBuilder {
public:
  ProgramBuilder(func::FuncOp host, const SourceOps &sourceOps)
      : host(host), module(host->getParentOfType<ModuleOp>()),
        sourceOps(sourceOps), exprs(program.exprs) {}

  FailureOr<Program> build();

private:
  LogicalResult addArguments();
  LogicalResult addResults(func::ReturnOp op);
  SlotId copyAs(SlotId from, DType dtype);
  LogicalResult translate(Operation &op);
  LogicalResult translateLaunch(kernel::LaunchOp op);
  LogicalResult translateContraction(linalg::GenericOp op);
  LogicalResult translateReshape(Operation &op);
  LogicalResult addConstant(arith::ConstantOp op);
  KernelId getKernel(kernel::FuncOp kernel);
  std::vector<LocationId> getSources(kernel::LaunchOp op, KernelId kernel);

  FailureOr<DType> getDType(Type element, Operation *op,
                            DictionaryAttr attributes = {});
  SlotId addSlot(std::string name, DType dtype, std::vector<ExprId> shape,
                 SlotKind kind);
  /// The slot that an op in destination style writes: fresh memory where the
  /// destination is a `tensor.empty`, which says a shape and is no buffer
  /// (equal ones are merged by CSE).
  FailureOr<SlotId> getDestination(Value destination, Operation *op);
  /// The slot whose elements `op` reads.
  FailureOr<SlotId> readSlot(Value tensor, Operation *op);
  std::optional<SlotId> getSlot(Value tensor) const {
    auto it = slots.find(tensor);
    return it == slots.end() ? std::nullopt : std::optional(it->second);
  }
  /// The slot whose memory `slot` is.
  SlotId getRoot(SlotId slot) const {
    int32_t alias = program.slots[slot].aliasOf;
    return alias < 0 ? slot : SlotId(alias);
  }
  void touch(SlotId slot) { lastUse[getRoot(slot)] = commands.size(); }
  ExprId bytesOf(SlotId slot);
  LocationId locate(Location loc) {
    return program.locations.add(kernel::describeLocation(loc));
  }

  func::FuncOp host;
  ModuleOp module;
  const SourceOps &sourceOps;
  Program program;
  HostExprs exprs;
  DenseMap<Value, SlotId> slots;
  /// The slots that only say the shape of a `tensor.empty`.
  DenseMap<SlotId, Operation *> emptySlots;
  DenseMap<Operation *, KernelId> kernels;
  SymbolTableCollection symbols;
  /// Checks that need nothing computed, and everything else, in order.
  CommandList early, commands;
  /// For each slot with memory of its own the number of the command that uses
  /// it last, counted as the size of `commands` when it was added.
  DenseMap<SlotId, size_t> lastUse;
  /// Slots with memory of their own that are kept to the end of the call,
  /// which lets go of them: those whose value expressions read (sizes of
  /// results among them), and those whose memory is that of a result.
  DenseSet<SlotId> pinned;
};
} // namespace

/// The numbers in locations of checks are given by formation in the order of
/// the module's checks; the table must hold the same.
static void addCheckLocations(ModuleOp module, LocationTable &table) {
  module.walk([&](kernel::CheckOp check) {
    table.add(kernel::describeLocation(check.getLoc()));
  });
}

FailureOr<DType> ProgramBuilder::getDType(Type element, Operation *op,
                                          DictionaryAttr attributes) {
  std::string name;
  if (auto attr = attributes ? attributes.getAs<StringAttr>("theano.dtype")
                             : StringAttr()) {
    name = attr.getValue().str();
  } else if (element.isInteger(1)) {
    name = "bool";
  } else if (element.isBF16()) {
    name = "bfloat16";
  } else if (element.isIntOrFloat()) {
    name = (isa<FloatType>(element)       ? "float"
            : element.isUnsignedInteger() ? "uint"
                                          : "int") +
           std::to_string(element.getIntOrFloatBitWidth());
  }
  if (std::optional<DType> dtype = parseDType(name))
    return *dtype;
  return op->emitError("element type ")
         << element << " (" << name << ") is none that an array can have";
}

SlotId ProgramBuilder::addSlot(std::string name, DType dtype,
                               std::vector<ExprId> shape, SlotKind kind) {
  Slot slot;
  slot.name = std::move(name);
  slot.dtype = dtype;
  slot.shape = std::move(shape);
  slot.kind = kind;
  program.slots.push_back(std::move(slot));
  return program.slots.size() - 1;
}

FailureOr<SlotId> ProgramBuilder::getDestination(Value destination,
                                                 Operation *op) {
  while (auto fill = destination.getDefiningOp<linalg::FillOp>())
    destination = fill.getOutputs().front();
  std::optional<SlotId> slot = getSlot(destination);
  if (!slot)
    return op->emitOpError("writes a tensor that has no slot");
  if (!destination.getDefiningOp<tensor::EmptyOp>()) {
    touch(*slot);
    return *slot;
  }
  SlotId fresh = addSlot("t" + std::to_string(program.slots.size()),
                         program.slots[*slot].dtype, program.slots[*slot].shape,
                         SlotKind::Temporary);
  touch(fresh);
  commands.push_back({AllocateCommand{fresh}});
  return fresh;
}

FailureOr<SlotId> ProgramBuilder::readSlot(Value tensor, Operation *op) {
  std::optional<SlotId> slot = getSlot(tensor);
  if (!slot)
    return op->emitOpError("reads a tensor that has no slot");
  // `tensor.empty` says a shape; only a result that is written into it has
  // memory, except that there is nothing to write where there are no elements.
  Operation *empty = emptySlots.lookup(getRoot(*slot));
  if (!empty)
    return *slot;
  auto type = cast<RankedTensorType>(empty->getResult(0).getType());
  if (!type.hasStaticShape() || type.getNumElements() != 0)
    return empty->emitOpError("makes a tensor whose elements are read before "
                              "anything has written them; fill it first");
  SlotId fresh = addSlot("t" + std::to_string(program.slots.size()),
                         program.slots[*slot].dtype, program.slots[*slot].shape,
                         SlotKind::Temporary);
  commands.push_back({AllocateCommand{fresh}});
  touch(fresh);
  return fresh;
}

ExprId ProgramBuilder::bytesOf(SlotId slot) {
  ExprId bytes = program.exprs.constant(dtypeSize(program.slots[slot].dtype));
  for (ExprId size : program.slots[slot].shape)
    bytes = program.exprs.mul(bytes, size);
  return bytes;
}

LogicalResult ProgramBuilder::addArguments() {
  for (BlockArgument argument : host.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      return host.emitOpError("argument ")
             << argument.getArgNumber() << " has type " << argument.getType()
             << "; every argument must be a tensor";
    DictionaryAttr attributes = host.getArgAttrDict(argument.getArgNumber());
    InputInfo info;
    if (attributes) {
      if (auto name = attributes.getAs<StringAttr>("theano.name"))
        info.name = name.getValue().str();
      if (auto name = attributes.getAs<StringAttr>("theano.shared"))
        info.sharedName = name.getValue().str();
    }
    if (info.name.empty())
      info.name = info.sharedName.empty()
                      ? std::to_string(argument.getArgNumber())
                      : info.sharedName;
    FailureOr<DType> dtype = getDType(type.getElementType(), host, attributes);
    if (failed(dtype))
      return failure();
    info.dtype = *dtype;
    for (int64_t size : type.getShape())
      info.dims.push_back(ShapedType::isDynamic(size) ? -1 : size);
    SlotId slot = addSlot(info.name, *dtype, {},
                          info.isShared() ? SlotKind::Shared : SlotKind::Input);
    for (auto [axis, size] : llvm::enumerate(info.dims))
      program.slots[slot].shape.push_back(size < 0
                                              ? program.exprs.dim(slot, axis)
                                              : program.exprs.constant(size));
    info.slot = slot;
    slots[argument] = slot;
    program.inputs.push_back(std::move(info));
  }
  return success();
}

KernelId ProgramBuilder::getKernel(kernel::FuncOp kernel) {
  auto [it, isNew] = kernels.try_emplace(kernel, program.kernels.size());
  if (!isNew)
    return it->second;
  Kernel info;
  info.name = kernel.getName().str();
  info.family = kernel::stringifyFamily(kernel.getFamily()).str();
  for (const std::string &location : kernel::listLocations(kernel.getLoc())) {
    info.locations.push_back(program.locations.add(location));
    info.ops.push_back(sourceOps.lookup(location));
  }
  info.entry = CpuEntry{info.name};
  program.kernels.push_back(std::move(info));
  return it->second;
}

/// The locations of a kernel that stands for several are those of all of them;
/// a launch has kept its own.
std::vector<LocationId> ProgramBuilder::getSources(kernel::LaunchOp op,
                                                   KernelId kernel) {
  const std::vector<LocationId> &all = program.kernels[kernel].locations;
  std::vector<LocationId> own;
  for (const std::string &location : kernel::listLocations(op.getLoc()))
    if (LocationId id = program.locations.add(location);
        llvm::is_contained(all, id))
      own.push_back(id);
  if (own.size() == all.size())
    own.clear();
  return own;
}

LogicalResult ProgramBuilder::translateLaunch(kernel::LaunchOp op) {
  auto kernel =
      symbols.lookupNearestSymbolFrom<kernel::FuncOp>(op, op.getKernelAttr());
  LaunchCommand launch;
  launch.kernel = getKernel(kernel);
  launch.location = locate(op.getLoc());
  launch.sources = getSources(op, launch.kernel);
  ExprId one = program.exprs.constant(1);
  launch.grid = {one, one, one};
  if (op.getGrid().empty() || op.getGrid().size() > 3)
    return op.emitOpError("has a grid of ")
           << op.getGrid().size() << " dimensions; the choice of schedules "
           << "gives it one to three";
  for (auto [i, size] : llvm::enumerate(op.getGrid())) {
    if (!exprs.has(size))
      return op.emitOpError("has a grid that is no host arithmetic");
    launch.grid[i] = exprs.get(size);
  }
  ExprId bytesIn = program.exprs.constant(0);
  ExprId bytesOut = bytesIn;
  SmallVector<SlotId> destinations;
  for (Value output : op.getOutputs()) {
    FailureOr<SlotId> slot = getDestination(output, op);
    if (failed(slot))
      return failure();
    destinations.push_back(*slot);
  }
  for (Value value : op.getInputs()) {
    if (isa<RankedTensorType>(value.getType())) {
      FailureOr<SlotId> slot = readSlot(value, op);
      if (failed(slot))
        return failure();
      touch(*slot);
      launch.arguments.emplace_back(BufferArgument{*slot, false});
      bytesIn = program.exprs.add(bytesIn, bytesOf(*slot));
      continue;
    }
    if (!exprs.has(value))
      return op.emitOpError("passes a scalar that is no host arithmetic");
    launch.arguments.emplace_back(ScalarArgument{exprs.get(value), true});
  }
  for (SlotId slot : destinations) {
    touch(slot);
    launch.arguments.emplace_back(BufferArgument{slot, true});
    bytesOut = program.exprs.add(bytesOut, bytesOf(slot));
  }
  kernel::DimClasses dims(kernel);
  unsigned numInputs = op.getInputs().size();
  for (kernel::ArgumentDim dim : dims.getSizeArguments()) {
    SlotId slot = dim.argument < numInputs
                      ? *getSlot(op.getInputs()[dim.argument])
                      : destinations[dim.argument - numInputs];
    launch.arguments.emplace_back(
        ScalarArgument{program.slots[slot].shape[dim.dim], true});
  }
  kernel.walk([&](kernel::CheckOp) { launch.hasStatus = true; });
  launch.bytesIn = bytesIn;
  launch.bytesOut = bytesOut;
  for (auto [slot, result] : llvm::zip(destinations, op.getResults()))
    slots[result] = slot;
  commands.push_back({launch});
  return success();
}

LogicalResult ProgramBuilder::translateContraction(linalg::GenericOp op) {
  // (batch,) m, n, k in this order; see FormKernels, which leaves only those.
  GemmCommand gemm;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  FailureOr<SlotId> a = readSlot(op.getDpsInputOperand(0)->get(), op);
  FailureOr<SlotId> b = readSlot(op.getDpsInputOperand(1)->get(), op);
  if (failed(a) || failed(b))
    return failure();
  FailureOr<SlotId> c = getDestination(op.getDpsInitOperand(0)->get(), op);
  if (failed(c))
    return failure();
  unsigned loops = op.getNumLoops();
  unsigned m = loops - 3, n = loops - 2, k = loops - 1;
  auto position = [](AffineMap map, unsigned result) {
    return cast<AffineDimExpr>(map.getResult(result)).getPosition();
  };
  unsigned rankA = maps[0].getNumResults(), rankB = maps[1].getNumResults();
  gemm.transposeA = position(maps[0], rankA - 1) == m;
  gemm.transposeB = position(maps[1], rankB - 1) == k;
  gemm.batchedA = rankA == 3;
  gemm.batchedB = rankB == 3;
  const std::vector<ExprId> &shapeA = program.slots[*a].shape;
  const std::vector<ExprId> &shapeB = program.slots[*b].shape;
  gemm.m = shapeA[rankA - (gemm.transposeA ? 1 : 2)];
  gemm.k = shapeA[rankA - (gemm.transposeA ? 2 : 1)];
  gemm.n = shapeB[rankB - (gemm.transposeB ? 2 : 1)];
  gemm.batch =
      loops == 4 ? program.slots[*c].shape[0] : program.exprs.constant(1);
  (void)n;
  gemm.a = *a;
  gemm.b = *b;
  gemm.c = *c;
  gemm.dtype = program.slots[*c].dtype;
  gemm.location = locate(op.getLoc());
  touch(*a);
  touch(*b);
  touch(*c);
  slots[op.getResult(0)] = *c;
  commands.push_back({gemm});
  return success();
}

LogicalResult ProgramBuilder::translateReshape(Operation &op) {
  Value source = op.getOperand(0);
  Value result = op.getResult(0);
  std::optional<SlotId> from = getSlot(source);
  if (!from)
    return op.emitOpError("reads a tensor that has no slot");
  auto type = cast<RankedTensorType>(result.getType());
  std::vector<ExprId> shape(type.getRank());
  const std::vector<ExprId> sourceShape = program.slots[*from].shape;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    for (auto [dim, size] : llvm::enumerate(expand.getMixedOutputShape())) {
      if (auto attr = dyn_cast<Attribute>(size)) {
        shape[dim] = program.exprs.constant(cast<IntegerAttr>(attr).getInt());
      } else {
        if (!exprs.has(cast<Value>(size)))
          return op.emitOpError("has a size that is no host arithmetic");
        shape[dim] = exprs.get(cast<Value>(size));
      }
    }
  } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    for (auto [dim, group] :
         llvm::enumerate(collapse.getReassociationIndices())) {
      ExprId size = program.exprs.constant(1);
      for (int64_t from : group)
        size = program.exprs.mul(size, sourceShape[from]);
      shape[dim] = size;
    }
  } else {
    shape = sourceShape;
  }
  Slot slot = program.slots[*from];
  SlotId root = getRoot(*from);
  SlotId alias = addSlot(slot.name, slot.dtype, shape, SlotKind::Temporary);
  program.slots[alias].aliasOf = root;
  slots[result] = alias;
  return success();
}

LogicalResult ProgramBuilder::addConstant(arith::ConstantOp op) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!elements)
    return op.emitOpError("is a tensor constant without dense elements");
  auto type = cast<RankedTensorType>(op.getType());
  FailureOr<DType> dtype = getDType(type.getElementType(), op);
  if (failed(dtype))
    return failure();
  std::vector<ExprId> shape;
  for (int64_t size : type.getShape())
    shape.push_back(program.exprs.constant(size));
  SlotId slot = addSlot("constant", *dtype, shape, SlotKind::Constant);
  std::vector<uint8_t> &data = program.slots[slot].data;
  unsigned bytes = dtypeSize(*dtype);
  // A splat of any shape is a few bytes of IR. Its type was verified to have a
  // number of elements that 64 bits count.
  std::optional<int64_t> size = checkedByteCount(type.getShape(), bytes);
  if (Status status =
          tryReserve(data, size ? static_cast<size_t>(*size) : SIZE_MAX,
                     "for a constant of " + std::string(dtypeName(*dtype)) +
                         " with shape " + formatShape(type.getShape()));
      status.failed())
    return op.emitError(status.message());
  auto append = [&](const APInt &bits) {
    uint64_t word = bits.getZExtValue();
    const auto *raw = reinterpret_cast<const uint8_t *>(&word);
    data.insert(data.end(), raw, raw + bytes);
  };
  if (isa<FloatType>(type.getElementType()))
    for (const APFloat &value : elements.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : elements.getValues<APInt>())
      append(value);
  slots[op.getResult()] = slot;
  return success();
}

LogicalResult ProgramBuilder::translate(Operation &op) {
  if (exprs.translate(&op))
    return success();
  if (auto launch = dyn_cast<kernel::LaunchOp>(op))
    return translateLaunch(launch);
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return translateContraction(generic);
  if (isa<linalg::FillOp>(op))
    return success(); // Only a library's product reads it, and starts at zero.
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(op))
    return translateReshape(op);
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (isa<RankedTensorType>(constant.getType()))
      return addConstant(constant);
  if (isa<arith::ConstantOp>(op))
    return success(); // A float that a fill reads.
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> axis = dim.getConstantIndex();
    std::optional<SlotId> slot = getSlot(dim.getSource());
    if (axis && slot) {
      exprs.set(dim.getResult(), program.slots[*slot].shape[*axis]);
      return success();
    }
  }
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    FailureOr<DType> dtype = getDType(empty.getType().getElementType(), &op);
    if (failed(dtype))
      return failure();
    std::vector<ExprId> shape;
    for (OpFoldResult size : empty.getMixedSizes()) {
      if (auto attr = dyn_cast<Attribute>(size)) {
        shape.push_back(
            program.exprs.constant(cast<IntegerAttr>(attr).getInt()));
      } else if (exprs.has(cast<Value>(size))) {
        shape.push_back(exprs.get(cast<Value>(size)));
      } else {
        return op.emitOpError("has a size that is no host arithmetic");
      }
    }
    SlotId slot = addSlot("shape", *dtype, shape, SlotKind::Temporary);
    slots[empty.getResult()] = slot;
    emptySlots[slot] = &op;
    return success();
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    if (getSlot(extract.getTensor()) && extract.getIndices().empty() &&
        extract.getType().isInteger()) {
      FailureOr<SlotId> slot = readSlot(extract.getTensor(), &op);
      if (failed(slot))
        return failure();
      pinned.insert(getRoot(*slot));
      exprs.setScalar(extract.getResult(), *slot);
      return success();
    }
  }
  if (auto check = dyn_cast<kernel::CheckOp>(op)) {
    CheckCommand command;
    if (!exprs.has(check.getCondition()))
      return op.emitOpError("has a condition that is no host arithmetic");
    command.condition = exprs.get(check.getCondition());
    command.code = ErrorCode(int32_t(check.getCode()));
    for (Value value : check.getValues()) {
      if (!exprs.has(value))
        return op.emitOpError("reports a value that is no host arithmetic");
      command.values.push_back(exprs.get(value));
    }
    command.location = locate(op.getLoc());
    bool isEarly = !program.exprs.dependsOnScalar(command.condition);
    (isEarly ? early : commands).push_back({command});
    return success();
  }
  return op.emitOpError("has no command: a host function holds launches, "
                        "checks, reshapes and integer arithmetic");
}

/// Tensors are signless here, so that one value can be a result under two
/// dtypes, or be that of an argument of another dtype: then it is copied.
SlotId ProgramBuilder::copyAs(SlotId from, DType dtype) {
  SlotId copy = addSlot(program.slots[from].name, dtype,
                        program.slots[from].shape, SlotKind::Output);
  commands.push_back({AllocateCommand{copy}});
  touch(from);
  commands.push_back({CopyCommand{from, copy}});
  return copy;
}

LogicalResult ProgramBuilder::addResults(func::ReturnOp op) {
  DenseSet<SlotId> returned;
  for (auto [i, value] : llvm::enumerate(op.getOperands())) {
    FailureOr<SlotId> slot = readSlot(value, op);
    if (failed(slot))
      return failure();
    ResultInfo info;
    DictionaryAttr attributes = host.getResultAttrDict(i);
    if (attributes) {
      if (auto name = attributes.getAs<StringAttr>("theano.name"))
        info.name = name.getValue().str();
      if (auto name = attributes.getAs<StringAttr>("theano.update"))
        info.updateName = name.getValue().str();
    }
    auto type = cast<RankedTensorType>(value.getType());
    FailureOr<DType> dtype = getDType(type.getElementType(), host, attributes);
    if (failed(dtype))
      return failure();
    info.dtype = *dtype;
    info.slot = *slot;
    // Memory that no earlier result is takes the dtype of this one, and so do
    // the reshapes of it.
    SlotId root = getRoot(*slot);
    if (program.slots[root].kind == SlotKind::Temporary &&
        !returned.contains(root)) {
      for (SlotId id = 0; id < program.slots.size(); ++id)
        if (getRoot(id) == root)
          program.slots[id].dtype = *dtype;
      if (root == *slot)
        program.slots[root].kind = SlotKind::Output;
    }
    if (program.slots[*slot].dtype != *dtype) {
      info.slot = copyAs(*slot, *dtype);
    } else {
      returned.insert(root);
      pinned.insert(root);
    }
    program.results.push_back(std::move(info));
  }
  return success();
}

FailureOr<Program> ProgramBuilder::build() {
  program.name = host.getName().str();
  addCheckLocations(module, program.locations);
  if (failed(addArguments()))
    return failure();
  for (Operation &op : host.getBody().front().without_terminator())
    if (failed(translate(op)))
      return failure();
  if (failed(addResults(
          cast<func::ReturnOp>(host.getBody().front().getTerminator()))))
    return failure();

  // A temporary goes back to the pool right after the command that reads it
  // last, so that later ones can have its memory.
  std::vector<std::vector<SlotId>> freeAfter(commands.size() + 1);
  for (auto [slot, position] : lastUse)
    if (program.slots[slot].kind == SlotKind::Temporary &&
        !pinned.contains(slot))
      freeAfter[position].push_back(slot);
  program.commands = std::move(early);
  for (auto [position, command] : llvm::enumerate(commands)) {
    program.commands.push_back(std::move(command));
    llvm::sort(freeAfter[position]);
    for (SlotId slot : freeAfter[position])
      program.commands.push_back({FreeCommand{slot}});
  }
  llvm::sort(freeAfter.back());
  for (SlotId slot : freeAfter.back())
    program.commands.push_back({FreeCommand{slot}});
  return std::move(program);
}

FailureOr<Program> theano::buildProgram(func::FuncOp host,
                                        const SourceOps &sourceOps) {
  if (!host.getBody().hasOneBlock())
    return host.emitOpError("has several blocks; a host function is one block");
  return ProgramBuilder(host, sourceOps).build();
}
