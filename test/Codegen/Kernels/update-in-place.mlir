// RUN: theano-opt --kernel-update-in-place %s | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#swap = affine_map<(d0, d1) -> (d1, d0)>

// CHECK: kernel.func @minus(%{{.*}}: tensor<4x4xf32> {kernel.in_place}, %{{.*}}: tensor<4x4xf32>, %{{.*}}: tensor<4x4xf32>)
kernel.func @minus(%w: tensor<4x4xf32>, %g: tensor<4x4xf32>, %out: tensor<4x4xf32>) -> tensor<4x4xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>) outs(%out : tensor<4x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  kernel.return %r : tensor<4x4xf32>
}

// Reads its first argument at other indices than it writes.
// CHECK: kernel.func @minus_transposed(%{{.*}}: tensor<4x4xf32>, %{{.*}}: tensor<4x4xf32> {kernel.in_place}, %{{.*}}: tensor<4x4xf32>)
kernel.func @minus_transposed(%w: tensor<4x4xf32>, %g: tensor<4x4xf32>, %out: tensor<4x4xf32>) -> tensor<4x4xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#swap, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>) outs(%out : tensor<4x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  kernel.return %r : tensor<4x4xf32>
}

// May fail, and then the state must be as it was.
// CHECK: kernel.func @checked(%{{.*}}: tensor<4x4xf32>, %{{.*}}: tensor<4x4xf32>)
kernel.func @checked(%w: tensor<4x4xf32>, %out: tensor<4x4xf32>) -> tensor<4x4xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<4x4xf32>) outs(%out : tensor<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %zero = arith.constant 0.0 : f32
    %ok = arith.cmpf one, %x, %zero : f32
    kernel.check %ok, division_by_zero
    linalg.yield %x : f32
  } -> tensor<4x4xf32>
  kernel.return %r : tensor<4x4xf32>
}

// The launch goes behind the other reader of %w.
// CHECK-LABEL: func.func @moved(%arg0
// CHECK: %[[B:.*]] = kernel.launch @minus_transposed ins(%arg0, %arg1 : {{.*}}) outs(%{{.*}} : tensor<4x4xf32>)
// CHECK: %[[A:.*]] = kernel.launch @minus ins(%arg0, %arg1 : {{.*}}) outs(%arg0 : tensor<4x4xf32>)
// CHECK: return %[[A]], %[[B]]
func.func @moved(%w: tensor<4x4xf32> {theano.shared = "w"}, %g: tensor<4x4xf32>)
    -> (tensor<4x4xf32> {theano.update = "w"}, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %a = kernel.launch @minus ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = kernel.launch @minus_transposed ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>
}

// %b reads the old %w and the new one, so that no order serves.
// CHECK-LABEL: func.func @waits
// CHECK: kernel.launch @minus ins({{.*}}) outs(%{{[0-9]+}} : tensor<4x4xf32>)
func.func @waits(%w: tensor<4x4xf32> {theano.shared = "w"}, %g: tensor<4x4xf32>)
    -> (tensor<4x4xf32> {theano.update = "w"}, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %a = kernel.launch @minus ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = kernel.launch @minus ins(%w, %a : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>
}

// CHECK-LABEL: func.func @second_argument
// CHECK: kernel.launch @minus_transposed ins(%arg0, %arg1 : {{.*}}) outs(%arg1 : tensor<4x4xf32>)
func.func @second_argument(%g: tensor<4x4xf32>, %w: tensor<4x4xf32> {theano.shared = "w"})
    -> (tensor<4x4xf32> {theano.update = "w"}) {
  %e = tensor.empty() : tensor<4x4xf32>
  %a = kernel.launch @minus_transposed ins(%g, %w : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a : tensor<4x4xf32>
}

// CHECK-LABEL: func.func @left
// CHECK: kernel.launch @minus_transposed ins({{.*}}) outs(%{{[0-9]+}} : tensor<4x4xf32>)
// CHECK: kernel.launch @checked ins({{.*}}) outs(%{{[0-9]+}} : tensor<4x4xf32>)
func.func @left(%w: tensor<4x4xf32> {theano.shared = "w"}, %v: tensor<4x4xf32> {theano.shared = "v"},
                %g: tensor<4x4xf32>)
    -> (tensor<4x4xf32> {theano.update = "w"}, tensor<4x4xf32> {theano.update = "v"}) {
  %e = tensor.empty() : tensor<4x4xf32>
  %a = kernel.launch @minus_transposed ins(%w, %g : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = kernel.launch @checked ins(%v : tensor<4x4xf32>)
      outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>
}
