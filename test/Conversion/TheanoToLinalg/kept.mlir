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


// So do those of linalg which start from the neutral element.
// CHECK-LABEL: func.func @product(
// CHECK:         linalg.fill
// CHECK:         linalg.matmul
func.func @product(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %r = linalg.matmul ins(%x, %y : tensor<2x3xf32>, tensor<3x4xf32>) outs(%f : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}
