// RUN: theano-opt %s -kernel-form-kernels -verify-diagnostics

// The size of what one op writes into is taken of the result of another in its
// kernel, which so would need its own results to begin.
#id = affine_map<(d0) -> (d0)>
// expected-error @+1 {{has kernels that need each other's results, and so no order to run in}}
func.func @main(%a: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = math.exp %v : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %m = tensor.dim %x, %c0 : tensor<?xf32>
  %g = tensor.empty(%m) : tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%g : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = math.tanh %v : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %x, %y : tensor<?xf32>, tensor<?xf32>
}
