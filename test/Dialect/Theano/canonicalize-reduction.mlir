// RUN: theano-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @no_axes
func.func @no_axes(%x: tensor<?xf32>, %s: tensor<f64>) -> (tensor<?xf32>, tensor<f64>) {
  // CHECK-NEXT: return %arg0, %arg1
  %0 = theano.sum %x axes [] : tensor<?xf32>
  %1 = theano.max %s : tensor<f64>
  return %0, %1 : tensor<?xf32>, tensor<f64>
}

// A narrower accumulator rounds; another dtype converts.
// CHECK-LABEL: func.func @no_fold
func.func @no_fold(%x: tensor<?xf32>, %i: tensor<?xi8>) -> (tensor<?xf32>, tensor<?xi64>, tensor<f32>) {
  // CHECK: theano.sum %arg0 axes [] acc f16
  // CHECK: theano.sum %arg1 axes []
  // CHECK: theano.sum %arg0
  %0 = theano.sum %x axes [] acc f16 : tensor<?xf32>
  %1 = theano.sum %i axes [] : tensor<?xi8> -> tensor<?xi64>
  %2 = theano.sum %x : tensor<?xf32> -> tensor<f32>
  return %0, %1, %2 : tensor<?xf32>, tensor<?xi64>, tensor<f32>
}
