//===- LinalgBuilder.h - builds the converted function ----------*- C++ -*-===//
//
// What all rewriters share: the map from values of the theano dialect to the
// converted ones, the sizes of tensors as host values, checks, and generics.
//
// Index arithmetic folds while it is built, so that a size which is known is a
// constant and a check that holds is left out.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_THEANOTOLINALG_LINALGBUILDER_H
#define LIB_CONVERSION_THEANOTOLINALG_LINALGBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

/// The element type in memory: i8 for bool, signless for unsigned integers.
mlir::Type getStorageType(mlir::Type elementType);
/// The tensor type in the converted function.
mlir::RankedTensorType getStorageTensor(mlir::Type tensor);

/// Writes the element at one place, given the elements of the inputs there.
using ElementBody = llvm::function_ref<mlir::Value(mlir::ValueRange)>;

class LinalgBuilder : public mlir::ImplicitLocOpBuilder {
public:
  explicit LinalgBuilder(mlir::Location loc)
      : ImplicitLocOpBuilder(loc, loc.getContext()) {}

  //===--------------------------------------------------------------------===//
  // Values of the source function
  //===--------------------------------------------------------------------===//

  mlir::Value get(mlir::Value original) const {
    return mapping.lookup(original);
  }
  /// States what `original` has become. Its type is made that of the original:
  /// what is known about sizes beyond it is kept by a tensor.cast.
  void set(mlir::Value original, mlir::Value converted);
  /// The same for a value whose type does not change.
  void map(mlir::Value original, mlir::Value converted) {
    mapping.map(original, converted);
  }

  //===--------------------------------------------------------------------===//
  // Sizes and index arithmetic, in the host function
  //===--------------------------------------------------------------------===//

  mlir::Value index(int64_t number);
  /// Size `dim` of a converted tensor; only in the host function.
  mlir::Value size(mlir::Value tensor, int64_t dim);
  llvm::SmallVector<mlir::Value> sizes(mlir::Value tensor);
  /// The product, 1 for none.
  mlir::Value product(llvm::ArrayRef<mlir::Value> factors);

  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  /// Signed comparison.
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a,
                      mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value either(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b);

  /// The number that a 0-d or 1-d integer tensor of the source function holds
  /// at `entry` (0 for 0-d), as a scalar of its type. What computes it from
  /// constants and shapes is done on the host, so that a size waits for no
  /// kernel; anything else is read from the tensor.
  mlir::Value readNumber(mlir::Value original, int64_t entry = 0);
  /// The same as an index.
  mlir::Value readIndex(mlir::Value original, int64_t entry = 0);
  /// A size that is a number or a value.
  mlir::Value readSize(const Size &size);

  //===--------------------------------------------------------------------===//
  // Checks
  //===--------------------------------------------------------------------===//

  /// Left out where `condition` is known to hold.
  void check(mlir::Value condition, kernel::Error code,
             mlir::ValueRange values = {});
  /// That two sizes of dimension `dim` are equal. Returns one of them, the
  /// known one if there is one.
  mlir::Value checkEqual(int64_t dim, mlir::Value a, mlir::Value b);

  //===--------------------------------------------------------------------===//
  // Tensors
  //===--------------------------------------------------------------------===//

  /// An uninitialised tensor; `sizes` has one entry for each dimension.
  mlir::Value empty(mlir::RankedTensorType type,
                    llvm::ArrayRef<mlir::Value> sizes);
  /// A tensor filled with a scalar constant.
  mlir::Value filled(mlir::RankedTensorType type,
                     llvm::ArrayRef<mlir::Value> sizes, mlir::TypedAttr value);
  /// The value under a type that differs in what it says about sizes.
  mlir::Value cast(mlir::Value tensor, mlir::RankedTensorType type);

  /// A generic whose loops are all parallel and are the result's dimensions.
  /// `maps` has one map for each input.
  mlir::Value generic(mlir::RankedTensorType type,
                      llvm::ArrayRef<mlir::Value> sizes,
                      mlir::ValueRange inputs,
                      llvm::ArrayRef<mlir::AffineMap> maps, ElementBody body);
  /// A generic that yields its one input.
  mlir::Value view(mlir::RankedTensorType type,
                   llvm::ArrayRef<mlir::Value> sizes, mlir::Value input,
                   mlir::AffineMap map);
  /// The index of loop `dim`, in the body of a generic.
  mlir::Value loop(int64_t dim);

  /// The identity map of `rank` loops.
  mlir::AffineMap identity(int64_t rank) {
    return getMultiDimIdentityMap(rank);
  }
  /// From `loops` loops to one place for each entry of `dims`: that loop, or 0
  /// where the entry is -1.
  mlir::AffineMap projection(int64_t loops, llvm::ArrayRef<int64_t> dims);

  /// Keeps `sizes` as what is known of a converted tensor.
  void setSizes(mlir::Value tensor, llvm::ArrayRef<mlir::Value> sizes);

private:
  mlir::Value computeNumber(mlir::Value original, int64_t entry);

  mlir::IRMapping mapping;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::Value> numbers;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::Value> knownSizes;
};

} // namespace theano

#endif // LIB_CONVERSION_THEANOTOLINALG_LINALGBUILDER_H
