// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @subtensor
func.func @subtensor(%x: tensor<?x?x10xf32>, %i: tensor<i64>, %n: tensor<i64>) {
  // CHECK: theano.subtensor %arg0[%arg1, 0:%arg2:2, ::-1] : tensor<?x?x10xf32> -> tensor<?x10xf32>
  %0 = theano.subtensor %x[%i, 0:%n:2, ::-1] : tensor<?x?x10xf32> -> tensor<?x10xf32>
  // CHECK: theano.subtensor %arg0[-1] : tensor<?x?x10xf32> -> tensor<?x10xf32>
  %1 = theano.subtensor %x[-1] : tensor<?x?x10xf32> -> tensor<?x10xf32>
  // CHECK: theano.subtensor %arg0[:, :, 2:-1:3] : tensor<?x?x10xf32> -> tensor<?x?x3xf32>
  %2 = theano.subtensor %x[:, :, 2:-1:3] : tensor<?x?x10xf32> -> tensor<?x?x3xf32>
  // CHECK: theano.subtensor %arg0[%arg1:, :%arg2, %arg1::%arg2] : tensor<?x?x10xf32> -> tensor<?x?x?xf32>
  %3 = theano.subtensor %x[%i:, :%n, %i::%n] : tensor<?x?x10xf32> -> tensor<?x?x?xf32>
  // CHECK: theano.subtensor %arg0[] : tensor<?x?x10xf32>
  %4 = theano.subtensor %x[] : tensor<?x?x10xf32>
  // CHECK: theano.subtensor %arg0[0, 0, 8::-3] : tensor<?x?x10xf32> -> tensor<3xf32>
  %5 = theano.subtensor %x[0, 0, 8::-3] : tensor<?x?x10xf32> -> tensor<3xf32>
  // CHECK: theano.subtensor %arg0[:, :, 5:2] : tensor<?x?x10xf32> -> tensor<?x?x0xf32>
  %6 = theano.subtensor %x[:, :, 5:2] : tensor<?x?x10xf32> -> tensor<?x?x0xf32>
  return
}

// The size is known where the bounds are, whoever computes them; and that of nothing
// always is. A bound from either end leaves it open.
// CHECK-LABEL: func.func @slice_sizes
func.func @slice_sizes(%x: tensor<10x?xf32>, %y: tensor<4xf32>, %n: tensor<i64>) {
  %two = theano.constant dense<2> : tensor<i64>
  %s = theano.shape %y : tensor<4xf32> -> tensor<1xi64>
  %four = theano.subtensor %s[0] : tensor<1xi64> -> tensor<i64>
  // CHECK: theano.subtensor %arg0[%{{.*}}:%{{.*}}] : tensor<10x?xf32> -> tensor<2x?xf32>
  %0 = theano.subtensor %x[%two:%four] : tensor<10x?xf32> -> tensor<2x?xf32>
  // CHECK: theano.subtensor %arg0[::%{{.*}}] : tensor<10x?xf32> -> tensor<5x?xf32>
  %1 = theano.subtensor %x[::%two] : tensor<10x?xf32> -> tensor<5x?xf32>
  // CHECK: theano.subtensor %arg0[:, 5:2] : tensor<10x?xf32> -> tensor<10x0xf32>
  %2 = theano.subtensor %x[:, 5:2] : tensor<10x?xf32> -> tensor<10x0xf32>
  // CHECK: theano.subtensor %arg0[:, -3:-1:-1] : tensor<10x?xf32> -> tensor<10x0xf32>
  %3 = theano.subtensor %x[:, -3:-1:-1] : tensor<10x?xf32> -> tensor<10x0xf32>
  // CHECK: theano.subtensor %arg0[:, 5:-2] : tensor<10x?xf32>
  %4 = theano.subtensor %x[:, 5:-2] : tensor<10x?xf32>
  // CHECK: theano.subtensor %arg0[:%arg2] : tensor<10x?xf32> -> tensor<?x?xf32>
  %5 = theano.subtensor %x[:%n] : tensor<10x?xf32> -> tensor<?x?xf32>
  return
}

// CHECK-LABEL: func.func @take
func.func @take(%x: tensor<?x3xf32>, %i: tensor<?x?xi32>, %s: tensor<ui8>) {
  // CHECK: theano.take %arg0, %arg1 axis 0 : (tensor<?x3xf32>, tensor<?x?xi32>) -> tensor<?x?x3xf32>
  %0 = theano.take %x, %i axis 0 : (tensor<?x3xf32>, tensor<?x?xi32>) -> tensor<?x?x3xf32>
  // CHECK: theano.take %arg0, %arg2 axis 1 : (tensor<?x3xf32>, tensor<ui8>) -> tensor<?xf32>
  %1 = theano.take %x, %s axis 1 : (tensor<?x3xf32>, tensor<ui8>) -> tensor<?xf32>
  return
}

// CHECK-LABEL: func.func @pick
func.func @pick(%x: tensor<?x10xf32>, %z: tensor<5x4x3xi8>, %y: tensor<?xi64>) {
  // CHECK: theano.pick %arg0, %arg2 : (tensor<?x10xf32>, tensor<?xi64>) -> tensor<?xf32>
  %0 = theano.pick %x, %y : (tensor<?x10xf32>, tensor<?xi64>) -> tensor<?xf32>
  // CHECK: theano.pick %arg1, %arg2 : (tensor<5x4x3xi8>, tensor<?xi64>) -> tensor<?x3xi8>
  %1 = theano.pick %z, %y : (tensor<5x4x3xi8>, tensor<?xi64>) -> tensor<?x3xi8>
  return
}
