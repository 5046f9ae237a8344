// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @matmul(
// CHECK:         kernel.check %{{.*}}, shape_mismatch
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]], #[[$C]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK:       ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[ACC:.*]]: f32):
// CHECK-NEXT:    %[[P:.*]] = arith.mulf %[[X]], %[[Y]] : f32
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[P]], %[[ACC]] : f32
// CHECK-NEXT:    linalg.yield %[[S]] : f32
func.func @matmul(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dot %a, %b : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d4, d3)>
// CHECK-LABEL: func.func @general(
// CHECK-NOT:     kernel.check
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]],
func.func @general(%a: tensor<2x?x3xi32>, %b: tensor<4x3x5xi32>) -> tensor<2x?x4x5xi32> {
  %0 = theano.dot %a, %b : (tensor<2x?x3xi32>, tensor<4x3x5xi32>) -> tensor<2x?x4x5xi32>
  return %0 : tensor<2x?x4x5xi32>
}

// -----

// CHECK-DAG: #[[$V:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$M:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func.func @vector_matrix(
// CHECK:         linalg.generic {indexing_maps = [#[[$V]], #[[$M]],
func.func @vector_matrix(%v: tensor<3xf64>, %m: tensor<3x?xf64>) -> tensor<?xf64> {
  %0 = theano.dot %v, %m : (tensor<3xf64>, tensor<3x?xf64>) -> tensor<?xf64>
  return %0 : tensor<?xf64>
}

// -----

// CHECK-LABEL: func.func @inner(
// CHECK:         linalg.generic {{.*}}iterator_types = ["reduction"]
func.func @inner(%v: tensor<?xf32>) -> tensor<f32> {
  %0 = theano.dot %v, %v : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// Half precision accumulates in f32.
// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
// CHECK-LABEL: func.func @batched(
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]],
// CHECK-SAME:      outs(%{{.*}} : tensor<7x2x4xf32>)
// CHECK:         arith.extf
// CHECK:         arith.mulf %{{.*}} : f32
// CHECK:         arith.truncf
func.func @batched(%a: tensor<7x2x3xbf16>, %b: tensor<7x3x4xbf16>) -> tensor<7x2x4xbf16> {
  %0 = theano.batched_dot %a, %b : (tensor<7x2x3xbf16>, tensor<7x3x4xbf16>) -> tensor<7x2x4xbf16>
  return %0 : tensor<7x2x4xbf16>
}

// -----

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
// CHECK-LABEL: func.func @batched_vectors(
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]],
func.func @batched_vectors(%a: tensor<7x3xf32>, %b: tensor<7x3x4xf32>) -> tensor<7x4xf32> {
  %0 = theano.batched_dot %a, %b : (tensor<7x3xf32>, tensor<7x3x4xf32>) -> tensor<7x4xf32>
  return %0 : tensor<7x4xf32>
}
