// A range that its dtype cannot hold does not wrap.
//
// RUN: not theano-run %s --device=cpu --for i=126:130 2>&1 | FileCheck %s --check-prefix=RANGE

// RANGE: theano-run: error: --for counts to 128, which does not fit int8; shorten the range
func.func @main(%i: tensor<i8>) -> tensor<i8> {
  %j = theano.neg %i : tensor<i8>
  return %j : tensor<i8>
}
