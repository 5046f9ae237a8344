// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @constant
func.func @constant() {
  // CHECK: theano.constant dense<[1.000000e+00, 0x7FC00000]> : tensor<2xf32>
  %0 = theano.constant dense<[1.0, 0x7FC00000]> : tensor<2xf32>
  // CHECK: theano.constant dense<200> : tensor<ui8>
  %1 = theano.constant dense<200> : tensor<ui8>
  // CHECK: theano.constant dense<> : tensor<0x3xi64>
  %2 = theano.constant dense<> : tensor<0x3xi64>
  // CHECK: theano.constant dense<true> : tensor<4xi1>
  %3 = theano.constant dense<true> : tensor<4xi1>
  return
}

// CHECK-LABEL: func.func @dimshuffle
func.func @dimshuffle(%x: tensor<2x?x1xf32>, %s: tensor<f32>) {
  // CHECK: theano.dimshuffle %arg0 [1, "x", 0] : tensor<2x?x1xf32> -> tensor<?x1x2xf32>
  %0 = theano.dimshuffle %x [1, "x", 0] : tensor<2x?x1xf32> -> tensor<?x1x2xf32>
  // CHECK: theano.dimshuffle %arg1 ["x", "x"] : tensor<f32> -> tensor<1x1xf32>
  %1 = theano.dimshuffle %s ["x", "x"] : tensor<f32> -> tensor<1x1xf32>
  // CHECK: theano.dimshuffle %{{.*}} [] : tensor<1x1xf32> -> tensor<f32>
  %2 = theano.dimshuffle %1 [] : tensor<1x1xf32> -> tensor<f32>
  return
}

// CHECK-LABEL: func.func @reshape
func.func @reshape(%x: tensor<?x4xf32>, %s: tensor<3xi64>, %e: tensor<0xi64>) {
  // CHECK: theano.reshape %arg0, %arg1 : (tensor<?x4xf32>, tensor<3xi64>) -> tensor<?x1x?xf32>
  %0 = theano.reshape %x, %s : (tensor<?x4xf32>, tensor<3xi64>) -> tensor<?x1x?xf32>
  // CHECK: theano.reshape %arg0, %arg2 : (tensor<?x4xf32>, tensor<0xi64>) -> tensor<f32>
  %1 = theano.reshape %x, %e : (tensor<?x4xf32>, tensor<0xi64>) -> tensor<f32>
  // CHECK: theano.flatten %arg0 ndim 1 : tensor<?x4xf32> -> tensor<?xf32>
  %2 = theano.flatten %x ndim 1 : tensor<?x4xf32> -> tensor<?xf32>
  // CHECK: theano.flatten %arg0 ndim 2 : tensor<?x4xf32>
  %3 = theano.flatten %x ndim 2 : tensor<?x4xf32>
  // CHECK: theano.flatten %{{.*}} ndim 1 : tensor<f32> -> tensor<1xf32>
  %4 = theano.flatten %1 ndim 1 : tensor<f32> -> tensor<1xf32>
  return
}

// CHECK-LABEL: func.func @alloc
func.func @alloc(%v: tensor<f32>, %r: tensor<1x?xf32>, %n: tensor<i64>) {
  // CHECK: theano.alloc %arg0 [%arg2, 3] : tensor<f32> -> tensor<?x3xf32>
  %0 = theano.alloc %v [%n, 3] : tensor<f32> -> tensor<?x3xf32>
  // CHECK: theano.alloc %arg0 [] : tensor<f32>
  %1 = theano.alloc %v [] : tensor<f32>
  // CHECK: theano.alloc %arg1 [2, %arg2, 4] : tensor<1x?xf32> -> tensor<2x?x4xf32>
  %2 = theano.alloc %r [2, %n, 4] : tensor<1x?xf32> -> tensor<2x?x4xf32>
  // CHECK: theano.alloc %arg1 [%arg2, 4] broadcast [] : tensor<1x?xf32> -> tensor<1x4xf32>
  %3 = theano.alloc %r [%n, 4] broadcast [] : tensor<1x?xf32> -> tensor<1x4xf32>
  return
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%x: tensor<?x?x?xf32>, %n: tensor<i64>, %s: tensor<i8>) {
  // CHECK: theano.shape %arg0 : tensor<?x?x?xf32> -> tensor<3xi64>
  %0 = theano.shape %x : tensor<?x?x?xf32> -> tensor<3xi64>
  // CHECK: theano.shape %arg2 : tensor<i8> -> tensor<0xi64>
  %1 = theano.shape %s : tensor<i8> -> tensor<0xi64>
  // CHECK: theano.specify_shape %arg0 [%arg1, 1, ?] : tensor<?x?x?xf32> -> tensor<?x1x?xf32>
  %2 = theano.specify_shape %x [%n, 1, ?] : tensor<?x?x?xf32> -> tensor<?x1x?xf32>
  return
}

// CHECK-LABEL: func.func @join
func.func @join(%a: tensor<2x?xf32>, %b: tensor<3x4xf32>, %c: tensor<?x?xf32>) {
  // CHECK: theano.join %arg0, %arg1 axis 0 : (tensor<2x?xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  %0 = theano.join %a, %b axis 0 : (tensor<2x?xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
  // CHECK: theano.join %arg0, %arg2, %arg2 axis 1 : (tensor<2x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<2x?xf32>
  %1 = theano.join %a, %c, %c axis 1 : (tensor<2x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<2x?xf32>
  return
}
