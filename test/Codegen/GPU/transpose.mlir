// RUN: theano-opt %s -split-input-file -emit-gpu-kernels | FileCheck %s

// A tile of 32 x 32: where rows and columns are whole vectors, a vector of the
// argument along its own rows, its elements into shared memory, a barrier, the
// elements across, and a vector of the results along theirs. What is not read
// across is read where the results are written. Else the same by elements, four
// rounds of a thread at once, and those that are left one by one: of these four
// the address is that of the first, and a number of rows added.
#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: gpu.func @turned(
// CHECK-SAME: : index, %[[LENGTH:[^:]*]]: index)
// CHECK-SAME: workgroup(%[[TILE:.*]] : memref<1056xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK: scf.if
// CHECK: scf.for
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<{{.*}}, 1>, vector<4xf32>
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[TILE]]
// CHECK-COUNT-4: memref.store %{{.*}}, %[[AT]][%
// CHECK-NOT: memref.store
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[TILE]]
// CHECK-COUNT-4: memref.load %[[AT]][%
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<{{.*}}, 1>, vector<4xf32>
// CHECK: vector.store %{{.*}} {alignment = 16 : i64} : memref<{{.*}}, 1>, vector<4xf32>
// CHECK: } else {
// CHECK: scf.for %{{.*}} iter_args(%[[LINE:.*]] = %{{.*}}, %[[PLACE:.*]] = %{{.*}}) -> (index, index)
// CHECK: memref.load %{{.*}} : memref<{{.*}}, 1>
// CHECK: %[[LINES:.*]] = arith.constant 8 : index
// CHECK: %[[FIRST:.*]] = arith.muli %[[LINE]], %[[LENGTH]]
// CHECK: %[[ADDED:.*]] = arith.muli %[[LINES]], %[[LENGTH]]
// CHECK: %[[REST:.*]] = arith.addi %[[FIRST]], %
// CHECK: %[[FROM:.*]] = memref.reinterpret_cast %{{.*}} to offset: [%[[REST]]]
// CHECK: memref.load %[[FROM]][%[[ADDED]]]
// CHECK-COUNT-2: memref.load %{{.*}} : memref<{{.*}}, 1>
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[TILE]] to offset: [%[[PLACE]]]
// CHECK-COUNT-4: memref.store %{{.*}}, %[[AT]][%
// CHECK-NOT: memref.store
// CHECK: scf.for
// CHECK: memref.load %{{.*}} : memref<{{.*}}, 1>
// CHECK: memref.store %{{.*}} : memref<{{.*}}, #gpu.address_space<workgroup>>
// CHECK-NOT: memref.store
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[TILE]]
// CHECK-COUNT-4: memref.load %[[AT]][%
// CHECK-COUNT-4: memref.load %{{.*}} : memref<{{.*}}, 1>
// CHECK-COUNT-4: memref.store %{{.*}} : memref<{{.*}}, 1>
// CHECK: scf.for
// CHECK: memref.load %{{.*}} : memref<{{.*}}, #gpu.address_space<workgroup>>
// CHECK: memref.load %{{.*}} : memref<{{.*}}, 1>
// CHECK: memref.store %{{.*}} : memref<{{.*}}, 1>
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
kernel.func @turned(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [32, 32], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

// An array read both ways is in shared memory one way, and two that are read
// across have a tile each. Sizes that are known leave one version.
#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: gpu.func @both_ways(
// CHECK-SAME: workgroup(%[[A:.*]] : memref<1056xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[B:.*]] : memref<1056xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-NOT: scf.if
// CHECK-COUNT-2: vector.load %{{.*}} : memref<{{.*}}, 1>, vector<4xf32>
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[A]]
// CHECK-COUNT-4: memref.store %{{.*}}, %[[AT]][
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[B]]
// CHECK-COUNT-4: memref.store %{{.*}}, %[[AT]][
// CHECK: gpu.barrier
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[A]]
// CHECK-COUNT-4: memref.load %[[AT]][
// CHECK: %[[AT:.*]] = memref.reinterpret_cast %[[B]]
// CHECK-COUNT-4: memref.load %[[AT]][
// CHECK-COUNT-1: vector.load %{{.*}} : memref<{{.*}}, 1>, vector<4xf32>
// CHECK-NOT: vector.load
// CHECK: vector.store
// CHECK: gpu.return
kernel.func @both_ways(%a: tensor<64x64xf32>, %b: tensor<64x64xf32>, %out: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [32, 32], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m, #t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %a, %b : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) outs(%out : tensor<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %p, %z : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  kernel.return %r : tensor<64x64xf32>
}
