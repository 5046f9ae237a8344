//===- KernelOps.td - operations of the kernel dialect --------------------===//

#ifndef THEANO_DIALECT_KERNEL_KERNELOPS_TD
#define THEANO_DIALECT_KERNEL_KERNELOPS_TD

include "theano/Dialect/Kernel/KernelAttributes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Kernels and launches
//===----------------------------------------------------------------------===//

def Kernel_FuncOp : Kernel_Op<"func",
    [FunctionOpInterface, IsolatedFromAbove]> {
  let summary = "one kernel: the tensor operations that run as one launch";
  let description = [{
    The arguments are the inputs (tensors, and scalars of index, integer or
    float type) followed by one destination tensor for each result. The body
    holds `tensor.dim`, `tensor.extract`, `tensor.empty`, `arith` and
    `linalg.generic` ops and ends in `kernel.return`, whose operands are the
    results in the order of the destinations.

    ```mlir
    kernel.func @add(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
        -> tensor<?xf32> attributes {family = #kernel.family<map>} {
      %r = linalg.generic {indexing_maps = [#id, #id, #id],
                           iterator_types = ["parallel"]}
          ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%x: f32, %y: f32, %o: f32):
        %s = arith.addf %x, %y : f32
        linalg.yield %s : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    TypeAttrOf<FunctionType>:$function_type,
    Kernel_FamilyAttr:$family,
    OptionalAttr<Kernel_ScheduleAttr>:$schedule,
    OptionalAttr<StrAttr>:$sym_visibility,
    OptionalAttr<DictArrayAttr>:$arg_attrs,
    OptionalAttr<DictArrayAttr>:$res_attrs
  );
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// The number of arguments that are inputs; the rest are destinations.
    unsigned getNumInputs() {
      return getNumArguments() - getFunctionType().getNumResults();
    }
    /// The destination argument of result `i`.
    ::mlir::BlockArgument getDestination(unsigned i) {
      return getArgument(getNumInputs() + i);
    }
  }];
}

def Kernel_ReturnOp : Kernel_Op<"return",
    [Pure, HasParent<"FuncOp">, Terminator]> {
  let summary = "end of a kernel";
  let description = "Names the results of the kernel, one for each destination.";
  let arguments = (ins Variadic<AnyRankedTensor>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
  let hasVerifier = 1;
}

def Kernel_PartialsOp : Kernel_Op<"partials",
    [Pure, AllTypesMatch<["into", "parts"]>]> {
  let summary = "a reduction, left in parts";
  let description = [{
    The first half of a reduction in two steps. All parts combined are `total`;
    what each of them holds is the emitter's choice, except that it depends on
    sizes alone. `into` is a destination of the kernel.

    In a kernel of the family `partial_reduce` everything is reduced: `total`
    has one element, and element b of the result is what block b of the launch
    has combined.

    ```mlir
    %parts = kernel.partials %sum into %out : tensor<f32>, tensor<?xf32>
    ```

    In one of the family `column_reduce`, `contract` or `tensor_contract` the
    result has a dimension more than `total`, the first: p, ... is what the
    blocks of part p have combined for the element ... of `total`.

    ```mlir
    %parts = kernel.partials %sums into %out : tensor<?xf32>, tensor<?x?xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$total, AnyRankedTensor:$into);
  let results = (outs AnyRankedTensor:$parts);
  let assemblyFormat = [{
    $total `into` $into attr-dict `:` type($total) `,` type($into)
  }];
  let hasVerifier = 1;
}

def Kernel_LaunchOp : Kernel_Op<"launch",
    [AttrSizedOperandSegments, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel";
  let description = [{
    On tensors, in destination style: results are the destinations after the
    launch. It names a `kernel.func` or, once that is emitted, the op with the
    attribute `kernel.family` in its place. `grid` is the number of blocks in each dimension, filled in by the
    deciding pass.

    ```mlir
    %r = kernel.launch @add grid(%g) ins(%a, %b : tensor<?xf32>, tensor<?xf32>)
        outs(%e : tensor<?xf32>) -> tensor<?xf32>
    ```
  }];
  let arguments = (ins
    FlatSymbolRefAttr:$kernel,
    Variadic<Index>:$grid,
    Variadic<AnyType>:$inputs,
    Variadic<AnyRankedTensor>:$outputs
  );
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $kernel (`grid` `(` $grid^ `)`)? (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`outs` `(` $outputs^ `:` type($outputs) `)`)? attr-dict
    (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputsMutable();
    }
  }];
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

def Kernel_CheckOp : Kernel_Op<"check",
    [MemoryEffects<[MemWrite]>]> {
  let summary = "fails the call at run time unless the condition holds";
  let description = [{
    The one way to fail at run time. When `condition` is false the call ends
    with the error `code`, the location of this op and `values`, whose meaning
    belongs to the code (see `theano/Support/ErrorCode.h`). In the host function
    the check is a command of the Program; in the body of a `linalg.generic` the
    emitter turns it into a predicated store to the status word, where the first
    writer wins. What a failed check guards must still be harmless: the emitters
    evaluate the rest of the body all the same.

    ```mlir
    kernel.check %ok, shape_mismatch(%m, %n : index, index)
    ```
  }];
  let arguments = (ins
    I1:$condition,
    Kernel_ErrorAttr:$code,
    Variadic<AnyType>:$values
  );
  let assemblyFormat = [{
    $condition `,` $code (`(` $values^ `:` type($values) `)`)? attr-dict
  }];
}

//===----------------------------------------------------------------------===//
// Scalar and vector math that the math dialect lacks
//===----------------------------------------------------------------------===//

class Kernel_UnaryMathOp<string mnemonic> : Kernel_Op<mnemonic,
    [Pure, SameOperandsAndResultType, Elementwise, Scalarizable, Vectorizable,
     Tensorizable]> {
  let arguments = (ins FloatLike:$operand);
  let results = (outs FloatLike:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

def Kernel_SigmoidOp : Kernel_UnaryMathOp<"sigmoid"> {
  let summary = "1 / (1 + exp(-x)), accurate over the whole range";
  let description = [{
    An op of its own because composing it early loses the tail: in f32,
    1/(1+exp(-x)) is 0 at -89, where the true value is 2.2e-39.
  }];
}

def Kernel_SoftplusOp : Kernel_UnaryMathOp<"softplus"> {
  let summary = "log(1 + exp(x)), accurate over the whole range";
}

#endif // THEANO_DIALECT_KERNEL_KERNELOPS_TD
