//===- TheanoDialect.td - the theano dialect ------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANODIALECT_TD
#define THEANO_DIALECT_THEANO_IR_THEANODIALECT_TD

include "mlir/IR/OpBase.td"

def Theano_Dialect : Dialect {
  let name = "theano";
  let cppNamespace = "::theano";
  let summary = "Theano's symbolic tensor operations";
  let description = [{
    One op for each of Theano's, under Theano's name, on builtin ranked tensors.

    - A dimension is dynamic (`?`) unless known; a scalar is a 0-d tensor.
    - **A static 1 is Theano's "broadcastable".** A `?` that happens to be 1
      does not broadcast: that is an error at run time. What broadcasts is
      recorded when an op is built (the attribute `broadcast`), so that learning
      a dimension later never changes what the program means.
    - Element types: `i1` is bool, `i8 i16 i32 i64` are signed, `ui8 ui16 ui32
      ui64` unsigned, `f16 bf16 f32 f64`. Elementwise ops take operands of one
      element type; `theano.cast` converts.
    - The stated type of a result may leave open (`?`) what could be inferred,
      never the opposite, except where an op says that it checks.
    - Sizes and indices that are only known at run time are `tensor<i64>`.

    State is in the signature of the function, as attributes of its arguments and
    results:

    - `theano.name = "x"` names an argument or a result for users.
    - `theano.shared = "W"` makes an argument the value of a shared variable.
    - `theano.update = "W"` makes a result its next value; it has the type of the
      argument.
    - `theano.dtype = "uint8"` keeps NumPy's name of an element type where
      lowering has replaced the type.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let hasConstantMaterializer = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

#endif // THEANO_DIALECT_THEANO_IR_THEANODIALECT_TD
