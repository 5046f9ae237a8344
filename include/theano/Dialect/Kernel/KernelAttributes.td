//===- KernelAttributes.td - attributes of the kernel dialect -------------===//

#ifndef THEANO_DIALECT_KERNEL_KERNELATTRIBUTES_TD
#define THEANO_DIALECT_KERNEL_KERNELATTRIBUTES_TD

include "theano/Dialect/Kernel/KernelDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

// The families of kernels; each has one emitter in Codegen/GPU and one in
// Codegen/CPU under the same name.
def Kernel_Family : I32EnumAttr<"Family", "kernel family", [
    I32EnumAttrCase<"Map", 0, "map">,
    I32EnumAttrCase<"RowReduce", 1, "row_reduce">,
    I32EnumAttrCase<"FullReduce", 2, "full_reduce">,
    I32EnumAttrCase<"Contract", 3, "contract">,
    I32EnumAttrCase<"PlainReduce", 4, "plain_reduce">,
    I32EnumAttrCase<"Check", 5, "check">,
    I32EnumAttrCase<"PartialReduce", 6, "partial_reduce">,
    I32EnumAttrCase<"Transpose", 7, "transpose">,
    I32EnumAttrCase<"ColumnReduce", 8, "column_reduce">,
    I32EnumAttrCase<"TensorContract", 9, "tensor_contract">]> {
  let cppNamespace = "::theano::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_FamilyAttr : EnumAttr<Kernel_Dialect, Kernel_Family, "family"> {
  let assemblyFormat = "`<` $value `>`";
}

// The codes of run-time errors. The numbers are those of theano::ErrorCode in
// theano/Support/ErrorCode.h, which also holds the messages; a unit test holds
// the two lists together.
def Kernel_Error : I32EnumAttr<"Error", "run-time error code", [
    I32EnumAttrCase<"ShapeMismatch", 1, "shape_mismatch">,
    I32EnumAttrCase<"IndexOutOfRange", 2, "index_out_of_range">,
    I32EnumAttrCase<"DivisionByZero", 3, "division_by_zero">,
    I32EnumAttrCase<"ReshapeMismatch", 4, "reshape_mismatch">,
    I32EnumAttrCase<"NegativeSize", 5, "negative_size">,
    I32EnumAttrCase<"EmptyReduction", 6, "empty_reduction">,
    I32EnumAttrCase<"SpecifyShape", 7, "specify_shape">,
    I32EnumAttrCase<"ZeroStep", 8, "zero_step">,
    I32EnumAttrCase<"BufferTooLarge", 9, "buffer_too_large">]> {
  let cppNamespace = "::theano::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_ErrorAttr : EnumAttr<Kernel_Dialect, Kernel_Error, "error"> {
  let assemblyFormat = "$value";
}

def Kernel_ScheduleAttr : AttrDef<Kernel_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how one kernel is tiled and vectorised";
  let description = [{
    What the deciding pass chose and the emitter reads; the emitter makes no
    decision of its own.

    - `block`: on a GPU the number of threads of a block, at most three; on a
      CPU empty.
    - `tile`: what one block computes. Its meaning belongs to the family: for
      `map` the number of elements; for `row_reduce` the number of rows; for
      `contract` and `tensor_contract` rows, columns and depth; for `transpose`
      rows and columns, which are equal; for `column_reduce` columns at most. On
      a CPU a `plain_reduce` has rows, columns, and how many blocks are swept
      together; or, where neighbouring results are not neighbours in memory, the
      number of elements that are reduced.
    - `vector`: the number of elements of one vector access; 1 is scalar code.
      A thread of a `column_reduce` has as many columns in either code.
    - `unroll`: how many vectors a thread (GPU) or an iteration (CPU) handles;
      for a `plain_reduce` with columns how many rows of them; for a
      `tensor_contract`, and for a `contract` where it is more than one, how many
      tiles of depth have room in shared memory.
  }];
  let parameters = (ins
    OptionalArrayRefParameter<"int64_t">:$block,
    OptionalArrayRefParameter<"int64_t">:$tile,
    "int64_t":$vector,
    "int64_t":$unroll
  );
  let assemblyFormat = [{
    `<` (`block` `=` `[` $block^ `]` `,` ` `)?
        (`tile` `=` `[` $tile^ `]` `,` ` `)?
    `vector` `=` $vector `,` `unroll` `=` $unroll `>`
  }];
}

def Kernel_TargetAttr : AttrDef<Kernel_Dialect, "Target"> {
  let mnemonic = "target";
  let summary = "what the kernels of a module are compiled for";
  let description = [{
    On a module under the name `kernel.target`. `arch` is a GPU such as `sm_80`
    or a CPU level such as `x86-64-v3`; `features` is LLVM's feature string,
    whose items begin with `+` or `-`.

    ```mlir
    module attributes {kernel.target = #kernel.target<arch = "sm_80">} {}
    ```
  }];
  let parameters = (ins
    StringRefParameter<>:$arch,
    StringRefParameter<"", "\"\"">:$features
  );
  let assemblyFormat = [{
    `<` `arch` `=` $arch (`,` `features` `=` $features^)? `>`
  }];
  let genVerifyDecl = 1;
}

#endif // THEANO_DIALECT_KERNEL_KERNELATTRIBUTES_TD
