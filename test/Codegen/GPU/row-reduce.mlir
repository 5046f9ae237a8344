// RUN: theano-opt %s -split-input-file -emit-gpu-kernels | FileCheck %s

// Softmax of rows that fit: all loads first, each element read once, and what
// was computed for the sum is still there for the quotient. The exponentials of
// all vectors are written once, in a loop through which the vectors move. What
// repeats past the end of a row is left out of the sum; the maximum may have it.
// Eight warps share their maxima and sums through shared memory, with a barrier
// each.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @softmax(
// CHECK-SAME: workgroup(%[[MAXIMA:.*]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[SUMS:.*]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-COUNT-2: vector.load %{{.*}} {alignment = 16 : i64}
// CHECK-NOT: load
// CHECK-NOT: arith.select
// CHECK: gpu.shuffle xor
// CHECK: memref.store %{{.*}}, %[[MAXIMA]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[MAXIMA]]
// CHECK-NOT: gpu.barrier
// CHECK: scf.for {{.*}} iter_args(%[[NOW:.*]] = %{{.*}}, %[[NEXT:.*]] = %{{.*}}) -> (vector<4xf32>, vector<4xf32>)
// CHECK: %[[SHIFTED:.*]] = arith.subf %[[NOW]], %{{.*}} : vector<4xf32>
// CHECK: %[[EXP:.*]] = math.exp %[[SHIFTED]] : vector<4xf32>
// CHECK: scf.yield %[[NEXT]], %[[EXP]]
// CHECK-COUNT-2: arith.select {{.*}} : vector<4xf32>
// CHECK-NOT: arith.select
// CHECK: gpu.shuffle xor
// CHECK: memref.store %{{.*}}, %[[SUMS]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[SUMS]]
// CHECK-NOT: math.exp
// CHECK-NOT: vector.load
// CHECK: arith.divf
// CHECK: vector.store
// CHECK: arith.divf
// CHECK: vector.store
// CHECK-NOT: scf.for
// CHECK: gpu.return
kernel.func @softmax(%a: tensor<?x2048xf32>, %out: tensor<?x2048xf32>)
    -> tensor<?x2048xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 2>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x2048xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %f0 = linalg.fill ins(%ninf : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %max = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x2048xf32>) outs(%f0 : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.maximumf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %max : tensor<?x2048xf32>, tensor<?xf32>) outs(%out : tensor<?x2048xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    %s2 = math.exp %s : f32
    linalg.yield %s2 : f32
  } -> tensor<?x2048xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x2048xf32>) outs(%f1 : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %div = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<?x2048xf32>, tensor<?xf32>) outs(%out : tensor<?x2048xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x2048xf32>
  kernel.return %div : tensor<?x2048xf32>
}

// -----

// A sum is one pass, of any length, in whole vectors from the first element that
// lies on one: eight are loaded a round before they are needed, then four, then
// one. The elements in front of them and behind come one by one. A double goes
// through a shuffle in two halves.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @sum(
// CHECK: %[[BEGIN:.*]] = arith.muli
// CHECK: %[[UP:.*]] = arith.addi %[[BEGIN]], %c1
// CHECK: %[[VECTOR:.*]] = arith.divui %[[UP]], %c2
// CHECK: %[[ALIGNED:.*]] = arith.muli %[[VECTOR]], %c2
// CHECK: arith.subi %[[ALIGNED]], %[[BEGIN]]
// CHECK-NOT: scf.if
// CHECK: scf.for
// CHECK-COUNT-8: vector.load
// CHECK: scf.for
// CHECK-COUNT-4: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK: memref.load
// CHECK-NOT: scf.for
// CHECK: gpu.shuffle xor %{{.*}} : i32
// CHECK: gpu.shuffle xor %{{.*}} : i32
// CHECK: gpu.barrier
// CHECK-NOT: gpu.barrier
// CHECK: memref.store
// CHECK: gpu.return
kernel.func @sum(%a: tensor<?x?xf64>, %out: tensor<?xf64>) -> tensor<?xf64>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 2, unroll = 4>} {
  %zero = arith.constant 0.0 : f64
  %f = linalg.fill ins(%zero : f64) outs(%out : tensor<?xf64>) -> tensor<?xf64>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf64>) outs(%f : tensor<?xf64>) {
  ^bb0(%x: f64, %o: f64):
    %s = arith.addf %x, %o : f64
    linalg.yield %s : f64
  } -> tensor<?xf64>
  kernel.return %sum : tensor<?xf64>
}

// -----

// Short rows: a warp each, eight a block, no barrier.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @short(
// CHECK-NOT: workgroup
// CHECK: gpu.thread_id y
// CHECK: scf.if
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
// CHECK: gpu.return
kernel.func @short(%a: tensor<?x10xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32, 8], tile = [8], vector = 1, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x10xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %sum : tensor<?xf32>
}

// -----

// Rows too long for the registers: a pass for the reduction and one for the
// stores. It is the first version, and reads four vectors at once.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @long(
// CHECK: scf.for
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-4: math.exp
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK-NOT: scf.if
// CHECK: vector.store
// CHECK: gpu.return
kernel.func @long(%a: tensor<?x65536xf32>, %out: tensor<?x65536xf32>)
    -> tensor<?x65536xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 4>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x65536xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x65536xf32>) outs(%out : tensor<?x65536xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  } -> tensor<?x65536xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x65536xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %div = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %sum : tensor<?x65536xf32>, tensor<?xf32>) outs(%out : tensor<?x65536xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x65536xf32>
  kernel.return %div : tensor<?x65536xf32>
}

// -----

// What takes many instructions is not written for twice as many vectors. An
// element at the edges is read and used once.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @any(
// CHECK: scf.for
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-4: math.exp
// CHECK: scf.for
// CHECK: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK-NOT: minui
// CHECK: memref.load
// CHECK-NOT: memref.load
// CHECK: math.exp
// CHECK-NEXT: arith.addf
// CHECK-NEXT: scf.yield
kernel.func @any(%a: tensor<?x?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%a : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %sum : tensor<?xf32>
}

// -----

// With dimensions of 1, too, a function of the row's elements is written once
// and is there for what follows.
#m = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: gpu.func @unit(
// CHECK: scf.for
// CHECK: math.exp
// CHECK-NOT: math.exp
// CHECK: gpu.return
kernel.func @unit(%a: tensor<?x1x2048xf32>, %out: tensor<?x1x2048xf32>)
    -> tensor<?x1x2048xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 2>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x1x2048xf32>
  %e = tensor.empty(%n) : tensor<?x1xf32>
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1xf32>) -> tensor<?x1xf32>
  %exp = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a : tensor<?x1x2048xf32>) outs(%out : tensor<?x1x2048xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  } -> tensor<?x1x2048xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%exp : tensor<?x1x2048xf32>) outs(%f : tensor<?x1xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?x1xf32>
  %div = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%exp, %sum : tensor<?x1x2048xf32>, tensor<?x1xf32>) outs(%out : tensor<?x1x2048xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x1x2048xf32>
  kernel.return %div : tensor<?x1x2048xf32>
}

// -----

// Rows of unknown length. What the first branch has in registers leaves it with
// what it found for the thread, so that the following steps find it: an element
// is read once there (it takes two a thread), though the index is no plain one.
// The other branch reads in a loop, for each step anew.
#two = affine_map<(d0, d1) -> (d0, d1 * 2)>
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @unknown(
// CHECK: %[[FOUND:[0-9]+]]:{{[0-9]+}} = scf.if %[[FITS:[0-9]+]] -> (f32,
// CHECK: memref.load
// CHECK: memref.load
// CHECK-NOT: load
// In the order in which it stands there: with each of the two slots its index,
// at which element that is, and the element; then which slots are valid.
// CHECK: scf.yield {{.*}} : f32, index, index, index, f32, index, f32, i1, i1
// CHECK: } else {
// CHECK: scf.for
// CHECK: memref.load
// CHECK-NOT: load
// CHECK: ub.poison : f32
// CHECK: scf.yield
// CHECK: gpu.shuffle xor %[[FOUND]]#0
// CHECK: gpu.barrier
// CHECK-NOT: gpu.barrier
// CHECK: scf.if %[[FITS]] {
// CHECK-NOT: load
// CHECK: memref.store
// CHECK-NOT: load
// CHECK: memref.store
// CHECK: } else {
// CHECK: scf.for
// CHECK: memref.load
// CHECK: memref.store
// CHECK: gpu.return
kernel.func @unknown(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 1, unroll = 2>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %out, %c0 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %even = linalg.generic {indexing_maps = [#two, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%even : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %div = linalg.generic {indexing_maps = [#two, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %sum : tensor<?x?xf32>, tensor<?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %div : tensor<?x?xf32>
}

// -----

// The place of a slot of a row of several dimensions takes divisions by sizes
// that may be 0 where this version is not for the row: none stands outside of the
// branch.
#m = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0)>
// CHECK-LABEL: gpu.func @two_dimensions(
// CHECK-NOT: arith.divui %{{.*}}, %arg
// CHECK-NOT: arith.remui %{{.*}}, %{{[0-9]+}}
// CHECK: scf.if %{{.*}} -> (f32,
// CHECK: arith.divui
// CHECK: vector.load
// CHECK: } else {
// The alignment of what left the branch is known behind it.
// CHECK: scf.if
// CHECK: vector.store
// CHECK: gpu.return
kernel.func @two_dimensions(%a: tensor<?x?x?xf32>, %out: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 2>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %out, %c0 : tensor<?x?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction", "reduction"]}
      ins(%a : tensor<?x?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %div = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %sum : tensor<?x?x?xf32>, tensor<?xf32>) outs(%out : tensor<?x?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?x?xf32>
  kernel.return %div : tensor<?x?x?xf32>
}

// -----

// Rows that may be shorter than the registers: only the turns that some thread
// has compute the function, and a maximum of it takes no slot past the end.
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: gpu.func @shorter(
// CHECK: %[[SHORT:.*]] = arith.addi %{{.*}}, %c255
// CHECK: %[[TURNS:.*]] = arith.divui %[[SHORT]], %c256
// CHECK: scf.for %[[TURN:.*]] = %{{.*}} to %c2{{.*}} step %{{.*}} iter_args(%[[NOW:.*]] = %{{.*}}, %[[NEXT:.*]] = %{{.*}})
// CHECK: %[[WANTED:.*]] = arith.cmpi ult, %[[TURN]], %[[TURNS]]
// CHECK: %[[EXP:.*]] = scf.if %[[WANTED]]
// CHECK: math.exp %[[NOW]]
// CHECK: } else {
// CHECK-NEXT: scf.yield %[[NOW]]
// CHECK: scf.yield %[[NEXT]], %[[EXP]]
// CHECK: arith.maximumf
// CHECK: arith.select
// CHECK: arith.maximumf
// CHECK: arith.select
kernel.func @shorter(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [1], vector = 4, unroll = 2>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %ninf = arith.constant 0xFF800000 : f32
  %f = linalg.fill ins(%ninf : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  %max = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.maximumf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %max : tensor<?x?xf32>, tensor<?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}
