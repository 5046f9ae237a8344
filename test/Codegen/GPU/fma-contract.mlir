// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// Tiles come by asynchronous copies of four elements, or of one where rows are
// no whole chunks: one tile before the loop, and in each round the next, once
// this one is there and all have read the one before. A lane multiplies blocks
// of 4 x 4: of a row of a four steps at once, of a step of b four columns.
// CHECK-LABEL: gpu.func @gemm(
// CHECK-SAME: workgroup(%[[BYTES:.*]] : memref<8192xi8, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 32, 1, 1>
// CHECK: scf.for
// CHECK:   scf.if
// CHECK-COUNT-4: nvgpu.device_async_copy %{{.*}}, 4, %{{.*}} {bypassL1}
// CHECK:   } else {
// CHECK:     scf.for
// CHECK-COUNT-4: nvgpu.device_async_copy %{{.*}}, 1, %{{[0-9]+}} :
// CHECK:   scf.if
// CHECK-COUNT-4: nvgpu.device_async_copy
// CHECK:   } else {
// CHECK-COUNT-4: nvgpu.device_async_copy
// CHECK:   nvvm.cp.async.commit.group
// CHECK: scf.for %{{.*}} iter_args(
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK-NEXT: gpu.barrier
// CHECK-COUNT-16: nvgpu.device_async_copy
// CHECK:   nvvm.cp.async.commit.group
// CHECK-NOT: gpu.barrier
// CHECK:   memref.view %[[BYTES]]
// CHECK-NOT: scf.for
// CHECK-COUNT-4: vector.load %{{.*}} {alignment = 16 : i64}
// CHECK-COUNT-4: vector.load %{{.*}} {alignment = 16 : i64}
// CHECK-COUNT-64: math.fma
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-64: math.fma
// CHECK:   scf.yield
// Of each row of a lane four sums are left at once.
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: gpu.barrier
// CHECK-COUNT-8: vector.store %{{.*}} vector<4xf32>
// CHECK: gpu.barrier
// CHECK: scf.if
// CHECK:   math.tanh %{{.*}} : vector<4xf32>
// CHECK: else
// CHECK:   math.tanh %{{.*}} : f32
// CHECK-NOT: math.tanh
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#bt = affine_map<(d0, d1, d2) -> (d1, d2)>
#m = affine_map<(d0, d1) -> (d0, d1)>
kernel.func @gemm(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [32], tile = [32, 32, 16], vector = 4, unroll = 2>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.tanh %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// Where the columns of b are lines, those of the lanes are next to each other, and
// sums leave one by one.
// CHECK-LABEL: gpu.func @along(
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: gpu.barrier
// CHECK-COUNT-32: memref.store %{{.*}} memref<2048xf32, #gpu.address_space<workgroup>>
// CHECK: gpu.barrier
kernel.func @along(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [32], tile = [32, 32, 16], vector = 4, unroll = 2>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #bt, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.tanh %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}
