// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1) of constant
func.func @constant() {
  // expected-error @+1 {{result #0 must be ranked tensor of bool (i1), i8 to i64, ui8 to ui64, f16, bf16, f32 or f64, but got 'tensor<2xi24>'}}
  %0 = theano.constant dense<[1, 2]> : tensor<2xi24>
  return
}

// -----

// (c1) of dimshuffle
func.func @dimshuffle_range(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{'theano.dimshuffle' op order names dimension 2, which the operand of type 'tensor<?x?xf32>' does not have}}
  %0 = theano.dimshuffle %x [2, 0] : tensor<?x?xf32>
  return
}

// -----

// (c1) of dimshuffle
func.func @dimshuffle_word(%x: tensor<?xf32>) {
  // expected-error @+1 {{expected a dimension or "x", got "y"}}
  %0 = theano.dimshuffle %x [0, "y"] : tensor<?xf32> -> tensor<?x1xf32>
  return
}

// -----

// (c2) of dimshuffle
func.func @dimshuffle_twice(%x: tensor<?xf32>) {
  // expected-error @+1 {{order names dimension 0 of the operand of type 'tensor<?xf32>' twice}}
  %0 = theano.dimshuffle %x [0, 0] : tensor<?xf32> -> tensor<?x?xf32>
  return
}

// -----

// (c3) of dimshuffle
func.func @dimshuffle_drop(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{order drops dimension 0 of the operand of type 'tensor<?x3xf32>': only a static size of 1 can be dropped}}
  %0 = theano.dimshuffle %x [1] : tensor<?x3xf32> -> tensor<3xf32>
  return
}

// -----

// (c4) of dimshuffle
func.func @dimshuffle_result(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{result has type 'tensor<?x3xf32>' where 'tensor<3x?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.dimshuffle %x [1, 0] : tensor<?x3xf32>
  return
}

// -----

// (c1) of reshape
func.func @reshape_length(%x: tensor<?xf32>, %s: tensor<?xi64>) {
  // expected-error @+1 {{shape of type 'tensor<?xi64>' is no vector of static length, which is the rank of the result}}
  %0 = theano.reshape %x, %s : (tensor<?xf32>, tensor<?xi64>) -> tensor<?xf32>
  return
}

// -----

// (c1) of reshape
func.func @reshape_dtype(%x: tensor<?xf32>, %s: tensor<2xi32>) {
  // expected-error @+1 {{operand #1 must be ranked tensor of i64, but got 'tensor<2xi32>'}}
  %0 = theano.reshape %x, %s : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  return
}

// -----

// (c2) of reshape
func.func @reshape_rank(%x: tensor<?xf32>, %s: tensor<2xi64>) {
  // expected-error @+1 {{result has type 'tensor<?xf32>' where 'tensor<?x?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.reshape %x, %s : (tensor<?xf32>, tensor<2xi64>) -> tensor<?xf32>
  return
}

// -----

// (c1) of flatten
func.func @flatten_zero(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{cannot flatten the operand of type 'tensor<?x?xf32>' to 0 dimensions}}
  %0 = theano.flatten %x ndim 0 : tensor<?x?xf32> -> tensor<f32>
  return
}

// -----

// (c1) of flatten
func.func @flatten_more(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{cannot flatten the operand of type 'tensor<?x?xf32>' to 3 dimensions}}
  %0 = theano.flatten %x ndim 3 : tensor<?x?xf32> -> tensor<?x?x1xf32>
  return
}

// -----

// (c2) of flatten
func.func @flatten_result(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{result has type 'tensor<2xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.flatten %x ndim 1 : tensor<2x?xf32> -> tensor<2xf32>
  return
}

// -----

// (c1) of alloc
func.func @alloc_operands(%v: tensor<f32>, %n: tensor<i64>) {
  // expected-error @+1 {{has 1 size operands, but static_sizes asks for 0}}
  %0 = "theano.alloc"(%v, %n) {static_sizes = array<i64: 3>, broadcast = array<i64>} : (tensor<f32>, tensor<i64>) -> tensor<3xf32>
  return
}

// -----

func.func @alloc_size_type(%v: tensor<f32>, %n: tensor<i32>) {
  // expected-error @+2 {{expects different type than prior uses: 'tensor<i64>' vs 'tensor<i32>'}}
  // expected-note @-2 {{prior use here}}
  %0 = theano.alloc %v [%n] : tensor<f32> -> tensor<?xf32>
  return
}

// -----

// (c2) of alloc
func.func @alloc_negative(%v: tensor<f32>) {
  // expected-error @+1 {{size 1 is negative: -2}}
  %0 = theano.alloc %v [3, -2] : tensor<f32> -> tensor<3x?xf32>
  return
}

// -----

// (c2) of alloc
func.func @alloc_missing(%v: tensor<f32>) {
  // expected-error @+1 {{size 0 is missing}}
  %0 = theano.alloc %v [?] : tensor<f32> -> tensor<?xf32>
  return
}

// -----

// (c3) of alloc
func.func @alloc_rank(%v: tensor<?x?xf32>) {
  // expected-error @+1 {{value of type 'tensor<?x?xf32>' has more dimensions than there are sizes (1)}}
  %0 = theano.alloc %v [3] : tensor<?x?xf32> -> tensor<3xf32>
  return
}

// -----

// (c4) of alloc
func.func @alloc_broadcast(%v: tensor<?xf32>) {
  // expected-error @+1 {{broadcast must be strictly increasing dimensions of static size 1 of the value of type 'tensor<?xf32>'}}
  %0 = theano.alloc %v [3] broadcast [0] : tensor<?xf32> -> tensor<3xf32>
  return
}

// -----

// (c5) of alloc
func.func @alloc_fit(%v: tensor<2xf32>) {
  // expected-error @+1 {{value of type 'tensor<2xf32>' does not fit size 3 asked for in dimension 1}}
  %0 = theano.alloc %v [4, 3] : tensor<2xf32> -> tensor<4x3xf32>
  return
}

// -----

// (c6) of alloc
func.func @alloc_result(%v: tensor<f32>, %n: tensor<i64>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.alloc %v [%n] : tensor<f32> -> tensor<3xf32>
  return
}

// -----

// (c1) of shape
func.func @shape(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xi64>' where 'tensor<2xi64>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.shape %x : tensor<?x?xf32> -> tensor<3xi64>
  return
}

// -----

// (c1) of specify_shape
func.func @specify_count(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{has 1 sizes for an operand of type 'tensor<?x?xf32>'}}
  %0 = theano.specify_shape %x [3] : tensor<?x?xf32> -> tensor<3x?xf32>
  return
}

// -----

// (c2) of specify_shape
func.func @specify_negative(%x: tensor<?xf32>) {
  // expected-error @+1 {{size 0 is negative: -1}}
  %0 = theano.specify_shape %x [-1] : tensor<?xf32>
  return
}

// -----

// (c3) of specify_shape
func.func @specify_contradiction(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{asks for size 4 in dimension 1 of the operand of type 'tensor<?x3xf32>'}}
  %0 = theano.specify_shape %x [?, 4] : tensor<?x3xf32> -> tensor<?x4xf32>
  return
}

// -----

// (c4) of specify_shape
func.func @specify_result(%x: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.specify_shape %x [?] : tensor<?xf32> -> tensor<3xf32>
  return
}

// -----

// (c1) of join
func.func @join_nothing() {
  // expected-error @+1 {{has no operands to join}}
  %0 = theano.join axis 0 : () -> tensor<0xf32>
  return
}

// -----

// (c2) of join
func.func @join_element_types(%a: tensor<?xf32>, %b: tensor<?xf64>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?xf64>' has another element type or rank than operand #0 of type 'tensor<?xf32>'}}
  %0 = theano.join %a, %b axis 0 : (tensor<?xf32>, tensor<?xf64>) -> tensor<?xf64>
  return
}

// -----

// (c3) of join
func.func @join_scalars(%a: tensor<f32>) {
  // expected-error @+1 {{axis 0 is no dimension of operand #0 of type 'tensor<f32>'}}
  %0 = theano.join %a, %a axis 0 : (tensor<f32>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

// (c4) of join
func.func @join_axis(%a: tensor<?xf32>) {
  // expected-error @+1 {{axis -1 is no dimension of operand #0 of type 'tensor<?xf32>'}}
  %0 = theano.join %a axis -1 : (tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// (c5) of join
func.func @join_sizes(%a: tensor<?x?xf32>, %b: tensor<?x3xf32>, %c: tensor<?x4xf32>) {
  // expected-error @+1 {{operand #2 of type 'tensor<?x4xf32>' does not match the size 3 of the operands before it in dimension 1; operand #0 has type 'tensor<?x?xf32>'}}
  %0 = theano.join %a, %b, %c axis 0 : (tensor<?x?xf32>, tensor<?x3xf32>, tensor<?x4xf32>) -> tensor<?x?xf32>
  return
}

// -----

// (c6) of join
func.func @join_result(%a: tensor<2xf32>) {
  // expected-error @+1 {{result has type 'tensor<5xf32>' where 'tensor<4xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.join %a, %a axis 0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<5xf32>
  return
}
