//===- NeuralNet.cpp - ops of theano.tensor.nnet by its rules -------------===//

#include "CreateChecked.h"

using namespace mlir;
using namespace theano;

Expected<Value> GraphBuilder::softmax(StringRef name, Value x) {
  int64_t rank = rankOf(x);
  if (!isFloat(dtypeOf(x)) || rank < 1 || rank > 2)
    return invalidArgument((name +
                            ": expected a vector or a matrix of floats, got " +
                            formatType(x))
                               .str());
  Expected<Value> rows = padLeft(x, 2);
  if (!rows)
    return rows;
  if (name == "softmax")
    return createChecked<SoftmaxOp>(*this, *rows);
  if (name == "log_softmax")
    return createChecked<LogSoftmaxOp>(*this, *rows);
  return unsupported(("no softmax is called '" + name + "'").str());
}
