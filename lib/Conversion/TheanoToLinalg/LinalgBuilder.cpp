//===- LinalgBuilder.cpp - builds the converted function ------------------===//

#include "LinalgBuilder.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace theano;

Type theano::getStorageType(Type elementType) {
  if (isBool(elementType))
    return IntegerType::get(elementType.getContext(), 8);
  if (isUnsignedInteger(elementType))
    return IntegerType::get(elementType.getContext(),
                            elementType.getIntOrFloatBitWidth());
  return elementType;
}

RankedTensorType theano::getStorageTensor(Type tensor) {
  return withElementType(tensor, getStorageType(getElementTypeOrSelf(tensor)));
}

void LinalgBuilder::set(Value original, Value converted) {
  mapping.map(original, cast(converted, getStorageTensor(original.getType())));
}

//===----------------------------------------------------------------------===//
// Sizes and index arithmetic
//===----------------------------------------------------------------------===//

Value LinalgBuilder::index(int64_t number) {
  return arith::ConstantIndexOp::create(*this, number);
}

Value LinalgBuilder::size(Value tensor, int64_t dim) {
  int64_t known =
      llvm::cast<RankedTensorType>(tensor.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(known))
    return index(known);
  Value &value = knownSizes[{tensor, dim}];
  if (!value)
    value = tensor::DimOp::create(*this, tensor, dim);
  return value;
}

SmallVector<Value> LinalgBuilder::sizes(Value tensor) {
  SmallVector<Value> result;
  int64_t rank = llvm::cast<RankedTensorType>(tensor.getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim)
    result.push_back(size(tensor, dim));
  return result;
}

void LinalgBuilder::setSizes(Value tensor, ArrayRef<Value> sizes) {
  for (auto [dim, size] : llvm::enumerate(sizes))
    knownSizes[{tensor, dim}] = size;
}

Value LinalgBuilder::product(ArrayRef<Value> factors) {
  Value result = index(1);
  for (Value factor : factors)
    result = mul(result, factor);
  return result;
}

Value LinalgBuilder::add(Value a, Value b) {
  return createOrFold<arith::AddIOp>(a, b);
}
Value LinalgBuilder::sub(Value a, Value b) {
  return createOrFold<arith::SubIOp>(a, b);
}
Value LinalgBuilder::mul(Value a, Value b) {
  // Folding puts constants right, but only on both sides at once.
  return getConstantIntValue(a) == 1 ? b : createOrFold<arith::MulIOp>(a, b);
}
Value LinalgBuilder::compare(arith::CmpIPredicate predicate, Value a, Value b) {
  return createOrFold<arith::CmpIOp>(predicate, a, b);
}
Value LinalgBuilder::select(Value condition, Value a, Value b) {
  return createOrFold<arith::SelectOp>(condition, a, b);
}
Value LinalgBuilder::both(Value a, Value b) {
  return createOrFold<arith::AndIOp>(a, b);
}
Value LinalgBuilder::either(Value a, Value b) {
  return createOrFold<arith::OrIOp>(a, b);
}
Value LinalgBuilder::max(Value a, Value b) {
  return createOrFold<arith::MaxSIOp>(a, b);
}
Value LinalgBuilder::min(Value a, Value b) {
  return createOrFold<arith::MinSIOp>(a, b);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

void LinalgBuilder::check(Value condition, kernel::Error code,
                          ValueRange values) {
  // A constant of i1 reads as -1 where it is true.
  std::optional<int64_t> known = getConstantIntValue(condition);
  if (known && *known != 0)
    return;
  kernel::CheckOp::create(*this, condition, code, values);
}

Value LinalgBuilder::checkEqual(int64_t dim, Value a, Value b) {
  Value areEqual = compare(arith::CmpIPredicate::eq, a, b);
  check(areEqual, kernel::Error::ShapeMismatch, {index(dim), a, b});
  return getConstantIntValue(a) || !getConstantIntValue(b) ? a : b;
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Value LinalgBuilder::empty(RankedTensorType type, ArrayRef<Value> sizes) {
  SmallVector<Value> dynamic;
  for (auto [known, size] : llvm::zip_equal(type.getShape(), sizes))
    if (ShapedType::isDynamic(known))
      dynamic.push_back(size);
  Value result = tensor::EmptyOp::create(*this, type, dynamic);
  setSizes(result, sizes);
  return result;
}

Value LinalgBuilder::filled(RankedTensorType type, ArrayRef<Value> sizes,
                            TypedAttr value) {
  Value destination = empty(type, sizes);
  Value scalar = arith::ConstantOp::create(*this, value);
  return linalg::FillOp::create(*this, scalar, destination).getResult(0);
}

Value LinalgBuilder::cast(Value tensor, RankedTensorType type) {
  if (tensor.getType() == type)
    return tensor;
  auto from = llvm::cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> known = sizes(tensor);
  // A size that contradicts the type has failed its check by now; the cast must
  // be valid all the same.
  bool conflict = false;
  for (auto [a, b] : llvm::zip_equal(from.getShape(), type.getShape()))
    conflict |=
        !ShapedType::isDynamic(a) && !ShapedType::isDynamic(b) && a != b;
  if (conflict)
    tensor = tensor::CastOp::create(
        *this,
        RankedTensorType::get(
            SmallVector<int64_t>(type.getRank(), ShapedType::kDynamic),
            type.getElementType()),
        tensor);
  Value result = tensor::CastOp::create(*this, type, tensor);
  setSizes(result, known);
  return result;
}

Value LinalgBuilder::generic(RankedTensorType type, ArrayRef<Value> sizes,
                             ValueRange inputs, ArrayRef<AffineMap> maps,
                             ElementBody body) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(identity(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  Value destination = empty(type, sizes);
  auto op = linalg::GenericOp::create(
      *this, type, inputs, destination, allMaps, iterators,
      [&](OpBuilder &, Location, ValueRange elements) {
        linalg::YieldOp::create(*this, body(elements.drop_back()));
      });
  setSizes(op.getResult(0), sizes);
  return op.getResult(0);
}

Value LinalgBuilder::view(RankedTensorType type, ArrayRef<Value> sizes,
                          Value input, AffineMap map) {
  return generic(type, sizes, input, map,
                 [](ValueRange elements) { return elements[0]; });
}

Value LinalgBuilder::loop(int64_t dim) {
  return linalg::IndexOp::create(*this, dim);
}

AffineMap LinalgBuilder::projection(int64_t loops, ArrayRef<int64_t> dims) {
  SmallVector<AffineExpr> results;
  for (int64_t dim : dims)
    results.push_back(dim < 0 ? getAffineConstantExpr(0)
                              : getAffineDimExpr(dim));
  return AffineMap::get(loops, 0, results, getContext());
}
