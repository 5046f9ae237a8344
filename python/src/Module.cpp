//===- Module.cpp - the extension module _theano --------------------------===//

#include "Graph.h"

NB_MODULE(_theano, module) {
  module.doc() = "What the package theano is made of; use that instead.";
  theano::python::bindGraph(module);
  theano::python::bindExecution(module);
}
