// RUN: theano-opt --kernel-choose-cpu-schedules --canonicalize --cse %s | FileCheck %s
// RUN: theano-opt --kernel-choose-cpu-schedules=vector-bytes=16 %s | FileCheck %s --check-prefix=NARROW

#id = affine_map<(d0) -> (d0)>
#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// 32 bytes hold eight f32.
// CHECK: kernel.func @map
// CHECK-SAME: schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>
// NARROW: kernel.func @map
// NARROW-SAME: vector = 4
kernel.func @map(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// The widest type of the body decides: f64 inside, though f32 in memory.
// CHECK: kernel.func @widened
// CHECK-SAME: vector = 4
kernel.func @widened(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %w = arith.extf %x : f32 to f64
    %n = arith.negf %w : f64
    %s = arith.truncf %n : f64 to f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// CHECK: kernel.func @rows
// CHECK-SAME: schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>
kernel.func @rows(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>} {
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

// Neighbouring columns are contiguous, so a plain reduction is vectorised across.
// CHECK: kernel.func @columns
// CHECK-SAME: schedule = #kernel.schedule<tile = [1, 256, 8], vector = 8, unroll = 4>
kernel.func @columns(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
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

// Over the first and the last dimension: no neighbours to do at once, but each
// result by itself reduces neighbours.
// CHECK: kernel.func @outer_and_inner
// CHECK-SAME: schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>
kernel.func @outer_and_inner(%a: tensor<?x?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                                        affine_map<(d0, d1, d2) -> (d1)>],
                       iterator_types = ["reduction", "parallel", "reduction"]}
      ins(%a : tensor<?x?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// The parts of a full reduction are reduced as rows are. A check needs one element at a
// time, a branch does not.
// CHECK: kernel.func @parts
// CHECK-SAME: schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>
kernel.func @parts(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<partial_reduce>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(d0) -> ()>],
                       iterator_types = ["reduction"]}
      ins(%a : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %p = kernel.partials %r into %out : tensor<f32>, tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}

// CHECK: kernel.func @branch
// CHECK-SAME: vector = 8
kernel.func @branch(%n: index, %a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]}
      outs(%out : tensor<?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %here = arith.cmpi slt, %i, %n : index
    %v = scf.if %here -> f32 {
      %x = tensor.extract %a[%i] : tensor<?xf32>
      scf.yield %x : f32
    } else {
      %j = arith.subi %i, %n : index
      %x = tensor.extract %b[%j] : tensor<?xf32>
      scf.yield %x : f32
    }
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// CHECK: kernel.func @checked
// CHECK-SAME: vector = 1
kernel.func @checked(%n: index, %a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %i = linalg.index 0 : index
    %here = arith.cmpi slt, %i, %n : index
    kernel.check %here, index_out_of_range(%i : index)
    linalg.yield %x : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// The index of an argmax does not count among the types: f32 decides.
// CHECK: kernel.func @argmax
// CHECK-SAME: vector = 8
kernel.func @argmax(%a: tensor<?x?xf32>, %v: tensor<?xf32>, %i: tensor<?xi64>)
    -> (tensor<?xf32>, tensor<?xi64>) attributes {family = #kernel.family<plain_reduce>} {
  %worst = arith.constant 0xFF800000 : f32
  %first = arith.constant 0 : i64
  %f = linalg.fill ins(%worst : f32) outs(%v : tensor<?xf32>) -> tensor<?xf32>
  %g = linalg.fill ins(%first : i64) outs(%i : tensor<?xi64>) -> tensor<?xi64>
  %r:2 = linalg.generic {indexing_maps = [#id2, #row, #row],
                         iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f, %g : tensor<?xf32>, tensor<?xi64>) {
  ^bb0(%x: f32, %best: f32, %at: i64):
    %better = arith.cmpf ogt, %x, %best : f32
    %j = linalg.index 1 : index
    %here = arith.index_cast %j : index to i64
    %s = arith.select %better, %x, %best : f32
    %t = arith.select %better, %here, %at : i64
    linalg.yield %s, %t : f32, i64
  } -> (tensor<?xf32>, tensor<?xi64>)
  kernel.return %r#0, %r#1 : tensor<?xf32>, tensor<?xi64>
}

// A schedule that is there stays.
// CHECK: kernel.func @given
// CHECK-SAME: schedule = #kernel.schedule<tile = [64], vector = 1, unroll = 1>
kernel.func @given(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [64], vector = 1, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// Blocks of columns: the number of elements over the tile, rounded up. A vector
// counts as one row.
// CHECK-LABEL: func.func @main
// CHECK-DAG: %[[TILE:.*]] = arith.constant 16384 : index
// CHECK-DAG: %[[N:.*]] = tensor.dim %arg0
// CHECK: %[[COLUMNS:.*]] = arith.ceildivui %[[N]], %[[TILE]]
// CHECK: %[[GRID:.*]] = arith.muli %{{.*}}, %[[COLUMNS]]
// CHECK: kernel.launch @map grid(%[[GRID]])
func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = kernel.launch @map ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
