// RUN: theano-opt %s -split-input-file -emit-gpu-kernels | FileCheck %s

// The parts of sums of columns. By vectors: four rows of a thread at once, all
// loads before the first sum, then one by one what is left; by elements a row a
// turn. What each thread has is in shared memory, and a barrier later a thread a
// column joins it.
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: gpu.func @parts(
// CHECK-SAME: workgroup(%[[TILE:.*]] : memref<1024xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK: %[[WIDE:.*]] = arith.select %{{.*}}, %c4{{.*}}, %c5
// CHECK: scf.if
// CHECK: scf.for
// CHECK-COUNT-4: vector.load %{{.*}} {alignment = 16 : i64} : memref<?xf32, 1>, vector<4xf32>
// CHECK-NOT: vector.load
// CHECK-COUNT-4: arith.addf %{{.*}} : vector<4xf32>
// CHECK: scf.yield
// CHECK: scf.for
// CHECK-COUNT-1: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.yield
// CHECK: vector.store %{{.*}}, %[[TILE]][%{{.*}}] {alignment = 16 : i64}
// CHECK: } else {
// CHECK: scf.for
// CHECK-COUNT-4: memref.load %{{.*}} : memref<?xf32, 1>
// CHECK-NOT: memref.load
// CHECK-COUNT-4: arith.addf
// CHECK-NOT: scf.for
// CHECK-COUNT-4: memref.store %{{.*}}, %[[TILE]][
// CHECK-NOT: memref.store
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: scf.if
// CHECK: memref.load %[[TILE]][
// CHECK: scf.for
// CHECK-COUNT-1: memref.load %[[TILE]][
// CHECK-NOT: memref.load
// CHECK: scf.yield
// CHECK: memref.store %{{.*}} : memref<?xf32, 1>
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
kernel.func @parts(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %p = kernel.partials %s into %out : tensor<?xf32>, tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}

// -----

// Ten known columns: four threads across, and one version, by elements.
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: gpu.func @narrow(
// CHECK-NOT: arith.select
// CHECK: arith.andi %{{.*}}, %c3
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK-COUNT-4: memref.load %{{.*}} : memref<?xf32, 1>
// CHECK-NOT: memref.load
// CHECK: scf.yield
// CHECK: gpu.barrier
// CHECK: math.sqrt
// CHECK: memref.store %{{.*}} : memref<?xf32, 1>
kernel.func @narrow(%a: tensor<?x10xf32>, %out: tensor<10xf32>) -> tensor<10xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<10xf32>) -> tensor<10xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x10xf32>) outs(%f : tensor<10xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<10xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%s : tensor<10xf32>) outs(%out : tensor<10xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = math.sqrt %x : f32
    linalg.yield %r : f32
  } -> tensor<10xf32>
  kernel.return %q : tensor<10xf32>
}
