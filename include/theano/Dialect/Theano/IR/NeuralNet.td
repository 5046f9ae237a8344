//===- NeuralNet.td - ops of theano.tensor.nnet ---------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_NEURALNET_TD
#define THEANO_DIALECT_THEANO_IR_NEURALNET_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"

class Theano_SoftmaxLikeOp<string mnemonic> : Theano_PureOp<mnemonic> {
  let arguments = (ins Theano_FloatTensor:$operand);
  let results = (outs Theano_FloatTensor:$result);
  let assemblyFormat = [{
    $operand attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
}

def Theano_SoftmaxOp : Theano_SoftmaxLikeOp<"softmax"> {
  let summary = "exp(x) / sum(exp(x)) over the last dimension";
  let description = [{
    `y[i, j] = exp(x[i, j] - m[i]) / sum over k of exp(x[i, k] - m[i])`, where
    `m[i]` is the largest element of row `i`.

    The operand has at least one dimension; the result has its type. (Theano's
    front end allows vectors, which become one row, and matrices.)

    A row with NaN, with inf, or with nothing but -inf, is NaN. Empty rows stay
    empty.

    Theano: `T.nnet.softmax`.

    ```mlir
    %y = theano.softmax %x : tensor<?x10xf32>
    ```

    - (c1) the operand is a tensor of floats
    - (c2) the operand has at least one dimension
    - (c3) the result has the operand's type, or leaves sizes open
  }];
}

def Theano_LogSoftmaxOp : Theano_SoftmaxLikeOp<"log_softmax"> {
  let summary = "log(softmax(x)) over the last dimension";
  let description = [{
    `y[i, j] = x[i, j] - m[i] - log(sum over k of exp(x[i, k] - m[i]))`, where
    `m[i]` is the largest element of row `i`; finite where softmax underflows to 0.

    The operand has at least one dimension; the result has its type.

    A row with NaN, with inf, or with nothing but -inf, is NaN. Empty rows stay
    empty.

    Theano: `T.nnet.logsoftmax`.

    ```mlir
    %y = theano.log_softmax %x : tensor<?x10xf32>
    ```

    - (c1) the operand is a tensor of floats
    - (c2) the operand has at least one dimension
    - (c3) the result has the operand's type, or leaves sizes open
  }];
}

#endif // THEANO_DIALECT_THEANO_IR_NEURALNET_TD
