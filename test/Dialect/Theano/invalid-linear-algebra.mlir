// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1) of dot
func.func @bool(%a: tensor<?xi1>) {
  // expected-error @+1 {{'theano.dot' op operand #0 must be ranked tensor of numbers}}
  %0 = theano.dot %a, %a : (tensor<?xi1>, tensor<?xi1>) -> tensor<i1>
  return
}

// -----

// (c2) of dot
func.func @element_types(%a: tensor<?xf32>, %b: tensor<?xf64>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?xf64>' has another element type than operand #0 of type 'tensor<?xf32>'; cast one of them first}}
  %0 = theano.dot %a, %b : (tensor<?xf32>, tensor<?xf64>) -> tensor<f64>
  return
}

// -----

// (c3) of dot
func.func @scalar(%a: tensor<?xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<f32>' has no dimension to sum over; multiply with theano.mul}}
  %0 = theano.dot %a, %b : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return
}

// -----

// (c4) of dot
func.func @contracted(%a: tensor<?x3xf32>, %b: tensor<2x4x5xf32>) {
  // expected-error @+1 {{contracted size 3 of operand #0 of type 'tensor<?x3xf32>' is not the size 4 of operand #1 of type 'tensor<2x4x5xf32>'}}
  %0 = theano.dot %a, %b : (tensor<?x3xf32>, tensor<2x4x5xf32>) -> tensor<?x2x5xf32>
  return
}

// -----

// (c4) of dot: a 1 does not broadcast
func.func @one(%a: tensor<?x1xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+1 {{contracted size 1 of operand #0}}
  %0 = theano.dot %a, %b : (tensor<?x1xf32>, tensor<4x5xf32>) -> tensor<?x5xf32>
  return
}

// -----

// (c5) of dot
func.func @result(%a: tensor<?x3xf32>, %b: tensor<3x5xf32>) {
  // expected-error @+1 {{result has type 'tensor<?x3xf32>' where 'tensor<?x5xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.dot %a, %b : (tensor<?x3xf32>, tensor<3x5xf32>) -> tensor<?x3xf32>
  return
}

// -----

// (c1) of batched_dot
func.func @batched_bool(%a: tensor<?x?xi1>) {
  // expected-error @+1 {{'theano.batched_dot' op operand #0 must be ranked tensor of numbers}}
  %0 = theano.batched_dot %a, %a : (tensor<?x?xi1>, tensor<?x?xi1>) -> tensor<?xi1>
  return
}

// -----

// (c2) of batched_dot
func.func @batched_element_types(%a: tensor<?x?xf32>, %b: tensor<?x?xi32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?x?xi32>' has another element type than operand #0 of type 'tensor<?x?xf32>'}}
  %0 = theano.batched_dot %a, %b : (tensor<?x?xf32>, tensor<?x?xi32>) -> tensor<?xf32>
  return
}

// -----

// (c3) of batched_dot
func.func @batched_rank(%a: tensor<?x?xf32>, %b: tensor<?xf32>) {
  // expected-error @+1 {{operand #1 of type 'tensor<?xf32>' is no batch of vectors (2-d) or of matrices (3-d)}}
  %0 = theano.batched_dot %a, %b : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// (c4) of batched_dot
func.func @batch(%a: tensor<2x?xf32>, %b: tensor<3x?xf32>) {
  // expected-error @+1 {{batch size 2 of operand #0 of type 'tensor<2x?xf32>' is not the size 3 of operand #1 of type 'tensor<3x?xf32>'}}
  %0 = theano.batched_dot %a, %b : (tensor<2x?xf32>, tensor<3x?xf32>) -> tensor<2xf32>
  return
}

// -----

// (c5) of batched_dot
func.func @batched_contracted(%a: tensor<?x2x3xf32>, %b: tensor<?x2x4xf32>) {
  // expected-error @+1 {{contracted size 3 of operand #0 of type 'tensor<?x2x3xf32>' is not the size 2 of operand #1 of type 'tensor<?x2x4xf32>'}}
  %0 = theano.batched_dot %a, %b : (tensor<?x2x3xf32>, tensor<?x2x4xf32>) -> tensor<?x2x4xf32>
  return
}

// -----

// (c6) of batched_dot
func.func @batched_result(%a: tensor<?x2x3xf32>, %b: tensor<7x3xf32>) {
  // expected-error @+1 {{result has type 'tensor<7x3xf32>' where 'tensor<7x2xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.batched_dot %a, %b : (tensor<?x2x3xf32>, tensor<7x3xf32>) -> tensor<7x3xf32>
  return
}
