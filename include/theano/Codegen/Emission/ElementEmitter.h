//===- ElementEmitter.h - the value of a tensor at an index -----*- C++ -*-===//
//
// What every emitter shares. A kernel's body is a DAG of linalg ops on tensors;
// an emitter decides the loops and then asks, inside them, for the value of a
// tensor at an index. The element emitter answers by walking the DAG backwards:
// the body of an elementwise op is inlined with its operands evaluated where
// its indexing maps say, and an argument of the kernel is loaded. So fusion
// needs no rewriting of loops, a view costs an index expression, and nothing
// that a kernel computes for itself goes through memory.
//
// All code is emitted either for one element or for `lanes` of them at once, as
// a vector. A value that is the same in all lanes stays a scalar until an
// operation needs it as a vector.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_CODEGEN_EMISSION_ELEMENTEMITTER_H
#define THEANO_CODEGEN_EMISSION_ELEMENTEMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "theano/Dialect/Kernel/DimClasses.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace theano::emission {

/// A scalar or a vector of lanes.
struct Lanes {
  enum class Kind {
    Uniform,     ///< `value` is a scalar, the same in every lane
    Consecutive, ///< `value` is an integer scalar; lane i holds value + i
    Varying      ///< `value` is a vector
  };
  mlir::Value value;
  Kind kind = Kind::Uniform;

  static Lanes uniform(mlir::Value value) { return {value, Kind::Uniform}; }
  static Lanes consecutive(mlir::Value v) { return {v, Kind::Consecutive}; }
  static Lanes varying(mlir::Value value) { return {value, Kind::Varying}; }
  bool operator==(const Lanes &) const = default;
};

/// How an emitter reaches the memory of the kernel's arguments, all of them
/// contiguous, row-major and addressed by one linear index in elements.
class Memory {
public:
  virtual ~Memory() = default;

  /// Loads `type` (the element type of argument number `argument`, or a vector
  /// of it, then `linear` is the index of its first element).
  virtual mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc,
                           unsigned argument, mlir::Value linear,
                           mlir::Type type) = 0;

  /// Stores a scalar or a vector.
  virtual void store(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value value, unsigned argument,
                     mlir::Value linear) = 0;

  /// Claims the status word with the code and values of `op` where `condition`
  /// is false.
  virtual void check(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value condition, kernel::CheckOp op,
                     mlir::ValueRange values) = 0;
};

/// What the arguments of the kernel have become in the emitted function.
struct KernelArguments {
  /// The values of the kernel's own scalar arguments, by argument number; null
  /// for tensors.
  llvm::SmallVector<mlir::Value> scalars;
  /// The sizes, in the order of DimClasses::getSizeArguments(), as index.
  llvm::SmallVector<mlir::Value> sizes;
};

class ElementEmitter {
public:
  ElementEmitter(kernel::FuncOp kernel, const kernel::DimClasses &dims,
                 KernelArguments arguments, Memory &memory);

  /// The number of lanes of what is emitted from now on. Forgets what was
  /// emitted.
  void setLanes(int64_t count);
  int64_t getLanes() const { return lanes; }

  /// Whether a product that only the sum of a reduction reads is added in one
  /// rounding, by an instruction that the device must have.
  void setFusesProducts(bool value) { fusesProducts = value; }

  /// States that `indices` are those of element `linear` in the order of
  /// `sizes`, so that a tensor with dimensions of these sizes, next to each
  /// other, is read there without computing them. Where the last index has
  /// lanes, those of the tensor follow on `linear`, also where lanes of a
  /// varying index do not. Must be given again where the last index is
  /// multiplied.
  void stateLinear(llvm::ArrayRef<mlir::Value> indices,
                   llvm::ArrayRef<mlir::Value> sizes, mlir::Value linear);

  /// In flat mode an index is one linear index for a whole tensor; only for a
  /// kernel that isFlat() holds of.
  void setFlat(bool value) { flat = value; }

  /// Forgets which values were emitted already. Every region that an emitter
  /// opens needs this on entry and on exit, since values do not leave it.
  void forget() { known = {}; }

  /// A tensor, or an expression of indices, and an index for each dimension: a
  /// value, or null and a constant.
  using Element =
      std::pair<const void *,
                std::vector<std::tuple<void *, int64_t, Lanes::Kind>>>;

  /// Which values were emitted already; they can be taken from one region to
  /// another, whose results then stand for them.
  class Emitted {
  public:
    /// Those values, and the indices that they are found by.
    llvm::SetVector<mlir::Value> getValues() const;
    void replace(const mlir::IRMapping &mapping);

  private:
    friend class ElementEmitter;
    std::map<Element, Lanes> values;
  };
  /// What was emitted, which is forgotten here.
  Emitted takeEmitted();
  /// In a region in which all of `emitted` can be used.
  void resume(Emitted emitted);

  /// States the value of a tensor that the emitter computes itself (the result
  /// of a reduction): `get` is called with the indices asked for.
  void
  provide(mlir::Value tensor,
          std::function<Lanes(mlir::OpBuilder &, llvm::ArrayRef<Lanes>)> get);
  bool isProvided(mlir::Value tensor) const {
    return providers.count(tensor) != 0;
  }

  /// States the value of `tensor` at `indices` in the current region.
  void note(mlir::Value tensor, llvm::ArrayRef<Lanes> indices, Lanes value) {
    known.values[getElement(tensor, indices)] = value;
  }

  /// The value of `tensor` at `indices`.
  mlir::FailureOr<Lanes> emit(mlir::OpBuilder &builder, mlir::Value tensor,
                              llvm::ArrayRef<Lanes> indices);

  /// Emits the results of the elementwise `op` at each of several indices, for
  /// `emit` to find. Where its body holds functions of many instructions they
  /// are written once, in a loop (RolledFunctions.cpp), which computes those of
  /// the first `wanted` indices, where that is given; the others' mean nothing.
  mlir::LogicalResult
  emitAtEach(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
             llvm::ArrayRef<llvm::SmallVector<Lanes>> indices,
             mlir::Value wanted = {});

  /// Inlines the body of `op` at the given loop indices: its inputs are
  /// evaluated through their maps, its outputs are `accumulators` (empty for an
  /// elementwise op whose outputs are not read). Returns what it yields.
  mlir::FailureOr<llvm::SmallVector<Lanes>>
  emitBody(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
           llvm::ArrayRef<Lanes> loopIndices,
           llvm::ArrayRef<Lanes> accumulators);

  /// The given values of the body of `op`, of which only those operations are
  /// emitted that they need.
  mlir::FailureOr<llvm::SmallVector<Lanes>>
  emitValues(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
             llvm::ArrayRef<Lanes> loopIndices,
             llvm::ArrayRef<Lanes> accumulators, mlir::ValueRange wanted);

  /// Stores `value` into argument number `argument` at `indices`.
  void store(mlir::OpBuilder &builder, mlir::Location loc, Lanes value,
             unsigned argument, llvm::ArrayRef<Lanes> indices);

  /// Where the element of `tensor`, or the first of several lanes, lies in a
  /// buffer that holds it.
  Lanes linearize(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value tensor, llvm::ArrayRef<Lanes> indices);

  /// The size as an index value.
  mlir::Value getSize(mlir::OpBuilder &builder, mlir::Location loc,
                      kernel::DimSize size);
  mlir::Value getSize(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value tensor, unsigned dim) {
    return getSize(builder, loc, dims.getSize(tensor, dim));
  }

  /// The scalar that a value outside any linalg op stands for.
  mlir::FailureOr<mlir::Value> emitScalar(mlir::OpBuilder &builder,
                                          mlir::Value value);

  /// `value` as a vector, or as it is when there is one lane.
  mlir::Value materialize(mlir::OpBuilder &builder, mlir::Location loc,
                          Lanes value);

private:
  /// The loop indices at which elementwise `op` computes result `number` at
  /// `indices`.
  mlir::FailureOr<llvm::SmallVector<Lanes>>
  getLoopIndices(mlir::linalg::LinalgOp op, unsigned number,
                 llvm::ArrayRef<Lanes> indices);
  /// The values of the arguments of the body of `op` for which `isNeeded`.
  mlir::FailureOr<llvm::DenseMap<mlir::Value, Lanes>>
  bindArguments(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
                llvm::ArrayRef<Lanes> loopIndices,
                llvm::ArrayRef<Lanes> accumulators,
                llvm::function_ref<bool(mlir::BlockArgument)> isNeeded);
  mlir::LogicalResult emitOp(mlir::OpBuilder &builder, mlir::Operation &op,
                             llvm::DenseMap<mlir::Value, Lanes> &values,
                             llvm::ArrayRef<Lanes> loopIndices);
  mlir::LogicalResult emitBlock(mlir::OpBuilder &builder, mlir::Block &block,
                                llvm::DenseMap<mlir::Value, Lanes> &values,
                                llvm::ArrayRef<Lanes> loopIndices);
  // Branches in bodies (VectorBranches.cpp).
  mlir::LogicalResult emitIf(mlir::OpBuilder &builder, mlir::scf::IfOp op,
                             Lanes condition,
                             llvm::DenseMap<mlir::Value, Lanes> &values,
                             llvm::ArrayRef<Lanes> loopIndices);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  emitBranches(mlir::OpBuilder &builder, mlir::scf::IfOp op,
               mlir::Value condition,
               llvm::DenseMap<mlir::Value, Lanes> &values,
               llvm::ArrayRef<Lanes> loopIndices);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  emitLaneByLane(mlir::OpBuilder &builder, mlir::scf::IfOp op,
                 llvm::DenseMap<mlir::Value, Lanes> &values,
                 llvm::ArrayRef<Lanes> loopIndices);
  mlir::FailureOr<mlir::Value>
  emitDisagreement(mlir::OpBuilder &builder, mlir::arith::CmpIOp comparison,
                   llvm::DenseMap<mlir::Value, Lanes> &values);

  mlir::FailureOr<Lanes> getValue(mlir::OpBuilder &builder, mlir::Value value,
                                  llvm::DenseMap<mlir::Value, Lanes> &values);
  mlir::FailureOr<Lanes> loadArgument(mlir::OpBuilder &builder,
                                      mlir::Location loc,
                                      mlir::BlockArgument argument,
                                      llvm::ArrayRef<Lanes> indices);
  mlir::FailureOr<bool> emitFused(mlir::OpBuilder &builder, mlir::Operation &op,
                                  llvm::DenseMap<mlir::Value, Lanes> &values);
  Lanes add(mlir::OpBuilder &builder, mlir::Location loc, Lanes a, Lanes b);
  Lanes multiply(mlir::OpBuilder &builder, mlir::Location loc, Lanes a,
                 mlir::Value b);
  mlir::FailureOr<Lanes> emitAffine(mlir::OpBuilder &builder,
                                    mlir::Location loc, mlir::AffineExpr expr,
                                    llvm::ArrayRef<Lanes> loopIndices);
  mlir::FailureOr<Lanes> emitSumOrProduct(mlir::OpBuilder &builder,
                                          mlir::Location loc,
                                          mlir::AffineBinaryOpExpr expr,
                                          llvm::ArrayRef<Lanes> loopIndices);
  Lanes constantIndex(mlir::OpBuilder &builder, mlir::Location loc,
                      int64_t value);

  kernel::FuncOp kernel;
  const kernel::DimClasses &dims;
  KernelArguments arguments;
  Memory &memory;
  int64_t lanes = 1;
  bool flat = false;
  bool fusesProducts = false;

  /// What stateLinear says.
  struct LinearIndices {
    llvm::SmallVector<mlir::Value> indices, sizes;
    mlir::Value linear;
  };
  llvm::SmallVector<LinearIndices> linearIndices;
  /// Comparisons in bodies that are known to be the same in every lane of what
  /// is emitted now.
  llvm::SmallPtrSet<mlir::Operation *, 8> agreeing;
  static Element getElement(const void *what, llvm::ArrayRef<Lanes> indices);
  static Element getElement(mlir::Value tensor, llvm::ArrayRef<Lanes> indices) {
    return getElement(tensor.getAsOpaquePointer(), indices);
  }

  /// Values of tensors at indices that were emitted in the current region.
  Emitted known;
  llvm::DenseMap<mlir::Value,
                 std::function<Lanes(mlir::OpBuilder &, llvm::ArrayRef<Lanes>)>>
      providers;
};

/// Whether the body of elementwise `op` computes a function of many
/// instructions.
bool computesFunctions(mlir::linalg::LinalgOp op);

} // namespace theano::emission

#endif // THEANO_CODEGEN_EMISSION_ELEMENTEMITTER_H
