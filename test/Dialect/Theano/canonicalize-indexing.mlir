// RUN: theano-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identity
func.func @identity(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  // CHECK-NEXT: return %arg0, %arg0
  %0 = theano.subtensor %x[:, ::1] : tensor<?x3xf32>
  %1 = theano.subtensor %x[] : tensor<?x3xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: func.func @no_identity
func.func @no_identity(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // CHECK: theano.subtensor %arg0[::-1]
  %0 = theano.subtensor %x[::-1] : tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @constants
func.func @constants() -> (tensor<3xi8>, tensor<i8>, tensor<2xi8>, tensor<0x3xi8>) {
  // CHECK-DAG: %[[A:.*]] = theano.constant dense<[3, 2, 1]> : tensor<3xi8>
  // CHECK-DAG: %[[B:.*]] = theano.constant dense<6> : tensor<i8>
  // CHECK-DAG: %[[C:.*]] = theano.constant dense<[2, 5]> : tensor<2xi8>
  // CHECK-DAG: %[[D:.*]] = theano.constant dense<> : tensor<0x3xi8>
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]]
  %c = theano.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %0 = theano.subtensor %c[0, ::-1] : tensor<2x3xi8> -> tensor<3xi8>
  %1 = theano.subtensor %c[-1, -1] : tensor<2x3xi8> -> tensor<i8>
  %2 = theano.subtensor %c[:, 1] : tensor<2x3xi8> -> tensor<2xi8>
  %3 = theano.subtensor %c[2:] : tensor<2x3xi8> -> tensor<0x3xi8>
  return %0, %1, %2, %3 : tensor<3xi8>, tensor<i8>, tensor<2xi8>, tensor<0x3xi8>
}

// CHECK-LABEL: func.func @gathers
func.func @gathers() -> (tensor<2x2xi8>, tensor<2x1x2xi8>, tensor<2xi8>, tensor<1x2xi8>) {
  // CHECK-DAG: %[[ROWS:.*]] = theano.constant dense<{{\[\[}}5, 6], [1, 2]]> : tensor<2x2xi8>
  // CHECK-DAG: %[[COLUMNS:.*]] = theano.constant dense<{{\[\[\[}}2, 1]], {{\[\[}}4, 3]]]> : tensor<2x1x2xi8>
  // CHECK-DAG: %[[PICK:.*]] = theano.constant dense<[2, 3]> : tensor<2xi8>
  // CHECK-DAG: %[[DEEP:.*]] = theano.constant dense<{{\[\[}}3, 4]]> : tensor<1x2xi8>
  // CHECK: return %[[ROWS]], %[[COLUMNS]], %[[PICK]], %[[DEEP]]
  %x = theano.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %square = theano.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %deep = theano.constant dense<[[[1, 2], [3, 4]]]> : tensor<1x2x2xi8>
  %ends = theano.constant dense<[-1, 0]> : tensor<2xi32>
  %swap = theano.constant dense<[[1, 0]]> : tensor<1x2xui8>
  %one = theano.constant dense<1> : tensor<1xi64>
  %0 = theano.take %x, %ends axis 0 : (tensor<3x2xi8>, tensor<2xi32>) -> tensor<2x2xi8>
  %1 = theano.take %square, %swap axis 1 : (tensor<2x2xi8>, tensor<1x2xui8>) -> tensor<2x1x2xi8>
  %2 = theano.pick %square, %ends : (tensor<2x2xi8>, tensor<2xi32>) -> tensor<2xi8>
  %3 = theano.pick %deep, %one : (tensor<1x2x2xi8>, tensor<1xi64>) -> tensor<1x2xi8>
  return %0, %1, %2, %3 : tensor<2x2xi8>, tensor<2x1x2xi8>, tensor<2xi8>, tensor<1x2xi8>
}

// An index out of range goes on to fail at run time.
// CHECK-LABEL: func.func @out_of_range
func.func @out_of_range() -> (tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) {
  // CHECK: theano.take
  // CHECK: theano.take
  // CHECK: theano.pick
  %x = theano.constant dense<[1, 2, 3]> : tensor<3xi8>
  %m = theano.constant dense<[[1, 2, 3]]> : tensor<1x3xi8>
  %above = theano.constant dense<3> : tensor<1xi64>
  %below = theano.constant dense<-4> : tensor<1xi64>
  %huge = theano.constant dense<18446744073709551615> : tensor<1xui64>
  %0 = theano.take %x, %above axis 0 : (tensor<3xi8>, tensor<1xi64>) -> tensor<1xi8>
  %1 = theano.take %x, %huge axis 0 : (tensor<3xi8>, tensor<1xui64>) -> tensor<1xi8>
  %2 = theano.pick %m, %below : (tensor<1x3xi8>, tensor<1xi64>) -> tensor<1xi8>
  return %0, %1, %2 : tensor<1xi8>, tensor<1xi8>, tensor<1xi8>
}
