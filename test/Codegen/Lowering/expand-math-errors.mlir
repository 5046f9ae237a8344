// RUN: theano-opt %s -split-input-file -verify-diagnostics -expand-math

func.func @unknown(%x: f32, %i: i32) {
  // expected-error @+1 {{'math.atan' op on 'f32' is no function that expand-math knows}}
  %0 = math.atan %x : f32
  // All of them are named, not only the first.
  // expected-error @+1 {{'math.fpowi' op on 'f32' is no function that expand-math knows}}
  %1 = math.fpowi %x, %i : f32, i32
  // expected-error @+1 {{'math.ipowi' op on 'i32' is no function that expand-math knows}}
  %2 = math.ipowi %i, %i : i32
  // expected-error @+1 {{'math.sincos' op on 'f32' is no function that expand-math knows}}
  %3, %4 = math.sincos %x : f32
  return
}

// -----

func.func @element(%x: f80, %y: f128) {
  // expected-error @+1 {{'math.exp' op on 'f80' cannot be expanded: expected f16, bf16, f32 or f64, or vectors of them}}
  %0 = math.exp %x : f80
  // expected-error @+1 {{'math.sqrt' op on 'f128' cannot be expanded: expected f16}}
  %1 = math.sqrt %y : f128
  // expected-error @+1 {{'arith.truncf' op on 'f80' cannot be expanded: expected f16}}
  %2 = arith.truncf %x : f80 to f16
  return
}

// -----

func.func @tensor(%x: tensor<4xf32>) {
  // expected-error @+1 {{'kernel.sigmoid' op on 'tensor<4xf32>' cannot be expanded: expand-math takes scalars and vectors; run it after vectorisation}}
  %0 = kernel.sigmoid %x : tensor<4xf32>
  return
}

// -----

func.func @scalable(%x: vector<[4]xf32>) {
  // expected-error @+1 {{'math.exp' op on 'vector<[4]xf32>' cannot be expanded: expand-math takes scalars and vectors of fixed size, not scalable ones}}
  %0 = math.exp %x : vector<[4]xf32>
  return
}

// -----

func.func @rounding(%x: f32) {
  // expected-error @+1 {{'arith.truncf' op with rounding mode upward cannot be expanded: only to_nearest_even is supported}}
  %0 = arith.truncf %x upward : f32 to f16
  return
}

// -----

func.func @width(%i: i128) {
  // expected-error @+1 {{'arith.sitofp' op on 'i128' cannot be expanded: expected f16}}
  %0 = arith.sitofp %i : i128 to bf16
  return
}
