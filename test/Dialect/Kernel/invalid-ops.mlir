// RUN: theano-opt %s -split-input-file -verify-diagnostics

func.func @partials_of_another_type(%total: tensor<f32>, %into: tensor<?xf64>) {
  // expected-error @+1 {{leaves the parts of a 'tensor<f32>' in a 'tensor<?xf64>'; expected one dimension, or one in front of those of the total, and the same element type}}
  %p = kernel.partials %total into %into : tensor<f32>, tensor<?xf64>
  return
}

// -----

func.func @partials_of_another_rank(%total: tensor<f32>, %into: tensor<?x?xf32>) {
  // expected-error @+1 {{leaves the parts of a 'tensor<f32>' in a 'tensor<?x?xf32>'; expected one dimension}}
  %p = kernel.partials %total into %into : tensor<f32>, tensor<?x?xf32>
  return
}

// -----

func.func @partials_of_other_columns(%total: tensor<5xf32>, %into: tensor<?x6xf32>) {
  // expected-error @+1 {{leaves the parts of a 'tensor<5xf32>' in a 'tensor<?x6xf32>'; expected one dimension}}
  %p = kernel.partials %total into %into : tensor<5xf32>, tensor<?x6xf32>
  return
}

// -----

func.func @partials_of_no_tensor(%total: f32, %into: tensor<?xf32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'f32'}}
  %p = kernel.partials %total into %into : f32, tensor<?xf32>
  return
}

// -----

// expected-error @+1 {{has no result; only a kernel of the family 'check' may have none}}
kernel.func @no_result(%x: tensor<?xf32>) attributes {family = #kernel.family<map>} {
  kernel.return
}

// -----

// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<contract>} {
  kernel.return %a : tensor<?xf32>
}

// -----

// One tensor summed up is none either.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<tensor_contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
