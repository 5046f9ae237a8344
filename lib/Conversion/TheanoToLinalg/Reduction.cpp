//===- Reduction.cpp - reductions -----------------------------------------===//
//
// A reduction is a generic over all dimensions of its operand, in their order,
// with one combining operation; what the result's type asks for besides (its
// element type, dimensions kept with size 1) is an elementwise op after it.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"
#include "Rewriters.h"
#include "Scalars.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace theano;
using arith::CmpFPredicate;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// What all reductions share
//===----------------------------------------------------------------------===//

Reduction::Reduction(LinalgBuilder &b, Value input, ArrayRef<int64_t> axes)
    : b(b), input(input), axes(axes), sizes(b.sizes(input)) {
  for (int64_t dim = 0, rank = sizes.size(); dim < rank; ++dim) {
    if (llvm::is_contained(axes, dim))
      continue;
    kept.push_back(dim);
    keptSizes.push_back(sizes[dim]);
  }
}

RankedTensorType Reduction::getType(Type element) const {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape;
  for (int64_t dim : kept)
    shape.push_back(type.getDimSize(dim));
  return RankedTensorType::get(shape, element);
}

Value Reduction::fill(TypedAttr identity) {
  return b.filled(getType(identity.getType()), keptSizes, identity);
}

SmallVector<Value> Reduction::reduce(ValueRange initial, Body body) {
  SmallVector<utils::IteratorType> iterators;
  for (int64_t dim = 0, rank = sizes.size(); dim < rank; ++dim)
    iterators.push_back(llvm::is_contained(axes, dim)
                            ? utils::IteratorType::reduction
                            : utils::IteratorType::parallel);
  SmallVector<AffineMap> maps = {b.identity(sizes.size())};
  maps.append(initial.size(), b.projection(sizes.size(), kept));
  auto op = linalg::GenericOp::create(
      b, initial.getTypes(), input, initial, maps, iterators,
      [&](OpBuilder &, Location, ValueRange elements) {
        linalg::YieldOp::create(b,
                                body(elements.front(), elements.drop_front()));
      });
  SmallVector<Value> results(op.getResults());
  for (Value result : results)
    b.setSizes(result, keptSizes);
  return results;
}

Value Reduction::finish(RankedTensorType type, Value reduced,
                        ElementBody body) {
  // Where the dimension `dim` of what was reduced is in the result.
  bool keepdims = type.getRank() == static_cast<int64_t>(sizes.size());
  SmallVector<int64_t> places;
  SmallVector<Value> resultSizes;
  if (keepdims) {
    for (int64_t dim = 0, rank = sizes.size(); dim < rank; ++dim)
      resultSizes.push_back(llvm::is_contained(axes, dim) ? b.index(1)
                                                          : sizes[dim]);
    places = kept;
  } else {
    resultSizes = keptSizes;
    llvm::append_range(places, llvm::seq<int64_t>(0, kept.size()));
  }
  if (!body) {
    if (places.size() == resultSizes.size())
      return reduced;
    return b.view(type, resultSizes, reduced,
                  b.projection(type.getRank(), places));
  }
  return b.generic(type, resultSizes, reduced,
                   b.projection(type.getRank(), places), body);
}

void Reduction::checkNotEmpty() {
  // Nothing is asked of a result that is empty itself.
  Value zero = b.index(0);
  Value isEmpty = arith::ConstantOp::create(b, b.getBoolAttr(false));
  for (Value size : keptSizes)
    isEmpty = b.either(isEmpty, b.compare(CmpIPredicate::eq, size, zero));
  for (int64_t axis : axes) {
    Value hasElements = b.compare(CmpIPredicate::ne, sizes[axis], zero);
    Value isFine = b.either(hasElements, isEmpty);
    b.check(isFine, kernel::Error::EmptyReduction, b.index(axis));
  }
}

//===----------------------------------------------------------------------===//
// Sums, products, means
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult rewriteAccumulating(OpTy op, LinalgBuilder &b) {
  Type from = op.getOperand().getType().getElementType();
  Type acc = op.getAcc();
  Type to = op.getType().getElementType();
  constexpr bool isProduct = std::is_same_v<OpTy, ProdOp>;
  constexpr bool isMean = std::is_same_v<OpTy, MeanOp>;

  Reduction reduction(b, b.get(op.getOperand()), op.getAxes());
  Type computed = getComputeType(acc);
  auto combine = [&](Value element, Value accumulator) -> Value {
    bool floating = isFloat(acc);
    if (isProduct)
      return floating
                 ? arith::MulFOp::create(b, element, accumulator).getResult()
                 : arith::MulIOp::create(b, element, accumulator).getResult();
    return floating
               ? arith::AddFOp::create(b, element, accumulator).getResult()
               : arith::AddIOp::create(b, element, accumulator).getResult();
  };
  TypedAttr identity =
      isFloat(acc) ? TypedAttr(b.getFloatAttr(computed, isProduct ? 1 : 0))
                   : TypedAttr(b.getIntegerAttr(computed, isProduct ? 1 : 0));
  Value reduced =
      reduction
          .reduce(
              reduction.fill(identity),
              [&](Value stored, ValueRange accumulators) {
                Value element = convert(b, load(b, stored, from), from, acc);
                return SmallVector<Value>{combine(element, accumulators[0])};
              })
          .front();

  Value count = isMean ? reduction.count() : Value();
  auto finish = [&](ValueRange elements) -> Value {
    Value value = elements[0];
    if (isMean) {
      Value number = arith::IndexCastOp::create(b, b.getI64Type(), count);
      number = arith::SIToFPOp::create(b, computed, number);
      value = arith::DivFOp::create(b, value, number);
    }
    return store(b, convert(b, value, acc, to), to);
  };
  // bf16 and f16 accumulate in f32, so that their sums are converted too.
  bool isDone = !isMean && acc == to && computed == getStorageType(to);
  b.set(op, reduction.finish(getStorageTensor(op.getType()), reduced,
                             isDone ? ElementBody() : ElementBody(finish)));
  return success();
}

//===----------------------------------------------------------------------===//
// Extrema
//===----------------------------------------------------------------------===//

/// What loses against every element.
static TypedAttr getWorst(LinalgBuilder &b, Type element, bool isMax) {
  Type computed = getComputeType(element);
  if (isFloat(element)) {
    double infinity = std::numeric_limits<double>::infinity();
    return b.getFloatAttr(computed, isMax ? -infinity : infinity);
  }
  unsigned bits = computed.getIntOrFloatBitWidth();
  APInt worst;
  if (isSignedInteger(element))
    worst =
        isMax ? APInt::getSignedMinValue(bits) : APInt::getSignedMaxValue(bits);
  else
    worst = isMax ? APInt::getMinValue(bits) : APInt::getMaxValue(bits);
  return b.getIntegerAttr(computed, worst);
}

template <typename FloatOp, typename SignedOp, typename UnsignedOp>
static Value choose(LinalgBuilder &b, Type element, Value x, Value y) {
  if (isFloat(element))
    return FloatOp::create(b, x, y);
  if (isSignedInteger(element))
    return SignedOp::create(b, x, y);
  return UnsignedOp::create(b, x, y);
}

/// max, min, any and all. Bool stays i8 here, so that the combining operation
/// is the whole body.
static LogicalResult rewriteExtremum(Operation *op, LinalgBuilder &b,
                                     ArrayRef<int64_t> axes, bool isMax) {
  Value operand = op->getOperand(0);
  Type element = getElementTypeOrSelf(operand.getType());
  Type asInteger = isBool(element) ? IntegerType::get(b.getContext(), 8,
                                                      IntegerType::Unsigned)
                                   : element;
  Reduction reduction(b, b.get(operand), axes);
  if (isa<MaxOp, MinOp>(op))
    reduction.checkNotEmpty();
  TypedAttr worst = isBool(element)
                        ? TypedAttr(b.getI8IntegerAttr(isMax ? 0 : 1))
                        : getWorst(b, element, isMax);
  Value reduced =
      reduction
          .reduce(reduction.fill(worst),
                  [&](Value stored, ValueRange accumulators) {
                    Value value = load(b, stored, asInteger);
                    return SmallVector<Value>{
                        isMax ? choose<arith::MaximumFOp, arith::MaxSIOp,
                                       arith::MaxUIOp>(b, asInteger, value,
                                                       accumulators[0])
                              : choose<arith::MinimumFOp, arith::MinSIOp,
                                       arith::MinUIOp>(b, asInteger, value,
                                                       accumulators[0])};
                  })
          .front();
  auto narrow = [&](ValueRange elements) {
    return store(b, elements[0], element);
  };
  bool isDone =
      getElementTypeOrSelf(reduced.getType()) == getStorageType(element);
  b.set(op->getResult(0),
        reduction.finish(getStorageTensor(op->getResult(0).getType()), reduced,
                         isDone ? ElementBody() : ElementBody(narrow)));
  return success();
}

template <typename OpTy>
static LogicalResult rewriteMax(OpTy op, LinalgBuilder &b) {
  return rewriteExtremum(op, b, op.getAxes(), /*isMax=*/true);
}
template <typename OpTy>
static LogicalResult rewriteMin(OpTy op, LinalgBuilder &b) {
  return rewriteExtremum(op, b, op.getAxes(), /*isMax=*/false);
}

static LogicalResult rewriteArgmax(ArgmaxOp op, LinalgBuilder &b) {
  Type element = op.getOperand().getType().getElementType();
  Reduction reduction(b, b.get(op.getOperand()), op.getAxes());
  reduction.checkNotEmpty();
  // A bool compares as its byte.
  bool floating = isFloat(element);
  TypedAttr worst = isBool(element) ? TypedAttr(b.getI8IntegerAttr(0))
                                    : getWorst(b, element, /*isMax=*/true);
  SmallVector<Value> initial = {reduction.fill(worst),
                                reduction.fill(b.getI64IntegerAttr(0))};
  Value index = reduction.reduce(initial, [&](Value stored, ValueRange best) {
    Value value = isBool(element) ? stored : load(b, stored, element);
    Value isBetter;
    if (floating) {
      // Unordered or greater, as long as no NaN has won.
      Value wins = arith::CmpFOp::create(b, CmpFPredicate::UGT, value, best[0]);
      Value isOpen =
          arith::CmpFOp::create(b, CmpFPredicate::ORD, best[0], best[0]);
      isBetter = arith::AndIOp::create(b, wins, isOpen);
    } else {
      isBetter = arith::CmpIOp::create(
          b, isSignedInteger(element) ? CmpIPredicate::sgt : CmpIPredicate::ugt,
          value, best[0]);
    }
    Value place = b.index(0);
    for (int64_t axis : op.getAxes()) {
      Value before = b.mul(place, reduction.getSize(axis));
      place = b.add(before, b.loop(axis));
    }
    place = arith::IndexCastOp::create(b, b.getI64Type(), place);
    Value newBest = arith::SelectOp::create(b, isBetter, value, best[0]);
    Value newPlace = arith::SelectOp::create(b, isBetter, place, best[1]);
    return SmallVector<Value>{newBest, newPlace};
  })[1];
  b.set(op, reduction.finish(op.getType(), index));
  return success();
}

void theano::populateReductionRewriters(Rewriters &rewriters) {
  rewriters.add<SumOp>(rewriteAccumulating<SumOp>);
  rewriters.add<ProdOp>(rewriteAccumulating<ProdOp>);
  rewriters.add<MeanOp>(rewriteAccumulating<MeanOp>);
  rewriters.add<MaxOp>(rewriteMax<MaxOp>);
  rewriters.add<AnyOp>(rewriteMax<AnyOp>);
  rewriters.add<MinOp>(rewriteMin<MinOp>);
  rewriters.add<AllOp>(rewriteMin<AllOp>);
  rewriters.add<ArgmaxOp>(rewriteArgmax);
}
