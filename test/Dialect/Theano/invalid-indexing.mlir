// RUN: theano-opt %s -verify-diagnostics -split-input-file

// (c1) of subtensor
func.func @too_many(%x: tensor<?xf32>) {
  // expected-error @+1 {{'theano.subtensor' op has 2 entries for an operand of type 'tensor<?xf32>'}}
  %0 = theano.subtensor %x[0, 0] : tensor<?xf32> -> tensor<f32>
  return
}

// -----

// (c2) of subtensor
func.func @operands(%x: tensor<?xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{has 1 index operands, but its attributes ask for 0}}
  %0 = "theano.subtensor"(%x, %i) {is_index = array<i1: true>, starts = array<i64: 0>, stops = array<i64: -9223372036854775807>, steps = array<i64: -9223372036854775807>} : (tensor<?xf32>, tensor<i64>) -> tensor<f32>
  return
}

// -----

// (c2) of subtensor
func.func @lengths(%x: tensor<?xf32>) {
  // expected-error @+1 {{has attributes of different lengths: is_index, starts, stops and steps describe one entry each}}
  %0 = "theano.subtensor"(%x) {is_index = array<i1: true>, starts = array<i64>, stops = array<i64>, steps = array<i64>} : (tensor<?xf32>) -> tensor<f32>
  return
}

// -----

// (c2) of subtensor
func.func @index_with_stop(%x: tensor<?xf32>) {
  // expected-error @+1 {{entry 0 is an index and needs a start alone}}
  %0 = "theano.subtensor"(%x) {is_index = array<i1: true>, starts = array<i64: 1>, stops = array<i64: 2>, steps = array<i64: 1>} : (tensor<?xf32>) -> tensor<f32>
  return
}

// -----

// (c3) of subtensor
func.func @step(%x: tensor<?xf32>) {
  // expected-error @+1 {{the step of entry 0 is 0}}
  %0 = theano.subtensor %x[0:2:0] : tensor<?xf32>
  return
}

// -----

// (c4) of subtensor
func.func @range(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{index 3 is out of range in dimension 1 of the operand of type 'tensor<?x3xf32>'}}
  %0 = theano.subtensor %x[:, 3] : tensor<?x3xf32> -> tensor<?xf32>
  return
}

// -----

// (c4) of subtensor
func.func @range_below(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{index -4 is out of range in dimension 1}}
  %0 = theano.subtensor %x[:, -4] : tensor<?x3xf32> -> tensor<?xf32>
  return
}

// -----

// (c5) of subtensor
func.func @result(%x: tensor<7xf32>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<4xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.subtensor %x[::2] : tensor<7xf32> -> tensor<3xf32>
  return
}

// -----

func.func @no_entry(%x: tensor<7xf32>) {
  // expected-error @+1 {{expected an index or a slice}}
  %0 = theano.subtensor %x[0, ?] : tensor<7xf32> -> tensor<4xf32>
  return
}

// -----

// (c1) of take
func.func @take_indices(%x: tensor<?xf32>, %i: tensor<?xf32>) {
  // expected-error @+1 {{operand #1 must be ranked tensor of integers (i8 to i64, ui8 to ui64), but got 'tensor<?xf32>'}}
  %0 = theano.take %x, %i axis 0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// (c2) of take
func.func @take_axis(%x: tensor<?xf32>, %i: tensor<?xi64>) {
  // expected-error @+1 {{axis 1 is no dimension of the operand of type 'tensor<?xf32>'}}
  %0 = theano.take %x, %i axis 1 : (tensor<?xf32>, tensor<?xi64>) -> tensor<?xf32>
  return
}

// -----

// (c3) of take
func.func @take_result(%x: tensor<?x3xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{result has type 'tensor<3x2xf32>' where 'tensor<2x3xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.take %x, %i axis 0 : (tensor<?x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return
}

// -----

// (c1) of pick
func.func @pick_indices(%x: tensor<?x3xf32>, %i: tensor<?x1xi64>) {
  // expected-error @+1 {{indices of type 'tensor<?x1xi64>' are no vector}}
  %0 = theano.pick %x, %i : (tensor<?x3xf32>, tensor<?x1xi64>) -> tensor<?xf32>
  return
}

// -----

// (c2) of pick
func.func @pick_rank(%x: tensor<?xf32>, %i: tensor<?xi64>) {
  // expected-error @+1 {{operand of type 'tensor<?xf32>' has no rows: it needs two dimensions}}
  %0 = theano.pick %x, %i : (tensor<?xf32>, tensor<?xi64>) -> tensor<?xf32>
  return
}

// -----

// (c3) of pick
func.func @pick_rows(%x: tensor<2x3xf32>, %i: tensor<4xi64>) {
  // expected-error @+1 {{has more indices, of type 'tensor<4xi64>', than there are rows in the operand of type 'tensor<2x3xf32>'}}
  %0 = theano.pick %x, %i : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<4xf32>
  return
}

// -----

// (c4) of pick
func.func @pick_result(%x: tensor<?x3xf32>, %i: tensor<?xi64>) {
  // expected-error @+1 {{result has type 'tensor<3xf32>' where 'tensor<?xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.pick %x, %i : (tensor<?x3xf32>, tensor<?xi64>) -> tensor<3xf32>
  return
}

// -----

// (c5) of a slice whose bounds are known to another op
func.func @known_bounds(%x: tensor<10xf32>) {
  %two = theano.constant dense<2> : tensor<i64>
  // expected-error @+1 {{'theano.subtensor' op result has type 'tensor<3xf32>' where 'tensor<2xf32>' is inferred; what is stated may leave sizes open, not add to them}}
  %0 = theano.subtensor %x[:%two] : tensor<10xf32> -> tensor<3xf32>
  return
}
