//===- TheanoOps.td - every op of the theano dialect ----------------------===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANOOPS_TD
#define THEANO_DIALECT_THEANO_IR_THEANOOPS_TD

include "theano/Dialect/Theano/IR/Elementwise.td"
include "theano/Dialect/Theano/IR/Indexing.td"
include "theano/Dialect/Theano/IR/LinearAlgebra.td"
include "theano/Dialect/Theano/IR/NeuralNet.td"
include "theano/Dialect/Theano/IR/Reduction.td"
include "theano/Dialect/Theano/IR/Shape.td"

#endif // THEANO_DIALECT_THEANO_IR_THEANOOPS_TD
