// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// A full reduction is one row, and one block: 32 warps leave their sums in shared
// memory, and each reads them all after the barrier.
// CHECK-LABEL: gpu.func @all(
// CHECK-SAME: workgroup(%[[SLOTS:.*]] : memref<32xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 1024, 1, 1>
// CHECK: memref.store %{{.*}}, %[[SLOTS]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[SLOTS]]
kernel.func @all(%a: tensor<4096xf32>, %out: tensor<f32>) -> tensor<f32>
    attributes {family = #kernel.family<full_reduce>,
      schedule = #kernel.schedule<block = [1024], tile = [1], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<4096xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  kernel.return %sum : tensor<f32>
}
