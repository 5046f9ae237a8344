// RUN: theano-opt --convert-theano-to-linalg -split-input-file -verify-diagnostics %s

// expected-error @below {{argument #1 has type 'tensor<3xi4>'; expected a ranked tensor of bool (i1), i8 to i64, ui8 to ui64, f16, bf16, f32 or f64}}
func.func @element_type(%a: tensor<3xf32>, %b: tensor<3xi4>) -> tensor<3xf32> {
  %0 = theano.neg %a : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// expected-error @below {{argument #1 has type 'f32'; expected a ranked tensor}}
func.func @scalar(%a: tensor<3xf32>, %b: f32) -> tensor<3xf32> {
  %0 = theano.neg %a : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// expected-error @below {{has several blocks; expected one block}}
func.func @blocks(%a: tensor<3xf32>) -> tensor<3xf32> {
  %0 = theano.neg %a : tensor<3xf32>
  cf.br ^end
^end:
  return %0 : tensor<3xf32>
}

// -----

func.func @foreign(%a: tensor<3xi1>, %i: tensor<3xf32>) -> tensor<3xi1> {
  // expected-error @below {{'arith.xori' op cannot be kept by convert-theano-to-linalg: its types change with the conversion}}
  %0 = arith.xori %a, %a : tensor<3xi1>
  return %0 : tensor<3xi1>
}

// -----

func.func @inside(%c: tensor<i64>, %a: tensor<3xf32>) -> tensor<3xf32> {
  %n = tensor.extract %c[] : tensor<i64>
  %zero = arith.constant 0 : i64
  %p = arith.cmpi ne, %n, %zero : i64
  %r = scf.if %p -> tensor<3xf32> {
    // expected-error @below {{stands inside 'scf.if', which convert-theano-to-linalg cannot enter}}
    %0 = theano.neg %a : tensor<3xf32>
    scf.yield %0 : tensor<3xf32>
  } else {
    scf.yield %a : tensor<3xf32>
  }
  return %r : tensor<3xf32>
}

// -----

// expected-error @below {{argument #0 has theano.dtype = "uint8", but its type 'tensor<3xi8>' holds int8; leave the attribute out and let the type say the dtype}}
func.func @argument_dtype(%a: tensor<3xi8> {theano.dtype = "uint8"}) -> tensor<3xi8> {
  %0 = theano.neg %a : tensor<3xi8>
  return %0 : tensor<3xi8>
}

// -----

// expected-error @below {{result #0 has theano.dtype = "bool", but its type 'tensor<3xi8>' holds int8}}
func.func @result_dtype(%a: tensor<3xi8> {theano.dtype = "int8"})
    -> (tensor<3xi8> {theano.dtype = "bool"}) {
  return %a : tensor<3xi8>
}

// -----

func.func @nothing(%a: tensor<i64>) -> tensor<?xf32> {
  %i = tensor.extract %a[] : tensor<i64>
  %n = arith.index_cast %i : i64 to index
  // expected-error @below {{'tensor.empty' op makes a tensor whose elements are read before anything has written them; use theano.alloc or theano.constant}}
  %0 = tensor.empty(%n) : tensor<?xf32>
  %1 = theano.neg %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// Sizes that only the values know.
func.func @contradiction(%v: tensor<f32>) -> tensor<?xf32> {
  %a = theano.alloc %v [2] : tensor<f32> -> tensor<?xf32>
  %b = theano.alloc %v [3] : tensor<f32> -> tensor<?xf32>
  // expected-error @below {{'theano.add' op needs equal sizes in dimension 0, got 2 and 3 from operands 'tensor<2xf32>' 'tensor<3xf32>'; only a dimension that is statically 1 broadcasts}}
  %0 = theano.add %a, %b : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @contradicting_product(%v: tensor<f32>, %m: tensor<?x4xf32>) -> tensor<?xf32> {
  %a = theano.alloc %v [3] : tensor<f32> -> tensor<?xf32>
  // expected-error @below {{'theano.dot' op needs equal sizes in dimension 0, got 4 and 3 from operands 'tensor<?x4xf32>' 'tensor<3xf32>'}}
  %0 = theano.dot %m, %a : (tensor<?x4xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
