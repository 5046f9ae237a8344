//===- ShapeFolds.cpp - folds of views, shapes and selections -------------===//

#include "ConstantFolding.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace theano;

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

OpFoldResult DimshuffleOp::fold(FoldAdaptor adaptor) {
  bool isIdentity = getOrder() == ArrayRef(getAllAxes(getType().getRank()));
  if (isIdentity && getType() == getOperand().getType())
    return getOperand();
  // One that follows another: x.dimshuffle(1, 0).dimshuffle(1, "x", 0).
  if (auto inner = getOperand().getDefiningOp<DimshuffleOp>()) {
    SmallVector<int64_t> order;
    for (int64_t entry : getOrder())
      order.push_back(entry == kNewDim ? kNewDim : inner.getOrder()[entry]);
    setOrder(order);
    getOperandMutable().assign(inner.getOperand());
    return getResult();
  }
  return foldSelection(
      adaptor.getOperand(), getType(),
      [&](ArrayRef<int64_t> index, MutableArrayRef<int64_t> place) {
        for (auto [i, entry] : llvm::zip(index, getOrder()))
          if (entry != kNewDim)
            place[entry] = i;
      });
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  // Only one that cannot fail may go.
  if (getSpeculatability() != Speculation::Speculatable)
    return {};
  if (getType() == getOperand().getType())
    return getOperand();
  auto constant = dyn_cast_or_null<DenseElementsAttr>(adaptor.getOperand());
  if (constant && constant.getNumElements() <= kMaxFoldedElements)
    return constant.reshape(getType());
  auto inner = getOperand().getDefiningOp<ReshapeOp>();
  if (!inner || inner.getSpeculatability() != Speculation::Speculatable)
    return {};
  getOperandMutable().assign(inner.getOperand());
  return getResult();
}

OpFoldResult FlattenOp::fold(FoldAdaptor adaptor) {
  // To as many dimensions as there are: equal types of rank 0 cannot be.
  if (getType() == getOperand().getType())
    return getOperand();
  auto constant = dyn_cast_or_null<DenseElementsAttr>(adaptor.getOperand());
  if (constant && getType().hasStaticShape() &&
      constant.getNumElements() <= kMaxFoldedElements)
    return constant.reshape(getType());
  return {};
}

OpFoldResult AllocOp::fold(FoldAdaptor) {
  if (getSpeculatability() == Speculation::Speculatable &&
      getType() == getValue().getType())
    return getValue();
  return {};
}

OpFoldResult ShapeOp::fold(FoldAdaptor) {
  if (getOperand().getType().hasStaticShape())
    return DenseElementsAttr::get(getType(), getOperand().getType().getShape());
  return {};
}

OpFoldResult SpecifyShapeOp::fold(FoldAdaptor) {
  if (getSpeculatability() == Speculation::Speculatable &&
      getType() == getOperand().getType())
    return getOperand();
  return {};
}

OpFoldResult JoinOp::fold(FoldAdaptor adaptor) {
  if (getNumOperands() == 1 && getOperand(0).getType() == getType())
    return getOperand(0);
  // Vectors of sizes.
  if (getType().getRank() != 1 || !getType().hasStaticShape() ||
      getType().getDimSize(0) > kMaxFoldedElements)
    return {};
  SmallVector<Attribute> joined;
  for (Attribute operand : adaptor.getOperands()) {
    auto elements = dyn_cast_or_null<DenseElementsAttr>(operand);
    if (!elements)
      return {};
    llvm::append_range(joined, elements.getValues<Attribute>());
  }
  return DenseElementsAttr::get(getType(), joined);
}

//===----------------------------------------------------------------------===//
// Indexing
//===----------------------------------------------------------------------===//

OpFoldResult SubtensorOp::fold(FoldAdaptor adaptor) {
  SmallVector<IndexEntry> entries = getEntries();
  bool isWhole = llvm::all_of(
      entries, [](const IndexEntry &entry) { return entry.isWhole(); });
  if (isWhole && getType() == getOperand().getType())
    return getOperand();
  // One size of a shape.
  if (getType() == getSizeType(getContext()))
    if (std::optional<int64_t> number = getKnownNumber(getResult()))
      return DenseElementsAttr::get(getType(), *number);
  if (!getIndices().empty() || !getType().hasStaticShape())
    return {};
  ArrayRef<int64_t> shape = getOperand().getType().getShape();
  return foldSelection(
      adaptor.getOperand(), getType(),
      [&](ArrayRef<int64_t> index, MutableArrayRef<int64_t> place) {
        for (auto [dim, size] : llvm::enumerate(shape)) {
          bool isNamed = dim < entries.size();
          if (isNamed && entries[dim].isIndex) {
            int64_t number = *entries[dim].start.getNumber();
            place[dim] = number < 0 ? number + size : number;
            continue;
          }
          place[dim] = index.front();
          index = index.drop_front();
          if (!isNamed)
            continue;
          SliceExtent extent = resolveSlice(
              entries[dim].start.getNumber(), entries[dim].stop.getNumber(),
              entries[dim].step.getNumber().value_or(1), size);
          place[dim] = extent.start + place[dim] * extent.step;
        }
      });
}

/// The indices of a constant as positions below `size`; failure for what is no
/// constant, or out of range and so an error at run time.
static FailureOr<SmallVector<int64_t>> getConstantPlaces(Attribute indices,
                                                         int64_t size) {
  auto constant = dyn_cast_or_null<DenseElementsAttr>(indices);
  if (!constant || constant.getNumElements() > kMaxFoldedElements ||
      ShapedType::isDynamic(size))
    return failure();
  bool isUnsigned = isUnsignedInteger(constant.getElementType());
  SmallVector<int64_t> places;
  for (const APInt &index : constant.getValues<APInt>()) {
    // No size has 64 bits, so an unsigned index that does is out of range.
    int64_t place =
        isUnsigned ? index.getLimitedValue(std::numeric_limits<int64_t>::max())
                   : index.getSExtValue();
    if (place < 0)
      place += size;
    if (place < 0 || place >= size)
      return failure();
    places.push_back(place);
  }
  return places;
}

OpFoldResult TakeOp::fold(FoldAdaptor adaptor) {
  auto axis = static_cast<int64_t>(getAxis());
  RankedTensorType indices = getIndices().getType();
  FailureOr<SmallVector<int64_t>> places = getConstantPlaces(
      adaptor.getIndices(), getOperand().getType().getDimSize(axis));
  if (failed(places))
    return {};
  return foldSelection(
      adaptor.getOperand(), getType(),
      [&](ArrayRef<int64_t> index, MutableArrayRef<int64_t> place) {
        int64_t offset = 0;
        for (auto [i, size] : llvm::zip(index.slice(axis), indices.getShape()))
          offset = offset * size + i;
        llvm::copy(index.take_front(axis), place.begin());
        place[axis] = (*places)[offset];
        llvm::copy(index.drop_front(axis + indices.getRank()),
                   place.begin() + axis + 1);
      });
}

OpFoldResult PickOp::fold(FoldAdaptor adaptor) {
  FailureOr<SmallVector<int64_t>> places = getConstantPlaces(
      adaptor.getIndices(), getOperand().getType().getDimSize(1));
  if (failed(places))
    return {};
  return foldSelection(
      adaptor.getOperand(), getType(),
      [&](ArrayRef<int64_t> index, MutableArrayRef<int64_t> place) {
        place[0] = index[0];
        place[1] = (*places)[index[0]];
        llvm::copy(index.drop_front(), place.begin() + 2);
      });
}
