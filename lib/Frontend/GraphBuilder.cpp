//===- GraphBuilder.cpp - variables of a graph ----------------------------===//

#include "theano/Frontend/GraphBuilder.h"

#include "CreateChecked.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace theano;

GraphBuilder::GraphBuilder(MLIRContext &context)
    : context_(context), workspace_(std::make_unique<Block>()),
      location_(UnknownLoc::get(&context)) {
  context
      .loadDialect<TheanoDialect, func::FuncDialect, tensor::TensorDialect>();
}

GraphBuilder::~GraphBuilder() = default;

void GraphBuilder::setLocation(StringRef file, unsigned line) {
  location_ = FileLineColLoc::get(&context_, file, line, 0);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

Value GraphBuilder::argument(DType dtype, ArrayRef<bool> broadcastable) {
  SmallVector<int64_t> sizes;
  for (bool isOne : broadcastable)
    sizes.push_back(isOne ? 1 : ShapedType::kDynamic);
  return workspace_->addArgument(
      RankedTensorType::get(sizes, elementType(*this, dtype)), location_);
}

Value GraphBuilder::input(DType dtype, ArrayRef<bool> broadcastable) {
  return argument(dtype, broadcastable);
}

Value GraphBuilder::shared(DType dtype, ArrayRef<bool> broadcastable) {
  Value value = argument(dtype, broadcastable);
  shared_.insert(value);
  return value;
}

bool GraphBuilder::isShared(Value value) const {
  return shared_.contains(value);
}

void GraphBuilder::setName(Value value, StringRef name) {
  names_[value] = name.str();
}

StringRef GraphBuilder::getName(Value value) const {
  auto it = names_.find(value);
  return it == names_.end() ? StringRef() : StringRef(it->second);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value theano::createConstant(GraphBuilder &graph, ElementsAttr value) {
  OpBuilder builder(&graph.context());
  builder.setInsertionPointToEnd(&graph.workspace());
  return ConstantOp::create(builder, graph.location(), value);
}

Expected<Value> GraphBuilder::constant(const HostArray &array) {
  auto type =
      RankedTensorType::get(array.shape(), elementType(*this, array.dtype()));
  if (array.size() == 0)
    return createConstant(*this,
                          DenseElementsAttr::get(type, ArrayRef<Attribute>()));
  if (array.dtype() == DType::Bool) {
    SmallVector<bool> values;
    for (uint8_t value : array.as<uint8_t>())
      values.push_back(value != 0);
    return createConstant(*this, DenseElementsAttr::get(type, values));
  }
  ArrayRef<char> bytes(static_cast<const char *>(array.data()),
                       array.byteSize());
  return createConstant(*this,
                        DenseElementsAttr::getFromRawBuffer(type, bytes));
}

Value GraphBuilder::literal(int64_t number) {
  Type element = elementType(*this, autocast(number));
  return createConstant(
      *this, DenseElementsAttr::get(RankedTensorType::get({}, element),
                                    APInt(element.getIntOrFloatBitWidth(),
                                          number, /*isSigned=*/true)));
}

Value GraphBuilder::literal(double number) {
  auto element =
      mlir::cast<FloatType>(elementType(*this, autocast(number, floatX_)));
  APFloat value(number);
  bool losesInfo;
  value.convert(element.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return createConstant(
      *this, DenseElementsAttr::get(RankedTensorType::get({}, element), value));
}

DenseElementsAttr theano::getSplat(Value x) {
  auto constant = x.getDefiningOp<ConstantOp>();
  auto elements =
      constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
  return elements && elements.isSplat() ? elements : DenseElementsAttr();
}

DenseElementsAttr theano::castSplat(DenseElementsAttr splat, Type to) {
  Type from = splat.getElementType();
  auto type = RankedTensorType::get(splat.getType().getShape(), to);
  bool losesInfo;
  if (isFloat(from)) {
    auto value = splat.getSplatValue<APFloat>();
    if (isBool(to))
      return DenseElementsAttr::get(type, !value.isZero());
    if (!isFloat(to))
      return {};
    value.convert(mlir::cast<FloatType>(to).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &losesInfo);
    return DenseElementsAttr::get(type, value);
  }
  auto value = splat.getSplatValue<APInt>();
  bool isSigned = isSignedInteger(from);
  if (isBool(to))
    return DenseElementsAttr::get(type, !value.isZero());
  if (auto floatType = dyn_cast<FloatType>(to)) {
    APFloat real(floatType.getFloatSemantics());
    real.convertFromAPInt(value, isSigned, APFloat::rmNearestTiesToEven);
    return DenseElementsAttr::get(type, real);
  }
  unsigned bits = to.getIntOrFloatBitWidth();
  return DenseElementsAttr::get(type, isSigned ? value.sextOrTrunc(bits)
                                               : value.zextOrTrunc(bits));
}

//===----------------------------------------------------------------------===//
// Views of values
//===----------------------------------------------------------------------===//

RankedTensorType theano::typeOf(Value value) {
  return mlir::cast<RankedTensorType>(value.getType());
}

DType theano::dtypeOf(Value value) {
  StringRef name = getDtypeName(typeOf(value).getElementType());
  return *parseDType(std::string_view(name.data(), name.size()));
}

int64_t theano::rankOf(Value value) { return typeOf(value).getRank(); }

SmallVector<bool> theano::broadcastableOf(Value value) {
  return llvm::map_to_vector(typeOf(value).getShape(),
                             [](int64_t size) { return size == 1; });
}

std::string theano::formatType(Value value) {
  SmallVector<bool> pattern = broadcastableOf(value);
  std::string text = "TensorType(" + std::string(dtypeName(dtypeOf(value)));
  bool plain = llvm::none_of(pattern, [](bool isOne) { return isOne; });
  if (plain && pattern.size() < 3) {
    constexpr const char *names[] = {"scalar", "vector", "matrix"};
    return text + ", " + names[pattern.size()] + ")";
  }
  if (plain)
    return text + ", " + std::to_string(pattern.size()) + "D)";
  if (pattern == SmallVector<bool>{true, false})
    return text + ", row)";
  if (pattern == SmallVector<bool>{false, true})
    return text + ", col)";
  text += ", (";
  for (auto [dim, isOne] : llvm::enumerate(pattern))
    text += std::string(dim ? ", " : "") + (isOne ? "True" : "False");
  return text + (pattern.size() == 1 ? ",))" : "))");
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

std::string theano::asUserMessage(StringRef diagnostic) {
  // "'theano.dot' op contracted sizes ..." becomes "dot: contracted sizes ...".
  StringRef rest = diagnostic;
  if (rest.consume_front("'theano.")) {
    auto [name, text] = rest.split("' op ");
    if (!text.empty())
      return (name + ": " + text).str();
  }
  if (diagnostic.consume_front("theano."))
    return diagnostic.str();
  return diagnostic.str();
}
