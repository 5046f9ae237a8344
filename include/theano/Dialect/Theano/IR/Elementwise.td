//===- Elementwise.td - elementwise ops -----------------------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_ELEMENTWISE_TD
#define THEANO_DIALECT_THEANO_IR_ELEMENTWISE_TD

include "theano/Dialect/Theano/IR/TheanoBase.td"

//===----------------------------------------------------------------------===//
// Base classes
//===----------------------------------------------------------------------===//

// The text of an op in its fixed order; the parts that a whole class of ops
// shares are written once.
class Theano_ElementwiseText<string formula, string types, string special,
                             string name, string example, string constraints> {
  string text = "`" # formula # "`, element by element.\n\n" # types # "\n\n"
      # special # "\n\nTheano: `" # name # "`.\n\n```mlir\n" # example
      # "\n```\n\n" # constraints;
}

// One operand and a result of the same type. The example shows `element`, with
// `options` before the operand.
class Theano_UnaryOp<string mnemonic, Type operand, string formula,
                     string special, string name, list<Trait> traits = [],
                     string element = "f32", string options = "">
    : Theano_PureOp<mnemonic, !listconcat(traits, [
        Theano_ElementwiseOpInterface])> {
  let summary = formula;
  let description = Theano_ElementwiseText<formula,
      "The result has the type of the operand, " # operand.summary # ".",
      special, name, "%y = theano." # mnemonic # options # " %x : tensor<?x3x"
      # element # ">", [{
- (c1) the operand is a }] # operand.summary # [{
- (c2) the result has the shape and element type of the operand, or leaves sizes open
}]>.text;
  let arguments = (ins operand:$operand);
  let results = (outs Theano_AnyTensor:$result);
  let assemblyFormat = [{
    $operand attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
  let extraClassDeclaration = [{
    ::mlir::ArrayAttr getBroadcast() { return {}; }
  }];
  code infer = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, std::optional<::mlir::Location> location,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.push_back(adaptor.getOperand().getType());
      return ::mlir::success();
    }
  }];
  let hasFolder = 1;
  let extraClassDefinition = infer # isCompatible # foldElements;
}

class Theano_BroadcastText<string operands> {
  string types = "The operands have one rank and one element type, "
      # operands # [{. A dimension is broadcast
where an operand's `broadcast` list names it (left out in text: every statically-1
dimension); in every other dimension the sizes are equal, which is checked at run
time where it is not known. Empty dimensions give an empty result.}];
  string constraints = [{
- (c1) every operand is a }] # operands # [{
- (c2) all operands that are combined have one element type
- (c3) all operands have one rank
- (c4) `broadcast` has one strictly increasing list for each operand, naming dimensions of static size 1
- (c5) static sizes that do not broadcast are equal
- (c6) the result has the inferred type, or leaves sizes open
}];
}

// What all elementwise ops of several operands share. None is marked Commutative:
// upstream's folder would swap the operands and not their broadcast lists. `resultElement` is the
// C++ expression for the element type of the result, `first` the first operand
// whose element type counts.
class Theano_BroadcastOp<string mnemonic, Type operand, string formula,
                         string special, string name, string example,
                         list<Trait> traits = []>
    : Theano_CheckedOp<mnemonic, !listconcat(traits, [
        Theano_ElementwiseOpInterface])> {
  let summary = formula;
  let description = Theano_ElementwiseText<formula,
      Theano_BroadcastText<operand.summary>.types, special, name, example,
      Theano_BroadcastText<operand.summary>.constraints>.text;
  let results = (outs Theano_AnyTensor:$result);
  let hasFolder = 1;
  code speculate = [{
    ::mlir::Speculation::Speculatability $cppClass::getSpeculatability() {
      return ::theano::inference::elementwiseSpeculatability(getOperation());
    }
  }];
}

class Theano_InferElementwise<string element> {
  code body = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::theano::inference::inferElementwise(
          location, getOperationName(), adaptor.getOperands(),
          adaptor.getBroadcastAttr(), ::theano::inference::ResultElement::}]
          # element # [{, types);
    }
  }];
}

class Theano_BinaryOpBase<string mnemonic, Type operand, string element,
                          string formula, string special, string name,
                          string example, list<Trait> traits>
    : Theano_BroadcastOp<mnemonic, operand, formula, special, name, example,
                         traits> {
  let arguments = (ins operand:$lhs, operand:$rhs,
                       Theano_BroadcastAttr:$broadcast);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
      build($_builder, $_state, lhs, rhs,
            ::theano::getStaticBroadcast($_builder.getContext(), {lhs, rhs}));
    }]>
  ];
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict custom<BinaryTypes>($broadcast, type($lhs),
      type($rhs), type($result))
  }];
  let extraClassDefinition = Theano_InferElementwise<element>.body
      # isCompatible # speculate # foldElements;
}

class Theano_BinaryOp<string mnemonic, Type operand, string formula,
                      string special, string name, list<Trait> traits = []>
    : Theano_BinaryOpBase<mnemonic, operand, "Same", formula, special, name,
        "%c = theano." # mnemonic # " %a, %b : tensor<?xf32>\n"
        # "%d = theano." # mnemonic # " %e, %f : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>",
        traits>;

class Theano_LogicalOp<string mnemonic, string formula, string special,
                       string name, list<Trait> traits = []>
    : Theano_BinaryOpBase<mnemonic, Theano_BoolOrIntTensor, "Same", formula,
        special, name, "%c = theano." # mnemonic # " %a, %b : tensor<?xi1>",
        traits>;

class Theano_CompareOp<string mnemonic, string formula, string special,
                       string name, list<Trait> traits = []>
    : Theano_BinaryOpBase<mnemonic, Theano_AnyTensor, "Bool", formula, special,
        name, "%c = theano." # mnemonic # " %a, %b : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>",
        traits>;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

defvar wraps = "Integers wrap around modulo two to the number of bits.";
defvar ieee = "Floats follow IEEE 754: NaN in gives NaN out, overflow gives inf.";

def Theano_AddOp : Theano_BinaryOp<"add", Theano_AnyTensor, "a + b",
    wraps # " " # ieee # " On bool the sum is `or`.", "T.add, a + b">;

def Theano_SubOp : Theano_BinaryOp<"sub", Theano_NumericTensor, "a - b",
    wraps # " " # ieee # " Bool is refused, as in Theano.", "T.sub, a - b">;

def Theano_MulOp : Theano_BinaryOp<"mul", Theano_AnyTensor, "a * b",
    wraps # " " # ieee # " On bool the product is `and`.", "T.mul, a * b">;

def Theano_TrueDivOp : Theano_BinaryOp<"true_div", Theano_FloatTensor, "a / b",
    "x/0 is inf or -inf, 0/0 is NaN. Integers are cast to floats first: Theano's "
    # "choice of float depends on its configuration.", "T.true_div, a / b">;

def Theano_IntDivOp : Theano_BinaryOp<"int_div", Theano_NumericTensor,
    "floor(a / b)",
    "Rounds towards minus infinity, integers too: -7 // 2 is -4. An integer "
    # "divisor of 0 is an error at run time; the smallest integer // -1 wraps to "
    # "itself. On floats it is the floor of the exact quotient as Python computes "
    # "it, and x // 0 is NaN for x = 0, else inf or -inf.",
    "T.int_div, a // b">;

def Theano_ModOp : Theano_BinaryOp<"mod", Theano_NumericTensor,
    "a - floor(a / b) * b",
    "Takes the divisor's sign, as in Python: -7 % 3 is 2, 7 % -3 is -2. An integer "
    # "divisor of 0 is an error at run time. On floats the remainder is exact; "
    # "x % 0 and inf % x are NaN, and x % inf is x or inf where the signs differ.",
    "T.mod, a % b">;

def Theano_PowOp : Theano_BinaryOp<"pow", Theano_NumericTensor, "a ** b",
    "On floats as C's `pow`: 0 ** 0 is 1, NaN ** 0 is 1, a negative base with a "
    # "fractional exponent is NaN. On integers the exact power modulo two to the "
    # "number of bits; with a negative exponent 1 and -1 keep their meaning and "
    # "every other base gives 0.",
    "T.pow, a ** b">;

def Theano_MaximumOp : Theano_BinaryOp<"maximum", Theano_AnyTensor,
    "the larger of a and b",
    "NaN if either is NaN. Of zeros that differ in sign the result is +0.",
    "T.maximum">;

def Theano_MinimumOp : Theano_BinaryOp<"minimum", Theano_AnyTensor,
    "the smaller of a and b",
    "NaN if either is NaN. Of zeros that differ in sign the result is -0.",
    "T.minimum">;

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

defvar ordered = "A comparison with NaN is false. Bool counts as 0 and 1.";

def Theano_LtOp : Theano_CompareOp<"lt", "a < b", ordered, "T.lt, a < b">;
def Theano_GtOp : Theano_CompareOp<"gt", "a > b", ordered, "T.gt, a > b">;
def Theano_LeOp : Theano_CompareOp<"le", "a <= b", ordered, "T.le, a <= b">;
def Theano_GeOp : Theano_CompareOp<"ge", "a >= b", ordered, "T.ge, a >= b">;
def Theano_EqOp : Theano_CompareOp<"eq", "a == b",
    ordered, "T.eq">;
def Theano_NeqOp : Theano_CompareOp<"neq", "a != b",
    "A comparison with NaN is true. Bool counts as 0 and 1.", "T.neq">;

//===----------------------------------------------------------------------===//
// Logic
//===----------------------------------------------------------------------===//

def Theano_AndOp : Theano_LogicalOp<"and", "a & b", "Bit by bit.",
    "T.and_, T.bitwise_and, a & b">;
def Theano_OrOp : Theano_LogicalOp<"or", "a | b", "Bit by bit.",
    "T.or_, T.bitwise_or, a | b">;
def Theano_XorOp : Theano_LogicalOp<"xor", "a ^ b", "Bit by bit.",
    "T.xor, T.bitwise_xor, a ^ b">;

def Theano_InvertOp : Theano_UnaryOp<"invert", Theano_BoolOrIntTensor, "~x",
    "Bit by bit; on bool `not`.", "T.invert, ~x", [], "i32">;

//===----------------------------------------------------------------------===//
// Functions of one float
//===----------------------------------------------------------------------===//

class Theano_FloatFunctionOp<string mnemonic, string formula, string special,
                             string name, string options = "">
    : Theano_UnaryOp<mnemonic, Theano_FloatTensor, formula,
                     "NaN in gives NaN out. " # special, name, [], "f32",
                     options>;

def Theano_ExpOp : Theano_FloatFunctionOp<"exp", "exp(x)",
    "exp(-inf) is 0, exp(inf) is inf.", "T.exp">;
def Theano_Exp2Op : Theano_FloatFunctionOp<"exp2", "2 ** x",
    "exp2(-inf) is 0, exp2(inf) is inf.", "T.exp2">;
def Theano_Expm1Op : Theano_FloatFunctionOp<"expm1", "exp(x) - 1",
    "Accurate near 0; expm1(-0) is -0, expm1(-inf) is -1.", "T.expm1">;
def Theano_LogOp : Theano_FloatFunctionOp<"log", "log(x)",
    "log(0) is -inf, of a negative number NaN.", "T.log">;
def Theano_Log2Op : Theano_FloatFunctionOp<"log2", "log(x) / log(2)",
    "log2(0) is -inf, of a negative number NaN.", "T.log2">;
def Theano_Log10Op : Theano_FloatFunctionOp<"log10", "log(x) / log(10)",
    "log10(0) is -inf, of a negative number NaN.", "T.log10">;
def Theano_Log1pOp : Theano_FloatFunctionOp<"log1p", "log(1 + x)",
    "Accurate near 0; log1p(-1) is -inf, below -1 NaN, log1p(-0) is -0.",
    "T.log1p">;
def Theano_SqrtOp : Theano_FloatFunctionOp<"sqrt", "sqrt(x)",
    "Correctly rounded; of a negative number NaN, sqrt(-0) is -0.", "T.sqrt">;
def Theano_TanhOp : Theano_FloatFunctionOp<"tanh", "tanh(x)",
    "tanh(inf) is 1, tanh(-0) is -0.", "T.tanh">;
def Theano_SigmoidOp : Theano_FloatFunctionOp<"sigmoid", "1 / (1 + exp(-x))",
    "Accurate over the whole range, subnormal results included.",
    "T.nnet.sigmoid">;
def Theano_SoftplusOp : Theano_FloatFunctionOp<"softplus", "log(1 + exp(x))",
    "Accurate over the whole range. Theano's own is cut off: 0 below -30 and x "
    # "above 30.", "T.nnet.softplus">;
def Theano_SinOp : Theano_FloatFunctionOp<"sin", "sin(x)",
    "Full range reduction; sin(inf) is NaN, sin(-0) is -0.", "T.sin">;
def Theano_CosOp : Theano_FloatFunctionOp<"cos", "cos(x)",
    "Full range reduction; cos(inf) is NaN.", "T.cos">;
def Theano_TanOp : Theano_FloatFunctionOp<"tan", "tan(x)",
    "Full range reduction; tan(inf) is NaN, tan(-0) is -0.", "T.tan">;
def Theano_ErfOp : Theano_FloatFunctionOp<"erf", "erf(x)",
    "erf(inf) is 1, erf(-0) is -0.", "T.erf">;
def Theano_InvOp : Theano_FloatFunctionOp<"inv", "1 / x",
    "inv(0) is inf, inv(-0) is -inf.", "T.inv">;
def Theano_FloorOp : Theano_FloatFunctionOp<"floor",
    "the largest integer not above x", "Keeps infinities and -0.", "T.floor">;
def Theano_CeilOp : Theano_FloatFunctionOp<"ceil",
    "the smallest integer not below x",
    "Keeps infinities; between -1 and 0 it is -0.", "T.ceil">;
def Theano_TruncOp : Theano_FloatFunctionOp<"trunc",
    "x without its fraction", "Keeps infinities and the sign of zero.",
    "T.trunc">;

def Theano_RoundMode : I32EnumAttr<"RoundMode", "how round treats a tie", [
    I32EnumAttrCase<"HalfToEven", 0, "half_to_even">,
    I32EnumAttrCase<"HalfAwayFromZero", 1, "half_away_from_zero">]> {
  let cppNamespace = "::theano";
}

def Theano_RoundOp : Theano_FloatFunctionOp<"round",
    "the integer nearest to x",
    "A tie goes to the even neighbour (`half_to_even`, Theano's default) or away "
    # "from zero (`half_away_from_zero`). Keeps infinities and the sign of zero. "
    # "The mode stands before the operand in text.", "T.round, T.iround",
    " half_to_even"> {
  let arguments = (ins Theano_FloatTensor:$operand,
      DefaultValuedAttr<Theano_RoundMode, "::theano::RoundMode::HalfToEven">:$mode);
  let assemblyFormat = [{
    $mode $operand attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
}

//===----------------------------------------------------------------------===//
// Functions of one number
//===----------------------------------------------------------------------===//

def Theano_SqrOp : Theano_UnaryOp<"sqr", Theano_NumericTensor, "x * x",
    wraps # " " # ieee, "T.sqr">;
def Theano_AbsOp : Theano_UnaryOp<"abs", Theano_NumericTensor, "|x|",
    "Clears the sign of floats, NaN and -0 included; the smallest integer wraps "
    # "to itself.", "T.abs_, abs(x)">;
def Theano_NegOp : Theano_UnaryOp<"neg", Theano_NumericTensor, "-x",
    "Flips the sign of floats, NaN and 0 included; integers wrap, unsigned ones "
    # "too. Bool is refused, as in Theano.", "T.neg, -x">;
def Theano_SgnOp : Theano_UnaryOp<"sgn", Theano_NumericTensor,
    "-1, 0 or 1, the sign of x",
    "NaN gives NaN; both zeros give 0. Bool is refused, as in Theano.", "T.sgn">;

class Theano_ClassifyOp<string mnemonic, Type operand, string formula,
                        string special, string name>
    : Theano_UnaryOp<mnemonic, operand, formula, special, name> {
  let results = (outs Theano_BoolTensor:$result);
  let description = Theano_ElementwiseText<formula,
      "The result has the operand's shape and element type bool.", special,
      name, "%y = theano." # mnemonic # " %x : tensor<?xf32> -> tensor<?xi1>", [{
- (c1) the operand is a }] # operand.summary # [{
- (c2) the result is bool and has the shape of the operand, or leaves sizes open
}]>.text;
  code inferBool = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.push_back(::theano::withElementType(
          adaptor.getOperand().getType(),
          ::mlir::IntegerType::get(context, 1)));
      return ::mlir::success();
    }
  }];
  let extraClassDefinition = inferBool # isCompatible # foldElements;
}

def Theano_IsNanOp : Theano_ClassifyOp<"isnan", Theano_FloatTensor, "x is NaN",
    "A front end folds it to false for integers.", "T.isnan">;
def Theano_IsInfOp : Theano_ClassifyOp<"isinf", Theano_FloatTensor,
    "x is inf or -inf",
    "A front end folds it to false for integers.", "T.isinf">;

//===----------------------------------------------------------------------===//
// Choice and conversion
//===----------------------------------------------------------------------===//

def Theano_SwitchOp : Theano_BroadcastOp<"switch", Theano_AnyTensor,
    "a where c is true, else b",
    "Both sides are evaluated; a NaN of the side not taken does not show. `c` is "
    # "bool (a front end compares other types with 0); `a` and `b` have one "
    # "element type, that of the result.", "T.switch, T.where",
    "%r = theano.switch %c, %a, %b : (tensor<?xi1>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>"> {
  let arguments = (ins Theano_BoolTensor:$condition, Theano_AnyTensor:$on_true,
      Theano_AnyTensor:$on_false, Theano_BroadcastAttr:$broadcast);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$condition, "::mlir::Value":$onTrue,
                   "::mlir::Value":$onFalse), [{
      build($_builder, $_state, condition, onTrue, onFalse,
            ::theano::getStaticBroadcast($_builder.getContext(),
                                         {condition, onTrue, onFalse}));
    }]>
  ];
  let assemblyFormat = [{
    $condition `,` $on_true `,` $on_false attr-dict
    custom<TernaryTypes>($broadcast, type($condition), type($on_true),
      type($on_false), type($result))
  }];
  let extraClassDefinition = Theano_InferElementwise<"Last">.body # isCompatible
      # speculate # foldElements;
}

def Theano_ClipOp : Theano_BroadcastOp<"clip", Theano_NumericTensor,
    "min if x < min, else max if x > max, else x",
    "A NaN in `x` stays; a bound that is NaN has no effect. Where min > max the "
    # "lower bound is looked at first.", "T.clip",
    "%r = theano.clip %x, %min, %max : (tensor<?xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?xf32>"> {
  let arguments = (ins Theano_NumericTensor:$operand, Theano_NumericTensor:$min,
      Theano_NumericTensor:$max, Theano_BroadcastAttr:$broadcast);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$operand, "::mlir::Value":$min,
                   "::mlir::Value":$max), [{
      build($_builder, $_state, operand, min, max,
            ::theano::getStaticBroadcast($_builder.getContext(),
                                         {operand, min, max}));
    }]>
  ];
  let assemblyFormat = [{
    $operand `,` $min `,` $max attr-dict
    custom<TernaryTypes>($broadcast, type($operand), type($min), type($max),
      type($result))
  }];
  let extraClassDefinition = Theano_InferElementwise<"Same">.body # isCompatible
      # speculate # foldElements;
}

def Theano_CastOp : Theano_PureOp<"cast", [Theano_ElementwiseOpInterface]> {
  let summary = "x converted to another element type";
  let description = [{
    `dtype(x)`, element by element.

    The result has the operand's shape; its element type is free.

    Integer to integer wraps around. Float to integer drops the fraction, as C
    does; NaN and what does not fit saturate: NaN gives 0, the rest the nearest
    end of the range. Integer to float and float to float round to nearest even,
    overflow gives inf. To bool: different from 0, so NaN is true. From bool: 0
    or 1.

    Theano: `T.cast`, `x.astype`.

    ```mlir
    %y = theano.cast %x : tensor<?xf32> -> tensor<?xi32>
    ```

    - (c1) operand and result are tensors of the dialect's element types
    - (c2) the result has the shape of the operand, or leaves sizes open
  }];
  let arguments = (ins Theano_AnyTensor:$operand);
  let results = (outs Theano_AnyTensor:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$operand, "::mlir::Type":$elementType), [{
      build($_builder, $_state,
            ::theano::withElementType(operand.getType(), elementType), operand);
    }]>
  ];
  let assemblyFormat = [{
    $operand attr-dict `:` custom<UnaryTypes>(type($operand), type($result))
  }];
  let extraClassDeclaration = [{
    ::mlir::ArrayAttr getBroadcast() { return {}; }
  }];
  // The element type is the op's parameter: only the shape is inferred.
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, std::optional<::mlir::Location> location,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.push_back(adaptor.getOperand().getType());
      return ::mlir::success();
    }
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                            ::mlir::TypeRange stated) {
      return ::theano::inference::isCompatibleShape(inferred, stated);
    }
  }] # verifyTypes # foldElements;
  let hasFolder = 1;
}

#endif // THEANO_DIALECT_THEANO_IR_ELEMENTWISE_TD
