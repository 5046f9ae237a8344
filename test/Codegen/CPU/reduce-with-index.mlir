// RUN: theano-opt --emit-cpu-kernels --canonicalize --cse %s | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// An element and its index are two accumulators, each in as many vectors as the
// schedule says. Equal ones join to the lower index: first among vectors, then among
// lanes, then with what is left of the row.
// CHECK-LABEL: func.func @argmax(
// CHECK-DAG: %[[WORST:.*]] = arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK-DAG: %[[FIRST:.*]] = arith.constant dense<0> : vector<4xi64>
// CHECK: %[[MAIN:.*]]:4 = scf.for %[[I:.*]] = {{.*}} step %c8 iter_args(%[[B0:.*]] = %[[WORST]], %[[P0:.*]] = %[[FIRST]], %[[B1:.*]] = %[[WORST]], %[[P1:.*]] = %[[FIRST]])
// CHECK:   %[[X:.*]] = vector.load {{.*}} : memref<?xf32>, vector<4xf32>
// CHECK:   %[[WINS:.*]] = arith.cmpf ugt, %[[X]], %[[B0]]
// CHECK:   %[[OPEN:.*]] = arith.cmpf ord, %[[B0]], %[[B0]]
// CHECK:   %[[BETTER:.*]] = arith.andi %[[WINS]], %[[OPEN]]
// CHECK:   arith.select %[[BETTER]], %[[X]], %[[B0]] : vector<4xi1>, vector<4xf32>
// CHECK:   arith.select %[[BETTER]], %{{.*}}, %[[P0]] : vector<4xi1>, vector<4xi64>
// CHECK:   arith.addi %[[I]], %c4
// CHECK: %[[ONE:.*]]:2 = scf.for {{.*}} step %c4 iter_args(%{{.*}} = %[[MAIN]]#0, %{{.*}} = %[[MAIN]]#1)
// CHECK: %[[TAIL:.*]]:2 = scf.for {{.*}} step %c1 iter_args({{.*}}) -> (f32, i64)
// CHECK: arith.cmpi slt, %[[MAIN]]#3, %[[ONE]]#1 : vector<4xi64>
// CHECK: arith.select {{.*}}, %[[MAIN]]#2, %[[ONE]]#0
// CHECK: arith.select {{.*}}, %[[MAIN]]#3, %[[ONE]]#1
// CHECK: vector.extract_strided_slice {{.*}} {offsets = [0], sizes = [2], strides = [1]} : vector<4xf32>
// CHECK: vector.extract_strided_slice {{.*}} {offsets = [2], sizes = [2], strides = [1]} : vector<4xi64>
// CHECK: arith.cmpi slt, %[[TAIL]]#1, %{{.*}} : i64
// CHECK: %[[PLACE:.*]] = arith.select %{{.*}}, %[[TAIL]]#1, %{{.*}} : i64
// CHECK: memref.store %[[PLACE]]
kernel.func @argmax(%a: tensor<?x?xf32>, %out: tensor<?xi64>) -> tensor<?xi64>
    attributes {family = #kernel.family<plain_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 4, unroll = 2>} {
  %worst = arith.constant 0xFF800000 : f32
  %first = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %a, %c0 : tensor<?x?xf32>
  %e = tensor.empty(%rows) : tensor<?xf32>
  %f = linalg.fill ins(%worst : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %g = linalg.fill ins(%first : i64) outs(%out : tensor<?xi64>) -> tensor<?xi64>
  %r:2 = linalg.generic {indexing_maps = [#id2, #row, #row],
                         iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f, %g : tensor<?xf32>, tensor<?xi64>) {
  ^bb0(%x: f32, %best: f32, %place: i64):
    %wins = arith.cmpf ugt, %x, %best : f32
    %open = arith.cmpf ord, %best, %best : f32
    %better = arith.andi %wins, %open : i1
    %j = linalg.index 1 : index
    %here = arith.index_cast %j : index to i64
    %s = arith.select %better, %x, %best : f32
    %t = arith.select %better, %here, %place : i64
    linalg.yield %s, %t : f32, i64
  } -> (tensor<?xf32>, tensor<?xi64>)
  kernel.return %r#1 : tensor<?xi64>
}

// Where the accumulators do not join, here since the index is chosen otherwise than
// the element, a row is reduced one by one.
// CHECK-LABEL: func.func @apart(
// CHECK-NOT: vector
// CHECK: return
kernel.func @apart(%a: tensor<?x?xf32>, %out: tensor<?xf32>, %place: tensor<?xi64>)
    -> (tensor<?xf32>, tensor<?xi64>)
    attributes {family = #kernel.family<plain_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 4, unroll = 2>} {
  %worst = arith.constant 0xFF800000 : f32
  %first = arith.constant 0 : i64
  %f = linalg.fill ins(%worst : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %g = linalg.fill ins(%first : i64) outs(%place : tensor<?xi64>) -> tensor<?xi64>
  %r:2 = linalg.generic {indexing_maps = [#id2, #row, #row],
                         iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f, %g : tensor<?xf32>, tensor<?xi64>) {
  ^bb0(%x: f32, %best: f32, %at: i64):
    %better = arith.cmpf ugt, %x, %best : f32
    %equal = arith.cmpf uge, %x, %best : f32
    %j = linalg.index 1 : index
    %here = arith.index_cast %j : index to i64
    %s = arith.select %better, %x, %best : f32
    %t = arith.select %equal, %here, %at : i64
    linalg.yield %s, %t : f32, i64
  } -> (tensor<?xf32>, tensor<?xi64>)
  kernel.return %r#0, %r#1 : tensor<?xf32>, tensor<?xi64>
}
