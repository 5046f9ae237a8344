//===- LinearAlgebra.cpp - products by Theano's rules ---------------------===//

#include "CreateChecked.h"

using namespace mlir;
using namespace theano;

/// `OpTy` of both operands in their common dtype. A product of bools is counted
/// in integers: some product is true where the count is not 0.
template <typename OpTy>
static Expected<Value> product(GraphBuilder &graph, Value a, Value b) {
  DType common = upcast(dtypeOf(a), dtypeOf(b));
  DType computed = common == DType::Bool ? DType::Int64 : common;
  Expected<Value> lhs = graph.cast(a, computed);
  if (!lhs)
    return lhs;
  Expected<Value> rhs = graph.cast(b, computed);
  if (!rhs)
    return rhs;
  Expected<Value> result = createChecked<OpTy>(graph, {*lhs, *rhs});
  return result ? graph.cast(*result, common) : std::move(result);
}

Expected<Value> GraphBuilder::dot(Value a, Value b) {
  if (rankOf(a) == 0 || rankOf(b) == 0)
    return elementwise("mul", {a, b});
  return product<DotOp>(*this, a, b);
}

Expected<Value> GraphBuilder::batchedDot(Value a, Value b) {
  for (Value x : {a, b})
    if (rankOf(x) != 2 && rankOf(x) != 3)
      return typeError("batched_dot: expected batches of vectors or matrices "
                       "(2 or 3 dimensions), got " +
                       formatType(x));
  return product<BatchedDotOp>(*this, a, b);
}
