//===- LinearAlgebra.cpp - inference of products of matrices --------------===//

#include "TypeInference.h"

#include <array>

using namespace mlir;
using namespace theano;

/// What two operands of a product have in common: (c2) the element type.
static LogicalResult checkElementTypes(std::optional<Location> location,
                                       StringRef op, RankedTensorType lhs,
                                       RankedTensorType rhs) {
  if (lhs.getElementType() == rhs.getElementType())
    return success();
  return inference::inferenceError(
      location, op,
      "operand #1 of type " + inference::text(rhs) +
          " has another element type than operand #0 of type " +
          inference::text(lhs) + "; cast one of them first");
}

/// Two static sizes that must be equal are.
static LogicalResult checkSizes(std::optional<Location> location, StringRef op,
                                StringRef what, RankedTensorType lhs,
                                int64_t lhsDim, RankedTensorType rhs,
                                int64_t rhsDim) {
  int64_t left = lhs.getDimSize(lhsDim), right = rhs.getDimSize(rhsDim);
  if (left == right || ShapedType::isDynamic(left) ||
      ShapedType::isDynamic(right))
    return success();
  return inference::inferenceError(
      location, op,
      what + Twine(left) + " of operand #0 of type " + inference::text(lhs) +
          " is not the size " + Twine(right) + " of operand #1 of type " +
          inference::text(rhs));
}

static bool areKnownEqual(int64_t left, int64_t right) {
  return left == right && !ShapedType::isDynamic(left);
}

//===----------------------------------------------------------------------===//
// DotOp
//===----------------------------------------------------------------------===//

/// The dimension of the right operand of a dot that is summed over.
static int64_t getContractedDim(RankedTensorType rhs) {
  return std::max<int64_t>(rhs.getRank() - 2, 0);
}

LogicalResult DotOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> location,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  auto lhs = cast<RankedTensorType>(adaptor.getLhs().getType());
  auto rhs = cast<RankedTensorType>(adaptor.getRhs().getType());
  StringRef name = getOperationName();
  if (failed(checkElementTypes(location, name, lhs, rhs)))
    return failure();
  // (c3)
  for (auto [number, type] : llvm::enumerate(std::array{lhs, rhs}))
    if (type.getRank() == 0)
      return inference::inferenceError(
          location, name,
          "operand #" + Twine(number) + " of type " + inference::text(type) +
              " has no dimension to sum over; multiply with theano.mul");
  // (c4)
  int64_t contracted = getContractedDim(rhs);
  if (failed(checkSizes(location, name, "contracted size ", lhs,
                        lhs.getRank() - 1, rhs, contracted)))
    return failure();
  SmallVector<int64_t> shape(lhs.getShape().drop_back());
  for (auto [dim, size] : llvm::enumerate(rhs.getShape()))
    if (static_cast<int64_t>(dim) != contracted)
      shape.push_back(size);
  types.push_back(RankedTensorType::get(shape, lhs.getElementType()));
  return success();
}

Speculation::Speculatability DotOp::getSpeculatability() {
  RankedTensorType lhs = getLhs().getType(), rhs = getRhs().getType();
  return inference::speculatableIf(areKnownEqual(
      lhs.getShape().back(), rhs.getDimSize(getContractedDim(rhs))));
}

//===----------------------------------------------------------------------===//
// BatchedDotOp
//===----------------------------------------------------------------------===//

LogicalResult BatchedDotOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  auto lhs = cast<RankedTensorType>(adaptor.getLhs().getType());
  auto rhs = cast<RankedTensorType>(adaptor.getRhs().getType());
  StringRef name = getOperationName();
  if (failed(checkElementTypes(location, name, lhs, rhs)))
    return failure();
  // (c3)
  for (auto [number, type] : llvm::enumerate(std::array{lhs, rhs}))
    if (type.getRank() != 2 && type.getRank() != 3)
      return inference::inferenceError(
          location, name,
          "operand #" + Twine(number) + " of type " + inference::text(type) +
              " is no batch of vectors (2-d) or of matrices (3-d)");
  // (c4), (c5)
  if (failed(checkSizes(location, name, "batch size ", lhs, 0, rhs, 0)) ||
      failed(checkSizes(location, name, "contracted size ", lhs,
                        lhs.getRank() - 1, rhs, 1)))
    return failure();
  // A batch is as long as either operand says.
  int64_t batch = ShapedType::isDynamic(lhs.getDimSize(0)) ? rhs.getDimSize(0)
                                                           : lhs.getDimSize(0);
  SmallVector<int64_t> shape = {batch};
  if (lhs.getRank() == 3)
    shape.push_back(lhs.getDimSize(1));
  if (rhs.getRank() == 3)
    shape.push_back(rhs.getDimSize(2));
  types.push_back(RankedTensorType::get(shape, lhs.getElementType()));
  return success();
}

Speculation::Speculatability BatchedDotOp::getSpeculatability() {
  RankedTensorType lhs = getLhs().getType(), rhs = getRhs().getType();
  return inference::speculatableIf(
      areKnownEqual(lhs.getDimSize(0), rhs.getDimSize(0)) &&
      areKnownEqual(lhs.getShape().back(), rhs.getDimSize(1)));
}
