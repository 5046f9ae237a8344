// RUN: theano-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @dimshuffle
func.func @dimshuffle(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<3x1x?xf32>, tensor<2x1xi64>) {
  // CHECK-DAG: %[[C:.*]] = theano.constant dense<{{\[}}[1], [2]]> : tensor<2x1xi64>
  // CHECK-DAG: %[[D:.*]] = theano.dimshuffle %arg0 [1, "x", 0] : tensor<?x3xf32> -> tensor<3x1x?xf32>
  // CHECK: return %arg0, %[[D]], %[[C]]
  %0 = theano.dimshuffle %x [1, 0] : tensor<?x3xf32> -> tensor<3x?xf32>
  %1 = theano.dimshuffle %0 [1, 0] : tensor<3x?xf32> -> tensor<?x3xf32>
  %2 = theano.dimshuffle %x [0, "x", 1] : tensor<?x3xf32> -> tensor<?x1x3xf32>
  %3 = theano.dimshuffle %2 [2, 1, 0] : tensor<?x1x3xf32> -> tensor<3x1x?xf32>
  %c = theano.constant dense<[1, 2]> : tensor<2xi64>
  %4 = theano.dimshuffle %c [0, "x"] : tensor<2xi64> -> tensor<2x1xi64>
  return %1, %3, %4 : tensor<?x3xf32>, tensor<3x1x?xf32>, tensor<2x1xi64>
}

// A transpose of a square is no identity.
// CHECK-LABEL: func.func @no_identity
func.func @no_identity(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  // CHECK: theano.dimshuffle %arg0 [1, 0]
  %0 = theano.dimshuffle %x [1, 0] : tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}

// CHECK-LABEL: func.func @reshape
func.func @reshape(%x: tensor<2x6xf32>) -> (tensor<2x6xf32>, tensor<4x3xf32>) {
  // CHECK: %[[R:.*]] = theano.reshape %arg0, %{{.*}} : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<4x3xf32>
  // CHECK: return %arg0, %[[R]]
  %same = theano.constant dense<[2, 6]> : tensor<2xi64>
  %flat = theano.constant dense<12> : tensor<1xi64>
  %other = theano.constant dense<[4, 3]> : tensor<2xi64>
  %0 = theano.reshape %x, %same : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  %1 = theano.reshape %x, %flat : (tensor<2x6xf32>, tensor<1xi64>) -> tensor<12xf32>
  %2 = theano.reshape %1, %other : (tensor<12xf32>, tensor<2xi64>) -> tensor<4x3xf32>
  return %0, %2 : tensor<2x6xf32>, tensor<4x3xf32>
}

// What may fail at run time stays.
// CHECK-LABEL: func.func @no_reshape
func.func @no_reshape(%x: tensor<2x6xf32>, %y: tensor<?x6xf32>) -> (tensor<2x6xf32>, tensor<?x6xf32>) {
  // CHECK: theano.reshape %arg0, %{{.*}} : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  // CHECK: theano.reshape %arg1, %{{.*}} : (tensor<?x6xf32>, tensor<2xi64>) -> tensor<?x6xf32>
  %wrong = theano.constant dense<[2, 5]> : tensor<2xi64>
  %0 = theano.reshape %x, %wrong : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  %s = theano.constant dense<[3, 6]> : tensor<2xi64>
  %1 = theano.reshape %y, %s : (tensor<?x6xf32>, tensor<2xi64>) -> tensor<?x6xf32>
  return %0, %1 : tensor<2x6xf32>, tensor<?x6xf32>
}

// CHECK-LABEL: func.func @identities
func.func @identities(%v: tensor<?xf32>, %m: tensor<?x3xf32>, %s: tensor<f32>) -> (tensor<?xf32>, tensor<f32>, tensor<?x3xf32>, tensor<?xf32>) {
  // CHECK-NEXT: return %arg0, %arg2, %arg1, %arg0
  %0 = theano.flatten %v ndim 1 : tensor<?xf32>
  %1 = theano.alloc %s [] : tensor<f32>
  %2 = theano.specify_shape %m [?, 3] : tensor<?x3xf32>
  %3 = theano.join %v axis 0 : (tensor<?xf32>) -> tensor<?xf32>
  return %0, %1, %2, %3 : tensor<?xf32>, tensor<f32>, tensor<?x3xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @assertion
func.func @assertion(%m: tensor<?x3xf32>) -> tensor<4x3xf32> {
  // CHECK: theano.specify_shape
  %0 = theano.specify_shape %m [4, ?] : tensor<?x3xf32> -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%x: tensor<2x6xf32>, %y: tensor<?x6xf32>) -> (tensor<2xi64>, tensor<i64>, tensor<3xi64>) {
  // CHECK-DAG: %[[A:.*]] = theano.constant dense<[2, 6]> : tensor<2xi64>
  // CHECK-DAG: %[[B:.*]] = theano.constant dense<6> : tensor<i64>
  // CHECK-DAG: %[[C:.*]] = theano.constant dense<[2, 6, -1]> : tensor<3xi64>
  // CHECK: return %[[A]], %[[B]], %[[C]]
  %0 = theano.shape %x : tensor<2x6xf32> -> tensor<2xi64>
  %1 = theano.shape %y : tensor<?x6xf32> -> tensor<2xi64>
  %2 = theano.subtensor %1[1] : tensor<2xi64> -> tensor<i64>
  %rest = theano.constant dense<-1> : tensor<1xi64>
  %3 = theano.join %0, %rest axis 0 : (tensor<2xi64>, tensor<1xi64>) -> tensor<3xi64>
  return %0, %2, %3 : tensor<2xi64>, tensor<i64>, tensor<3xi64>
}
