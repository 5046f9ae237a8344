//===- Shape.td - ops that change or ask for shapes -----------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_SHAPE_TD
#define THEANO_DIALECT_THEANO_IR_SHAPE_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"
include "mlir/Interfaces/CastInterfaces.td"

def Theano_ConstantOp : Theano_PureOp<"constant", [ConstantLike]> {
  let summary = "a constant tensor";
  let description = [{
    The value of the attribute.

    The result has exactly the type of the attribute; a length of 1 broadcasts.

    Theano: `T.constant`, `T.as_tensor_variable` of a number or an array.

    ```mlir
    %c = theano.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```

    - (c1) the attribute is a tensor of the dialect's element types
    - (c2) the result has the type of the attribute
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Theano_AnyTensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def Theano_DimshuffleOp : Theano_PureOp<"dimshuffle"> {
  let summary = "permutes, drops and adds dimensions";
  let description = [{
    `y[i_0, i_1, ...] = x[j_0, j_1, ...]`, where dimension k of the result is
    dimension `order[k]` of the operand, or a new one of size 1 for `"x"`.

    A dimension left out of `order` must have the static size 1.

    Moves bits; NaN and empty tensors are nothing special.

    Theano: `x.dimshuffle`, `x.T`, `T.transpose`, `T.shape_padleft`, ...

    ```mlir
    %y = theano.dimshuffle %x [1, "x", 0] : tensor<2x?xf32> -> tensor<?x1x2xf32>
    ```

    - (c1) each entry of `order` is a dimension of the operand or `"x"` (-1)
    - (c2) no dimension is named twice
    - (c3) every dimension that is not named has the static size 1
    - (c4) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand, DenseI64ArrayAttr:$order);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand custom<DimshuffleOrder>($order) attr-dict `:`
    custom<UnaryTypes>(type($operand), type($result))
  }];
  let extraClassDeclaration = [{
    /// The entry of `order` that stands for a new dimension.
    static constexpr int64_t kNewDim = -1;
  }];
}

def Theano_ReshapeOp : Theano_CheckedOp<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    `y` has the elements of `x` in row-major order and the shape `shape`.

    `shape` is a vector of i64 of static length, which is the rank of the result.
    One entry may be -1: that size is what makes the numbers of elements equal.
    Sizes that are constant when the op is built are static sizes of the result.
    Whatever the stated type says of the sizes is checked at run time, as is that
    no other entry is negative.

    A different number of elements is an error at run time. Empty tensors are
    fine unless a -1 cannot be determined (another size is 0).

    Theano: `x.reshape`, `T.reshape`.

    ```mlir
    %y = theano.reshape %x, %s : (tensor<?x?xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
    ```

    - (c1) `shape` is a vector of i64 of static length
    - (c2) the result has the operand's element type and one dimension for each entry of `shape`
  }];
  let arguments = (ins Theano_AnyTensor:$operand, Theano_Int64Tensor:$shape);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand `,` $shape attr-dict `:` functional-type(operands, results)
  }];
  // Looking at constants here would make an op that fails at run time invalid
  // once its shape is folded.
  let extraClassDefinition = [{
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                            ::mlir::TypeRange stated) {
      return ::theano::inference::haveEqualRanks(inferred, stated);
    }
  }] # verifyTypes;
}

def Theano_FlattenOp : Theano_PureOp<"flatten"> {
  let summary = "joins the trailing dimensions into one";
  let description = [{
    `y` has `ndim` dimensions: the first `ndim - 1` of `x`, and all the others
    joined into one. A missing dimension counts as 1, so a scalar becomes a
    vector of one element.

    A tensor with an empty dimension stays empty.

    Theano: `x.flatten(ndim)`, `T.flatten`, `x.ravel()`.

    ```mlir
    %y = theano.flatten %x ndim 2 : tensor<?x3x4xf32> -> tensor<?x12xf32>
    ```

    - (c1) `ndim` is at least 1 and at most the rank of the operand (1 for a scalar)
    - (c2) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand, I64Attr:$ndim);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand `ndim` $ndim attr-dict `:`
    custom<UnaryTypes>(type($operand), type($result))
  }];
}

def Theano_AllocOp : Theano_CheckedOp<"alloc"> {
  let summary = "a tensor of a given shape filled with a value";
  let description = [{
    `y[i_0, ..., i_n] = value[..., i_n]`: the value, aligned with the trailing
    dimensions, is repeated along the leading ones and along the dimensions in
    `broadcast` (its own; left out in text: its statically-1 ones).

    Each size is a number or a `tensor<i64>`; a size 1 written as a number gives a
    static 1.

    A negative size, or one that differs from that of a dimension of the value
    that does not broadcast, is an error at run time. A size of 0 gives an empty
    tensor.

    Theano: `T.alloc`, `T.zeros`, `T.ones`, `x.fill`, ...

    ```mlir
    %y = theano.alloc %v [%n, 3] : tensor<f32> -> tensor<?x3xf32>
    ```

    - (c1) there is one size value for each size that is not a number
    - (c2) no size is negative
    - (c3) the value has at most as many dimensions as there are sizes
    - (c4) `broadcast` is strictly increasing and names dimensions of the value of static size 1
    - (c5) known sizes of the value that do not broadcast equal those asked for
    - (c6) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$value, Variadic<Theano_Size>:$sizes,
      DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$broadcast);
  let results = (outs Theano_AnyTensor:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$value,
                   "::llvm::ArrayRef<::theano::Size>":$sizes)>
  ];
  let hasFolder = 1;
  let assemblyFormat = [{
    $value custom<Sizes>($sizes, $static_sizes) attr-dict
    custom<AllocTypes>($broadcast, type($value), type($result))
  }];
  let extraClassDeclaration = [{
    /// The sizes in order, numbers and values together.
    ::llvm::SmallVector<::theano::Size> getMixedSizes();
  }];
}

def Theano_ShapeOp : Theano_PureOp<"shape"> {
  let summary = "the shape of a tensor";
  let description = [{
    The sizes of `x` as a vector of i64, whose length is the rank of `x`.

    Theano: `x.shape`, `T.shape`.

    ```mlir
    %s = theano.shape %x : tensor<?x3xf32> -> tensor<2xi64>
    ```

    - (c1) the result is a vector of i64 with one entry for each dimension of the operand
  }];
  let arguments = (ins Theano_AnyTensor:$operand);
  let results = (outs Theano_Int64Tensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
}

def Theano_SpecifyShapeOp : Theano_CheckedOp<"specify_shape"> {
  let summary = "asserts the shape of a tensor";
  let description = [{
    `x`, whose sizes are those given: a number, a `tensor<i64>`, or `?` for any.

    Where the size is a number the result has it as a static size, so a 1 makes
    the dimension broadcast in ops built on the result.

    A size that differs is an error at run time.

    Theano: `T.specify_shape`, `T.addbroadcast`, `T.patternbroadcast`.

    ```mlir
    %y = theano.specify_shape %x [%n, 3, ?] : tensor<?x?x?xf32> -> tensor<?x3x?xf32>
    ```

    - (c1) there is one size for each dimension, and one value for each size that is neither a number nor `?`
    - (c2) no size is negative
    - (c3) known sizes of the operand equal those asked for
    - (c4) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand, Variadic<Theano_Size>:$sizes,
      DenseI64ArrayAttr:$static_sizes);
  let results = (outs Theano_AnyTensor:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$operand,
                   "::llvm::ArrayRef<::theano::Size>":$sizes)>
  ];
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand custom<Sizes>($sizes, $static_sizes) attr-dict `:`
    custom<UnaryTypes>(type($operand), type($result))
  }];
  let extraClassDeclaration = [{
    /// The sizes in order; nothing where any size will do.
    ::llvm::SmallVector<::theano::Size> getMixedSizes();
  }];
}

def Theano_JoinOp : Theano_CheckedOp<"join"> {
  let summary = "puts tensors one after the other along an axis";
  let description = [{
    The operands in order along dimension `axis`.

    They have one element type, one rank of at least 1, and equal sizes in every
    other dimension (checked at run time where not known).

    Empty operands contribute nothing.

    Theano: `T.join`, `T.concatenate`; `T.stack` after a dimshuffle.

    ```mlir
    %c = theano.join %a, %b axis 0 : (tensor<2x?xf32>, tensor<3x?xf32>) -> tensor<5x?xf32>
    ```

    - (c1) there is at least one operand
    - (c2) all operands have one element type
    - (c3) all operands have one rank, at least 1
    - (c4) `axis` is a dimension of the operands
    - (c5) static sizes of the other dimensions are equal
    - (c6) the result has the inferred type, or leaves sizes open
  }];
  let arguments = (ins Variadic<Theano_AnyTensor>:$operands, I64Attr:$axis);
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  let assemblyFormat = [{
    $operands `axis` $axis attr-dict `:` functional-type(operands, results)
  }];
}

#endif // THEANO_DIALECT_THEANO_IR_SHAPE_TD
