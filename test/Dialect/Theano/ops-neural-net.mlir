// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @softmax
func.func @softmax(%x: tensor<?x10xf32>, %v: tensor<?xf64>) {
  // CHECK: theano.softmax %arg0 : tensor<?x10xf32>
  %0 = theano.softmax %x : tensor<?x10xf32>
  // CHECK: theano.log_softmax %arg1 : tensor<?xf64>
  %1 = theano.log_softmax %v : tensor<?xf64>
  return
}
