//===- IndexEntry.h - sizes and indices, numbers or values ------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_INDEXENTRY_H
#define THEANO_DIALECT_THEANO_IR_INDEXENTRY_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "mlir/IR/ValueRange.h"
#include <optional>

namespace theano {

/// A size, an index or the bound of a slice: a number, a value of type
/// `tensor<i64>`, or nothing (left out).
class Size {
public:
  Size() = default;
  Size(int64_t number) : number(number) {}
  Size(mlir::Value value) : value(value) {}

  bool isNone() const { return !number && !value; }
  bool isNumber() const { return number.has_value(); }
  bool isValue() const { return static_cast<bool>(value); }
  /// The number, if it is one.
  std::optional<int64_t> getNumber() const { return number; }
  /// The value, null if it is none.
  mlir::Value getValue() const { return value; }
  bool operator==(const Size &other) const {
    return number == other.number && value == other.value;
  }

  /// How the attributes of an op encode what is no number.
  static constexpr int64_t kValue = mlir::ShapedType::kDynamic;
  static constexpr int64_t kNone = mlir::ShapedType::kDynamic + 1;

private:
  std::optional<int64_t> number;
  mlir::Value value;
};

/// One entry of basic indexing: an index, which is in `start`, or a slice, of
/// which each part may be left out.
struct IndexEntry {
  static IndexEntry index(Size index) { return {true, index, {}, {}}; }
  static IndexEntry slice(Size start = {}, Size stop = {}, Size step = {}) {
    return {false, start, stop, step};
  }
  /// Whether this is `:`.
  bool isWhole() const {
    return !isIndex && start.isNone() && stop.isNone() &&
           (step.isNone() || step.getNumber() == 1);
  }
  bool operator==(const IndexEntry &other) const = default;

  bool isIndex = false;
  Size start, stop, step;
};

/// Splits sizes into the attribute and the operands that an op keeps: numbers
/// stand for themselves (those that no size can reach are clamped), kValue for
/// the next operand, kNone for what is left out.
void splitSizes(llvm::ArrayRef<Size> sizes,
                llvm::SmallVectorImpl<int64_t> &numbers,
                llvm::SmallVectorImpl<mlir::Value> &values);

/// The reverse of splitSizes. An operand that is missing reads as left out.
llvm::SmallVector<Size> mergeSizes(llvm::ArrayRef<int64_t> numbers,
                                   mlir::ValueRange values);

/// The elements that a slice selects of a dimension of known size, by Python's
/// rules (`slice.indices`): `start + k * step` for 0 <= k < `length`.
struct SliceExtent {
  int64_t start, step, length;
};
/// `step` is not 0; what is left out is nullopt.
SliceExtent resolveSlice(std::optional<int64_t> start,
                         std::optional<int64_t> stop, int64_t step,
                         int64_t size);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_INDEXENTRY_H
