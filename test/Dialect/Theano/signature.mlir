// RUN: theano-opt %s -verify-diagnostics -split-input-file | FileCheck %s

// CHECK: func.func @train(%arg0: tensor<?xf32> {theano.name = "x"}, %arg1: tensor<?xf32> {theano.shared = "W"}) -> (tensor<?xf32> {theano.name = "y"}, tensor<?xf32> {theano.update = "W"})
func.func @train(%x: tensor<?xf32> {theano.name = "x"},
                 %w: tensor<?xf32> {theano.shared = "W"})
    -> (tensor<?xf32> {theano.name = "y"}, tensor<?xf32> {theano.update = "W"}) {
  %0 = theano.add %x, %w : tensor<?xf32>
  return %0, %0 : tensor<?xf32>, tensor<?xf32>
}

// -----

// Variables may have one name.
// CHECK: func.func @names(%arg0: tensor<f32> {theano.name = "x"}, %arg1: tensor<f32> {theano.name = "x"})
func.func @names(%x: tensor<f32> {theano.name = "x"}, %y: tensor<f32> {theano.name = "x"}) {
  return
}

// -----

// expected-error @+1 {{argument #0 has theano.name = 3 : i64, expected a string that is not empty}}
func.func @kind(%x: tensor<f32> {theano.name = 3}) {
  return
}

// -----

// expected-error @+1 {{argument #1 has the same "theano.shared" = "x" as #0}}
func.func @twice(%x: tensor<f32> {theano.shared = "x"}, %y: tensor<f32> {theano.shared = "x"}) {
  return
}

// -----

// expected-error @+1 {{argument #0 has the unknown attribute theano.shard; known are theano.name, theano.dtype and theano.shared}}
func.func @unknown(%x: tensor<f32> {theano.shard = "x"}) {
  return
}

// -----

// expected-error @+1 {{argument #0 has the unknown attribute theano.update}}
func.func @misplaced(%x: tensor<f32> {theano.update = "x"}) {
  return
}

// -----

// expected-error @+1 {{result #0 updates "W", but no argument has theano.shared = "W"}}
func.func @stray(%x: tensor<f32>) -> (tensor<f32> {theano.update = "W"}) {
  return %x : tensor<f32>
}

// -----

// expected-error @+1 {{result #0 of type 'tensor<f32>' updates "W", which is argument #1 of type 'tensor<?xf32>'}}
func.func @type(%x: tensor<f32>, %w: tensor<?xf32> {theano.shared = "W"}) -> (tensor<f32> {theano.update = "W"}) {
  return %x : tensor<f32>
}

// -----

// expected-error @+1 {{result #1 has the same "theano.update" = "W" as #0}}
func.func @two_updates(%w: tensor<f32> {theano.shared = "W"}) -> (tensor<f32> {theano.update = "W"}, tensor<f32> {theano.update = "W"}) {
  return %w, %w : tensor<f32>, tensor<f32>
}

// -----

// expected-error @+1 {{argument #0 has theano.dtype = "float31", which is no dtype}}
func.func @dtype(%x: tensor<f32> {theano.dtype = "float31"}) {
  return
}
