//===- Reduction.td - reductions ------------------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_REDUCTION_TD
#define THEANO_DIALECT_THEANO_IR_REDUCTION_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"

// The text that all reductions share.
class Theano_ReductionText<string formula, string types, string special,
                           string name, string example, string more> {
  string text = formula # [{ over the dimensions `axes`: a sorted list, left out in
text when it is all of them. With `keepdims` the reduced dimensions stay with size
1, else they go.

}] # types # "\n\n" # special # "\n\nTheano: `" # name # "`.\n\n```mlir\n"
  # example # "\n```\n" # [{
- (c1) `axes` is strictly increasing and names dimensions of the operand
- (c2) the result has the inferred shape, or leaves sizes open
}] # more;
}

// A reduction whose result element type follows from the operand.
class Theano_ReductionOp<string mnemonic, Type operand, string formula,
                         string types, string special, string name,
                         string example, string element,
                         list<Trait> traits = []>
    : Theano_Op<mnemonic, traits> {
  let summary = formula;
  let description = Theano_ReductionText<formula, types, special, name, example,
      "- (c3) the element type of the result is as said above\n">.text;
  let arguments = (ins operand:$operand, DenseI64ArrayAttr:$axes,
                       UnitAttr:$keepdims);
  let results = (outs Theano_AnyTensor:$result);
  let builders = [
    // Over `axes`, which may be negative, in any order; none given: all.
    OpBuilder<(ins "::mlir::Value":$operand,
        CArg<"std::optional<::llvm::ArrayRef<int64_t>>", "std::nullopt">:$axes,
        CArg<"bool", "false">:$keepdims), [{
      build($_builder, $_state, operand,
            ::theano::getAxesAttr(operand, axes),
            keepdims ? $_builder.getUnitAttr() : ::mlir::UnitAttr());
    }]>
  ];
  let hasFolder = 1;
  let assemblyFormat = [{
    $operand attr-dict custom<Reduction>($axes, $keepdims, type($operand),
      type($result))
  }];
  code infer = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      ::mlir::Type operand = ::mlir::getElementTypeOrSelf(adaptor.getOperand());
      (void)operand;
      return ::theano::inference::inferReduction(
          location, getOperationName(), adaptor.getOperand().getType(),
          adaptor.getAxes(), static_cast<bool>(adaptor.getKeepdims()), }] # element # [{, types);
    }
  }];
  let extraClassDefinition = infer # isCompatible;
}

// Reductions that add up: the result's element type is a parameter of the op,
// as is the type that accumulates.
class Theano_AccumulatingOp<string mnemonic, Type result, string formula,
                            string types, string special, string name,
                            string defaultElement>
    : Theano_ReductionOp<mnemonic, Theano_AnyTensor, formula, types, special,
        name, "%s = theano." # mnemonic
        # " %x axes [0] keepdims acc f64 : tensor<?x?xf32> -> tensor<1x?xf32>",
        defaultElement, [AlwaysSpeculatable]> {
  let description = Theano_ReductionText<formula, types # [{
The elements are converted to `acc` (left out in text: the element type of the
result), combined in it, and the outcome is converted to the element type of the
result. `acc f64` of f32 data is a promise about accuracy, within 1 ulp of the sum
taken in f64, not about the instructions.}], special, name,
        "%s = theano." # mnemonic
        # " %x axes [0] keepdims acc f64 : tensor<?x?xf32> -> tensor<1x?xf32>",
        "- (c3) `acc` is an integer type for integer results and a float type for float results\n"
        # "- (c4) the operand's kind (bool or integer, float) is not above that of the result\n">.text;
  let arguments = (ins Theano_AnyTensor:$operand, DenseI64ArrayAttr:$axes,
                       UnitAttr:$keepdims, TypeAttr:$acc);
  let results = (outs result:$result);
  let builders = [
    // Over `axes`, which may be negative, in any order; none given: all. `dtype`
    // and `acc` are element types; null takes Theano's default.
    OpBuilder<(ins "::mlir::Value":$operand,
        CArg<"std::optional<::llvm::ArrayRef<int64_t>>", "std::nullopt">:$axes,
        CArg<"bool", "false">:$keepdims, CArg<"::mlir::Type", "{}">:$dtype,
        CArg<"::mlir::Type", "{}">:$acc), [{
      ::mlir::DenseI64ArrayAttr axesAttr = ::theano::getAxesAttr(operand, axes);
      ::mlir::Type operandElement = ::mlir::getElementTypeOrSelf(operand);
      if (!dtype) {
        ::mlir::Type operand = operandElement;
        dtype = }] # defaultElement # [{;
      }
      if (!acc)
        acc = ::theano::getDefaultAccumulator(dtype);
      ::llvm::SmallVector<::mlir::Type, 1> types;
      ::mlir::Type type;
      if (succeeded(::theano::inference::inferReduction(
              std::nullopt, getOperationName(), operand.getType(), axesAttr,
              keepdims, dtype, types)))
        type = types.front();
      build($_builder, $_state, type, operand, axesAttr,
            keepdims ? $_builder.getUnitAttr() : ::mlir::UnitAttr(),
            ::mlir::TypeAttr::get(acc));
    }]>
  ];
  let assemblyFormat = [{
    $operand attr-dict custom<AccumulatingReduction>($axes, $keepdims, $acc,
      type($operand), type($result))
  }];
  let extraClassDefinition = infer # reifyShapes # [{
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                            ::mlir::TypeRange stated) {
      return ::theano::inference::isCompatibleShape(inferred, stated);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::mlir::failure(
          failed(::theano::inference::verifyTypes(*this)) ||
          failed(::theano::inference::verifyAccumulator(*this, getAcc())));
    }
  }];
}

def Theano_SumOp : Theano_AccumulatingOp<"sum", Theano_NumericTensor, "The sum",
    [{Theano's default: bool and integers add up in 64 bits (unsigned in ui64), floats
keep their type and accumulate in the next larger one.}],
    "An empty sum is 0. Integers wrap around; NaN in gives NaN out.",
    "T.sum, x.sum", "::theano::getDefaultSumType(operand)">;

def Theano_ProdOp : Theano_AccumulatingOp<"prod", Theano_NumericTensor,
    "The product",
    [{Theano's default: bool and integers multiply in 64 bits (unsigned in ui64),
floats keep their type and accumulate in the next larger one.}],
    "An empty product is 1. Integers wrap around; NaN in gives NaN out.",
    "T.prod, x.prod", "::theano::getDefaultSumType(operand)">;

def Theano_MeanOp : Theano_AccumulatingOp<"mean", Theano_FloatTensor, "The mean",
    [{The result is float; Theano's default is f64 for bool and integers, else the
operand's type.}],
    "The mean of nothing is NaN. NaN in gives NaN out.", "T.mean, x.mean",
    "::theano::getDefaultMeanType(operand)">;

class Theano_ExtremumOp<string mnemonic, string formula, string name>
    : Theano_ReductionOp<mnemonic, Theano_AnyTensor, formula,
        "The result has the element type of the operand.",
        "NaN if any element is NaN. Over no elements it is an error at run time, "
        # "unless the result is empty too.", name,
        "%m = theano." # mnemonic # " %x axes [1] : tensor<?x?xf32> -> tensor<?xf32>",
        "operand",
        [DeclareOpInterfaceMethods<ConditionallySpeculatable>]>;

def Theano_MaxOp : Theano_ExtremumOp<"max", "The largest element",
    "T.max, x.max">;
def Theano_MinOp : Theano_ExtremumOp<"min", "The smallest element",
    "T.min, x.min">;

def Theano_AnyOp : Theano_ReductionOp<"any", Theano_BoolTensor,
    "Whether any element is true",
    "Operand and result are bool; a front end compares other types with 0.",
    "Over no elements it is false.", "T.any, x.any",
    "%r = theano.any %x axes [0] : tensor<?x?xi1> -> tensor<?xi1>",
    "operand", [AlwaysSpeculatable]>;

def Theano_AllOp : Theano_ReductionOp<"all", Theano_BoolTensor,
    "Whether all elements are true",
    "Operand and result are bool; a front end compares other types with 0.",
    "Over no elements it is true.", "T.all, x.all",
    "%r = theano.all %x axes [0] : tensor<?x?xi1> -> tensor<?xi1>",
    "operand", [AlwaysSpeculatable]>;

def Theano_ArgmaxOp : Theano_ReductionOp<"argmax", Theano_AnyTensor,
    "The index of the largest element",
    [{The result is i64. Over several axes it is the index into these axes flattened
in row-major order.}],
    "The first of equal elements wins, and a NaN counts as the largest. Over no "
    # "elements it is an error at run time, unless the result is empty too.",
    "T.argmax, x.argmax",
    "%i = theano.argmax %x axes [1] : tensor<?x?xf32> -> tensor<?xi64>",
    "::mlir::IntegerType::get(context, 64)",
    [DeclareOpInterfaceMethods<ConditionallySpeculatable>]>;

#endif // THEANO_DIALECT_THEANO_IR_REDUCTION_TD
