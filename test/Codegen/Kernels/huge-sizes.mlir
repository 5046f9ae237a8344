// Known sizes whose product is beyond 64 bits are many, not few: the schedules and
// the two steps of a full reduction count them.
// RUN: theano-opt --theano-to-kernels %s | FileCheck %s
// RUN: theano-opt --theano-to-kernels=gpu=true %s | FileCheck %s
// CHECK-DAG: family = #kernel.family<partial_reduce>
// CHECK-DAG: family = #kernel.family<full_reduce>
func.func @main(%x: tensor<4294967296x4294967296xf32>) -> tensor<f32> {
  %0 = theano.sum %x axes [0, 1] : tensor<4294967296x4294967296xf32> -> tensor<f32>
  return %0 : tensor<f32>
}
func.func @rows(%x: tensor<3x4294967296x4294967296xf32>) -> tensor<3xf32> {
  %0 = theano.sum %x axes [1, 2] : tensor<3x4294967296x4294967296xf32> -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @product(%x: tensor<4294967296x4294967296xf32>) -> tensor<4294967296x4294967296xf32> {
  %0 = theano.dot %x, %x : (tensor<4294967296x4294967296xf32>, tensor<4294967296x4294967296xf32>) -> tensor<4294967296x4294967296xf32>
  return %0 : tensor<4294967296x4294967296xf32>
}
