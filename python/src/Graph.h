//===- Graph.h - the graph of a process -------------------------*- C++ -*-===//

#ifndef THEANO_PYTHON_GRAPH_H
#define THEANO_PYTHON_GRAPH_H

#include "mlir/IR/MLIRContext.h"
#include "theano/Frontend/Function.h"
#include "theano/Frontend/GraphBuilder.h"

#include <nanobind/nanobind.h>

namespace theano::python {

/// The one graph that every variable of a process is in, under the lock of the
/// interpreter.
class Graph {
public:
  Graph();

  /// Files below this folder are ours: errors name the user's line.
  void setPackageFolder(std::string folder) {
    packageFolder = std::move(folder);
  }

  /// The builder, at the line of the user's code that is running.
  GraphBuilder &here();

  mlir::MLIRContext context;
  GraphBuilder builder;

private:
  std::string packageFolder;
};

/// A function's IR, ready to be compiled. The module is not changed by that.
struct FunctionIR {
  FunctionGraph graph;
  std::string name;
};

void bindGraph(nanobind::module_ &module);
void bindExecution(nanobind::module_ &module);

} // namespace theano::python

#endif // THEANO_PYTHON_GRAPH_H
