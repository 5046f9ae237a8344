// RUN: theano-opt --emit-cpu-kernels --canonicalize --cse %s | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// A map is a loop in vectors and a loop over what is left of the block; the last
// block ends with the array.
// CHECK-LABEL: func.func @map
// CHECK-SAME: (%[[IN:.*]]: memref<1xf32>, %[[OUT:.*]]: memref<1xf32> {llvm.noalias}, %[[N:.*]]: index, %[[FIRST:.*]]: index, %[[END:.*]]: index)
// CHECK: scf.for %[[BLOCK:.*]] = %[[FIRST]] to %[[END]]
// CHECK:   %[[STOP:.*]] = arith.minui %{{.*}}, %[[N]]
// CHECK:   %[[REST:.*]] = arith.remui %{{.*}}, %c8
// CHECK:   %[[SPLIT:.*]] = arith.subi %[[STOP]], %[[REST]]
// CHECK:   scf.for %[[I:.*]] = %{{.*}} to %[[SPLIT]] step %c8
// CHECK:     vector.load %{{.*}}[%[[I]]] : memref<?xf32>, vector<8xf32>
// CHECK:     arith.negf %{{.*}} : vector<8xf32>
// CHECK:     vector.store %{{.*}}[%[[I]]]
// CHECK:   scf.for %[[J:.*]] = %[[SPLIT]] to %[[STOP]] step %c1
// CHECK:     memref.load %{{.*}}[%[[J]]]
// CHECK:     memref.store %{{.*}}[%[[J]]]
kernel.func @map(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// With a width of 1 there are no vectors at all.
// CHECK-LABEL: func.func @scalar
// CHECK-NOT: vector
// CHECK: return
kernel.func @scalar(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 1, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// A row is summed in four vectors, then one, then single elements; every
// accumulator starts from the identity, and the tree that joins them is fixed.
// CHECK-LABEL: func.func @row_sums
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK: %[[MAIN:.*]]:4 = scf.for {{.*}} step %c8192 iter_args(%{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]])
// CHECK: scf.for {{.*}} step %c32 iter_args(%{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]])
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-4: arith.addf
// CHECK: %[[ONE:.*]] = scf.for {{.*}} step %c8 iter_args(%{{.*}} = %[[MAIN]]#0)
// CHECK: %[[TAIL:.*]] = scf.for {{.*}} step %c1 iter_args(%{{.*}} = %cst{{.*}}) -> (f32)
// CHECK: arith.addf %[[ONE]], %[[MAIN]]#1
// CHECK: arith.addf %[[MAIN]]#2, %[[MAIN]]#3
// CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[TAIL]] : f32
// CHECK: memref.store %[[SUM]]
kernel.func @row_sums(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// Column sums sweep the rows, four at a time, over a panel of sums; the four are
// summed before they are added to those of the chunk.
// CHECK-LABEL: func.func @column_sums
// CHECK: %[[CHUNK:.*]] = memref.alloca() {alignment = 64 : i64} : memref<512xf32>
// CHECK: %[[SUMS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<512xf32>
// CHECK: scf.for {{.*}} step %c1024
// CHECK: scf.for {{.*}} step %c4
// CHECK: scf.for {{.*}} step %c8
// CHECK: %[[BEFORE:.*]] = vector.load %[[CHUNK]]
// CHECK-COUNT-4: arith.addf
// CHECK: %[[AFTER:.*]] = arith.addf %[[BEFORE]]
// CHECK: vector.store %[[AFTER]], %[[CHUNK]]
// CHECK: vector.load %[[SUMS]]
// CHECK: vector.load %[[CHUNK]]
kernel.func @column_sums(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>,
                schedule = #kernel.schedule<tile = [1, 64, 8], vector = 8, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id2, #col], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// The host function belongs to the Program.
// CHECK-NOT: func.func @main
func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> {
  return %a : tensor<?xf32>
}
