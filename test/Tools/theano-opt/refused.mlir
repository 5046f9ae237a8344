// What the pipelines cannot compile, each with the place and what to do.
// RUN: not theano-opt --theano-to-kernels %s 2>&1 | FileCheck %s --check-prefix=CALL
// RUN: not theano-opt --theano-to-native %s 2>&1 | FileCheck %s --check-prefix=CALL
// RUN: not theano-opt --theano-to-ptx %s 2>&1 | FileCheck %s --check-prefix=CALL
// CALL: refused.mlir:[[#@LINE+12]]:8: error: calls of functions are not supported: a function is compiled by itself; write the body of the called one here

// An option that the pass of a pipeline refuses.
// RUN: not theano-opt --theano-to-kernels=vector-bytes=3 %S/Inputs/plain.mlir 2>&1 | FileCheck %s --check-prefix=BYTES
// RUN: theano-opt --theano-to-kernels=vector-bytes=1 %S/Inputs/plain.mlir | FileCheck %s --check-prefix=ONE
// BYTES: error: vector-bytes is 3; expected a power of two from 1 to
// ONE: vector = 1,
func.func @called(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.exp %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = func.call @called(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
