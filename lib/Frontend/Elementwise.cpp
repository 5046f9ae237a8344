//===- Elementwise.cpp - elementwise ops by Theano's rules ----------------===//

#include "CreateChecked.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace theano;

namespace {

/// The dtype that an op computes in, from those of its operands.
enum class Rule {
  Upcast,     ///< the common dtype
  UpcastMin8, ///< the same, int8 where that is bool
  Number,     ///< the operand's own; bool is refused
  Float,      ///< the operand's own, made a float
  FloatOnly,  ///< the operand's own, which has to be a float
  TrueDiv,    ///< the common dtype; floatX for integers
  Bits,       ///< all bool or all integers
};

using Create = Expected<Value> (*)(GraphBuilder &, ValueRange);

struct ElementwiseOp {
  Rule rule = Rule::Upcast;
  unsigned arity = 2;
  bool associative = false;
  Create create = nullptr;
};

} // namespace

template <typename OpTy>
static Expected<Value> create(GraphBuilder &graph, ValueRange operands) {
  return createChecked<OpTy>(graph, operands);
}

static ElementwiseOp lookUp(StringRef name) {
  auto unary = [](Rule rule, Create create) {
    return ElementwiseOp{rule, 1, false, create};
  };
  auto binary = [](Rule rule, Create create) {
    return ElementwiseOp{rule, 2, false, create};
  };
  auto associative = [](Rule rule, Create create) {
    return ElementwiseOp{rule, 2, true, create};
  };
  return llvm::StringSwitch<ElementwiseOp>(name)
      .Case("add", associative(Rule::Upcast, create<AddOp>))
      .Case("sub", binary(Rule::Upcast, create<SubOp>))
      .Case("mul", associative(Rule::Upcast, create<MulOp>))
      .Case("true_div", binary(Rule::TrueDiv, create<TrueDivOp>))
      .Case("int_div", binary(Rule::UpcastMin8, create<IntDivOp>))
      .Case("mod", binary(Rule::UpcastMin8, create<ModOp>))
      .Case("pow", binary(Rule::UpcastMin8, create<PowOp>))
      .Case("maximum", associative(Rule::Upcast, create<MaximumOp>))
      .Case("minimum", associative(Rule::Upcast, create<MinimumOp>))
      .Case("lt", binary(Rule::Upcast, create<LtOp>))
      .Case("gt", binary(Rule::Upcast, create<GtOp>))
      .Case("le", binary(Rule::Upcast, create<LeOp>))
      .Case("ge", binary(Rule::Upcast, create<GeOp>))
      .Case("eq", binary(Rule::Upcast, create<EqOp>))
      .Case("neq", binary(Rule::Upcast, create<NeqOp>))
      .Case("and", associative(Rule::Bits, create<AndOp>))
      .Case("or", associative(Rule::Bits, create<OrOp>))
      .Case("xor", associative(Rule::Bits, create<XorOp>))
      .Case("invert", unary(Rule::Bits, create<InvertOp>))
      .Case("exp", unary(Rule::Float, create<ExpOp>))
      .Case("exp2", unary(Rule::Float, create<Exp2Op>))
      .Case("expm1", unary(Rule::Float, create<Expm1Op>))
      .Case("log", unary(Rule::Float, create<LogOp>))
      .Case("log2", unary(Rule::Float, create<Log2Op>))
      .Case("log10", unary(Rule::Float, create<Log10Op>))
      .Case("log1p", unary(Rule::Float, create<Log1pOp>))
      .Case("sqrt", unary(Rule::Float, create<SqrtOp>))
      .Case("tanh", unary(Rule::Float, create<TanhOp>))
      .Case("sigmoid", unary(Rule::Float, create<SigmoidOp>))
      .Case("softplus", unary(Rule::Float, create<SoftplusOp>))
      .Case("sin", unary(Rule::Float, create<SinOp>))
      .Case("cos", unary(Rule::Float, create<CosOp>))
      .Case("tan", unary(Rule::Float, create<TanOp>))
      .Case("erf", unary(Rule::Float, create<ErfOp>))
      .Case("inv", unary(Rule::Float, create<InvOp>))
      .Case("floor", unary(Rule::Float, create<FloorOp>))
      .Case("ceil", unary(Rule::Float, create<CeilOp>))
      .Case("trunc", unary(Rule::Upcast, create<TruncOp>))
      .Case("sqr", unary(Rule::Upcast, create<SqrOp>))
      .Case("abs", unary(Rule::Upcast, create<AbsOp>))
      .Case("neg", unary(Rule::Number, create<NegOp>))
      .Case("sgn", unary(Rule::Number, create<SgnOp>))
      .Case("isnan", unary(Rule::Upcast, create<IsNanOp>))
      .Case("isinf", unary(Rule::Upcast, create<IsInfOp>))
      .Case("switch", ElementwiseOp{Rule::Upcast, 3, false, create<SwitchOp>})
      .Case("clip", ElementwiseOp{Rule::UpcastMin8, 3, false, create<ClipOp>})
      .Default({});
}

static std::string listTypes(ValueRange operands) {
  std::string text;
  for (Value operand : operands)
    text += (text.empty() ? "" : ", ") + formatType(operand);
  return text;
}

static Expected<DType> computeDtype(StringRef name, Rule rule, DType floatX,
                                    ValueRange operands) {
  SmallVector<DType> dtypes =
      llvm::map_to_vector(operands, [](Value x) { return dtypeOf(x); });
  DType common = upcast(dtypes);
  auto refuse = [&](const char *why) {
    return typeError(
        (name + ": " + why + ", got " + listTypes(operands)).str());
  };
  switch (rule) {
  case Rule::Upcast:
    return common;
  case Rule::UpcastMin8:
    return common == DType::Bool ? DType::Int8 : common;
  case Rule::Number:
    if (common == DType::Bool)
      return refuse("bool is no number here, cast it first");
    return common;
  case Rule::Float:
    return upgradeToFloat(common);
  case Rule::FloatOnly:
    if (!isFloat(common))
      return refuse("expected a float, cast integers first");
    return common;
  case Rule::TrueDiv:
    return isFloat(common) &&
                   llvm::any_of(dtypes,
                                [](DType dtype) { return isFloat(dtype); })
               ? common
               : floatX;
  case Rule::Bits:
    if (llvm::any_of(dtypes, [](DType dtype) { return isFloat(dtype); }) ||
        isFloat(common))
      return refuse("expected bool or integers");
    if (llvm::is_contained(dtypes, DType::Bool) && common != DType::Bool)
      return refuse("expected all bool or all integers, cast first");
    return common;
  }
  return common;
}

/// What needs no op, or another one, because of the operand's dtype: null
/// otherwise.
static Expected<Value> simplify(GraphBuilder &graph, StringRef name, Value x) {
  DType dtype = dtypeOf(x);
  bool whole = !isFloat(dtype);
  if (name == "trunc" && whole)
    return x;
  // |x| and x * x of a bool are x.
  if ((name == "abs" || name == "sqr") && dtype == DType::Bool)
    return x;
  // Integers are neither NaN nor infinite: false, in the shape of x.
  if ((name == "isnan" || name == "isinf") && whole)
    return createChecked<NeqOp>(graph, {x, x});
  return Value();
}

Expected<Value> GraphBuilder::padLeft(Value x, int64_t rank) {
  int64_t missing = rank - rankOf(x);
  if (missing <= 0)
    return x;
  if (DenseElementsAttr splat = getSplat(x)) {
    SmallVector<int64_t> sizes(missing, 1);
    llvm::append_range(sizes, typeOf(x).getShape());
    return createConstant(*this, splat.reshape(RankedTensorType::get(
                                     sizes, splat.getElementType())));
  }
  SmallVector<int64_t> order(missing, DimshuffleOp::kNewDim);
  llvm::append_range(order, llvm::seq<int64_t>(0, rankOf(x)));
  return dimshuffle(x, order);
}

Expected<Value> GraphBuilder::cast(Value x, DType dtype) {
  if (dtypeOf(x) == dtype)
    return x;
  Type to = elementType(*this, dtype);
  if (DenseElementsAttr splat = getSplat(x))
    if (DenseElementsAttr value = castSplat(splat, to))
      return createConstant(*this, value);
  return createChecked<CastOp>(*this, x, {}, to);
}

Expected<Value> GraphBuilder::elementwise(StringRef name, ValueRange given) {
  ElementwiseOp op = lookUp(name);
  if (!op.create)
    return unsupported(("no elementwise op is called '" + name + "'").str());
  if (op.associative ? given.size() < op.arity : given.size() != op.arity)
    return typeError((name + ": expected " + llvm::Twine(op.arity) +
                      (op.associative ? " or more" : "") + " operands, got " +
                      llvm::Twine(given.size()))
                         .str());
  if (name == "sub" && dtypeOf(given[0]) == DType::Bool &&
      dtypeOf(given[1]) == DType::Bool)
    return typeError("sub: the difference of two bool tensors is not defined, "
                     "use T.xor or cast first");
  if (op.arity == 1) {
    Expected<Value> simpler = simplify(*this, name, given[0]);
    if (!simpler || *simpler)
      return simpler;
  }

  // The condition of a switch has a dtype of its own.
  size_t first = name == "switch" ? 1 : 0;
  Expected<DType> dtype =
      computeDtype(name, op.rule, floatX_, given.drop_front(first));
  if (!dtype)
    return dtype.takeStatus();
  int64_t rank = 0;
  for (Value operand : given)
    rank = std::max(rank, rankOf(operand));
  SmallVector<Value> operands;
  for (auto [position, operand] : llvm::enumerate(given)) {
    Expected<Value> value =
        cast(operand, position < first ? DType::Bool : *dtype);
    if (value)
      value = padLeft(*value, rank);
    if (!value)
      return value;
    operands.push_back(*value);
  }

  Expected<Value> result =
      op.create(*this, ArrayRef(operands).take_front(op.arity));
  for (Value operand : ArrayRef(operands).drop_front(op.arity))
    if (result)
      result = op.create(*this, {*result, operand});
  return result;
}

Expected<Value> GraphBuilder::round(Value x, StringRef mode) {
  Expected<DType> dtype = computeDtype("round", Rule::FloatOnly, floatX_, x);
  if (!dtype)
    return dtype.takeStatus();
  std::optional<RoundMode> parsed = symbolizeRoundMode(mode);
  if (!parsed)
    return invalidArgument("round: expected the mode half_to_even or "
                           "half_away_from_zero, got '" +
                           mode.str() + "'");
  RoundOp::Properties properties;
  properties.mode = RoundModeAttr::get(&context_, *parsed);
  return createChecked<RoundOp>(*this, x, properties);
}
