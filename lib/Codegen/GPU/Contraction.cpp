//===- Contraction.cpp - what the emitters of contractions share ----------===//

#include "Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

//===----------------------------------------------------------------------===//
// Sizes and tiles
//===----------------------------------------------------------------------===//

LogicalResult Contraction::prepare(int64_t rows, int64_t columns,
                                   int64_t steps) {
  std::tie(tileM, tileN, depth) = std::tie(rows, columns, steps);
  auto total = [&](ArrayRef<unsigned> which) -> FailureOr<Value> {
    FailureOr<SmallVector<Value>> sizes = f.sizesOf(op, which);
    if (failed(sizes))
      return failure();
    return f.product(*sizes);
  };
  FailureOr<Value> m = total(loops.m), n = total(loops.n), k = total(loops.k);
  FailureOr<Value> batches = total(loops.batch);
  if (failed(m) || failed(n) || failed(k) || failed(batches) ||
      failed(checkParts()))
    return failure();
  std::tie(sizeM, sizeN) = std::tie(*m, *n);

  // Blocks are numbered part, batch, then rows of tiles, then columns of tiles.
  auto tilesOf = [&](Value size, int64_t tileSize) {
    return f.divide(f.add(size, tileSize - 1), tileSize);
  };
  Value tilesN = tilesOf(sizeN, tileN), tilesM = tilesOf(sizeM, tileM);
  SmallVector<Value> counts{f.constant(1), tilesM, tilesN};
  firstK = f.constant(0);
  endK = *k;
  bool isPart = kernel::isInParts(f.kernel);
  if (isPart)
    counts.insert(counts.begin() + 1, *batches);
  SmallVector<Value> number = f.delinearize(f.blockId(), counts);
  if (isPart) {
    part = number.front();
    number.erase(number.begin());
    cutSteps(f.elements->getSize(f.builder, f.loc, f.kernel.getDestination(0),
                                 /*dim=*/0),
             *k);
  }
  batch = number[0];

  accumulatorType = getElementTypeOrSelf(op.getDpsInitOperand(0)->get());
  a = prepareOperand(loops.a, loops.m, tileM, sizeM,
                     f.multiply(number[1], tileM));
  b = prepareOperand(loops.b, loops.n, tileN, sizeN,
                     f.multiply(number[2], tileN));
  return success();
}

/// A kernel of parts leaves those of its sums and nothing else.
LogicalResult Contraction::checkParts() {
  if (!kernel::isInParts(f.kernel))
    return success();
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  for (Value value : f.getReturned()) {
    auto partials = value.getDefiningOp<kernel::PartialsOp>();
    if (!partials || partials.getTotal() != op->getResult(0) ||
        partials.getParts().getType().getRank() != rank + 1)
      return f.kernel.emitOpError("is the first step of a contraction; "
                                  "expected the parts of its sums alone");
  }
  return success();
}

/// Parts are as many tiles of depth, so that each begins where rows of whole
/// chunks have one; where steps are few the last parts have none.
void Contraction::cutSteps(Value parts, Value steps) {
  auto roundUp = [&](Value size, Value unit) {
    Value all = f.add(size, unit);
    Value rounded =
        f.builder.createOrFold<arith::SubIOp>(f.loc, all, f.constant(1));
    return f.divide(rounded, unit);
  };
  Value each =
      f.multiply(roundUp(roundUp(steps, f.constant(depth)), parts), depth);
  firstK = f.minimum(f.multiply(part, each), steps);
  endK = f.minimum(f.add(firstK, each), steps);
}

Contraction::Operand Contraction::prepareOperand(unsigned input,
                                                 ArrayRef<unsigned> rowLoops,
                                                 int64_t rows, Value rowCount,
                                                 Value firstRow) {
  Type element =
      getElementTypeOrSelf(op.getDpsInputOperand(input)->get().getType());
  Operand operand{input,    rowLoops, rows, rowCount,
                  firstRow, false,    {},   element};
  std::optional<unsigned> fastest =
      f.dims.findFastestLoop(op, *op.getDpsInputOperand(input));
  if (!fastest)
    return operand;
  operand.depthFastest = llvm::is_contained(loops.k, *fastest);
  // Vectors need the fastest loop to be the last of its group, and to be that
  // of no other dimension.
  ArrayRef<unsigned> group =
      operand.depthFastest ? ArrayRef<unsigned>(loops.k) : rowLoops;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(input));
  if (!group.empty() && group.back() == *fastest &&
      llvm::count(map.getResults(), f.builder.getAffineDimExpr(*fastest)) == 1)
    operand.fastSize =
        f.elements->getSize(f.builder, f.loc, f.dims.getLoopSize(op, *fastest));
  return operand;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

void Contraction::setLoops(SmallVector<Lanes> &values, ArrayRef<unsigned> which,
                           Value linear) {
  SmallVector<Value> sizes;
  for (unsigned loop : which)
    sizes.push_back(
        f.elements->getSize(f.builder, f.loc, f.dims.getLoopSize(op, loop)));
  for (auto [loop, index] : llvm::zip(which, f.delinearize(linear, sizes)))
    values[loop] = Lanes::uniform(index);
}

FailureOr<Value> Contraction::emitStart() {
  Value init = op.getDpsInitOperand(0)->get();
  if (!init.getDefiningOp<linalg::FillOp>() &&
      !init.getDefiningOp<arith::ConstantOp>())
    return op->emitOpError("adds to a tensor; expected a contraction whose "
                           "result starts from a fill");
  SmallVector<Lanes> origin(cast<RankedTensorType>(init.getType()).getRank(),
                            Lanes::uniform(f.constant(0)));
  FailureOr<Lanes> start = f.elements->emit(f.builder, init, origin);
  if (failed(start))
    return failure();
  return start->value;
}

SmallVector<Lanes> Contraction::getIndices(const Operand &operand, Value row,
                                           Value step, int64_t lanes) {
  SmallVector<Lanes> values(op.getNumLoops(), Lanes::uniform(f.constant(0)));
  setLoops(values, loops.batch, batch);
  ArrayRef<unsigned> fastGroup =
      operand.depthFastest ? ArrayRef<unsigned>(loops.k) : operand.rowLoops;
  setLoops(values, operand.rowLoops, row);
  setLoops(values, loops.k, step);
  if (lanes > 1)
    values[fastGroup.back()].kind = Lanes::Kind::Consecutive;
  SmallVector<Lanes> indices;
  OpOperand *input = op.getDpsInputOperand(operand.input);
  for (AffineExpr result : op.getMatchingIndexingMap(input).getResults()) {
    auto loop = dyn_cast<AffineDimExpr>(result);
    indices.push_back(loop ? values[loop.getPosition()]
                           : Lanes::uniform(f.constant(0)));
  }
  return indices;
}

FailureOr<Value> Contraction::load(const Operand &operand, Value row,
                                   Value step, int64_t lanes) {
  Type type =
      lanes > 1 ? VectorType::get({lanes}, operand.element) : operand.element;
  Value zero =
      arith::ConstantOp::create(f.builder, f.loc, f.builder.getZeroAttr(type));
  Value isRow = f.isLess(row, operand.rowCount);
  Value valid = f.both(isRow, f.isLess(step, endK));
  // Outside, element 0 is read, which is there, and dropped.
  auto inside = [&](Value index) {
    return f.builder.createOrFold<arith::SelectOp>(f.loc, valid, index,
                                                   f.constant(0));
  };
  FailureOr<Lanes> loaded =
      f.elements->emit(f.builder, op.getDpsInputOperand(operand.input)->get(),
                       getIndices(operand, inside(row), inside(step), lanes));
  if (failed(loaded))
    return failure();
  Value value = f.elements->materialize(f.builder, f.loc, *loaded);
  return Value(arith::SelectOp::create(f.builder, f.loc, valid, value, zero));
}

/// A product that only the sum reads is fused with it, in one rounding.
Value Contraction::multiplyAdd(Value x, Value y, Value accumulator) {
  Block &body = *op.getBlock();
  IRMapping mapping;
  mapping.map(body.getArgument(loops.a), x);
  mapping.map(body.getArgument(loops.b), y);
  mapping.map(body.getArgument(2), accumulator);
  Value sum = body.getTerminator()->getOperand(0);
  for (Operation &inner : body.without_terminator()) {
    if (isa<arith::MulFOp>(inner) && inner.hasOneUse() &&
        *inner.user_begin() == sum.getDefiningOp())
      continue;
    if (isa<arith::AddFOp>(inner) && inner.getResult(0) == sum) {
      Value product = inner.getOperand(0) == body.getArgument(2)
                          ? inner.getOperand(1)
                          : inner.getOperand(0);
      if (auto multiply = product.getDefiningOp<arith::MulFOp>();
          multiply && multiply->hasOneUse())
        return math::FmaOp::create(
            f.builder, f.loc, mapping.lookup(multiply.getLhs()),
            mapping.lookup(multiply.getRhs()), accumulator);
    }
    f.builder.clone(inner, mapping);
  }
  return mapping.lookup(sum);
}

LogicalResult Contraction::storePart(ArrayRef<Lanes> point, Lanes value) {
  FailureOr<SmallVector<Lanes>> indices = f.spread(op->getResult(0), point);
  if (failed(indices))
    return failure();
  indices->insert(indices->begin(), Lanes::uniform(part));
  for (unsigned i = 0, e = f.getReturned().size(); i < e; ++i)
    f.elements->store(f.builder, f.loc, value, f.kernel.getNumInputs() + i,
                      *indices);
  return success();
}

LogicalResult Contraction::store(Value m, Value n,
                                 ArrayRef<Value> accumulators) {
  int64_t lanes = accumulators.size();
  auto emitElements = [&]() -> LogicalResult {
    SmallVector<Lanes> values(op.getNumLoops(), Lanes::uniform(f.constant(0)));
    setLoops(values, loops.batch, batch);
    setLoops(values, loops.m, m);
    setLoops(values, loops.n, n);
    Lanes value = Lanes::uniform(accumulators.front());
    if (lanes > 1) {
      values[loops.n.back()].kind = Lanes::Kind::Consecutive;
      value = Lanes::varying(vector::FromElementsOp::create(
          f.builder, f.loc, VectorType::get({lanes}, accumulatorType),
          accumulators));
    }
    // In the order of the result's dimensions.
    SmallVector<Lanes> point;
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
    for (AffineExpr expr : map.getResults()) {
      unsigned loop = cast<AffineDimExpr>(expr).getPosition();
      if (!f.dims.getLoopSize(op, loop).isStatic(1))
        point.push_back(values[loop]);
    }
    if (part)
      return storePart(point, value);
    f.elements->provide(
        op->getResult(0),
        [value](OpBuilder &, ArrayRef<Lanes>) { return value; });
    return f.storeResults(point);
  };
  Value isRow = f.isLess(m, sizeM), isColumn = f.isLess(n, sizeN);
  return f.emitIf(f.both(isRow, isColumn), emitElements);
}
