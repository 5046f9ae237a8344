// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1)
func.func @integers(%x: tensor<?xi32>) {
  // expected-error @+1 {{'theano.softmax' op operand #0 must be ranked tensor of floats}}
  %0 = theano.softmax %x : tensor<?xi32>
  return
}

// -----

// (c2)
func.func @scalar(%x: tensor<f32>) {
  // expected-error @+1 {{'theano.log_softmax' op operand of type 'tensor<f32>' has no dimension to normalise over}}
  %0 = theano.log_softmax %x : tensor<f32>
  return
}

// -----

// (c3)
func.func @result(%x: tensor<?xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.softmax %x : tensor<?xf32> -> tensor<3xf32>
  return
}
