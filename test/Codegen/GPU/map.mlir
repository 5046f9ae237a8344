// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
#col = affine_map<(d0, d1) -> (d1)>

// All accesses are at the element that is written: one flat loop. A block that
// is full loads both operands whole, then adds, then stores; the last block goes
// element by element. The arguments are the pointers and the size.
// CHECK-LABEL: gpu.module @add attributes {kernel.family = #kernel.family<map>, kernel.index_bits = 32 : i32}
// CHECK: gpu.func @add(%{{[a-z0-9]+}}: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly},
// CHECK-SAME: %{{[a-z0-9]+}}: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly},
// CHECK-SAME: %{{[a-z0-9]+}}: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias},
// CHECK-SAME: %[[N:[a-z0-9]+]]: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>, nvvm.minctasm = 2 : i32}
// CHECK: %[[FULL:.*]] = arith.cmpi ult, %{{.*}}, %[[N]] : index
// CHECK: scf.if %[[FULL]] {
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<?xf32, 1>, vector<4xf32>
// CHECK: vector.load %{{.*}} {alignment = 16 : i64} : memref<?xf32, 1>, vector<4xf32>
// CHECK: arith.addf %{{.*}} : vector<4xf32>
// CHECK: vector.load
// CHECK: vector.load
// CHECK: arith.addf %{{.*}} : vector<4xf32>
// CHECK: vector.store %{{.*}} {alignment = 16 : i64}
// CHECK: vector.store %{{.*}} {alignment = 16 : i64}
// CHECK: } else {
// CHECK: scf.for
// CHECK: %[[IN:.*]] = arith.cmpi ult, %{{.*}}, %[[N]] : index
// CHECK-NEXT: scf.if %[[IN]] {
// CHECK: memref.load
// CHECK: memref.load
// CHECK: arith.addf %{{.*}} : f32
// CHECK: memref.store
// CHECK: gpu.return
kernel.func @add(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [2048], vector = 4, unroll = 2>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// A bias along the last dimension is a vector too, for rows that vectors fill; a
// transposed operand is read one by one. One division a vector gives all indices.
// CHECK-LABEL: gpu.func @bias(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: index, %[[COLUMNS:[a-z0-9]+]]: index)
// CHECK: %[[REST:.*]] = arith.remui %[[COLUMNS]], %{{.*}} : index
// CHECK: %[[WHOLE:.*]] = arith.cmpi eq, %[[REST]], %{{.*}} : index
// CHECK: scf.if %[[WHOLE]] {
// CHECK-COUNT-1: arith.divui %{{.*}}, %{{.*}} : index
// CHECK: arith.remui
// CHECK: arith.divui
// CHECK-NOT: arith.divui
// CHECK: vector.load %{{.*}} : memref<?xf32, 1>, vector<4xf32>
// CHECK: vector.load %{{.*}} : memref<?xf32, 1>, vector<4xf32>
// CHECK-COUNT-4: memref.load
// CHECK: vector.store
// CHECK: } else {
// CHECK-NOT: vector.load
kernel.func @bias(%a: tensor<?x?xf32>, %b: tensor<?xf32>, %t: tensor<?x?xf32>,
                  %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#m, #col, #t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %t : tensor<?x?xf32>, tensor<?xf32>, tensor<?x?xf32>)
      outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %p = arith.mulf %s, %z : f32
    linalg.yield %p : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// A slice that starts anywhere is not aligned: its elements are loaded one by
// one even where they are neighbours; the destination is still stored whole.
// CHECK-LABEL: gpu.func @slice(
// CHECK: scf.if
// CHECK-NOT: vector.load
// CHECK-COUNT-4: memref.load
// CHECK-NOT: vector.load
// CHECK: vector.store %{{.*}} {alignment = 16 : i64}
kernel.func @slice(%a: tensor<?xf32>, %from: index, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]}
      outs(%out : tensor<?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %at = arith.addi %i, %from : index
    %v = tensor.extract %a[%at] : tensor<?xf32>
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// In place: the operand and the destination may be one buffer, so neither is
// said to be apart from the other, and reads do not take the read-only cache.
// CHECK-LABEL: gpu.func @in_place(
// CHECK-SAME: memref<1xf32, 1> {llvm.align = 16 : i64},
// CHECK-SAME: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly},
// CHECK-SAME: memref<1xf32, 1> {llvm.align = 16 : i64},
kernel.func @in_place(%w: tensor<?xf32> {kernel.in_place}, %g: tensor<?xf32>,
                      %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%w, %g : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// An int64 index is cut to the narrow range, not to its low bits, before it is
// compared with the size.
// CHECK-LABEL: gpu.func @gather(
// CHECK: %[[LOW:.*]] = arith.minsi %{{.*}}, %c2147483647_i64 : i64
// CHECK: %[[CUT:.*]] = arith.maxsi %[[LOW]], %c-2147483648_i64 : i64
// CHECK: %[[AT:.*]] = arith.index_cast %[[CUT]] : i64 to index
// CHECK: arith.cmpi ult, %[[AT]]
// CHECK: llvm.cmpxchg
kernel.func @gather(%a: tensor<?xf32>, %i: tensor<?xi64>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 1>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%i : tensor<?xi64>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: i64, %o: f32):
    %j = arith.index_cast %x : i64 to index
    %ok = arith.cmpi ult, %j, %n : index
    kernel.check %ok, index_out_of_range(%j, %n : index, index)
    %at = arith.select %ok, %j, %c0 : index
    %v = tensor.extract %a[%at] : tensor<?xf32>
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
