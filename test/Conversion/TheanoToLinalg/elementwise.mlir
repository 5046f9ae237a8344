// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s

// The signature says what each tensor was.
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @broadcast(
// CHECK-SAME:    %[[A:.*]]: tensor<1x?xf32> {theano.dtype = "float32", theano.name = "a"},
// CHECK-SAME:    %[[B:.*]]: tensor<?x?xf32> {theano.dtype = "float32", theano.shared = "w"})
// CHECK-SAME:    -> (tensor<?x?xf32> {theano.dtype = "float32", theano.update = "w"})
// CHECK-DAG:     %[[M:.*]] = tensor.dim %[[B]], %c0
// CHECK-DAG:     %[[NA:.*]] = tensor.dim %[[A]], %c1
// CHECK-DAG:     %[[NB:.*]] = tensor.dim %[[B]], %c1
// CHECK:         %[[OK:.*]] = arith.cmpi eq, %[[NA]], %[[NB]] : index
// CHECK:         kernel.check %[[OK]], shape_mismatch(%{{.*}}, %[[NA]], %[[NB]] : index, index, index)
// CHECK-NOT:     kernel.check
// CHECK:         %[[E:.*]] = tensor.empty(%[[M]], %[[NA]]) : tensor<?x?xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$ROW]], #[[$ID]], #[[$ID]]], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME:      ins(%[[A]], %[[B]] : tensor<1x?xf32>, tensor<?x?xf32>) outs(%[[E]] : tensor<?x?xf32>)
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[S:.*]] = arith.subf %[[X]], %[[Y]] : f32
// CHECK-NEXT:      linalg.yield %[[S]] : f32
func.func @broadcast(%a: tensor<1x?xf32> {theano.name = "a"},
                     %b: tensor<?x?xf32> {theano.shared = "w"})
    -> (tensor<?x?xf32> {theano.update = "w"}) {
  %0 = theano.sub %a, %b : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// A 1 that was learnt after the op was built does not broadcast.
// CHECK-LABEL: func.func @learnt(
// CHECK-SAME:    %[[A:.*]]: tensor<1x3xf32> {{.*}}, %[[B:.*]]: tensor<?x3xf32>
// CHECK:         %[[ONE:.*]] = arith.constant 1 : index
// CHECK:         %[[N:.*]] = tensor.dim %[[B]]
// CHECK:         %[[OK:.*]] = arith.cmpi eq, %[[N]], %[[ONE]] : index
// CHECK:         kernel.check %[[OK]], shape_mismatch(%{{.*}}, %[[ONE]], %[[N]] : index, index, index)
// CHECK-NOT:     kernel.check
// CHECK:         tensor.empty() : tensor<1x3xf32>
func.func @learnt(%a: tensor<1x3xf32>, %b: tensor<?x3xf32>) -> tensor<1x3xf32> {
  %0 = theano.add %a, %b broadcast [[], []] : (tensor<1x3xf32>, tensor<?x3xf32>) -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}

// -----

// Equal sizes are not compared again, and a size that an op has made is known.
// CHECK-LABEL: func.func @chain
// CHECK-COUNT-1: kernel.check
// CHECK-NOT:     kernel.check
func.func @chain(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.mul %a, %b : tensor<?xf32>
  %1 = theano.mul %0, %0 : tensor<?xf32>
  %2 = theano.mul %1, %a : tensor<?xf32>
  return %2 : tensor<?xf32>
}

// -----

// Bool is a byte in memory and a bit in the body.
// CHECK-LABEL: func.func @bool(
// CHECK-SAME:    tensor<3xi8> {theano.dtype = "bool"}
// CHECK:         arith.cmpi ne, %{{.*}}, %{{.*}} : i8
// CHECK:         arith.xori %{{.*}}, %{{.*}} : i1
// CHECK:         arith.extui %{{.*}} : i1 to i8
// CHECK:         arith.cmpi ne
// CHECK:         arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @bool(%c: tensor<3xi1>, %a: tensor<3xf32>) -> tensor<3xf32> {
  %0 = theano.invert %c : tensor<3xi1>
  %1 = theano.switch %0, %a, %a : (tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// -----

// Unsigned integers are signless with unsigned operations.
// CHECK-LABEL: func.func @unsigned(
// CHECK-SAME:    tensor<3xi16> {theano.dtype = "uint16"}
// CHECK:         arith.maxui
// CHECK:         arith.cmpi ult
// CHECK:         arith.uitofp
func.func @unsigned(%a: tensor<3xui16>) -> (tensor<3xi1>, tensor<3xf32>) {
  %0 = theano.maximum %a, %a : tensor<3xui16>
  %1 = theano.lt %0, %a : (tensor<3xui16>, tensor<3xui16>) -> tensor<3xi1>
  %2 = theano.cast %a : tensor<3xui16> -> tensor<3xf32>
  return %1, %2 : tensor<3xi1>, tensor<3xf32>
}

// -----

// The divisor is checked, replaced by 1 where it is 0 or -1, and the quotient
// rounded down.
// CHECK-LABEL: func.func @int_div
// CHECK:       ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32, %{{.*}}: i32):
// CHECK:         %[[OK:.*]] = arith.cmpi ne, %[[Y]], %{{.*}} : i32
// CHECK:         kernel.check %[[OK]], division_by_zero
// CHECK:         %[[SAFE:.*]] = arith.select %[[OK]], %[[Y]], %{{.*}} : i32
// CHECK:         %[[M1:.*]] = arith.cmpi eq, %[[SAFE]], %{{.*}} : i32
// CHECK:         %[[D:.*]] = arith.select %[[M1]], %{{.*}}, %[[SAFE]] : i32
// CHECK:         arith.remsi %[[X]], %[[D]] : i32
// CHECK:         arith.divsi %[[X]], %[[D]] : i32
func.func @int_div(%a: tensor<3xi32>, %b: tensor<3xi32>) -> tensor<3xi32> {
  %0 = theano.int_div %a, %b : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// -----

// A constant divisor needs no check.
// CHECK-LABEL: func.func @int_div_by_constant
// CHECK-NOT:     kernel.check
// CHECK:         arith.remui
func.func @int_div_by_constant(%a: tensor<?xui8>) -> tensor<?xui8> {
  %two = theano.constant dense<2> : tensor<ui8>
  %b = theano.dimshuffle %two ["x"] : tensor<ui8> -> tensor<1xui8>
  %0 = theano.mod %a, %b : (tensor<?xui8>, tensor<1xui8>) -> tensor<?xui8>
  return %0 : tensor<?xui8>
}

// -----

// Half precision is computed in f32.
// CHECK-LABEL: func.func @half
// CHECK:         %[[X:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK:         %[[Y:.*]] = math.exp %[[X]] : f32
// CHECK:         arith.truncf %[[Y]] : f32 to bf16
func.func @half(%a: tensor<?xbf16>) -> tensor<?xbf16> {
  %0 = theano.exp %a : tensor<?xbf16>
  return %0 : tensor<?xbf16>
}

// -----

// A float that does not fit never reaches the conversion.
// CHECK-LABEL: func.func @saturate
// CHECK:         %[[SAFE:.*]] = arith.select %{{.*}}, %[[X:.*]], %{{.*}} : f32
// CHECK:         arith.fptosi %[[SAFE]] : f32 to i8
func.func @saturate(%a: tensor<?xf32>) -> tensor<?xi8> {
  %0 = theano.cast %a : tensor<?xf32> -> tensor<?xi8>
  return %0 : tensor<?xi8>
}

// -----

// A cast between signs moves no bits.
// CHECK-LABEL: func.func @same_bits(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<?xi8>
// CHECK-NEXT:    return %[[A]] : tensor<?xi8>
func.func @same_bits(%a: tensor<?xi8>) -> tensor<?xui8> {
  %0 = theano.cast %a : tensor<?xi8> -> tensor<?xui8>
  return %0 : tensor<?xui8>
}

// -----

// CHECK-LABEL: func.func @functions_of_base_two_and_ten
// CHECK:         math.exp2 %{{.*}} : f32
// CHECK:         math.log2 %{{.*}} : f32
// CHECK:         math.log10 %{{.*}} : f32
// CHECK:         math.tan %{{.*}} : f32
func.func @functions_of_base_two_and_ten(%a: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.exp2 %a : tensor<?xf32>
  %1 = theano.log2 %0 : tensor<?xf32>
  %2 = theano.log10 %1 : tensor<?xf32>
  %3 = theano.tan %2 : tensor<?xf32>
  return %3 : tensor<?xf32>
}
