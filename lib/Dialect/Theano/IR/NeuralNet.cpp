//===- NeuralNet.cpp - inference of the ops of theano.tensor.nnet ---------===//

#include "TypeInference.h"

using namespace mlir;
using namespace theano;

/// (c2) The last dimension must be there; the result has the operand's type.
static LogicalResult inferSoftmax(std::optional<Location> location,
                                  StringRef op, Type operand,
                                  SmallVectorImpl<Type> &types) {
  if (cast<RankedTensorType>(operand).getRank() == 0)
    return inference::inferenceError(location, op,
                                     "operand of type " +
                                         inference::text(operand) +
                                         " has no dimension to normalise over");
  types.push_back(operand);
  return success();
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> location,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  return inferSoftmax(location, getOperationName(),
                      adaptor.getOperand().getType(), types);
}

LogicalResult LogSoftmaxOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  return inferSoftmax(location, getOperationName(),
                      adaptor.getOperand().getType(), types);
}
