//===- Passes.td - passes on the theano dialect ---------------------------===//

#ifndef THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_TD
#define THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ApplyTheanoRewrites : Pass<"theano-apply-theano-rewrites"> {
  let summary = "Apply Theano's rewrites that may change values";
  let description = [{
    Rewrites what Theano rewrites although the values differ where an operand is
    0, infinite or NaN: `x / x` is 1, `x - x` is 0, `x * 0` and `0 / x` are 0.

    Before:

    ```mlir
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %y = theano.true_div %x, %x : tensor<4xf32>
      return %y : tensor<4xf32>
    }
    ```

    After:

    ```mlir
    func.func @main(%arg0: tensor<4xf32>) -> tensor<4xf32> {
      %0 = theano.constant dense<1.000000e+00> : tensor<f32>
      %1 = theano.alloc %0 [4] : tensor<f32> -> tensor<4xf32>
      return %1 : tensor<4xf32>
    }
    ```

    Requires ops of the theano dialect; others are left alone. Guarantees the
    types and shapes of all values. Refuses nothing: on integers, where it is
    exact, `x - x` and `x * 0` are rewritten as well; integer division is not,
    because 0 / 0 is an error.

    Counts (`--pass-statistics`) each of the three.
  }];
  let dependentDialects = ["::theano::TheanoDialect"];
}

def InferShapes : Pass<"theano-infer-shapes"> {
  let summary = "Make known sizes static and compute shapes without values";
  let description = [{
    Gives every result the most static type that its op infers, turns sizes and
    indices that are known into numbers, and replaces `theano.shape`: by a
    constant where all sizes are known, else of an elementwise op or a softmax by
    the shape of an operand that does not broadcast.

    Before:

    ```mlir
    func.func @main(%x: tensor<?x3xf32>, %v: tensor<f32>) -> tensor<?xf32> {
      %n = theano.constant dense<4> : tensor<i64>
      %a = theano.alloc %v [%n] : tensor<f32> -> tensor<?xf32>
      return %a : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    func.func @main(%arg0: tensor<?x3xf32>, %arg1: tensor<f32>) -> tensor<?xf32> {
      %0 = theano.constant dense<4> : tensor<i64>
      %1 = theano.alloc %arg1 [4] : tensor<f32> -> tensor<4xf32>
      %cast = tensor.cast %1 : tensor<4xf32> to tensor<?xf32>
      return %cast : tensor<?xf32>
    }
    ```

    Requires nothing. Guarantees that signatures keep their types (a
    `tensor.cast` stands before a use by another dialect), and that what
    broadcasts stays what it was: a size that turns out to be 1 does not begin to
    broadcast. A type whose refinement would contradict a user, such as a sum of
    2 and 3 elements, is left open, so that the program fails where and when it
    did before.

    Counts (`--pass-statistics`) results with a more static type, sizes and indices
    made numbers, and `theano.shape` ops replaced.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect",
                           "::theano::TheanoDialect"];
}

def Stabilize : Pass<"theano-stabilize"> {
  let summary = "Replace expressions that lose accuracy by ops that do not";
  let description = [{
    Recognises expressions that overflow, underflow or cancel where one op is
    accurate:

    | expression | becomes |
    |---|---|
    | `log(softmax(x))`, also of a `pick` or `subtensor` of it | `log_softmax(x)` |
    | `exp(x) / sum(exp(x))` over the last dimension | `softmax(x)` |
    | `log(1 + x)` | `log1p(x)` |
    | `exp(x) - 1` | `expm1(x)` |
    | `log1p(exp(x))` | `softplus(x)` |
    | `log(sigmoid(x))` | `-softplus(-x)` |
    | `log1p(-sigmoid(x))` | `-softplus(x)` |
    | `1 - sigmoid(x)` | `sigmoid(-x)` |
    | `inv(1 + exp(-x))`, `1 / (1 + exp(-x))`, `exp(x) / (1 + exp(x))` | `sigmoid(x)` |

    Before:

    ```mlir
    func.func @main(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
      %p = theano.softmax %x : tensor<?x10xf32>
      %l = theano.log %p : tensor<?x10xf32>
      return %l : tensor<?x10xf32>
    }
    ```

    After:

    ```mlir
    func.func @main(%arg0: tensor<?x10xf32>) -> tensor<?x10xf32> {
      %0 = theano.log_softmax %arg0 : tensor<?x10xf32>
      return %0 : tensor<?x10xf32>
    }
    ```

    Requires ops of the theano dialect. Guarantees the types of all values, and
    values that differ from those of exact arithmetic by no more than before.
    A constant that decides the shape of its sum is left alone.

    Counts (`--pass-statistics`) each kind of expression.
  }];
  let dependentDialects = ["::theano::TheanoDialect"];
}

#endif // THEANO_DIALECT_THEANO_TRANSFORMS_PASSES_TD
