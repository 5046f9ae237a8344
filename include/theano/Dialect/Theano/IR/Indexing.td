//===- Indexing.td - ops that select elements -----------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_INDEXING_TD
#define THEANO_DIALECT_THEANO_IR_INDEXING_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"

def Theano_SubtensorOp : Theano_CheckedOp<"subtensor"> {
  let summary = "basic indexing: integers and slices";
  let description = [{
    `x[...]` with one entry for each of the leading dimensions of `x`; the others
    are taken whole. An entry is an index `i`, which drops its dimension, or a
    slice `start:stop:step`, each part of which is a number, a `tensor<i64>` or
    left out.

    As in Python a negative index or bound counts from the end, bounds of a slice
    are clipped, and a negative step goes backwards.

    An index out of range or a step of 0 is an error at run time. An empty
    selection gives an empty dimension.

    Theano: `x[...]` (`Subtensor`).

    ```mlir
    %y = theano.subtensor %x[%i, 0:%n:2, ::-1] : tensor<?x?x?xf32> -> tensor<?x?xf32>
    ```

    - (c1) there are at most as many entries as dimensions
    - (c2) the attributes describe one entry each and as many values as there are operands
    - (c3) no constant step is 0
    - (c4) a constant index is in range where the size is known
    - (c5) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand,
      Variadic<Theano_Size>:$indices,
      DenseBoolArrayAttr:$is_index, DenseI64ArrayAttr:$starts,
      DenseI64ArrayAttr:$stops, DenseI64ArrayAttr:$steps);
  let results = (outs Theano_AnyTensor:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$operand,
                   "::llvm::ArrayRef<::theano::IndexEntry>":$entries)>
  ];
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand `` custom<IndexEntries>($indices, $is_index, $starts, $stops, $steps)
    attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
  let extraClassDeclaration = [{
    /// The entries in order.
    ::llvm::SmallVector<::theano::IndexEntry> getEntries();
  }];
}

def Theano_TakeOp : Theano_CheckedOp<"take"> {
  let summary = "selects along an axis by a tensor of indices";
  let description = [{
    `y[a, i, b] = x[a, indices[i], b]`, where `a`, `i` and `b` stand for the
    dimensions before `axis`, those of `indices`, and those after `axis`.

    The indices may have any rank and any integer type; negative ones count from
    the end.

    An index out of range is an error at run time. No indices give an empty
    result.

    Theano: `T.take(x, indices, axis)`, `x[indices]` with an integer tensor
    (`AdvancedSubtensor1`).

    ```mlir
    %y = theano.take %x, %i axis 0 : (tensor<?x3xf32>, tensor<?x?xi64>) -> tensor<?x?x3xf32>
    ```

    - (c1) the indices are integers
    - (c2) `axis` is a dimension of the operand
    - (c3) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand, Theano_IntTensor:$indices,
      I64Attr:$axis);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand `,` $indices `axis` $axis attr-dict `:`
    functional-type(operands, results)
  }];
}

def Theano_PickOp : Theano_CheckedOp<"pick"> {
  let summary = "selects one element of each row";
  let description = [{
    `y[i, b] = x[i, indices[i], b]`, where `b` stands for the dimensions after
    the second: Theano's `x[T.arange(indices.shape[0]), indices]`.

    There may be fewer indices than rows; negative indices count from the end.

    An index out of range, or more indices than rows, is an error at run time. No
    indices give an empty result.

    Theano: `AdvancedSubtensor` of a matrix at `(arange(n), y)`.

    ```mlir
    %y = theano.pick %x, %i : (tensor<?x10xf32>, tensor<?xi32>) -> tensor<?xf32>
    ```

    - (c1) the indices are a vector of integers
    - (c2) the operand has at least two dimensions
    - (c3) known numbers of indices do not exceed known numbers of rows
    - (c4) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand, Theano_IntTensor:$indices);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand `,` $indices attr-dict `:` functional-type(operands, results)
  }];
}

#endif // THEANO_DIALECT_THEANO_IR_INDEXING_TD
