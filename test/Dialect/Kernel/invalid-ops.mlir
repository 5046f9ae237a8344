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

// expected-error @+1 {{region #0 ('body') failed to verify constraint: region with 1 blocks}}
"kernel.func"() ({}) {family = #kernel.family<contract>, sym_name = "f",
                      function_type = (tensor<?xf32>) -> tensor<?xf32>} : () -> ()

// -----

// The largest product is no sum of them.
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %m = arith.maximumf %o, %p : f32
    linalg.yield %m : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

// The last product is none.
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    linalg.yield %p : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

// The sum so far is no factor.
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %o : f32
    %s = arith.addf %y, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

// All sums in one column.
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, 0)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

// Indices are no numbers.
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{holds no contraction of two tensors into one}}
kernel.func @f(%a: tensor<?x?xindex>, %b: tensor<?x?xindex>, %out: tensor<?x?xindex>)
    -> tensor<?x?xindex> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0 : index
  %f = linalg.fill ins(%zero : index) outs(%out : tensor<?x?xindex>) -> tensor<?x?xindex>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xindex>, tensor<?x?xindex>) outs(%f : tensor<?x?xindex>) {
  ^bb0(%x: index, %y: index, %o: index):
    %p = arith.muli %x, %y : index
    %s = arith.addi %o, %p : index
    linalg.yield %s : index
  } -> tensor<?x?xindex>
  kernel.return %r : tensor<?x?xindex>
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
