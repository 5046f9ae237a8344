// RUN: theano-opt %s -split-input-file -kernel-nest-reductions | FileCheck %s
// RUN: theano-opt %s -split-input-file -kernel-nest-reductions --pass-statistics 2>&1 >/dev/null | FileCheck %s --check-prefix=COUNT
// COUNT: 2 kernel-nest-reductions - Number of reductions made of two

// All but the channels, which are kept as a dimension: rows of unknown sizes,
// then what is left of them. What the reduction begins with, both begin with.
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#kept = affine_map<(d0, d1, d2, d3) -> (0, d1, 0, 0)>
// CHECK: #[[$ALL:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK: #[[$ROWS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK: #[[$SAME:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[$KEPT:.*]] = affine_map<(d0, d1) -> (0, d1, 0, 0)>
// CHECK-LABEL: func.func @channels(
// CHECK-SAME: %[[A:[^:]*]]: tensor<?x16x?x?xf32>
// CHECK: %[[LOWEST:.*]] = arith.constant 0xFF800000
// CHECK: %[[FILLED:.*]] = linalg.fill ins(%[[LOWEST]]{{.*}} tensor<1x16x1x1xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[A]], %c0
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x16xf32>
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[LOWEST]] : f32) outs(%[[EMPTY]]
// CHECK: %[[PARTS:.*]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROWS]]], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%[[A]] : {{.*}}) outs(%[[INIT]]
// CHECK: arith.maximumf
// CHECK: %[[WHOLE:.*]] = linalg.generic {indexing_maps = [#[[$SAME]], #[[$KEPT]]], iterator_types = ["reduction", "parallel"]} ins(%[[PARTS]] : {{.*}}) outs(%[[FILLED]]
// CHECK: arith.maximumf
// CHECK: return %[[WHOLE]]
func.func @channels(%a: tensor<?x16x?x?xf32>) -> tensor<1x16x1x1xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<1x16x1x1xf32>
  %f = linalg.fill ins(%lowest : f32) outs(%e : tensor<1x16x1x1xf32>) -> tensor<1x16x1x1xf32>
  %s = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["reduction", "parallel", "reduction", "reduction"]}
      ins(%a : tensor<?x16x?x?xf32>) outs(%f : tensor<1x16x1x1xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.maximumf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<1x16x1x1xf32>
  return %s : tensor<1x16x1x1xf32>
}

// -----

// 31 elements are too few for a row; nothing is reduced in front of what stays;
// a dimension of one element is nothing that is reduced.
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#middle = affine_map<(d0, d1, d2) -> (d1)>
#first = affine_map<(d0, d1, d2) -> (d0)>
// CHECK-LABEL: func.func @left(
// CHECK-COUNT-3: linalg.generic
// CHECK-NOT: linalg.generic
func.func @left(%a: tensor<?x?x31xf32>, %b: tensor<?x?x?xf32>, %c: tensor<1x?x?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1 : index
  %n = tensor.dim %a, %one : tensor<?x?x31xf32>
  %f = tensor.empty(%n) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%f : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#all, #middle], iterator_types = ["reduction", "parallel", "reduction"]}
      ins(%a : tensor<?x?x31xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %v = arith.addf %x, %o : f32
    linalg.yield %v : f32
  } -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#all, #first], iterator_types = ["parallel", "reduction", "reduction"]}
      ins(%b : tensor<?x?x?xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %v = arith.addf %x, %o : f32
    linalg.yield %v : f32
  } -> tensor<?xf32>
  %t = linalg.generic {indexing_maps = [#all, #middle], iterator_types = ["reduction", "parallel", "reduction"]}
      ins(%c : tensor<1x?x?xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %v = arith.addf %x, %o : f32
    linalg.yield %v : f32
  } -> tensor<?xf32>
  return %r, %s, %t : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// -----

// Nor is a product of matrices made of two reductions.
#a = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#b = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#c = affine_map<(d0, d1, d2, d3) -> (d1, d2)>
// CHECK-LABEL: func.func @product(
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT: linalg.generic
func.func @product(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1 : index
  %m = tensor.dim %a, %one : tensor<?x?x?xf32>
  %n = tensor.dim %b, %one : tensor<?x?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["reduction", "parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>) outs(%i : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %v = arith.addf %p, %o : f32
    linalg.yield %v : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// The size of what another op computes is that of what it writes into: a kernel
// that computes both cannot wait for a size of its own results.
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#middle = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-LABEL: func.func @computed(
// CHECK-SAME: %[[A:[^:]*]]: tensor<?x?x?xf32>
// CHECK-DAG: %[[ROWS:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG: %[[COLUMNS:.*]] = tensor.dim %[[A]], %c1
// CHECK-NOT: tensor.dim
// CHECK: linalg.generic
// CHECK-NOT: tensor.dim
// CHECK: tensor.empty(%[[ROWS]], %[[COLUMNS]]) : tensor<?x?xf32>
func.func @computed(%a: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %n = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %e = tensor.empty(%m, %n, %n) : tensor<?x?x?xf32>
  %x = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a : tensor<?x?x?xf32>) outs(%e : tensor<?x?x?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x?x?xf32>
  %g = tensor.empty(%n) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%g : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#all, #middle], iterator_types = ["reduction", "parallel", "reduction"]}
      ins(%x : tensor<?x?x?xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = arith.addf %v, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %x, %s : tensor<?x?x?xf32>, tensor<?xf32>
}
