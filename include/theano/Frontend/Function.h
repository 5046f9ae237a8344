//===- Function.h - a function from a slice of a graph ----------*- C++ -*-===//

#ifndef THEANO_FRONTEND_FUNCTION_H
#define THEANO_FRONTEND_FUNCTION_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "theano/Frontend/GraphBuilder.h"

namespace theano {

using Replacement = std::pair<mlir::Value, mlir::Value>;

/// What `theano.function` is given.
struct FunctionSpec {
  std::string name = "main";
  /// Usually inputs of the graph. An intermediate value may be one, too: what
  /// it was computed from is then not looked at.
  llvm::SmallVector<mlir::Value> inputs = {};
  llvm::SmallVector<mlir::Value> outputs = {};
  /// A shared variable and its new value, which has its type. All updates see
  /// the old values.
  llvm::SmallVector<Replacement> updates = {};
  /// A value and what stands for it, all at once. Dtype and rank are equal,
  /// and what broadcasts still does.
  llvm::SmallVector<Replacement> givens = {};
};

/// A module with one `func.func`.
struct FunctionGraph {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// The shared variables in the order of the arguments that stand for them,
  /// after the inputs.
  llvm::SmallVector<mlir::Value> shared;
  /// `theano.shared` of each.
  llvm::SmallVector<std::string> sharedNames;
};

/// The inputs and shared variables that outputs and updates depend on, in the
/// order in which they are met.
llvm::SmallVector<mlir::Value> findLeaves(const FunctionSpec &spec);

/// Clones what outputs and updates need into a function. Arguments and results
/// carry `theano.name`, `theano.shared` and `theano.update`; names of shared
/// variables are made unique.
Expected<FunctionGraph> buildFunction(GraphBuilder &graph,
                                      const FunctionSpec &spec);

} // namespace theano

#endif // THEANO_FRONTEND_FUNCTION_H
