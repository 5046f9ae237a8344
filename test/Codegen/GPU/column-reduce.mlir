// RUN: theano-opt %s -split-input-file -emit-gpu-kernels | FileCheck %s

// The parts of sums of columns. By vectors, where rows are as long as one: four
// rows of a thread at once, all loads before the first sum, then one by one what
// is left; by elements a row a turn. What each thread has is in shared memory,
// and a barrier later a thread a column joins it: where rows are no whole number
// of vectors, as far from the beginning of a line as its rows begin within one,
// and the last row that has no other behind it.
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: gpu.func @parts(
// CHECK-SAME: workgroup(%[[TILE:.*]] : memref<1024xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK: math.ctlz
// CHECK: %[[HAS:.*]] = arith.select %{{.*}}, %c128, %c124
// CHECK: %[[LONG:.*]] = arith.cmpi ugt, %{{.*}}, %c3
// CHECK: %[[FITS:.*]] = arith.andi %[[LONG]],
// CHECK: %[[DISTANCE:.*]] = arith.select %[[FITS]], %{{.*}}, %c0
// CHECK: scf.if %[[FITS]]
// CHECK: %[[PRODUCT:.*]] = arith.muli %{{.*}}, %[[DISTANCE]]
// CHECK: %[[SHIFT:.*]] = arith.remui %[[PRODUCT]], %c4
// CHECK: %[[BEGIN:.*]] = arith.subi %{{.*}}, %[[SHIFT]]
// CHECK: scf.for
// CHECK-COUNT-4: vector.load %{{.*}} {alignment = 16 : i64} : memref<?xf32, {{.*}}>, vector<4xf32>
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
// CHECK: scf.for %{{.*}} to %[[WIDTH:.*]] step
// CHECK: scf.if
// CHECK: arith.muli %{{.*}}, %[[DISTANCE]]
// CHECK: memref.load %[[TILE]][
// CHECK: scf.for
// CHECK: arith.muli %{{.*}}, %[[DISTANCE]]
// CHECK-COUNT-1: memref.load %[[TILE]][
// CHECK-NOT: memref.load
// CHECK: scf.yield
// CHECK: scf.for
// CHECK-COUNT-1: memref.load %{{.*}} : memref<?xf32, 1>
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

// Ten known columns, which may begin at each element of a vector and then take
// four: so many threads lie across. One version, by vectors.
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: gpu.func @narrow(
// CHECK-NOT: scf.if
// CHECK: arith.andi %{{.*}}, %c3
// CHECK-NOT: scf.if
// CHECK: scf.for
// CHECK-COUNT-4: vector.load %{{.*}} : memref<?xf32, {{.*}}>, vector<4xf32>
// CHECK-NOT: vector.load
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

// -----

// A matrix of three columns has none to spare for a vector: by elements.
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: gpu.func @three(
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK-COUNT-4: memref.load %{{.*}} : memref<?xf32, 1>
// CHECK-NOT: memref.load
// CHECK: scf.yield
// CHECK: gpu.barrier
kernel.func @three(%a: tensor<?x3xf32>, %out: tensor<3xf32>) -> tensor<3xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<3xf32>) -> tensor<3xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x3xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<3xf32>
  kernel.return %s : tensor<3xf32>
}

// -----

// What is read in another order than that of the rows is none of a row's
// vectors: by vectors where columns are a whole number of them, else by elements.
#r = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#c = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-LABEL: gpu.func @first_of_three(
// CHECK: arith.select %{{.*}}, %c128, %c124
// CHECK-NOT: vector.from_elements
// CHECK: scf.if
// CHECK: vector.load
// CHECK: } else {
// CHECK-NOT: vector.load
// CHECK: memref.load
// CHECK: gpu.barrier
kernel.func @first_of_three(%a: tensor<?x?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = linalg.generic {indexing_maps = [#r, #c], iterator_types = ["reduction", "parallel", "parallel"]}
      ins(%a : tensor<?x?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  kernel.return %s : tensor<?x?xf32>
}
