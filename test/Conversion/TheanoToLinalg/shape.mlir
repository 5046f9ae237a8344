// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s

// CHECK-LABEL: func.func @constants
// CHECK:         arith.constant dense<[1, 0]> : tensor<2xi8>
// CHECK:         arith.constant dense<-1> : tensor<3xi8>
// CHECK:         arith.constant dense<1.500000e+00> : tensor<f64>
func.func @constants() -> (tensor<2xi1>, tensor<3xui8>, tensor<f64>) {
  %0 = theano.constant dense<[true, false]> : tensor<2xi1>
  %1 = theano.constant dense<255> : tensor<3xui8>
  %2 = theano.constant dense<1.5> : tensor<f64>
  return %0, %1, %2 : tensor<2xi1>, tensor<3xui8>, tensor<f64>
}

// -----

// CHECK-DAG: #[[$FROM:.*]] = affine_map<(d0, d1, d2) -> (d2, 0, d0)>
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @dimshuffle(
// CHECK:         tensor.empty(%{{.*}}) : tensor<?x1x2xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$FROM]], #[[$ID]]], iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      linalg.yield %[[X]] : f32
func.func @dimshuffle(%x: tensor<2x1x?xf32>) -> tensor<?x1x2xf32> {
  %0 = theano.dimshuffle %x [2, "x", 0] : tensor<2x1x?xf32> -> tensor<?x1x2xf32>
  return %0 : tensor<?x1x2xf32>
}

// -----

// A shape made of sizes and numbers is computed on the host.
// CHECK-LABEL: func.func @reshape(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NOT:     tensor.extract
// CHECK:         kernel.check %{{.*}}, reshape_mismatch(%{{.*}}, %{{.*}} : index, index)
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1]] : tensor<?x?xf32> into tensor<?xf32>
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0, 1, 2]] output_shape [%{{.*}}, 2, %{{.*}}] : tensor<?xf32> into tensor<?x2x?xf32>
func.func @reshape(%x: tensor<?x?xf32>) -> tensor<?x2x?xf32> {
  %s = theano.shape %x : tensor<?x?xf32> -> tensor<2xi64>
  %n = theano.subtensor %s[0:1] : tensor<2xi64> -> tensor<1xi64>
  %c = theano.constant dense<[2, -1]> : tensor<2xi64>
  %t = theano.join %n, %c axis 0 : (tensor<1xi64>, tensor<2xi64>) -> tensor<3xi64>
  %0 = theano.reshape %x, %t : (tensor<?x?xf32>, tensor<3xi64>) -> tensor<?x2x?xf32>
  return %0 : tensor<?x2x?xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_scalars(
// CHECK:         tensor.expand_shape %{{.*}} [] output_shape [1] : tensor<f32> into tensor<1xf32>
// CHECK:         kernel.check %{{.*}}, reshape_mismatch
// CHECK:         tensor.cast %{{.*}} : tensor<?xf32> to tensor<1xf32>
// CHECK:         tensor.collapse_shape %{{.*}} [] : tensor<1xf32> into tensor<f32>
func.func @reshape_scalars(%x: tensor<f32>, %y: tensor<?xf32>) -> (tensor<1xf32>, tensor<f32>) {
  %one = theano.constant dense<1> : tensor<1xi64>
  %none = theano.constant dense<> : tensor<0xi64>
  %0 = theano.reshape %x, %one : (tensor<f32>, tensor<1xi64>) -> tensor<1xf32>
  %1 = theano.reshape %y, %none : (tensor<?xf32>, tensor<0xi64>) -> tensor<f32>
  return %0, %1 : tensor<1xf32>, tensor<f32>
}

// -----

// Static shapes that do not match fail at run time, not in the compiler.
// CHECK-LABEL: func.func @reshape_never(
// CHECK:         %[[NO:.*]] = arith.constant false
// CHECK:         kernel.check %[[NO]], reshape_mismatch
func.func @reshape_never(%x: tensor<6xf32>) -> tensor<5xf32> {
  %s = theano.constant dense<5> : tensor<1xi64>
  %0 = theano.reshape %x, %s : (tensor<6xf32>, tensor<1xi64>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// CHECK-LABEL: func.func @flatten(
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]] : tensor<?x3x4xf32> into tensor<?x12xf32>
func.func @flatten(%x: tensor<?x3x4xf32>) -> tensor<?x12xf32> {
  %0 = theano.flatten %x ndim 2 : tensor<?x3x4xf32> -> tensor<?x12xf32>
  return %0 : tensor<?x12xf32>
}

// -----

// CHECK-DAG: #[[$SCALAR:.*]] = affine_map<(d0, d1) -> ()>
// CHECK-LABEL: func.func @alloc(
// CHECK:         %[[N:.*]] = tensor.extract %{{.*}}[] : tensor<i64>
// CHECK:         %[[SIZE:.*]] = arith.index_cast %[[N]] : i64 to index
// CHECK:         %[[OK:.*]] = arith.cmpi sge, %[[SIZE]], %{{.*}}
// CHECK:         kernel.check %[[OK]], negative_size(%[[SIZE]] : index)
// CHECK:         tensor.empty(%[[SIZE]]) : tensor<?x3xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$SCALAR]],
func.func @alloc(%v: tensor<f32>, %n: tensor<i64>) -> tensor<?x3xf32> {
  %0 = theano.alloc %v [%n, 3] : tensor<f32> -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// CHECK-LABEL: func.func @shape(
// CHECK:         %[[N:.*]] = arith.index_cast %{{.*}} : index to i64
// CHECK:         linalg.generic
// CHECK:           %[[I:.*]] = linalg.index 0
// CHECK:           arith.cmpi eq, %[[I]]
// CHECK:           arith.select %{{.*}}, %[[N]], %c3_i64 : i64
func.func @shape(%x: tensor<?x3xf32>) -> tensor<2xi64> {
  %0 = theano.shape %x : tensor<?x3xf32> -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// -----

// CHECK-LABEL: func.func @specify_shape(
// CHECK:         kernel.check %{{.*}}, specify_shape(%{{.*}}, %c3, %{{.*}} : index, index, index)
// CHECK:         tensor.cast %{{.*}} : tensor<?x?xf32> to tensor<?x3xf32>
func.func @specify_shape(%x: tensor<?x?xf32>) -> tensor<?x3xf32> {
  %0 = theano.specify_shape %x [?, 3] : tensor<?x?xf32> -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// Only the part that holds an element is read.
// CHECK-LABEL: func.func @join(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<?x?xf32>{{[^%]*}}%[[B:[^:]*]]: tensor<?x?xf32>
// CHECK:         %[[END:.*]] = arith.addi
// CHECK:         kernel.check %{{.*}}, shape_mismatch(%c1
// CHECK:         linalg.generic
// CHECK:           scf.if
// CHECK:             tensor.extract %[[A]]
// CHECK:           } else {
// CHECK:             tensor.extract %[[B]]
func.func @join(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.join %a, %b axis 0 : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// No alias of nothing: its sizes would be folded away with the number of elements.
// CHECK-LABEL: func.func @reshape_nothing
// CHECK-NOT:     collapse_shape
// CHECK:         %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<?x0xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[E]] : tensor<?x0xf32>)
func.func @reshape_nothing(%x: tensor<?x?x0xf32>, %n: tensor<1xi64>) -> tensor<?x0xf32> {
  %zero = theano.constant dense<0> : tensor<1xi64>
  %shape = theano.join %n, %zero axis 0 : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %0 = theano.reshape %x, %shape : (tensor<?x?x0xf32>, tensor<2xi64>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}
