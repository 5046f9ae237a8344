// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s

// A sum accumulates in `acc`; an elementwise op rounds it and adds the unit
// dimension.
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @sum(
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f64) {{.*}} -> tensor<?xf64>
// CHECK:         %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$COLUMN]]], iterator_types = ["reduction", "parallel"]}
// CHECK-SAME:      outs(%[[INIT]] : tensor<?xf64>)
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f32, %[[ACC:.*]]: f64):
// CHECK-NEXT:      %[[WIDE:.*]] = arith.extf %[[X]] : f32 to f64
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %[[WIDE]], %[[ACC]] : f64
// CHECK-NEXT:      linalg.yield %[[NEXT]] : f64
// CHECK:         linalg.generic {indexing_maps = [#[[$COLUMN]], #[[$ID]]], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME:      ins(%[[SUM]] : tensor<?xf64>) outs(%{{.*}} : tensor<1x?xf32>)
// CHECK:           arith.truncf
func.func @sum(%x: tensor<?x?xf32>) -> tensor<1x?xf32> {
  %0 = theano.sum %x axes [0] keepdims acc f64 : tensor<?x?xf32> -> tensor<1x?xf32>
  return %0 : tensor<1x?xf32>
}

// -----

// A sum whose accumulator is its result is one op.
// CHECK-LABEL: func.func @prod
// CHECK-COUNT-1: linalg.generic
// CHECK:           arith.extui %{{.*}} : i8 to i64
// CHECK-NEXT:      arith.muli
// CHECK-NOT:     linalg.generic
func.func @prod(%x: tensor<?xui8>) -> tensor<ui64> {
  %0 = theano.prod %x : tensor<?xui8> -> tensor<ui64>
  return %0 : tensor<ui64>
}

// -----

// The mean divides by the number of elements, which the host computes.
// CHECK-LABEL: func.func @mean(
// CHECK:         %[[COUNT:.*]] = arith.muli %{{.*}}, %{{.*}} : index
// CHECK:         %[[N:.*]] = arith.index_cast %[[COUNT]] : index to i64
// CHECK:         %[[F:.*]] = arith.sitofp %[[N]] : i64 to f64
// CHECK:         arith.divf %{{.*}}, %[[F]] : f64
func.func @mean(%x: tensor<?x?xi32>) -> tensor<f64> {
  %0 = theano.mean %x : tensor<?x?xi32> -> tensor<f64>
  return %0 : tensor<f64>
}

// -----

// An extremum of nothing is an error, but for a result that is empty itself.
// CHECK-LABEL: func.func @max(
// CHECK:         %[[M:.*]] = tensor.dim %{{.*}}, %c0
// CHECK:         %[[N:.*]] = tensor.dim %{{.*}}, %c1
// CHECK:         %[[NO_ROWS:.*]] = arith.cmpi eq, %[[M]], %{{.*}}
// CHECK:         %[[SOME:.*]] = arith.cmpi ne, %[[N]], %{{.*}}
// CHECK:         %[[OK:.*]] = arith.ori %[[SOME]], %[[NO_ROWS]]
// CHECK:         %[[AXIS:.*]] = arith.constant 1 : index
// CHECK:         kernel.check %[[OK]], empty_reduction(%[[AXIS]] : index)
// CHECK:         arith.constant 0xFF800000 : f32
// CHECK:         arith.maximumf
func.func @max(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %0 = theano.max %x axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @min_of_known_size
// CHECK-NOT:     kernel.check
// CHECK:         arith.constant 127 : i8
// CHECK:         arith.minsi
func.func @min_of_known_size(%x: tensor<?x3xi8>) -> tensor<?xi8> {
  %0 = theano.min %x axes [1] : tensor<?x3xi8> -> tensor<?xi8>
  return %0 : tensor<?xi8>
}

// -----

// CHECK-LABEL: func.func @any_all
// CHECK:         linalg.fill ins(%c0_i8
// CHECK:         arith.maxui
// CHECK:         linalg.fill ins(%c1_i8
// CHECK:         arith.minui
func.func @any_all(%x: tensor<?xi1>) -> (tensor<i1>, tensor<i1>) {
  %0 = theano.any %x : tensor<?xi1> -> tensor<i1>
  %1 = theano.all %x : tensor<?xi1> -> tensor<i1>
  return %0, %1 : tensor<i1>, tensor<i1>
}

// -----

// A NaN wins once, and the place counts through the reduced dimensions.
// CHECK-LABEL: func.func @argmax(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x3x5xf32>
// CHECK:         linalg.generic {{.*}}iterator_types = ["reduction", "parallel", "reduction"]
// CHECK:       ^bb0(%[[V:.*]]: f32, %[[BEST:.*]]: f32, %[[AT:.*]]: i64):
// CHECK:         %[[WINS:.*]] = arith.cmpf ugt, %[[V]], %[[BEST]] : f32
// CHECK:         %[[OPEN:.*]] = arith.cmpf ord, %[[BEST]], %[[BEST]] : f32
// CHECK:         %[[TAKE:.*]] = arith.andi %[[WINS]], %[[OPEN]] : i1
// CHECK:         %[[I:.*]] = linalg.index 0 : index
// CHECK:         %[[SCALED:.*]] = arith.muli %[[I]], %c5
// CHECK:         %[[J:.*]] = linalg.index 2 : index
// CHECK:         %[[K:.*]] = arith.addi %[[SCALED]], %[[J]] : index
// CHECK:         %[[PLACE:.*]] = arith.index_cast %[[K]] : index to i64
// CHECK:         arith.select %[[TAKE]], %[[V]], %[[BEST]] : f32
// CHECK:         arith.select %[[TAKE]], %[[PLACE]], %[[AT]] : i64
func.func @argmax(%x: tensor<?x3x5xf32>) -> tensor<3xi64> {
  %0 = theano.argmax %x axes [0, 2] : tensor<?x3x5xf32> -> tensor<3xi64>
  return %0 : tensor<3xi64>
}
