//===- TheanoDialect.cpp - the theano dialect -----------------------------===//

#include "theano/Dialect/Theano/IR/Theano.h"

#include "theano/Dialect/Theano/IR/TheanoDialect.cpp.inc"

void theano::TheanoDialect::initialize() {}
