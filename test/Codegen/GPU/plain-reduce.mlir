// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// argmax along the first axis: a thread an output, two accumulators, four
// elements a round and a loop for what is left.
// CHECK-LABEL: gpu.func @argmax(
// CHECK: scf.if
// CHECK: scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f32, i64)
// CHECK-COUNT-4: arith.cmpf ogt
// CHECK-NOT: arith.cmpf
// CHECK: scf.yield
// CHECK: scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f32, i64)
// CHECK-COUNT-1: arith.cmpf ogt
// CHECK: scf.yield
// CHECK: memref.store %{{.*}} : memref<?xf32, 1>
// CHECK: memref.store %{{.*}} : memref<?xi64, 1>
kernel.func @argmax(%a: tensor<?x?xf32>, %v: tensor<?xf32>, %i: tensor<?xi64>)
    -> (tensor<?xf32>, tensor<?xi64>) attributes {family = #kernel.family<plain_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 4>} {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %f = linalg.fill ins(%ninf : f32) outs(%v : tensor<?xf32>) -> tensor<?xf32>
  %g = linalg.fill ins(%zero : i64) outs(%i : tensor<?xi64>) -> tensor<?xi64>
  %r:2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>],
                         iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f, %g : tensor<?xf32>, tensor<?xi64>) {
  ^bb0(%x: f32, %m: f32, %k: i64):
    %j = linalg.index 1 : index
    %j64 = arith.index_cast %j : index to i64
    %c = arith.cmpf ogt, %x, %m : f32
    %best = arith.select %c, %x, %m : f32
    %at = arith.select %c, %j64, %k : i64
    linalg.yield %best, %at : f32, i64
  } -> (tensor<?xf32>, tensor<?xi64>)
  kernel.return %r#0, %r#1 : tensor<?xf32>, tensor<?xi64>
}
