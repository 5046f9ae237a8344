//===- Reduction.cpp - reductions by Theano's rules -----------------------===//

#include "CreateChecked.h"

using namespace mlir;
using namespace theano;

template <typename OpTy>
static Expected<Value> reduceWith(GraphBuilder &graph, Value x,
                                  ArrayRef<int64_t> axes, bool keepdims) {
  typename OpTy::Properties properties;
  properties.axes = DenseI64ArrayAttr::get(&graph.context(), axes);
  if (keepdims)
    properties.keepdims = UnitAttr::get(&graph.context());
  return createChecked<OpTy>(graph, x, properties);
}

template <typename OpTy>
static Expected<Value> accumulateWith(GraphBuilder &graph, Value x,
                                      ArrayRef<int64_t> axes, bool keepdims,
                                      DType dtype, DType acc) {
  typename OpTy::Properties properties;
  properties.axes = DenseI64ArrayAttr::get(&graph.context(), axes);
  if (keepdims)
    properties.keepdims = UnitAttr::get(&graph.context());
  properties.acc = TypeAttr::get(elementType(graph, acc));
  return createChecked<OpTy>(graph, x, properties, elementType(graph, dtype));
}

static DType dtypeOfType(Type element) {
  StringRef name = getDtypeName(element);
  return *parseDType(std::string_view(name.data(), name.size()));
}

/// sum, prod and mean: the dtype of the result and of the accumulator follow
/// Theano's `CAReduceDtype`.
static Expected<Value> accumulate(GraphBuilder &graph, StringRef name, Value x,
                                  ArrayRef<int64_t> axes,
                                  const ReductionOptions &options) {
  bool isMean = name == "mean";
  Type operand = typeOf(x).getElementType();
  DType natural = dtypeOfType(isMean ? getDefaultMeanType(operand)
                                     : getDefaultSumType(operand));
  DType dtype = options.dtype.value_or(natural);
  if (isMean && !isFloat(dtype))
    return typeError("mean: expected a float dtype, got " +
                     std::string(dtypeName(dtype)));
  // An integer result of floats is their sum, cast.
  DType reduced = isFloat(natural) && !isFloat(dtype) ? natural : dtype;
  if (reduced == DType::Bool)
    reduced = natural;
  DType acc = options.accDtype.value_or(
      dtypeOfType(getDefaultAccumulator(elementType(graph, reduced))));
  if (options.accDtype && upcast(dtypeOf(x), acc) != acc)
    return typeError(
        (name + ": a " + dtypeName(dtypeOf(x)) +
         " tensor cannot be accumulated in " + dtypeName(acc) +
         ", precision would be lost; cast it first, or pass another "
         "acc_dtype")
            .str());
  // The dialect accumulates floats in floats and integers in integers.
  if (isFloat(acc) != isFloat(reduced))
    reduced = acc;
  Expected<Value> result =
      name == "sum" ? accumulateWith<SumOp>(graph, x, axes, options.keepdims,
                                            reduced, acc)
      : isMean      ? accumulateWith<MeanOp>(graph, x, axes, options.keepdims,
                                             reduced, acc)
                    : accumulateWith<ProdOp>(graph, x, axes, options.keepdims,
                                             reduced, acc);
  return result ? graph.cast(*result, dtype) : std::move(result);
}

/// What has the largest element where `x` has its smallest, without overflow.
static Expected<Value> reverseOrder(GraphBuilder &graph, Value x) {
  return graph.elementwise(isFloat(dtypeOf(x)) ? "neg" : "invert", x);
}

Expected<Value> GraphBuilder::reduce(StringRef name, Value x,
                                     const ReductionOptions &options) {
  int64_t rank = rankOf(x);
  SmallVector<int64_t> axes = options.axes.value_or(getAllAxes(rank));
  for (int64_t axis : axes)
    if (axis < -rank || axis >= rank)
      return invalidArgument((name + ": axis " + llvm::Twine(axis) +
                              " is out of range for a " + formatType(x))
                                 .str());
  FailureOr<SmallVector<int64_t>> normal = normalizeAxes(axes, rank);
  if (failed(normal))
    return invalidArgument((name + ": an axis is named twice").str());

  if (name == "sum" || name == "prod" || name == "mean")
    return accumulate(*this, name, x, *normal, options);
  if (options.dtype || options.accDtype)
    return typeError((name + ": takes no dtype or acc_dtype").str());
  if (name == "any" || name == "all") {
    Expected<Value> truth = cast(x, DType::Bool);
    if (!truth)
      return truth;
    return name == "any"
               ? reduceWith<AnyOp>(*this, *truth, *normal, options.keepdims)
               : reduceWith<AllOp>(*this, *truth, *normal, options.keepdims);
  }
  if (name == "max")
    return reduceWith<MaxOp>(*this, x, *normal, options.keepdims);
  if (name == "min")
    return reduceWith<MinOp>(*this, x, *normal, options.keepdims);
  if (name == "argmax")
    return reduceWith<ArgmaxOp>(*this, x, *normal, options.keepdims);
  if (name == "argmin") {
    Expected<Value> reversed = reverseOrder(*this, x);
    if (!reversed)
      return reversed;
    return reduceWith<ArgmaxOp>(*this, *reversed, *normal, options.keepdims);
  }
  return unsupported(("no reduction is called '" + name + "'").str());
}
