// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1) of functions of a float
func.func @exp(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.exp' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.exp %x : tensor<?xi32>
  return
}

// -----

// (c1)
func.func @exp2(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.exp2' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.exp2 %x : tensor<?xi32>
  return
}

// -----

// (c2)
func.func @exp2_shape(%x: tensor<2xf32>) {
  // expected-error @+1 {{op result has type 'tensor<3xf32>' where 'tensor<2xf32>' is inferred}}
  %0 = "theano.exp2"(%x) : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

// (c1)
func.func @log2(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.log2' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.log2 %x : tensor<?xi32>
  return
}

// -----

// (c2)
func.func @log2_shape(%x: tensor<2xf32>) {
  // expected-error @+1 {{op result has type 'tensor<3xf32>' where 'tensor<2xf32>' is inferred}}
  %0 = "theano.log2"(%x) : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

// (c1)
func.func @log10(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.log10' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.log10 %x : tensor<?xi32>
  return
}

// -----

// (c2)
func.func @log10_shape(%x: tensor<2xf32>) {
  // expected-error @+1 {{op result has type 'tensor<3xf32>' where 'tensor<2xf32>' is inferred}}
  %0 = "theano.log10"(%x) : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

// (c1)
func.func @tan(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.tan' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.tan %x : tensor<?xi32>
  return
}

// -----

// (c2)
func.func @tan_shape(%x: tensor<2xf32>) {
  // expected-error @+1 {{op result has type 'tensor<3xf32>' where 'tensor<2xf32>' is inferred}}
  %0 = "theano.tan"(%x) : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

// (c1)
func.func @floor(%x: tensor<i1>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of floats}}
  %0 = theano.floor %x : tensor<i1>
  return
}

// -----

// (c1)
func.func @round(%x: tensor<i64>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of floats}}
  %0 = theano.round half_to_even %x : tensor<i64>
  return
}

// -----

func.func @round_mode(%x: tensor<f32>) {
  // expected-error @+1 {{enum values for attribute 'mode' [half_to_even, half_away_from_zero]}}
  %0 = theano.round half_up %x : tensor<f32>
  return
}

// -----

// (c1)
func.func @true_div(%x: tensor<i64>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<i64>'}}
  %0 = theano.true_div %x, %x : tensor<i64>
  return
}

// -----

// (c1)
func.func @sub_bool(%x: tensor<?xi1>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.sub %x, %x : tensor<?xi1>
  return
}

// -----

// (c1)
func.func @neg_bool(%x: tensor<?xi1>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of numbers}}
  %0 = theano.neg %x : tensor<?xi1>
  return
}

// -----

// (c1)
func.func @and_float(%x: tensor<?xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of bool (i1) or integers (i8 to i64, ui8 to ui64), but got 'tensor<?xf32>'}}
  %0 = theano.and %x, %x : tensor<?xf32>
  return
}

// -----

// (c1)
func.func @odd_width(%x: tensor<?xi24>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of bool (i1), i8 to i64, ui8 to ui64, f16, bf16, f32 or f64, but got 'tensor<?xi24>'}}
  %0 = theano.add %x, %x : tensor<?xi24>
  return
}

// -----

// (c1)
func.func @switch_condition(%c: tensor<?xf32>, %x: tensor<?xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of bool (i1), but got 'tensor<?xf32>'}}
  %0 = theano.switch %c, %x, %x : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// (c2)
func.func @element_types(%a: tensor<?xf32>, %b: tensor<?xf64>) {
  // expected-error @+1 {{'theano.add' op operand #1 of type 'tensor<?xf64>' has another element type than operand #0 of type 'tensor<?xf32>'; cast one of them first}}
  %0 = theano.add %a, %b : (tensor<?xf32>, tensor<?xf64>) -> tensor<?xf64>
  return
}

// -----

// (c2) of switch: the condition does not count.
func.func @switch_element_types(%c: tensor<?xi1>, %a: tensor<?xf32>, %b: tensor<?xf64>) {
  // expected-error @+1 {{'theano.switch' op operand #2 of type 'tensor<?xf64>' has another element type than operand #1 of type 'tensor<?xf32>'}}
  %0 = theano.switch %c, %a, %b : (tensor<?xi1>, tensor<?xf32>, tensor<?xf64>) -> tensor<?xf64>
  return
}

// -----

// (c3)
func.func @ranks(%a: tensor<?xf32>, %b: tensor<?x?xf32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?x?xf32>' has another rank than operand #0 of type 'tensor<?xf32>'; add dimensions with theano.dimshuffle first}}
  %0 = theano.add %a, %b : (tensor<?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return
}

// -----

// (c4) as many lists as operands
func.func @broadcast_lists(%a: tensor<1xf32>) {
  // expected-error @+1 {{has 1 lists of broadcast dimensions for 2 operands}}
  %0 = theano.add %a, %a broadcast [[0]] : tensor<1xf32>
  return
}

// -----

// (c4) a size that happens to be 1 does not broadcast
func.func @broadcast_unknown(%a: tensor<?xf32>) {
  // expected-error @+1 {{operand #0 cannot broadcast dimension 0 of 'tensor<?xf32>': only a static size of 1 broadcasts}}
  %0 = theano.add %a, %a broadcast [[0], []] : tensor<?xf32>
  return
}

// -----

// (c4)
func.func @broadcast_range(%a: tensor<1xf32>) {
  // expected-error @+1 {{broadcast list of operand #1 must be strictly increasing dimensions of 'tensor<1xf32>'}}
  %0 = theano.add %a, %a broadcast [[0], [1]] : tensor<1xf32>
  return
}

// -----

// (c4)
func.func @broadcast_twice(%a: tensor<1xf32>) {
  // expected-error @+1 {{broadcast list of operand #0 must be strictly increasing}}
  %0 = theano.add %a, %a broadcast [[0, 0], []] : tensor<1xf32>
  return
}

// -----

// (c5)
func.func @sizes(%a: tensor<?x3xf32>, %b: tensor<?x4xf32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?x4xf32>' does not match operand #0 of type 'tensor<?x3xf32>' in dimension 1}}
  %0 = theano.mul %a, %b : (tensor<?x3xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// (c5) of three operands, the first of which says nothing
func.func @sizes_of_three(%a: tensor<?xf32>, %b: tensor<3xf32>, %c: tensor<4xf32>) {
  // expected-error @+1 {{operand #2 of type 'tensor<4xf32>' does not match operand #1 of type 'tensor<3xf32>' in dimension 0}}
  %0 = theano.clip %a, %b, %c : (tensor<?xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

// (c5) a 1 that does not broadcast is a size like others
func.func @learnt_size(%a: tensor<1xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<4xf32>' does not match operand #0 of type 'tensor<1xf32>' in dimension 0}}
  %0 = theano.add %a, %b broadcast [[], []] : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// (c6) more than is known
func.func @claims(%a: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.add %a, %a : (tensor<?xf32>, tensor<?xf32>) -> tensor<3xf32>
  return
}

// -----

// (c6)
func.func @comparison_result(%a: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<?xf32>' where 'tensor<?xi1>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.lt %a, %a : tensor<?xf32>
  return
}

// -----

// (c2) of cast
func.func @cast_shape(%a: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xi32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.cast %a : tensor<?xf32> -> tensor<3xi32>
  return
}

// -----

// (c2) of isnan
func.func @isnan(%a: tensor<?xf32>) {
  // expected-error @+1 {{result #0 must be ranked tensor of bool (i1), but got 'tensor<?xi8>'}}
  %0 = theano.isnan %a : tensor<?xf32> -> tensor<?xi8>
  return
}

// -----

func.func @operand_count(%a: tensor<?xf32>) {
  // expected-error @+1 {{expected 2 operand types and one result type, got '(tensor<?xf32>) -> tensor<?xf32>'}}
  %0 = theano.add %a, %a : (tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @unranked(%a: tensor<*xf32>) {
  // expected-error @+1 {{expected ranked tensors, got 'tensor<*xf32>'}}
  %0 = theano.add %a, %a : tensor<*xf32>
  return
}
