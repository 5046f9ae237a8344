// RUN: theano-opt %s --theano-apply-theano-rewrites | FileCheck %s

// The example of the pass's description.
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[ONE:.*]] = theano.constant dense<1.000000e+00> : tensor<f32>
  // CHECK: %[[Y:.*]] = theano.alloc %[[ONE]] [4] : tensor<f32> -> tensor<4xf32>
  // CHECK: return %[[Y]]
  %y = theano.true_div %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: func.func @zeros
func.func @zeros(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) {
  // CHECK-NOT: theano.sub {{.*}}
  // CHECK-NOT: theano.mul
  // CHECK-NOT: theano.true_div
  // CHECK: theano.shape %arg0
  // CHECK: theano.subtensor %{{.*}}[0] : tensor<2xi64> -> tensor<i64>
  // CHECK: theano.alloc %{{.*}} [%{{.*}}, 3] : tensor<f32> -> tensor<?x3xf32>
  %zero = theano.constant dense<0.0> : tensor<1x1xf32>
  %0 = theano.sub %x, %x : tensor<?x3xf32>
  %1 = theano.mul %x, %zero : (tensor<?x3xf32>, tensor<1x1xf32>) -> tensor<?x3xf32>
  %2 = theano.true_div %zero, %x : (tensor<1x1xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0, %1, %2 : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: func.func @integers
func.func @integers(%x: tensor<?xui8>) -> tensor<?xui8> {
  // CHECK: theano.constant dense<0> : tensor<ui8>
  // CHECK-NOT: theano.mul
  %zero = theano.constant dense<0> : tensor<1xui8>
  %0 = theano.mul %zero, %x : (tensor<1xui8>, tensor<?xui8>) -> tensor<?xui8>
  return %0 : tensor<?xui8>
}

// The zeros decide the shape or are compared with it; other numbers; integer
// division.
// CHECK-LABEL: func.func @stay
func.func @stay(%x: tensor<?xf32>, %y: tensor<?xf32>, %i: tensor<?xi32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xi32>) {
  // CHECK: theano.mul
  // CHECK: theano.true_div
  // CHECK: theano.int_div
  %zeros = theano.constant dense<0.0> : tensor<3xf32>
  %0 = theano.mul %x, %zeros : (tensor<?xf32>, tensor<3xf32>) -> tensor<?xf32>
  %1 = theano.true_div %x, %y : tensor<?xf32>
  %2 = theano.int_div %i, %i : tensor<?xi32>
  return %0, %1, %2 : tensor<?xf32>, tensor<?xf32>, tensor<?xi32>
}
