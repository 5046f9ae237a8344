//===- GraphBuilder.h - builds graphs by Theano's rules ---------*- C++ -*-===//
//
// The front end's graph is IR. A variable is a handle on a value in a workspace
// block that only grows: no op or type in it ever changes, so a handle stays
// good as long as the builder. What a front end shows of its graph (the owner
// of a variable, its inputs, a copy) are views of that block; a function is the
// needed slice of it, cloned (see Function.h).
//
// The dialect's ops want operands of one rank and one element type. Theano's
// rules for what a user may write instead are here: which dtypes meet in which,
// where ranks are padded, how axes and indices are counted.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_FRONTEND_GRAPHBUILDER_H
#define THEANO_FRONTEND_GRAPHBUILDER_H

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"
#include "theano/Dialect/Theano/IR/IndexEntry.h"
#include "theano/Frontend/DTypeRules.h"
#include "theano/Support/HostArray.h"
#include "llvm/ADT/DenseMap.h"
#include <string>

namespace theano {

/// One entry of `x[...]`.
struct IndexItem {
  enum class Kind {
    Entry,    ///< an index or a slice, whose values are 0-d integers
    Ellipsis, ///< as many `:` as are missing
    NewAxis,  ///< a new dimension of size 1
    Advanced, ///< a tensor of integers, in `indices`
  };
  Kind kind = Kind::Entry;
  IndexEntry entry;
  mlir::Value indices;
};

/// How a reduction is asked for. Unset parts take Theano's default.
struct ReductionOptions {
  std::optional<llvm::SmallVector<int64_t>> axes; ///< may be negative; all
  bool keepdims = false;
  std::optional<DType> dtype;    ///< of the result; sum, prod and mean
  std::optional<DType> accDtype; ///< of the accumulator; the same
};

/// Builds a graph. Every method that can fail says what is wrong in the words
/// of a Theano user: TypeError for dtypes and kinds, IndexError for indices,
/// InvalidArgument for shapes and axes, Unsupported for what is missing.
///
/// Values given to a method are this builder's own. Not thread-safe.
class GraphBuilder {
public:
  /// Loads the dialects that graphs are made of into `context`.
  explicit GraphBuilder(mlir::MLIRContext &context);
  ~GraphBuilder();
  GraphBuilder(const GraphBuilder &) = delete;
  GraphBuilder &operator=(const GraphBuilder &) = delete;

  mlir::MLIRContext &context() { return context_; }
  mlir::Block &workspace() { return *workspace_; }

  /// `config.floatX`: what integers divide to and literals follow. Float64
  /// until it is set.
  DType floatX() const { return floatX_; }
  void setFloatX(DType dtype) { floatX_ = dtype; }

  /// The source position of what is built from now on; unknown until it is set.
  void setLocation(llvm::StringRef file, unsigned line);
  mlir::Location location() const { return location_; }

  //===--- Variables ------------------------------------------------------===//

  /// An argument of functions. Broadcastable dimensions have size 1.
  mlir::Value input(DType dtype, llvm::ArrayRef<bool> broadcastable);
  /// A variable that keeps its value between calls.
  mlir::Value shared(DType dtype, llvm::ArrayRef<bool> broadcastable);
  bool isShared(mlir::Value value) const;

  void setName(mlir::Value value, llvm::StringRef name);
  /// Empty when there is none.
  llvm::StringRef getName(mlir::Value value) const;

  /// The values of an array; a length of 1 broadcasts. Unsupported when it is
  /// too large for an attribute.
  Expected<mlir::Value> constant(const HostArray &array);
  /// A Python number under Theano's autocast.
  mlir::Value literal(int64_t number);
  mlir::Value literal(double number);

  //===--- Elementwise ----------------------------------------------------===//

  /// `theano.<name>` of the operands, brought to one rank and to the dtype that
  /// Theano computes in. `name` is that of the dialect; `add`, `mul` and the
  /// other associative ones take two or more operands.
  Expected<mlir::Value> elementwise(llvm::StringRef name,
                                    mlir::ValueRange given);
  /// `T.round` with mode "half_to_even" or "half_away_from_zero".
  Expected<mlir::Value> round(mlir::Value x, llvm::StringRef mode);
  /// The operand itself where it has that dtype already.
  Expected<mlir::Value> cast(mlir::Value x, DType dtype);

  //===--- Shape ----------------------------------------------------------===//

  /// -1 stands for a new dimension ("x").
  Expected<mlir::Value> dimshuffle(mlir::Value x,
                                   llvm::ArrayRef<int64_t> order);
  Expected<mlir::Value> shape(mlir::Value x);
  /// Size number `axis` of `x`, negative ones counted from the end, as a
  /// number where it is known.
  Expected<Size> sizeOf(mlir::Value x, int64_t axis);
  /// The vector of i64 of these sizes.
  Expected<mlir::Value> shapeVector(llvm::ArrayRef<Size> sizes);
  Expected<mlir::Value> reshape(mlir::Value x, llvm::ArrayRef<Size> sizes);
  /// `shape` is a vector of integers; `ndim` its length where the type does not
  /// say it.
  Expected<mlir::Value> reshape(mlir::Value x, mlir::Value shape,
                                std::optional<int64_t> ndim);
  Expected<mlir::Value> flatten(mlir::Value x, int64_t ndim);
  Expected<mlir::Value> alloc(mlir::Value value, llvm::ArrayRef<Size> sizes);
  /// `value` in the shape of `model` (`T.fill`).
  Expected<mlir::Value> fill(mlir::Value model, mlir::Value value);
  /// Sizes left out may be anything.
  Expected<mlir::Value> specifyShape(mlir::Value x, llvm::ArrayRef<Size> sizes);
  Expected<mlir::Value> join(int64_t axis, mlir::ValueRange given);
  Expected<mlir::Value> stack(int64_t axis, mlir::ValueRange given);

  //===--- Indexing -------------------------------------------------------===//

  /// `x[items]`: basic indexing, and one tensor of integers beside whole
  /// slices.
  Expected<mlir::Value> index(mlir::Value x, llvm::ArrayRef<IndexItem> items);
  Expected<mlir::Value> take(mlir::Value x, mlir::Value indices, int64_t axis);
  /// `x[arange(count), indices]`.
  Expected<mlir::Value> pick(mlir::Value x, Size count, mlir::Value indices);

  //===--- Reductions -----------------------------------------------------===//

  /// `name` is one of sum, prod, mean, max, min, any, all, argmax, argmin.
  Expected<mlir::Value> reduce(llvm::StringRef name, mlir::Value x,
                               const ReductionOptions &options);

  //===--- Products and networks ------------------------------------------===//

  Expected<mlir::Value> dot(mlir::Value a, mlir::Value b);
  Expected<mlir::Value> batchedDot(mlir::Value a, mlir::Value b);
  /// `name` is softmax or log_softmax; a vector counts as one row.
  Expected<mlir::Value> softmax(llvm::StringRef name, mlir::Value x);

  //===--- Helpers of the families ----------------------------------------===//

  /// A 0-d integer as i64, for use as a size or an index.
  Expected<Size> toSize(mlir::Value x, llvm::StringRef what);
  /// New dimensions on the left, up to `rank`.
  Expected<mlir::Value> padLeft(mlir::Value x, int64_t rank);

private:
  mlir::Value argument(DType dtype, llvm::ArrayRef<bool> broadcastable);

  mlir::MLIRContext &context_;
  std::unique_ptr<mlir::Block> workspace_;
  mlir::Location location_;
  DType floatX_ = DType::Float64;
  llvm::DenseMap<mlir::Value, std::string> names_;
  llvm::DenseSet<mlir::Value> shared_;
};

/// The type of one of a graph's values.
mlir::RankedTensorType typeOf(mlir::Value value);
DType dtypeOf(mlir::Value value);
int64_t rankOf(mlir::Value value);
/// Which dimensions broadcast: those of static size 1.
llvm::SmallVector<bool> broadcastableOf(mlir::Value value);
/// "TensorType(float32, matrix)", as Theano prints types.
std::string formatType(mlir::Value value);

} // namespace theano

#endif // THEANO_FRONTEND_GRAPHBUILDER_H
