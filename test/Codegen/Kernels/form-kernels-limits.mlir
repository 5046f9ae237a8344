// RUN: theano-opt %s -convert-theano-to-linalg -canonicalize -cse -kernel-form-kernels | FileCheck %s

// Six reductions of a row share a kernel, the seventh begins another: each of them
// computes again what it reads.
// CHECK-LABEL: kernel.func @main_kernel_0
// CHECK-SAME: boundaries = ["a kernel reduces its rows at most 6 times"]
// CHECK-SAME: family = #kernel.family<row_reduce>
// CHECK-COUNT-6: "reduction"]
// CHECK-NOT: "reduction"]
// CHECK-LABEL: kernel.func @main_kernel_1
// CHECK-SAME: family = #kernel.family<row_reduce>
// CHECK-COUNT-1: "reduction"]
// CHECK-NOT: "reduction"]
func.func @main(%x0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %s0 = theano.sum %x0 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x1 = theano.true_div %x0, %s0 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s1 = theano.sum %x1 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x2 = theano.true_div %x1, %s1 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s2 = theano.sum %x2 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x3 = theano.true_div %x2, %s2 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s3 = theano.sum %x3 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x4 = theano.true_div %x3, %s3 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s4 = theano.sum %x4 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x5 = theano.true_div %x4, %s4 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s5 = theano.sum %x5 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x6 = theano.true_div %x5, %s5 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %s6 = theano.sum %x6 axes [1] keepdims : tensor<?x?xf32> -> tensor<?x1xf32>
  %x7 = theano.true_div %x6, %s6 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  return %x7 : tensor<?x?xf32>
}
