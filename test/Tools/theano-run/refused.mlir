// What is not supported is refused by name, and a range that its dtype cannot
// hold does not wrap.
//
// RUN: not theano-run %s --tf32 2>&1 | FileCheck %s --check-prefix=TF32
// RUN: not theano-run %s --device=cpu --for i=126:130 2>&1 | FileCheck %s --check-prefix=RANGE

// TF32: theano-run: error: --tf32 is not supported yet
// RANGE: theano-run: error: --for counts to 128, which does not fit int8; shorten the range
func.func @main(%i: tensor<i8>) -> tensor<i8> {
  %j = theano.neg %i : tensor<i8>
  return %j : tensor<i8>
}
