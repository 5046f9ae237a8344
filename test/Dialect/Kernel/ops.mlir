// RUN: theano-opt %s | theano-opt | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: kernel.func @add(
// CHECK-SAME:    attributes {family = #kernel.family<map>, schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>}
kernel.func @add(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id],
                       iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %t = kernel.sigmoid %s : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  // CHECK: kernel.return %{{.*}} : tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// CHECK-LABEL: kernel.func @turned(
// CHECK-SAME:    attributes {family = #kernel.family<transpose>}
kernel.func @turned(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<transpose>} {
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// CHECK-LABEL: kernel.func @parts(
// CHECK-SAME:    attributes {family = #kernel.family<partial_reduce>}
kernel.func @parts(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<partial_reduce>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [#id, affine_map<(d0) -> ()>],
                         iterator_types = ["reduction"]}
      ins(%a : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  // CHECK: %[[P:.*]] = kernel.partials %{{.*}} into %{{.*}} : tensor<f32>, tensor<?xf32>
  // CHECK: kernel.return %[[P]] : tensor<?xf32>
  %p = kernel.partials %sum into %out : tensor<f32>, tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}

// CHECK-LABEL: kernel.func @column_parts
// CHECK-SAME: family = #kernel.family<column_reduce>
kernel.func @column_parts(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<column_reduce>} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>],
                         iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  // CHECK: kernel.partials %{{.*}} into %{{.*}} : tensor<?xf32>, tensor<?x?xf32>
  %p = kernel.partials %sum into %out : tensor<?xf32>, tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @main
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %m = tensor.dim %b, %c0 : tensor<?xf32>
  %ok = arith.cmpi eq, %n, %m : index
  // CHECK: kernel.check %{{.*}}, shape_mismatch(%{{.*}}, %{{.*}} : index, index)
  kernel.check %ok, shape_mismatch(%n, %m : index, index)
  %e = tensor.empty(%n) : tensor<?xf32>
  // CHECK: kernel.launch @add grid(%{{.*}}) ins(%{{.*}}, %{{.*}} : tensor<?xf32>, tensor<?xf32>) outs(%{{.*}} : tensor<?xf32>) -> tensor<?xf32>
  %r = kernel.launch @add grid(%n) ins(%a, %b : tensor<?xf32>, tensor<?xf32>)
      outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
