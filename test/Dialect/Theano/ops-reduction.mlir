// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @accumulating
func.func @accumulating(%x: tensor<?x3xf32>, %i: tensor<?x3xi8>, %s: tensor<f32>) {
  // CHECK: theano.sum %arg0 axes [0] keepdims acc f64 : tensor<?x3xf32> -> tensor<1x3xf32>
  %0 = theano.sum %x axes [0] keepdims acc f64 : tensor<?x3xf32> -> tensor<1x3xf32>
  // CHECK: theano.sum %arg0 : tensor<?x3xf32> -> tensor<f32>
  %1 = theano.sum %x axes [0, 1] acc f32 : tensor<?x3xf32> -> tensor<f32>
  // CHECK: theano.sum %arg0 axes [] : tensor<?x3xf32>
  %2 = theano.sum %x axes [] : tensor<?x3xf32>
  // CHECK: theano.sum %arg2 : tensor<f32>
  %3 = theano.sum %s : tensor<f32>
  // CHECK: theano.sum %arg1 : tensor<?x3xi8> -> tensor<i64>
  %4 = theano.sum %i : tensor<?x3xi8> -> tensor<i64>
  // CHECK: theano.prod %arg0 axes [1] : tensor<?x3xf32> -> tensor<?xf32>
  %5 = theano.prod %x axes [1] : tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: theano.mean %arg1 axes [0] : tensor<?x3xi8> -> tensor<3xf64>
  %6 = theano.mean %i axes [0] : tensor<?x3xi8> -> tensor<3xf64>
  return
}

// CHECK-LABEL: func.func @choosing
func.func @choosing(%x: tensor<?x3xf32>, %b: tensor<?x3xi1>) {
  // CHECK: theano.max %arg0 axes [1] : tensor<?x3xf32> -> tensor<?xf32>
  %0 = theano.max %x axes [1] : tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: theano.min %arg0 keepdims : tensor<?x3xf32> -> tensor<1x1xf32>
  %1 = theano.min %x keepdims : tensor<?x3xf32> -> tensor<1x1xf32>
  // CHECK: theano.any %arg1 : tensor<?x3xi1> -> tensor<i1>
  %2 = theano.any %b : tensor<?x3xi1> -> tensor<i1>
  // CHECK: theano.all %arg1 axes [0] : tensor<?x3xi1> -> tensor<3xi1>
  %3 = theano.all %b axes [0] : tensor<?x3xi1> -> tensor<3xi1>
  // CHECK: theano.argmax %arg0 : tensor<?x3xf32> -> tensor<i64>
  %4 = theano.argmax %x : tensor<?x3xf32> -> tensor<i64>
  return
}
