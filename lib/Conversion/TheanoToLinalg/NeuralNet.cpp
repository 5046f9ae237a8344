//===- NeuralNet.cpp - ops of theano.tensor.nnet --------------------------===//

#include "Reduction.h"
#include "Rewriters.h"
#include "Scalars.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace theano;

namespace {
/// The steps of a softmax along the last dimension. All are computed in the
/// type of the elements (f32 for narrower ones), which is accurate enough for
/// rows that are summed as trees.
class Softmax {
public:
  Softmax(Operation *op, LinalgBuilder &b)
      : b(b), op(op), input(b.get(op->getOperand(0))),
        element(getElementTypeOrSelf(op->getOperand(0).getType())),
        computed(cast<FloatType>(getComputeType(element))),
        sizes(b.sizes(input)), rank(sizes.size()), full(b.identity(rank)),
        row(full.dropResult(rank - 1)) {}

  LogicalResult run(bool isLog);

private:
  RankedTensorType typeOf(Type type) {
    return RankedTensorType::get(
        cast<RankedTensorType>(op->getResult(0).getType()).getShape(), type);
  }
  template <typename OpTy> Value reduceRows(Value tensor, double identity);

  LinalgBuilder &b;
  Operation *op;
  Value input;
  Type element;
  FloatType computed;
  SmallVector<Value> sizes;
  int64_t rank;
  AffineMap full, row;
};
} // namespace

template <typename OpTy>
Value Softmax::reduceRows(Value tensor, double identity) {
  Reduction reduction(b, tensor, {rank - 1});
  Value initial = reduction.fill(b.getFloatAttr(computed, identity));
  bool isStored = tensor == input;
  return reduction
      .reduce(initial,
              [&](Value value, ValueRange accumulators) {
                if (isStored)
                  value = load(b, value, element);
                return SmallVector<Value>{
                    OpTy::create(b, value, accumulators[0])};
              })
      .front();
}

LogicalResult Softmax::run(bool isLog) {
  // A row of -inf alone gives NaN, as does one with inf: the difference says
  // so.
  Value largest = reduceRows<arith::MaximumFOp>(
      input, -std::numeric_limits<double>::infinity());
  auto shifted = [&](ValueRange elements) -> Value {
    Value value = load(b, elements[0], element);
    return arith::SubFOp::create(b, value, elements[1]);
  };
  Value exponentials =
      b.generic(typeOf(computed), sizes, {input, largest}, {full, row},
                [&](ValueRange elements) -> Value {
                  return math::ExpOp::create(b, shifted(elements));
                });
  Value sum = reduceRows<arith::AddFOp>(exponentials, 0);
  Value result;
  if (isLog)
    result = b.generic(
        typeOf(element), sizes, {input, largest, sum}, {full, row, row},
        [&](ValueRange elements) -> Value {
          Value log = math::LogOp::create(b, elements[2]);
          return store(b, arith::SubFOp::create(b, shifted(elements), log),
                       element);
        });
  else
    result = b.generic(
        typeOf(element), sizes, {exponentials, sum}, {full, row},
        [&](ValueRange elements) -> Value {
          return store(b, arith::DivFOp::create(b, elements[0], elements[1]),
                       element);
        });
  b.set(op->getResult(0), result);
  return success();
}

static LogicalResult rewriteSoftmax(SoftmaxOp op, LinalgBuilder &b) {
  return Softmax(op, b).run(/*isLog=*/false);
}

static LogicalResult rewriteLogSoftmax(LogSoftmaxOp op, LinalgBuilder &b) {
  return Softmax(op, b).run(/*isLog=*/true);
}

void theano::populateNeuralNetRewriters(Rewriters &rewriters) {
  rewriters.add<SoftmaxOp>(rewriteSoftmax);
  rewriters.add<LogSoftmaxOp>(rewriteLogSoftmax);
}
