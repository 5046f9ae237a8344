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
