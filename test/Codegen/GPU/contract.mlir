// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// Both operands come into shared memory by tiles, with a barrier before the old
// tiles are overwritten and one before the new ones are read. What is outside
// the matrices is zero. tanh is applied before the store.
// CHECK-LABEL: gpu.func @gemm(
// CHECK-SAME: workgroup(%[[A:.*]] : memref<16x36xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[B:.*]] : memref<16x36xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK: scf.for %{{.*}} iter_args(
// CHECK: memref.load
// CHECK: arith.select
// CHECK: gpu.barrier
// CHECK: memref.store %{{.*}}, %[[A]]
// CHECK: memref.store %{{.*}}, %[[B]]
// CHECK: gpu.barrier
// CHECK: vector.load %[[A]]
// CHECK: vector.load %[[B]]
// CHECK-COUNT-64: math.fma
// CHECK-NOT: math.fma
// CHECK: scf.yield
// CHECK-NOT: gpu.barrier
// The rows of a thread are stored by a loop.
// CHECK: scf.for %[[ROW:.*]] = %c0{{.*}} to %c2{{.*}} step
// CHECK: arith.cmpi eq, %[[ROW]], %c1
// CHECK-COUNT-2: math.tanh
// CHECK-NOT: math.tanh
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#m = affine_map<(d0, d1) -> (d0, d1)>
kernel.func @gemm(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [256], tile = [32, 32, 16], vector = 1, unroll = 1>} {
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

// Where only the sizes at run time tell whether rows are whole vectors, both
// ways of reading and of writing stand under that condition, the products once.
// CHECK-LABEL: gpu.func @by_vectors(
// CHECK: scf.for %{{.*}} iter_args(
// CHECK:   scf.if %[[WHOLE:.*]] {
// CHECK:     vector.load %{{.*}} vector<4xf32>
// CHECK:     gpu.barrier
// CHECK:     vector.store
// CHECK:   } else {
// CHECK:     memref.load
// CHECK:     gpu.barrier
// CHECK:     memref.store
// CHECK:   }
// CHECK:   gpu.barrier
// CHECK-COUNT-256: math.fma
// CHECK-NOT: math.fma
// CHECK:   scf.yield
// CHECK: scf.if %[[WHOLE]] {
// CHECK:   vector.store %{{.*}} vector<4xf32>
// CHECK: } else {
// CHECK:   scf.for
// CHECK:   memref.store
kernel.func @by_vectors(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [256], tile = [64, 64, 16], vector = 4, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}
