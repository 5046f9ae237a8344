// RUN: theano-opt %s --canonicalize | FileCheck %s

// The operands of a sum stay with their broadcast lists.
// CHECK-LABEL: func.func @no_swap
func.func @no_swap(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[C:.*]] = theano.constant
  // CHECK: theano.add %[[C]], %arg0 : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %two = theano.constant dense<2.0> : tensor<1xf32>
  %0 = theano.add %two, %x : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
