//===- ReductionFolds.cpp - folds of reductions ---------------------------===//
//
// A reduction over no axis is its operand. Of constants those are computed
// whose result does not depend on the order of the elements: sums and products
// of integers wrap alike in any order, and a largest element is one of them.
// Sums and products of floats are left to run time, whose order decides their
// last bits.
//
//===----------------------------------------------------------------------===//

#include "ConstantFolding.h"

using namespace mlir;
using namespace theano;

/// A reduction over no axis gives its operand back, if the types are equal.
template <typename OpTy> static OpFoldResult foldNoAxes(OpTy op) {
  if (op.getAxes().empty() && op.getType() == op.getOperand().getType())
    return op.getOperand();
  return {};
}

/// Whether a tensor is of static shape and of few elements; the number of the
/// elements of a splat may be beyond 64 bits.
static bool isSmall(RankedTensorType type) {
  if (!type.hasStaticShape())
    return false;
  if (llvm::is_contained(type.getShape(), 0))
    return true;
  int64_t count = 1;
  for (int64_t size : type.getShape()) {
    if (size > kMaxFoldedElements / count)
      return false;
    count *= size;
  }
  return true;
}

/// What is reduced to one element of the result: the elements of a constant in
/// row-major order of `axes`.
using ReduceElements = function_ref<Attribute(ArrayRef<Attribute>)>;

/// The constant result of a reduction of a constant, by `reduce`; null where
/// there is none, or where `reduce` gives none.
template <typename OpTy>
static Attribute foldConstant(OpTy op, Attribute constant,
                              ReduceElements reduce) {
  FailureOr<SmallVector<Attribute>> elements = getFoldableElements(constant);
  RankedTensorType type = op.getType();
  if (failed(elements))
    return {};
  RankedTensorType from = op.getOperand().getType();
  // A splat stands for all its elements.
  if (!isSmall(from) || !isSmall(type))
    return {};
  if (elements->size() == 1)
    elements->resize(from.getNumElements(), elements->front());
  ArrayRef<int64_t> axes = op.getAxes();
  SmallVector<SmallVector<Attribute>> groups(type.getNumElements());
  for (int64_t i = 0; i < from.getNumElements(); ++i) {
    // The place of element i in the result without its reduced dimensions.
    int64_t rest = i, place = 0, stride = 1;
    for (int64_t dim = from.getRank() - 1; dim >= 0; --dim) {
      int64_t size = from.getDimSize(dim), index = rest % size;
      rest /= size;
      if (llvm::is_contained(axes, dim))
        continue;
      place += index * stride;
      stride *= size;
    }
    groups[place].push_back((*elements)[i]);
  }
  SmallVector<Attribute> result;
  for (ArrayRef<Attribute> group : groups) {
    Attribute reduced = reduce(group);
    if (!reduced)
      return {};
    result.push_back(reduced);
  }
  return DenseElementsAttr::get(type, result);
}

static bool isLess(Attribute a, Attribute b, Type element) {
  if (isFloat(element))
    return cast<FloatAttr>(a).getValue() < cast<FloatAttr>(b).getValue();
  const APInt &x = cast<IntegerAttr>(a).getValue();
  const APInt &y = cast<IntegerAttr>(b).getValue();
  return isSignedInteger(element) ? x.slt(y) : x.ult(y);
}

static bool isNaN(Attribute value) {
  auto number = dyn_cast<FloatAttr>(value);
  return number && number.getValue().isNaN();
}

//===----------------------------------------------------------------------===//
// Sums, products, means
//===----------------------------------------------------------------------===//

/// What is converted to a narrower accumulator on the way is rounded.
template <typename OpTy> static OpFoldResult foldAccumulating(OpTy op) {
  if (op.getAcc() != getElementTypeOrSelf(op.getType()))
    return {};
  return foldNoAxes(op);
}

/// Integers in 64 bits, then the low bits that the result has: accumulators of
/// any width agree in those as long as they are not narrower than the result.
template <typename OpTy>
static OpFoldResult foldIntegers(OpTy op, Attribute constant, bool isProduct) {
  Type from = getElementTypeOrSelf(op.getOperand());
  auto to = dyn_cast<IntegerType>(getElementTypeOrSelf(op.getType()));
  if (!to || !isBoolOrInteger(from) ||
      op.getAcc().getIntOrFloatBitWidth() < to.getWidth())
    return {};
  bool isSigned = isSignedInteger(from);
  return foldConstant(op, constant, [&](ArrayRef<Attribute> group) {
    APInt total(64, isProduct ? 1 : 0);
    for (Attribute element : group) {
      const APInt &value = cast<IntegerAttr>(element).getValue();
      APInt wide = isSigned ? value.sext(64) : value.zext(64);
      total = isProduct ? total * wide : total + wide;
    }
    return IntegerAttr::get(to, total.trunc(to.getWidth()));
  });
}

OpFoldResult SumOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult operand = foldAccumulating(*this))
    return operand;
  return foldIntegers(*this, adaptor.getOperand(), /*isProduct=*/false);
}

OpFoldResult ProdOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult operand = foldAccumulating(*this))
    return operand;
  return foldIntegers(*this, adaptor.getOperand(), /*isProduct=*/true);
}

OpFoldResult MeanOp::fold(FoldAdaptor) { return foldAccumulating(*this); }

//===----------------------------------------------------------------------===//
// Extrema
//===----------------------------------------------------------------------===//

/// The largest or smallest element, as `maximum` and `minimum` have it. Of no
/// elements there is none: that stays an error at run time.
template <typename OpTy>
static OpFoldResult foldExtremum(OpTy op, Attribute constant, bool isMax) {
  if (OpFoldResult operand = foldNoAxes(op))
    return operand;
  Type element = getElementTypeOrSelf(op.getType());
  return foldConstant(op, constant, [&](ArrayRef<Attribute> group) {
    Attribute best;
    for (Attribute value : group) {
      if (!best || isNaN(value)) {
        best = value;
        continue;
      }
      if (isNaN(best))
        continue;
      if (auto number = dyn_cast<FloatAttr>(value)) {
        // Zeros that differ in sign are ordered here.
        const APFloat &old = cast<FloatAttr>(best).getValue();
        best = FloatAttr::get(element,
                              isMax ? llvm::maximum(old, number.getValue())
                                    : llvm::minimum(old, number.getValue()));
        continue;
      }
      if (isMax ? isLess(best, value, element) : isLess(value, best, element))
        best = value;
    }
    return best;
  });
}

OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  return foldExtremum(*this, adaptor.getOperand(), /*isMax=*/true);
}

OpFoldResult MinOp::fold(FoldAdaptor adaptor) {
  return foldExtremum(*this, adaptor.getOperand(), /*isMax=*/false);
}

/// The first of the largest elements; a NaN counts as the largest.
OpFoldResult ArgmaxOp::fold(FoldAdaptor adaptor) {
  Type element = getElementTypeOrSelf(getOperand());
  return foldConstant(
      *this, adaptor.getOperand(), [&](ArrayRef<Attribute> group) -> Attribute {
        if (group.empty())
          return {};
        size_t best = 0;
        for (size_t i = 1; i < group.size() && !isNaN(group[best]); ++i)
          if (isNaN(group[i]) || isLess(group[best], group[i], element))
            best = i;
        return IntegerAttr::get(getElementTypeOrSelf(getType()),
                                static_cast<int64_t>(best));
      });
}

//===----------------------------------------------------------------------===//
// Any and all
//===----------------------------------------------------------------------===//

/// Whether one element is `decisive`; of none, the other.
template <typename OpTy>
static OpFoldResult foldBools(OpTy op, Attribute constant, bool decisive) {
  if (OpFoldResult operand = foldNoAxes(op))
    return operand;
  return foldConstant(op, constant, [&](ArrayRef<Attribute> group) {
    bool isDecided = llvm::any_of(group, [&](Attribute value) {
      return cast<IntegerAttr>(value).getValue().isOne() == decisive;
    });
    return BoolAttr::get(op.getContext(), isDecided == decisive);
  });
}

OpFoldResult AnyOp::fold(FoldAdaptor adaptor) {
  return foldBools(*this, adaptor.getOperand(), /*decisive=*/true);
}

OpFoldResult AllOp::fold(FoldAdaptor adaptor) {
  return foldBools(*this, adaptor.getOperand(), /*decisive=*/false);
}
