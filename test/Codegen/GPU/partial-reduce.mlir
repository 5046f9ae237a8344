// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// The first of two steps: blocks take turns on the elements, four loads a thread
// before the first sum, in rounds that need no look at the end, then one by one
// what is left; and thread 0 leaves the part of its block, which a barrier
// has put together.
// CHECK-LABEL: gpu.func @parts(
// CHECK-SAME: workgroup(%[[SLOTS:.*]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK: gpu.grid_dim x
// CHECK: %[[ROUNDS:.*]]:2 = scf.for
// CHECK-NOT: arith.minui
// CHECK-COUNT-4: vector.load %{{.*}} {alignment = 16 : i64}
// CHECK-NOT: load
// CHECK-COUNT-4: arith.addf
// CHECK-NOT: arith.select
// CHECK: scf.for %{{.*}} = %[[ROUNDS]]#1 to %{{.*}} step %c256{{.*}} iter_args(%{{.*}} = %[[ROUNDS]]#0)
// CHECK-COUNT-1: vector.load
// CHECK-NOT: load
// CHECK: memref.store %{{.*}}, %[[SLOTS]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[SLOTS]]
// CHECK: scf.if
// CHECK: memref.store %{{.*}} : memref<?xf32, 1>
kernel.func @parts(%a: tensor<32768xf32>, %out: tensor<8xf32>) -> tensor<8xf32>
    attributes {family = #kernel.family<partial_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<32768xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %p = kernel.partials %sum into %out : tensor<f32>, tensor<8xf32>
  kernel.return %p : tensor<8xf32>
}
