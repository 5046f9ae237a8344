// RUN: theano-opt %s -kernel-choose-gpu-schedules | FileCheck %s

// Of a kernel that is none the emitter says what is wrong.
// CHECK-LABEL: kernel.func @nothing
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 4>
kernel.func @nothing(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>} {
  kernel.return %a : tensor<?xf32>
}
// CHECK-LABEL: kernel.func @everything
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 4>
kernel.func @everything(%a: tensor<?xf32>, %out: tensor<f32>) -> tensor<f32>
    attributes {family = #kernel.family<column_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  kernel.return %s : tensor<f32>
}
// CHECK-LABEL: kernel.func @indices
// CHECK-SAME: family = #kernel.family<plain_reduce>
kernel.func @indices(%a: tensor<?x?xindex>, %out: tensor<?xindex>) -> tensor<?xindex>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0 : index
  %f = linalg.fill ins(%zero : index) outs(%out : tensor<?xindex>) -> tensor<?xindex>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xindex>) outs(%f : tensor<?xindex>) {
  ^bb0(%x: index, %o: index):
    %r = arith.addi %x, %o : index
    linalg.yield %r : index
  } -> tensor<?xindex>
  kernel.return %s : tensor<?xindex>
}
// CHECK-LABEL: func.func @launch_everything
// CHECK: kernel.launch @everything grid(%c1
func.func @launch_everything(%a: tensor<?xf32>, %e: tensor<f32>) -> tensor<f32> {
  %r = kernel.launch @everything ins(%a : tensor<?xf32>) outs(%e : tensor<f32>) -> tensor<f32>
  return %r : tensor<f32>
}
