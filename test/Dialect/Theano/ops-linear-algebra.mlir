// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @dot
func.func @dot(%v: tensor<?xf32>, %m: tensor<?x3xf32>, %n: tensor<3x5xf32>,
               %t: tensor<2x?x3xf32>, %u: tensor<4x3x5xf32>) {
  // CHECK: theano.dot %arg0, %arg0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  %0 = theano.dot %v, %v : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  // CHECK: theano.dot %arg1, %arg2 : (tensor<?x3xf32>, tensor<3x5xf32>) -> tensor<?x5xf32>
  %1 = theano.dot %m, %n : (tensor<?x3xf32>, tensor<3x5xf32>) -> tensor<?x5xf32>
  // CHECK: theano.dot %arg1, %arg0 : (tensor<?x3xf32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = theano.dot %m, %v : (tensor<?x3xf32>, tensor<?xf32>) -> tensor<?xf32>
  // CHECK: theano.dot %arg0, %arg1 : (tensor<?xf32>, tensor<?x3xf32>) -> tensor<3xf32>
  %3 = theano.dot %v, %m : (tensor<?xf32>, tensor<?x3xf32>) -> tensor<3xf32>
  // CHECK: theano.dot %arg3, %arg4 : (tensor<2x?x3xf32>, tensor<4x3x5xf32>) -> tensor<2x?x4x5xf32>
  %4 = theano.dot %t, %u : (tensor<2x?x3xf32>, tensor<4x3x5xf32>) -> tensor<2x?x4x5xf32>
  // CHECK: theano.dot %arg3, %arg0 : (tensor<2x?x3xf32>, tensor<?xf32>) -> tensor<2x?xf32>
  %5 = theano.dot %t, %v : (tensor<2x?x3xf32>, tensor<?xf32>) -> tensor<2x?xf32>
  return
}

// CHECK-LABEL: func.func @batched_dot
func.func @batched_dot(%a: tensor<?x2x3xf32>, %b: tensor<7x3x4xf32>,
                       %c: tensor<?x3xf32>) {
  // CHECK: theano.batched_dot %arg0, %arg1 : (tensor<?x2x3xf32>, tensor<7x3x4xf32>) -> tensor<7x2x4xf32>
  %0 = theano.batched_dot %a, %b : (tensor<?x2x3xf32>, tensor<7x3x4xf32>) -> tensor<7x2x4xf32>
  // CHECK: theano.batched_dot %arg0, %arg2 : (tensor<?x2x3xf32>, tensor<?x3xf32>) -> tensor<?x2xf32>
  %1 = theano.batched_dot %a, %c : (tensor<?x2x3xf32>, tensor<?x3xf32>) -> tensor<?x2xf32>
  // CHECK: theano.batched_dot %arg2, %arg2 : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?xf32>
  %2 = theano.batched_dot %c, %c : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?xf32>
  // CHECK: theano.batched_dot %arg2, %arg1 : (tensor<?x3xf32>, tensor<7x3x4xf32>) -> tensor<7x4xf32>
  %3 = theano.batched_dot %c, %b : (tensor<?x3xf32>, tensor<7x3x4xf32>) -> tensor<7x4xf32>
  return
}
