//===- ElementEmitter.cpp - the value of a tensor at an index -------------===//

#include "theano/Codegen/Emission/ElementEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace theano;
using namespace theano::emission;
using kernel::DimSize;

ElementEmitter::ElementEmitter(kernel::FuncOp kernel,
                               const kernel::DimClasses &dims,
                               KernelArguments arguments, Memory &memory)
    : kernel(kernel), dims(dims), arguments(std::move(arguments)),
      memory(memory) {}

void ElementEmitter::setLanes(int64_t count) {
  lanes = count;
  forget();
}

void ElementEmitter::provide(
    Value tensor, std::function<Lanes(OpBuilder &, ArrayRef<Lanes>)> get) {
  providers[tensor] = std::move(get);
}

//===----------------------------------------------------------------------===//
// Arithmetic on lanes
//===----------------------------------------------------------------------===//

static VectorType vectorOf(Type element, int64_t lanes) {
  return VectorType::get({lanes}, element);
}

Value ElementEmitter::materialize(OpBuilder &builder, Location loc,
                                  Lanes value) {
  if (lanes == 1 || value.kind == Lanes::Kind::Varying)
    return value.value;
  Type element = value.value.getType();
  Value splat = vector::BroadcastOp::create(
      builder, loc, vectorOf(element, lanes), value.value);
  if (value.kind == Lanes::Kind::Uniform)
    return splat;
  Value steps;
  if (element.isIndex()) {
    steps = vector::StepOp::create(builder, loc, vectorOf(element, lanes));
  } else {
    SmallVector<Attribute> numbers;
    for (int64_t lane = 0; lane < lanes; ++lane)
      numbers.push_back(IntegerAttr::get(element, lane));
    steps = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(vectorOf(element, lanes), numbers));
  }
  return arith::AddIOp::create(builder, loc, splat, steps);
}

Lanes ElementEmitter::constantIndex(OpBuilder &builder, Location loc,
                                    int64_t value) {
  return Lanes::uniform(arith::ConstantIndexOp::create(builder, loc, value));
}

static bool isZero(Value value) { return matchPattern(value, m_Zero()); }
static bool isOne(Value value) { return matchPattern(value, m_One()); }

Lanes ElementEmitter::add(OpBuilder &builder, Location loc, Lanes a, Lanes b) {
  if (a.kind == Lanes::Kind::Uniform && isZero(a.value))
    return b;
  if (b.kind == Lanes::Kind::Uniform && isZero(b.value))
    return a;
  bool aUniform = a.kind == Lanes::Kind::Uniform;
  bool bUniform = b.kind == Lanes::Kind::Uniform;
  bool scalar = (aUniform && b.kind != Lanes::Kind::Varying) ||
                (bUniform && a.kind != Lanes::Kind::Varying);
  if (scalar)
    return {arith::AddIOp::create(builder, loc, a.value, b.value),
            aUniform ? b.kind : a.kind};
  Value lhs = materialize(builder, loc, a), rhs = materialize(builder, loc, b);
  return Lanes::varying(arith::AddIOp::create(builder, loc, lhs, rhs));
}

Lanes ElementEmitter::multiply(OpBuilder &builder, Location loc, Lanes a,
                               Value b) {
  if (isOne(b))
    return a;
  if (a.kind == Lanes::Kind::Uniform)
    return Lanes::uniform(
        isZero(a.value)
            ? a.value
            : arith::MulIOp::create(builder, loc, a.value, b).getResult());
  Value factor = materialize(builder, loc, Lanes::uniform(b));
  return Lanes::varying(arith::MulIOp::create(
      builder, loc, materialize(builder, loc, a), factor));
}

static LogicalResult refuseAffine(Location loc, AffineExpr expr) {
  std::string text;
  llvm::raw_string_ostream(text) << expr;
  return emitError(loc, "an indexing map of a kernel may use dimensions, "
                        "constants, sums and constant factors, not ")
         << text;
}

FailureOr<Lanes> ElementEmitter::emitSumOrProduct(OpBuilder &builder,
                                                  Location loc,
                                                  AffineBinaryOpExpr expr,
                                                  ArrayRef<Lanes> loopIndices) {
  if (expr.getKind() != AffineExprKind::Add &&
      expr.getKind() != AffineExprKind::Mul)
    return refuseAffine(loc, expr);
  FailureOr<Lanes> lhs = emitAffine(builder, loc, expr.getLHS(), loopIndices);
  FailureOr<Lanes> rhs = emitAffine(builder, loc, expr.getRHS(), loopIndices);
  if (failed(lhs) || failed(rhs))
    return failure();
  if (expr.getKind() == AffineExprKind::Add)
    return add(builder, loc, *lhs, *rhs);
  if (rhs->kind == Lanes::Kind::Uniform)
    return multiply(builder, loc, *lhs, rhs->value);
  return refuseAffine(loc, expr);
}

FailureOr<Lanes> ElementEmitter::emitAffine(OpBuilder &builder, Location loc,
                                            AffineExpr expr,
                                            ArrayRef<Lanes> loopIndices) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return loopIndices[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constantIndex(builder, loc, constant.getValue());
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr)) {
    // Once, as what stands at the index is found by its value.
    Element key = getElement(expr.getAsOpaquePointer(), loopIndices);
    if (auto it = known.values.find(key); it != known.values.end())
      return it->second;
    FailureOr<Lanes> index =
        emitSumOrProduct(builder, loc, binary, loopIndices);
    if (succeeded(index))
      known.values[key] = *index;
    return index;
  }
  return refuseAffine(loc, expr);
}

//===----------------------------------------------------------------------===//
// Sizes, scalars and arguments
//===----------------------------------------------------------------------===//

Value ElementEmitter::getSize(OpBuilder &builder, Location loc, DimSize size) {
  switch (size.kind) {
  case DimSize::Kind::Static:
    return arith::ConstantIndexOp::create(builder, loc, size.value);
  case DimSize::Kind::Argument:
    return arguments.sizes[size.value];
  case DimSize::Kind::Scalar:
    return arguments.scalars[size.value];
  case DimSize::Kind::Unknown:
    return {};
  }
  llvm_unreachable("all kinds are covered");
}

FailureOr<Value> ElementEmitter::emitScalar(OpBuilder &builder, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    if (argument.getOwner() == &kernel.getBody().front() &&
        arguments.scalars[argument.getArgNumber()])
      return arguments.scalars[argument.getArgNumber()];
    return kernel.emitOpError("uses ") << value << " as a scalar";
  }
  Operation *op = value.getDefiningOp();
  Location loc = op->getLoc();
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> index = dim.getConstantIndex();
    Value size =
        index ? getSize(builder, loc, dim.getSource(), *index) : Value();
    if (!size)
      return op->emitOpError("has a size that no launch argument holds");
    return size;
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    SmallVector<Lanes> indices;
    for (Value index : extract.getIndices()) {
      FailureOr<Value> scalar = emitScalar(builder, index);
      if (failed(scalar))
        return failure();
      indices.push_back(Lanes::uniform(*scalar));
    }
    FailureOr<Lanes> element = emit(builder, extract.getTensor(), indices);
    if (failed(element))
      return failure();
    return element->value;
  }
  if (op->getNumRegions() || op->getNumResults() != 1 ||
      !isMemoryEffectFree(op))
    return op->emitOpError("cannot be computed as a scalar of a kernel");
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> scalar = emitScalar(builder, operand);
    if (failed(scalar))
      return failure();
    mapping.map(operand, *scalar);
  }
  return builder.clone(*op, mapping)->getResult(0);
}

void ElementEmitter::stateLinear(ArrayRef<Value> indices, ArrayRef<Value> sizes,
                                 Value linear) {
  if (indices.size() > 1)
    linearIndices.push_back(
        {llvm::to_vector(indices), llvm::to_vector(sizes), linear});
}

Lanes ElementEmitter::linearize(OpBuilder &builder, Location loc, Value tensor,
                                ArrayRef<Lanes> indices) {
  // The dimensions that count; the only index of others is 0.
  SmallVector<Value> sizes;
  SmallVector<Lanes> real;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    DimSize size = dims.getSize(tensor, dim);
    if (size.isStatic(1))
      continue;
    sizes.push_back(getSize(builder, loc, size));
    real.push_back(index);
  }
  auto isSameSize = [](Value a, Value b) {
    return isEqualConstantIntOrValue(OpFoldResult(a), OpFoldResult(b));
  };
  // Those from `from` on that stand for one index.
  auto findStated = [&](size_t from) -> const LinearIndices * {
    for (const LinearIndices &stated : llvm::reverse(linearIndices)) {
      size_t count = stated.indices.size();
      if (count > real.size() - from)
        continue;
      bool isThis = true;
      for (size_t i = 0; i < count && isThis; ++i)
        isThis =
            real[from + i].value == stated.indices[i] &&
            (real[from + i].kind == Lanes::Kind::Uniform || i + 1 == count) &&
            isSameSize(sizes[from + i], stated.sizes[i]);
      if (isThis)
        return &stated;
    }
    return nullptr;
  };
  Lanes linear = constantIndex(builder, loc, 0);
  for (size_t at = 0; at < real.size();) {
    const LinearIndices *stated = findStated(at);
    size_t end = at + (stated ? stated->indices.size() : 1);
    for (; at < end; ++at)
      linear = multiply(builder, loc, linear, sizes[at]);
    Lanes last = real[end - 1];
    if (stated)
      last = last.kind == Lanes::Kind::Uniform
                 ? Lanes::uniform(stated->linear)
                 : Lanes::consecutive(stated->linear);
    linear = add(builder, loc, linear, last);
  }
  return linear;
}

FailureOr<Lanes> ElementEmitter::loadArgument(OpBuilder &builder, Location loc,
                                              BlockArgument argument,
                                              ArrayRef<Lanes> indices) {
  auto type = cast<RankedTensorType>(argument.getType());
  unsigned number = argument.getArgNumber();
  Type element = type.getElementType();
  for (unsigned dim = 0, e = type.getRank(); !flat && dim < e; ++dim)
    if (dims.getSize(argument, dim).kind == DimSize::Kind::Unknown)
      return kernel.emitOpError("dimension ")
             << dim << " of argument " << number
             << " has a size that no launch argument holds";

  Lanes linear;
  if (!flat)
    linear = linearize(builder, loc, argument, indices);
  else if (dims.getRealDims(argument).empty())
    linear = constantIndex(builder, loc, 0);
  else
    linear = indices.front();

  switch (linear.kind) {
  case Lanes::Kind::Uniform:
    return Lanes::uniform(
        memory.load(builder, loc, number, linear.value, element));
  case Lanes::Kind::Consecutive:
    if (lanes == 1)
      return Lanes::uniform(
          memory.load(builder, loc, number, linear.value, element));
    return Lanes::varying(memory.load(builder, loc, number, linear.value,
                                      vectorOf(element, lanes)));
  case Lanes::Kind::Varying: {
    SmallVector<Value> elements;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value at = vector::ExtractOp::create(builder, loc, linear.value, lane);
      elements.push_back(memory.load(builder, loc, number, at, element));
    }
    return Lanes::varying(vector::FromElementsOp::create(
        builder, loc, vectorOf(element, lanes), elements));
  }
  }
  llvm_unreachable("all kinds are covered");
}

void ElementEmitter::store(OpBuilder &builder, Location loc, Lanes value,
                           unsigned argument, ArrayRef<Lanes> indices) {
  // Without indices there is one element.
  Lanes linear;
  if (indices.empty())
    linear = constantIndex(builder, loc, 0);
  else if (flat)
    linear = indices.front();
  else
    linear = linearize(builder, loc, kernel.getBody().getArgument(argument),
                       indices);
  if (linear.kind == Lanes::Kind::Varying) {
    Value vector = materialize(builder, loc, value);
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value at = vector::ExtractOp::create(builder, loc, linear.value, lane);
      Value element = vector::ExtractOp::create(builder, loc, vector, lane);
      memory.store(builder, loc, element, argument, at);
    }
    return;
  }
  // One element that all lanes agree on is stored once.
  Value stored = linear.kind == Lanes::Kind::Uniform
                     ? value.value
                     : materialize(builder, loc, value);
  memory.store(builder, loc, stored, argument, linear.value);
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

ElementEmitter::Element ElementEmitter::getElement(const void *what,
                                                   ArrayRef<Lanes> indices) {
  Element element{what, {}};
  for (Lanes index : indices) {
    std::optional<int64_t> constant;
    if (index.value)
      constant = getConstantIntValue(index.value);
    element.second.emplace_back(constant ? nullptr
                                         : index.value.getAsOpaquePointer(),
                                constant.value_or(0), index.kind);
  }
  return element;
}

llvm::SetVector<Value> ElementEmitter::Emitted::getValues() const {
  llvm::SetVector<Value> all;
  for (const auto &[element, lanes] : values) {
    for (auto [index, constant, kind] : element.second)
      if (index)
        all.insert(Value::getFromOpaquePointer(index));
    if (lanes.value)
      all.insert(lanes.value);
  }
  return all;
}

void ElementEmitter::Emitted::replace(const IRMapping &mapping) {
  std::map<Element, Lanes> replaced;
  for (const auto &[element, lanes] : values) {
    Element key = element;
    for (auto &[index, constant, kind] : key.second)
      if (index)
        index = mapping.lookupOrDefault(Value::getFromOpaquePointer(index))
                    .getAsOpaquePointer();
    Value value = lanes.value ? mapping.lookupOrDefault(lanes.value) : Value();
    replaced.emplace(std::move(key), Lanes{value, lanes.kind});
  }
  values = std::move(replaced);
}

ElementEmitter::Emitted ElementEmitter::takeEmitted() {
  return std::exchange(known, {});
}

void ElementEmitter::resume(Emitted emitted) { known = std::move(emitted); }

FailureOr<Lanes> ElementEmitter::emit(OpBuilder &builder, Value tensor,
                                      ArrayRef<Lanes> indices) {
  Element key = getElement(tensor, indices);
  if (auto it = known.values.find(key); it != known.values.end())
    return it->second;

  FailureOr<Lanes> result = failure();
  if (auto it = providers.find(tensor); it != providers.end()) {
    result = it->second(builder, indices);
  } else if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    result = loadArgument(builder, argument.getLoc(), argument, indices);
  } else if (auto constant = tensor.getDefiningOp<arith::ConstantOp>()) {
    auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (!dense || !dense.isSplat())
      return constant.emitOpError("is no splat; formation passes other "
                                  "constants as arguments");
    result = Lanes::uniform(arith::ConstantOp::create(
        builder, constant.getLoc(), dense.getSplatValue<TypedAttr>()));
  } else if (auto fill = tensor.getDefiningOp<linalg::FillOp>()) {
    FailureOr<Value> scalar = emitScalar(builder, fill.getInputs().front());
    if (succeeded(scalar))
      result = Lanes::uniform(*scalar);
  } else if (auto castOp = tensor.getDefiningOp<tensor::CastOp>()) {
    result = emit(builder, castOp.getSource(), indices);
  } else if (auto op = tensor.getDefiningOp<linalg::LinalgOp>()) {
    if (op.getNumReductionLoops() != 0)
      return op->emitOpError("is a reduction that the emitter of family '")
             << stringifyFamily(kernel.getFamily()) << "' did not expect here";
    unsigned number = cast<OpResult>(tensor).getResultNumber();
    FailureOr<SmallVector<Lanes>> loops = getLoopIndices(op, number, indices);
    if (failed(loops))
      return failure();
    SmallVector<Lanes> outputs;
    for (OpOperand &init : op.getDpsInitsMutable()) {
      // Only a body that reads its output needs the value there.
      if (op.getMatchingBlockArgument(&init).use_empty()) {
        outputs.push_back({});
        continue;
      }
      FailureOr<Lanes> value = emit(builder, init.get(), indices);
      if (failed(value))
        return failure();
      outputs.push_back(*value);
    }
    FailureOr<SmallVector<Lanes>> yielded =
        emitBody(builder, op, *loops, outputs);
    if (failed(yielded))
      return failure();
    // The other results of the op come for free.
    for (auto [i, value] : llvm::enumerate(*yielded))
      known.values[getElement(op->getResult(i), indices)] = value;
    result = (*yielded)[number];
  } else {
    return kernel.emitOpError("holds ")
           << *tensor.getDefiningOp() << ", which the emitters do not know";
  }
  if (succeeded(result))
    known.values[key] = *result;
  return result;
}

FailureOr<SmallVector<Lanes>>
ElementEmitter::getLoopIndices(linalg::LinalgOp op, unsigned number,
                               ArrayRef<Lanes> indices) {
  SmallVector<Lanes> loops(op.getNumLoops());
  if (flat) {
    // Every loop shares the one index; nothing reads it but linear loads.
    llvm::fill(loops, indices.empty() ? Lanes() : indices.front());
    return loops;
  }
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(number));
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    if (!loop)
      return op->emitOpError("writes its result through a map that is no "
                             "permutation of its loops");
    loops[loop.getPosition()] = indices[dim];
  }
  return loops;
}

FailureOr<DenseMap<Value, Lanes>> ElementEmitter::bindArguments(
    OpBuilder &builder, linalg::LinalgOp op, ArrayRef<Lanes> loopIndices,
    ArrayRef<Lanes> accumulators,
    llvm::function_ref<bool(BlockArgument)> isNeeded) {
  DenseMap<Value, Lanes> values;
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (!isNeeded(argument))
      continue;
    if (!isa<RankedTensorType>(input->get().getType())) {
      FailureOr<Value> scalar = emitScalar(builder, input->get());
      if (failed(scalar))
        return failure();
      values[argument] = Lanes::uniform(*scalar);
      continue;
    }
    SmallVector<Lanes> indices;
    if (flat) {
      indices.push_back(loopIndices.empty() ? Lanes() : loopIndices.front());
    } else {
      for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults()) {
        FailureOr<Lanes> index =
            emitAffine(builder, op.getLoc(), expr, loopIndices);
        if (failed(index))
          return failure();
        indices.push_back(*index);
      }
    }
    FailureOr<Lanes> value = emit(builder, input->get(), indices);
    if (failed(value))
      return failure();
    values[argument] = *value;
  }
  for (auto [init, value] : llvm::zip(op.getDpsInitsMutable(), accumulators))
    values[op.getMatchingBlockArgument(&init)] = value;
  return values;
}

FailureOr<SmallVector<Lanes>>
ElementEmitter::emitBody(OpBuilder &builder, linalg::LinalgOp op,
                         ArrayRef<Lanes> loopIndices,
                         ArrayRef<Lanes> accumulators) {
  FailureOr<DenseMap<Value, Lanes>> values = bindArguments(
      builder, op, loopIndices, accumulators,
      [](BlockArgument argument) { return !argument.use_empty(); });
  Block &body = *op.getBlock();
  if (failed(values) || failed(emitBlock(builder, body, *values, loopIndices)))
    return failure();
  SmallVector<Lanes> yielded;
  for (Value value : body.getTerminator()->getOperands()) {
    FailureOr<Lanes> lane = getValue(builder, value, *values);
    if (failed(lane))
      return failure();
    yielded.push_back(*lane);
  }
  return yielded;
}

FailureOr<SmallVector<Lanes>>
ElementEmitter::emitValues(OpBuilder &builder, linalg::LinalgOp op,
                           ArrayRef<Lanes> loopIndices,
                           ArrayRef<Lanes> accumulators, ValueRange wanted) {
  Block &body = *op.getBlock();
  DenseSet<Value> needed(wanted.begin(), wanted.end());
  SmallVector<Operation *> order;
  for (Operation &inner : llvm::reverse(body.without_terminator())) {
    if (llvm::none_of(inner.getResults(),
                      [&](Value result) { return needed.contains(result); }))
      continue;
    order.push_back(&inner);
    inner.walk([&](Operation *user) {
      needed.insert(user->operand_begin(), user->operand_end());
    });
  }
  FailureOr<DenseMap<Value, Lanes>> values = bindArguments(
      builder, op, loopIndices, accumulators,
      [&](BlockArgument argument) { return needed.contains(argument); });
  if (failed(values))
    return failure();
  for (Operation *inner : llvm::reverse(order))
    if (failed(emitOp(builder, *inner, *values, loopIndices)))
      return failure();
  SmallVector<Lanes> result;
  for (Value value : wanted) {
    FailureOr<Lanes> lane = getValue(builder, value, *values);
    if (failed(lane))
      return failure();
    result.push_back(*lane);
  }
  return result;
}

FailureOr<Lanes> ElementEmitter::getValue(OpBuilder &builder, Value value,
                                          DenseMap<Value, Lanes> &values) {
  if (auto it = values.find(value); it != values.end())
    return it->second;
  // Defined outside the body: a scalar of the kernel.
  FailureOr<Value> scalar = emitScalar(builder, value);
  if (failed(scalar))
    return failure();
  return values[value] = Lanes::uniform(*scalar);
}

LogicalResult ElementEmitter::emitBlock(OpBuilder &builder, Block &block,
                                        DenseMap<Value, Lanes> &values,
                                        ArrayRef<Lanes> loopIndices) {
  for (Operation &op : block.without_terminator())
    if (failed(emitOp(builder, op, values, loopIndices)))
      return failure();
  return success();
}

/// Whether `op` was a sum that adds a product to what a reduction has so far,
/// and has been emitted.
FailureOr<bool> ElementEmitter::emitFused(OpBuilder &builder, Operation &op,
                                          DenseMap<Value, Lanes> &values) {
  auto sum = dyn_cast<arith::AddFOp>(op);
  auto parent = dyn_cast<linalg::LinalgOp>(op.getParentOp());
  if (!fusesProducts || !sum || !parent ||
      !(sum.getType().isF32() || sum.getType().isF64()))
    return false;
  auto isSoFar = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == parent.getBlock() &&
           int64_t(argument.getArgNumber()) >= parent.getNumDpsInputs();
  };
  Value before = isSoFar(sum.getLhs()) ? sum.getLhs() : sum.getRhs();
  Value other = before == sum.getLhs() ? sum.getRhs() : sum.getLhs();
  auto product = other.getDefiningOp<arith::MulFOp>();
  if (!isSoFar(before) || !product || !product->hasOneUse())
    return false;
  SmallVector<Value> operands;
  for (Value operand : {product.getLhs(), product.getRhs(), before}) {
    FailureOr<Lanes> value = getValue(builder, operand, values);
    if (failed(value))
      return failure();
    operands.push_back(materialize(builder, op.getLoc(), *value));
  }
  Value fused = math::FmaOp::create(builder, op.getLoc(), operands[0],
                                    operands[1], operands[2]);
  values[sum] = lanes > 1 ? Lanes::varying(fused) : Lanes::uniform(fused);
  return true;
}

LogicalResult ElementEmitter::emitOp(OpBuilder &builder, Operation &op,
                                     DenseMap<Value, Lanes> &values,
                                     ArrayRef<Lanes> loopIndices) {
  Location loc = op.getLoc();
  FailureOr<bool> isFused = emitFused(builder, op, values);
  if (failed(isFused) || *isFused)
    return success(succeeded(isFused));
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    values[index.getResult()] = loopIndices[index.getDim()];
    return success();
  }
  if (isa<arith::ConstantOp>(op)) {
    values[op.getResult(0)] = Lanes::uniform(builder.clone(op)->getResult(0));
    return success();
  }
  if (isa<tensor::DimOp>(op)) {
    FailureOr<Value> size = emitScalar(builder, op.getResult(0));
    if (failed(size))
      return failure();
    values[op.getResult(0)] = Lanes::uniform(*size);
    return success();
  }

  SmallVector<Lanes> operands;
  for (Value operand : op.getOperands()) {
    if (isa<RankedTensorType>(operand.getType()))
      continue;
    FailureOr<Lanes> value = getValue(builder, operand, values);
    if (failed(value))
      return failure();
    operands.push_back(*value);
  }

  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    FailureOr<Lanes> element = emit(builder, extract.getTensor(), operands);
    if (failed(element))
      return failure();
    values[extract.getResult()] = *element;
    return success();
  }
  if (auto check = dyn_cast<kernel::CheckOp>(op)) {
    if (lanes != 1)
      return op.emitOpError("cannot be emitted on vectors");
    SmallVector<Value> reported;
    for (Lanes value : ArrayRef(operands).drop_front())
      reported.push_back(value.value);
    memory.check(builder, loc, operands.front().value, check, reported);
    return success();
  }
  if (auto ifOp = dyn_cast<scf::IfOp>(op))
    return emitIf(builder, ifOp, operands.front(), values, loopIndices);
  if (agreeing.contains(&op)) {
    // The same in every lane, and so what it is in the first.
    IRMapping mapping;
    for (auto [from, to] : llvm::zip(op.getOperands(), operands))
      mapping.map(from, to.value);
    values[op.getResult(0)] =
        Lanes::uniform(builder.clone(op, mapping)->getResult(0));
    return success();
  }

  if (op.getNumRegions() || op.getNumResults() != 1 || !isMemoryEffectFree(&op))
    return op.emitOpError("cannot stand in the body of a kernel");

  // Index arithmetic that keeps lanes consecutive stays scalar, so that a slice
  // of contiguous data is a vector load.
  auto isKind = [&](unsigned i, Lanes::Kind kind) {
    return operands[i].kind == kind;
  };
  using Kind = Lanes::Kind;
  bool keeps = (isa<arith::AddIOp>(op) &&
                ((isKind(0, Kind::Consecutive) && isKind(1, Kind::Uniform)) ||
                 (isKind(0, Kind::Uniform) && isKind(1, Kind::Consecutive)))) ||
               (isa<arith::SubIOp>(op) && isKind(0, Kind::Consecutive) &&
                isKind(1, Kind::Uniform)) ||
               (isa<arith::IndexCastOp>(op) && isKind(0, Kind::Consecutive));
  bool uniform =
      llvm::all_of(operands, [](Lanes l) { return l.kind == Kind::Uniform; });
  if (keeps || uniform || lanes == 1) {
    IRMapping mapping;
    for (auto [from, to] : llvm::zip(op.getOperands(), operands))
      mapping.map(from, to.value);
    Value result = builder.clone(op, mapping)->getResult(0);
    bool consecutive =
        keeps || (lanes == 1 && !uniform && isa<IndexType>(result.getType()));
    values[op.getResult(0)] = {result,
                               consecutive ? Kind::Consecutive : Kind::Uniform};
    return success();
  }
  OperationState state(loc, op.getName());
  for (Lanes operand : operands)
    state.operands.push_back(materialize(builder, loc, operand));
  state.types.push_back(vectorOf(op.getResult(0).getType(), lanes));
  state.attributes = op.getDiscardableAttrDictionary();
  state.propertiesAttr = op.getPropertiesAsAttribute();
  values[op.getResult(0)] = Lanes::varying(builder.create(state)->getResult(0));
  return success();
}
