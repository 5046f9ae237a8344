//===- LinearAlgebra.td - products of matrices ----------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_LINEARALGEBRA_TD
#define THEANO_DIALECT_THEANO_IR_LINEARALGEBRA_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"

def Theano_DotOp : Theano_CheckedOp<"dot"> {
  let summary = "sums of products over one dimension";
  let description = [{
    `c[i, j, k] = sum over l of a[i, l] * b[j, l, k]`, where `i` stands for all
    dimensions of `a` but the last, `l` is the last of `a` and the last but one of
    `b` (its only one if `b` is a vector), and `j`, `k` are the others of `b`.
    Vectors give a scalar, matrices the matrix product.

    Operands and result have one element type. The contracted sizes are equal,
    which is checked at run time where not known; nothing broadcasts.

    NaN and inf follow from the sum. A contracted size of 0 gives zeros. Integers
    wrap around.

    Theano: `T.dot`, `a.dot(b)`. (With a 0-d operand Theano multiplies: use
    `theano.mul`.)

    ```mlir
    %c = theano.dot %a, %b : (tensor<?x784xf32>, tensor<784x10xf32>) -> tensor<?x10xf32>
    ```

    - (c1) operands are tensors of numbers
    - (c2) both have one element type
    - (c3) both have at least one dimension
    - (c4) static contracted sizes are equal
    - (c5) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_NumericTensor:$lhs, Theano_NumericTensor:$rhs);
  let results = (outs Theano_NumericTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` functional-type(operands, results)
  }];
}

def Theano_BatchedDotOp : Theano_CheckedOp<"batched_dot"> {
  let summary = "dot of each pair of a batch";
  let description = [{
    `c[n] = dot(a[n], b[n])` for each `n` of the first dimension, where each of
    the operands is a batch of matrices (3-d) or of vectors (2-d).

    Operands and result have one element type. The batch sizes and the contracted
    sizes are equal, which is checked at run time where not known.

    A contracted size of 0 gives zeros, an empty batch an empty result.

    Theano: `T.batched_dot`.

    ```mlir
    %c = theano.batched_dot %a, %b : (tensor<?x2x3xf32>, tensor<?x3x4xf32>) -> tensor<?x2x4xf32>
    ```

    - (c1) operands are tensors of numbers
    - (c2) both have one element type
    - (c3) both have two or three dimensions
    - (c4) static batch sizes are equal
    - (c5) static contracted sizes are equal
    - (c6) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_NumericTensor:$lhs, Theano_NumericTensor:$rhs);
  let results = (outs Theano_NumericTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` functional-type(operands, results)
  }];
}

#endif // THEANO_DIALECT_THEANO_IR_LINEARALGEBRA_TD
