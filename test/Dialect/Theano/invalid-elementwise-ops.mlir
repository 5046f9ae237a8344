// RUN: theano-opt %s -verify-diagnostics -split-input-file

// Each op that invalid-elementwise.mlir leaves out, by one of its constraints.

// (c1) a function of a float
func.func @ceil(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.ceil' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.ceil %x : tensor<?xi32>
  return
}

// -----

// (c1) a function of a float
func.func @cos(%x: tensor<2xi1>) {
  // expected-error @+1 {{'theano.cos' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<2xi1>'}}
  %0 = theano.cos %x : tensor<2xi1>
  return
}

// -----

// (c1) a function of a float
func.func @erf(%x: tensor<?x?xui8>) {
  // expected-error @+1 {{'theano.erf' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?x?xui8>'}}
  %0 = theano.erf %x : tensor<?x?xui8>
  return
}

// -----

// (c1) a function of a float
func.func @expm1(%x: tensor<i64>) {
  // expected-error @+1 {{'theano.expm1' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<i64>'}}
  %0 = theano.expm1 %x : tensor<i64>
  return
}

// -----

// (c1) a function of a float
func.func @inv(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.inv' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.inv %x : tensor<?xi32>
  return
}

// -----

// (c1) a function of a float
func.func @isinf(%x: tensor<2xi1>) {
  // expected-error @+1 {{'theano.isinf' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<2xi1>'}}
  %0 = theano.isinf %x : tensor<2xi1> -> tensor<2xi1>
  return
}

// -----

// (c1) a function of a float
func.func @log(%x: tensor<?x?xui8>) {
  // expected-error @+1 {{'theano.log' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?x?xui8>'}}
  %0 = theano.log %x : tensor<?x?xui8>
  return
}

// -----

// (c1) a function of a float
func.func @log1p(%x: tensor<i64>) {
  // expected-error @+1 {{'theano.log1p' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<i64>'}}
  %0 = theano.log1p %x : tensor<i64>
  return
}

// -----

// (c1) a function of a float
func.func @sigmoid(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.sigmoid' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.sigmoid %x : tensor<?xi32>
  return
}

// -----

// (c1) a function of a float
func.func @sin(%x: tensor<2xi1>) {
  // expected-error @+1 {{'theano.sin' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<2xi1>'}}
  %0 = theano.sin %x : tensor<2xi1>
  return
}

// -----

// (c1) a function of a float
func.func @softplus(%x: tensor<?x?xui8>) {
  // expected-error @+1 {{'theano.softplus' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?x?xui8>'}}
  %0 = theano.softplus %x : tensor<?x?xui8>
  return
}

// -----

// (c1) a function of a float
func.func @sqrt(%x: tensor<i64>) {
  // expected-error @+1 {{'theano.sqrt' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<i64>'}}
  %0 = theano.sqrt %x : tensor<i64>
  return
}

// -----

// (c1) a function of a float
func.func @tanh(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.tanh' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<?xi32>'}}
  %0 = theano.tanh %x : tensor<?xi32>
  return
}

// -----

// (c1) a function of a float
func.func @trunc(%x: tensor<2xi1>) {
  // expected-error @+1 {{'theano.trunc' op operand #0 must be ranked tensor of floats (f16, bf16, f32, f64; cast bool and integers first), but got 'tensor<2xi1>'}}
  %0 = theano.trunc %x : tensor<2xi1>
  return
}

// -----

// (c1) a function of a number
func.func @abs(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.abs' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.abs %x : tensor<?xi1>
  return
}

// -----

// (c1) a function of a number
func.func @sgn(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.sgn' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.sgn %x : tensor<?xi1>
  return
}

// -----

// (c1) a function of a number
func.func @sqr(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.sqr' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.sqr %x : tensor<?xi1>
  return
}

// -----

// (c1)
func.func @invert(%x: tensor<?xf32>) {
  // expected-error @+1 {{'theano.invert' op operand #0 must be ranked tensor of bool (i1) or integers (i8 to i64, ui8 to ui64), but got 'tensor<?xf32>'}}
  %0 = theano.invert %x : tensor<?xf32>
  return
}

// -----

// (c1)
func.func @or(%x: tensor<?xf64>) {
  // expected-error @+1 {{'theano.or' op operand #0 must be ranked tensor of bool (i1) or integers (i8 to i64, ui8 to ui64), but got 'tensor<?xf64>'}}
  %0 = theano.or %x, %x : tensor<?xf64>
  return
}

// -----

// (c1)
func.func @xor(%x: tensor<?xf64>) {
  // expected-error @+1 {{'theano.xor' op operand #0 must be ranked tensor of bool (i1) or integers (i8 to i64, ui8 to ui64), but got 'tensor<?xf64>'}}
  %0 = theano.xor %x, %x : tensor<?xf64>
  return
}

// -----

// (c1)
func.func @int_div(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.int_div' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.int_div %x, %x : tensor<?xi1>
  return
}

// -----

// (c1)
func.func @mod(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.mod' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.mod %x, %x : tensor<?xi1>
  return
}

// -----

// (c1)
func.func @pow(%x: tensor<?xi1>) {
  // expected-error @+1 {{'theano.pow' op operand #0 must be ranked tensor of numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first), but got 'tensor<?xi1>'}}
  %0 = theano.pow %x, %x : tensor<?xi1>
  return
}

// -----

// (c2)
func.func @maximum(%a: tensor<?xi8>, %b: tensor<?xui8>) {
  // expected-error @+1 {{'theano.maximum' op operand #1 of type 'tensor<?xui8>' has another element type than operand #0 of type 'tensor<?xi8>'; cast one of them first}}
  %0 = theano.maximum %a, %b : (tensor<?xi8>, tensor<?xui8>) -> tensor<?xi8>
  return
}

// -----

// (c3)
func.func @minimum(%a: tensor<?xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{'theano.minimum' op operand #1 of type 'tensor<f32>' has another rank than operand #0 of type 'tensor<?xf32>'; add dimensions with theano.dimshuffle first}}
  %0 = theano.minimum %a, %b : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return
}

// -----

// (c2)
func.func @eq(%a: tensor<?xi32>, %b: tensor<?xi64>) {
  // expected-error @+1 {{'theano.eq' op operand #1 of type 'tensor<?xi64>' has another element type than operand #0 of type 'tensor<?xi32>'; cast one of them first}}
  %0 = theano.eq %a, %b : (tensor<?xi32>, tensor<?xi64>) -> tensor<?xi1>
  return
}

// -----

// (c3)
func.func @neq(%a: tensor<?xi32>, %b: tensor<?x1xi32>) {
  // expected-error @+1 {{'theano.neq' op operand #1 of type 'tensor<?x1xi32>' has another rank than operand #0 of type 'tensor<?xi32>'}}
  %0 = theano.neq %a, %b : (tensor<?xi32>, tensor<?x1xi32>) -> tensor<?x?xi1>
  return
}

// -----

// (c4)
func.func @ge(%a: tensor<?xf32>) {
  // expected-error @+1 {{'theano.ge' op operand #0 cannot broadcast dimension 0 of 'tensor<?xf32>': only a static size of 1 broadcasts}}
  %0 = theano.ge %a, %a broadcast [[0], []] : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  return
}

// -----

// (c5)
func.func @gt(%a: tensor<2x?xf32>, %b: tensor<3x?xf32>) {
  // expected-error @+1 {{'theano.gt' op operand #1 of type 'tensor<3x?xf32>' does not match operand #0 of type 'tensor<2x?xf32>' in dimension 0}}
  %0 = theano.gt %a, %b : (tensor<2x?xf32>, tensor<3x?xf32>) -> tensor<?x?xi1>
  return
}

// -----

// (c6)
func.func @le(%a: tensor<?xf32>) {
  // expected-error @+1 {{'theano.le' op result has type 'tensor<4xi1>' where 'tensor<?xi1>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.le %a, %a : (tensor<?xf32>, tensor<?xf32>) -> tensor<4xi1>
  return
}
