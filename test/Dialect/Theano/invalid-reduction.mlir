// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1)
func.func @range(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{'theano.sum' op axes must be strictly increasing dimensions of the operand of type 'tensor<?x?xf32>', got 2}}
  %0 = theano.sum %x axes [0, 2] : tensor<?x?xf32> -> tensor<f32>
  return
}

// -----

// (c1)
func.func @order(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{'theano.max' op axes must be strictly increasing dimensions of the operand of type 'tensor<?x?xf32>', got 0}}
  %0 = theano.max %x axes [1, 0] : tensor<?x?xf32> -> tensor<f32>
  return
}

// -----

// (c1)
func.func @scalar(%x: tensor<f32>) {
  // expected-error @+1 {{axes must be strictly increasing dimensions of the operand of type 'tensor<f32>', got -1}}
  %0 = theano.argmax %x axes [-1] : tensor<f32> -> tensor<i64>
  return
}

// -----

// (c2)
func.func @shape(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{result has type 'tensor<1x3xf32>' where 'tensor<3xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.sum %x axes [0] : tensor<?x3xf32> -> tensor<1x3xf32>
  return
}

// -----

// (c2)
func.func @keepdims(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<1x3xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.min %x axes [0] keepdims : tensor<?x3xf32> -> tensor<3xf32>
  return
}

// -----

// (c3) of max
func.func @max_element(%x: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<f64>' where 'tensor<f32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.max %x : tensor<?xf32> -> tensor<f64>
  return
}

// -----

// (c3) of argmax
func.func @argmax_element(%x: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<i32>' where 'tensor<i64>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.argmax %x : tensor<?xf32> -> tensor<i32>
  return
}

// -----

func.func @any_element(%x: tensor<?xi8>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of bool (i1), but got 'tensor<?xi8>'}}
  %0 = theano.any %x : tensor<?xi8> -> tensor<i8>
  return
}

// -----

// (c3) of sum
func.func @accumulator(%x: tensor<?xf32>) {
  // expected-error @+1 {{accumulates in 'i64', which cannot give a result of type 'tensor<f32>'; take a float type}}
  %0 = theano.sum %x acc i64 : tensor<?xf32> -> tensor<f32>
  return
}

// -----

// (c3) of sum
func.func @integer_accumulator(%x: tensor<?xi32>) {
  // expected-error @+1 {{accumulates in 'f64', which cannot give a result of type 'tensor<i64>'; take an integer type}}
  %0 = theano.sum %x acc f64 : tensor<?xi32> -> tensor<i64>
  return
}

// -----

// (c4) of prod
func.func @kind(%x: tensor<?xf32>) {
  // expected-error @+1 {{operand of type 'tensor<?xf32>' holds floats but the result has type 'tensor<i64>'; cast the operand first}}
  %0 = theano.prod %x : tensor<?xf32> -> tensor<i64>
  return
}

// -----

func.func @mean_of_integers(%x: tensor<?xi32>) {
  // expected-error @+1 {{result #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<i64>'}}
  %0 = theano.mean %x : tensor<?xi32> -> tensor<i64>
  return
}

// -----

func.func @all_element(%x: tensor<?xf32>) {
  // expected-error @+1 {{'theano.all' op operand #0 must be ranked tensor of bool (i1), but got 'tensor<?xf32>'}}
  %0 = theano.all %x : tensor<?xf32> -> tensor<f32>
  return
}
