// RUN: theano-opt --convert-theano-to-linalg %s | FileCheck %s

// Ops of other dialects stay where their types do not change.
// CHECK-LABEL: func.func @kept(
// CHECK:         %[[N:.*]] = arith.negf %{{.*}} : tensor<3xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[N]] : tensor<3xf32>)
func.func @kept(%a: tensor<3xf32>) -> tensor<3xf32> {
  %0 = arith.negf %a : tensor<3xf32>
  %1 = theano.exp %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// A function that the dialect has no part in stays as it is.
// CHECK-LABEL: func.func @other(%arg0: memref<3xf32>) {
func.func @other(%a: memref<3xf32>) {
  return
}

