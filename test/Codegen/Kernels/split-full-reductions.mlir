// RUN: theano-opt %s -kernel-split-full-reductions | FileCheck %s
// RUN: theano-opt %s -kernel-split-full-reductions=elements-per-block=65536 \
// RUN:   | FileCheck %s --check-prefix=LARGE

// Larger blocks are fewer: of 32768 known elements there is one.
// LARGE: kernel.func @mean_parts(
// LARGE-NOT: @argmax_parts
// LARGE: kernel.func @argmax(
// LARGE-SAME: family = #kernel.family<full_reduce>
// LARGE: %[[MANY:.*]] = arith.ceildivui %{{.*}}, %c65536
// LARGE: %[[FEW:.*]] = arith.minui %[[MANY]], %c1024
// LARGE: arith.maxui %[[FEW]], %c1
// LARGE: kernel.launch @argmax ins(

// A mean of unknown length: the blocks of the first step follow from the length
// alone, and what the mean does with the sum comes after the second.
// CHECK-LABEL: kernel.func @mean_parts(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[OUT:.*]]: tensor<?xf32>) -> tensor<?xf32>
// CHECK-SAME: family = #kernel.family<partial_reduce>
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[X]] :
// CHECK: %[[PARTS:.*]] = kernel.partials %[[SUM]] into %[[OUT]] : tensor<f32>, tensor<?xf32>
// CHECK: kernel.return %[[PARTS]]
// CHECK-LABEL: kernel.func @mean(
// CHECK-SAME: %[[PARTS:.*]]: tensor<?xf32>, %[[N:.*]]: f32, %{{.*}}: tensor<f32>) -> tensor<f32>
// CHECK-SAME: family = #kernel.family<full_reduce>
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[PARTS]] :
// CHECK: arith.addf
// CHECK: arith.divf %{{.*}}, %[[N]]
#id = affine_map<(d0) -> (d0)>
#one = affine_map<(d0) -> ()>
#none = affine_map<() -> ()>
kernel.func @mean(%x: tensor<?xf32>, %n: f32, %out: tensor<f32>) -> tensor<f32>
    attributes {family = #kernel.family<full_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [#id, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %mean = linalg.generic {indexing_maps = [#none, #none], iterator_types = []}
      ins(%sum : tensor<f32>) outs(%out : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.divf %a, %n : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  kernel.return %mean : tensor<f32>
}

// An argmax has two parts a block. Of equal elements the first wins, whatever
// block had it.
// CHECK-LABEL: kernel.func @argmax_parts(
// CHECK-SAME: -> (tensor<8xf32>, tensor<8xi64>)
// CHECK-LABEL: kernel.func @argmax(
// CHECK-SAME: family = #kernel.family<full_reduce>
// CHECK: ^bb0(%[[A:.*]]: f32, %[[I:.*]]: i64, %[[BEST:.*]]: f32, %[[AT:.*]]: i64):
// CHECK: %[[WORSE:.*]] = arith.cmpf ogt, %[[BEST]], %[[A]]
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[I]], %[[AT]]
// CHECK: %[[TIE:.*]] = arith.cmpi ult, %[[WORSE]], %[[FIRST]]
// CHECK: %[[BETTER:.*]] = arith.cmpf ogt, %[[A]], %[[BEST]]
// CHECK: %[[WINS:.*]] = arith.ori %[[BETTER]], %[[TIE]]
// CHECK: arith.select %[[WINS]], %[[A]], %[[BEST]]
// CHECK: arith.select %[[WINS]], %[[I]], %[[AT]]
kernel.func @argmax(%x: tensor<32768xf32>, %v: tensor<f32>, %i: tensor<i64>)
    -> (tensor<f32>, tensor<i64>) attributes {family = #kernel.family<plain_reduce>} {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %f = linalg.fill ins(%ninf : f32) outs(%v : tensor<f32>) -> tensor<f32>
  %g = linalg.fill ins(%zero : i64) outs(%i : tensor<i64>) -> tensor<i64>
  %r:2 = linalg.generic {indexing_maps = [#id, #one, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<32768xf32>) outs(%f, %g : tensor<f32>, tensor<i64>) {
  ^bb0(%a: f32, %m: f32, %k: i64):
    %j = linalg.index 0 : index
    %j64 = arith.index_cast %j : index to i64
    %c = arith.cmpf ogt, %a, %m : f32
    %best = arith.select %c, %a, %m : f32
    %at = arith.select %c, %j64, %k : i64
    linalg.yield %best, %at : f32, i64
  } -> (tensor<f32>, tensor<i64>)
  kernel.return %r#0, %r#1 : tensor<f32>, tensor<i64>
}

// Few elements are one block's.
// CHECK-NOT: @short_parts
// CHECK-LABEL: kernel.func @short(
kernel.func @short(%x: tensor<16384xi32>, %out: tensor<i32>) -> tensor<i32>
    attributes {family = #kernel.family<full_reduce>} {
  %zero = arith.constant 0 : i32
  %f = linalg.fill ins(%zero : i32) outs(%out : tensor<i32>) -> tensor<i32>
  %sum = linalg.generic {indexing_maps = [#id, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<16384xi32>) outs(%f : tensor<i32>) {
  ^bb0(%a: i32, %o: i32):
    %s = arith.addi %a, %o : i32
    linalg.yield %s : i32
  } -> tensor<i32>
  kernel.return %sum : tensor<i32>
}

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[N:.*]]: f32
// CHECK: %[[LENGTH:.*]] = tensor.dim %[[X]]
// CHECK: %[[MANY:.*]] = arith.ceildivui %[[LENGTH]], %c4096
// CHECK: %[[FEW:.*]] = arith.minui %[[MANY]], %c1024
// CHECK: %[[BLOCKS:.*]] = arith.maxui %[[FEW]], %c1
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[BLOCKS]]) : tensor<?xf32>
// CHECK: %[[PARTS:.*]] = kernel.launch @mean_parts grid(%[[BLOCKS]]) ins(%[[X]] : tensor<?xf32>) outs(%[[EMPTY]] : tensor<?xf32>)
// CHECK: kernel.launch @mean ins(%[[PARTS]], %[[N]] : tensor<?xf32>, f32)
// CHECK: kernel.launch @argmax_parts grid(%c8
// CHECK: kernel.launch @short ins(
func.func @main(%x: tensor<?xf32>, %n: f32, %y: tensor<32768xf32>, %z: tensor<16384xi32>)
    -> (tensor<f32>, tensor<i64>, tensor<i32>) {
  %e = tensor.empty() : tensor<f32>
  %k = tensor.empty() : tensor<i64>
  %i = tensor.empty() : tensor<i32>
  %0 = kernel.launch @mean ins(%x, %n : tensor<?xf32>, f32) outs(%e : tensor<f32>) -> tensor<f32>
  %1:2 = kernel.launch @argmax ins(%y : tensor<32768xf32>)
      outs(%e, %k : tensor<f32>, tensor<i64>) -> tensor<f32>, tensor<i64>
  %2 = kernel.launch @short ins(%z : tensor<16384xi32>) outs(%i : tensor<i32>) -> tensor<i32>
  return %0, %1#1, %2 : tensor<f32>, tensor<i64>, tensor<i32>
}
