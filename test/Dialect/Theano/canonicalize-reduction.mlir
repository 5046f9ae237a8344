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

// CHECK-LABEL: func.func @every_no_axes
func.func @every_no_axes(%x: tensor<?xf32>, %b: tensor<?xi1>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi1>, tensor<?xi1>) {
  // CHECK-NEXT: return %arg0, %arg0, %arg0, %arg1, %arg1
  %0 = theano.prod %x axes [] : tensor<?xf32>
  %1 = theano.mean %x axes [] : tensor<?xf32>
  %2 = theano.min %x axes [] : tensor<?xf32>
  %3 = theano.any %b axes [] : tensor<?xi1>
  %4 = theano.all %b axes [] : tensor<?xi1>
  return %0, %1, %2, %3, %4 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi1>, tensor<?xi1>
}

// Integers wrap in any order; what is summed has the bits of the result.
// CHECK-LABEL: func.func @integers
func.func @integers() -> (tensor<3xi64>, tensor<2x1xi64>, tensor<i8>, tensor<ui64>, tensor<2xi64>) {
  // CHECK-DAG: %[[SUM:.*]] = theano.constant dense<[101, -126, 106]> : tensor<3xi64>
  // CHECK-DAG: %[[ROWS:.*]] = theano.constant dense<{{\[\[}}72], [9]]> : tensor<2x1xi64>
  // CHECK-DAG: %[[NARROW:.*]] = theano.constant dense<81> : tensor<i8>
  // CHECK-DAG: %[[PROD:.*]] = theano.constant dense<40000> : tensor<ui64>
  // CHECK-DAG: %[[BOOLS:.*]] = theano.constant dense<2> : tensor<2xi64>
  // CHECK: return %[[SUM]], %[[ROWS]], %[[NARROW]], %[[PROD]], %[[BOOLS]]
  %x = theano.constant dense<[[100, -128, 100], [1, 2, 6]]> : tensor<2x3xi8>
  %0 = theano.sum %x axes [0] : tensor<2x3xi8> -> tensor<3xi64>
  %1 = theano.sum %x axes [1] keepdims : tensor<2x3xi8> -> tensor<2x1xi64>
  %2 = theano.sum %x acc i64 : tensor<2x3xi8> -> tensor<i8>
  %u = theano.constant dense<200> : tensor<2xui8>
  %3 = theano.prod %u : tensor<2xui8> -> tensor<ui64>
  %t = theano.constant dense<true> : tensor<2x2xi1>
  %4 = theano.sum %t axes [1] : tensor<2x2xi1> -> tensor<2xi64>
  return %0, %1, %2, %3, %4 : tensor<3xi64>, tensor<2x1xi64>, tensor<i8>, tensor<ui64>, tensor<2xi64>
}

// NaN is the largest and the smallest, and argmax finds the first.
// CHECK-LABEL: func.func @extrema
func.func @extrema() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xi64>, tensor<ui8>, tensor<i64>) {
  // CHECK-DAG: %[[MAX:.*]] = theano.constant dense<[3.000000e+00, 0x7FC00000, 0.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[MIN:.*]] = theano.constant dense<[1.000000e+00, 0x7FC00000, -0.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[PLACE:.*]] = theano.constant dense<[1, 1, 0]> : tensor<3xi64>
  // CHECK-DAG: %[[UNSIGNED:.*]] = theano.constant dense<255> : tensor<ui8>
  // CHECK-DAG: %[[FLAT:.*]] = theano.constant dense<4> : tensor<i64>
  // CHECK: return %[[MAX]], %[[MIN]], %[[PLACE]], %[[UNSIGNED]], %[[FLAT]]
  %x = theano.constant dense<[[1.0, 3.0, 3.0], [9.0, 0x7FC00000, 0x7FC00000], [-0.0, 0.0, -0.0]]> : tensor<3x3xf32>
  %0 = theano.max %x axes [1] : tensor<3x3xf32> -> tensor<3xf32>
  %1 = theano.min %x axes [1] : tensor<3x3xf32> -> tensor<3xf32>
  %2 = theano.argmax %x axes [1] : tensor<3x3xf32> -> tensor<3xi64>
  %u = theano.constant dense<[7, 255, 1]> : tensor<3xui8>
  %3 = theano.max %u : tensor<3xui8> -> tensor<ui8>
  %4 = theano.argmax %x : tensor<3x3xf32> -> tensor<i64>
  return %0, %1, %2, %3, %4 : tensor<3xf32>, tensor<3xf32>, tensor<3xi64>, tensor<ui8>, tensor<i64>
}

// CHECK-LABEL: func.func @bools
func.func @bools() -> (tensor<2xi1>, tensor<2xi1>, tensor<2xi1>, tensor<2xi1>) {
  // CHECK-DAG: %[[ANY:.*]] = theano.constant dense<[true, false]> : tensor<2xi1>
  // CHECK-DAG: %[[NONE:.*]] = theano.constant dense<false> : tensor<2xi1>
  // CHECK-DAG: %[[ALL:.*]] = theano.constant dense<true> : tensor<2xi1>
  // CHECK: return %[[ANY]], %[[NONE]], %[[NONE]], %[[ALL]]
  %x = theano.constant dense<[[true, false], [false, false]]> : tensor<2x2xi1>
  %empty = theano.constant dense<> : tensor<2x0xi1>
  %0 = theano.any %x axes [1] : tensor<2x2xi1> -> tensor<2xi1>
  %1 = theano.all %x axes [1] : tensor<2x2xi1> -> tensor<2xi1>
  %2 = theano.any %empty axes [1] : tensor<2x0xi1> -> tensor<2xi1>
  %3 = theano.all %empty axes [1] : tensor<2x0xi1> -> tensor<2xi1>
  return %0, %1, %2, %3 : tensor<2xi1>, tensor<2xi1>, tensor<2xi1>, tensor<2xi1>
}

// The order of a sum of floats is run time's, and so is an extremum of nothing.
// CHECK-LABEL: func.func @left
func.func @left() -> (tensor<f32>, tensor<f64>, tensor<2xf32>, tensor<2xi64>) {
  // CHECK: theano.sum
  // CHECK: theano.mean
  // CHECK: theano.max
  // CHECK: theano.argmax
  %x = theano.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %i = theano.constant dense<[1, 2]> : tensor<2xi8>
  %empty = theano.constant dense<> : tensor<2x0xf32>
  %0 = theano.sum %x : tensor<2xf32> -> tensor<f32>
  %1 = theano.mean %i : tensor<2xi8> -> tensor<f64>
  %2 = theano.max %empty axes [1] : tensor<2x0xf32> -> tensor<2xf32>
  %3 = theano.argmax %empty axes [1] : tensor<2x0xf32> -> tensor<2xi64>
  return %0, %1, %2, %3 : tensor<f32>, tensor<f64>, tensor<2xf32>, tensor<2xi64>
}

// More elements than 64 bits can count are not none.
// CHECK-LABEL: func.func @uncountable
func.func @uncountable() -> tensor<i1> {
  // CHECK: theano.any
  %x = theano.constant dense<true> : tensor<4294967296x4294967296xi1>
  %0 = theano.any %x : tensor<4294967296x4294967296xi1> -> tensor<i1>
  return %0 : tensor<i1>
}
