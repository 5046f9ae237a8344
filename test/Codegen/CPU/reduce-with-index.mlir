// RUN: theano-opt --emit-cpu-kernels --canonicalize --cse %s | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// An element and its index are two accumulators, each in as many vectors as the
// schedule says. In the loop a lane remembers the turn in which its element came; the
// index is worked out from that, and is the old one where no element won. Equal ones
// join to the lower index: first among vectors, then among lanes, then with what is
// left of the row.
// CHECK-LABEL: func.func @argmax(
// CHECK-DAG: %[[WORST:.*]] = arith.constant dense<0xFF800000> : vector<4xf32>
// CHECK-DAG: %[[FIRST:.*]] = arith.constant dense<0> : vector<4xi64>
// CHECK-DAG: %[[NEVER:.*]] = arith.constant dense<-1> : vector<4xi32>
// CHECK-DAG: %[[ONE_MORE:.*]] = arith.constant dense<1> : vector<4xi32>
// CHECK-DAG: %[[EIGHT:.*]] = arith.constant dense<8> : vector<4xindex>
// CHECK: %[[MAIN:.*]]:4 = scf.for %[[START:.*]] = {{.*}} step %c8589934592 iter_args(%[[B0:.*]] = %[[WORST]], %[[P0:.*]] = %[[FIRST]], %[[B1:.*]] = %[[WORST]], %[[P1:.*]] = %[[FIRST]])
// CHECK:   %[[FOUND:.*]]:5 = scf.for {{.*}} = %[[START]] to {{.*}} step %c8 iter_args(%[[BEST:.*]] = %[[B0]], %[[TURN:.*]] = %[[NEVER]], %{{.*}} = %[[B1]], %{{.*}} = %[[NEVER]], %[[NOW:.*]] = %{{.*}})
// CHECK:     %[[X:.*]] = vector.load {{.*}} : memref<?xf32>, vector<4xf32>
// CHECK:     %[[WINS:.*]] = arith.cmpf ugt, %[[X]], %[[BEST]]
// CHECK:     %[[OPEN:.*]] = arith.cmpf ord, %[[BEST]], %[[BEST]]
// CHECK:     %[[BETTER:.*]] = arith.andi %[[WINS]], %[[OPEN]]
// CHECK:     arith.select %[[BETTER]], %[[X]], %[[BEST]] : vector<4xi1>, vector<4xf32>
// CHECK:     arith.select %[[BETTER]], %[[NOW]], %[[TURN]] : vector<4xi1>, vector<4xi32>
// CHECK-NOT: i64
// CHECK:     arith.addi %[[NOW]], %[[ONE_MORE]]
// CHECK:   %[[TURNS:.*]] = arith.index_cast %[[FOUND]]#1 : vector<4xi32> to vector<4xindex>
// CHECK:   %[[DISTANCE:.*]] = arith.muli %[[TURNS]], %[[EIGHT]]
// CHECK:   %[[PLACE:.*]] = arith.addi %[[DISTANCE]], %{{.*}} : vector<4xindex>
// CHECK:   %[[INDEX:.*]] = arith.index_cast %[[PLACE]] : vector<4xindex> to vector<4xi64>
// CHECK:   %[[OLD:.*]] = arith.cmpi eq, %[[FOUND]]#1, %[[NEVER]]
// CHECK:   arith.select %[[OLD]], %[[P0]], %[[INDEX]]
// CHECK: %[[ONE:.*]]:2 = scf.for {{.*}} step %c4 iter_args(%{{.*}} = %[[MAIN]]#0, %{{.*}} = %[[MAIN]]#1)
// CHECK: %[[TAIL:.*]]:2 = scf.for {{.*}} step %c1 iter_args({{.*}}) -> (f32, i64)
// CHECK: arith.cmpi slt, %[[MAIN]]#3, %[[ONE]]#1 : vector<4xi64>
// CHECK: arith.select {{.*}}, %[[MAIN]]#2, %[[ONE]]#0
// CHECK: arith.select {{.*}}, %[[MAIN]]#3, %[[ONE]]#1
// CHECK: vector.extract_strided_slice {{.*}} {offsets = [0], sizes = [2], strides = [1]} : vector<4xf32>
// CHECK: vector.extract_strided_slice {{.*}} {offsets = [2], sizes = [2], strides = [1]} : vector<4xi64>
// CHECK: arith.cmpi slt, %[[TAIL]]#1, %{{.*}} : i64
// CHECK: %[[RESULT:.*]] = arith.select %{{.*}}, %[[TAIL]]#1, %{{.*}} : i64
// CHECK: memref.store %[[RESULT]]
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

// Where the comparison looks at the index, as in the second of two steps, it stays an
// accumulator of the loop.
// CHECK-LABEL: func.func @compared(
// CHECK: scf.for {{.*}} step %c8 iter_args({{.*}}) -> (vector<4xf32>, vector<4xi64>, vector<4xf32>, vector<4xi64>)
// CHECK: arith.cmpi slt, %{{.*}} : vector<4xi64>
kernel.func @compared(%a: tensor<?xf32>, %i: tensor<?xi64>, %place: tensor<i64>) -> tensor<i64>
    attributes {family = #kernel.family<full_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 4, unroll = 2>} {
  %worst = arith.constant 0xFF800000 : f32
  %first = arith.constant 0 : i64
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%worst : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %g = linalg.fill ins(%first : i64) outs(%place : tensor<i64>) -> tensor<i64>
  %r:2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>,
                                          affine_map<(d0) -> ()>, affine_map<(d0) -> ()>],
                         iterator_types = ["reduction"]}
      ins(%a, %i : tensor<?xf32>, tensor<?xi64>) outs(%f, %g : tensor<f32>, tensor<i64>) {
  ^bb0(%x: f32, %j: i64, %best: f32, %at: i64):
    %more = arith.cmpf ogt, %x, %best : f32
    %before = arith.cmpi slt, %j, %at : i64
    %better = arith.ori %more, %before : i1
    %s = arith.select %better, %x, %best : f32
    %t = arith.select %better, %j, %at : i64
    linalg.yield %s, %t : f32, i64
  } -> (tensor<f32>, tensor<i64>)
  kernel.return %r#1 : tensor<i64>
}
